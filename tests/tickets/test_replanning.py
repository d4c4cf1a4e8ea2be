"""Edits of calendars and policies re-plan what runs and nothing else (R6, R9), whatever stops them half way (R11)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, select, text, update

from hotline import create_app
from hotline.catalogue import queries as catalogue
from hotline.catalogue.actions import change_calendar, change_policy, move_policy, retire_policy
from hotline.catalogue.actions.policies import draft_of, unsaved
from hotline.catalogue.models import Area, Category
from hotline.catalogue.rules import with_day_off, with_extra_day, with_normal_day
from hotline.db import db, transaction
from hotline.tickets import actions, jobs, previews, running
from hotline.tickets.actions import replanning
from hotline.tickets.courses import facts_of
from hotline.tickets.models import Clock, ClockKind, Crossing, PastPlan, PlanCause, ReplanRun, Ticket
from hotline.worktime import WorkCalendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = "VN-OFFICE"


def at(day, hour, minute=0, month=3, year=2025):
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def raised(app, by):
    """raised(at, category="GT-01") -> the code of a ticket called in at that moment."""

    def open_one(moment, category="GT-01", **wish):
        with app.app_context(), transaction() as session:
            found = session.scalar(select(Category).where(Category.code == category))
            place = session.scalar(select(Area).where(Area.code == "25195", Area.valid_to.is_(None)))
            new = actions.NewTicket("Ổ gà lớn.", moment, category_id=found.id, area_id=place.id, **wish)
            return actions.open_ticket(new, by=by("operator"), now=moment).code

    return open_one


@pytest.fixture
def does(app, by):
    """does("staff", "accept", code, moment, …) plays one verb at a moment."""

    def play(name, verb, code, moment, **wish):
        with app.app_context(), transaction() as session:
            ticket = session.scalar(select(Ticket).where(Ticket.code == code))
            getattr(actions, verb)(ticket, **wish, by=by(name), now=moment)

    return play


@pytest.fixture
def edit_days(app, by):
    """edit_days(moment, edit, *arguments) changes a day of the office calendar and orders the re-planning."""

    def edit_one(moment, edit, *arguments):
        with app.app_context(), transaction():
            row = catalogue.calendar_in_force(OFFICE)
            names = (row.name_vi, row.name_en)
            new = change_calendar(
                OFFICE, edit(row.definition, *arguments), row.day_names, names=names, by=by("admin"), now=moment
            )
            return replanning.begin_replan(calendar=new, by=by("admin"), now=moment).id

    return edit_one


@pytest.fixture
def edit_policy(app, by):
    """edit_policy("GENERAL", moment, apply=True, resolve_target="8wh") saves the next version of a policy."""

    def edit_one(code, moment, *, apply=True, **changes):
        with app.app_context(), transaction():
            draft = draft_of(catalogue.policy_in_force(code))
            new = change_policy(code, replace(draft, **changes), by=by("admin"), now=moment)
            if apply:
                replanning.begin_replan(policy=new, by=by("admin"), now=moment)

    return edit_one


@pytest.fixture
def ring(app):
    """ring(moment) lets the job do what was ordered."""

    def run(moment):
        with app.app_context():
            return jobs.replan(moment)

    return run


@pytest.fixture
def answered(does):
    """answered(code, moment) brings a case to its published answer."""

    def play(code, moment, *, is_new=True):
        if is_new:
            does("staff", "accept", code, moment)
        does("staff", "answer", code, moment, body="Đã vá ổ gà.")
        does("head", "approve", code, moment)

    return play


def answer_clock(ticket):
    return [clock for clock in ticket.clocks if clock.kind is ClockKind.RESOLUTION][-1]


def due(ticket):
    return answer_clock(ticket).deadline_at


def everything(app):
    """All that a run may write, as it stands."""
    with app.app_context():
        tables = (Clock, PastPlan, Crossing)
        rows = {table.__tablename__: db.session.execute(select(*table.__table__.c)).all() for table in tables}
        rows["tickets"] = db.session.execute(
            select(Ticket.code, Ticket.due_at, Ticket.next_due_at, Ticket.calendar_id, Ticket.policy_id, Ticket.is_late)
        ).all()
        return {name: sorted(map(str, found)) for name, found in rows.items()}


def test_r6_a_policy_applied_to_open_cases_tightens_with_the_floor(raised, look, edit_policy, ring):
    edit_policy("GENERAL", at(3, 7), apply=False, resolve_target="40wh")
    code = raised(at(3, 8))
    assert look(code, due) == at(10, 8)
    edit_policy("GENERAL", at(5, 10), resolve_target="8wh")
    assert ring(at(5, 10)) > 0
    assert look(code, due) == at(5, 13, 30)
    clock = look(code, lambda t: [(p.target, p.cause, p.by_name) for p in answer_clock(t).past_plans])
    assert clock == [("40wh", PlanCause.POLICY, "Bùi Anh Khoa")]
    shown = look(code, lambda t: (t.policy_version, t.policy.resolve_target, t.due_at, answer_clock(t).plan_no))
    assert shown == (3, "8wh", at(5, 13, 30), 2)


def test_r9_a_policy_edit_without_apply_concerns_new_cases_only(app, raised, look, edit_policy, ring):
    old = raised(at(3, 8))
    before = everything(app)
    edit_policy("GENERAL", at(3, 9), apply=False, resolve_target="8wh")
    ring(at(3, 9))
    assert everything(app) == before
    new = raised(at(3, 10))
    assert look(old, lambda t: t.policy_version) == 1 and look(new, lambda t: t.policy_version) == 2
    assert look(new, due) == at(4, 10)


def test_r9_an_extra_holiday_moves_open_deadlines_and_no_stopped_one(raised, answered, look, edit_days, ring):
    running_one, stopped = raised(at(3, 8)), raised(at(3, 8))
    before_stop = look(running_one, due)
    answered(stopped, at(3, 9))
    frozen = look(stopped, lambda t: [(c.kind, c.calendar_id, c.deadline_at, c.plan_no) for c in t.clocks])
    edit_days(at(3, 10), with_day_off, at(6, 8).date())
    ring(at(3, 10))
    assert look(running_one, due) == before_stop + timedelta(days=1)
    assert look(running_one, lambda t: (t.due_at, t.calendar.version)) == (look(running_one, due), 2)
    assert look(running_one, lambda t: answer_clock(t).past_plans[0].cause) is PlanCause.CALENDAR
    assert look(stopped, lambda t: [(c.kind, c.calendar_id, c.deadline_at, c.plan_no) for c in t.clocks]) == frozen


def test_r9_a_day_that_no_open_case_reaches_changes_versions_but_no_plan(app, raised, look, edit_days, ring):
    code = raised(at(3, 8))
    edit_days(at(3, 10), with_day_off, at(20, 8, month=11).date())
    ring(at(3, 10))
    plans = look(code, lambda t: [(c.plan_no, c.calendar.version, len(c.past_plans)) for c in t.clocks])
    assert set(plans) == {(1, 2, 0)}


def test_r9_a_make_up_day_undone_voids_a_breach_and_plans_anew(app, raised, look, edit_days, edit_policy, ring):
    edit_policy("GENERAL", at(25, 7, month=4), apply=False, resolve_target="4wh")
    code = raised(at(25, 15, month=4))
    assert look(code, due) == at(26, 9, 30, month=4)  # a make-up Saturday
    with app.app_context():
        jobs.escalate(at(26, 10, month=4))
    assert look(code, lambda t: t.is_late)
    edit_days(at(26, 11, month=4), with_normal_day, at(26, 8, month=4).date())
    ring(at(26, 11, month=4))
    assert look(code, due) == at(28, 9, 30, month=4)
    assert look(code, lambda t: (t.is_late, t.is_late_by_first_promise, answer_clock(t).breached_at)) == (
        False,
        False,
        None,
    )
    crossed = look(code, lambda t: [c.voided_at for c in answer_clock(t).crossings if c.step == "100%"])
    assert crossed == [at(26, 11, month=4)]
    with app.app_context():
        jobs.escalate(at(28, 10, month=4))
    assert look(code, lambda t: (t.is_late, answer_clock(t).breached_at)) == (True, at(28, 9, 30, month=4))


def test_r9_a_breach_voided_in_the_second_cycle_leaves_the_excuse_of_the_first(
    app, raised, does, answered, look, edit_days, ring
):
    code = raised(at(3, 8))  # a Monday; due in five working days
    with app.app_context():
        jobs.escalate(at(11, 8))
    answered(code, at(11, 9), is_new=False)
    does("lead", "waive", code, at(11, 10), reason="Bão.")
    does("lead", "reopen", code, at(12, 8), reason="Chưa xong.")
    assert look(code, due) == at(12, 13, 30)
    with app.app_context():
        jobs.escalate(at(12, 14))
    assert look(code, lambda t: t.is_late)
    edit_days(at(12, 15), with_day_off, at(12, 8).date())
    ring(at(12, 15))
    assert look(code, lambda t: (due(t), answer_clock(t).breached_at)) == (at(13, 11, 30), None)
    judged = look(code, lambda t: (t.is_late, t.is_late_by_first_promise, t.is_late_without_pauses))
    assert judged == (False, False, False)


def test_r9_an_excuse_of_a_breach_that_a_calendar_undid_does_not_cover_the_next(
    app, raised, does, answered, look, edit_days, ring
):
    code = raised(at(3, 8))
    with app.app_context():
        jobs.escalate(at(11, 8))
    does("lead", "waive", code, at(11, 9), reason="Bão.")
    edit_days(at(11, 10), with_day_off, at(10, 8).date())
    ring(at(11, 10))
    assert look(code, lambda t: (due(t), answer_clock(t).breached_at)) == (at(11, 17), None)
    answered(code, at(12, 9), is_new=False)
    judged = look(code, lambda t: (t.is_late, t.is_late_by_first_promise, t.is_late_without_pauses))
    assert judged == (True, True, True)


@pytest.mark.parametrize("edit", ["a make-up day added", "a holiday after the deadline"])
def test_r6_a_breach_that_the_calendar_does_not_undo_stays(app, raised, look, edit_days, edit_policy, ring, edit):
    edit_policy("GENERAL", at(3, 7), apply=False, resolve_target="8wh")
    code = raised(at(7, 8))
    deadline = look(code, due)
    assert deadline == at(10, 8)
    with app.app_context():
        jobs.escalate(at(11, 8))
    if edit == "a make-up day added":
        edit_days(at(11, 9), with_extra_day, at(8, 8).date(), [["07:30", "11:30"]])
    else:
        edit_days(at(11, 9), with_day_off, at(14, 8).date())
    ring(at(11, 9))
    assert look(code, lambda t: (t.is_late, due(t), answer_clock(t).breached_at)) == (True, deadline, deadline)
    assert look(code, lambda t: [c.voided_at for c in answer_clock(t).crossings if c.step == "100%"]) == [None]
    assert look(code, lambda t: t.calendar.version) == 2  # what the case begins from now on follows the new version


def test_r9_a_policy_edit_undoes_no_breach(app, raised, look, edit_policy, ring):
    edit_policy("GENERAL", at(3, 7), apply=False, resolve_target="8wh")
    code = raised(at(3, 8))
    with app.app_context():
        jobs.escalate(at(4, 9))
    edit_policy("GENERAL", at(4, 10), resolve_target="40wh")
    ring(at(4, 10))
    assert look(code, lambda t: (t.is_late, due(t))) == (True, at(4, 8))


def test_r4_a_paused_clock_gets_the_new_calendar_and_no_deadline(raised, does, look, edit_days, ring):
    code = raised(at(3, 8))
    does("staff", "accept", code, at(3, 8, 30))
    does("lead", "ask", code, at(3, 9), question="Số nhà nào?", by_phone=True)
    edit_days(at(3, 10), with_day_off, at(4, 8).date())
    ring(at(3, 10))
    assert look(code, lambda t: (due(t), answer_clock(t).calendar.version, t.due_at)) == (None, 2, None)
    does("operator", "resume", code, at(5, 9), note="Số 15.")
    assert look(code, lambda t: len(answer_clock(t).past_plans)) == 1


def test_r8_cycles_and_waits_are_read_in_bulk_as_they_are_one_by_one(
    app, raised, does, answered, look, edit_days, ring
):
    codes = [raised(at(3, 8)) for _ in range(3)]
    for code in codes[:2]:
        does("staff", "accept", code, at(3, 8, 30))
    does("lead", "ask", codes[0], at(3, 9), question="Số nhà nào?", by_phone=True)
    does("operator", "resume", codes[0], at(4, 9), note="Số 15.")
    for code in codes[:2]:
        answered(code, at(4, 10), is_new=False)
        does("lead", "reopen", code, at(5, 9), reason="Chưa xong.")
    does("staff", "accept", codes[1], at(5, 9, 30))
    does("lead", "ask", codes[1], at(5, 10), question="Ở đâu?", by_phone=True)
    with app.app_context():
        rows = db.session.execute(running.selected(Clock.id > 0, after_id=0, at_most=100)).all()
        known = running.facts_of(rows)
        clocks = db.session.scalars(select(Clock).where(Clock.stopped_at.is_(None))).all()
        assert len(clocks) == len(rows) and any(facts.earlier for facts in known.values())
        assert known == {clock.id: facts_of(clock.ticket, clock) for clock in clocks}
    before = look(codes[0], due)
    edit_days(at(5, 11), with_day_off, at(6, 8).date())
    ring(at(5, 11))
    with app.app_context():
        running_ones = (Clock.stopped_at.is_(None), Clock.kind == ClockKind.RESOLUTION)
        assert {clock.calendar.version for clock in db.session.scalars(select(Clock).where(*running_ones))} == {2}
    assert look(codes[0], due) == before + timedelta(days=1)


def test_r11_a_run_that_broke_off_goes_on_and_plans_each_clock_once(app, raised, edit_days, ring, monkeypatch):
    for number in range(12):
        raised(at(3, 8, number))
    run_id = edit_days(at(3, 10), with_day_off, at(4, 8).date())
    monkeypatch.setattr(jobs, "REPLAN_BATCH", 7)
    batches = iter((True, False))
    planned = replanning.running.facts_of

    def breaks_off(rows):
        if not next(batches, True):
            raise RuntimeError("the power went out")
        return planned(rows)

    monkeypatch.setattr(replanning.running, "facts_of", breaks_off)
    with pytest.raises(RuntimeError):
        ring(at(3, 10))
    with app.app_context():
        run = db.session.get_one(ReplanRun, run_id)
        assert (run.done, run.finished_at) == (7, None)
    ring(at(3, 11))
    with app.app_context():
        run = db.session.get_one(ReplanRun, run_id)
        assert run.done == run.total == 36 and run.finished_at == at(3, 11)
        assert {(c.calendar.version, c.plan_no) for c in db.session.scalars(select(Clock))} == {(2, 2)}
        assert len(db.session.scalars(select(PastPlan)).all()) == run.moved == 36
    before = everything(app)
    assert ring(at(3, 12)) == 0 and everything(app) == before


def test_r11_two_processes_do_not_plan_twice(app, config, raised, edit_days, monkeypatch):
    from threading import Barrier, Thread

    for number in range(20):
        raised(at(3, 8, number))
    run_id = edit_days(at(3, 10), with_day_off, at(4, 8).date())
    monkeypatch.setattr(jobs, "REPLAN_BATCH", 5)
    start, done, other = Barrier(2), [], create_app(config)

    def work(one):
        with one.app_context():
            start.wait()
            done.append(sum(jobs.replan(at(3, 10)) for _ in range(20)))
            db.session.remove()
            db.engine.dispose()

    threads = [Thread(target=work, args=(one,)) for one in (app, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        run = db.session.get_one(ReplanRun, run_id)
        assert sum(done) == run.done == run.total == 60 and run.finished_at is not None
        assert {(c.calendar.version, c.plan_no) for c in db.session.scalars(select(Clock))} == {(2, 2)}
        assert len(db.session.scalars(select(PastPlan)).all()) == 60


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)  # SQLite has one writer: nobody holds a single case
def test_r11_a_case_somebody_is_changing_is_left_for_the_next_turn(app, config, raised, edit_days, ring):
    for number in range(3):
        raised(at(3, 8, number))
    run_id = edit_days(at(3, 10), with_day_off, at(4, 8).date())
    engine = create_engine(config.database_url)
    with engine.begin() as holder:
        holder.execute(text("SELECT 1 FROM tickets ORDER BY id LIMIT 1 FOR UPDATE"))
        assert ring(at(3, 10)) == 0
    engine.dispose()
    assert ring(at(3, 10)) == 9
    with app.app_context():
        assert db.session.get_one(ReplanRun, run_id).finished_at == at(3, 10)


def test_r9_a_clock_that_was_being_written_while_the_run_passed_is_found_at_its_end(app, raised, edit_days, ring):
    raised(at(3, 8))
    run_id = edit_days(at(3, 10), with_day_off, at(4, 8).date())
    with app.app_context(), transaction():
        db.session.execute(update(ReplanRun).values(last_clock_id=10_000))
    assert ring(at(3, 10)) == 3
    with app.app_context():
        run = db.session.get_one(ReplanRun, run_id)
        assert (run.done, run.finished_at) == (3, at(3, 10))


def test_r9_the_preview_says_what_the_run_then_does_and_writes_nothing(app, raised, answered, edit_days, ring):
    for number in range(6):
        raised(at(3, 8, number))
    answered(raised(at(3, 8)), at(3, 9))
    before = everything(app)
    with app.app_context():
        row = catalogue.current_calendar(OFFICE)
        definition = with_day_off(row.definition, at(4, 8).date())
        moves = previews.of_calendar(OFFICE, definition, WorkCalendar.from_dict(definition), at(3, 10))
        assert everything(app) == before
    assert (moves.clocks, moves.moved, moves.earlier, moves.voided) == (18, 18, [], 0)
    assert moves.median_later == 86_400 and len(moves.examples) == 10
    run_id = edit_days(at(3, 10), with_day_off, at(4, 8).date())
    ring(at(3, 10))
    with app.app_context():
        assert db.session.get_one(ReplanRun, run_id).moved == moves.moved
        example = moves.examples[0]
        ticket = db.session.scalar(select(Ticket).where(Ticket.code == example.ticket_code))
        assert [c.deadline_at for c in ticket.clocks if c.kind is example.kind] == [example.after]


def test_r9_the_preview_of_a_policy_counts_the_cases_that_match(app, raised, edit_policy):
    raised(at(3, 8))
    raised(at(3, 8), channel="web")
    with app.app_context():
        draft = draft_of(catalogue.policy_in_force("GENERAL"))
        web = unsaved("WEB", replace(draft, channel="web", resolve_target="8wh"))
        seen = previews.of_policy("WEB", web, at(3, 9))
        assert (seen.cases_now, seen.cases_after, len(seen.gained), seen.lost) == (0, 1, 1, [])
        assert seen.moves.earlier and seen.moves.moved == 1
        seen = previews.of_policy("URGENT", None, at(3, 9))
        assert (seen.cases_now, seen.cases_after, seen.moves.clocks) == (0, 0, 0)


def test_r9_a_retired_policys_cases_go_under_the_one_they_match_now(app, by, raised, look, ring):
    code = raised(at(3, 8), category="GT-02")
    assert look(code, lambda t: t.policy.code) == "URGENT"
    with app.app_context():
        jobs.escalate(at(4, 8, 30))
    with app.app_context(), transaction():
        replanning.begin_replan(
            policy=retire_policy("URGENT", by=by("admin"), now=at(4, 9)), by=by("admin"), now=at(4, 9)
        )
    ring(at(4, 9))
    assert look(code, lambda t: t.policy.code) == "GENERAL"
    assert look(code, lambda t: {c.policy.code for c in t.clocks if c.stopped_at is None}) == {"GENERAL"}
    late = look(code, lambda t: [(c.deadline_at <= at(4, 8), c.breached_at == c.deadline_at) for c in t.clocks])
    assert set(late) == {(True, True)} and look(code, lambda t: t.is_late)  # what was broken stays broken


def test_r8_a_reopened_case_follows_the_calendar_of_its_reopening(raised, answered, does, look, edit_days, ring):
    code = raised(at(3, 8))
    answered(code, at(10, 16))
    stopped = look(code, lambda t: (due(t), answer_clock(t).calendar.version))
    edit_days(at(11, 8), with_day_off, at(12, 8).date())
    ring(at(11, 8))
    does("lead", "reopen", code, at(11, 16), reason="Chưa xong.")
    assert look(code, due) == at(13, 10, 30)  # four hours: one on Tuesday, none on the new holiday
    assert look(code, lambda t: (t.calendar.version, answer_clock(t).calendar.version)) == (2, 2)
    first = look(code, lambda t: next(c for c in t.clocks if c.kind is ClockKind.RESOLUTION and c.cycle == 1))
    assert (first.deadline_at, first.calendar_id != look(code, lambda t: t.calendar_id)) == (stopped[0], True)


def test_r9_a_case_reopened_after_its_policy_was_retired_goes_under_the_one_it_matches_now(
    by, app, raised, answered, does, look
):
    code = raised(at(3, 8), category="GT-02")
    answered(code, at(3, 9))
    with app.app_context(), transaction():
        retire_policy("URGENT", by=by("admin"), now=at(3, 10))
    does("lead", "reopen", code, at(4, 9), reason="Chưa xong.")
    assert look(code, lambda t: (t.policy.code, answer_clock(t).policy.code)) == ("GENERAL", "GENERAL")


def test_r9_moving_a_policy_makes_a_version_of_both(app, by):
    with app.app_context(), transaction():
        move_policy("GENERAL", up=True, by=by("admin"), now=at(3, 8))
    with app.app_context():
        assert [(p.code, p.version) for p in catalogue.policies()] == [("GENERAL", 2), ("URGENT", 2)]
