"""Each threshold of a plan is crossed exactly once (R10, R11), however often, late or side by side the sweeps come."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from hotline.catalogue.models import Priority, Setting
from hotline.db import db, transaction
from hotline.messages.jobs import send_due
from hotline.tickets import jobs
from hotline.tickets.actions import escalating
from hotline.tickets.models import Clock, ClockKind, Crossing, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.days import clock_of, read_vn, vn
from tests.support.sweepers import PROCESSES, sweeper
from tools.crowd import copy_case

# Eight working hours from Monday 3 March 2025 at 08:00 end on Tuesday at 08:00. Acceptance has eight as well.
BORN, DUE = "2025-03-03 08:00", "2025-03-04 08:00"
WORKED = [
    ("50%", "2025-03-03 13:30"),
    ("75%", "2025-03-03 15:30"),
    ("90%", "2025-03-03 16:42"),
    ("100%", DUE),
    ("+4wh", "2025-03-04 13:30"),
    ("+8wh", "2025-03-05 08:00"),
    ("+24wh", "2025-03-07 08:00"),
]
QUESTION = {"question": "Ổ gà nằm trước số nhà nào?"}


@pytest.fixture
def case(born, do, targets):
    """A case of eight working hours that the unit accepted and to which somebody called back."""
    targets("GT-01", "8wh")
    code = born(BORN)
    do(code, "staff", "accept", "2025-03-03 08:10")
    do(code, "staff", "note", "2025-03-03 08:20", text="Đã gọi cho người dân.", reached=True)
    return code


@pytest.fixture
def sweep(app, at):
    """sweep("2025-03-03 13:31") is one turn of the sweep at that time; how many clocks it dealt with."""

    def run(when):
        now = at(when)
        with app.app_context():
            return jobs.escalate(now)

    return run


def crossings(ticket, kind=ClockKind.RESOLUTION):
    """(plan, step, due, fired) of each crossing of one clock, in order."""
    return [(c.plan_no, c.step, read_vn(c.due_at), read_vn(c.fired_at)) for c in clock_of(ticket, kind).crossings]


def breaches(ticket):
    return Counter(event.detail["clock"] for event in ticket.events if event.verb is Verb.BREACH)


def second_after(when):
    return vn(when) + timedelta(seconds=1)


def all_crossings(app):
    """How many crossings each (clock, plan, step) has, and how many breach notices each (case, clock)."""
    with app.app_context():
        steps = select(Crossing.clock_id, Crossing.plan_no, Crossing.step)
        notices = db.session.scalars(select(TicketEvent).where(TicketEvent.verb == Verb.BREACH))
        return (
            Counter(map(tuple, db.session.execute(steps))),
            Counter((notice.ticket_id, notice.detail["clock"]) for notice in notices),
        )


# One sweeper


def test_r10_thresholds_fire_at_the_worked_numbers_and_not_a_moment_before(case, sweep, look):
    for place, (step, due) in enumerate(WORKED):
        assert sweep(due) == 0  # at the very instant it is not behind us yet
        assert sweep(second_after(due)) == 1
        assert look(case, crossings)[place:] == [(1, step, due, read_vn(second_after(due)))]
    assert look(case, lambda t: (clock_of(t).next_step, clock_of(t).fires_at)) == (None, None)
    assert look(case, breaches) == {"resolution": 1}


def test_r10_a_case_that_a_lead_enters_days_later_has_crossed_what_lies_behind_it(born, targets, sweep, look):
    targets("GT-01", "8wh")
    code = born("2025-03-05 10:00", who="lead", received_at=vn(BORN))
    sweep("2025-03-05 10:00:10")
    now = "2025-03-05 10:00:10"
    assert look(code, crossings) == [(1, step, due, now) for step, due in WORKED[:6]]
    assert look(code, lambda t: (t.is_late, clock_of(t).next_step)) == (True, "+24wh")


def test_r11_sweeping_again_writes_nothing_again(app, case, sweep, look):
    sweep("2025-03-04 15:00")
    first = look(case, crossings), all_crossings(app)
    assert [sweep(when) for when in ("2025-03-04 15:00", "2025-03-04 15:00", "2025-03-04 15:00:10")] == [0, 0, 0]
    assert (look(case, crossings), all_crossings(app)) == first
    assert [step for _plan, step, _due, _fired in first[0]] == ["50%", "75%", "90%", "100%", "+4wh"]


def test_r11_after_a_day_of_downtime_each_threshold_passed_has_its_own_instant_and_one_alert(case, sweep, look):
    sweep("2025-03-03 14:00")
    assert sweep("2025-03-04 14:00") == 1
    now = "2025-03-04 14:00"
    fired = [(1, "50%", "2025-03-03 13:30", "2025-03-03 14:00"), *((1, step, due, now) for step, due in WORKED[1:5])]
    assert look(case, crossings) == fired
    assert look(case, lambda t: (clock_of(t).next_step, read_vn(clock_of(t).fires_at))) == WORKED[5]
    assert look(case, lambda t: (read_vn(clock_of(t).breached_at), read_vn(clock_of(t).noticed_at))) == (DUE, now)
    assert look(case, lambda t: [c.step for c in clock_of(t).crossings if c.has_alerted]) == ["100%"]
    assert look(case, breaches) == {"resolution": 1}


# Two sweepers


@pytest.fixture
def many_due(app, case):
    """Sixty-one cases with an answer due; how many clocks that is."""
    with app.app_context():
        copy_case(case, [vn(BORN) + timedelta(seconds=number) for number in range(60)])
        return db.session.scalar(select(func.count()).where(Clock.fires_at.is_not(None)))


def each_once(app, clocks):
    """Whether each of so many clocks has crossed its first five thresholds once and has one notice."""
    steps, notices = all_crossings(app)
    with app.app_context():
        still_due = db.session.scalar(select(func.count()).where(Clock.fires_at < vn("2025-03-04 15:00")))
        late = db.session.scalar(select(func.count()).where(Ticket.is_late))
    return (len(steps), set(steps.values()), len(notices), set(notices.values()), still_due, late) == (
        5 * clocks, {1}, clocks, {1}, 0, clocks,
    )  # fmt: skip


def test_r11_two_threads_that_sweep_at_once_cross_everything_once(app, many_due):
    gun = threading.Barrier(2)
    done = []

    def sweep_along():
        with app.app_context():
            gun.wait()
            done.append(jobs.escalate(vn("2025-03-04 15:00")))
            db.session.remove()

    sweepers = [threading.Thread(target=sweep_along) for _ in range(2)]
    for one in sweepers:
        one.start()
    for one in sweepers:
        one.join()
    assert sum(done) == many_due
    assert each_once(app, many_due)


def test_r11_two_processes_that_sweep_at_once_cross_everything_once(app, config, many_due):
    gun = PROCESSES.Barrier(3)
    sweepers = [sweeper(config, vn("2025-03-04 15:00"), gun) for _ in range(2)]
    gun.wait(60)
    for one in sweepers:
        one.join(60)
    assert [one.exitcode for one in sweepers] == [0, 0]
    assert each_once(app, many_due)


# A clock that is wrong


def test_r11_an_hour_ahead_and_back_a_breach_that_only_the_fast_clock_saw_is_void(case, sweep, do, look):
    do(case, "staff", "answer", "2025-03-04 07:31", body="Đã vá.")
    assert sweep("2025-03-04 08:40") == 1  # the clock runs an hour ahead: it is 07:40
    assert look(case, lambda t: t.is_late) is True
    assert sweep("2025-03-04 07:40") == 0
    do(case, "head", "approve", "2025-03-04 07:50")
    assert look(case, lambda t: (t.status, t.is_late, t.is_late_by_first_promise)) == (Status.ANSWERED, False, False)
    assert look(case, lambda t: (clock_of(t).breached_at, clock_of(t).noticed_at)) == (None, None)
    assert look(case, lambda t: [c.step for c in clock_of(t).crossings if c.voided_at]) == ["100%"]
    assert look(case, lambda t: Counter(step for _plan, step, *_ in crossings(t))) == dict.fromkeys(
        ("50%", "75%", "90%", "100%"), 1
    )


def test_r11_an_hour_ahead_and_back_a_deadline_that_passes_after_all_is_broken_once(case, sweep, do, look):
    sweep("2025-03-04 08:40")
    sweep("2025-03-04 07:40")
    do(case, "staff", "answer", "2025-03-04 07:50", body="Đã vá.")
    sweep("2025-03-04 08:00:10")
    do(case, "head", "approve", "2025-03-04 08:00:20")
    assert look(case, lambda t: (t.is_late, read_vn(clock_of(t).breached_at))) == (True, DUE)
    assert look(case, lambda t: [step for _plan, step, *_ in crossings(t)]) == ["50%", "75%", "90%", "100%"]
    assert look(case, breaches) == {"resolution": 1}


def test_r11_a_fast_clocks_breach_does_not_outlast_a_wait_that_began_before_the_deadline(case, sweep, do, look):
    do(case, "staff", "ask", "2025-03-03 16:00", by_phone=True, **QUESTION)
    sweep("2025-03-04 08:40")  # it is 07:40
    do(case, "operator", "confirm", "2025-03-04 07:50")
    assert look(case, lambda t: (t.is_late, clock_of(t).breached_at, t.due_at)) == (False, None, None)
    do(case, "staff", "resume", "2025-03-04 13:00", note="Trước số 15.")
    assert look(case, lambda t: read_vn(t.due_at)) == "2025-03-04 13:10"
    sweep("2025-03-04 13:10:01")
    assert look(case, lambda t: (t.is_late, read_vn(clock_of(t).breached_at))) == (True, "2025-03-04 13:10")
    assert look(case, lambda t: Counter((plan, step) for plan, step, *_ in crossings(t)).most_common(1)[0][1]) == 1


@pytest.mark.parametrize(
    ("verb", "words", "due"),
    [
        ("grant", {}, "2025-03-06 17:00"),
        ("classify", {"category": "DT-05", "priority": Priority.NORMAL}, "2025-03-17 17:00"),
    ],
)
def test_r11_a_fast_clocks_breach_stands_in_the_way_of_no_new_promise(case, sweep, do, look, verb, words, due):
    do(case, "staff", "extend", "2025-03-03 16:00", until_on=date(2025, 3, 6), reason="Chờ bê tông nhựa.")
    sweep("2025-03-04 08:40")  # it is 07:40
    who = {"grant": "head", "classify": "operator"}[verb]
    do(case, who, verb, "2025-03-04 07:50", reason="Đúng lĩnh vực.", **words)
    assert look(case, lambda t: (t.is_late, clock_of(t).breached_at, read_vn(t.due_at))) == (False, None, due)
    assert look(case, lambda t: (clock_of(t).plan_no, [c.step for c in clock_of(t).crossings if c.voided_at])) == (
        2,
        ["100%"],
    )


def test_r11_a_void_breach_does_not_bring_back_one_that_was_excused(case, sweep, do, answered, look):
    sweep("2025-03-04 08:00:10")
    do(case, "staff", "answer", "2025-03-04 09:00", body="Đã vá.")
    do(case, "head", "approve", "2025-03-04 09:10")
    do(case, "lead", "waive", "2025-03-04 10:00", reason="Bão số 3.")
    do(case, "lead", "reopen", "2025-03-05 07:30", reason="Người dân báo chưa xong.")
    do(case, "staff", "accept", "2025-03-05 07:31")
    do(case, "staff", "answer", "2025-03-05 09:00", body="Đã vá lại.")
    sweep("2025-03-05 14:00")  # it is 13:00, and four hours end at 13:00
    do(case, "lead", "approve", "2025-03-05 11:30")
    assert look(case, lambda t: [clock.breached_at is not None for clock in t.clocks]) == [False, True, False, False]
    assert look(case, lambda t: (t.is_late, t.is_late_by_first_promise)) == (False, False)


# Between two sweeps


@pytest.mark.parametrize(
    ("answered_at", "is_late", "steps"),
    [
        ("2025-03-04 07:59:59", False, ["50%", "75%", "90%"]),
        (DUE, False, ["50%", "75%", "90%"]),
        ("2025-03-04 08:00:01", True, ["50%", "75%", "90%", "100%"]),
    ],
)
def test_r11_the_answer_itself_judges_between_two_sweeps(case, sweep, do, look, answered_at, is_late, steps):
    do(case, "staff", "answer", "2025-03-03 10:00", body="Đã vá.")
    sweep("2025-03-03 13:30:10")
    do(case, "head", "approve", answered_at)
    sweep("2025-03-04 08:00:10")
    assert look(case, lambda t: (t.is_late, t.is_late_by_first_promise)) == (is_late, is_late)
    assert look(case, lambda t: [step for _plan, step, *_ in crossings(t)]) == steps
    assert look(case, lambda t: [fired for *_, fired in crossings(t)][1:]) == [answered_at] * (len(steps) - 1)
    assert look(case, breaches) == ({"resolution": 1} if is_late else {})


@pytest.fixture
def texts_early(app):
    """The province texts its citizens from seven o'clock on."""
    with app.app_context(), transaction() as session:
        session.add(Setting(key="texts_begin_hour", value=7))


