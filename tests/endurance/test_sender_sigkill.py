"""The sender is shot without warning at each point of a text's way out: the provider holds every text exactly once.

A handful of rounds in the suite; `pytest -s tests/endurance/test_sender_sigkill.py --rounds 100` prints what was done.
"""

import dataclasses
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages import jobs
from hotline.messages.models import Message, MessageChannel, MessageState
from tests.support.senders import POINTS, PROCESSES, sender
from tests.support.twilio_peer import ACCOUNT, twilio_peer

TEXTS = 3  # a round: one meets its end, the others are wherever they are just then
LONGEST_WAIT_SECONDS = 60
# What an onlooker sees of the text at the moment of the shot: taken by the provider, and what our row says.
SEEN = {
    "before the call": (0, MessageState.CLAIMED),
    "accepted": (1, MessageState.CLAIMED),
    "before the commit": (1, MessageState.CLAIMED),
    "after the commit": (1, MessageState.SENT),
}


@pytest.fixture
def peer(app, config):
    """The stand-in, and the settings that name it."""
    with twilio_peer() as found:
        named = dataclasses.replace(
            config,
            sms_gateway="twilio",
            twilio_account_sid=ACCOUNT,
            twilio_from="+842713888888",
            twilio_api_base=found.base,
        )
        app.config["HOTLINE"] = found.config = named
        yield found


def queue(app, first, now):
    """Texts to numbers of their own, from `first` on; the numbers."""
    numbers = [f"+849{10_000_000 + first + place}" for place in range(TEXTS)]
    rows = [
        {
            "dedupe_key": number, "template": "answered", "channel": MessageChannel.TEXT, "to_number": number,
            "body": f"Phan anh cua {number}", "made_at": now, "next_attempt_at": now, "expires_at": now + timedelta(days=1),
        }
        for number in numbers
    ]  # fmt: skip
    with app.app_context(), transaction():
        db.session.execute(insert(Message), rows)
    return numbers


def states(app, numbers):
    with app.app_context():
        rows = db.session.execute(select(Message.to_number, Message.state).where(Message.to_number.in_(numbers)))
        return dict(rows.tuples().all())


def shoot(app, peer, point, victim, now):
    """Let a sender come to the point and SIGKILL it there; what was seen of the text at that moment."""
    here, there = PROCESSES.Pipe()
    with peer.lock:
        peer.holding = victim if point == "accepted" else None
    process = sender(peer.config, now, point, victim, there)
    if point == "accepted":
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while not peer.bodies_to(victim) and time.monotonic() < deadline:
            time.sleep(0.002)
    else:
        assert here.poll(LONGEST_WAIT_SECONDS), "the sender never came to the point"
        assert here.recv() == point
    process.kill()
    process.join(LONGEST_WAIT_SECONDS)
    assert process.exitcode == -signal.SIGKILL
    with peer.lock:
        peer.holding = None
    return len(peer.bodies_to(victim)), states(app, [victim])[victim]


def restart(app, now):
    """What the jobs process does when it is started again, over the following minutes."""
    with app.app_context():
        for seconds in (2, 130, 132, 150, 180, 200, 260, 300):
            jobs.send_due(now + timedelta(seconds=seconds))
            jobs.reconcile(now + timedelta(seconds=seconds + 1))


@pytest.mark.parametrize("point", POINTS)
def test_f2_a_sender_shot_anywhere_leaves_every_text_with_the_provider_exactly_once(app, peer, config, rounds, point):
    landed, seen, began = 0, Counter(), clock.now()
    for turn in range(rounds):
        now = began + timedelta(minutes=6 * turn)
        numbers = queue(app, turn * TEXTS, now)
        victim = numbers[turn % TEXTS]
        at_the_shot = shoot(app, peer, point, victim, now)
        seen[at_the_shot] += 1
        landed += at_the_shot == SEEN[point]
        restart(app, now)
        for number in numbers:
            assert peer.bodies_to(number) == [f"Phan anh cua {number}"], (turn, number)
        assert set(states(app, numbers).values()) == {MessageState.SENT}
    total = Counter(text["to"] for text in peer.texts)
    asked = len(peer.asked)
    print(
        f"\n{'SQLite' if config.is_sqlite else 'PostgreSQL'}, {point}: {rounds} shots, {landed} landed there; "
        f"{len(total)} texts, held by the provider: {dict(Counter(total.values()))} (times: texts), {asked} requests"
    )
    assert landed == rounds, seen
    assert set(total.values()) == {1} and len(total) == rounds * TEXTS
