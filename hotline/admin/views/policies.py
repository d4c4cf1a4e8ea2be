"""Policies in the order in which they are asked: edited, moved, retired, each time as a version of its own (R9)."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from hotline import clock
from hotline.admin import queries
from hotline.admin.forms.editing import EditForm, carried
from hotline.admin.forms.policies import MOST_THRESHOLDS, MoveForm, NewPolicyForm, PolicyForm, RetireForm, policy_values
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.admin.words import policy_changes, policy_conditions
from hotline.catalogue import queries as catalogue
from hotline.catalogue import rules
from hotline.catalogue.actions import add_policy, change_policy, move_policy, retire_policy
from hotline.catalogue.actions.policies import check_draft, draft_of, unsaved
from hotline.catalogue.models import Category, Policy
from hotline.db import db, transaction
from hotline.errors import Conflict, Invalid
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.tickets import previews
from hotline.tickets.actions.replanning import begin_replan
from hotline.tickets.rules.thresholds import AUDIENCES
from hotline.web.access import requires

PAGES = ("policies", "new_policy", "policy", "retire", "move")


@bp.get("/policies")
@requires(Can.CATALOGUE_VIEW)
def policies() -> str:
    """All policies in order, with how many open cases each has."""
    return _list("")


def _list(words: str) -> str:
    rows, categories = catalogue.policies(), _categories()
    general = [place for place, row in enumerate(rows) if rules.is_for_all(catalogue.conditions_of(row))]
    return render_template(
        "admin/policies.html",
        policies=rows,
        conditions={row.code: policy_conditions(row, categories) for row in rows},
        cases=previews.open_cases_by_policy(),
        calendars={row.code: row for row in catalogue.current_calendars()},
        never_asked={row.code for place, row in enumerate(rows) if general and place > general[0]},
        may_retire={row.code for row in rows if _may_retire(row, rows)},
        moves={row.code: MoveForm(formdata=None, version=row.version) for row in rows},
        runs=previews.unfinished_runs(),
        message=words,
    )


@bp.route("/policies/<policy_code>", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def policy(policy_code: str) -> Answer:
    """All fields of a policy; saving makes a version, for cases opened from now on."""
    row = catalogue.policy_in_force(policy_code)

    def page(form: EditForm, words: str) -> str:
        return _policy_page(row, form, words)

    if request.method == "GET":
        return page(PolicyForm(formdata=None, version=row.version, **policy_values(row)), "")
    form = _with_rows(PolicyForm())

    def preview() -> str:
        catalogue.policy_in_force(row.code, version=form.version.data)
        draft = form.draft
        check_draft(draft, code=row.code)
        changes = policy_changes(row, draft, _categories())
        if not changes and not form.apply_to_open.data:
            raise Invalid(_l("Nothing would change."))
        seen = previews.of_policy(row.code, unsaved(row.code, draft), clock.now())
        return _preview_page(row.code, draft.name_vi, changes, seen, applies=bool(form.apply_to_open.data))

    def save() -> str:
        now = clock.now()
        row = catalogue.policy_in_force(policy_code, version=form.version.data, locked=True)
        is_the_same = form.draft == draft_of(row) and form.apply_to_open.data
        new = row if is_the_same else change_policy(row.code, form.draft, by=actor(), now=now)
        said(_l("Version %(number)d of the policy is in force.", number=new.version))
        return _after(new, applies=bool(form.apply_to_open.data), now=now)

    return edited(form, page=page, preview=preview, save=save, version=lambda: row.version)


@bp.route("/policies/new", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def new_policy() -> Answer:
    """A policy that does not exist yet; it begins with what the last one in order says."""

    def page(form: EditForm, words: str) -> str:
        return _policy_page(None, form, words)

    if request.method == "GET":
        values = policy_values(catalogue.policies()[-1]) | {"name_vi": "", "name_en": ""}
        return page(NewPolicyForm(formdata=None, version=0, **values), "")
    form = _with_rows(NewPolicyForm())

    def preview() -> str:
        _refuse_taken(form.code.data)
        check_draft(form.draft)
        seen = previews.of_policy(form.code.data, unsaved(form.code.data, form.draft), clock.now())
        return _preview_page("", form.draft.name_vi, [], seen, applies=bool(form.apply_to_open.data))

    def save() -> str:
        now = clock.now()
        new = add_policy(form.code.data, form.draft, by=actor(), now=now)
        said(_l("The policy was added."))
        return _after(new, applies=bool(form.apply_to_open.data), now=now)

    return edited(form, page=page, preview=preview, save=save, version=lambda: 0)


@bp.route("/policies/<policy_code>/retire", methods=["GET", "POST"])
@requires(Can.CATALOGUE_EDIT)
def retire(policy_code: str) -> Answer:
    """End a policy: its open cases go under the one that they match then."""
    row = catalogue.policy_in_force(policy_code)
    rows = catalogue.policies()

    def page(form: EditForm, words: str) -> str:
        seen = previews.of_policy(row.code, None, clock.now()) if _may_retire(row, rows) else None
        cases = previews.open_cases_by_policy().get(row.code, 0)
        return render_template("admin/retire.html", policy=row, form=form, message=words, seen=seen, cases=cases)

    if request.method == "GET":
        return page(RetireForm(formdata=None, version=row.version), "")
    form = RetireForm()

    def save() -> str:
        now = clock.now()
        catalogue.policy_in_force(row.code, version=form.version.data, locked=True)
        retired = retire_policy(row.code, by=actor(), now=now)
        said(_l("The policy was retired."))
        return _after(retired, applies=True, now=now)

    return edited(form, page=page, preview=save, save=save, version=lambda: row.version)


@bp.post("/policies/<policy_code>/move")
@requires(Can.CATALOGUE_EDIT)
def move(policy_code: str) -> Answer:
    """Ask it one place earlier or later."""
    form = MoveForm()
    try:
        form.check()
        with transaction():
            catalogue.policy_in_force(policy_code, version=form.version.data, locked=True)
            move_policy(policy_code, up=form.way.data == "up", by=actor(), now=clock.now())
    except (Invalid, Conflict) as error:
        return _list(str(error.message) or "; ".join(str(one) for one in error.fields.values())), error.status
    return redirect(url_for("admin.policies"), 303)


def _after(row: Policy, *, applies: bool, now: Any) -> str:
    if not applies:
        return url_for("admin.policies")
    return url_for("admin.replan", run_id=begin_replan(policy=row, by=actor(), now=now).id)


def _refuse_taken(code: str) -> None:
    if not rules.is_code(code):
        raise Invalid(fields={"code": _l("2 to 32 capital letters, digits and hyphens, such as URGENT.")})
    if catalogue.policy_versions(code):
        raise Invalid(fields={"code": _l("There is, or was, a policy with this code already.")})


def _may_retire(row: Policy, rows: Any) -> bool:
    return rules.keeps_a_rule_for_all([catalogue.conditions_of(other) for other in rows if other.code != row.code])


def _with_rows(form: PolicyForm) -> PolicyForm:
    """A row more or less, as the button that was pressed says; the form is then shown again."""
    step = form.step.data or ""
    if step == "add" and len(form.thresholds) < MOST_THRESHOLDS:
        form.thresholds.append_entry({"clock": "resolution"})
    elif step.startswith("drop-"):
        wanted = f"thresholds-{step.removeprefix('drop-')}"
        form.thresholds.entries = [entry for entry in form.thresholds.entries if entry.name != wanted]
    return form


def _categories() -> dict[int, Category]:
    return {row.id: row for row in db.session.scalars(select(Category))}


def _policy_page(row: Policy | None, form: EditForm, words: str) -> str:
    history = []
    if row is not None:
        versions, makers = list(catalogue.policy_versions(row.code)), queries.makers("policy", row.code)
        for one, before in zip(versions, [*versions[1:], None], strict=True):
            changes = policy_changes(before, draft_of(one), _categories()) if before else []
            if before and before.position != one.position:
                changes.append(str(_l("Its place in the order changed.")))
            history.append(queries.Version(one, makers.get(one.version, ""), changes))
    return render_template(
        "admin/policy.html", policy=row, form=form, message=words, audiences=AUDIENCES, history=history
    )


def _preview_page(code: str, name: str, changes: list[str], seen: previews.PolicyPreview, *, applies: bool) -> str:
    return render_template(
        "admin/policy_preview.html",
        code=code,
        name=name,
        changes=changes,
        seen=seen,
        applies=applies,
        carried=carried(),
        back=url_for("admin.policy", policy_code=code) if code else url_for("admin.new_policy"),
    )
