"""The wording of texts: what each says and costs, drafts, registration with the carriers, a try on one's own phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hotline import clock
from hotline.admin import wordings as looks
from hotline.admin.forms.editing import EditForm
from hotline.admin.forms.texts import LONGEST_BODY, RegisterForm, RestoreForm, TryForm, WordingForm
from hotline.admin.views.editing import Answer, edited, said
from hotline.admin.views.room import bp
from hotline.admin.words import PLACEHOLDER_WORDS, STYLE_WORDS, TEXT_WORDS
from hotline.catalogue.settings import province
from hotline.db import db, transaction
from hotline.errors import Conflict, Invalid, NotFound
from hotline.messages import actions
from hotline.messages.queries.wordings import kept_back, newest_wording, templates, versions_of
from hotline.messages.rules.wordings import LONGEST, STYLES
from hotline.staff.current import actor
from hotline.staff.models import User
from hotline.staff.permissions import Can
from hotline.web import limits
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.web.forms import VerbForm

PAGES = (
    "texts",
    "text",
    "register_texts",
    "register_text",
    "discard_text",
    "unregister_text",
    "restore_text",
    "try_text",
)
TRIES, TRIES_SECONDS = 5, 600


@bp.get("/texts")
@requires(Can.TEXTS_EDIT)
def texts() -> str:
    """Every text in both styles: registered or not, how long, at what price, and what waits for it."""
    return _list(_fresh_registration(newest_wording()), "")


@bp.post("/texts/register")
@requires(Can.TEXTS_EDIT)
def register_texts() -> Answer:
    """All drafts of the style in use at once: carriers register them in one go."""
    form = RegisterForm()

    def save() -> str:
        number, released = actions.register_drafts(
            province().texts_style,
            version=form.version.data,
            registered_on=form.registered_on.data,
            reference=form.reference.data,
            by=actor(),
            now=clock.now(),
        )
        said(ngettext("%(num)d wording is registered.", "%(num)d wordings are registered.", number))
        _say_released(released)
        return url_for("admin.texts")

    return edited(form, page=_list, preview=save, save=save, version=newest_wording)


@bp.route("/texts/<text_name>/<style>", methods=["GET", "POST"])
@requires(Can.TEXTS_EDIT)
def text(text_name: str, style: str) -> Answer:
    """One text in one style: its wording, how it turns out, its versions; an edit makes a draft."""
    _check(text_name, style)
    if request.method == "GET":
        return _page(text_name, style, "")

    form = WordingForm()

    def page(form: EditForm, words: str) -> str:
        return _page(text_name, style, words, wording=form)

    def save() -> str:
        row = actions.draft_wording(
            text_name, style, form.body.data, version=form.version.data, by=actor(), now=clock.now()
        )
        said(_l("Version %(number)d is saved as a draft.", number=row.version))
        return url_for("admin.text", text_name=text_name, style=style)

    return edited(
        form, page=page, preview=lambda: page(form, ""), save=save, version=lambda: _version(text_name, style)
    )


@bp.post("/texts/<text_name>/<style>/preview")
@requires(Can.TEXTS_EDIT)
def preview_text(text_name: str, style: str) -> str:
    """How what is being typed turns out; nothing is saved."""
    _check(text_name, style)
    body = request.form.get("body", "")[:LONGEST_BODY]
    return render_template("admin/text_preview.html", seen=looks.seen(text_name, style, body))


@bp.post("/texts/<text_name>/<style>/register")
@requires(Can.TEXTS_EDIT)
def register_text(text_name: str, style: str) -> Answer:
    """The carriers have registered the draft."""
    _check(text_name, style)
    form = RegisterForm()

    def save() -> str:
        released = actions.register_wording(
            text_name,
            style,
            version=form.version.data,
            registered_on=form.registered_on.data,
            reference=form.reference.data,
            by=actor(),
            now=clock.now(),
        )
        said(_l("It is registered; texts are written with it from now on."))
        _say_released(released)
        return url_for("admin.text", text_name=text_name, style=style)

    return _edited_beside(text_name, style, form, save, "registration")


@bp.post("/texts/<text_name>/<style>/try")
@requires(Can.TEXTS_EDIT)
def try_text(text_name: str, style: str) -> Answer:
    """Send the longest case of the newest version to a number of one's own; a few times in ten minutes."""
    _check(text_name, style)
    form = TryForm()

    def save() -> str:
        now, subject = clock.now(), f"try-text:{actor().user_id}"
        limits.check(subject, limit=TRIES, window_seconds=TRIES_SECONDS, now=now)
        limits.hit(subject, window_seconds=TRIES_SECONDS, now=now)
        actions.try_wording(text_name, style, _body(text_name, style), to=form.to.data, by=actor(), now=now)
        said(_l("The text is on its way to this number."))
        return url_for("admin.text", text_name=text_name, style=style)

    return _edited_beside(text_name, style, form, save, "trial")


