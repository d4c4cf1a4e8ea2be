"""Versions of calendars, edits of their definitions, and days that a library suggests (R9, R12)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue import queries, rules
from hotline.catalogue.actions import add_calendar, change_calendar
from hotline.catalogue.suggestions import suggestions
from hotline.db import db, transaction
from hotline.errors import Invalid
from hotline.worktime import CalendarError, DayKind, WorkCalendar

DAY = [["07:30", "11:30"], ["13:00", "17:00"]]
OFFICE = {
    "tz": "Asia/Ho_Chi_Minh",
    "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
    "holidays": ["2026-01-01"],
    "extra_working_days": {"2026-01-10": DAY},
}
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31))


def kind(definition, on):
    return WorkCalendar.from_dict(definition).day_kind(on)


@given(days)
def test_r12_a_day_is_what_it_was_last_called(on):
    off = rules.with_day_off(OFFICE, on)
    assert kind(off, on) is DayKind.HOLIDAY
    worked = rules.with_extra_day(off, on, [["08:00", "12:00"]])
    assert kind(worked, on) is DayKind.EXTRA
    normal = rules.with_normal_day(worked, on)
    assert kind(normal, on) is (DayKind.WORKING if on.weekday() < 5 else DayKind.FREE)
    assert rules.with_normal_day(OFFICE, on) == normal


@given(days)
def test_r9_the_dates_that_change_are_those_that_are_worked_otherwise(on):
    after = rules.with_day_off(OFFICE, on)
    assert rules.changed_dates(OFFICE, after) == ([] if on == date(2026, 1, 1) else [on])
    assert rules.changed_dates(OFFICE, {**OFFICE, "tz": "UTC"}) is None
    assert rules.changed_dates(OFFICE, rules.with_week(OFFICE, tz=OFFICE["tz"], weekly={"mon": DAY})) is None


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("07:30-11:30, 13:00-17:00", DAY),
        ("13:00-17:00; 7h30 – 11h30", DAY),
        ("00:00-24:00", [["00:00", "24:00"]]),
        (" ", []),
    ],
)
def test_r12_shifts_are_read_as_people_write_them(text, shifts):
    assert rules.read_shifts(text, "mon") == shifts
    assert rules.read_shifts(rules.shifts_text(shifts), "mon") == shifts


@pytest.mark.parametrize("text", ["all day", "07:30", "07:30-11:30-13:00", "7-11", "-07:30-11:30", "07:30–11:30 13:00"])
def test_r12_shifts_in_other_words_are_refused(text):
    with pytest.raises(CalendarError):
        rules.read_shifts(text, "mon")


def versions(app, code="VN-OFFICE"):
    with app.app_context():
        return [(row.version, row.is_current, row.definition) for row in queries.calendar_versions(code)]


def change(app, by, definition, names=("Giờ hành chính Việt Nam", "Vietnamese office hours")):
    with app.app_context(), transaction():
        before = queries.calendar_in_force("VN-OFFICE")
        told = definition(before.definition)
        return change_calendar(
            "VN-OFFICE", told, before.day_names, names=names, by=by("admin"), now=clock.now()
        ).version


def test_r9_a_change_is_a_version_and_the_old_one_stays_as_it_was(app, by):
    [(_first, _current, before)] = versions(app)
    assert change(app, by, lambda told: rules.with_day_off(told, date(2026, 12, 15))) == 2
    (new, old) = versions(app)
    assert new[:2] == (2, True) and "2026-12-15" in new[2]["holidays"]
    assert old == (1, False, before)
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "calendar")).one()
        assert entry.detail["before"]["definition"] == rules.tidied(before)
        assert entry.detail["after"]["definition"] == new[2]


def test_r9_two_changes_of_the_same_version_do_not_both_stand(app, by):
    with app.app_context(), pytest.raises(Exception, match="Conflict"), transaction():
        queries.calendar_in_force("VN-OFFICE", version=7)


BAD = {
    "a date off and worked": ({**OFFICE, "holidays": ["2026-01-10"]}, "2026-01-10"),
    "a date that is none": ({**OFFICE, "holidays": ["2026-02-30"]}, "2026-02-30"),
    "the year 9999": ({**OFFICE, "holidays": ["9999-01-01"]}, "weekly"),
    "a shift that ends before it begins": ({**OFFICE, "weekly": {"tue": [["17:00", "13:00"]]}}, "tue"),
    "shifts that overlap": ({**OFFICE, "weekly": {"tue": [["07:00", "12:00"], ["11:00", "13:00"]]}}, "tue"),
    "no such weekday": ({**OFFICE, "weekly": {"funday": DAY}}, "weekly"),
    "no such zone": ({**OFFICE, "tz": "Asia/Dong_Xoai"}, "tz"),
    "no working time": ({**OFFICE, "weekly": {}}, "weekly"),
    "a year off": (
        {**OFFICE, "holidays": [date.fromordinal(one).isoformat() for one in range(735964, 736330)]},
        "weekly",
    ),
    "no definition": ({}, "tz"),
}


@pytest.mark.parametrize("what", BAD)
def test_r12_a_calendar_that_cannot_be_is_refused_and_nothing_is_written(app, by, what):
    definition, field = BAD[what]
    before = versions(app)
    with pytest.raises(Invalid) as refused:
        change(app, by, lambda _told: definition)
    assert list(refused.value.fields) == [field]
    assert "%(" not in str(refused.value.fields[field])
    assert versions(app) == before


def test_r9_a_change_that_changes_nothing_is_refused(app, by):
    with pytest.raises(Invalid):
        change(app, by, lambda told: {**told, "holidays": list(reversed(told["holidays"]))})
    assert change(app, by, lambda told: told, names=("Giờ làm việc", "Office hours")) == 2


@pytest.mark.parametrize("code", ["VN-OFFICE", "x", "ca trực", "A" * 33, "A_B"])
def test_a_code_that_is_taken_or_malformed_is_refused(app, by, code):
    with app.app_context(), pytest.raises(Invalid) as refused, transaction():
        add_calendar(code, OFFICE, {}, names=("Ca trực", "Duty"), by=by("admin"), now=clock.now())
    assert "code" in refused.value.fields


def test_r12_suggestions_say_what_the_calendar_has_and_where_it_says_the_opposite():
    definition = {**OFFICE, "holidays": ["2026-01-01", "2026-08-22"], "extra_working_days": {"2026-09-02": DAY}}
    found = {one.on: one for one in suggestions(2026, definition)}
    assert found[date(2026, 1, 1)].is_known
    assert found[date(2026, 8, 22)].worked and found[date(2026, 8, 22)].contradicts
    assert found[date(2026, 9, 2)].contradicts and not found[date(2026, 9, 2)].worked
    assert found[date(2026, 8, 31)].name_vi == "Nghỉ hoán đổi (làm bù ngày 22/08)"
    assert found[date(2026, 4, 27)].name_vi == "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"
    assert found[date(2026, 11, 24)].name_vi == "Ngày Văn hóa Việt Nam"


def test_r12_the_library_still_lacks_the_swap_of_january_2026():
    found = {one.on for one in suggestions(2026, OFFICE)}
    assert not {date(2026, 1, 2), date(2026, 1, 10)} & found  # the day it knows, the screen need not warn any more


@pytest.mark.parametrize("year", [1970, 2019, 2100, 2200])
def test_r12_a_year_the_library_hardly_knows_is_no_failure(year):
    assert all(one.on.year == year for one in suggestions(year, OFFICE))
