"""A citizen calls the hotline, presses 9 and rates with keys: on any telephone, once, and nobody else's case."""

import random
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.calls.models import Call, CallEvent, CallResult
from hotline.catalogue.models import Setting
from hotline.db import db, transaction
from hotline.satisfaction.models import FollowUp, FollowUpKind, KeypadEntry, Mode, Rating, Solved, Survey
from hotline.tickets.models import Ticket
from hotline.tickets.rules.codes import ticket_code
from tests.calls.story import CALLER, Story

STRANGER = "+84987654321"


class Keys:
    """A caller who answers with keys what the line asks; `heard` is all that was said."""

    def __init__(self, client, sid="CA" + "9" * 32, caller=CALLER):
        self.story, self.heard = Story(client, sid=sid, caller=caller), []
        self.story.tell("voice")
        self.answer = self._listen("gather", Digits="9").find("Redirect")
        self.answer = self._listen(self.answer.text.removeprefix("/twilio/"))

    def press(self, *digits):
        """Key in one answer after the other, at the address the line named; what it says then."""
        for keyed in digits:
            route = self.answer.find("Gather").get("action").removeprefix("/twilio/")
            self.answer = self._listen(route, Digits=keyed, CallStatus="in-progress")
        return self.heard[-1]

    @property
    def is_put_in_line(self):
        return self.answer.find("Enqueue") is not None

    @property
    def is_over(self):
        return self.answer.find("Hangup") is not None

    def hang_up(self):
        self.story.tell("call-status", CallStatus="completed", CallDuration="60", SequenceNumber="4")

    def _listen(self, route, **more):
        response = self.story.tell(route, **more)
        assert response.status_code == 200, response.text
        said = ElementTree.fromstring(response.text)
        self.heard += [say.text for say in said.iter("Say")]
        return said


@pytest.fixture
def follow_code(app):
    """follow_code(code) -> the four digits that were read to the citizen."""

    def read(code):
        with app.app_context():
            return db.session.scalar(select(Ticket.follow_code).where(Ticket.code == code))

    return read


@pytest.fixture
def ratings(app):
    """ratings() -> [(solved, score, mode)] of all that was said."""

    def read():
        with app.app_context():
            return [(row.solved, row.score, row.mode) for row in db.session.scalars(select(Rating))]

    return read


def digits(code):
    return code.replace("-", "")


def test_the_own_telephone_needs_the_code_only_and_the_call_is_nobody_lost(app, client, answered, ratings):
    call = Keys(client)
    code = answered()
    assert call.heard[-1] == "Xin nhập mã phản ánh gồm chín chữ số."
    assert call.press(digits(code)).startswith("Nội dung đã được giải quyết chưa? Bấm 1")
    assert call.press("1").startswith("Ông Bà có hài lòng không?")
    assert call.press("5") == "Xin cảm ơn Ông Bà."
    assert call.is_over
    call.hang_up()
    assert ratings() == [(Solved.YES, 5, Mode.KEYPAD)]
    with app.app_context():
        assert db.session.scalars(select(Call.result)).one() is CallResult.BY_KEYS


@pytest.mark.parametrize("caller", [STRANGER, "+266696687", "+842713881234"])
def test_another_telephone_needs_the_follow_code(client, answered, ratings, follow_code, caller):
    code = answered()
    call = Keys(client, caller=caller)
    assert "mã tra cứu" in call.press(digits(code))
    call.press(follow_code(code), "2", "3")
    assert call.is_over
    assert ratings() == [(Solved.PARTLY, 3, Mode.KEYPAD)]


def test_a_wrong_code_three_times_ends_kindly(client, ratings):
    call = Keys(client)
    assert call.press("123456789").startswith("Mã chưa đúng.")
    call.press("")  # silence is a try
    assert "kính chào Ông Bà" in call.press("*")
    assert call.is_over
    assert ratings() == []


def test_follow_codes_cannot_be_guessed(app, client, answered, ratings, follow_code):
    code = answered()
    right = follow_code(code)
    wrong = [f"{(int(right) + step) % 10_000:04}" for step in range(1, 7)]
    first = Keys(client, sid="CA1", caller=STRANGER)
    assert "chưa khớp" in first.press(digits(code), wrong[0])
    assert "kính chào" in first.press(wrong[1], wrong[2])
    second = Keys(client, sid="CA2", caller="+84987654322")
    second.press(digits(code), wrong[3], wrong[4])
    assert "gọi lại vào ngày mai" in second.press(right)  # five wrong ones that day: even the right one waits
    assert second.is_over
    with app.app_context():
        kept = [str(row) for row in db.session.execute(select(KeypadEntry.__table__))]
        kept += [str(row) for row in db.session.scalars(select(CallEvent.payload))]
    assert not [row for row in kept for secret in (right, *wrong) if f"'{secret}'" in row]
    own = Keys(client, sid="CA3")
    own.press(digits(code), "1", "4")  # the citizen's own telephone is not locked out
    assert ratings() == [(Solved.YES, 4, Mode.KEYPAD)]


