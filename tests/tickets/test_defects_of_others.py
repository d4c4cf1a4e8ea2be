"""What went wrong in other systems, each as a story that this one must live through unharmed."""

import pytest
from sqlalchemy import select

from hotline.catalogue.models import Calendar, Policy, Priority
from hotline.db import db, transaction
from hotline.tickets import jobs
from hotline.tickets.models import ClockKind
from hotline.tickets.rules.lifecycle import Status
from tests.support.days import clock_of, read_vn, vn

BORN, DUE = "2026-03-02 08:00", "2026-03-09 17:00"


@pytest.fixture
def case(born, do):
    """A case that the unit has accepted."""
    code = born(BORN)
    do(code, "staff", "accept", "2026-03-02 08:30")
    return code


@pytest.fixture
def sweep(app, at):
    """sweep("2026-03-03 09:00") crosses what is due by then."""

    def run(when):
        now = at(when)
        with app.app_context():
            jobs.escalate(now)

    return run


def due(ticket):
    return read_vn(ticket.due_at)


def crossed(ticket):
    return [(c.step, read_vn(c.due_at)) for c in clock_of(ticket).crossings]


def test_8_closing_does_not_wash_a_late_case_clean(app, case, do, sweep, at, look):
    """Elsewhere the overdue mark and the due date were erased when a case was closed, and the statistics with them."""
    do(case, "staff", "answer", "2026-03-10 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-10 10:00")
    now = at("2026-03-25 08:00")
    with app.app_context():
        assert jobs.close_settled(now) == 1
    row = look(case, clock_of)
    assert look(case, lambda t: (t.status, t.is_late)) == (Status.CLOSED, True)
    assert (read_vn(row.deadline_at), read_vn(row.breached_at)) == (DUE, DUE)


def test_8_reopening_gives_no_fresh_clock_and_does_not_forget_that_it_was_late(case, do, sweep, look):
    """Elsewhere the deadline was counted anew from the reopening, with the whole time, and the overdue mark fell off."""
    do(case, "staff", "answer", "2026-03-10 09:00", body="Đã vá.")
    do(case, "head", "approve", "2026-03-10 10:00")
    do(case, "lead", "reopen", "2026-03-11 08:00", reason="Chưa xong.")
    assert look(case, due) == "2026-03-11 13:30"  # all was used up: four hours, not five days
    assert look(case, lambda t: (t.is_late, clock_of(t, cycle=1).breached_at is not None)) == (True, True)
    sweep("2026-03-11 08:01")
    assert look(case, lambda t: clock_of(t).breached_at) is None  # and no alarm the moment it is open again


@pytest.mark.parametrize(("priority", "steps"), [(Priority.NORMAL, ["50%", "100%"]), (Priority.URGENT, ["100%"])])
def test_9_only_the_policy_that_says_so_escalates(app, born, sweep, look, priority, steps):
    """Elsewhere one flag was tested with the wrong operator, so every agreement escalated as soon as it had any flag."""
    with app.app_context(), transaction() as session:
        for policy in session.scalars(select(Policy).where(Policy.is_current)):
            at_all = ["50%", "100%"] if policy.priority is None else ["100%"]
            policy.thresholds = [{"clock": "resolution", "at": step, "alerts": []} for step in at_all]
    code = born(BORN, category="GT-01" if priority is Priority.NORMAL else "GT-02")
    sweep("2026-03-20 08:00")
    assert [step for step, _at in look(code, crossed)] == steps
    assert look(code, lambda t: t.priority) is priority  # passing a deadline raises nothing by itself


def test_9_another_priority_is_no_escalation(case, do, look):
    """Elsewhere raising the priority and raising the alarm were one switch."""
    do(case, "operator", "classify", "2026-03-03 09:00", category="GT-03", priority=Priority.HIGH, reason="Đông xe.")
    assert look(case, lambda t: (crossed(t), clock_of(t).breached_at, t.is_late)) == ([], None, False)


def test_10_nobody_of_the_old_unit_keeps_a_case_that_was_moved(case, do, look):
    """Elsewhere the assignee survived a transfer, and the new unit's people did not see that it was theirs."""
    do(case, "head", "assign", "2026-03-03 08:00", assignee="staff2")
    do(case, "lead", "route", "2026-03-03 09:00", department="SYT", reason="Thuộc y tế.")
    assert look(case, lambda t: (t.department.code, t.assignee_id)) == ("SYT", None)


def test_10_the_new_unit_sees_it_in_its_queue_and_the_old_one_does_not(case, do, sign_in, at):
    """Elsewhere members of the new department were not told at all."""
    do(case, "lead", "route", "2026-03-03 09:00", department="SYT", reason="Thuộc y tế.")
    at("2026-03-03 09:01")
    assert case in sign_in("health").get("/tickets?view=todo").text
    assert case not in sign_in("staff").get("/tickets?view=todo").text


def test_11_the_lunch_break_belongs_to_nobody(born, targets, look):
    """Elsewhere a second working period of a day was refused as a repetition, so the lunch break ran against the clerk."""
    targets("GT-01", "4wh")
    assert look(born("2026-03-02 10:30"), due) == "2026-03-02 16:00"
    assert look(born("2026-03-02 11:30"), due) == "2026-03-02 17:00"