def test_r11_a_wait_that_began_before_the_deadline_and_is_read_by_the_sweep_after_it_is_no_breach(
    app, case, sweep, do, at, look, texts_early
):
    do(case, "staff", "ask", "2025-03-04 07:40", **QUESTION)
    do(case, "operator", "confirm", "2025-03-04 07:45")
    with app.app_context():
        assert send_due(at("2025-03-04 07:50")) > 0
    assert sweep("2025-03-04 08:00:10") == 0
    assert look(case, lambda t: (t.status, t.is_late, t.due_at)) == (Status.WAITING_CITIZEN, False, None)
    assert look(case, lambda t: read_vn(t.pauses[0].began_at)) == "2025-03-04 07:50"
    assert look(case, lambda t: (breaches(t), [step for _plan, step, *_ in crossings(t)])) == (
        {},
        ["50%", "75%", "90%"],
    )
    assert {fired for *_, fired in look(case, crossings)} == {"2025-03-04 08:00:10"}


def test_r11_a_delivery_written_down_after_the_sweep_that_missed_it_undoes_the_breach(
    app, case, sweep, do, at, look, texts_early
):
    do(case, "staff", "ask", "2025-03-04 07:40", **QUESTION)
    do(case, "operator", "confirm", "2025-03-04 07:45")
    sweep("2025-03-04 08:00:01")  # the text left in time, but the sender has not recorded it yet
    assert look(case, lambda t: t.is_late) is True
    with app.app_context():
        assert send_due(at("2025-03-04 07:59:59")) > 0
    sweep("2025-03-04 08:00:11")
    assert look(case, lambda t: (t.is_late, clock_of(t).breached_at, t.due_at)) == (False, None, None)
    assert look(case, lambda t: [c.step for c in clock_of(t).crossings if c.voided_at]) == ["100%"]


