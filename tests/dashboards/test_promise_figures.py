"""On time against the last promise, the first one and without pauses; excused by the lead; accepted by silence."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.actor import SYSTEM
from hotline.catalogue.models import Area, Category
from hotline.catalogue.queries import department_by_code
from hotline.dashboards.figures import Figure, Scope, condition, counts_by_department
from hotline.dashboards.queries import numbers
from hotline.db import db, transaction
from hotline.tickets import actions
from hotline.tickets.models import Ticket

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MARCH = "from=2026-03-01&to=2026-03-31"
PROMISES = (
    Figure.ON_TIME,
    Figure.ON_TIME_FIRST,
    Figure.OVERDUE_FIRST,
    Figure.ON_TIME_BARE,
    Figure.OVERDUE_BARE,
    Figure.EXCUSED,
    Figure.ROUTED,
    Figure.BY_SILENCE,
)


def at(day, hour, minute=0):
    """An instant of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=HERE)


def march(until=None):
    """The month as it is seen at `until`, or long afterwards."""
    begin, end = datetime(2026, 2, 28, 17, tzinfo=UTC), datetime(2026, 3, 31, 17, tzinfo=UTC)
    return Scope(begin, end, until or clock.now())


TAKEN = (at(2, 15), "staff", "accept")
MORE_TIME = (
    (at(5, 9), "staff", "extend", {"until_on": date(2026, 3, 12), "reason": "Chờ vật tư."}),
    (at(5, 10), "head", "grant"),
)
A_QUESTION = (
    (at(4, 9), "staff", "ask", {"question": "Gần số nhà nào?", "by_phone": True}),
    (at(4, 9, 5), "operator", "confirm"),
    (at(6, 9), "operator", "resume", {"note": "Đã bổ sung."}),
)
EXCUSED = (at(12, 9), "lead", "waive", {"reason": "Ngập đường vào hiện trường."})


def answered(day):
    """Written at ten and approved at half past ten."""
    return (at(day, 10), "staff", "answer", {"body": "Đã xử lý."}), (at(day, 10, 30), "head", "approve")


# Received on Monday the 2nd at 08:00, due in five working days: on Monday the 9th at 17:00.
LIVES = {
    "plain": (TAKEN, *answered(5)),
    "extended": (TAKEN, *MORE_TIME, *answered(11)),
    "waited": (TAKEN, *A_QUESTION, *answered(10)),
    "late": (TAKEN, *answered(11)),
    "excused": (TAKEN, *answered(11), EXCUSED),
    "silent": answered(5),
    "historic": (TAKEN, *answered(11)),
    "open": (TAKEN, *MORE_TIME),
}
ON_TIME = {"plain", "extended", "waited", "excused", "silent"}
EXPECTED = {
    Figure.ON_TIME: ON_TIME,
    Figure.ON_TIME_FIRST: ON_TIME - {"extended"},
    Figure.OVERDUE_FIRST: {"open"},
    Figure.ON_TIME_BARE: {"plain", "excused", "silent"},
    Figure.OVERDUE_BARE: {"open"},
    Figure.EXCUSED: {"excused"},
    Figure.ROUTED: set(LIVES),
    Figure.BY_SILENCE: {"silent"},
}


@pytest.fixture
def march_lived(app, by):
    """One case of each life, played at its own instants; its name stands in its content."""
    with app.app_context():
        for name, steps in LIVES.items():
            with transaction() as session:
                category = session.scalars(select(Category).where(Category.code == "GT-01")).one()
                place = session.scalars(select(Area).where(Area.code == "25195", Area.valid_to.is_(None))).one()
                wish = actions.NewTicket(
                    content=name, received_at=at(2, 8), category_id=category.id, area_id=place.id, phone="0912345678"
                )
                ticket = actions.open_ticket(wish, by=by("operator"), now=at(2, 8))
                for moment, who, verb, *extra in steps:
                    for row in ticket.clocks:
                        while row.fires_at is not None and row.fires_at < moment:
                            actions.escalate(row, by=SYSTEM, now=moment)
                    getattr(actions, verb)(ticket, **(extra[0] if extra else {}), by=by(who), now=moment)
                if name == "historic":  # as a file brings it in: late, and nothing else is known
                    ticket.is_late_by_first_promise = ticket.is_late_without_pauses = False
        return dict(db.session.execute(select(Ticket.content, Ticket.code)).tuples().all())


