"""The timetable and the runner. APScheduler only rings the bell; the truth is rows, so any number may run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

import hotline.admin.jobs as admin
import hotline.calls.jobs as calls
import hotline.messages.jobs as messages
import hotline.satisfaction.jobs as satisfaction
import hotline.tickets.jobs as tickets
from hotline import clock
from hotline.db import db, transaction
from hotline.health import OWN_BELL, Heartbeat

log = logging.getLogger("hotline.jobs")
BELL_SECONDS = 2


@dataclass(frozen=True)
class Job:
    """A job, how often it is due, and the function that does it: `now` in, number of things done out."""

    name: str
    every_seconds: int
    work: Callable[[datetime], int]


TIMETABLE = (
    Job("tickets.escalate", 10, tickets.escalate),
    Job("tickets.replan", 2, tickets.replan),
    Job("tickets.send_digests", 60, tickets.send_digests),
    Job("tickets.tell_late_tasks", 60, tickets.tell_late_tasks),
    Job("tickets.end_pauses", 60, tickets.end_pauses),
    Job("tickets.close_settled", 300, tickets.close_settled),
    Job("tickets.drop_old_drafts", 3600, tickets.drop_old_drafts),
    Job("tickets.file_again", 10, tickets.file_again),
    Job("satisfaction.make_surveys", 2, satisfaction.make_surveys),
    Job("satisfaction.remind", 60, satisfaction.remind),
    Job("satisfaction.follow_wordless", 300, satisfaction.follow_wordless),
    Job("satisfaction.read_replies", 5, satisfaction.read_replies),
    Job("satisfaction.draw_samples", 3600, satisfaction.draw_samples),
    Job("satisfaction.settle_samples", 300, satisfaction.settle_samples),
    Job("satisfaction.sum_scores", 60, satisfaction.sum_scores),
    Job("satisfaction.seal_months", 3600, satisfaction.seal_months),
    Job("messages.mail_alerts", 30, messages.mail_alerts),
    Job("messages.text_alerts", 30, messages.text_alerts),
    Job("messages.load_wordings", 3600, messages.load_wordings),
    Job("messages.send_due", 2, messages.send_due),
    Job("messages.reconcile", 10, messages.reconcile),
    Job("calls.close_stale", 300, calls.close_stale),
    Job("admin.remind_of_reviews", 3600, admin.remind_of_reviews),
    Job("admin.reorganise", 60, admin.reorganise),
)


def run_job(job: Job, now: datetime) -> int:
    """Run one job, keep its heartbeat; a failure is logged and noted, never passed on to the other jobs."""
    with transaction() as session:
        beat = session.get(Heartbeat, job.name) or Heartbeat(job=job.name)
        beat.began_at, beat.ended_at = now, None
        session.add(beat)
    done, failure = 0, ""
    try:
        done = job.work(now)
    except Exception as error:  # one job's trouble must not stop the others
        failure = f"{type(error).__name__}: {error}"[:200]
        log.exception("job %s failed", job.name)
    with transaction() as session:
        beat = session.get_one(Heartbeat, job.name)
        beat.ended_at, beat.done, beat.failure = clock.now(), done, failure
    if done:
        log.info("job %s did %d", job.name, done)
    db.session.remove()
    return done


def run_due(app: Flask, now: datetime, jobs: Sequence[Job] | None = None) -> int:
    """Run each of these jobs, by default all, that began long enough ago; how many things were done in all."""
    with app.app_context():
        began = {beat.job: beat.began_at for beat in db.session.query(Heartbeat)}
        db.session.rollback()
        due = [
            job
            for job in (TIMETABLE if jobs is None else jobs)
            if job.name not in began
            or began[job.name] > now
            or (now - began[job.name]).total_seconds() >= job.every_seconds
        ]
        return sum(run_job(job, now) for job in due)


def run_for_ever(app: Flask) -> None:
    """Ring the bells every two seconds until the process is told to stop.

    Texts have their own: neither does a deadline wait for a slow provider, nor an urgent text for a long sweep.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a bell that is not heard during a long round is no news
    scheduler = BlockingScheduler(timezone="UTC")
    run_due(app, clock.now())
    for is_own in (False, True):
        heard = [job for job in TIMETABLE if (job.name in OWN_BELL) == is_own]
        scheduler.add_job(
            lambda heard=heard: run_due(app, clock.now(), heard),
            "interval",
            seconds=BELL_SECONDS,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
