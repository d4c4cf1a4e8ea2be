"""Wrong doors: what they cost is the ledger of legs, every number is its list, and a return after its time cannot be."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from hotline import clock
from hotline.catalogue.models import Area, Category
from hotline.catalogue.queries import arithmetic, department_by_code
from hotline.dashboards.figures import Scope
from hotline.dashboards.misrouting import board
from hotline.dashboards.sendings import By, Sending, legs_of
from hotline.db import db, transaction
from hotline.demo.load import load_province
from hotline.errors import Conflict
from hotline.tickets import actions
from hotline.tickets.jobs import escalate
from hotline.tickets.models import Clock, ClockKind, Leg, Ticket
from hotline.tickets.rules.legs import LegSpan, misrouting
from hotline.worktime import WorkCalendar

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MARCH = "from=2026-03-01&to=2026-03-31"
HOUR = 3600


def at(day, hour, minute=0):
    """An instant of March 2026; the 2nd and the 9th are Mondays."""
    return datetime(2026, 3, day, hour, minute, tzinfo=HERE)


def march():
    return Scope(datetime(2026, 2, 28, 17, tzinfo=UTC), datetime(2026, 3, 31, 17, tzinfo=UTC), clock.now())


def unit(code):
    return department_by_code(code, clock.now().date())


@pytest.fixture
def wandering(app, by):
    """Five cases of March: returned twice; taken away by the lead; returned over a weekend; accepted; silent."""

    def opened(category, when):
        found = db.session.scalar(select(Category).where(Category.code == category)) if category else None
        place = db.session.scalar(select(Area).where(Area.code == "25195", Area.valid_to.is_(None)))
        wish = actions.NewTicket(
            content="Ổ gà lớn trước chợ.",
            received_at=when,
            category_id=found.id if found else None,
            area_id=place.id,
            phone="0912345678",
        )
        return actions.open_ticket(wish, by=by("operator"), now=when)

    with app.app_context(), transaction():
        twice, taken, weekend, taken_on, silent = (
            opened(*one)
            for one in (
                ("GT-01", at(2, 8)),
                ("GT-01", at(2, 8)),
                ("", at(6, 15)),
                ("GT-01", at(3, 8)),
                ("GT-01", at(4, 8)),
            )
        )
        roads, health = unit("SXD"), unit("SYT")
        give, send = actions.return_, actions.route
        give(twice, health, reason="Không thuộc thẩm quyền.", by=by("staff"), now=at(2, 10))
        send(twice, health, reason="Theo đề xuất.", by=by("operator"), now=at(2, 10, 30))
        give(twice, roads, reason="Việc của ngành xây dựng.", by=by("health"), now=at(2, 13, 30))
        send(twice, roads, reason="Trưởng ca quyết định.", by=by("lead"), now=at(2, 14))
        send(taken, health, reason="Tuyến trong khuôn viên bệnh viện.", by=by("lead"), now=at(2, 9))
        send(weekend, roads, reason="Tổng đài xem nội dung.", by=by("operator"), now=at(6, 16))
        give(weekend, health, reason="Vị trí không thuộc địa bàn.", by=by("staff"), now=at(9, 8))
        actions.accept(taken_on, by=by("staff"), now=at(3, 9))
        codes = {"twice": twice.code, "taken": taken.code, "weekend": weekend.code, "silent": silent.code}
    with app.app_context():
        escalate(at(9, 9))
    return codes


def by_the_ledger():
    """Returns, hand-overs and days lost as the pure rule sums them over the legs of every case."""
    returns, hops, days = 0, 0, Fraction(0)
    for ticket in db.session.scalars(select(Ticket)):
        calendar = arithmetic(ticket.calendar)
        spans = [LegSpan(leg.holder, leg.department_id, leg.began_at, leg.ended_at, leg.is_hop) for leg in ticket.legs]
        found = misrouting(spans, calendar.elapsed, calendar.normal_day_seconds)
        returns, hops = returns + found.returns, hops + found.hops
        days += Fraction(found.returned_seconds, calendar.normal_day_seconds)
    return returns, hops, days


def test_the_board_says_what_happened(app, wandering):
    with app.app_context():
        found = board(march(), By, on=clock.now().date())
        all_of_it = found.total
        assert (all_of_it.returns, all_of_it.hand_overs, all_of_it.lead_decided) == (3, 3, 1)
        assert (all_of_it.cases_returned, all_of_it.cases_sent, all_of_it.share) == (2, 5, 40)
        assert all_of_it.lost_seconds == 2 * HOUR + 1.5 * HOUR + 1.5 * HOUR  # lunch and the weekend cost nothing
        assert all_of_it.days_lost == Fraction(5, 8)
        assert (all_of_it.returns, all_of_it.hand_overs, all_of_it.days_lost) == by_the_ledger()

        units = {line.subject.code: line.tally for line in found.lines[By.UNIT]}
        assert (units["SXD"].returns, units["SXD"].hand_overs, units["SXD"].lead_decided) == (2, 2, 0)
        assert (units["SYT"].returns, units["SYT"].hand_overs, units["SYT"].lead_decided) == (1, 1, 1)
        assert [line.subject.code for line in found.lines[By.UNIT]] == ["SXD", "SYT"]  # most days lost first

        rules = {line.subject and line.subject.category.code: line.tally for line in found.lines[By.RULE]}
        assert {code: (one.returns, one.lost_seconds) for code, one in rules.items()} == {
            "GT-01": (1, 2 * HOUR),
            None: (2, 3 * HOUR),  # the switchboard chose
        }
        categories = {line.subject and line.subject.code: line.tally for line in found.lines[By.CATEGORY]}
        assert {code: one.returns for code, one in categories.items()} == {"GT-01": 2, None: 1}


def test_every_cell_opens_exactly_its_list(app, wandering, sign_in):
    lead = sign_in("lead")
    page = lead.get(f"/dashboard/misrouting?{MARCH}").text
    cells = re.findall(r'<td class="num"[^>]*><a href="([^"]+)">([^<]+)</a>', page)
    boxes = re.findall(
        r'<a class="figure[^"]*" href="([^"]+)">.*?<span class="value">(?:<svg.*?</svg>)?([^<]+)</span>', page
    )
    assert len(boxes) == 6
    assert len(cells) == 6 * (2 + 2 + 2)
    for address, text in [*boxes, *cells]:
        shown = lead.get(unescape(address)).text
        number = int(re.search(r"<title>[^<]*: (\d+)", shown).group(1))
        assert shown.count('<a class="code"') == number, address
        if text.isdecimal():
            assert number == int(text), address
        elif "%" in text:
            sent = lead.get(unescape(address).replace("figure=returned", "figure=sent")).text
            among = int(re.search(r"<title>[^<]*: (\d+)", sent).group(1))
            assert float(text.replace(",", ".").split("\N{NO-BREAK SPACE}")[0]) == round(100 * number / among, 1), (
                address
            )
        else:
            assert text in re.search(r'<p class="under">(.*?)</p>', shown).group(1), address


def test_the_list_shows_why_whom_and_where_to(wandering, sign_in):
    shown = sign_in("lead").get(f"/dashboard/misrouting/list?figure=returns&{MARCH}&lang=en").text
    rows = {}
    for row in re.findall(r"<tr>\n(.*?)</tr>", shown, re.DOTALL):
        cells = [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        rows.setdefault(cells[0].split()[0], []).append(cells[1:5] + cells[6:])
    roads, health = "Department of Construction", "Department of Health"
    assert rows[wandering["twice"]] == [
        [health, "Việc của ngành xây dựng.", roads, roads, "1 hour 30 minutes"],
        [roads, "Không thuộc thẩm quyền.", health, health, "2 hours"],
    ]
    assert rows[wandering["weekend"]] == [
        [roads, "Vị trí không thuộc địa bàn.", health, "Still at the switchboard", "1 hour 30 minutes"]
    ]
    moved = sign_in("lead").get(f"/dashboard/misrouting/list?figure=hand_overs&{MARCH}").text
    assert "Tuyến trong khuôn viên bệnh viện." in moved


def test_a_head_sees_what_the_own_unit_returned_and_no_more(app, wandering, sign_in):
    head = sign_in("head")
    with app.app_context():
        health = unit("SYT").id
    assert "By the unit that returned" not in head.get(f"/dashboard/misrouting?{MARCH}&lang=en").text
    shown = head.get(f"/dashboard/misrouting/list?figure=returns&{MARCH}").text
    assert re.search(r"<title>[^<]*: 2", shown)
    assert "Việc của ngành xây dựng." not in shown
    assert f'<span class="code">{wandering["weekend"]}</span>' in shown  # it has left the unit: no way in
    for path in ("misrouting", "misrouting/list"):
        assert head.get(f"/dashboard/{path}?{MARCH}&department={health}").status_code == 404
    across = head.get(f"/dashboard/misrouting/list?figure=returns&{MARCH}&by=unit&key={health}").text
    assert re.search(r"<title>[^<]*: 0", across)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("figure=nothing", 404),
        ("by=weather", 404),
        ("by=rule&key=x", 404),
        ("by=rule&key=99999", 404),
        ("by=unit&key=9999999999999", 404),
        ("after=x", 404),
        ("after=99999", 404),
        ("figure=sent&after=x", 404),
        ("by=rule&key=", 200),
        ("", 200),
    ],
)
def test_a_list_that_is_none_is_said_so(sign_in, query, status):
    assert sign_in("lead").get(f"/dashboard/misrouting/list?{query}").status_code == status


def test_an_empty_province_has_no_wrong_door(sign_in):
    page = sign_in("leader").get("/dashboard/misrouting").text
    assert page.count('class="empty"') == 1
    assert "NaN" not in page
    assert "None" not in page


def test_both_pages_lead_to_each_other_and_keep_the_period(sign_in):
    lead = sign_in("lead")
    assert f'href="/dashboard/misrouting?{MARCH.replace("&", "&amp;")}"' in lead.get(f"/dashboard?{MARCH}").text
    assert f'href="/dashboard?{MARCH.replace("&", "&amp;")}"' in lead.get(f"/dashboard/misrouting?{MARCH}").text
    assert 'href="/dashboard" aria-current="page"' in lead.get("/dashboard/misrouting/list").text


def test_a_return_after_the_acceptance_time_cannot_be(app, opened, moved, by):
    code = opened()
    with app.app_context(), transaction() as session:
        row = session.scalars(select(Clock).where(Clock.kind == ClockKind.ACCEPTANCE)).one()
        row.deadline_at = row.fires_at = clock.now() - timedelta(minutes=1)
        health = unit("SYT")
    with pytest.raises(Conflict):
        moved(code, ("staff", "return", {"proposed": health, "reason": "Muộn rồi."}))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Leg).where(Leg.is_hop)) == 0
        escalate(clock.now())
    with pytest.raises(Conflict):  # silence has accepted
        moved(code, ("staff", "return", {"proposed": health, "reason": "Muộn rồi."}))
    with app.app_context():
        now = clock.now()
        found = board(Scope(now - timedelta(days=1), now + timedelta(days=1), now), By, on=now.date())
        assert (found.total.returns, found.total.cases_sent) == (0, 1)


NOW = datetime(2026, 11, 24, 10, 30, tzinfo=HERE)


def test_the_lines_of_a_lived_in_province_add_up_to_the_ledger(bare_app):
    with bare_app.app_context():
        upgrade()
        load_province(400, 7, NOW, told=lambda number: None)
        scope = Scope(NOW - timedelta(days=500), NOW + timedelta(days=1), NOW)
        found = board(scope, By, on=NOW.date())
        total = found.total
        assert total.returns > 5
        assert (total.returns, total.hand_overs, total.days_lost) == by_the_ledger()
        for lines in found.lines.values():
            assert sum(line.tally.returns for line in lines) == total.returns
            assert sum(line.tally.hand_overs for line in lines) == total.hand_overs
            assert sum(line.tally.lead_decided for line in lines) == total.lead_decided
            assert sum(line.tally.days_lost for line in lines) == total.days_lost
            assert [line.tally.days_lost for line in lines] == sorted(
                (one.tally.days_lost for one in lines), reverse=True
            )
            assert all(line.tally.cases_returned <= line.tally.cases_sent for line in lines)
        routed = db.session.scalar(select(func.count(Leg.ticket_id.distinct())).where(Leg.routing_rule_id.is_not(None)))
        assert 0 < routed <= total.cases_sent
        returned = select(Leg).join(Ticket, Ticket.id == Leg.ticket_id).where(legs_of(Sending.RETURNS, scope))
        for leg in db.session.scalars(returned):
            accepting = [
                c for c in leg.ticket.clocks if c.kind is ClockKind.ACCEPTANCE and c.started_at == leg.began_at
            ]
            assert [c.deadline_at >= leg.ended_at for c in accepting] == [True]


@pytest.mark.parametrize(
    ("weekly", "hours"),
    [
        (
            {day: [["07:30", "11:30"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed")}
            | {"sat": [["07:30", "11:30"]]},
            8,
        ),
        ({"mon": [["08:00", "12:00"]], "tue": [["08:00", "16:00"]]}, 8),
        ({day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, 24),
    ],
)
def test_a_normal_day_is_what_most_working_days_have(weekly, hours):
    assert WorkCalendar.from_dict({"tz": "Asia/Ho_Chi_Minh", "weekly": weekly}).normal_day_seconds == hours * HOUR
