"""Is it well: for load balancers and people on call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Flask, jsonify
from sqlalchemy import String, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from hotline import clock
from hotline.db import Base, db
from hotline.messages.models import Message, MessageChannel, MessageState, Sender
from hotline.web.access import public
from hotline.web.error_pages import DATABASE_RETRY_SECONDS

bp = Blueprint("health", __name__)
HEARTBEAT_LIMIT = timedelta(seconds=60)
# Jobs with a bell of their own; each bell must be heard.
OWN_BELL = {"messages.send_due"}


class Heartbeat(Base):
    """When a job last began and ended, and how much it did. Written by the jobs process only."""

    __tablename__ = "heartbeats"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(200), default="")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """200 when this process can answer requests."""
    return jsonify(status="ready"), 200


@bp.get("/healthz")
@public
def health() -> Response:
    """200 when the database answers, the jobs process lives and no job failed; 503 with what is wrong otherwise."""
    now = clock.now()
    try:
        db.session.execute(text("SELECT 1"))
        beats = db.session.scalars(select(Heartbeat).order_by(Heartbeat.job)).all()
        new = select(Message.channel, func.count()).where(Message.state == MessageState.NEW).group_by(Message.channel)
        waiting = dict(db.session.execute(new).tuples().all())
        stopped = db.session.scalars(select(Sender.name).where(Sender.stopped_at.is_not(None))).all()
    except DBAPIError:
        return _ill(jsonify(status="ill", database="down"))
    age = _age(beats, now)
    standing = _standing(beats, age)
    is_well = standing == "well" and not stopped
    report = jsonify(
        status="well" if is_well else "ill",
        database="up",
        jobs=standing,
        jobs_heartbeat_age_seconds=int(age.total_seconds()) if age is not None else None,
        jobs_last={beat.job: _last(beat) for beat in beats},
        texts_waiting=waiting.get(MessageChannel.TEXT, 0),
        mails_waiting=waiting.get(MessageChannel.EMAIL, 0),
        ways_out_stopped=sorted(stopped),
    )
    return report if is_well else _ill(report)


def _age(beats: Sequence[Heartbeat], now: datetime) -> timedelta | None:
    """How long ago the bell rang that was heard longest ago."""
    bells = ([beat.began_at for beat in beats if (beat.job in OWN_BELL) == is_own] for is_own in (False, True))
    ages = [now - max(rings) for rings in bells if rings]
    return max(ages, key=abs) if ages else None


def _standing(beats: Sequence[Heartbeat], age: timedelta | None) -> str:
    if age is None or abs(age) > HEARTBEAT_LIMIT:  # a beat far ahead is of before the clock was put back
        return "late"
    return "failing" if any(beat.failure for beat in beats) else "well"


def _last(beat: Heartbeat) -> dict[str, object]:
    """The last turn of a job. What failed is named, but never quoted: anybody may read this, and rows name people."""
    return {
        "began_at": beat.began_at.isoformat(),
        "ended_at": beat.ended_at.isoformat() if beat.ended_at else None,
        "done": beat.done,
        "failure": beat.failure.partition(":")[0],
    }


def _ill(report: Response) -> Response:
    report.status_code = 503
    report.headers["Retry-After"] = str(DATABASE_RETRY_SECONDS)
    return report


def register(app: Flask) -> None:
    """Add the health pages."""
    app.register_blueprint(bp)
