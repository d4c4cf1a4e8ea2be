"""Months are sealed once and chained; anybody can recompute them; whatever is changed afterwards names its month."""

import re
import subprocess
import sys
import threading
import time
from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue.models import Setting
from hotline.catalogue.queries import department_by_code
from hotline.db import db, transaction
from hotline.errors import Conflict
from hotline.satisfaction.actions import rate
from hotline.satisfaction.jobs import seal_months
from hotline.satisfaction.models import Mode, Rating, SealedMonth, Solved, Survey
from hotline.satisfaction.queries import ledger
from hotline.satisfaction.rules.ledger import published_root, root_of_proof
from hotline.tickets.models import TicketEvent
from tests.support.browser import Served
from tests.support.days import vn
from tests.support.planted import Closed, plant

SETTLED = "2026-04-04 02:00"  # three days and two hours after March


def closings(unit_id, small_id):
    """Ratings of January to March: February has none, the last of March is given one minute before midnight."""
    january = [Closed(unit_id, vn("2026-01-05 10:00"), score=score) for score in (5, 4, 2, 5, 1, 5)]
    neighbour = [Closed(unit, vn("2026-01-20 10:00"), score=score) for unit, score in ((None, 4), (small_id, 3))]
    march = [Closed(unit_id, vn("2026-03-02 10:00"), score=score) for score in (3, 5, 4)]
    last = [Closed(unit_id, vn("2026-03-31 10:00"), score=2, rated_at=vn("2026-03-31 23:59"))]
    return [*january, *neighbour, *march, *last]


def two_units():
    """Ids of a unit with many ratings and of one with few."""
    return [department_by_code(code, vn(SETTLED).date()).id for code in ("SXD", "SYT")]


@pytest.fixture
def rated(app):
    """The surveys of those closings, in order."""
    with app.app_context(), transaction():
        surveys = plant(closings(*two_units()))
        db.session.flush()
        return [survey.id for survey in surveys]


def seals():
    return db.session.scalars(select(SealedMonth).order_by(SealedMonth.month_on)).all()


def test_a_month_is_sealed_once_when_nothing_in_it_can_change_and_stands_on_the_chain(app, rated):
    with app.app_context():
        assert seal_months(vn("2026-04-03 23:00")) == 2  # March has a rating that may still be changed
        assert seal_months(vn("2026-04-04 02:00")) == 1
        assert seal_months(vn("2026-04-30 23:00")) == 0
        january, february, march = seals()
        assert [(one.ratings, one.satisfied) for one in (january, february, march)] == [(8, 5), (0, 0), (4, 2)]
        assert [one.previous_root for one in (january, february, march)] == ["", january.root, february.root]
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "satisfaction:seal")).all()
        assert [(one.object_id, one.detail["root"]) for one in entries][::2] == [
            ("2026-01", january.root),
            ("2026-03", march.root),
        ]


