"""Random lives of a case and a neighbour it may join: whatever people do in whatever order, these promises hold."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue.models import Area, Category, Department, Priority
from hotline.db import db, transaction
from hotline.errors import HotlineError
from hotline.messages.jobs import send_due
from hotline.messages.models import Message
from hotline.staff.models import User
from hotline.tickets import actions, jobs
from hotline.tickets.actions import searching
from hotline.tickets.courses import calendar_of, facts_of
from hotline.tickets.models import (
    Answer,
    Clock,
    ClockKind,
    Crossing,
    Extension,
    Holder,
    Leg,
    PastPlan,
    Pause,
    Ticket,
    TicketEvent,
)
from hotline.tickets.rules.legs import LegSpan, tiles
from hotline.tickets.rules.lifecycle import Status, Verb, allowed_verbs
from hotline.tickets.rules.sla import is_on_time, plan_of
from tests.support.days import vn

TABLES = (Crossing, PastPlan, Clock, Pause, Extension, Leg, Answer, TicketEvent, Ticket)
START = vn("2026-03-02 08:00")
MINUTES = (0, 0, 1, 1, 20, 20, 90, 90, 240, 480, 1440, 2880, 5760)
PEOPLE = ("operator", "staff", "staff2", "head", "health", "lead")
UNITS, CATEGORIES = ("SXD", "SYT"), ("GT-01", "GT-02", "GT-03", "DT-05", "MT-04")

# What each verb needs, from a number that decides: kept as data, so that a failing history can be read.
WORDS = {
    Verb.TRIAGE: lambda n, now: {},
    Verb.ROUTE: lambda n, now: {"department": ("unit", UNITS[n % 2]), "reason": "Đúng thẩm quyền."},
    Verb.ACCEPT: lambda n, now: {},
    Verb.RETURN: lambda n, now: {"proposed": ("unit", UNITS[n % 2]), "reason": "Không thuộc thẩm quyền."},
    Verb.ASSIGN: lambda n, now: {"assignee": ("person", PEOPLE[n % len(PEOPLE)])},
    Verb.ASK: lambda n, now: {"question": "Số nhà nào?", "days": n % 12, "by_phone": n % 3 > 0},
    Verb.CONFIRM: lambda n, now: {"by_phone": n % 2 == 0},
    Verb.RESUME: lambda n, now: {"note": "Đã rõ."},
    Verb.HOLD: lambda n, now: {"reason": "Chờ vật tư.", "days": n % 12},
    Verb.EXTEND: lambda n, now: {"reason": "Cần thêm.", "until_on": _date(now + timedelta(days=n % 40))},
    Verb.GRANT: lambda n, now: {},
    Verb.DECLINE: lambda n, now: {"reason": "Không."},
    Verb.CHASE: lambda n, now: {"reason": "Dân hỏi."},
    Verb.PHONE: lambda n, now: {"spoke_to": "Anh Hùng"},
    Verb.CLASSIFY: lambda n, now: {
        "category": ("category", CATEGORIES[n % len(CATEGORIES)]),
        "priority": list(Priority)[n % 4],
        "reason": "Xếp lại.",
    },
    Verb.ANSWER: lambda n, now: {"body": "Đã xử lý."},
    Verb.APPROVE: lambda n, now: {},
    Verb.REWORK: lambda n, now: {"reason": "Viết rõ hơn."},
    Verb.SETTLE: lambda n, now: {"body": "Đã hướng dẫn."},
    Verb.REFUSE: lambda n, now: {"guidance": "Gửi tòa án."},
    Verb.REFER: lambda n, now: {"guidance": "Đã chuyển bộ."},
    Verb.ATTACH: lambda n, now: {"main": ("neighbour", None)},
    Verb.DETACH: lambda n, now: {"reason": "Việc khác."},
    Verb.REOPEN: lambda n, now: {"reason": "Chưa xong."},
    Verb.WITHDRAW: lambda n, now: {"reason": "Rút."},
    Verb.WAIVE: lambda n, now: {"reason": "Bão."},
    Verb.CLOSE: lambda n, now: {},
    Verb.NOTE: lambda n, now: {"text": "Ghi chú.", "reached": n % 2 == 0},
    Verb.CONTACT: lambda n, now: {"summary": "Hỏi.", "awaits_reply": n % 2 == 0},
    Verb.CORRECT: lambda n, now: {"phone": f"09{n:08}", "reason": "Nghe nhầm."},
}  # fmt: skip
RARE = {Verb.WITHDRAW, Verb.REFUSE, Verb.REFER, Verb.SETTLE, Verb.CLOSE}
# Who usually does it; others try now and then.
USUAL = {
    Verb.ROUTE: ("operator", "lead"), Verb.ASK: ("staff", "operator"), Verb.CONFIRM: ("operator",),
    Verb.APPROVE: ("head", "lead"), Verb.GRANT: ("head", "lead"), Verb.DECLINE: ("head", "lead"),
    Verb.WAIVE: ("lead",), Verb.REOPEN: ("lead",), Verb.ATTACH: ("operator",), Verb.DETACH: ("operator",),
    Verb.CONTACT: ("operator",), Verb.CHASE: ("operator",), Verb.CLASSIFY: ("operator",),
}  # fmt: skip
# What usually comes next, so that lives get old.
ONWARD = {
    Status.TRIAGE: (Verb.ROUTE,), Status.RETURNED: (Verb.ROUTE,), Status.ROUTED: (Verb.ACCEPT,),
    Status.REOPENED: (Verb.ACCEPT, Verb.ROUTE), Status.IN_PROGRESS: (Verb.ANSWER, Verb.ANSWER, Verb.ASK, Verb.EXTEND),
    Status.WAITING_CITIZEN: (Verb.CONFIRM, Verb.RESUME, Verb.GRANT), Status.ON_HOLD: (Verb.RESUME, Verb.GRANT),
    Status.AWAITING_APPROVAL: (Verb.APPROVE, Verb.APPROVE, Verb.REWORK, Verb.GRANT), Status.ATTACHED: (Verb.DETACH,),
    Status.ANSWERED: (Verb.REOPEN,), Status.ANSWERED_ON_CALL: (Verb.REOPEN,), Status.REFUSED: (Verb.REOPEN,),
    Status.REFERRED_OUT: (Verb.REOPEN,),
}  # fmt: skip
JOBS = ("escalate", "end_pauses", "send_texts", "close_settled")


def _date(at):
    return date(at.year, at.month, at.day)


@st.composite
def steps(draw):
    """One step: minutes later, on which of the two cases, a verb by its place or a job, who and with what."""
    return (
        draw(st.sampled_from(MINUTES)),
        draw(st.sampled_from((0, 0, 0, 1))),
        draw(st.sampled_from(("onward",) * 6 + ("legal",) * 3 + ("wild", "job", "job"))),
        draw(st.integers(0, 999)),
        draw(st.integers(0, 999)),
    )


HISTORIES = st.tuples(
    st.sampled_from(("GT-01", "GT-02", "GT-03", "MT-04", None)), st.lists(steps(), min_size=12, max_size=30)
)


class Province:
    """Two cases, the people around them, and what was written at each step."""

    def __init__(self, monkeypatch, by):
        self._monkeypatch, self._by, self.now = monkeypatch, by, START

    def begin(self, category):
        """An empty noticeboard with two new cases."""
        with transaction() as session:
            session.execute(delete(AuditEntry).where(AuditEntry.deed.like("tickets:%")))
            session.execute(delete(Message))
            for table in TABLES:
                session.execute(delete(table))
        self.turn(START)
        with transaction() as session:
            place = session.scalar(select(Area).where(Area.code == "25195", Area.valid_to.is_(None)))
            found = session.scalar(select(Category).where(Category.code == category)) if category else None
            self.codes = []
            for number in ("0912345678", "0912345679"):
                wish = actions.NewTicket(
                    content="Ổ gà trước chợ.",
                    received_at=self.now - timedelta(minutes=5),
                    category_id=found.id if found else None,
                    area_id=place.id,
                    phone=number,
                )
                self.codes.append(actions.open_ticket(wish, by=self._by("operator"), now=self.now).code)

    def turn(self, now):
        self.now = now
        self._monkeypatch.setattr(clock, "now", lambda: now)

    def case(self, which):
        return db.session.scalars(select(Ticket).where(Ticket.code == self.codes[which])).one()

    def play(self, step):
        """Do one step; what was tried, and whether it was done."""
        minutes, which, way, pick, detail = step
        self.turn(self.now + timedelta(minutes=minutes))
        if way == "job":
            self._run(JOBS[pick % len(JOBS)])
            return None, True
        status = self.case(which).status
        db.session.rollback()
        verbs = (
            list(WORDS) if way == "wild" else [v for v in allowed_verbs(status) if v in WORDS and v is not Verb.NOTE]
        )
        if way != "wild" and pick % 20:
            verbs = [verb for verb in verbs if verb not in RARE] or verbs
        if way == "onward":
            verbs = ONWARD.get(status, verbs)
        verb = verbs[pick % len(verbs)]
        people = USUAL.get(verb, ("staff", "head")) if way != "wild" and detail % 8 else PEOPLE
        who = people[detail % len(people)]
        try:
            with transaction() as session:
                ticket = self.case(which)
                words = {
                    name: self._found(session, value, which) for name, value in WORDS[verb](detail, self.now).items()
                }
                act = getattr(actions, {"return": "return_"}.get(verb.value, verb.value))
                main = words.pop("main", None)
                act(ticket, *([main] if main else []), **words, by=self._by(who), now=self.now)
        except HotlineError as error:
            assert error.status in (403, 409, 422)
            return verb, False
        return verb, True

    def _run(self, name):
        if name == "send_texts":
            send_due(self.now)
        else:
            getattr(jobs, name)(self.now)

    def _found(self, session, value, which):
        if not isinstance(value, tuple):
            return value
        kind, key = value
        if kind == "unit":
            return session.scalars(
                select(Department).where(Department.code == key, Department.valid_to.is_(None))
            ).one()
        if kind == "person":
            return session.scalars(select(User).where(User.email == f"{key}@demo.test")).one()
        if kind == "category":
            return session.scalars(select(Category).where(Category.code == key)).one()
        return self.case(1 - which)

    def digest(self):
        """All that is written about cases, row by row."""
        db.session.rollback()
        rows = [
            (table.__tablename__, *map(str, row))
            for table in (*TABLES, Message)
            for row in db.session.execute(select(table.__table__).order_by(table.__table__.c.id))
        ]
        return rows + [tuple(map(str, row)) for row in self._audit()]

    def _audit(self):
        query = select(AuditEntry.id, AuditEntry.deed, AuditEntry.object_id).where(AuditEntry.deed.like("tickets:%"))
        return db.session.execute(query.order_by(AuditEntry.id)).all()

    def notices(self):
        """(code, verb, whether a person or the system did it) of every notice, in order."""
        query = select(Ticket.code, TicketEvent.verb, TicketEvent.by_kind).join(Ticket).order_by(TicketEvent.id)
        return [tuple(row) for row in db.session.execute(query)]

    def deeds(self):
        return [(code, Verb(deed.removeprefix("tickets:"))) for _id, deed, code in self._audit()]

    def versions(self):
        return dict(tuple(row) for row in db.session.execute(select(Ticket.code, Ticket.version)))


@pytest.fixture
def province(app, by, monkeypatch):
    """The province of the histories, on the database of this test."""
    with app.app_context():
        yield Province(monkeypatch, by)


def holds(province):
    """All that must be true of both cases at any time."""
    db.session.rollback()
    for which in (0, 1):
        ticket = province.case(which)
        has_its_snapshot(ticket)
        has_hands(ticket)
        has_honest_clocks(ticket)
        has_honest_pauses(ticket)
        assert {name: getattr(ticket.filed, name) for name in searching.facts_of(ticket)} == searching.facts_of(ticket)
    db.session.rollback()


def has_its_snapshot(ticket):
    assert ticket.policy_id and ticket.policy_version and ticket.calendar_id
    answers = [c.cycle for c in ticket.clocks if c.kind is ClockKind.RESOLUTION]
    assert answers == list(range(1, ticket.cycle + 1))


def has_hands(ticket):
    running = [leg for leg in ticket.legs if leg.ended_at is None]
    assert len(running) == (1 if ticket.is_open else 0)
    stops = {e.cycle: e.at for e in ticket.events if e.old_status and e.old_status.is_open and not e.new_status.is_open}
    for cycle in range(1, ticket.cycle + 1):
        spans = [LegSpan(g.holder, g.department_id, g.began_at, g.ended_at) for g in ticket.legs if g.cycle == cycle]
        clock_row = next(c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.cycle == cycle)
        begin = ticket.received_at if cycle == 1 else clock_row.started_at
        assert tiles(spans, begin, stops.get(cycle, spans[-1].began_at))
    if not running:
        return
    expected = {
        Status.RECEIVED: Holder.SWITCHBOARD,
        Status.TRIAGE: Holder.SWITCHBOARD,
        Status.RETURNED: Holder.SWITCHBOARD,
        Status.ROUTED: Holder.UNIT,
        Status.IN_PROGRESS: Holder.UNIT,
        Status.ON_HOLD: Holder.UNIT,
        Status.AWAITING_APPROVAL: Holder.APPROVER,
        Status.REOPENED: Holder.UNIT if ticket.department_id else Holder.SWITCHBOARD,
    }
    holder = running[0].holder
    if ticket.status is Status.WAITING_CITIZEN:
        home = Holder.UNIT if ticket.department_id else Holder.SWITCHBOARD
        if ticket.left_status is Status.TRIAGE:
            home = Holder.SWITCHBOARD
        assert holder is (Holder.CITIZEN if ticket.pauses[-1].began_at else home)
    elif ticket.status is Status.ATTACHED:
        main_unit = ticket.parent.department_id
        assert (holder, running[0].department_id) == (Holder.UNIT if main_unit else Holder.SWITCHBOARD, main_unit)
    else:
        assert holder is expected[ticket.status]
        assert running[0].department_id == (None if holder is Holder.SWITCHBOARD else ticket.department_id)


def has_honest_clocks(ticket):
    answers = [c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION]
    standing = [c for row in answers for c in row.crossings if c.step == "100%" and not c.waived_at and not c.voided_at]
    assert ticket.is_late == bool(standing)
    for row in ticket.clocks:
        plan = plan_of(facts_of(ticket, row))
        assert (row.deadline_at, row.first_promise_at, row.bare_deadline_at) == (
            plan.deadline_at,
            plan.first_promise_at,
            plan.bare_deadline_at,
        ), row.kind
        broken = [c for c in row.crossings if c.step == "100%" and not c.voided_at]
        assert len(broken) <= 1 and bool(broken) == (row.breached_at is not None)
        assert row.breached_at in (None, row.deadline_at)
        if row.stopped_at is not None and row.kind is ClockKind.RESOLUTION:
            assert is_on_time(row.stopped_at, row.deadline_at) == (row.breached_at is None)
        assert len({(c.plan_no, c.step) for c in row.crossings}) == len(row.crossings)
        assert [p.plan_no for p in row.past_plans] == list(range(1, row.plan_no))
    if not ticket.is_open:
        assert all(row.stopped_at for row in ticket.clocks) and ticket.next_due_at is None
    running = [c.deadline_at for c in ticket.clocks if c.stopped_at is None and c.deadline_at]
    assert ticket.next_due_at == min(running, default=None)


def has_honest_pauses(ticket):
    open_ones = [p for p in ticket.pauses if p.ended_at is None]
    assert len(open_ones) == (1 if ticket.status.is_paused else 0)
    calendar = calendar_of(ticket)
    for pause in ticket.pauses:
        assert pause.reason and pause.until_at <= max(
            calendar.deadline_days(pause.asked_at, 10), pause.asked_at + timedelta(days=30)
        )
        if pause.kind is Status.WAITING_CITIZEN and pause.began_at:
            assert pause.began_at == max(pause.delivered_at, pause.confirmed_at)
    for row in ticket.clocks:
        if row.kind is not ClockKind.RESOLUTION:
            assert row.deadline_at is not None
    answer = next((c for c in ticket.clocks if c.kind is ClockKind.RESOLUTION and c.stopped_at is None), None)
    if answer is not None and answer.deadline_at is None:
        assert ticket.status is Status.WAITING_CITIZEN and ticket.pauses[-1].began_at


def frozen(province):
    """The rows of all clocks that have stopped, with their crossings but for an excuse."""
    found = {}
    for which in (0, 1):
        for row in province.case(which).clocks:
            if row.stopped_at is not None:
                crossings = tuple((c.plan_no, c.step, c.due_at, c.fired_at, c.voided_at) for c in row.crossings)
                columns = tuple(getattr(row, column.key) for column in Clock.__table__.columns)
                found[row.id] = (columns, crossings)
    db.session.rollback()
    return found


def follows(code, verb, by_kind):
    """Whether a notice is the house's own consequence of something else."""
    return by_kind.value == "system" and verb in (Verb.FOLLOW, Verb.BREACH, Verb.ACCEPT, Verb.DETACH, Verb.DECLINE)