@pytest.mark.parametrize(
    ("born_at", "target", "deadline"),
    [
        ("2025-12-31 15:00", "4wh", "2026-01-05 09:30"),  # 1 January and the swapped Friday 2 January are off
        ("2026-01-09 15:00", "4wh", "2026-01-10 09:30"),  # worked on Saturday 10 January instead
        ("2026-01-09 15:00", "1wd", "2026-01-10 17:00"),
        ("2026-02-13 16:00", "2wh", "2026-02-23 08:30"),  # Tết, from Saturday 14 to Sunday 22 February
        ("2026-02-12 09:00", "2wd", "2026-02-23 17:00"),
    ],
)
def test_12_a_swapped_day_is_a_working_day(born, targets, look, born_at, target, deadline):
    """Elsewhere holidays could only be taken away from the calendar; a Saturday worked instead could not be entered."""
    targets("GT-01", target)
    assert look(born(born_at), due) == deadline


def test_13_no_threshold_falls_into_night_lunch_or_weekend(app, born, sweep, look):
    """Elsewhere, with two periods a day, levels fired at midnight and at the weekend."""
    code = born("2026-03-05 15:10")  # a Thursday: half of its time is up on Monday
    sweep("2026-03-30 12:00")
    with app.app_context():
        calendar = db.session.scalars(select(Calendar).where(Calendar.code == "VN-OFFICE", Calendar.is_current)).one()
        shifts = calendar.definition["weekly"]
    moments = look(code, crossed)
    assert {step for step, _at in moments} >= {"50%", "75%", "90%", "-1wd", "100%", "+4wh", "+8wh", "+24wh"}
    for step, moment in moments:
        instant = vn(moment)
        name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[vn(moment.split()[0] + " 12:00").weekday()]
        hour = moment.split()[1][:5]
        assert any(begin <= hour <= end for begin, end in shifts.get(name, [])), (step, moment)
        assert instant > vn("2026-03-05 15:10")


def test_14_a_wait_survives_another_policy(born, do, look):
    """Elsewhere the time a citizen had been waited for was lost when another agreement came to apply."""
    code = born(BORN, category="GT-02")  # urgent: 24 hours of the clock
    do(code, "staff", "accept", "2026-03-02 08:10")
    do(code, "staff", "ask", "2026-03-02 09:00", question="Cầu nào?", by_phone=True)
    do(code, "operator", "confirm", "2026-03-02 09:00")
    do(code, "staff", "resume", "2026-03-03 09:00", note="Cầu số 2.")
    assert look(code, due) == "2026-03-04 08:00"
    do(
        code,
        "operator",
        "classify",
        "2026-03-03 10:00",
        category="GT-03",
        priority=Priority.HIGH,
        reason="Hết nguy hiểm.",
    )
    # Two working days, Wednesday 17:00 by the calendar; a working day of waiting lies between: Thursday 17:00.
    assert look(code, lambda t: (due(t), t.policy.code)) == ("2026-03-05 17:00", "GENERAL")


def test_14_a_wait_over_the_weekend_gives_back_working_time_not_days_on_the_wall(case, do, look):
    """Elsewhere a hold was added in hours on the wall: a weekend of waiting moved the deadline by a weekend and more."""
    do(case, "staff", "ask", "2026-03-06 16:00", question="Số nhà nào?", by_phone=True)
    do(case, "operator", "confirm", "2026-03-06 16:00")
    do(case, "staff", "resume", "2026-03-09 08:30", note="Số 15.")
    assert look(case, due) == "2026-03-10 09:30"  # one hour of Friday and one of Monday were waited: two working hours


def test_14_a_case_that_waits_gets_no_alarm(case, do, sweep, look):
    """Elsewhere notices of expiry went out while a case was pending."""
    do(case, "staff", "ask", "2026-03-03 09:00", question="Số nhà nào?", by_phone=True, days=10)
    do(case, "operator", "confirm", "2026-03-03 09:00")
    sweep("2026-03-16 17:00")
    assert look(case, lambda t: (crossed(t), t.is_late)) == ([], False)


def test_14_the_pause_counts_once_however_often_the_rules_change(case, do, look):
    """Elsewhere hold time was accumulated on every save, so it grew with each change."""
    do(case, "staff", "ask", "2026-03-03 09:00", question="Số nhà nào?", by_phone=True)
    do(case, "operator", "confirm", "2026-03-03 09:00")
    do(case, "staff", "resume", "2026-03-04 09:00", note="Số 15.")
    before = look(case, due)
    for category, priority in (("GT-03", Priority.HIGH), ("GT-01", Priority.NORMAL)) * 3:
        do(case, "operator", "classify", "2026-03-04 10:00", category=category, priority=priority, reason="Xếp lại.")
    assert look(case, due) == before == "2026-03-10 17:00"
    assert look(case, lambda t: len([c for c in t.clocks if c.kind is ClockKind.RESOLUTION])) == 1
