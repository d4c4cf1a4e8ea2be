"""The page of satisfaction: every cell opens a list of as many rows, every percentage follows from printed counts."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

from flask import request
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Department, Setting
from hotline.dashboards.figures import Scope
from hotline.dashboards.rules import begin_of
from hotline.dashboards.said import Said, count_of, surveys_of
from hotline.dashboards.views.asked_for import code_of
from hotline.dashboards.views.said import _line
from hotline.db import db, transaction
from hotline.satisfaction.actions import rate
from hotline.satisfaction.jobs import make_surveys, sum_scores
from hotline.satisfaction.models import Mode, Rating, Solved, Survey
from hotline.tickets.models import Ticket
from hotline.web.formats import province_zone
from hotline.web.paging import ROWS_A_PAGE
from tests.dashboards.history import NOW, YEAR
from tests.dashboards.test_funnel import lead, lived
from tests.support.planted import Closed, plant

__all__ = ["lead", "lived"]
BREAKDOWNS = ("unit", "category", "area", "channel", "caller_kind", "mode")
WHOLE_OF = {
    "satisfied": ["rated"],
    "rated_asked": ["asked"],
    "solved_yes": ["solved_yes", "solved_partly", "solved_no"],
    "reopened": ["closed"],
}
CELL = re.compile(r'<a href="(/dashboard/satisfaction/list\?[^"]+)">([^<]+)</a>')
BOX = re.compile(
    r'<a class="figure[^"]*" href="(/dashboard/satisfaction/list\?[^"]+)">.*?class="value">(?:<svg.*?</svg>)?([^<]+)<',
    re.S,
)


class Lists:
    """The lists behind cells: each asked of the records once, by the predicate that its page uses."""

    def __init__(self, client):
        self.client, self.known = client, {}

    def length(self, address):
        """How many rows the list of this address has."""
        if address not in self.known:
            with self.client.application.test_request_context(address):
                clause = surveys_of(code_of(Said, "figure"), _scope(), _line(), is_first="cycle=later" not in address)
                self.known[address] = count_of(clause, _scope())
        return self.known[address]

    def shown(self, address):
        """How many the page says it has; its rows are counted too."""
        page = self.client.get(address).text
        said = int(re.search(r"<h1[^>]*>.*?: (\d+)\s*</h1>", page, re.S).group(1))
        assert len(re.findall(r'class="code"', page)) == min(said, ROWS_A_PAGE), address
        return said


def _scope():
    zone, args = province_zone(), request.args
    begin, end = (date.fromisoformat(args[name]) for name in ("from", "to"))
    unit = int(args["department"]) if args.get("department") else None
    heard_until = NOW - timedelta(hours=72) if args.get("heard") == "settled" else None
    return Scope(begin_of(begin, zone), begin_of(end + timedelta(days=1), zone), NOW, unit, heard_until)


def _check(address, text, lists):
    address, text = unescape(address), text.strip().replace("\N{NO-BREAK SPACE}", " ")
    length = lists.length(address)
    if text.isdigit():
        assert int(text) == length, (address, text)
        return
    figure = parse_qs(urlsplit(address).query)["figure"][0]
    if figure not in WHOLE_OF:
        return
    whole = sum(lists.length(address.replace(f"figure={figure}", f"figure={part}")) for part in WHOLE_OF[figure])
    expected = f"{100 * length / whole:.1f} %" if whole else "–"
    assert text in (expected, f"{length} of {whole}"), (address, text, length, whole)


def _cells(lead):
    found = set()
    for by in BREAKDOWNS:
        page = lead.get(f"/dashboard/satisfaction?{YEAR}&by={by}").text
        found |= set(CELL.findall(page)) | set(BOX.findall(page))
    return found, page


def test_every_cell_opens_its_list_and_every_percentage_follows_from_its_counts(lived, lead):
    with lived.app_context(), transaction() as session:
        session.add(Setting(key="fewest_ratings_to_rank", value=2))
    cells, page = _cells(lead)
    assert len(cells) > 250
    with lived.app_context():
        assert sum_scores(NOW) > 0
    assert _cells(lead)[0] == cells  # from the sums, what was counted anew before
    lists = Lists(lead)
    for address, text in sorted(cells):
        _check(address, text, lists)
    for address in sorted(lists.known)[:: len(lists.known) // 12]:
        assert lists.shown(address) == lists.known[address], address
    assert "Place = by the lower end" in page
    assert "QĐ 766" in page
    assert "1-2 dissatisfied, 3 accepting, 4-5 satisfied" in page
    assert page.count("How it is counted") >= 9


def test_thin_response_warns_and_thin_lines_have_no_percentage(app, opened, moved, sign_in):
    codes = [opened(phone=f"09123456{number:02}") for number in range(6)]
    for code in codes:
        moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã xử lý."}), ("head", "approve"))
    with app.app_context():
        make_surveys(clock.now())
        with transaction() as session:
            survey = session.scalars(select(Survey)).first()
            rate(survey, solved=Solved.YES, score=5, mode="link", now=clock.now())
        own, other = (
            db.session.scalar(select(Ticket.department_id)),
            db.session.scalar(select(Department.id).where(Department.code == "SYT")),
        )
    page = sign_in("lead").get("/dashboard/satisfaction?lang=en&by=unit").text
    assert "Only 16.7\N{NO-BREAK SPACE}% of those invited answered" in page
    assert "too few ratings" in page
    head = sign_in("head")
    assert head.get("/dashboard/satisfaction").status_code == 200
    assert "Ranking of" not in head.get("/dashboard/satisfaction?lang=en").text
    assert head.get(f"/dashboard/satisfaction?department={other}").status_code == 404
    assert head.get(f"/dashboard/satisfaction/list?figure=closed&by=unit&key={other}").text.count('class="code"') == 0
    assert head.get(f"/dashboard/satisfaction/list?figure=closed&by=unit&key={own}").text.count('class="code"') == 6
    for wrong in (
        "figure=x",
        "figure=rated&by=x",
        "figure=rated&by=unit&key=x",
        f"figure=rated&by=area&key={'9' * 40}",
        "figure=rated&after=x",
    ):
        assert head.get(f"/dashboard/satisfaction/list?{wrong}").status_code == 404, wrong


def test_an_empty_province_says_so(sign_in):
    page = sign_in("lead").get("/dashboard/satisfaction?lang=en").text
    assert "No case was answered in this period" in page
    assert "None" not in page and "NaN" not in page


def test_a_unit_hears_of_a_rating_only_once_it_stands(app, opened, moved, sign_in):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã xử lý."}), ("head", "approve"))
    with app.app_context():
        make_surveys(clock.now())
        with transaction() as session:
            rate(session.scalars(select(Survey)).one(), solved=Solved.NO, score=1, mode=Mode.LINK, now=clock.now())
    head, lead = sign_in("head"), sign_in("lead")

    def seen(client):
        rows = [
            client.get(f"/dashboard/satisfaction/list?figure={name}").text for name in ("rated", "unhappy", "silent")
        ]
        rows.append(client.get("/dashboard/list?figure=unhappy").text)
        return [page.count('class="code"') for page in rows]

    for _summed in range(2):
        assert (seen(head), seen(lead)) == ([0, 0, 1, 0], [1, 1, 0, 1])
        assert _rated_cell(head) == "0" and _rated_cell(lead) == "1"
        with app.app_context():
            sum_scores(clock.now())
    with app.app_context(), transaction() as session:
        session.scalars(select(Rating)).one().rated_at -= timedelta(hours=73)
    assert seen(head) == [1, 1, 0, 1] and _rated_cell(head) == "1"


def test_a_place_in_the_ranking_rests_on_no_rating_that_may_still_be_changed(app, sign_in):
    now = clock.now()
    with app.app_context(), transaction() as session:
        session.add(Setting(key="fewest_ratings_to_rank", value=1))
        unit = session.scalar(select(Department.id).where(Department.code == "SYT"))
        ages = ((5, 100), (4, 73), (1, 71))
        plant(
            [Closed(unit, now - timedelta(hours=101), score=s, rated_at=now - timedelta(hours=age)) for s, age in ages]
        )
    page = sign_in("lead").get("/dashboard/satisfaction?lang=en").text
    ranked = [(unescape(address), text) for address, text in CELL.findall(page) if "heard=settled" in address]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for _address, text in ranked] == [
        "100.0 %",
        "2",
        "66.7 %",
        "100.0 %",
    ]
    lengths = [sign_in("lead").get(address).text.count('class="code"') for address, _text in ranked]
    assert lengths == [2, 2, 2, 2]
    assert ">3</a>" in page  # in the figures themselves the lead hears of all three


def _rated_cell(client):
    page = client.get("/dashboard/satisfaction").text
    return next(
        text.strip() for address, text in CELL.findall(page) if "figure=rated&" in address and "heard=" not in address
    )
