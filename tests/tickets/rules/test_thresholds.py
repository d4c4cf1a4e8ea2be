"""Thresholds as data (R10): what can be meant, when each is due, what is armed; and the laws that make them fire once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.rules.sla import ROUND_THE_CLOCK, Facts, plan_of
from hotline.tickets.rules.thresholds import Due, Step, crossed, first_armed, following, read_steps, schedule
from hotline.worktime import WorkCalendar
from tests.support.days import read_vn, vn

DAY = [["07:30", "11:30"], ["13:00", "17:00"]]
OFFICE = WorkCalendar.from_dict(
    {
        "tz": "Asia/Ho_Chi_Minh",
        "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY),
        "holidays": ["2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"],
        "extra_working_days": {"2025-04-26": DAY},
    }
)
MONDAY = vn("2025-03-03 08:00")
EIGHT_HOURS = Facts("8wh", OFFICE, MONDAY)  # until Tuesday 08:00


def steps(*ats):
    return [Step("resolution", at) for at in ats]


def due_of(facts, *ats):
    return schedule(steps(*ats), facts, plan_of(facts))


def read(due):
    return [(one.step.at, read_vn(one.at)) for one in due]


# What can be meant


def test_a_policys_rows_are_read_with_whom_they_alert():
    rows = [
        {"clock": "resolution", "at": "75%", "alerts": ["assignee", "head"]},
        {"clock": "acceptance", "at": "100%"},
        {"clock": "resolution", "at": "100%", "alerts": []},
    ]
    assert read_steps(rows) == [
        Step("resolution", "75%", ("assignee", "head")),
        Step("acceptance", "100%"),
        Step("resolution", "100%"),
    ]


@pytest.mark.parametrize(
    "at", ["1%", "100%", "150%", "1000%", "-1wd", "-10wd", "-30wd", "+1wh", "+24wh", "+2h", "+15m", "+999m"]
)
def test_every_way_to_write_a_threshold_is_understood(at):
    assert read_steps([{"clock": "resolution", "at": at}]) == [Step("resolution", at)]


@pytest.mark.parametrize(
    "at",
    [
        *("", "0%", "075%", "1001%", "99999%", "100000%", "75", "75 %", " 75%", "75%\n", "٧٥%", "1e2%", None, 75),
        *("-0wd", "-31wd", "-1d", "1wd", "+0wh", "+1000wh", "+1wd", "+1s", "4wh", "-4wh", "+-4wh"),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_refused_in_a_sentence(at):
    with pytest.raises(ValueError, match=r"threshold .*\.$"):
        read_steps([{"clock": "resolution", "at": at}])


def test_an_unknown_clock_or_audience_and_a_step_that_stands_there_twice_are_refused():
    with pytest.raises(ValueError, match="no clock"):
        read_steps([{"clock": "lunch", "at": "75%"}])
    with pytest.raises(ValueError, match="no clock"):
        read_steps([{"at": "75%"}])
    with pytest.raises(ValueError, match="Alerts go to"):
        read_steps([{"clock": "resolution", "at": "75%", "alerts": ["chairman"]}])
    with pytest.raises(ValueError, match="75% stands there twice"):
        read_steps([{"clock": "resolution", "at": "75%"}, {"clock": "resolution", "at": "75%", "alerts": ["head"]}])


# When each is due


def test_r10_eight_hours_from_monday_fire_at_the_worked_numbers():
    assert read(due_of(EIGHT_HOURS, "50%", "75%", "90%", "100%")) == [
        ("50%", "2025-03-03 13:30"),
        ("75%", "2025-03-03 15:30"),
        ("90%", "2025-03-03 16:42"),
        ("100%", "2025-03-04 08:00"),
    ]


def test_r10_a_percentage_that_is_no_whole_second_is_rounded_up():
    hour = Facts("1h", OFFICE, MONDAY)
    assert read(due_of(hour, "1%", "33%", "67%")) == [
        ("1%", "2025-03-03 08:00:36"),
        ("33%", "2025-03-03 08:19:48"),
        ("67%", "2025-03-03 08:40:12"),
    ]
    until_noon = Facts("8wh", OFFICE, MONDAY, granted_at=MONDAY, granted_until=vn("2025-03-04 11:00:01"))
    assert read(due_of(until_noon, "50%")) == [("50%", "2025-03-03 15:00:01")]  # half of 11 h and a second


def test_r10_the_ladder_climbs_in_working_time_by_the_clock_or_in_minutes():
    assert read(due_of(EIGHT_HOURS, "+15m", "+2h", "100%", "+4wh", "+8wh", "+24wh")) == [
        ("100%", "2025-03-04 08:00"),
        ("+15m", "2025-03-04 08:15"),
        ("+2h", "2025-03-04 10:00"),
        ("+4wh", "2025-03-04 13:30"),
        ("+8wh", "2025-03-05 08:00"),
        ("+24wh", "2025-03-07 08:00"),
    ]
    friday = Facts("4wh", OFFICE, vn("2025-03-07 13:00"))
    assert read(due_of(friday, "+15m", "+4wh")) == [("+15m", "2025-03-07 17:15"), ("+4wh", "2025-03-10 11:30")]


@pytest.mark.parametrize(
    ("received", "target", "opens"),
    [
        ("2025-03-03 08:00", "5wd", "2025-03-07 07:30"),  # due Monday the 10th: the Friday before
        ("2025-01-17 08:00", "6wd", "2025-01-24 07:30"),  # due after Tết: the last day before it
        ("2025-04-21 08:00", "6wd", "2025-04-26 07:30"),  # due Monday the 28th: the made-up Saturday
    ],
)
def test_one_working_day_before_is_when_that_day_opens(received, target, opens):
    assert read(due_of(Facts(target, OFFICE, vn(received)), "-1wd")) == [("-1wd", opens)]


def test_a_step_before_the_start_does_not_exist():
    assert read(due_of(EIGHT_HOURS, "-1wd", "-2wd", "100%")) == [("100%", "2025-03-04 08:00")]
    at_the_start = Facts("1wd", OFFICE, vn("2025-03-03 07:30"))
    assert read(due_of(at_the_start, "-1wd", "100%")) == [("100%", "2025-03-04 17:00")]
    just_after_it = Facts("1wd", OFFICE, vn("2025-03-03 07:29:59"))
    assert read(due_of(just_after_it, "-1wd"))[0] == ("-1wd", "2025-03-03 07:30")


def test_r4_while_the_time_stands_still_nothing_is_due():
    assert due_of(Facts("8wh", OFFICE, MONDAY, ((vn("2025-03-03 10:00"), None),)), "50%", "100%", "+4wh") == []


def test_r4_a_wait_that_ended_moves_what_came_after_it():
    waited = Facts("8wh", OFFICE, MONDAY, ((vn("2025-03-03 14:00"), vn("2025-03-04 14:00")),))
    assert read(due_of(waited, "50%", "75%", "100%", "+4wh")) == [
        ("50%", "2025-03-03 13:30"),
        ("75%", "2025-03-04 15:30"),
        ("100%", "2025-03-05 08:00"),
        ("+4wh", "2025-03-05 13:30"),
    ]


@pytest.mark.parametrize("ends", ["2025-03-05 10:00", None])
def test_r4_a_wait_after_the_deadline_moves_no_step_of_the_ladder_and_hides_none(ends):
    after = (vn("2025-03-04 09:00"), vn(ends) if ends else None)
    ladder = ("100%", "+2h", "125%", "150%", "+8wh")
    assert due_of(Facts("8wh", OFFICE, MONDAY, (after,)), *ladder) == due_of(EIGHT_HOURS, *ladder)
    assert read(due_of(EIGHT_HOURS, "125%", "150%")) == [("125%", "2025-03-04 10:00"), ("150%", "2025-03-04 13:30")]


def test_r10_after_an_extension_percentages_are_taken_of_the_whole_new_time():
    granted = Facts("8wh", OFFICE, MONDAY, granted_at=vn("2025-03-03 16:00"), granted_until=vn("2025-03-05 17:00"))
    assert read(due_of(granted, "50%", "100%")) == [("50%", "2025-03-04 13:15"), ("100%", "2025-03-05 17:00")]


# What is armed, and what is crossed


def test_r10_a_first_plan_arms_all_steps_and_a_later_one_only_what_lies_ahead():
    due = due_of(EIGHT_HOURS, "50%", "75%", "90%", "100%")
    assert first_armed(due, after=None).step.at == "50%"
    assert first_armed(due, after=vn("2025-03-03 15:00")).step.at == "75%"
    assert first_armed(due, after=vn("2025-03-04 08:00:01")) is None
    assert first_armed([], after=None) is None


def test_r10_a_step_at_the_very_instant_of_the_change_is_not_lost_between_two_plans():
    due, change_at = due_of(EIGHT_HOURS, "75%", "100%"), vn("2025-03-04 08:00")
    assert [one.step.at for one in crossed(due, "75%", change_at)] == ["75%"]  # the old plan has not crossed it
    assert first_armed(due, after=change_at).step.at == "100%"


def test_r3_a_step_is_crossed_after_its_instant_not_at_it():
    due, deadline = due_of(EIGHT_HOURS, "90%", "100%"), vn("2025-03-04 08:00")
    assert crossed(due, "100%", deadline) == []
    assert crossed(due, "100%", deadline + timedelta(microseconds=1)) == [Due(deadline, Step("resolution", "100%"))]


def test_r11_after_a_downtime_all_that_was_passed_is_crossed_in_order_and_the_next_is_armed():
    due = due_of(EIGHT_HOURS, "50%", "75%", "90%", "100%", "+4wh", "+8wh")
    passed = crossed(due, "75%", vn("2025-03-04 15:00"))
    assert [one.step.at for one in passed] == ["75%", "90%", "100%", "+4wh"]
    assert following(due, "75%", len(passed)).step.at == "+8wh"
    assert following(due, "+8wh", 1) is None


# Laws

PERCENTS = st.integers(1, 1_000).map(lambda p: f"{p}%")
BEFORE = st.integers(1, 30).map(lambda n: f"-{n}wd")
AFTER = st.builds(lambda n, unit: f"+{n}{unit}", st.integers(1, 60), st.sampled_from(["wh", "h", "m"]))
LADDERS = st.lists(PERCENTS | BEFORE | AFTER, unique=True, max_size=8).map(lambda found: [*found, "100%"])
TARGETS = st.builds(lambda n, unit: f"{n}{unit}", st.integers(1, 40), st.sampled_from(["wh", "h", "wd"]))
INSTANTS = st.integers(0, 200 * 86_400).map(lambda s: datetime(2025, 1, 2, tzinfo=UTC) + timedelta(seconds=s))
CLOSED = st.lists(st.tuples(INSTANTS, st.integers(0, 20 * 86_400)), max_size=3).map(
    lambda found: tuple((began, began + timedelta(seconds=lasted)) for began, lasted in found)
)
FACTS = st.builds(lambda target, start, waits: Facts(target, OFFICE, start, waits), TARGETS, INSTANTS, CLOSED)


def number_of(at, unit):
    return int(at.lstrip("+-").removesuffix(unit))


@given(FACTS, LADDERS)
def test_a_schedule_is_sorted_and_its_100_percent_is_the_deadline(facts, ats):
    ats = list(dict.fromkeys(ats))
    due, deadline = due_of(facts, *ats), plan_of(facts).deadline_at
    assert [one.at for one in due] == sorted(one.at for one in due)
    assert [one.at for one in due if one.step.at == "100%"] == [deadline]
    assert {one.step.at for one in due} | {at for at in ats if at.startswith("-")} == set(ats)
    assert all(one.at >= facts.started_at for one in due)


@given(FACTS, LADDERS)
def test_at_each_percentage_that_part_of_the_time_is_used(facts, ats):
    deadline = plan_of(facts).deadline_at
    whole = facts.pace.elapsed(facts.started_at, deadline, facts.pauses)
    for one in due_of(facts, *dict.fromkeys(ats)):
        if one.step.at.endswith("%"):
            wanted = -(-whole * number_of(one.step.at, "%") // 100)
            used = facts.pace.elapsed(facts.started_at, min(one.at, deadline), facts.pauses)
            over = facts.pace.elapsed(deadline, max(one.at, deadline))
            assert used + over == wanted
        elif one.step.at.startswith("+"):
            amount, unit = number_of(one.step.at, one.step.at.lstrip("+0123456789")), one.step.at.lstrip("+0123456789")
            pace = OFFICE if unit == "wh" else ROUND_THE_CLOCK
            assert pace.elapsed(deadline, one.at) == amount * (60 if unit == "m" else 3600)
        else:
            assert one.at < deadline


@given(FACTS, LADDERS, st.lists(INSTANTS, max_size=12))
def test_r11_whenever_the_sweeps_come_and_though_the_time_runs_back_each_step_is_crossed_once(facts, ats, sweeps):
    due = due_of(facts, *dict.fromkeys(ats))
    armed, seen = first_armed(due, after=None), []
    for now in sweeps:
        if armed is None:
            break
        passed = crossed(due, armed.step.at, now)
        seen += passed
        armed = following(due, armed.step.at, len(passed))
    latest = max(sweeps, default=facts.started_at)
    assert seen == [one for one in due if one.at < latest and sweeps]
    assert armed == (due[len(seen)] if len(seen) < len(due) else None)
