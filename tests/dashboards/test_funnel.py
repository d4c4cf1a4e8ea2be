"""The funnel: every closing of a random history in exactly one bucket a level, and a lost row turns its line red."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import delete, func, select

from hotline import clock
from hotline.dashboards.figures import Scope
from hotline.dashboards.funnel import Bucket, closings_in, count_of, funnel
from hotline.db import db, transaction
from hotline.messages.models import Message
from hotline.satisfaction.models import Mode, Rating, Survey
from hotline.tickets.models import TicketEvent
from hotline.web.paging import ROWS_A_PAGE
from tests.conftest import PASSWORD
from tests.dashboards.history import NOW, YEAR, live


@pytest.fixture
def lived(bare_app, monkeypatch):
    """The application on a random history of 70 cases, in which the present stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with bare_app.app_context():
        live(70, 4)
    return bare_app


@pytest.fixture
def lead(lived):
    """A client signed in as the lead."""
    client = lived.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login?lang=en").text).group(1)
    client.post("/login", data={"csrf_token": token, "email": "lead@demo.test", "password": PASSWORD, "next": ""})
    return client


def year():
    return Scope(NOW - timedelta(days=400), NOW + timedelta(seconds=1), NOW)


def _where(event, survey, message, rating):
    """By hand: where one closing stands on each level; None where the level does not concern it."""
    asked = survey is not None and survey.suppressed_as is None
    state = message.state.value if message else "no_message"
    first = (
        ("lost" if event.at <= NOW - timedelta(minutes=2) else "preparing")
        if survey is None
        else "asked"
        if asked
        else f"suppressed:{survey.suppressed_as.value}"
    )
    groups = {"new": "waiting", "claimed": "waiting", "unknown": "waiting", "expired": "expired"}
    groups |= dict.fromkeys(("sent", "delivered", "undelivered"), "sent") | {"no_message": "no_message"}
    second = None
    if asked:
        second = groups.get(state) or f"failed:{message.error_code or message.reason}"
    third = {"sent": "no_receipt"}.get(state, state) if second == "sent" else None
    said = None
    if asked:
        rung = rating and rating.mode is Mode.CALL_BACK
        said = (
            "asked_rung"
            if rung
            else "asked_rated"
            if rating
            else "silent_still"
            if survey.expires_at > NOW
            else "silent_over"
        )
    return first, second, third, said, f"rated_by:{rating.mode.value}" if rating else None


def _by_hand():
    surveys = {one.closing_event_id: one for one in db.session.scalars(select(Survey))}
    invited = select(Message).where(Message.link_purpose == "rate", Message.template != "reminder")
    messages = {one.link_id: one for one in db.session.scalars(invited)}
    ratings = {one.survey_id: one for one in db.session.scalars(select(Rating))}
    found = {}
    for event in db.session.scalars(select(TicketEvent).where(TicketEvent.stops_clock)):
        survey = surveys.get(event.id)
        known = (messages.get(survey.id), ratings.get(survey.id)) if survey else (None, None)
        found[event.id] = _where(event, survey, *known)
    return found


def _assert_every_closing_stands_once():
    expected = _by_hand()
    shown = funnel(year())
    assert shown.adds_up
    assert shown.identities[0].whole.number == len(expected) > 40
    for level, line in enumerate(shown.identities):
        stood = Counter()
        for part in line.parts:
            ids = set(db.session.scalars(select(TicketEvent.id).where(closings_in(part.bucket, year(), part.key))))
            assert len(ids) == part.number == count_of(closings_in(part.bucket, year(), part.key))
            name = (
                f"{part.bucket.value}:{part.key}"
                if part.bucket.value in ("suppressed", "failed", "rated_by")
                else part.bucket.value
            )
            assert ids == {event for event, places in expected.items() if places[level] == name}, name
            stood.update(ids)
        assert set(stood.values()) <= {1}
        assert set(stood) == {event for event, places in expected.items() if places[level] is not None}