def test_r4_a_wait_that_ran_out_during_a_downtime_goes_on_from_its_end_and_crosses_what_followed(
    app, case, sweep, do, at, look
):
    do(case, "staff", "ask", "2025-03-03 10:00", days=1, by_phone=True, **QUESTION)
    do(case, "operator", "confirm", "2025-03-03 10:00")
    now = at("2025-03-06 09:00")  # the wait ended on Tuesday at 17:00, with six hours left
    with app.app_context():
        assert (jobs.escalate(now), jobs.end_pauses(now), jobs.end_pauses(now)) == (0, 1, 0)
    assert look(case, lambda t: (t.status, read_vn(t.due_at))) == (Status.IN_PROGRESS, "2025-03-05 15:00")
    assert [sweep("2025-03-06 09:00:10"), sweep("2025-03-06 09:00:20")] == [1, 0]
    fired = "2025-03-06 09:00:10"
    assert look(case, lambda t: [(step, due, at) for _plan, step, due, at in crossings(t)]) == [
        ("50%", "2025-03-05 09:30", fired),
        ("75%", "2025-03-05 11:30", fired),
        ("90%", "2025-03-05 14:12", fired),
        ("100%", "2025-03-05 15:00", fired),
    ]
    assert look(case, lambda t: (clock_of(t).next_step, read_vn(clock_of(t).fires_at))) == ("+4wh", "2025-03-06 09:30")


