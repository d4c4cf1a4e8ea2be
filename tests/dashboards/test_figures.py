"""The numbers: each is exactly its list, overdue counts before it is answered, an index tells how sure we are."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Department
from hotline.dashboards.figures import Figure, Scope, condition, count, counts_by_department, joined
from hotline.dashboards.queries import numbers
from hotline.db import db, transaction
from hotline.satisfaction.actions import rate
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Rating, Solved, Survey
from hotline.satisfaction.rules import wilson
from hotline.tickets import actions
from hotline.tickets.jobs import escalate
from hotline.tickets.models import Clock, Ticket


@pytest.fixture
def busy(app, opened, moved, spoil):
    """A province in which a bit of everything happened: 3 answered (1 late), 1 overdue, 1 open; ratings 5, 2."""
    done = (("staff", "accept"), ("staff", "answer", {"body": "Đã xử lý."}), ("head", "approve"))
    first, second, third, overdue, fresh = (opened(phone=f"091234567{i}") for i in range(5))
    spoil(second)
    spoil(overdue)
    for code in (first, second, third):
        moved(code, *done)
    with app.app_context():
        escalate(clock.now())
        make_surveys(clock.now())
        with transaction() as session:
            asked = session.scalars(select(Survey).order_by(Survey.ticket_id)).all()
            rate(asked[0], solved=Solved.YES, score=5, mode="link", now=clock.now())
            rate(asked[1], solved=Solved.NO, score=2, mode="link", now=clock.now())
    return {"first": first, "late": second, "silent": third, "overdue": overdue, "fresh": fresh}


def today():
    now = clock.now()
    return Scope(now - timedelta(days=1), now + timedelta(days=1), now)


def test_the_numbers_are_what_happened(app, busy):
    with app.app_context():
        n = numbers(today())
        assert {figure: n[figure] for figure in Figure} == {
            Figure.RECEIVED: 5,
            Figure.STOPPED: 3,
            Figure.ON_TIME: 2,
            Figure.LATE: 1,
            Figure.OPEN: 2,
            Figure.OPEN_OVERDUE: 1,
            Figure.ASKED: 3,
            Figure.RATED: 2,
            Figure.RATED_ASKED: 2,
            Figure.SATISFIED: 1,
            Figure.UNHAPPY: 1,
            Figure.AGAINST_766: 2,
            Figure.ON_TIME_FIRST: 2,
            Figure.OVERDUE_FIRST: 1,
            Figure.ON_TIME_BARE: 2,
            Figure.OVERDUE_BARE: 1,
            Figure.EXCUSED: 0,
            Figure.ROUTED: 5,
            Figure.BY_SILENCE: 0,
        }
        assert n.on_time == pytest.approx(100 * 2 / 4)
        assert n.csat == pytest.approx(50)
        assert n.response_rate == pytest.approx(100 * 2 / 3)
        assert n.qd766 == pytest.approx(100 * 2 / 4)
        assert n.interval == tuple(100 * edge for edge in wilson(1, 2))


def test_an_overdue_case_counts_against_us_before_it_is_answered(app, busy, moved):
    with app.app_context():
        before = numbers(today()).on_time
    moved(busy["overdue"], ("staff", "accept"), ("staff", "answer", {"body": "Trễ."}), ("head", "approve"))
    with app.app_context():
        assert numbers(today()).on_time == before  # it was late already: answering late changes nothing


@pytest.mark.parametrize("figure", list(Figure), ids=str)
def test_a_number_opens_exactly_its_list(app, busy, sign_in, figure):
    with app.app_context():
        expected = set(db.session.scalars(select(Ticket.code).where(condition(figure, today()))))
        assert len(expected) == count(figure, today())
    lead = sign_in("lead")
    page = lead.get("/dashboard?period=month").text
    link = re.search(rf'href="(/dashboard/list\?figure={figure.value}&[^"]+)"', page)
    if link is None:  # shown by unit or inside another figure's sentence
        address = f"/dashboard/list?figure={figure.value}&period=month"
    else:
        address = link.group(1).replace("&amp;", "&")
    shown = lead.get(address).text
    assert set(re.findall(r'<a class="code" href="/tickets/([^"]+)"', shown)) == expected
    assert f": {len(expected)}" in re.search(r"<title>(.*?)</title>", shown).group(1)


def test_a_head_sees_the_own_unit_only(app, busy, sign_in, opened):
    opened(category="YT-01", phone="0912345679")
    head = sign_in("head")
    assert head.get("/dashboard").status_code == 200
    assert len(re.findall(r'class="code"', head.get("/dashboard/list?figure=received&period=month").text)) == 5
    with app.app_context():
        other = db.session.scalar(select(Ticket.department_id).order_by(Ticket.id.desc()))
    assert head.get(f"/dashboard?department={other}").status_code == 404
    assert head.get(f"/dashboard/list?figure=received&department={other}").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-13-01", 422),
        ("from=x&to=y", 422),
        ("from=2026-02-01&to=2026-01-01", 422),
        ("from=1000-01-01&to=1000-01-02", 422),
        ("period=never", 422),
        ("department=x", 422),
        ("department=99999", 404),
        ("department=9999999999999", 422),
    ],
)
def test_a_period_that_cannot_be_is_said_so(sign_in, query, status):
    assert sign_in("lead").get(f"/dashboard?{query}").status_code == status


def test_an_empty_province_has_no_percentages(sign_in):
    page = sign_in("lead").get("/dashboard").text
    assert "chưa có số liệu" in page
    assert "NaN" not in page
    assert "None" not in page


def test_every_rating_raises_n_by_one(app, busy, sign_in):
    lead = sign_in("lead")
    seen = int(re.search(r"n = (\d+)", lead.get("/dashboard").text).group(1))
    with app.app_context(), transaction() as session:
        survey = session.scalars(select(Survey).order_by(Survey.ticket_id.desc())).first()
        rate(survey, solved=Solved.YES, score=4, mode="link", now=clock.now())
    assert int(re.search(r"n = (\d+)", lead.get("/dashboard").text).group(1)) == seen + 1


def test_a_clock_is_marked_once(app, busy):
    with app.app_context():
        assert escalate(clock.now()) == 0
        breached = db.session.scalars(select(Clock).where(Clock.breached_at.is_not(None))).all()
        assert all(row.breached_at == row.deadline_at for row in breached)


def test_a_rating_counts_for_the_unit_that_answered_wherever_the_case_goes_later(app, busy, moved, sign_in):
    with app.app_context():
        other = db.session.scalar(select(Department).where(Department.code == "SYT"))
        own = db.session.scalar(select(Ticket.department_id).where(Ticket.code == busy["late"]))
    moved(
        busy["late"],
        ("lead", "reopen", {"reason": "Người dân báo chưa xong."}),
        ("lead", "route", {"department": other, "reason": "Việc của ngành y tế."}),
    )
    with app.app_context():
        for figure in (Figure.ASKED, Figure.RATED, Figure.UNHAPPY):
            scopes = [replace(today(), department_id=unit) for unit in (own, other.id)]
            assert [count(figure, scope) for scope in scopes] == [count(figure, today()), 0]
            assert counts_by_department(figure, today()) == {own: count(figure, today())}
    with app.app_context(), transaction() as session:  # a unit hears of a rating once it can no longer be changed
        for rating in session.scalars(select(Rating)):
            rating.rated_at -= timedelta(hours=73)
    shown = sign_in("head").get("/dashboard/list?figure=unhappy&period=month").text
    assert f'<span class="code">{busy["late"]}</span>' in shown
    assert f"/tickets/{busy['late']}" not in shown
    assert "Ổ gà lớn trước chợ" not in shown


def test_cases_that_only_joined_an_incident_are_said_beside_the_number(app, opened, by, sign_in):
    main, *others = (opened(phone=f"091234567{i}") for i in range(3))
    with app.app_context(), transaction() as session:
        found = {ticket.code: ticket for ticket in session.scalars(select(Ticket))}
        for code in others:
            actions.attach(found[code], found[main], by=by("operator"), now=clock.now())
    with app.app_context():
        assert joined(Figure.RECEIVED, today()) == joined(Figure.OPEN, today()) == (2, 1)
        assert joined(Figure.STOPPED, today()) == (0, 0)
    page = sign_in("lead").get("/dashboard?lang=en").text
    assert page.count("2 only joined one of 1 common incidents") == 2
