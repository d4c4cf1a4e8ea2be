"""Who sends the present request: read once from the session on the server, then only passed on."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request
from flask import session as cookie
from flask_login import LoginManager

from hotline import clock
from hotline.actor import Actor, ActorKind
from hotline.db import db, transaction
from hotline.staff import actions, queries, rules
from hotline.staff.models import SignIn, User
from hotline.web.formats import local

login_manager = LoginManager()
login_manager.session_protection = None  # the session lives on the server; its row decides
TOKEN = "sign_in"


@login_manager.user_loader  # type: ignore[misc]
def load_user(_user_id: str) -> User | None:
    """The person of the cookie's token, while the session on the server is alive and the person enabled."""
    token = cookie.get(TOKEN)
    found = queries.running_sign_in(token) if isinstance(token, str) else None
    if found is None or not found.user.is_enabled:
        return None
    now = clock.now()
    role = found.user.role.value
    if not rules.is_alive(began_at=found.began_at, seen_at=found.seen_at, role=role, now=now):
        return None
    if now - found.seen_at >= timedelta(minutes=1):
        found_id = found.id
        with transaction() as session:
            kept = session.get(SignIn, found_id)
            if kept is not None:
                actions.keep_seen(kept, now=now)
        found = queries.running_sign_in(str(token))
        if found is None:
            return None
    absent = queries.absent_colleagues(found.user, local(now).date())
    g.actor = actions.actor_of(found.user, address(), absent=absent)
    return found.user


def address() -> str:
    """The network address of the sender, as far as the configured proxies vouch for it."""
    return request.remote_addr or ""


def actor() -> Actor:
    """Who acts in this request; a nameless citizen when nobody is signed in."""
    found: Actor | None = g.get("actor")
    return found or Actor(ActorKind.CITIZEN, "", address=address())


def forget_reading() -> None:
    """Drop the read snapshot, so that long answers hold no connection."""
    db.session.remove()
