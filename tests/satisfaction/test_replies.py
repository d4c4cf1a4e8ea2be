"""A reply "5" where a number can receive: it rates, or is asked about once; every text is kept whole."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from hotline import clock
from hotline.db import db, transaction
from hotline.messages.actions.texts import templates
from hotline.messages.models import InboundMessage, Message, MessageState
from hotline.messages.rules import segments
from hotline.satisfaction.jobs import read_replies
from hotline.satisfaction.models import Mode, Rating, Solved
from hotline.satisfaction.rules.replies import score_of
from hotline.web.folding import plain as unaccented
from tests.calls.story import CALLER
from tests.support.twilio import signed

LONG = "Đường trước nhà tôi vẫn ngập 😡🌊, mong tổng đài xem lại. " * 40
STORY = unicodedata.normalize("NFC", LONG)[:1_599] + "😡"


@pytest.mark.parametrize(
    ("body", "score"),
    [
        ("5", 5), (" 5 \n", 5), ("5 điểm", 5), ("5đ", 5), ("5 diem.", 5), ("năm", 5), ("Năm điểm", 5), ("nam", 5),
        ("5*", 5), ("*****", None), ("4/5", 4), ("một", 1), ("HAI", 2), ("ba", 3), ("bốn sao", 4), ("５", 5), ("1!", 1),
        ("55", None), ("0", None), ("6", None), ("", None), ("4-5", None), ("5 5", None), ("3.5", None), ("-5", None),
        ("10", None), ("Không hài lòng", None), ("5 giờ chiều rồi", None), ("٥", None), (STORY, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_only_a_plain_score_is_a_score(body, score, form):
    assert score_of(unicodedata.normalize(form, body)) == score


@given(st.text())
def test_whatever_is_written_is_a_score_from_1_to_5_or_none(body):
    assert score_of(body) in (None, 1, 2, 3, 4, 5)


@given(st.integers(0, 10**9))
def test_no_other_number_is_a_score(number):
    assert score_of(str(number)) == (number if 1 <= number <= 5 else None)


def test_the_text_that_asks_back_is_short():
    words = {"brand": "1022BPHUOC", "or_call": " hoặc gọi 0271.1022", "code": "26-0045127"}
    plain, marked = (templates()["reply_help"][style].format(**words) for style in ("plain", "diacritics"))
    plain = unaccented(plain)
    assert segments(plain).count == 1
    assert segments(marked).count == 2


@pytest.fixture
def invited(app, answered):
    """invited(**wish) -> the code of a closed case whose invitation has left."""

    def invite(**wish):
        code = answered(**wish)
        with app.app_context(), transaction() as session:
            left = {"state": MessageState.SENT, "sent_at": clock.now()}
            session.execute(update(Message).where(Message.ticket_code == code).values(**left))
        return code

    return invite


@pytest.fixture
def writes(app, client):
    """writes("5", …) -> [(outcome of each text)] after the job has read what this number sent."""
    sent = []

    def write(*bodies, number=CALLER):
        for body in bodies:
            sent.append(body)
            told = {"MessageSid": f"SM{len(sent)}", "From": number, "To": "+842713881022", "Body": body}
            assert signed(client, "/twilio/sms-inbound", told).status_code == 200
            with app.app_context():
                read_replies(clock.now())
        with app.app_context():
            assert read_replies(clock.now()) == 0
            rows = db.session.scalars(select(InboundMessage).order_by(InboundMessage.id)).all()
            assert [row.body for row in rows] == sent
            return [row.outcome for row in rows]

    return write


def said(app):
    with app.app_context():
        return [(row.solved, row.score, row.mode) for row in db.session.scalars(select(Rating))]


def test_a_score_rates_and_leaves_unsaid_whether_it_is_solved(app, invited, writes, sign_in):
    code = invited()
    assert writes("5 điểm") == ["rated"]
    assert said(app) == [(Solved.UNSAID, 5, Mode.REPLY)]
    assert writes("2") == ["rated", "rated"]  # changed within its hours, still one row
    assert said(app) == [(Solved.UNSAID, 2, Mode.REPLY)]
    assert "không nêu" in sign_in("lead").get("/ratings").text or "not said" in sign_in("lead").get("/ratings").text
    assert sign_in("lead").get(f"/tickets/{code}").status_code == 200


def test_a_reply_after_the_link_changes_the_score_and_nothing_else(app, client, invited, writes):
    from hotline.satisfaction.actions import rate
    from hotline.satisfaction.models import Survey

    invited()
    with app.app_context(), transaction() as session:
        survey = session.scalars(select(Survey)).one()
        rate(survey, solved=Solved.PARTLY, score=4, mode=Mode.LINK, now=clock.now())
    assert writes("3") == ["rated"]
    assert said(app) == [(Solved.PARTLY, 3, Mode.LINK)]


def test_what_is_not_plain_is_asked_about_once_and_kept_whole(app, invited, writes):
    code = invited()
    assert writes(STORY, "tốt lắm", "5") == ["asked", "other", "rated"]
    assert len(STORY) == 1_600
    assert said(app) == [(Solved.UNSAID, 5, Mode.REPLY)]
    with app.app_context():
        asked = db.session.scalars(select(Message).where(Message.template == "reply_help")).one()
        assert (asked.to_number, asked.ticket_code) == (CALLER, code)


def test_texts_about_nothing_open_and_wishes_to_stop_are_no_ratings(app, invited, opened, writes):
    opened()
    assert writes("5") == ["other"]  # nobody was invited
    invited(phone="0987654321")
    assert writes("5", number="+84911111111")[-1] == "other"  # another number
    assert writes("HUY", number="+84987654321")[-1]  # read, by whoever reads wishes
    assert said(app) == []


def test_of_two_invitations_the_latest_is_rated(app, invited, writes):
    from hotline.satisfaction.models import Survey
    from hotline.tickets.models import Ticket

    first, second = invited(), None
    with app.app_context(), transaction() as session:
        survey = session.scalars(select(Survey)).one()
        survey.made_at -= timedelta(days=60)  # long ago: no fatigue
    second = invited()
    assert writes("4") == ["rated"]
    with app.app_context():
        rated = select(Ticket.code).join(Survey, Survey.ticket_id == Ticket.id).where(Survey.rating.has())
        assert db.session.scalars(rated).one() == second != first
