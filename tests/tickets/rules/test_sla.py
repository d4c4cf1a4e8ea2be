"""Deadlines from facts: R3, R4, R5, R8 on the Vietnamese office calendar of 2025."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.rules.sla import (
    PolicyRow,
    Timeliness,
    choose_policy,
    deadline_of,
    pause_until,
    reopened_deadline_of,
    start_of,
    timeliness,
)
from hotline.worktime import WorkCalendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = [["07:30", "11:30"], ["13:00", "17:00"]]
OFFICE = WorkCalendar.from_dict(
    {
        "tz": "Asia/Ho_Chi_Minh",
        "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
        "holidays": ["2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"],
        "extra_working_days": {"2025-04-26": DAY},
    }
)


def at(day, time, year=2025):
    month, number = (int(part) for part in day.split("-"))
    hour, minute = (int(part) for part in time.split(":"))
    return datetime(year, month, number, hour, minute, tzinfo=ZONE)


def test_r3_an_exact_fit_ends_at_the_end_of_the_shift():
    assert deadline_of("8wh", OFFICE, at("03-03", "07:30")) == at("03-03", "17:00")


def test_r3_hours_skip_lunch_night_and_tet():
    assert deadline_of("8wh", OFFICE, at("03-03", "08:00")) == at("03-04", "08:00")
    assert deadline_of("2wh", OFFICE, at("01-24", "16:00")) == at("02-03", "08:30")


def test_r5_a_day_target_does_not_count_the_day_of_receipt():
    assert deadline_of("5wd", OFFICE, at("03-03", "08:00")) == at("03-10", "17:00")
    assert deadline_of("1wd", OFFICE, at("04-25", "15:00")) == at("04-26", "17:00")  # the make-up Saturday


def test_clock_hours_run_day_and_night():
    assert deadline_of("24h", OFFICE, at("03-08", "22:10")) == at("03-09", "22:10")


def test_r4_a_wait_hands_its_remainder_to_the_resumption():
    start, asked, replied = at("03-03", "08:00"), at("03-03", "10:00"), at("03-05", "13:00")
    assert deadline_of("8wh", OFFICE, start, [(asked, replied)]) == at("03-06", "09:30")
    assert deadline_of("24h", OFFICE, start, [(asked, replied)]) == start + timedelta(hours=24) + (replied - asked)
    assert deadline_of("8wh", OFFICE, start, [(asked, None)]) is None


def test_r4_a_wait_after_the_breach_moves_nothing():
    start = at("03-03", "08:00")
    assert deadline_of("2wh", OFFICE, start, [(at("03-03", "10:00"), None)]) == at("03-03", "10:00")


def test_r8_a_reopened_case_has_what_was_left_but_at_least_four_hours():
    first = (at("03-03", "08:00"), at("03-03", "16:30"))  # seven of eight hours were used
    assert reopened_deadline_of("8wh", OFFICE, first, at("03-05", "09:00")) == at("03-05", "14:30")
    early = (at("03-03", "08:00"), at("03-03", "09:00"))
    assert reopened_deadline_of("8wh", OFFICE, early, at("03-05", "07:30")) == at("03-05", "16:00")


minutes = st.integers(min_value=0, max_value=60 * 24 * 200)


@given(minutes, st.sampled_from(["2wh", "8wh", "24h", "48h", "1wd", "10wd"]), minutes, st.integers(1, 60 * 24 * 10))
def test_a_finished_wait_never_brings_the_deadline_forward(start, target, offset, length):
    begin = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    asked = begin + timedelta(minutes=offset % (60 * 24 * 20))
    plain = deadline_of(target, OFFICE, begin)
    waited = deadline_of(target, OFFICE, begin, [(asked, asked + timedelta(minutes=length))])
    assert waited >= plain
    assert (asked < plain) or waited == plain


def test_timeliness_is_judged_by_the_stop_not_by_the_sweep():
    start, due = at("03-03", "08:00"), at("03-03", "10:00")

    def state(now, stopped=None, late=False):
        return timeliness(started_at=start, deadline=due, stopped_at=stopped, was_late=late, now=now)

    assert state(at("03-03", "08:30")) is Timeliness.IN_TIME
    assert state(at("03-03", "09:40")) is Timeliness.DUE_SOON
    assert state(at("03-03", "10:00")) is Timeliness.DUE_SOON
    assert state(at("03-03", "10:01")) is Timeliness.OVERDUE
    assert state(at("03-04", "10:00"), stopped=at("03-03", "10:00")) is Timeliness.ON_TIME
    assert state(at("03-04", "10:00"), stopped=at("03-03", "10:01"), late=True) is Timeliness.LATE


def test_r2_the_start_is_the_call_never_the_future():
    now = at("03-03", "10:00")
    assert start_of(at("03-03", "09:50"), now) == at("03-03", "09:50")
    assert start_of(at("03-03", "10:05"), now) is None
    assert start_of(at("03-01", "10:00"), now) is None


def test_r4_a_wait_lasts_ten_working_days_at_most():
    assert pause_until(OFFICE, at("03-03", "10:00")) == at("03-17", "17:00")


def test_r9_the_first_policy_whose_conditions_match_is_taken():
    policies = [PolicyRow(1, category_id=7, priority="urgent"), PolicyRow(2, priority="urgent"), PolicyRow(3)]
    assert choose_policy(policies, category_id=7, priority="urgent").id == 1
    assert choose_policy(policies, category_id=8, priority="urgent").id == 2
    assert choose_policy(policies, category_id=7, priority="low").id == 3
    assert choose_policy(policies[:2], category_id=7, priority="low") is None


@pytest.mark.parametrize("target", ["", "8", "wh", "-8wh", "8 wh", "9999999wd", "1.5h", "²wh"])
def test_an_absurd_target_is_refused(target):
    with pytest.raises(ValueError):
        deadline_of(target, OFFICE, at("03-03", "08:00"))
