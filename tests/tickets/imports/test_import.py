"""Old cases from a file: what is good comes in once, what is broken is named, and nobody is texted about it."""

import csv
import gzip
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.db import db
from hotline.messages.models import Message
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Suppression, Survey
from hotline.tickets.jobs import escalate
from hotline.tickets.models import Clock, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status

MAP = Path(__file__).parents[3] / "docs" / "import" / "boston311.toml"
COLUMNS = (
    "case_enquiry_id", "open_dt", "sla_target_dt", "closed_dt", "on_time", "case_status", "closure_reason",
    "case_title", "reason", "type", "department", "location", "neighborhood", "source",
)  # fmt: skip
GOOD = (
    ("1", "2018-03-01 08:00:00", "2018-03-02 08:00:00", "2018-03-01 10:00:00", "ONTIME", "Closed", "Done", "Dead bird", "Streets", "Pick up Dead Animal", "PWDx", "1 Main St", "Roxbury", "Twitter"),
    ("2", "2018-03-01 09:00:00", "2018-03-01 12:00:00", "2018-03-03 10:00:00", "OVERDUE", "Closed", "Late", "Dead cat", "Streets", "Pick up Dead Animal", "PWDx", "", " ", "Self Service"),
    ("3", "2018-03-02 09:00:00", "2018-03-03 12:00:00", "", "OVERDUE", "Open", "", "Lost dog", "Animals", "Animal Lost", "ANML", "", "Dorchester", "Constituent Call"),
    ("4", "2018-03-02 10:00:00", "", "2018-03-02 09:59:00", "ONTIME", "Closed", "Nhầm giờ", "Ồn ào", "Animals", "Animal Found", "INFO", "", "", "Employee Generated"),
)  # fmt: skip
BROKEN = ("5", "yesterday", *GOOD[0][2:])


@pytest.fixture
def file(tmp_path):
    """file(*rows, name=…) -> a CSV with these rows, gzip when the name says so."""

    def write(*rows, name="cases.csv"):
        path = tmp_path / name
        opener = gzip.open if name.endswith(".gz") else open
        with opener(path, "wt", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([COLUMNS, *rows])
        return path

    return write


@pytest.fixture
def load(app):
    """load(path) -> the result of the command."""
    return lambda path, *more: app.test_cli_runner().invoke(
        args=["tickets", "import", str(path), "--map", str(MAP), "--rejects", str(path.parent / "rejects.csv"), *more]
    )


def imported(app):
    with app.app_context():
        rows = db.session.scalars(select(Ticket).where(Ticket.source == "boston311").order_by(Ticket.source_id))
        return {row.source_id: row for row in rows}


@pytest.mark.parametrize("name", ["cases.csv", "cases.csv.gz"])
def test_good_records_come_in_with_their_history(app, load, file, name):
    done = load(file(*GOOD, name=name))
    assert done.exit_code == 0, done.output
    tickets = imported(app)
    assert {key: row.status for key, row in tickets.items()} == {
        "1": Status.CLOSED, "2": Status.CLOSED, "3": Status.IN_PROGRESS, "4": Status.CLOSED,
    }  # fmt: skip
    assert [row.is_late for row in tickets.values()] == [False, True, True, False]
    assert tickets["1"].received_at.isoformat() == "2018-03-01T01:00:00+00:00"  # naive times are the province's
    assert tickets["2"].area_id is None
    assert tickets["4"].stopped_at < tickets["4"].received_at  # a fault of the source, kept as it came
    with app.app_context():
        kept = db.session.scalars(select(TicketEvent.detail).where(TicketEvent.verb == "open")).first()
        assert kept["imported"]["source"] == "Twitter"


def test_the_same_file_again_adds_nothing(app, load, file):
    path = file(*GOOD)
    assert load(path).exit_code == load(path).exit_code == 0
    assert load(file(*GOOD, ("6", *GOOD[0][1:]), name="longer.csv")).exit_code == 0
    assert set(imported(app)) == {"1", "2", "3", "4", "6"}


def test_a_broken_line_is_named_and_the_good_ones_stay(app, load, file):
    path = file(*GOOD[:2], BROKEN, *GOOD[2:])
    done = load(path)
    assert done.exit_code == 1
    assert set(imported(app)) == {"1", "2", "3", "4"}
    with (path.parent / "rejects.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["line"] for row in rows] == ["4"]
    assert rows[0]["reason"]
    assert "yesterday" in rows[0]["record"]


def test_nobody_is_texted_or_asked_about_an_imported_case(app, load, file):
    load(file(*GOOD))
    with app.app_context():
        make_surveys(clock.now())
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0
        assert set(db.session.scalars(select(Survey.suppressed_as))) <= {Suppression.IMPORTED}


def test_an_open_case_joins_no_timer(app, load, file):
    load(file(*GOOD))
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(TicketEvent))
        escalate(clock.now())
        assert db.session.scalar(select(func.count()).select_from(TicketEvent)) == before
        assert db.session.scalar(select(func.count()).where(Clock.breached_at.is_not(None))) == 2


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\x01\x02"])
def test_a_file_that_is_none_of_it_is_refused_in_one_sentence(app, load, tmp_path, text):
    path = tmp_path / "odd.csv"
    path.write_text(text, encoding="utf-8")
    done = load(path)
    assert done.exit_code != 0
    assert "Traceback" not in done.output
    assert imported(app) == {}
