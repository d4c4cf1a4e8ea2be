"""The knowledge base on the console: found while typing, read out, missed; by keyboard alone."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert

from hotline import clock
from hotline.catalogue.actions import AnswerDraft, add_answer
from hotline.catalogue.models import AnswerKind, AnswerUse, CommonAnswer, MissingAnswer
from hotline.catalogue.queries import current_areas, knowledge
from hotline.db import db, transaction

FOUND = "/console/answers?q=khai sinh"


def fields_of(page, action):
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.S).group(0)
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))


def test_reading_out_is_counted_once_for_each_reading_and_holds_nothing_personal(app, sign_in):
    operator = sign_in("operator")
    address = "/console/answers/GD-0001/use"
    fields = fields_of(operator.get(FOUND).text, address)
    for _twice in range(2):
        assert operator.post(address, data=fields).status_code == 303
    noted = operator.post(
        address, data=fields_of(operator.get(FOUND).text, address), headers={"X-Requested-With": "fetch"}
    )
    assert noted.status_code == 200 and "<" not in noted.text
    assert operator.post("/console/answers/KHONG-CO/use", data=fields).status_code in (404, 422)
    assert operator.post(address, data=fields | {"idempotency_key": ""}).status_code == 422
    with app.app_context():
        uses = db.session.query(AnswerUse).all()
        assert [use.by_name for use in uses] == ["Trần Thị Mai"] * 2
        assert db.session.query(CommonAnswer).filter_by(code="GD-0001").one().uses == 2
    assert sign_in("staff").get(FOUND).status_code == 403


def test_a_question_without_an_answer_is_stored_as_it_was_typed(app, sign_in):
    operator = sign_in("operator")
    page = operator.get("/console/answers?q=Nuôi chim yến").text
    fields = fields_of(page, "/console/answers/missing")
    assert fields["question"] == "Nuôi chim yến"
    for _twice in range(2):
        assert operator.post("/console/answers/missing", data=fields).status_code == 303
    empty = fields_of(page, "/console/answers/missing") | {"question": " ", "idempotency_key": "another"}
    assert operator.post("/console/answers/missing", data=empty).status_code == 422
    with app.app_context():
        row = db.session.query(MissingAnswer).one()
        assert (row.question, row.asked_by_name) == ("Nuôi chim yến", "Trần Thị Mai")


def test_a_notice_is_shown_to_operators_while_it_holds(app, sign_in, by):
    now = clock.now()
    with app.app_context(), transaction():
        place = current_areas(now.date())[0]
        notice = AnswerDraft(
            AnswerKind.NOTICE,
            "Tạm ngừng cấp nước",
            "Vỡ ống.",
            area_id=place.id,
            begins_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=1),
        )
        code, area_id = add_answer(notice, by=by("lead"), now=now).code, place.id
    operator = sign_in("operator")
    assert "Tạm ngừng cấp nước" in operator.get("/console").text
    assert "is-here" in operator.get(f"/console/notices?area_id={area_id}").text
    assert "is-here" not in operator.get("/console/notices").text
    with app.app_context(), transaction():
        db.session.query(CommonAnswer).filter_by(code=code).one().ends_at = now - timedelta(minutes=1)
    assert "Tạm ngừng cấp nước" not in operator.get("/console").text


def test_five_hundred_answers_are_searched_before_the_next_letter(app, by):
    now = clock.now()
    with app.app_context():
        with transaction():
            texts = [(row.question, row.answer, row.search_text) for row in db.session.query(CommonAnswer)]
            names = ("question", "answer", "search_text")
            copies = [dict(zip(names, texts[number % len(texts)], strict=True)) for number in range(460)]
            rows = [copy | {"code": f"X-{number:04}", "changed_at": now} for number, copy in enumerate(copies)]
            db.session.execute(insert(CommonAnswer), rows)
        for words in ("d", "dat dai", "the bao hiem y te", "ho so truc tuyen mat bao lau zzz"):
            took = []
            for _each in range(3):
                began = time.process_time()  # the work itself, however busy the machine
                assert knowledge.search_answers(words, now).rows
                took.append(time.process_time() - began)
            assert min(took) < 0.05, words


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # how a page behaves does not depend on the database
def test_an_answer_is_found_read_and_noted_without_the_mouse(served):
    page = served.person("operator")
    page.goto("/console")
    page.locator("[name=content]").click()
    page.keyboard.type("Hỏi khai sinh")
    page.keyboard.press("Alt+k")
    box = page.locator("#answers-query")
    expect(box).to_be_focused()
    page.keyboard.type("can cuoc")
    options = page.locator("#answers-results [role=option]")
    expect(options.first).to_contain_text("thẻ căn cước")
    expect(page.locator("#answers-results article:visible")).to_contain_text("Luật Căn cước")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#answers-results article:visible .answer-question")).to_have_text(options.nth(1).inner_text())
    chosen = options.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#answers-results article:visible .noted")).to_be_visible()
    page.keyboard.press("Enter")  # the same reading is noted once
    page.keyboard.press("Escape")
    expect(page.locator("[name=content]")).to_be_focused()
    expect(page.locator("[name=content]")).to_have_value("Hỏi khai sinh")
    page.keyboard.press("Alt+k")
    page.keyboard.type("nuoi chim yen")
    expect(page.locator("#answers-results .answers-none")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#answers-results .noted")).to_be_visible()
    with served.app.app_context():
        use = db.session.query(AnswerUse).one()
        assert db.session.get(CommonAnswer, use.common_answer_id).question == chosen
        assert db.session.query(MissingAnswer).one().question == "nuoi chim yen"
