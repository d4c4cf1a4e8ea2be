"""E-mail and texts about alerts: one for all that waits, in office hours, once, and nothing a citizen told us."""

import dataclasses
import re
import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.actor import SYSTEM
from hotline.db import db, transaction
from hotline.messages import actions, jobs
from hotline.messages.gateways import smtp
from hotline.messages.models import Alert, Message, MessageChannel, MessageState
from hotline.messages.rules.alerts import AlertKind
from hotline.messages.rules.mail import masked
from tests.support.mailbox import SILENCE

NIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MORNING = NIGHT.replace(day=30, hour=7, minute=30)


@pytest.fixture
def letters(everything):
    """letters() -> the e-mail in the outbox."""
    return lambda: [row for row in everything(Message) if row.channel is MessageChannel.EMAIL]


@pytest.fixture
def leaves_by(app):
    """leaves_by(mailbox) makes it the mail server of the settings."""

    def use(box, user=""):
        url = box if isinstance(box, str) else box.url(user)
        app.config["HOTLINE"] = dataclasses.replace(app.config["HOTLINE"], smtp_url=url)
        return box

    return use


@pytest.fixture
def queued(app):
    """queued() puts one e-mail into the outbox."""

    def queue(to="head@example.vn", now=None, key="k", **more):
        with app.app_context(), transaction():
            return actions.queue_email(
                to, "Quá hạn", "Kính gửi Ông/Bà,\n.\nhết", dedupe_key=key, now=now or clock.now(), **more
            )

    return queue


# What is written


def test_all_that_waits_is_one_letter_the_most_urgent_first(told, run, letters, everything):
    told("staff", kind=AlertKind.RETURNED, code="26-0000001")
    told("staff", kind=AlertKind.BREACHED, code="26-0000002", params={"due_at": NIGHT, "about": "Mặt đường hư hỏng"})
    told("staff", kind=AlertKind.DIGEST, params={"overdue": 3})
    told("head", kind=AlertKind.BREACHED, code="26-0000003")
    assert run(jobs.mail_alerts) == 2
    assert run(jobs.mail_alerts) == 0
    first, second = letters()
    assert (first.to_email, second.to_email) == ("staff@demo.test", "head@demo.test")
    assert first.body.startswith("Kính gửi Ông/Bà Lê Văn Hùng,")
    assert first.body.index("26-0000002") < first.body.index("26-0000001")
    assert "http://localhost/tickets/26-0000002\n" in first.body and "23:00 thứ Sáu 27/11" in first.body
    assert "http://localhost/account" in first.body and "Mặt đường hư hỏng" in first.body
    assert second.subject == "[1022BPHUOC] Quá hạn 26-0000003"
    assert all(row.mailed_at for row in everything(Alert))


def test_a_letter_is_vietnamese_and_holds_nothing_a_citizen_told_us(told, run, letters):
    for kind in AlertKind:
        told("lead", kind=kind, params={"note": "Bà Lan 0912345678 khóc", "unit": "Sở Xây dựng", "granted": True})
    run(jobs.mail_alerts)
    body = letters()[0].body
    assert "0912345678" not in body and "Bà Lan" not in body
    assert not re.search(r"\b(the|report|has|asks|unit)\b", body)


def test_a_very_long_list_ends_after_fifty_lines(told, run, letters):
    for number in range(50):
        told("staff", kind=AlertKind.CHASED, code=f"26-{number:07}")
    for number in range(3):
        told("staff", kind=AlertKind.EXTENSION_ASKED, code=f"26-{number:07}")
    told("staff", kind=AlertKind.DIGEST)
    run(jobs.mail_alerts)
    body = letters()[0].body
    assert body.count("/tickets/26-") == 50
    assert "và 4 việc khác: http://localhost/alerts" in body


def test_a_substitute_reads_for_whom_it_is(told, person, run, letters):
    away = {"away_from_on": clock.now().date(), "away_until_on": clock.now().date() + timedelta(days=2)}
    person("head", substitute_id=person("staff"), **away)
    told("head")
    run(jobs.mail_alerts)
    assert letters()[0].to_email == "staff@demo.test" and "Phạm Quốc Bảo" in letters()[0].body


# When it leaves


def test_nothing_leaves_before_office_hours(told, run, letters):
    told("staff", now=NIGHT, not_before=MORNING)
    assert run(jobs.mail_alerts, NIGHT + timedelta(minutes=1)) == 0
    assert run(jobs.mail_alerts, MORNING - timedelta(seconds=1)) == 0
    assert run(jobs.mail_alerts, MORNING) == 1
    assert len(letters()) == 1


