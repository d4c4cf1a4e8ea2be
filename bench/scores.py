"""Scores and ranking over many closed cases on SQLite and PostgreSQL: `python bench/scores.py`. From the sums, counted
anew from every survey and rating, and whether both agree to the last digit.

The closings are written in bulk over the twelve months that are ranked, in the proportions of the demonstration.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from sqlalchemy import func, insert, select, text  # noqa: E402

from bench.databases import postgres  # noqa: E402
from config import Config  # noqa: E402
from hotline import clock, create_app  # noqa: E402
from hotline.catalogue.models import Area, Category, Department  # noqa: E402
from hotline.dashboards import scores  # noqa: E402
from hotline.dashboards.figures import Scope  # noqa: E402
from hotline.dashboards.funnel import funnel  # noqa: E402
from hotline.db import db, transaction  # noqa: E402
from hotline.satisfaction.jobs import sum_scores  # noqa: E402
from hotline.satisfaction.models import Cut, Mode, Rating, ScoreChange, Solved, Suppression, Survey  # noqa: E402
from hotline.satisfaction.queries import sums  # noqa: E402
from hotline.satisfaction.queries.sums import Span  # noqa: E402
from hotline.satisfaction.rules import month_of, ranked  # noqa: E402
from hotline.tickets.models import CallerKind, Channel, Ticket, TicketEvent  # noqa: E402
from hotline.web.formats import local, province_zone  # noqa: E402
from tools.province import address_of, environment_in, flask  # noqa: E402

CLOSED, AT_ONCE = 200_000, 5_000
TIMES, FEWEST = 5, 30
MOST_SECONDS = 1.0
SHARE_RATED, SHARE_SUPPRESSED, SHARE_REOPENED = 0.35, 0.2, 0.03


@dataclass(frozen=True)
class Speed:
    """One database: seconds from the sums and counted anew, seconds to sum everything, whether both agree.

    `processor` is what this process used of the seconds from the sums; SQLite works inside it, PostgreSQL beside it.
    """

    name: str
    closed: int
    from_sums: float
    processor: float
    anew: float
    page: float
    funnel: float
    summing: float
    agree: bool


def print_scores(closed: int = CLOSED) -> bool:
    """Measure both databases and print it; whether every promise was kept."""
    print(f"\nScores and ranking over {closed:,} closed reports, load {os.getloadavg()[0]:.1f} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = [_measure("SQLite", "", Path(folder), closed)]
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found.append(_measure("PostgreSQL", url, Path(folder), closed))
    print("\n| database | closed | scores and ranking from sums, s | of it CPU here, s | counted anew, s "
          "| anew / sums | whole page's figures, s | funnel of a month, s | summing everything, s |"
          "\n|---|---:|---:|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    for one in found:
        seconds = f"{one.from_sums:.3f} | {one.processor:.3f} | {one.anew:.2f} | {one.anew / one.from_sums:.0f}"
        more = f"{one.page:.3f} | {one.funnel:.3f} | {one.summing:.1f}"
        print(f"| {one.name} | {one.closed:,} | {seconds} | {more} |")
    promises = {
        f"Under {MOST_SECONDS:.0f} s from sums": all(one.from_sums < MOST_SECONDS for one in found),
        "equal to counting anew to the last digit": all(one.agree for one in found),
    }
    print("\n" + "; ".join(f"{promise}: {'yes' if kept else 'NO'}" for promise, kept in promises.items()) + ".")
    return all(promises.values())


def _measure(name: str, url: str, folder: Path, closed: int) -> Speed:
    environment = environment_in(folder, address_of(8000)) | {"HOTLINE_DATABASE_URL": url}
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load", "--tickets", "20")
    with create_app(Config.from_env(environment)).app_context():
        now = clock.now()
        begin, end = scores.months_ranked(local(now).date(), province_zone())
        _close(closed, begin, now)
        summing, _settled = _timed(lambda: sum_scores(now))
        span, scope = Span(begin, end), Scope(begin, end, now)
        from_sums, quick = _best(lambda: _scores(span))
        began = time.process_time()
        _scores(span)
        processor = time.process_time() - began
        anew, slow = _timed(lambda: _scores(replace(span, anew=True)))
        page, _board = _best(
            lambda: (scores.board(scope, scores.By.UNIT), scores.ranking(begin, end, fewest=FEWEST, heard_until=now))
        )
        month = Scope(now - timedelta(days=30), now, now)
        shown, _funnel = _best(lambda: funnel(month))
        db.session.remove()
        db.engine.dispose()
    return Speed(name, closed, from_sums, processor, anew, page, shown, summing, quick == slow)


def _scores(span: Span) -> Any:
    """Everything a report says: the whole, units with their places, months, and every breakdown, first and later."""
    units = sums.by_unit(span)
    return (
        sums.total(span),
        sums.total(replace(span, is_first=False)),
        units,
        ranked({unit: (one.satisfied, one.rated) for unit, one in units.items() if unit}, FEWEST),
        sums.by_month(span),
        {cut: sums.by_key(span, cut) for cut in Cut},
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    db.session.rollback()
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    runs = [_timed(work) for _ in range(TIMES)]
    return median(seconds for seconds, _found in runs), runs[0][1]


def _close(number: int, begin: datetime, now: datetime) -> None:
    """Cases with their closing notice, survey and rating, between `begin` and `now`."""
    chance, zone = Random(7), province_zone()
    units = [*db.session.scalars(select(Department.id)), None]
    categories, areas = db.session.scalars(select(Category.id)).all(), db.session.scalars(select(Area.id)).all()
    ticket = _copied(Ticket, "stopped_at")
    notice = _copied(TicketEvent, "at", TicketEvent.stops_clock)
    first = {table: (db.session.scalar(select(func.max(table.id))) or 0) + 1 for table in (Ticket, TicketEvent, Survey)}
    seconds = int((now - begin).total_seconds()) - 1
    for start in range(0, number, AT_ONCE):
        rows: dict[Any, list[dict[str, Any]]] = {Ticket: [], TicketEvent: [], Survey: [], Rating: [], ScoreChange: []}
        for place in range(start, min(start + AT_ONCE, number)):
            at = begin + timedelta(seconds=chance.randrange(seconds))
            unit, cycle = chance.choice(units), 2 if chance.random() < SHARE_REOPENED else 1
            ids = {"ticket_id": first[Ticket] + place}
            rows[Ticket].append(ticket | {"id": ids["ticket_id"], "code": f"99-{place:07}", "cycle": cycle})
            rows[TicketEvent].append(notice | ids | {"id": first[TicketEvent] + place, "at": at, "department_id": unit})
            rows[Survey].append(
                ids | {"id": first[Survey] + place, "closing_event_id": first[TicketEvent] + place, "cycle": cycle,
                       "department_id": unit, "category_id": chance.choice(categories),
                       "area_id": chance.choice(areas), "channel": chance.choice(list(Channel)),
                       "caller_kind": chance.choice(list(CallerKind)), "closed_at": at, "made_at": at,
                       "expires_at": at + timedelta(days=14), "token_hash": f"made-up-{place}",
                       "suppressed_as": chance.choice(list(Suppression))
                       if chance.random() < SHARE_SUPPRESSED else None}
            )  # fmt: skip
            rows[ScoreChange].append({"month_on": month_of(at, zone), "unit_key": unit or 0})
            if chance.random() < SHARE_RATED:
                solved, score = chance.choice((Solved.YES, Solved.PARTLY, Solved.NO)), chance.randint(1, 5)
                mode = chance.choice([mode for mode in Mode if mode is not Mode.CALL_BACK])
                rows[Rating].append({"survey_id": first[Survey] + place, "solved": solved, "score": score,
                                     "first_solved": solved, "first_score": score, "mode": mode,
                                     "receipt": f"made-up-{place}", "rated_at": at})  # fmt: skip
        with transaction() as session:
            for table, made in rows.items():
                session.connection().execute(insert(table), made)
    if db.engine.dialect.name == "postgresql":  # as its own housekeeping does within minutes
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _copied(table: Any, when: str, *conditions: Any) -> dict[str, Any]:
    """The columns of a row of the demonstration that was closed."""
    row = db.session.scalars(select(table).where(getattr(table, when).is_not(None), *conditions)).first()
    if row is None:
        raise RuntimeError("nothing was closed")
    return {column.key: getattr(row, column.key) for column in table.__table__.columns if column.computed is None}


if __name__ == "__main__":
    sys.exit(0 if print_scores(*map(int, sys.argv[1:])) else 1)
