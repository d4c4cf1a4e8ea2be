"""`/healthz` for people on call: what each job did last, and 503 as soon as something is wrong; `/readyz` for machines."""

from datetime import timedelta

import pytest

from hotline import clock
from hotline.db import transaction
from hotline.jobs import TIMETABLE, Job, run_due, run_job
from hotline.messages.models import Sender
from tests.support.days import vn

NOW = vn("2026-03-02 08:00")


@pytest.fixture
def passes(monkeypatch):
    """passes(seconds) lets that much time pass since NOW, also backwards."""

    def move(seconds):
        now = NOW + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    move(0)
    return move


@pytest.fixture
def health(app):
    """health() -> (status, report)."""

    def ask():
        answer = app.test_client().get("/healthz")
        return answer.status_code, answer.get_json()

    return ask


def test_before_any_job_ran_it_is_ill_and_says_so(health, passes):
    status, report = health()
    assert status == 503
    assert (report["status"], report["jobs"], report["jobs_heartbeat_age_seconds"]) == ("ill", "late", None)


def test_it_shows_when_each_job_began_and_ended_and_how_much_it_did(app, health, passes, opened):
    opened()
    run_due(app, passes(0))
    status, report = health()
    assert (status, report["status"], report["jobs"]) == (200, "well", "well")
    assert set(report["jobs_last"]) == {job.name for job in TIMETABLE}
    at = NOW.isoformat()
    assert report["jobs_last"]["tickets.escalate"] == {"began_at": at, "ended_at": at, "done": 0, "failure": ""}


@pytest.mark.parametrize(
    ("seconds", "status", "jobs"), [(60, 200, "well"), (61, 503, "late"), (86_400, 503, "late"), (-3_600, 503, "late")]
)
def test_a_jobs_process_that_is_silent_for_a_minute_is_late(app, health, passes, seconds, status, jobs):
    run_due(app, passes(0))
    passes(seconds)
    found, report = health()
    assert (found, report["jobs"], report["jobs_heartbeat_age_seconds"]) == (status, jobs, seconds)


def test_texts_that_do_not_leave_are_wrong(app, health, passes):
    run_due(app, passes(0))
    assert health()[1]["ways_out_stopped"] == []
    with app.app_context(), transaction() as session:
        session.add(Sender(name="twilio", stopped_at=NOW, stop_reason="20003"))
    assert (health()[0], health()[1]["ways_out_stopped"]) == (503, ["twilio"])


def test_what_is_wrong_comes_with_a_time_to_ask_again(app, passes):
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


def test_a_job_that_hangs_has_begun_and_not_ended(app, health, passes):
    seen = []
    with app.app_context():
        run_job(Job("messages.send_due", 2, lambda now: seen.append(health()) or 1), passes(0))
    _status, report = seen[0]
    assert report["jobs_last"]["messages.send_due"]["ended_at"] is None
    assert health()[1]["jobs_last"]["messages.send_due"] | {"done": 1} == health()[1]["jobs_last"]["messages.send_due"]


def test_a_job_that_fails_is_named_without_what_the_rows_said_until_it_is_well_again(app, health, passes):
    def fail(_now):
        raise ValueError("the case of Nguyễn Thị Lan, 0912345678")

    with app.app_context():
        run_job(Job("tickets.escalate", 10, fail), passes(0))
    status, report = health()
    assert (status, report["jobs"], report["jobs_last"]["tickets.escalate"]["failure"]) == (
        503,
        "failing",
        "ValueError",
    )
    assert "Lan" not in str(report) and "0912" not in str(report)
    with app.app_context():
        run_job(Job("tickets.escalate", 10, lambda _now: 0), passes(10))
    assert health()[0] == 200


def test_a_failing_job_stops_no_other(app, health, passes, monkeypatch):
    def fail(_now):
        raise ValueError("no")

    monkeypatch.setattr("hotline.jobs.TIMETABLE", (Job("first", 10, fail), Job("second", 10, lambda _now: 3)))
    assert run_due(app, passes(0)) == 3
    assert {name: last["failure"] for name, last in health()[1]["jobs_last"].items()} == {
        "first": "ValueError",
        "second": "",
    }


def test_a_clock_put_back_does_not_stop_the_jobs(app, health, passes):
    run_due(app, passes(0))
    run_due(app, passes(-3_600))
    assert health()[0] == 200


def test_ready_needs_neither_jobs_nor_sign_in(client, passes):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready"})
