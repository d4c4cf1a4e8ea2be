"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from hotline import clock
from hotline.db import transaction
from hotline.errors import Invalid
from hotline.staff import actions, queries, rules
from hotline.staff.current import TOKEN, actor, address
from hotline.staff.forms import SignInForm
from hotline.staff.passwords import is_right
from hotline.web import limits
from hotline.web.access import public, signed_in

bp = Blueprint("staff", __name__, template_folder="templates")
WINDOW = rules.WRONG_PASSWORD_WINDOW_SECONDS


def register(app: Flask) -> None:
    """Add the sign-in pages."""
    app.register_blueprint(bp)


@bp.get("/")
@signed_in
def home() -> Response:
    """To the page where the role begins its day."""
    return redirect(url_for(rules.first_page(current_user.role.value)))


@bp.get("/login")
@public
def login() -> Response | str:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("staff.home"))
    return _page(SignInForm(next=rules.local_page(request.args.get("next")) or ""))


@bp.post("/login")
@public
def sign_in() -> Response | str | tuple[str, int]:
    """Check the password, begin a session under a new id."""
    form, now = SignInForm(), clock.now()
    try:
        form.check()
    except Invalid:
        return _page(form), 422
    email = form.email.data.strip().lower()
    limits.check(f"sign-in:{email}", limit=rules.WRONG_PASSWORDS, window_seconds=WINDOW, now=now)
    limits.check(f"sign-in-from:{address()}", limit=rules.WRONG_PASSWORDS_AN_ADDRESS, window_seconds=WINDOW, now=now)
    user = queries.user_by_email(email)
    right = is_right(form.password.data, user.password_hash if user else None)
    if user is None or not right or not user.is_enabled:
        with transaction():
            actions.note_wrong_password(email, by=actor(), now=now, window_seconds=WINDOW)
        form.password.errors = [_("E-mail or password is not right.")]
        return _page(form), 422
    user_id = user.id
    language = cookie.get("lang")
    with transaction() as session:
        person = session.get_one(type(user), user_id)
        token = actions.sign_in(person, address=address(), browser=request.user_agent.string, now=now)
    cookie.clear()
    cookie[TOKEN] = token
    if language:
        cookie["lang"] = language
    login_user(person)
    return redirect(rules.local_page(form.next.data) or url_for("staff.home"), 303)


@bp.post("/logout")
@public
def logout() -> Response:
    """End the session here and everywhere its cookie was copied to."""
    token = cookie.get(TOKEN)
    if isinstance(token, str):
        with transaction():
            actions.sign_out(token, by=actor(), now=clock.now())
    logout_user()
    cookie.clear()
    return redirect(url_for("staff.login"), 303)


def _page(form: SignInForm) -> str:
    demo = current_app.config["HOTLINE"].demo
    return render_template("staff/login.html", form=form, demo=demo)
