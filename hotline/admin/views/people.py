"""People: the list, somebody new, who somebody is here, an account that no longer works."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.people import AccountForm, NewPersonForm, PasswordForm, PersonForm
from hotline.admin.views.editing import Answer, said, saved
from hotline.admin.views.room import bp
from hotline.audit import AuditEntry
from hotline.catalogue import queries as catalogue
from hotline.catalogue.queries import CHANGED_MEANWHILE
from hotline.db import db
from hotline.errors import Conflict, NotFound
from hotline.staff import accounts
from hotline.staff import queries as staff
from hotline.staff.current import actor
from hotline.staff.models import User
from hotline.staff.permissions import Can, Role
from hotline.tickets.models import Ticket
from hotline.web.access import requires
from hotline.web.paging import Page

PEOPLE_A_PAGE = 50
PAGES = ("people", "new_person", "person")


@bp.get("/people")
@requires(Can.CATALOGUE_VIEW)
def people() -> str:
    """Everybody with an account, found by name, by role, by unit."""
    words, role, unit = (request.args.get(name, "") for name in ("q", "role", "unit"))
    rows = [
        row
        for row in staff.people()
        if role in ("", row.role.value) and unit in ("", str(row.department_id)) and _stands(row)
    ]
    text_of = lambda row: f"{row.name} {row.email} {row.department.name_vi if row.department else ''}"  # noqa: E731
    return render_template(
        "admin/people.html",
        page=_page_of(queries.holding(rows, words, text_of), request.args.get("after", "")),
        words=words,
        role=role,
        unit=unit,
        state=request.args.get("state", ""),
        roles=list(Role),
        units=catalogue.lasting_units(),
    )


def _page_of(rows: list[User], after: str) -> Page[User]:
    """The rows that follow the person whose id is `after`."""
    place = next((place for place, row in enumerate(rows, start=1) if str(row.id) == after), 0)
    shown = rows[place : place + PEOPLE_A_PAGE]
    return Page(shown, str(shown[-1].id) if len(rows) > place + PEOPLE_A_PAGE else None, not place)


def _stands(row: User) -> bool:
    state = request.args.get("state", "")
    return state == "" or row.is_enabled is (state == "on")


def _person(user_id: int) -> User:
    row = db.session.get(User, user_id)
    if row is None:
        raise NotFound(_l("There is no such person."))
    return row


def _deeds(user_id: int) -> int:
    """How often an account was changed: what stands for its version."""
    changes = ("staff:change-person", "staff:disable", "staff:enable", "staff:password", "staff:succeed")
    mine = (AuditEntry.object_kind == "user", AuditEntry.object_id == str(user_id), AuditEntry.deed.in_(changes))
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(*mine)) or 0


def _hold(user_id: int, form: EditForm) -> User:
    row = _person(user_id)
    db.session.refresh(row, with_for_update={"of": User})
    if _deeds(user_id) != form.version.data:
        raise Conflict(CHANGED_MEANWHILE)
    return row


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Can.PEOPLE_EDIT)
def new_person() -> Answer:
    """Somebody new; the administrator hands over the first password."""

    def page(form: EditForm, words: str) -> str:
        return render_template("admin/person.html", person=None, form=form, message=words)

    if request.method == "GET":
        return page(NewPersonForm(formdata=None, version=0, role=Role.STAFF.value), "")
    form = NewPersonForm()

    def save() -> str:
        made = accounts.add_person(form.draft, form.password.data, by=actor(), now=clock.now())
        said(_l("%(name)s may now sign in.", name=made.name))
        return url_for("admin.people")

    return saved(form, page=page, save=save, version=lambda: 0)


@bp.route("/people/<int:user_id>", methods=["GET", "POST"])
@requires(Can.PEOPLE_EDIT)
def person(user_id: int) -> Answer:
    """Who somebody is here."""
    row = _person(user_id)
    if request.method == "GET":
        return _page(row, _fresh(row), "")
    form = PersonForm()

    def save() -> str:
        changed = accounts.change_person(_hold(user_id, form), form.draft, by=actor(), now=clock.now())
        said(_l("Saved.") if changed else _l("Nothing changed."))
        return url_for("admin.person", user_id=user_id)

    return saved(form, page=lambda form, words: _page(row, form, words), save=save, version=lambda: _deeds(user_id))


def _fresh(row: User) -> PersonForm:
    values = {name: getattr(row, name) for name in accounts.PersonDraft.__dataclass_fields__}
    return PersonForm(formdata=None, version=_deeds(row.id), **values | {"role": row.role.value})


def _page(row: User, form: EditForm, words: str, password_form: EditForm | None = None) -> str:
    assigned = select(func.count()).select_from(Ticket).where(Ticket.assignee_id == row.id, Ticket.is_open)
    version = _deeds(row.id)
    return render_template(
        "admin/person.html",
        person=row,
        form=form,
        message=words,
        assigned=db.session.scalar(assigned) or 0,
        password_form=password_form or PasswordForm(formdata=None, version=version),
        account_form=AccountForm(formdata=None, version=version),
        history=queries.history("user", row.id),
        is_me=row.id == actor().user_id,
    )


@bp.post("/people/<int:user_id>/password")
@requires(Can.PEOPLE_EDIT)
def person_password(user_id: int) -> Answer:
    """A new password; whoever is signed in must sign in anew."""
    row, form = _person(user_id), PasswordForm()

    def save() -> str:
        accounts.set_password(_hold(user_id, form), form.password.data, by=actor(), now=clock.now())
        said(_l("The password was set. Every session of this account has ended."))
        return url_for("admin.person", user_id=user_id)

    def page(form: EditForm, words: str) -> str:
        return _page(row, _fresh(row), words, form)

    return saved(form, page=page, save=save, version=lambda: _deeds(user_id))


@bp.post("/people/<int:user_id>/account")
@requires(Can.PEOPLE_EDIT)
def person_account(user_id: int) -> Answer:
    """Switch the account off, which ends its sessions, or on."""
    row, form = _person(user_id), AccountForm()

    def save() -> str:
        act = accounts.enable if form.way.data == "enable" else accounts.disable
        act(_hold(user_id, form), by=actor(), now=clock.now())
        said(_l("Saved."))
        return url_for("admin.person", user_id=user_id)

    return saved(
        form, page=lambda _form, words: _page(row, _fresh(row), words), save=save, version=lambda: _deeds(user_id)
    )