def counted(figure, scope):
    return set(db.session.scalars(select(Ticket.content).where(condition(figure, scope))))


def test_each_promise_counts_the_cases_that_kept_it(app, march_lived):
    with app.app_context():
        assert {figure: counted(figure, march()) for figure in PROMISES} == EXPECTED
        found = numbers(march())
        assert (found.on_time, found.on_time_first, found.on_time_bare) == (100 * 5 / 8, 100 * 4 / 8, 100 * 3 / 8)
        assert found.silence == 100 / 8


def test_an_extension_does_not_hide_an_open_case_from_the_first_promise(app, march_lived):
    """On the 10th the extended case is in time against the last promise and overdue against the first."""
    seen = march(until=at(10, 12).astimezone(UTC))
    with app.app_context():
        assert counted(Figure.OPEN_OVERDUE, seen) == set()
        assert counted(Figure.OVERDUE_FIRST, seen) == counted(Figure.OVERDUE_BARE, seen) == {"open"}
        before = march(until=at(9, 16).astimezone(UTC))
        assert counted(Figure.OVERDUE_FIRST, before) == counted(Figure.OVERDUE_BARE, before) == set()


def test_a_longer_promise_never_counts_fewer_on_time(app, march_lived):
    with app.app_context():
        for until in (at(9, 16), at(10, 12), at(20, 8)):
            scope = march(until=until.astimezone(UTC))
            assert (
                counted(Figure.ON_TIME_BARE, scope)
                <= counted(Figure.ON_TIME_FIRST, scope)
                <= counted(Figure.ON_TIME, scope)
            )
            late = [
                counted(figure, scope) for figure in (Figure.OPEN_OVERDUE, Figure.OVERDUE_FIRST, Figure.OVERDUE_BARE)
            ]
            assert late[0] <= late[1] <= late[2]


def test_the_page_prints_them_beside_the_headline_and_each_opens_its_list(march_lived, sign_in):
    lead = sign_in("lead")
    page = lead.get(f"/dashboard?{MARCH}&lang=en").text
    boxes = {
        label: (unescape(address), value.replace("\N{NO-BREAK SPACE}", " "), note)
        for address, label, value, note in re.findall(
            r'<a class="figure[^"]*" href="([^"]+)"><span class="label">(.*?)</span><span class="value">(?:<svg.*?</svg>)?'
            r'(.*?)</span>(?:<span class="note">(.*?)</span>)?',
            page,
        )
    }
    for label, figure, value, note in (
        ("On time, against the last promise", Figure.ON_TIME, "62.5 %", "5 of 8 due"),
        ("Against the first promise", Figure.ON_TIME_FIRST, "50.0 %", "4 of 8 due, extensions not counted"),
        ("Without pauses", Figure.ON_TIME_BARE, "37.5 %", "3 of 8 due, neither extensions nor waits counted"),
        ("Excused by the shift lead", Figure.EXCUSED, "1", "late answers that count as on time"),
        ("Accepted by silence", Figure.BY_SILENCE, "1", "12.5\N{NO-BREAK SPACE}% of 8 sent to a unit"),
    ):
        address, shown, said = boxes[label]
        assert (shown, said) == (value, note), label
        behind = set(re.findall(r'<a class="code" href="/tickets/([^"]+)"', lead.get(address).text))
        assert behind == {march_lived[name] for name in EXPECTED[figure]}, label


def test_a_case_counts_for_each_unit_it_was_sent_to_and_once_in_all(app, march_lived, moved):
    with app.app_context():
        roads = db.session.scalar(select(Ticket.department_id).where(Ticket.content == "open"))
        health = department_by_code("SYT", clock.now().date())
    moved(march_lived["open"], ("lead", "route", {"department": health, "reason": "Việc của ngành y tế."}))
    today = Scope(at(1, 0).astimezone(UTC), clock.now(), clock.now())
    with app.app_context():
        assert counts_by_department(Figure.ROUTED, today) == {roads: 8, health.id: 1}
        assert counted(Figure.ROUTED, today) == set(LIVES)
        assert counts_by_department(Figure.BY_SILENCE, today) == {roads: 1}
        assert counted(Figure.BY_SILENCE, replace(today, department_id=health.id)) == set()
