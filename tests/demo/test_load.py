"""The demonstration: every state has some, nothing is left unmarked, the same seed gives the same province."""

import itertools
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from hotline import create_app
from hotline.calls.models import Call, CallResult
from hotline.cli.demo import load
from hotline.db import db, transaction
from hotline.demo.load import load_province
from hotline.messages.models import Message, MessageState
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Rating
from hotline.satisfaction.queries import open_invitations
from hotline.tickets.jobs import close_settled, end_pauses, escalate
from hotline.tickets.models import Leg, Ticket, TicketEvent
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Status
from tests.conftest import settings

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def digest() -> list[tuple]:
    events = select(
        TicketEvent.ticket_id, TicketEvent.verb, TicketEvent.at, TicketEvent.by_name, TicketEvent.public_text
    )
    tickets = select(Ticket.code, Ticket.content, Ticket.phone_raw, Ticket.follow_code, Ticket.due_at)
    ratings = select(Rating.survey_id, Rating.score, Rating.comment, Rating.rated_at)
    calls = select(Call.sid, Call.from_raw, Call.offered_at, Call.result)
    return [tuple(row) for query in (events, tickets, ratings, calls) for row in db.session.execute(query)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(request, tmp_path_factory):
    """A small demonstration, loaded once for all that look at it: the application and what it was counted to be."""
    folder = tmp_path_factory.mktemp("province")
    url = f"sqlite:///{folder / 'province.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.url(server.copy("template1"))
    app = create_app(settings(folder, url))
    with app.app_context():
        upgrade()
        counted = load_province(500, 7, NOW, told=lambda number: None)
    yield app, counted
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def province(loaded):
    """Inside that application; what it was counted to be."""
    app, counted = loaded
    with app.app_context():
        yield counted


def test_it_has_some_of_every_state_in_which_a_case_can_rest(province):
    assert set(province) == {status.value for status in Status if status is not Status.RECEIVED}
    assert sum(province.values()) == 500


def test_nothing_is_left_for_the_timers_to_find(province):
    assert escalate(NOW) == 0
    assert end_pauses(NOW) == 0
    assert close_settled(NOW) == 0
    assert make_surveys(NOW) == 0
    assert not db.session.scalar(select(func.count()).where(Message.state == MessageState.NEW))


def test_it_spans_a_year_and_ends_today(province):
    first, last = db.session.execute(select(func.min(Ticket.received_at), func.max(Ticket.received_at))).one()
    assert timedelta(days=300) < NOW - first <= timedelta(days=366)
    assert timedelta() < NOW - last < timedelta(days=2)


def test_calls_ratings_and_live_links_are_there(province):
    results = Counter(db.session.scalars(select(Call.result)))
    assert set(results) >= {CallResult.ANSWERED, CallResult.ABANDONED, CallResult.MISSED, CallResult.VOICEMAIL}
    assert set(db.session.scalars(select(Rating.score))) >= {2, 3, 4, 5}
    assert len(open_invitations(3, NOW)) == 3


def test_codes_check_and_legs_tile_every_life(province):
    for code, received_at, stopped_at, ticket_id in db.session.execute(
        select(Ticket.code, Ticket.received_at, Ticket.stopped_at, Ticket.id).order_by(Ticket.id).limit(120)
    ).tuples():
        assert read_code(code) == code
        legs = db.session.scalars(select(Leg).where(Leg.ticket_id == ticket_id).order_by(Leg.id)).all()
        assert legs[0].began_at == received_at
        for before, after in itertools.pairwise(legs):
            assert before.ended_at == after.began_at or after.cycle == before.cycle + 1
        if stopped_at is not None:
            assert legs[-1].ended_at == stopped_at


@pytest.mark.parametrize("bare_config", ["sqlite"], indirect=True)  # drawn before the database is asked
def test_the_same_seed_gives_the_same_province(bare_app):
    seen = []
    with bare_app.app_context():
        for _again in range(2):
            upgrade()
            load_province(120, 7, NOW, told=lambda number: None)
            seen.append(digest())
            with transaction() as session:
                for table in reversed(db.metadata.sorted_tables):
                    session.execute(table.delete())
    assert seen[0] == seen[1]
    assert len(seen[0]) > 1000


def test_four_thousand_reports_are_the_default():
    assert next(option.default for option in load.params if option.name == "tickets") >= 4000
