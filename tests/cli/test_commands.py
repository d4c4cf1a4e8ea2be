"""What an administrator types: people, jobs, texts; a refusal is a sentence and exit status 1."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask_migrate import upgrade
from sqlalchemy import delete, func, select, update

from hotline import clock
from hotline.catalogue.models import AnswerTemplate, Authority, Category, CategoryQuestion, CommonAnswer
from hotline.catalogue.queries import current_departments
from hotline.db import db, transaction
from hotline.jobs import TIMETABLE
from hotline.staff.queries import people

PERSON = ("users", "add", "--email", "Moi@Tinh.vn", "--name", "Ngô Thị Mới", "--password", "mật khẩu thật dài")


@pytest.fixture
def typed(app):
    """typed("jobs", "once", …) -> (exit status, what was printed)."""

    def run(*words):
        done = app.test_cli_runner().invoke(args=list(words))
        return done.exit_code, done.output

    return run


def test_a_person_is_added_and_signs_in(app, typed):
    assert typed(*PERSON, "--role", "lead")[0] == 0
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text).group(1)
    form = {"csrf_token": token, "email": "moi@tinh.vn", "password": "mật khẩu thật dài", "next": ""}
    assert client.post("/login", data=form).status_code == 303
    assert "Ngô Thị Mới" in client.get("/tickets").text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*PERSON[:-1], "ngắn", "--role", "lead"), "12 characters"),
        ((*PERSON, "--role", "staff"), "--department"),
        ((*PERSON, "--role", "lead", "--department", "SXD"), "--department"),
        ((*PERSON, "--role", "staff", "--department", "NOWHERE"), "NOWHERE"),
        ((*PERSON[:3], "lead@demo.test", *PERSON[4:], "--role", "lead"), "already"),
        (("jobs", "once", "tickets.nothing"), "tickets.escalate"),
    ],
)
def test_what_cannot_be_is_said_and_exits_with_1(typed, words, said):
    status, printed = typed(*words)
    assert (status, said in printed) == (1, True)
    assert "Traceback" not in printed


def test_each_job_runs_once_by_name_and_does_nothing_twice(typed, opened):
    opened()
    status, printed = typed("jobs", "once", "messages.send_due")
    assert (status, printed.splitlines()[-1]) == (0, "messages.send_due: 1")
    for _turn in range(3):  # in office hours the morning's overview leaves, too: told, written, sent
        for job in TIMETABLE:
            assert typed("jobs", "once", job.name)[0] == 0
    for job in TIMETABLE:
        assert typed("jobs", "once", job.name) == (0, f"{job.name}: 0\n")


def test_the_texts_that_arrived_are_listed_with_the_provinces_time(typed, opened):
    assert typed("messages", "list") == (0, "No text has been sent yet.\n")
    code = opened()
    typed("jobs", "once", "messages.send_due")
    status, printed = typed("messages", "list")
    assert status == 0
    assert code in printed and "912345678" not in printed
    sent_at = datetime.strptime(printed[:16], "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert abs(clock.now() - sent_at) < timedelta(minutes=2)


def test_the_catalogue_is_loaded_without_the_demonstration_and_never_over_one(bare_app):
    with bare_app.app_context():
        upgrade()
    loaded = bare_app.test_cli_runner().invoke(args=["catalogue", "load"])
    assert loaded.exit_code == 0 and "categories" in loaded.output
    with bare_app.app_context():
        assert current_departments(clock.now().date()) and not people()
    again = bare_app.test_cli_runner().invoke(args=["catalogue", "load"])
    assert again.exit_code == 1 and "catalogue already" in again.output
    with bare_app.app_context(), transaction():
        for table in (Authority, CategoryQuestion, CommonAnswer):
            db.session.execute(delete(table))
        db.session.execute(update(AnswerTemplate).values(title="Của tỉnh"))
        db.session.execute(update(Category).values(script_vi="", script_en=""))
    missing = bare_app.test_cli_runner().invoke(args=["catalogue", "load", "--missing"])
    assert missing.exit_code == 0 and "0 answer templates" in missing.output
    with bare_app.app_context():
        for table in (Authority, CategoryQuestion, CommonAnswer):
            assert db.session.scalar(select(func.count()).select_from(table)), table
        assert set(db.session.scalars(select(AnswerTemplate.title))) == {"Của tỉnh"}
        assert db.session.scalar(select(func.count()).where(Category.script_vi != ""))
    assert "0 authorities" in bare_app.test_cli_runner().invoke(args=["catalogue", "load", "--missing"]).output