@bp.post("/texts/<text_name>/<style>/discard")
@requires(Can.TEXTS_EDIT)
def discard_text(text_name: str, style: str) -> Answer:
    """The draft will not be registered."""
    return _verb(text_name, style, VerbForm(), actions.discard_draft, _l("The draft was discarded."))


@bp.post("/texts/<text_name>/<style>/unregister")
@requires(Can.TEXTS_EDIT)
def unregister_text(text_name: str, style: str) -> Answer:
    """It was not registered after all."""
    sentence = _l("It is a draft again; the wording registered before it, if any, is in force.")
    return _verb(text_name, style, VerbForm(), actions.unregister_wording, sentence)


@bp.post("/texts/<text_name>/<style>/restore")
@requires(Can.TEXTS_EDIT)
def restore_text(text_name: str, style: str) -> Answer:
    """An earlier version becomes a draft again."""
    form = RestoreForm()

    def restore(name: str, style: str, **carried: Any) -> None:
        actions.restore_wording(name, style, form.old.data, **carried)

    return _verb(text_name, style, form, restore, _l("The earlier version is a draft now."))


def _verb(name: str, style: str, form: VerbForm, act: Callable[..., Any], sentence: Any) -> Answer:
    """A verb of one button: done, or the page with the reason why not."""
    _check(name, style)
    try:
        form.check()
        with transaction():
            act(name, style, version=form.version.data, by=actor(), now=clock.now())
    except (Invalid, Conflict) as error:
        words = str(error.message) if isinstance(error, Conflict) else "; ".join(map(str, error.fields.values()))
        return _page(name, style, words), error.status
    said(sentence)
    return redirect(url_for("admin.text", text_name=name, style=style), 303)


def _edited_beside(name: str, style: str, form: EditForm, save: Callable[[], str], place: str) -> Answer:
    def page(form: EditForm, words: str) -> str:
        return _page(name, style, words, **{place: form})

    return edited(form, page=page, preview=save, save=save, version=lambda: _version(name, style))


def _check(name: str, style: str) -> None:
    if name not in templates() or style not in STYLES:
        raise NotFound(_l("There is no such text."))


def _say_released(number: int) -> None:
    if number:
        said(ngettext("%(num)d text that waited leaves now.", "%(num)d texts that waited leave now.", number))


def _version(name: str, style: str) -> int:
    versions = versions_of(name, style)
    return versions[0].version if versions else 0


def _body(name: str, style: str) -> str:
    """The newest wording that is not history: the draft, else what is registered, else what was delivered."""
    now = looks.standing(name, style)
    newest = now.draft or now.registered
    return newest.body if newest else templates()[name][style]


def _fresh_registration(version: int) -> RegisterForm:
    return RegisterForm(formdata=None, version=version, registered_on=local(clock.now()).date())


def _list(form: EditForm, words: str) -> str:
    rows, style = looks.standings(), province().texts_style
    return render_template(
        "admin/texts.html",
        rows=rows,
        unregistered=[name for name, both in rows.items() for one in both if one.is_in_use and not one.registered],
        kept_back=kept_back(clock.now()),
        names=TEXT_WORDS,
        styles=STYLE_WORDS,
        style=style,
        form=form,
        message=words,
    )


def _page(name: str, style: str, words: str, **refused: EditForm) -> str:
    version, body = _version(name, style), _body(name, style)
    form = refused.get("wording") or WordingForm(formdata=None, version=version, body=body)
    versions = versions_of(name, style)
    makers = dict(db.session.query(User.id, User.name).filter(User.id.in_({row.made_by_id for row in versions})).all())
    me = db.session.get(User, actor().user_id)
    return render_template(
        "admin/text.html",
        name=name,
        label=TEXT_WORDS.get(name, name),
        style=style,
        styles=STYLE_WORDS,
        standing=looks.standing(name, style),
        seen=looks.seen(name, style, form.body.data or ""),
        placeholders=[(one, PLACEHOLDER_WORDS.get(one, one), needed) for one, needed in looks.placeholders_of(name)],
        examples=LONGEST,
        versions=versions,
        makers=makers,
        version=version,
        kept_back=kept_back(clock.now()).get(name, 0),
        form=form,
        registration=refused.get("registration") or _fresh_registration(version),
        trial=refused.get("trial") or TryForm(formdata=None, version=version, to=me.mobile if me else ""),
        key=VerbForm(formdata=None).idempotency_key.data,
        message=words,
    )