def test_two_timers_at_once_seal_once(app, rated):
    done = []

    def ring():
        with app.app_context():
            done.append(seal_months(vn(SETTLED)))
            db.session.remove()

    threads = [threading.Thread(target=ring) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with app.app_context():
        assert sum(done) == len(seals()) == 3
        assert db.session.scalar(select(func.count()).where(AuditEntry.deed == "satisfaction:seal")) == 3


def test_more_hours_for_changes_do_not_open_a_sealed_month_again(app, rated):
    with app.app_context():
        seal_months(vn(SETTLED))
        with transaction() as session:
            session.add(Setting(key="edit_hours", value=1000))
    with app.app_context(), transaction(), pytest.raises(Conflict):
        survey = db.session.get_one(Survey, rated[-1])
        rate(survey, solved=Solved.YES, score=5, mode=Mode.LINK, now=vn("2026-04-04 09:00"))


def test_a_citizen_finds_the_own_rating(app, client, rated, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: vn("2026-04-03 10:00"))
    with app.app_context():
        seal_months(vn("2026-04-03 10:00"))
        mine, small, unsealed = (
            db.session.scalars(select(Rating.receipt).where(Rating.survey_id == rated[place])).one()
            for place in (2, 6, 11)
        )
    page = client.get(f"/open?receipt={mine[:4].upper()}-{mine[4:]}&lang=en").text
    assert "It was received in 01/2026 and is counted for: Department of Construction." in page
    assert "Not solved, 2 of 5" in page
    line = re.search(r"<code>(\w+,SXD,2026-01,first,link,no,2,no,2)</code>", page).group(1)
    place = int(re.search(r"It is line (\d+) of 8", page).group(1))
    text = client.get("/open/ledger/2026-01.csv").text.splitlines()
    assert text[place] == line  # the header is line 0
    proof = re.findall(r"<li>(left|right) <code>([0-9a-f]{64})</code>", page)
    assert len(proof) == 3
    tree = root_of_proof(line, [(side, bytes.fromhex(beside)) for side, beside in proof])
    january = client.get("/open/ledger.json").json["months"][0]
    assert january["root"] == published_root("", date(2026, 1, 1), 8, 5, tree)
    # A unit with one rating is not named to others.
    assert f"{small},other,2026-01" in client.get("/open/ledger/2026-01.csv").text
    found = client.get(f"/open?receipt={small}&lang=en").text
    assert "counted among the units that are not named in that month" in found and "Switchboard" not in found
    # A month that is not closed yet says when it will be, and has no ledger.
    waiting = client.get(f"/open?receipt={unsealed}&lang=en").text
    assert "will be sealed on 04/04/2026" in waiting
    assert "Construction" not in waiting  # no unit before the line is sealed
    assert client.get("/open/ledger/2026-03.csv").status_code == 404
    assert client.get("/open/ledger/nonsense.csv").status_code == 404
    assert "There is no rating with this receipt" in client.get("/open?receipt=%27--&lang=en").text
    for page in ("/open", "/open?receipt=ffff", "/open/ledger.json"):
        assert "Set-Cookie" not in client.get(page).headers


def test_one_address_may_ask_for_many_ledgers_but_not_for_any_number(app, client, rated, monkeypatch):
    monkeypatch.setattr("hotline.public.views.LEDGERS_AN_ADDRESS", 3)
    codes = [client.get("/open?receipt=ffff").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert client.get("/open").status_code == 200


@pytest.fixture
def checked(served: Served):
    """checked() -> the tool's exit code and its lines, run against the running server."""

    def run(*more):
        command = [sys.executable, "-I", "-S", "tools/verify_ratings.py", "--base", served.base, *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    return run


CHANGES = {
    "one score": (update(Rating).where(Rating.survey_id.in_(select(func.min(Rating.survey_id)))).values(score=3), {"2026-01"}),
    "one first answer": (update(Rating).where(Rating.rated_at > vn("2026-03-20 00:00")).values(first_score=1), {"2026-03"}),
    "one deleted": (delete(Rating).where(Rating.rated_at > vn("2026-03-20 00:00")), {"2026-03"}),
    "one moved to another month": (
        update(Rating).where(Rating.rated_at > vn("2026-03-20 00:00")).values(rated_at=vn("2026-02-10 10:00")),
        {"2026-02", "2026-03"},
    ),
    "another unit": (update(Survey).where(Survey.closed_at == vn("2026-01-05 10:00")).values(department_id=None), {"2026-01"}),
    "another seal": (
        update(SealedMonth).where(SealedMonth.ratings == 0).values(root="0" * 64),
        {"2026-02", "2026-03"},  # the month itself, and the next no longer follows it
    ),
}  # fmt: skip


def kept():
    """The rows that a change may touch."""
    of = select(Survey.id, Survey.department_id)
    tables = (Rating.__table__, SealedMonth.__table__)
    return db.session.execute(of).all(), [
        (table, db.session.execute(select(table)).mappings().all()) for table in tables
    ]


def put_back(before):
    """Everything as it was kept."""
    units, tables = before
    with transaction() as session:
        for survey_id, unit_id in units:
            session.execute(update(Survey).where(Survey.id == survey_id).values(department_id=unit_id))
        for table, rows in tables:
            session.execute(delete(table))
            session.execute(table.insert(), [dict(row) for row in rows])


def test_anybody_recomputes_the_headline_and_whatever_is_changed_names_its_month(served, checked):
    with served.app.app_context():
        with transaction():
            plant(closings(*two_units()))
        seal_months(vn(SETTLED))
    code, lines = checked()
    assert code == 0
    assert lines == [
        "2026-01  8 ratings, 5 satisfied, 62.5 %  OK",
        "2026-02  0 ratings, 0 satisfied, 0.0 %  OK",
        "2026-03  4 ratings, 2 satisfied, 50.0 %  OK",
        "first answers, last 3 months: 12 ratings, 7 satisfied, 58.3 %",
        "in all   12 ratings, 7 satisfied, 58.3 %  OK",
    ]
    for name, (change, months) in CHANGES.items():
        with served.app.app_context():
            before = kept()
            with transaction() as session:
                session.execute(change)
            code, lines = checked()
            assert code == 1, name
            assert {line[:7] for line in lines[:-1] if "DIFFERS" in line} == months, (name, lines)
            put_back(before)
    assert checked()[0] == 0
    with served.app.app_context(), transaction() as session:
        survey = plant([Closed(None, vn("2026-01-07 10:00"), score=5)])[0]
        session.flush()
        receipt = survey.rating.receipt
    code, lines = checked()
    assert (code, [line[:7] for line in lines[:-1] if "DIFFERS" in line]) == (1, ["2026-01"]), "one added"
    page = served.app.test_client().get(f"/open?receipt={receipt}&lang=en").text
    assert "no longer fits its seal" in page


def test_open_prints_the_very_figure_that_the_tool_recomputes_from_the_last_twelve_ledgers(served, checked):
    many = {(2025, month): month for month in range(1, 13)} | {(2026, 1): 7, (2026, 2): 0, (2026, 3): 3}
    days = [(vn(f"{year}-{month:02}-02 10:00"), n) for (year, month), n in many.items()]
    with served.app.app_context():
        with transaction():
            surveys = plant([Closed(None, day, score=1 + (n + i) % 5) for day, n in days for i in range(n)])
            for survey in surveys[::4]:
                survey.cycle = 2
        seal_months(vn(SETTLED))
        year = [one for one in surveys if one.closed_at >= vn("2025-04-01 00:00") and one.cycle == 1]
        n, good = len(year), sum(one.rating.score >= 4 for one in year)
    code, lines = checked()
    assert code == 0
    assert lines[-2] == f"first answers, last 12 months: {n} ratings, {good} satisfied, {100 * good / n:.1f} %"
    figure = lines[-2].partition(": ")[2]
    page = served.app.test_client().get("/open?lang=en").text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"First answers in these months: {figure}." in page


def test_a_month_sealed_anew_inside_the_house_is_red_and_makes_the_job_fail(app, client, rated):
    with app.app_context():
        assert seal_months(vn(SETTLED)) == 3
        assert 'role="alert"' not in client.get("/open?lang=en").text
        with transaction() as session:  # an insider betters a score and lets the house seal everything from there anew
            session.execute(update(Rating).where(Rating.survey_id == rated[-1]).values(score=5))
            session.execute(delete(SealedMonth).where(SealedMonth.month_on == date(2026, 3, 1)))
        for _hour in range(2):
            with pytest.raises(RuntimeError, match="2026-03"):
                seal_months(vn(SETTLED))
        assert len(seals()) == 3
    page = client.get("/open?lang=en").text
    assert "The seal of 03/2026 is not the one that was noted" in page
    assert page.count('role="alert"') == 1


def timed_sealing():
    """How long sealing the one month takes, in seconds."""
    with transaction() as session:
        session.execute(delete(SealedMonth))
    began = time.perf_counter()
    assert seal_months(vn("2026-02-10 00:00")) == 1
    return time.perf_counter() - began


LARGE = (TicketEvent.__table__, Survey.__table__, Rating.__table__)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # one is enough of 60,000 rows
def test_a_large_month_is_sealed_in_two_seconds_and_open_stays_quick(app, client):
    with app.app_context():
        with transaction() as session:
            plant([Closed(None, vn("2026-01-05 10:00"), score=4)])
            session.flush()
            many = range(1, 20_000)
            event, survey, rating = (
                dict(session.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one())
                for table in LARGE
            )
            new = {"closing_event_id": event["id"], "survey_id": survey["id"]}
            for table, first, fresh in zip(
                LARGE,
                (event, survey, rating),
                (
                    lambda n: {},
                    lambda n: {
                        "cycle": n + 1,
                        "closing_event_id": new["closing_event_id"] + n,
                        "token_hash": f"many-{n}",
                    },
                    lambda n: {"survey_id": new["survey_id"] + n, "receipt": f"{n * 7919:016x}"},
                ),
                strict=True,
            ):
                session.execute(table.insert(), [first | {"id": first["id"] + n} | fresh(n) for n in many])
        took = min(timed_sealing() for _ in range(3))  # the machine has other things to do
        assert seals()[0].ratings == 20_000
        assert len(ledger.lines_of(seals()[0].month_on)) == 20_000
    print(f"\n20,000 ratings sealed in {took:.2f} s")
    assert took < 2, f"sealing 20,000 ratings took {took:.2f} s"
    client.get("/open")
    began = time.perf_counter()
    assert client.get("/open").status_code == 200
    assert time.perf_counter() - began < 0.5