# Silence


def test_r11_acceptance_passed_in_silence_accepts_once(born, sweep, look):
    code = born(BORN)
    assert sweep(DUE) == 0
    assert sweep("2025-03-04 08:00:10") == 2  # acceptance, and the first response that nobody gave
    assert [sweep("2025-03-04 08:00:10"), sweep("2025-03-04 08:00:20")] == [0, 0]
    assert look(code, lambda t: (t.status, t.is_accepted_by_silence)) == (Status.IN_PROGRESS, True)
    assert look(code, lambda t: [e.verb for e in t.events].count(Verb.ACCEPT)) == 1
    assert look(code, breaches) == {"acceptance": 1, "first_response": 1}
    assert look(code, lambda t: crossings(t, ClockKind.ACCEPTANCE)) == [(1, "100%", DUE, "2025-03-04 08:00:10")]
    assert look(code, lambda t: read_vn(clock_of(t, ClockKind.ACCEPTANCE).stopped_at)) == DUE


def test_r11_many_silent_cases_are_accepted_a_few_at_a_time_and_none_is_left(app, born, sweep, monkeypatch):
    monkeypatch.setattr(escalating, "SILENT_AT_ONCE", 2)
    code = born(BORN)
    with app.app_context():
        copy_case(code, [vn(BORN)] * 4)
    assert sweep("2025-03-04 08:00:10") == 10
    steps, notices = all_crossings(app)
    assert (len(steps), len(notices), set(steps.values()) | set(notices.values())) == (10, 10, {1})
    with app.app_context():
        assert [t.is_accepted_by_silence for t in db.session.scalars(select(Ticket))] == [True] * 5


def test_r11_what_a_long_sweep_leaves_is_swept_at_the_next_turn(app, case, many_due, sweep, monkeypatch):
    monkeypatch.setattr(jobs, "SWEEP_BATCH", 20)
    monkeypatch.setattr(jobs, "LONGEST_SWEEP_SECONDS", 0)
    turns = [sweep("2025-03-04 15:00") for _turn in range(5)]
    assert turns == [20, 20, 20, 1, 0]
    assert each_once(app, many_due)
