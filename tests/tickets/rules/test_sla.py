"""Deadlines from facts: R3, R4, R5, R8 on the Vietnamese office calendar of 2025."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.rules.sla import (
    Facts,
    PolicyRow,
    Timeliness,
    Wish,
    choose_policy,
    effective_seconds,
    pause_begin,
    pause_until,
    plan_of,
    replanned,
    start_of,
    timeliness,
    used_seconds,
)
from hotline.worktime import WorkCalendar
from tests.support.deadlines import deadline_of

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


def reopened_deadline_of(target, calendar, first, reopened_at):
    start, stop = first
    return plan_of(Facts(target, calendar, reopened_at, earlier=((start, stop, ()),))).deadline_at


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


def test_r8_time_the_citizen_took_in_the_first_cycle_is_not_counted_as_used():
    waited = ((at("03-03", "10:00"), at("03-03", "15:00")),)
    facts = Facts("8wh", OFFICE, at("03-05", "07:30"), earlier=((at("03-03", "08:00"), at("03-03", "16:00"), waited),))
    assert plan_of(facts).deadline_at == at("03-05", "14:00")  # three of eight hours were used


def test_r8_a_third_cycle_has_what_the_first_two_left():
    spans = ((at("03-03", "08:00"), at("03-03", "09:00"), ()), (at("03-04", "08:00"), at("03-04", "10:00"), ()))
    assert plan_of(Facts("8wh", OFFICE, at("03-05", "07:30"), earlier=spans)).deadline_at == at("03-05", "14:00")


def test_r6_a_raised_priority_counts_from_the_original_start_with_a_quarter_as_floor():
    monday, wednesday = at("03-03", "08:00"), at("03-05", "10:00")
    before = Facts("40wh", OFFICE, monday)
    after = replanned(before, Facts("8wh", OFFICE, monday), wednesday)
    assert plan_of(Facts("8wh", OFFICE, monday)).deadline_at == at("03-04", "08:00")
    assert plan_of(after).deadline_at == at("03-05", "13:30")
    assert effective_seconds(after) == 20 * 3600


def test_r6_a_floor_set_once_holds_when_later_changes_loosen():
    monday = at("03-03", "08:00")
    tight = replanned(Facts("40wh", OFFICE, monday), Facts("8wh", OFFICE, monday), at("03-05", "10:00"))
    loose = replanned(tight, Facts("80wh", OFFICE, monday, floor_from_at=tight.floor_from_at), at("03-05", "11:00"))
    assert plan_of(loose).deadline_at == plan_of(Facts("80wh", OFFICE, monday)).deadline_at


def test_r6_a_pause_is_kept_when_the_target_changes():
    monday, waited = at("03-03", "08:00"), ((at("03-03", "09:00"), at("03-03", "15:00")),)
    after = replanned(Facts("16wh", OFFICE, monday, waited), Facts("8wh", OFFICE, monday, waited), at("03-03", "15:00"))
    assert plan_of(after).deadline_at == at("03-04", "14:00")  # the wait of the morning still stands


def test_an_extension_moves_the_last_promise_and_keeps_the_first():
    facts = Facts(
        "8wh", OFFICE, at("03-03", "08:00"), granted_at=at("03-03", "14:00"), granted_until=at("03-06", "17:00")
    )
    plan = plan_of(facts)
    assert (plan.deadline_at, plan.first_promise_at) == (at("03-06", "17:00"), at("03-04", "08:00"))
    waited = ((at("03-05", "16:00"), at("03-10", "08:00")),)
    later = plan_of(Facts("8wh", OFFICE, facts.started_at, waited, (), None, facts.granted_at, facts.granted_until))
    assert later.deadline_at == at("03-11", "09:00")  # an hour and a day were left
    assert later.first_promise_at == at("03-04", "08:00")


def test_the_deadline_without_pauses_is_kept_beside_the_headline():
    plan = plan_of(Facts("8wh", OFFICE, at("03-03", "08:00"), ((at("03-03", "10:00"), at("03-05", "13:00")),)))
    assert (plan.deadline_at, plan.bare_deadline_at) == (at("03-06", "09:30"), at("03-04", "08:00"))


def test_r4_a_wait_counts_from_the_later_of_delivery_and_confirmation():
    assert pause_begin(at("03-03", "10:00"), at("03-03", "11:00")) == at("03-03", "11:00")
    assert pause_begin(at("03-03", "12:00"), at("03-03", "11:00")) == at("03-03", "12:00")
    assert pause_begin(None, at("03-03", "11:00")) is None and pause_begin(at("03-03", "11:00"), None) is None


def test_r6_what_was_used_and_what_is_allowed_leave_the_pauses_out():
    facts = Facts("8wh", OFFICE, at("03-03", "08:00"), ((at("03-03", "10:00"), None),))
    assert effective_seconds(facts) == 8 * 3600
    assert used_seconds(facts, at("03-07", "10:00")) == 2 * 3600


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
    policies = [
        PolicyRow(1, category_id=7, priority="urgent"),
        PolicyRow(2, priority="urgent"),
        PolicyRow(3, channel="web", caller_kind="business"),
        PolicyRow(4),
    ]
    assert choose_policy(policies, Wish(7, "urgent")).id == 1
    assert choose_policy(policies, Wish(8, "urgent")).id == 2
    assert choose_policy(policies, Wish(7, "low", "web", "business")).id == 3
    assert choose_policy(policies, Wish(7, "low", "web")).id == 4
    assert choose_policy(policies[:2], Wish(7, "low")) is None


@pytest.mark.parametrize("target", ["", "8", "wh", "-8wh", "8 wh", "9999999wd", "1.5h", "²wh"])
def test_an_absurd_target_is_refused(target):
    with pytest.raises(ValueError):
        deadline_of(target, OFFICE, at("03-03", "08:00"))