def test_every_closing_of_a_random_history_stands_in_one_bucket_a_level_and_every_number_opens_its_list(lived, lead):
    with lived.app_context():
        _assert_every_closing_stands_once()
        used = {place for places in _by_hand().values() for place in places if place}
        assert len(used) >= 18  # hardly a bucket stays empty
    page = lead.get(f"/dashboard/funnel?{YEAR}").text
    assert "Every line adds up" in page
    assert "Does not add up" not in page
    links = re.findall(r'<a href="(/dashboard/funnel/list\?[^"]+)">(\d+)</a>', page)
    assert len(links) > 20
    for address, number in links:
        listed = lead.get(unescape(address)).text
        assert f": {number}<" in re.search(r"<h1.*?</h1>", listed, re.S).group() + "<", address
        rows = len(re.findall(r'class="code"', listed))
        assert rows == min(int(number), ROWS_A_PAGE), address


def test_a_missing_row_turns_its_line_red_and_says_what_to_do(lived, lead):
    with lived.app_context(), transaction() as session:
        alone = select(func.min(Message.id)).join(Survey, Survey.id == Message.link_id)
        alone = alone.where(Message.link_purpose == "rate", Survey.suppressed_as.is_(None))
        alone = alone.group_by(Message.link_id).having(func.count() == 1)
        session.execute(
            delete(Message).where(Message.id == session.scalar(alone.order_by(Message.link_id.desc()).limit(1)))
        )
    page = lead.get(f"/dashboard/funnel?{YEAR}").text
    assert page.count("Does not add up") == 1
    assert "1 answer is missing from the parts." in page
    assert "Asked, but no invitation in the outbox" in page
    with lived.app_context(), transaction() as session:
        victim = session.scalars(
            select(Survey).outerjoin(Rating).where(Rating.id.is_(None), Survey.suppressed_as.is_not(None))
        ).first()
        session.delete(victim)
    page = lead.get(f"/dashboard/funnel?{YEAR}").text
    assert page.count("Does not add up") == 2
    lost = re.search(r"Answers without a survey: <a href=\"([^\"]+)\">1</a>", page).group(1)
    assert lead.get(unescape(lost)).text.count('class="code"') == 1
    with lived.app_context(), transaction() as session:
        asked = select(Survey).outerjoin(Rating).join(Message, Message.link_id == Survey.id)
        asked = asked.where(Rating.id.is_(None), Survey.suppressed_as.is_(None), Message.link_purpose == "rate")
        session.delete(session.scalars(asked.order_by(Survey.id.desc())).first())
    page = lead.get(f"/dashboard/funnel?{YEAR}").text
    assert page.count("Does not add up") == 3
    assert "A survey was deleted after its invitation was made." in page
    assert "2 answers are missing from the parts." in page


def test_a_closing_of_this_minute_is_being_prepared_and_an_older_one_is_missed(app, opened, moved, sign_in):
    moved(opened(), ("staff", "accept"), ("staff", "answer", {"body": "Đã xử lý."}), ("head", "approve"))
    with app.app_context():
        now = clock.now()
        soon = funnel(Scope(now - timedelta(days=1), now + timedelta(days=1), now))
        assert soon.adds_up
        assert {part.bucket: part.number for part in soon.identities[0].parts} == {Bucket.ASKED: 0, Bucket.PREPARING: 1}
        late = funnel(Scope(now - timedelta(days=1), now + timedelta(days=1), now + timedelta(minutes=3)))
        assert (late.identities[0].difference, late.identities[0].stray.number) == (1, 1)
    client = sign_in("lead")
    assert client.get("/dashboard/funnel/list?bucket=suppressed&key=boredom").status_code == 404
    assert client.get("/dashboard/funnel/list?bucket=nothing").status_code == 404
    assert client.get("/dashboard/funnel/list?bucket=closed&after=x").status_code == 404
    assert sign_in("operator").get("/dashboard/funnel").status_code == 403


def test_the_funnel_is_for_those_who_may_hear_of_every_rating_at_once(app, sign_in):
    sees = {}
    for name in ("lead", "leader", "admin", "head"):
        client = sign_in(name)
        answers = [
            client.get(address).status_code for address in ("/dashboard/funnel", "/dashboard/funnel/list?bucket=rated")
        ]
        sees[name] = answers, "/dashboard/funnel" in client.get("/dashboard").text
        has_outbox = 'href="/messages"' in client.get("/dashboard/funnel").text
        assert has_outbox is (name in ("lead", "admin")), name
    assert sees == {name: ([200, 200], True) for name in ("lead", "leader", "admin")} | {"head": ([403, 403], False)}
