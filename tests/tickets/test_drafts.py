"""Drafts: kept while typing, seen by colleagues, gone when sent; they outlive a session that ended."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import delete, select

from hotline import clock
from hotline.db import db, transaction
from hotline.staff.models import SignIn
from hotline.tickets import jobs
from hotline.tickets.models import Draft, Ticket
from hotline.tickets.rules.lifecycle import Status
from tests.tickets.test_verbs import do, hidden


@pytest.fixture
def worked_on(opened, moved):
    """The code of a case that the unit has accepted."""
    code = opened()
    moved(code, ("staff", "accept"))
    return code


@pytest.fixture
def drafts(app):
    """drafts() -> (verb, fields) of all drafts."""

    def read():
        with app.app_context():
            return [(row.verb, row.fields) for row in db.session.scalars(select(Draft))]

    return read


def type_in(client, code, verb="answer", **fields):
    """What the page sends every few seconds."""
    page = client.get(f"/tickets/{code}").text
    carried = {name: hidden(page, "answer", name) for name in ("csrf_token", "version", "idempotency_key")}
    return client.post(f"/tickets/{code}/draft/{verb}", data={**carried, **fields}), carried


def test_a_draft_comes_back_is_seen_by_colleagues_and_goes_when_it_is_sent(worked_on, sign_in, drafts):
    staff, colleague = sign_in("staff"), sign_in("staff2")
    answer, _carried = type_in(staff, worked_on, body="Đơn vị đang vá ổ gà")
    assert (answer.status_code, answer.text) == (204, "")
    page = staff.get(f"/tickets/{worked_on}?lang=en").text
    assert "Đơn vị đang vá ổ gà</textarea>" in page and "brought back" in page
    assert "is writing" not in page
    seen = colleague.get(f"/tickets/{worked_on}/writing?version=1&lang=en").text
    assert "Lê Văn Hùng is writing an answer" in seen and "has changed" in seen
    assert "Đơn vị đang vá" not in colleague.get(f"/tickets/{worked_on}").text
    assert do(staff, worked_on, "answer", body="Đơn vị đã vá ổ gà.").status_code == 303
    assert drafts() == []


def test_who_stopped_typing_three_minutes_ago_is_not_writing(worked_on, sign_in, app):
    type_in(sign_in("staff"), worked_on, body="Đang viết")
    with app.app_context(), transaction():
        db.session.scalars(select(Draft)).one().saved_at = clock.now() - timedelta(minutes=3, seconds=1)
    assert "Lê Văn Hùng" not in sign_in("staff2").get(f"/tickets/{worked_on}/writing").text


def test_discarding_emptying_and_a_week_end_a_draft(worked_on, sign_in, drafts, app):
    staff = sign_in("staff")
    _answer, carried = type_in(staff, worked_on, body="Một")
    assert staff.post(f"/tickets/{worked_on}/draft/answer/discard", data={**carried, "body": "Một"}).status_code == 303
    assert drafts() == []
    type_in(staff, worked_on, body="Hai")
    type_in(staff, worked_on, body="  ")
    assert drafts() == []
    type_in(staff, worked_on, "note", note="Ba", reached="y")
    assert drafts() == [("note", {"note": "Ba", "reached": "y"})]
    with app.app_context():
        assert jobs.drop_old_drafts(clock.now() + timedelta(days=6)) == 0
        assert jobs.drop_old_drafts(clock.now() + timedelta(days=7, minutes=1)) == 1


def test_what_was_on_its_way_when_the_form_was_sent_is_not_kept_again(worked_on, sign_in, drafts):
    staff = sign_in("staff")
    _answer, carried = type_in(staff, worked_on, body="Đơn vị đã vá")
    sent = staff.post(f"/tickets/{worked_on}/answer", data={**carried, "body": "Đơn vị đã vá ổ gà."})
    assert sent.status_code == 303
    late = staff.post(f"/tickets/{worked_on}/draft/answer", data={**carried, "body": "Đơn vị đã vá ổ gà."})
    assert late.status_code == 204 and drafts() == []


@pytest.fixture
def sent_back(worked_on, moved):
    """The case, whose first answer came back to be reworked."""
    moved(worked_on, ("staff", "answer", {"body": "Bản thứ nhất."}), ("head", "rework", {"reason": "Ghi rõ ngày."}))
    return worked_on


def test_a_draft_of_the_reworked_answer_is_not_written_over(sent_back, sign_in):
    staff = sign_in("staff")
    assert "Bản thứ nhất.</textarea>" in staff.get(f"/tickets/{sent_back}").text
    type_in(staff, sent_back, body="Bản thứ hai, đang viết dở")
    page = staff.get(f"/tickets/{sent_back}").text
    assert "Bản thứ hai, đang viết dở</textarea>" in page and "Ghi rõ ngày." in page


def test_a_draft_older_than_the_sending_back_stands_beside_what_came_back(worked_on, moved, sign_in, app):
    colleague = sign_in("staff2")
    type_in(colleague, worked_on, body="Bản của tôi")
    with app.app_context(), transaction():
        db.session.scalars(select(Draft)).one().saved_at = clock.now() - timedelta(minutes=1)
    moved(worked_on, ("staff", "answer", {"body": "Bản thứ nhất."}), ("head", "rework", {"reason": "Ghi rõ ngày."}))
    page = colleague.get(f"/tickets/{worked_on}").text
    assert "Bản thứ nhất.</textarea>" in page and 'id="unsent"' in page and "Bản của tôi" in page


def test_what_was_typed_for_a_verb_that_is_gone_can_be_read_and_discarded(worked_on, moved, sign_in, drafts):
    staff, colleague = sign_in("staff"), sign_in("staff2")
    _answer, carried = type_in(colleague, worked_on, body="Bản của tôi")
    assert 'id="unsent"' not in colleague.get(f"/tickets/{worked_on}").text
    moved(worked_on, ("staff", "answer", {"body": "Bản thứ nhất."}))
    page = colleague.get(f"/tickets/{worked_on}").text
    assert 'id="unsent"' in page and "Bản của tôi" in page and 'id="verb-answer"' not in page
    assert "Bản của tôi" not in staff.get(f"/tickets/{worked_on}").text
    assert colleague.post(f"/tickets/{worked_on}/draft/answer/discard", data=carried).status_code == 303
    assert drafts() == [] and 'id="unsent"' not in colleague.get(f"/tickets/{worked_on}").text


@pytest.mark.parametrize(
    ("who", "verb", "fields", "status"),
    [
        ("health", "answer", {"body": "x"}, 404),
        ("staff", "fly", {"body": "x"}, 404),
        ("staff", "approve", {}, 403),
        ("staff", "answer", {"body": "x", "status": "answered"}, 422),
        ("staff", "answer", {"body": "x" * 20_001}, 422),
    ],
)
def test_bad_drafts_are_refused(worked_on, sign_in, drafts, who, verb, fields, status):
    _kept, carried = type_in(sign_in("staff"), worked_on, body="")
    client = sign_in(who)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)
    answer = client.post(f"/tickets/{worked_on}/draft/{verb}", data={**carried, "csrf_token": token, **fields})
    assert answer.status_code == status and drafts() == []


def test_saving_without_end_is_told_to_wait(worked_on, sign_in):
    staff = sign_in("staff")
    _answer, carried = type_in(staff, worked_on, body="x")
    answers = [staff.post(f"/tickets/{worked_on}/draft/answer", data={**carried, "body": "x"}) for _ in range(60)]
    assert {answer.status_code for answer in answers[:59]} == {204}
    assert answers[59].status_code == 429 and int(answers[59].headers["Retry-After"]) > 0


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(app, worked_on, sign_in):
    staff = sign_in("staff")
    _answer, carried = type_in(staff, worked_on, body="")
    with app.app_context(), transaction():
        db.session.execute(delete(SignIn))
    page = f"/tickets/{worked_on}"
    for referrer, wanted in ((f"http://localhost{page}?view=1", page), ("http://elsewhere.example/x", "")):
        sent = staff.post(f"{page}/answer", data={**carried, "body": "x"}, headers={"Referer": referrer})
        assert sent.status_code == 302 and unquote(sent.location) == f"/login?next={wanted}"
    assert staff.get("/tickets/drafts/token").status_code == 302


def test_a_session_that_ended_loses_nothing(served, worked_on, by):
    page = served.person("staff")
    page.goto(f"/tickets/{worked_on}")
    page.keyboard.press("r")
    page.keyboard.type("Đơn vị đã vá ổ gà trước chợ.")
    with served.app.app_context(), transaction():
        db.session.execute(delete(SignIn))
    page.locator("#verb-answer form[method=post] button[type=submit]").click()
    link = page.locator(".lost a")
    with page.context.expect_page() as opening:
        link.click()
    other = opening.value
    other.fill("[name=email]", "staff@demo.test")
    other.fill("[name=password]", "hotline-demo")
    with other.expect_navigation():
        other.keyboard.press("Enter")
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(".lost.tone-ok").wait_for()
    assert page.input_value("#verb-answer textarea") == "Đơn vị đã vá ổ gà trước chợ."
    with page.expect_response(lambda answer: "/draft/answer" in answer.url):
        pass
    other.goto(f"/tickets/{worked_on}")
    assert other.input_value("#verb-answer textarea") == "Đơn vị đã vá ổ gà trước chợ."
    with page.expect_navigation():
        page.locator("#verb-answer form[method=post]:not([data-discard]) button[type=submit]").click()
    with served.app.app_context():
        ticket = db.session.scalar(select(Ticket).where(Ticket.code == worked_on))
        assert ticket.status is Status.AWAITING_APPROVAL and ticket.answers[0].body == "Đơn vị đã vá ổ gà trước chợ."
        assert db.session.scalars(select(Draft)).all() == []