def one_life(province, history):
    category, plan = history
    province.begin(category)
    holds(province)
    for step in plan:
        before, noticed, done, versions = province.digest(), province.notices(), province.deeds(), province.versions()
        stopped = frozen(province)
        verb, is_done = province.play(step)
        if not is_done:
            assert province.digest() == before, verb
            continue
        holds(province)
        now_stopped = frozen(province)
        assert {key: now_stopped[key] for key in stopped} == stopped
        new = province.notices()[len(noticed) :]
        own = [notice for notice in new if not follows(*notice)]
        written = Counter(province.deeds()[len(done) :])
        assert written == Counter((code, v) for code, v, _kind in new if v is not Verb.BREACH)
        if verb is not None:
            code = province.codes[step[1]]
            assert [(c, v) for c, v, _kind in own] == [(code, verb)]
            if verb is not Verb.CONTACT:
                assert province.versions()[code] > versions[code]


def _lives(number):
    return settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
        derandomize=True,
    )


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@_lives(60)
@given(history=HISTORIES)
def test_r1_to_r8_every_life_keeps_every_promise(province, history):
    one_life(province, history)


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
@_lives(8)
@given(history=HISTORIES)
def test_r1_to_r8_every_life_keeps_every_promise_on_postgresql_too(province, history):
    one_life(province, history)