def test_one_number_may_not_try_one_case_after_another(client, answered, follow_code):
    codes = [answered(phone=f"091234567{i}") for i in range(4)]
    for i, code in enumerate(codes):
        call = Keys(client, sid=f"CA{i}", caller=STRANGER)
        wrong = f"{(int(follow_code(code)) + 1) % 10_000:04}"
        call.press(digits(code))
        for _try in range(3):
            if not call.is_over:
                call.press(wrong)
    assert "gọi lại vào ngày mai" in call.heard[-1]  # nine wrong ones in three calls, the tenth in the fourth


def test_a_case_that_does_not_exist_sounds_like_one_that_does(client, answered):
    code = answered()
    known, unknown = Keys(client, sid="CA1", caller=STRANGER), Keys(client, sid="CA2", caller=STRANGER)
    assert known.press(digits(code)) == unknown.press(digits(ticket_code(25, 999_999)))
    assert known.press("") == unknown.press("")


def test_neither_repetition_nor_lateness_of_webhooks_changes_a_rating(app, client, answered, ratings):
    call = Keys(client)
    call.press(digits(answered()), "1", "5")
    told = [(route, body) for route, body in call.story.told if route.startswith("rate")]
    random.Random(7).shuffle(told)
    for route, body in told * 2:
        changed = {**body, "Digits": "3"} if route.startswith("rate/s") else body
        said = ElementTree.fromstring(call.story.tell(route, **changed).text)
        assert said.find("Say").text == "Xin cảm ơn Ông Bà."
    assert ratings() == [(Solved.YES, 5, Mode.KEYPAD)]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(KeypadEntry)) == 3


def test_who_is_unhappy_may_hold_the_line_for_an_operator(client, answered, ratings):
    call = Keys(client)
    assert "giữ máy để gặp tổng đài viên" in call.press(digits(answered()), "3", "1")
    assert call.is_put_in_line
    assert ratings() == [(Solved.NO, 1, Mode.KEYPAD)]


def test_not_solved_by_keys_is_the_leads_task_because_nothing_asks_for_the_words_that_reopen(
    app, client, answered, ratings
):
    code = answered()
    Keys(client).press(digits(code), "3", "4")
    with app.app_context():
        task = db.session.scalars(select(FollowUp)).one()
        assert (task.kind, task.survey.ticket.code) == (FollowUpKind.CALL_BACK, code)


def test_a_second_call_changes_the_rating_within_its_hours_and_not_after(app, client, answered, ratings):
    code = answered()
    Keys(client, sid="CA1").press(digits(code), "1", "5")
    Keys(client, sid="CA2").press(digits(code), "2", "4")
    assert ratings() == [(Solved.PARTLY, 4, Mode.KEYPAD)]
    with app.app_context(), transaction() as session:
        session.scalars(select(Rating)).one().rated_at = clock.now() - timedelta(hours=73)
    assert "ghi nhận trước đây" in Keys(client, sid="CA3").press(digits(code))
    assert ratings() == [(Solved.PARTLY, 4, Mode.KEYPAD)]


def test_what_cannot_be_rated_gets_one_kind_sentence(app, client, opened, answered, ratings):
    waiting = opened()
    assert "chưa có trả lời" in Keys(client, sid="CA1").press(digits(waiting))
    code = answered()
    late = Keys(client, sid="CA2")
    late.press(digits(code), "1")
    with app.app_context(), transaction() as session:
        survey = session.scalars(select(Survey)).one()
        survey.closed_at, survey.expires_at = clock.now() - timedelta(days=15), clock.now() - timedelta(days=1)
    assert "đã hết" in late.press("5")  # its time ran out while the caller was asked
    assert "đã hết" in Keys(client, sid="CA3").press(digits(code))
    assert ratings() == []


def test_where_the_province_does_not_rate_by_call_the_key_leads_into_the_line(app, client):
    with app.app_context(), transaction() as session:
        session.add(Setting(key="rates_by_call", value=False))
    story = Story(client)
    assert "Bấm 9" not in story.tell("voice").text
    assert ElementTree.fromstring(story.tell("gather", Digits="9").text).find("Enqueue") is not None
    assert ElementTree.fromstring(story.tell("rate/code/1", Digits="1").text).find("Enqueue") is not None


@pytest.mark.parametrize("junk", ["²" * 9, "9" * 400, "'; --", "\u0661" * 9])
def test_junk_keyed_in_breaks_nothing(client, junk):
    call = Keys(client)
    assert call.press(junk).startswith("Mã chưa đúng.")
    for route in ("rate/code/0", "rate/code/9", "rate/else/1", "rate/score/1"):
        assert call.story.tell(route, Digits="1").status_code == 200
