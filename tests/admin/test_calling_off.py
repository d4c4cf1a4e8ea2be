"""What is planned for units and called off again: nothing half planned stays, and no two units of one code stand."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hotline import clock
from hotline.catalogue.actions import NewUnit, Reorganisation, UnitDraft, add_unit, call_off, reorganise
from hotline.catalogue.actions.units import standing_later
from hotline.catalogue.models import Department, Level
from hotline.catalogue.queries import department_by_code
from hotline.db import transaction
from hotline.errors import Conflict, Invalid
from hotline.staff.models import User
from hotline.web.formats import local

DRAFT = UnitDraft("Sở Mới", "", "So Moi", Level.PROVINCE, "so")


@pytest.fixture
def today(app):
    with app.app_context():
        return local(clock.now()).date()


@pytest.fixture
def planned(app, by, today):
    """planned("STC", "SXD", "SCT") -> in ten days the units become a new one of the code STC; its id."""

    def plan(taker, *codes):
        with app.app_context(), transaction():
            ending = tuple(department_by_code(code, today) for code in codes)
            made = NewUnit(taker, DRAFT) if isinstance(taker, str) else taker()
            return reorganise(
                Reorganisation(ending, made, (), today + timedelta(days=10)), by=by("admin"), now=clock.now()
            ).id

    return plan


@pytest.fixture
def called_off(app, by, today):
    """called_off("SXD"): its end is called off."""

    def call(code):
        with app.app_context(), transaction():
            call_off(department_by_code(code, today), today, by=by("admin"), now=clock.now())

    return call


def of_code(app, code):
    """How many units have it today or later."""
    with app.app_context():
        return len(standing_later(code, local(clock.now()).date()))


def test_a_code_that_another_unit_takes_is_given_back_last(app, planned, called_off, today):
    planned("SXD", "SXD", "SCT")
    with pytest.raises(Conflict) as refused:
        called_off("SXD")
    with app.app_context():
        assert department_by_code("SCT", today).name_vi in str(refused.value.message)
    assert of_code(app, "SXD") == 2
    called_off("SCT")
    called_off("SXD")
    assert of_code(app, "SXD") == 1


@pytest.mark.parametrize("use", ["person", "plan"])
def test_a_planned_unit_that_is_in_use_is_not_taken_away(app, planned, called_off, today, by, use):
    made = planned("SXD", "SXD")
    with app.app_context(), transaction() as session:
        if use == "person":
            session.scalar(select(User).where(User.email == "staff@demo.test")).department_id = made
        else:
            later = Reorganisation(
                (session.get(Department, made),), department_by_code("STC", today), (), today + timedelta(days=20)
            )
            reorganise(later, by=by("admin"), now=clock.now())
    with pytest.raises(Conflict) as refused:
        called_off("SXD")
    with app.app_context():
        assert "đã được dùng" in str(refused.value.message)
    assert of_code(app, "SXD") == 2


def test_a_unit_that_only_the_plan_made_goes_with_it_and_one_made_by_hand_stays(app, planned, called_off, today, by):
    planned("SXDCT", "SXD", "SCT")
    called_off("SXD")
    assert of_code(app, "SXDCT") == 1  # the other still goes into it
    called_off("SCT")
    assert of_code(app, "SXDCT") == 0

    with app.app_context(), transaction():
        add_unit("TTM", DRAFT, today + timedelta(days=10), by=by("admin"), now=clock.now())
    planned(lambda: department_by_code("TTM", today + timedelta(days=10)), "SXD")
    called_off("SXD")
    assert of_code(app, "TTM") == 1


def test_a_plan_is_checked_against_the_units_as_they_are_and_not_as_they_were_read(app, today, by):
    with app.app_context(), transaction() as session:
        ending, taker = department_by_code("SXD", today), department_by_code("SCT", today)
        ended = update(Department).where(Department.id == taker.id).values(valid_to=today + timedelta(days=5))
        session.execute(ended, execution_options={"synchronize_session": False})  # as another transaction would
        with pytest.raises(Invalid) as refused:
            reorganise(
                Reorganisation((ending,), taker, (), today + timedelta(days=10)), by=by("admin"), now=clock.now()
            )
        assert "taker_id" in refused.value.fields