def test_what_was_read_in_the_app_needs_no_letter(app, told, run, person, letters):
    told("staff", now=NIGHT, not_before=MORNING)
    staff = person("staff")
    with app.app_context(), transaction():
        assert actions.read_all_alerts(staff, up_to=10, now=NIGHT) == 1
    assert run(jobs.mail_alerts, MORNING) == 0
    assert letters() == []


def test_one_letter_in_ten_minutes_except_for_what_is_urgent(told, run, letters):
    now = MORNING
    told("staff", code="26-0000001", now=now)
    assert run(jobs.mail_alerts, now) == 1
    told("staff", code="26-0000002", now=now)
    assert run(jobs.mail_alerts, now + timedelta(minutes=9)) == 0
    told("staff", code="26-0000003", now=now, urgent=True)
    assert run(jobs.mail_alerts, now + timedelta(minutes=9)) == 1
    assert "26-0000002" in letters()[1].body and "26-0000003" in letters()[1].body
    told("staff", code="26-0000004", now=now)
    assert run(jobs.mail_alerts, now + timedelta(minutes=18)) == 0
    assert run(jobs.mail_alerts, now + timedelta(minutes=19)) == 1


def test_a_closed_account_gets_no_letter_and_no_text(told, run, person, everything):
    person("staff", mobile="+84912000111")
    told("staff", urgent=True)
    person("staff", is_enabled=False)
    assert run(jobs.mail_alerts) == run(jobs.text_alerts) == 0
    assert everything(Message) == []
    assert not (everything(Alert)[0].wants_email or everything(Alert)[0].wants_text)


def test_two_mailers_at_once_send_one_letter(app, told, letters, person):
    for number in range(20):
        told("staff", "head", "lead", code=f"26-{number:07}")
    together, done = threading.Barrier(4), []

    def work():
        with app.app_context():
            together.wait()
            done.append(jobs.mail_alerts(clock.now()))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 3
    assert sorted(row.to_email.partition("@")[0] for row in letters()) == ["head", "lead", "staff"]


def test_an_urgent_text_goes_to_the_mobile_once_and_fits_one_segment(told, run, person, everything):
    person("staff", mobile="+84912000111")
    told("staff", urgent=True, params={"due_at": NIGHT})
    told("head", urgent=True)
    assert run(jobs.text_alerts) == 1
    assert run(jobs.text_alerts) == 0
    (text,) = everything(Message)
    assert (text.to_number, text.segments, text.ticket_code) == ("+84912000111", 1, "")
    assert (
        text.body == "1022BPHUOC: Qua han: phan anh 26-0045127, han 23h ngay 27/11. Xem: 1022.binhphuoc.gov.vn/alerts"
    )
    for number in range(9):
        told("staff", urgent=True, code=f"26-{number:07}")
    assert run(jobs.text_alerts) == 1
    assert everything(Message)[-1].segments == 1 and "va 6 vu viec khac" in everything(Message)[-1].body


# How it is handed over


def test_a_letter_arrives_whole(mailbox, leaves_by, queued, run, letters):
    box = leaves_by(mailbox())
    queued()
    assert run(jobs.send_due) == 1
    assert run(jobs.send_due) == 0
    (letter,) = box.letters
    assert (letter["To"], letter["From"], letter["Subject"]) == ("head@example.vn", "1022@example.gov.vn", "Quá hạn")
    assert letter.get_content().replace("\r\n", "\n") == "Kính gửi Ông/Bà,\n.\nhết\n"
    assert letter["Message-ID"].endswith("@example.gov.vn>") and letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo is not None
    assert all(max(map(len, raw.split(b"\r\n"))) <= 78 and raw.isascii() for raw in box.raw)
    (row,) = letters()
    assert (row.state, row.provider, row.reason) == (MessageState.SENT, "smtp", "250 kept as 4711")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"RCPT": "550 nobody of that name"}, MessageState.FAILED),
        ({".": "554 looks like advertising"}, MessageState.FAILED),
        ({"RCPT": "450 come back later"}, MessageState.NEW),
        ({".": "451 no room"}, MessageState.NEW),
        ({"DATA": "421 closing"}, MessageState.NEW),
        ({"hello": "554 not from you"}, MessageState.NEW),
        ({"MAIL": "550 not with this sender"}, MessageState.NEW),
        ({"hello": SILENCE}, MessageState.NEW),
        ({"RCPT": SILENCE}, MessageState.NEW),
        ({".": SILENCE}, MessageState.UNKNOWN),
    ],
)
def test_what_the_server_says_decides(mailbox, leaves_by, queued, run, letters, monkeypatch, answers, state):
    monkeypatch.setattr(smtp, "DEADLINE_SECONDS", 0.5)
    box, now = leaves_by(mailbox(**answers)), clock.now()
    queued(now=now)
    run(jobs.send_due, now)
    assert (letters()[0].state, box.letters) == (state, [])
    assert letters()[0].reason != ""
    box.answers |= {**mailbox().answers, "hello": "220 ready"}
    assert run(jobs.send_due, now + timedelta(hours=1)) == (1 if state is MessageState.NEW else 0)
    assert len(box.letters) == (1 if state is MessageState.NEW else 0)


