"""Re-planning of open clocks after an edit of the calendar: `python bench/replanning.py [CLOCKS]`, on SQLite.

Builds open cases in bulk, each with one running clock and every tenth with a wait, adds a holiday, and lets the job
work. Printed: how long the preview took, how long the run, and how long its longest transaction kept others waiting.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import func, insert, select  # noqa: E402

from config import Config  # noqa: E402
from hotline import create_app  # noqa: E402
from hotline.actor import SYSTEM  # noqa: E402
from hotline.catalogue import queries as catalogue  # noqa: E402
from hotline.catalogue.actions import change_calendar  # noqa: E402
from hotline.catalogue.rules import with_day_off  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.tickets import jobs, previews  # noqa: E402
from hotline.tickets.actions import replanning  # noqa: E402
from hotline.tickets.models import Clock, ClockKind, Pause, ReplanRun, Ticket  # noqa: E402
from hotline.tickets.rules import sla, thresholds  # noqa: E402
from hotline.worktime import WorkCalendar  # noqa: E402
from tools.province import environment_in, flask  # noqa: E402

CLOCKS = 100_000
MOST_SECONDS = 60
MOST_WAITING_SECONDS = 5
NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)  # a Monday morning
HOLIDAY = date(2026, 6, 3)
WAITS_ONE_IN = 10


@dataclass(frozen=True)
class Replanned:
    """What was measured: clocks, how many deadlines moved, and seconds."""

    clocks: int
    moved: int
    preview_seconds: float
    run_seconds: float
    longest_transaction_seconds: float


def replan_made_up(clocks: int, folder: Path) -> Replanned:
    """Measure one run over `clocks` running clocks in a fresh database in `folder`."""
    environment = environment_in(folder, "http://127.0.0.1:8000")
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", "1")
    os.environ.update(environment)
    app = create_app(Config.from_env())
    with app.app_context():
        _open_in_bulk(clocks)
        row = catalogue.current_calendar("VN-OFFICE")
        definition = with_day_off(row.definition, HOLIDAY)
        began = time.perf_counter()
        previews.of_calendar(row.code, definition, WorkCalendar.from_dict(definition), NOW)
        preview_seconds = time.perf_counter() - began
        with transaction():
            names = (row.name_vi, row.name_en)
            new = change_calendar(row.code, definition, row.day_names, names=names, by=SYSTEM, now=NOW)
            run_id = replanning.begin_replan(calendar=new, by=SYSTEM, now=NOW).id
        began, longest = time.perf_counter(), _watch_transactions()
        while jobs.replan(NOW):
            pass
        run_seconds = time.perf_counter() - began
        run = db.session.get_one(ReplanRun, run_id, populate_existing=True)
        return Replanned(run.done, run.moved, preview_seconds, run_seconds, max(longest))


def _watch_transactions() -> list[float]:
    """The seconds of every batch from now on, the transaction around it included but for its commit."""
    seconds: list[float] = [0.0]
    plain = replanning.replan_batch

    def timed(run: ReplanRun, *, at_most: int, now: datetime) -> int:
        began = time.perf_counter()
        done = plain(run, at_most=at_most, now=now)
        seconds.append(time.perf_counter() - began)
        return done

    replanning.replan_batch = timed
    return seconds


def _open_in_bulk(clocks: int) -> None:
    """Cases raised in the last two weeks, due in five to fifteen working days."""
    model = db.session.scalars(select(Ticket).order_by(Ticket.id)).first()
    row, arithmetic = catalogue.work_calendar("VN-OFFICE")
    policy = next(one for one in catalogue.policies() if one.calendar_code == row.code)
    steps = [step for step in thresholds.read_steps(policy.thresholds) if step.clock == ClockKind.RESOLUTION]
    first_id = (db.session.scalar(select(func.max(Ticket.id))) or 0) + 1
    chance = Random(7)
    tickets, running, waits = [], [], []
    for number in range(clocks):
        start = NOW - timedelta(minutes=chance.randrange(1, 60 * 24 * 14))
        target = f"{chance.choice((5, 7, 10, 15))}wd"
        pauses = ((start + timedelta(hours=1), start + timedelta(hours=9)),) if number % WAITS_ONE_IN == 0 else ()
        facts = sla.Facts(target, arithmetic, start, pauses=pauses)
        plan = sla.plan_of(facts)
        armed = thresholds.first_armed(thresholds.schedule(steps, facts, plan), after=NOW)
        tickets.append(_ticket(model, first_id + number, start, plan.deadline_at, policy, row))
        running.append(
            {
                "ticket_id": first_id + number, "kind": ClockKind.RESOLUTION, "cycle": 1, "leg_no": 0, "plan_no": 1,
                "target": target, "policy_id": policy.id, "calendar_id": row.id, "started_at": start,
                "planned_at": start, "deadline_at": plan.deadline_at, "first_promise_at": plan.first_promise_at,
                "bare_deadline_at": plan.bare_deadline_at, "next_step": armed.step.at if armed else None,
                "fires_at": armed.at if armed else None,
            }
        )  # fmt: skip
        waits += [
            {
                "ticket_id": first_id + number, "kind": "waiting_citizen", "reason": "Số nhà?", "asked_at": began,
                "delivered_at": began, "confirmed_at": began, "began_at": began, "until_at": ended, "ended_at": ended,
            }
            for began, ended in pauses
        ]  # fmt: skip
    with transaction() as session:
        session.execute(insert(Ticket), tickets)
        session.execute(insert(Clock), running)
        session.execute(insert(Pause), waits)


def _ticket(model: Any, ticket_id: int, start: datetime, due_at: datetime | None, policy: Any, calendar: Any) -> dict:
    copied = ("channel", "content", "priority", "caller_kind", "phone_kind", "follow_code", "category_id")
    values = {name: getattr(model, name) for name in copied}
    return values | {
        "id": ticket_id, "code": f"99-{ticket_id:07}", "status": "triage", "received_at": start, "opened_at": start,
        "due_at": due_at, "next_due_at": due_at, "policy_id": policy.id, "policy_version": policy.version,
        "calendar_id": calendar.id,
    }  # fmt: skip


def print_replanning(clocks: int = CLOCKS) -> bool:
    """Measure and print; False when a promise is missed."""
    print(f"\nRe-planning {clocks:,} running clocks on SQLite …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = replan_made_up(clocks, Path(folder))
    print("| running clocks | deadlines moved | preview, s | run, s | longest transaction, s |")
    print("|---:|---:|---:|---:|---:|")
    print(f"| {found.clocks:,} | {found.moved:,} | {found.preview_seconds:.1f} | {found.run_seconds:.1f} "
          f"| {found.longest_transaction_seconds:.2f} |")  # fmt: skip
    well = found.run_seconds <= MOST_SECONDS and found.longest_transaction_seconds <= MOST_WAITING_SECONDS
    print(f"\nWithin {MOST_SECONDS} s, no transaction above {MOST_WAITING_SECONDS} s: {'yes' if well else 'NO'}.\n")
    return well


if __name__ == "__main__":
    sys.exit(0 if print_replanning(int(sys.argv[1]) if len(sys.argv) > 1 else CLOCKS) else 1)
