"""Senders in processes of their own, as the jobs process is one: shot at exactly the point one wants."""

from __future__ import annotations

import multiprocessing
import time

from sqlalchemy import event

from hotline import create_app
from hotline.db import db
from hotline.messages import actions, jobs
from hotline.messages.gateways.twilio import TwilioGateway

# Children are forked from a process that has loaded the house and nothing else: no thread, no connection, no lock.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.senders", "hotline.house"])

# Where a sender may be shot. At "accepted" the stand-in holds the answer back, so the sender is inside the call.
POINTS = ("before the call", "accepted", "before the commit", "after the commit")


def sender(config, now, point, victim, gun):
    """A process that sends what is due as of `now`; at `point` with the text to `victim` it says so and waits."""
    process = PROCESSES.Process(target=_send, args=(config, now, point, victim, gun), daemon=True)
    process.start()
    return process


def _send(config, now, point, victim, gun):
    app = create_app(config)

    def stand_still():
        gun.send(point)
        time.sleep(600)  # here it is shot

    if point == "before the call":
        send = TwilioGateway.send
        TwilioGateway.send = lambda way, text: stand_still() if text.to == victim else send(way, text)
    with app.app_context():
        if point in ("before the commit", "after the commit"):
            _at_the_commit(point, victim, stand_still)
        jobs.send_due(now)
    gun.send("done")


def _at_the_commit(point, victim, stand_still):
    record, met = actions.record_outcomes, []

    def recorded(outcomes, **more):
        met.extend(claimed for claimed, _sent in outcomes if claimed.text.to == victim)
        return record(outcomes, **more)

    actions.record_outcomes = recorded
    moment = "before_commit" if point == "before the commit" else "after_commit"
    event.listen(db.session, moment, lambda _session: stand_still() if met else None)
