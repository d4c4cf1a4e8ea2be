"""The jobs process is shot without warning while it sweeps: every threshold is crossed once and told once all the same.

A handful of rounds in the suite; `pytest -s tests/endurance/test_timers_sigkill.py --rounds 200` prints more.
"""

import random
import signal
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from hotline.db import db
from hotline.messages.models import Alert
from hotline.tickets.models import Clock, Crossing, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Verb
from tests.support.days import vn
from tests.support.sweepers import PROCESSES, sweeper
from tools.crowd import copy_case

# Eight working hours from Monday, swept on Tuesday afternoon: an answer has crossed 50, 75, 90, 100 % and +4wh.
BORN, NOW = "2026-03-02 08:00", vn("2026-03-03 15:00")
ACCEPTED, SILENT = 250, 10  # cases a round: what the bulk writes, and what goes through `accept_by_silence`
MOST_SHOTS = 100
LONGEST_WAIT_SECONDS = 60


@dataclass
class Tally:
    """What was done to the sweepers, and what they did."""

    rounds: int = 0
    kills: int = 0
    in_the_middle: int = 0
    crossings: int = 0
    notices: int = 0

    def __str__(self):
        return (
            f"{self.rounds} rounds, {self.kills} processes killed, {self.in_the_middle} of them in the middle of a sweep "
            f"(some clocks crossed before, some after), {self.crossings:,} crossings, {self.notices:,} breach notices"
        )


class Shooting:
    """A sweeper that waits at its gun."""

    def __init__(self, config):
        self._gun = PROCESSES.Barrier(2)
        self._process = sweeper(config, NOW, self._gun)

    def begin(self):
        """Let it sweep."""
        self._gun.wait(LONGEST_WAIT_SECONDS)
        return self

    def kill(self):
        """SIGKILL; whether it was still alive."""
        self._process.kill()
        self._process.join(LONGEST_WAIT_SECONDS)
        assert self._process.exitcode in (0, -signal.SIGKILL)
        return self._process.exitcode == -signal.SIGKILL

    def end(self):
        """Let it come to its end."""
        self._process.join(LONGEST_WAIT_SECONDS)
        assert self._process.exitcode == 0


@pytest.fixture
def models(born, do, targets):
    """The cases that rounds are copied from, not due themselves: one that the unit accepted, one it says nothing on."""
    targets("GT-01", "8wh")
    accepted, silent = born("2026-03-09 08:00"), born("2026-03-09 08:00")
    do(accepted, "staff", "accept", "2026-03-09 08:10")
    return accepted, silent


def crowd(app, models, accepted=ACCEPTED, silent=SILENT):
    """Copies of both that nobody has swept; their ids, of each kind."""
    with app.app_context():
        return copy_case(models[0], [vn(BORN)] * accepted), copy_case(models[1], [vn(BORN)] * silent)


def left(app):
    """How many clocks are still due."""
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Clock.fires_at < NOW))


def fates(app, *ranges):
    """What became of each case: where it stands, its clocks, crossings, notices and alerts, each as often as it is there."""
    with app.app_context():
        found = defaultdict(Counter)
        for ids in ranges:
            mine = Ticket.id.between(ids.start, ids.stop - 1)
            clock = (Clock.ticket_id, Clock.kind)
            for query in (
                select(Ticket.id, Ticket.status, Ticket.version, Ticket.is_late, Ticket.is_accepted_by_silence),
                select(*clock, Clock.next_step, Clock.fires_at, Clock.breached_at, Clock.stopped_at).join(Ticket),
                select(*clock, Crossing.plan_no, Crossing.step, Crossing.due_at, Crossing.has_alerted)
                .select_from(Crossing).join(Clock).join(Ticket),
                select(TicketEvent.ticket_id, TicketEvent.verb, TicketEvent.detail["clock"].as_string()).join(Ticket),
                select(Ticket.id, Alert.user_id, Alert.kind).join(Alert, Alert.ticket_code == Ticket.code),
            ):  # fmt: skip
                for ticket_id, *fate in db.session.execute(query.where(mine)):
                    found[ticket_id][tuple(fate)] += 1
        return found


def count(app, tally):
    with app.app_context():
        tally.crossings = db.session.scalar(select(func.count()).select_from(Crossing))
        tally.notices = db.session.scalar(select(func.count()).where(TicketEvent.verb == Verb.BREACH))


class Range:
    """Where the shooting takes place: what an undisturbed sweep leaves of each kind of case, and how long it takes."""

    def __init__(self, app, config, models):
        self.app, self.config, self.models = app, config, models
        self.chance, self.tally = random.Random(7), Tally()
        self._swept = crowd(app, models)
        began = Shooting(config).begin()
        start = time.monotonic()
        began.end()
        self.seconds = time.monotonic() - start
        assert left(app) == 0
        self._undisturbed = [fates(app, ids)[ids.start] for ids in self._swept]

    def wait(self):
        """Some part of the time that a sweep takes."""
        time.sleep(self.chance.random() * self.seconds)

    def shoot(self, sweeping, before):
        """Kill one; how many clocks it and its like have left."""
        if sweeping.kill():
            self.tally.kills += 1
            after = left(self.app)
            self.tally.in_the_middle += before > after > 0
            return after
        return left(self.app)

    def check(self, ids):
        """Every case of the round fared as if nobody had been killed."""
        found = fates(self.app, *ids)
        for some, undisturbed in zip(ids, self._undisturbed, strict=True):
            assert [found[one] for one in some] == [undisturbed] * len(some)
        self.tally.rounds += 1


@pytest.fixture
def shooting_range(app, config, models):
    place = Range(app, config, models)
    yield place
    count(app, place.tally)
    print(f"\n{'SQLite' if config.is_sqlite else 'PostgreSQL'}: {place.tally}")


def test_r11_a_sweeper_shot_again_and_again_crosses_each_threshold_once(shooting_range, rounds):
    place = shooting_range
    for _ in range(rounds):
        ids, shots = crowd(place.app, place.models), 0
        due = left(place.app)
        while due:
            sweeping = Shooting(place.config).begin()
            place.wait()
            due = place.shoot(sweeping, due)
            shots += 1
            assert shots < MOST_SHOTS
        place.check(ids)
    assert place.tally.in_the_middle >= rounds / 2, "the kills met nobody at work"


def test_r11_of_two_sweepers_one_is_shot_while_the_other_goes_on_in_turns(shooting_range, rounds):
    place = shooting_range
    spare = [Shooting(place.config) for _ in range(4)]
    for _ in range(rounds):
        ids, shots = crowd(place.app, place.models), 0
        due = left(place.app)
        pair = [spare.pop().begin(), spare.pop().begin()]
        while due:
            place.wait()
            due = place.shoot(pair[shots % 2], due)
            pair[shots % 2] = spare.pop().begin()
            spare.insert(0, Shooting(place.config))
            shots += 1
            assert shots < MOST_SHOTS
        for sweeping in pair:
            sweeping.end()
        spare += [Shooting(place.config) for _ in range(4 - len(spare))]
        place.check(ids)
    for sweeping in spare:
        sweeping.kill()
    assert place.tally.in_the_middle >= rounds / 2, "the kills met nobody at work"
