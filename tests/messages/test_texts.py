"""Texts: they fit their segments, leave once, and are never sent twice on a doubt."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.settings import Province
from hotline.db import db, transaction
from hotline.messages import actions, jobs, rules
from hotline.messages.gateways import Outcome, Sent
from hotline.messages.models import Message, MessageState

LONGEST = {
    "code": "26-0045127",
    "unit_sms": "Chi cuc Quan ly thi truong"[:25],
    "unit": "Sở Xây dựng",
    "due": "16h30 ngày 26/11",
    "until": "07/12",
    "what": "Vụ việc khẩn: phản ánh 26-0045127, 26-0045128, 26-0045129 và 12 vụ việc khác",
}
LINK = "https://1022.binhphuoc.gov.vn/r/Xk3v9QmZ7tLwB2cR5yHn_-aa"


@pytest.mark.parametrize("template", sorted(actions.templates()))
def test_a_plain_text_is_one_segment_and_one_with_diacritics_at_most_two(template):
    plain = actions.compose(template, LONGEST, Province()).replace(rules.LINK, LINK)
    assert rules.segments(plain) == rules.Segments(1, "GSM-7", len(plain), ""), plain
    rich = actions.compose(template, LONGEST, Province(texts_style="diacritics")).replace(rules.LINK, LINK)
    assert rules.segments(rich).count <= 2, rich


@pytest.mark.parametrize(
    ("text", "count", "encoding"),
    [("a" * 160, 1, "GSM-7"), ("a" * 161, 2, "GSM-7"), ("{" * 80, 1, "GSM-7"), ("{" * 81, 2, "GSM-7"),
     ("ế" * 70, 1, "UCS-2"), ("ế" * 71, 2, "UCS-2"), ("😀" * 35, 1, "UCS-2"), ("😀" * 36, 2, "UCS-2"), ("e\u0302\u0301", 1, "UCS-2")],
)  # fmt: skip
def test_segments_are_counted_as_the_networks_count_them(text, count, encoding):
    found = rules.segments(text)
    assert (found.count, found.encoding) == (count, encoding)


@given(st.text(max_size=500), st.text(max_size=50))
def test_more_text_never_costs_less(text, more):
    assert rules.segments(text + more).count >= rules.segments(text).count


class Gateway:
    """Answers what it is told to, and remembers."""

    name = "test"

    def __init__(self, *outcomes):
        self.outcomes, self.sent = list(outcomes), []

    def send(self, to, body):
        self.sent.append((to, body))
        return self.outcomes.pop(0) if self.outcomes else Sent(Outcome.SENT, sid=f"SM{len(self.sent)}")


@pytest.fixture
def gateway(monkeypatch):
    """gateway(outcome, …) becomes the way out."""

    def use(*outcomes):
        found = Gateway(*outcomes)
        monkeypatch.setattr(jobs, "gateway", lambda: found)
        return found

    return use


def the_text():
    return db.session.scalars(select(Message)).one()


def test_a_queued_text_leaves_once(app, opened, gateway):
    way = gateway()
    opened()
    with app.app_context():
        assert jobs.send_due(clock.now()) == 1
        assert jobs.send_due(clock.now()) == 0
        assert the_text().state is MessageState.SENT
    assert len(way.sent) == 1


def test_the_same_cause_queues_one_text(app):
    now = clock.now()
    with app.app_context(), transaction():
        again = [
            actions.queue_text("answered", to="+84912345678", params={"code": "x"}, dedupe_key="one", now=now)
            for _ in range(2)
        ]
        assert again == [True, False]


def test_a_doubtful_outcome_is_not_sent_again(app, opened, gateway):
    way = gateway(Sent(Outcome.UNKNOWN, reason="ReadTimeout"))
    opened()
    with app.app_context():
        jobs.send_due(clock.now())
        assert jobs.send_due(clock.now() + timedelta(hours=1)) == 0
        assert the_text().state is MessageState.UNKNOWN
    assert len(way.sent) == 1


def test_a_passing_fault_is_tried_again_later_and_a_final_one_is_not(app, opened, gateway):
    way = gateway(Sent(Outcome.LATER, reason="429"), Sent(Outcome.FAILED, reason="21211: invalid number"))
    opened()
    with app.app_context():
        now = clock.now()
        jobs.send_due(now)
        assert jobs.send_due(now) == 0
        jobs.send_due(now + timedelta(minutes=5))
        assert (the_text().state, the_text().reason) == (MessageState.FAILED, "21211: invalid number")
    assert len(way.sent) == 2


def test_a_sender_that_died_leaves_a_doubt_not_a_second_text(app, opened, gateway):
    way = gateway()
    opened()
    with app.app_context():
        now = clock.now()
        with transaction():
            taken = actions.claim(now, at_most=5)
        assert len(taken) == 1
        assert jobs.send_due(now + timedelta(minutes=10)) == 0
        assert the_text().state is MessageState.UNKNOWN
        with transaction():
            late = actions.record_outcome(*taken[0], Sent(Outcome.SENT, sid="SM"), provider="test", now=now, jitter=0)
        assert late is False
    assert way.sent == []


def test_a_text_that_comes_too_late_expires(app, opened, gateway):
    way = gateway()
    opened()
    with app.app_context():
        assert jobs.send_due(clock.now() + timedelta(days=3)) == 0
        assert the_text().state is MessageState.EXPIRED
    assert way.sent == []


def test_the_list_shows_masked_numbers_and_working_links_only_to_those_who_may(opened, sign_in):
    opened()
    page = sign_in("lead").get("/messages").text
    assert "912345678" not in page and "+84******678" in page
    assert sign_in("staff").get("/messages").status_code == 403
