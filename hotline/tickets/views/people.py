"""The people of a unit, for its head: who assigns the work, who is away and who stands in, who has how much."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import clock
from hotline.actor import Actor
from hotline.db import transaction
from hotline.errors import NotFound
from hotline.staff import actions as staff_actions
from hotline.staff import queries as staff
from hotline.staff.current import actor
from hotline.staff.permissions import Can
from hotline.staff.rules import is_away
from hotline.tickets import queries
from hotline.tickets.views.blueprint import bp
from hotline.web.access import requires
from hotline.web.formats import local
from hotline.web.forms import Form


class PersonForm(Form):
    """Whom it is about stands in the address; nothing else may be sent."""


@bp.get("/unit/people")
@requires(Can.FOCAL_POINTS_EDIT)
def people() -> str:
    """The people of the reader's own unit."""
    who, now = actor(), clock.now()
    today = local(now).date()
    found = staff.people_of(_unit_of(who))
    return render_template(
        "tickets/people.html",
        people=found,
        work=queries.work_of_people(who, now),
        away={one.id for one in found if is_away(one.away_from_on, one.away_until_on, today)},
        planned={one.id for one in found if one.away_from_on is not None and one.away_from_on > today},
        now=now,
    )


@bp.post("/unit/people/<int:user_id>/entrust")
@requires(Can.FOCAL_POINTS_EDIT)
def entrust(user_id: int) -> Response:
    """Make this member of staff a focal point."""
    name = _act(user_id, staff_actions.entrust)
    return _back(_("%(name)s is now a focal point.", name=name))


@bp.post("/unit/people/<int:user_id>/relieve")
@requires(Can.FOCAL_POINTS_EDIT)
def relieve(user_id: int) -> Response:
    """A focal point no more."""
    name = _act(user_id, staff_actions.relieve)
    return _back(_("%(name)s is no longer a focal point.", name=name))


def _act(user_id: int, deed: Callable[..., None]) -> str:
    PersonForm().check()
    who, now = actor(), clock.now()
    with transaction():
        user = staff.staff_of(_unit_of(who), user_id)
        deed(user, by=who, now=now)
    return user.name


def _unit_of(who: Actor) -> int:
    if who.department_id is None:
        raise NotFound
    return who.department_id


def _back(sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("tickets.people"), 303)
