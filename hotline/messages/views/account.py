"""A person's own account: how to be told, the mobile number, absence and substitute."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import clock
from hotline.db import db, transaction
from hotline.errors import Invalid
from hotline.messages import actions, queries
from hotline.messages.forms import AwayForm, MobileForm, WaysForm
from hotline.messages.rules.alerts import AlertKind
from hotline.messages.views.blueprint import bp
from hotline.staff import actions as staff_actions
from hotline.staff import queries as staff_queries
from hotline.staff.current import actor
from hotline.staff.models import User
from hotline.web.access import signed_in
from hotline.web.formats import local
from hotline.web.forms import Form, offered

Answer = Response | tuple[str, int]


@bp.get("/account")
@signed_in
def account() -> str:
    """All of it on one page."""
    return _page()


@bp.post("/account/choose-alerts")
@signed_in
def choose_alerts() -> Answer:
    """How each kind of alert reaches the person."""
    form = WaysForm()
    form.check()
    with transaction():
        actions.choose_alerts(_me().id, form.wishes(), by=actor(), now=clock.now())
    return _done(_("Saved how you are told."))


@bp.post("/account/change-mobile")
@signed_in
def change_mobile() -> Answer:
    """The number that gets texts about work."""
    form = MobileForm()
    try:
        form.check()
        with transaction():
            staff_actions.change_mobile(_me(), form.mobile.data or "", by=actor(), now=clock.now())
    except Invalid as error:
        return _refused(form, error, mobile_form=form)
    return _done(_("Saved your mobile number."))


@bp.post("/account/go-away")
@signed_in
def go_away() -> Answer:
    """An absence and who stands in."""
    form = _away_form()
    try:
        form.check()
        with transaction() as session:
            substitute = session.get_one(User, form.substitute_id.data)
            begins, ends = form.away_from_on.data, form.away_until_on.data
            staff_actions.go_away(_me(), substitute, begins, ends, by=actor(), now=clock.now())
    except Invalid as error:
        return _refused(form, error, away_form=form)
    return _done(_("Saved your absence."))


@bp.post("/account/come-back")
@signed_in
def come_back() -> Answer:
    """Here again, or not going after all."""
    with transaction():
        staff_actions.come_back(_me(), by=actor(), now=clock.now())
    return _done(_("Alerts come to you again."))


def _me() -> User:
    return db.session.get_one(User, actor().user_id)


def _away_form(**shown: Any) -> AwayForm:
    form = AwayForm(**shown)
    form.substitute_id.choices = offered(staff_queries.possible_substitutes(_me()))
    return form


def _done(sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("messages.account"), 303)


def _refused(form: Form, error: Invalid, **refused: Form) -> tuple[str, int]:
    for name, sentence in error.fields.items():
        if name in form and not form[name].errors:
            form[name].errors = [sentence]
    return _page(**refused), error.status


def _page(*, mobile_form: Form | None = None, away_form: Form | None = None) -> str:
    me, today = _me(), local(clock.now()).date()
    is_planned = me.away_until_on is not None and me.away_until_on >= today
    dates = {name: getattr(me, name) for name in ("substitute_id", "away_from_on", "away_until_on") if is_planned}
    return render_template(
        "messages/account.html",
        me=me,
        is_planned=is_planned,
        mobile_form=mobile_form or MobileForm(formdata=None, mobile=me.mobile),
        away_form=away_form or _away_form(formdata=None, **dates),
        ways_form=WaysForm.showing(queries.preferences_of(me.id)),
        kinds=list(AlertKind),
        tried=mobile_form or away_form,
    )
