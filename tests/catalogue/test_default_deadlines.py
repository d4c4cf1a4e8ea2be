"""What each category promises by default, printed as dates: `pytest -s tests/catalogue/test_default_deadlines.py`."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.catalogue.actions import SEED
from hotline.catalogue.queries import active_categories, arithmetic
from hotline.tickets.models import ClockKind
from hotline.tickets.queries import plan
from hotline.tickets.rules.sla import Facts, plan_of

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
RECEIVED = datetime(2026, 11, 24, 9, 15, tzinfo=HERE)  # a Tuesday, and Vietnam Culture Day: nobody is in the office
CALENDAR = json.loads((SEED / "calendar_vn.json").read_text(encoding="utf-8"))["definition"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Besides what is urgent: police, power, water, rangers, and what a commune sees to at night (flood, trees, noise).
ROUND_THE_CLOCK = {"GT-06", "DT-03", "DT-04", "MT-04", "DN-01", "DN-03", "AN-01", "NN-02"}


@dataclass
class Promise:
    code: str
    name: str
    priority: str
    first_target: str
    first_by: datetime
    target: str
    due: datetime


def seeded():
    with (SEED / "categories.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shifts_on(day):
    if day.isoformat() in CALENDAR["holidays"]:
        return []
    return CALENDAR["extra_working_days"].get(day.isoformat(), CALENDAR["weekly"].get(WEEKDAYS[day.weekday()], []))


def working_day_after(day, number):
    """The `number`-th day with shifts after `day`."""
    while number:
        day += timedelta(days=1)
        number -= bool(shifts_on(day))
    return day


def split(target):
    unit = target.lstrip("0123456789")
    return int(target.removesuffix(unit)), unit


@pytest.fixture
def promises(app):
    """What the province would promise a caller of this morning, for each category in use."""
    with app.app_context():
        found = []
        for category in active_categories():
            planned = plan(category, None, RECEIVED.astimezone(UTC))
            terms = planned.terms
            first_target = terms.target_of(ClockKind.FIRST_RESPONSE)
            first_by = plan_of(Facts(first_target, arithmetic(terms.calendar), RECEIVED)).deadline_at
            found.append(
                Promise(
                    category.code,
                    category.name_vi,
                    category.priority,
                    first_target,
                    first_by.astimezone(HERE),
                    terms.target_of(ClockKind.RESOLUTION),
                    planned.due_at.astimezone(HERE),
                )
            )
        return found


def test_each_categorys_default_as_a_date(promises):
    print(f"\nReceived {RECEIVED:%A %d/%m/%Y %H:%M}")
    for row in promises:
        first, due = f"{row.first_by:%d/%m/%Y %H:%M}", f"{row.due:%d/%m/%Y %H:%M}"
        print(f"{row.code}  {row.name:<50}{row.priority:<8}{row.first_target:>5}  {first}{row.target:>6}  {due}")
    assert len(promises) == 50
    promised = {row.code: (row.first_target, row.target) for row in promises}
    assert promised == {row["code"]: (row["first_response"], row["resolve"]) for row in seeded()}
    assert all(RECEIVED < row.first_by < row.due for row in promises)


def test_a_target_in_working_days_ends_at_17_00_of_the_day_found_by_counting(promises):
    in_days = [row for row in promises if row.target.endswith("wd")]
    assert in_days
    for row in in_days:
        last = working_day_after(RECEIVED.date(), split(row.target)[0])
        assert (row.due.date(), f"{row.due:%H:%M:%S}") == (last, "17:00:00"), row.code
        assert shifts_on(last)[-1][1] == "17:00"


def test_a_target_in_clock_hours_ends_that_many_hours_later(promises):
    for row in promises:
        for target, due in ((row.first_target, row.first_by), (row.target, row.due)):
            number, unit = split(target)
            assert unit != "h" or due - RECEIVED == timedelta(hours=number), row.code


def test_office_categories_count_in_working_time_and_only_the_others_by_the_clock(promises):
    by_the_clock = {row.code for row in promises if row.priority == "urgent"} | ROUND_THE_CLOCK
    for row in promises:
        units = split(row.first_target)[1], split(row.target)[1]
        assert units == (("h", "h") if row.code in by_the_clock else ("wh", "wd")), row.code


def test_nothing_due_in_working_time_is_due_on_a_day_off(promises):
    assert shifts_on(RECEIVED.date()) == [] and working_day_after(date(2026, 8, 21), 1) == date(2026, 8, 22)
    for row in promises:
        if row.target.endswith("wd"):
            assert shifts_on(row.first_by.date()) and shifts_on(row.due.date()), row.code
