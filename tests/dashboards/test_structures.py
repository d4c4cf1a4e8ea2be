"""Figures by unit as it was and in today's structure: the same cases, the same totals. The seed's 2025 reorganisation."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Department
from hotline.catalogue.queries import structure_on
from hotline.dashboards.figures import Figure, Scope
from hotline.dashboards.queries import BY_LINE, by_unit, together
from hotline.db import db, transaction
from hotline.tickets.models import Ticket
from hotline.web.formats import local

# (former unit, how many cases): two that became Sở Xây dựng, one that went into Sở Tài chính, and two without successor.
BEFORE_2025 = (("SGTVT", 3), ("SXD", 2), ("SKHDT", 1), ("SNgV", 1), ("UBND-H688", 2))


@pytest.fixture
def former(app, opened):
    """Cases as they stood before 1 July 2025, one of them answered; the ids of the units by code."""
    units, answered = {}, True
    codes = {code: [opened() for _ in range(number)] for code, number in BEFORE_2025}
    with app.app_context(), transaction() as session:
        for unit in session.scalars(select(Department).where(Department.valid_to.is_not(None))):
            units[unit.code] = unit.id
        for code, tickets in codes.items():
            for ticket in session.scalars(select(Ticket).where(Ticket.code.in_(tickets))):
                ticket.department_id = units[code]
                ticket.is_late, answered = answered, False
    return units


def lines_of(found):
    return {line.department.code: line for lines in found.values() for line in lines}


def test_former_units_count_for_those_that_followed_and_nothing_is_lost(app, former, opened):
    opened()
    now = clock.now()
    scope = Scope(now - timedelta(days=1), now + timedelta(days=1), now)
    with app.app_context():
        then = by_unit(scope)
        today = by_unit(scope, structure_on(local(now).date()))
        assert {line.department.id for lines in then.values() for line in lines} >= {former[c] for c, _n in BEFORE_2025}
        received = {code: line.numbers[Figure.RECEIVED] for code, line in lines_of(today).items()}
        assert received == {"SXD": 3 + 2 + 1, "STC": 1, "SNgV": 1, "UBND-H688": 2}
        for figure in BY_LINE:
            sums = [together(line for lines in found.values() for line in lines)[figure] for found in (then, today)]
            assert sums[0] == sums[1], figure


def test_the_seed_s_reorganisation_ends_somewhere_or_is_named(app):
    with app.app_context():
        units = {unit.id: unit for unit in db.session.scalars(select(Department))}
        found = structure_on(local(clock.now()).date())
        assert set(found) == set(units)
        lost = {units[unit].code for unit, today in found.items() if units[today].valid_to is not None}
        assert lost == {"SNgV"} | {code for code in (u.code for u in units.values()) if code.startswith("UBND-H")}


def test_the_switch_changes_the_lines_and_keeps_to_it(sign_in, former, opened):
    opened()
    leader = sign_in("leader")
    then = leader.get("/dashboard?lang=en").text
    assert "Department of Transport" in then and "Former districts" in then
    today = leader.get("/dashboard?structure=today&lang=en").text
    assert "Department of Transport" not in today and "dissolved without successor" in today
    lists = [a for a in re.findall(r'href="(/dashboard/list[^"]+)"', today) if "department=" in a]
    assert lists and all("structure=today" in address for address in lists)
    assert leader.get("/dashboard?structure=nonsense").status_code == 404


def test_a_line_of_today_opens_the_cases_of_the_units_it_followed(app, sign_in, former):
    with app.app_context():
        on = local(clock.now()).date()
        unit = db.session.scalar(select(Department.id).where(Department.code == "SXD", Department.valid_to.is_(None)))
    leader, wish = sign_in("leader"), f"from={on}&to={on}&department={unit}"
    for structure, number in (("then", 0), ("today", 5)):
        shown = leader.get(f"/dashboard/list?{wish}&figure=received&structure={structure}").text
        assert len(set(re.findall(r"\b\d\d-\d{7}\b", shown))) == number
    assert leader.get(f"/dashboard?{wish}&structure=today").status_code == 200