def test_a_server_that_is_away_is_tried_again_and_texts_do_not_wait_for_it(leaves_by, queued, run, letters, opened):
    leaves_by("smtp://127.0.0.1:1?from=a@b.vn")
    for number in range(5):
        queued(key=str(number))
    opened()
    assert run(jobs.send_due) == 2  # the text, and one letter that could not leave; the others wait for the next round
    assert [row.state for row in letters()] == [MessageState.NEW] * 5
    assert [row.attempts for row in letters()] == [1, 0, 0, 0, 0]


def test_a_server_that_speaks_for_ever_is_left_after_the_deadline(
    mailbox, leaves_by, queued, run, letters, monkeypatch
):
    monkeypatch.setattr(smtp, "DEADLINE_SECONDS", 1.0)
    box = leaves_by(mailbox())
    box.drips = True
    queued()
    began = time.monotonic()
    run(jobs.send_due)
    assert time.monotonic() - began < 3
    assert letters()[0].state is MessageState.NEW
    time.sleep(0.5)
    assert box.letters == []


def test_tls_is_used_where_it_is_offered_and_a_password_never_goes_without(mailbox, leaves_by, queued, run, letters):
    box = leaves_by(mailbox(EHLO="250-mail.test\r\n250-AUTH PLAIN\r\n250 STARTTLS", STARTTLS="454 not now"), "u:p@")
    queued()
    run(jobs.send_due)
    assert box.heard[-1].upper() == "STARTTLS" and letters()[0].state is MessageState.NEW
    assert not any(words.upper().startswith("AUTH") for words in box.heard)


def test_a_wrong_password_is_the_administrators_trouble_not_the_letters(mailbox, leaves_by, queued, run, letters):
    leaves_by(mailbox(EHLO="250-mail.test\r\n250 AUTH PLAIN", AUTH="535 no"), "u:geheim@")
    queued()
    run(jobs.send_due)
    (row,) = letters()
    assert row.state is MessageState.NEW and "535" in row.reason and "geheim" not in row.reason
    assert row.next_attempt_at > clock.now() + timedelta(minutes=4)


@pytest.mark.parametrize("address", ["a\nb@example.vn", "đ@example.vn"])
def test_an_address_nobody_can_write_to_is_final(mailbox, leaves_by, queued, run, letters, address):
    leaves_by(mailbox())
    queued(to=address)
    run(jobs.send_due)
    assert letters()[0].state is MessageState.FAILED


def test_without_a_server_one_line_a_letter_is_printed(queued, run, capsys, letters):
    queued(to="lan@example.vn")
    assert run(jobs.send_due) == 1
    assert capsys.readouterr().out == "[mail] l***@example.vn Quá hạn\n"
    assert letters()[0].state is MessageState.SENT
    assert masked("lan@example.vn") == "l***@example.vn"


def test_a_letter_waits_for_its_hour_and_expires_when_nobody_took_it(queued, run, letters):
    queued(now=NIGHT, not_before=MORNING)
    assert run(jobs.send_due, NIGHT) == 0
    assert run(jobs.send_due, MORNING + timedelta(days=3)) == 0
    assert letters()[0].state is MessageState.EXPIRED


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": MessageChannel.TEXT, "to_email": "a@b.vn"},
        {"channel": MessageChannel.EMAIL, "to_number": "+84912000111"},
        {"channel": MessageChannel.EMAIL, "to_email": "a@b.vn"},
        {"channel": MessageChannel.EMAIL, "to_email": "a@b.vn", "to_number": "+84912000111", "subject": "x"},
    ],
)
def test_a_message_goes_to_a_number_or_to_an_address(app, wrong):
    times = {"next_attempt_at": NIGHT, "expires_at": NIGHT, "made_at": NIGHT}
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        session.add(Message(dedupe_key="k", template="x", body="x", **times, **wrong))


def test_the_list_of_the_lead_shows_e_mail_apart_with_masked_addresses(queued, opened, sign_in):
    queued(to="lan.nguyen@example.vn")
    opened()
    lead = sign_in("lead")
    assert "example.vn" not in lead.get("/messages").text
    page = lead.get("/messages?channel=email").text
    assert "l***@example.vn" in page and "lan.nguyen" not in page
    assert lead.get("/messages?channel=pigeon").status_code == 404
    assert lead.get("/messages?after=" + "9" * 30).status_code == 422
    assert SYSTEM.name not in page
