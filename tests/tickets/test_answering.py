"""Answering: templates with fields, proof that a category asks for, the official document, rework, and the right door."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import AnswerTemplate, Authority, Category, Evidence
from hotline.db import db, transaction
from hotline.tickets.models import RefusalReason
from hotline.tickets.rules.answers import changed_words, fields_in, filled_in, lacks_proof, left_open
from hotline.tickets.rules.lifecycle import Status
from hotline.web.formats import local
from tests.admin.forms import form_of
from tests.support.days import wrong_fields
from tests.support.pictures import document, photo

PNG, PDF = photo().getvalue(), document().getvalue()
ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def working(app, opened, moved):
    """working(asks="photo", …) -> the code of a case that the unit works on, of a category that asks for that proof."""

    def begin(asks="none", **wish):
        with app.app_context(), transaction() as session:
            session.scalars(select(Category).where(Category.code == "GT-01")).one().evidence = Evidence(asks)
        code = opened(**wish)
        moved(code, ("staff", "accept"))
        return code

    return begin


@pytest.fixture
def known(app):
    """known(AnswerTemplate, "O-GA") -> the id of that row."""

    def find(table, code):
        with app.app_context():
            return db.session.scalar(select(table.id).where(table.code == code))

    return find


def test_a_category_that_asks_for_a_photo_says_so_before_and_refuses_an_answer_without(working, sign_in, send, look):
    code, staff = working("photo"), sign_in("staff")
    assert "alert tone-warn" in staff.get(f"/tickets/{code}").text
    answer = send(staff, code, "answer", body="Đã dọn sạch.")
    assert (answer.status_code, wrong_fields(answer)) == (422, {"evidence"})
    assert "Đã dọn sạch." in answer.text and look(code, lambda t: t.status) is Status.IN_PROGRESS
    answer = send(staff, code, "answer", body="Đã dọn sạch.", evidence=[(PDF, "bien-ban.pdf")])
    assert (answer.status_code, wrong_fields(answer)) == (422, {"evidence"})
    assert look(code, lambda t: t.attachments) == []
    assert send(staff, code, "answer", body="Đã dọn sạch.", evidence=[(PNG, "sau.png")]).status_code == 303
    assert look(code, lambda t: (t.status, [row.purpose.value for row in t.attachments])) == (
        Status.AWAITING_APPROVAL,
        ["evidence"],
    )


@ON_SQLITE
def test_proof_of_an_earlier_cycle_or_taken_away_is_none(working, send, look):
    code = working("photo")
    assert send("staff", code, "file", files=[(PNG, "sau.png")], purpose="evidence").status_code == 303
    key = look(code, lambda t: t.attachments[0].key)
    assert send("staff", code, f"files/{key}/remove", reason="Mờ").status_code == 303
    assert send("staff", code, "answer", body="Xong.").status_code == 422
    assert send("staff", code, "file", files=[(PNG, "sau.png")], purpose="internal").status_code == 303
    assert send("staff", code, "answer", body="Xong.").status_code == 422
    assert send("staff", code, "answer", body="Xong.", evidence=[(PNG, "sau.png")]).status_code == 303
    assert send("head", code, "approve").status_code == 303
    assert send("lead", code, "reopen", reason="Chưa sạch.").status_code == 303
    assert send("staff", code, "accept").status_code == 303
    assert wrong_fields(send("staff", code, "answer", body="Xong lần hai.")) == {"evidence"}


@ON_SQLITE
def test_an_answer_is_not_published_once_its_proof_is_gone(working, app, send, look):
    code = working("photo")
    assert send("staff", code, "answer", body="Xong.", evidence=[(PNG, "sau.png")]).status_code == 303
    key = look(code, lambda t: t.attachments[0].key)
    assert send("staff", code, f"files/{key}/remove", reason="Mờ").status_code == 303
    refused = send("head", code, "approve")
    assert refused.status_code == 409 and "cần ảnh" in refused.text
    assert look(code, lambda t: t.status) is Status.AWAITING_APPROVAL
    assert send("staff", code, "file", files=[(PNG, "sau.png")], purpose="evidence").status_code == 303
    with app.app_context(), transaction() as session:
        session.scalars(select(Category).where(Category.code == "GT-01")).one().evidence = Evidence.DOCUMENT
    assert send("head", code, "approve").status_code == 409
    assert send("staff", code, "file", files=[(PDF, "bb.pdf")], purpose="evidence").status_code == 303
    assert send("head", code, "approve").status_code == 303


def test_a_template_fills_in_what_is_known_and_leaves_the_rest(working, sign_in, send, known, look):
    code, staff = working(address="12 Hùng Vương"), sign_in("staff")
    number = known(AnswerTemplate, "O-GA")
    page = staff.get(f"/tickets/{code}?template={number}").text
    _action, fields = form_of(page, having="body")
    body = fields["body"][0]
    assert code in body and "tại 12 Hùng Vương" in body and "Sở Xây dựng" in body and "[ngày kiểm tra]" in body
    assert staff.get(f"/tickets/{code}/templates/{number}").json["text"].split() == body.split()
    answer = send(staff, code, "answer", body=body)
    assert (answer.status_code, wrong_fields(answer)) == (422, {"body"})
    assert "[ngày kiểm tra]" in answer.text and look(code, lambda t: t.answers) == []
    whole = re.sub(r"\[[^\]]+\]", "24/11", body)
    assert send(staff, code, "answer", body=f"{whole} [theo Điều 5]").status_code == 303


@ON_SQLITE
def test_only_templates_of_the_category_and_the_unit_are_offered(opened, sign_in, moved, known):
    code = opened()
    moved(code, ("staff", "accept"))
    page = sign_in("staff").get(f"/tickets/{code}").text
    assert "Ổ gà, mặt đường hư hỏng" in page and "Đã xử lý xong" in page
    assert "Rác thải, bãi rác tự phát" not in page and "Đèn tín hiệu, biển báo" not in page
    number = known(AnswerTemplate, "RAC")
    assert sign_in("staff").get(f"/tickets/{code}/templates/{number}").status_code == 404
    assert sign_in("health").get(f"/tickets/{code}/templates/{known(AnswerTemplate, 'O-GA')}").status_code == 404
    assert "[mã phản ánh]" not in sign_in("staff").get(f"/tickets/{code}?template={number}x").text


def test_an_official_answer_has_number_date_signatory_and_a_pdf(working, sign_in, send, look):
    code = working()
    today = look(code, lambda _ticket: local(clock.now()).date())
    official = {"document_number": "1432/SXD-HT", "document_on": today.isoformat(), "signatory": "Nguyễn Văn Thành"}
    wrong = (
        ({"document_number": "1432/SXD-HT"}, "document_on"),
        ({"document_on": "2026-01-05"}, "document_number"),
        ({"signatory": "Ai đó"}, "document_number"),
        ({**official, "document_on": "9999-01-01"}, "document_on"),
        ({**official, "document_on": "31/02"}, "document_on"),
        ({"official": (PDF, "tra-loi.pdf")}, "document_number"),
        ({**official, "official": (PNG, "tra-loi.png")}, "official"),
        ({**official, "official": (b"x", "tra-loi.docx")}, "official"),
    )
    for fields, name in wrong:
        answer = send("staff", code, "answer", body="Trả lời.", **fields)
        assert answer.status_code in (415, 422) and wrong_fields(answer) == {name}, fields
    assert look(code, lambda t: t.attachments) == []
    assert send("staff", code, "answer", body="Trả lời.", **official, official=(PDF, "tra-loi.pdf")).status_code == 303
    assert look(code, lambda t: (t.answers[0].document_number, t.answers[0].document_on, t.answers[0].signatory)) == (
        "1432/SXD-HT",
        today,
        "Nguyễn Văn Thành",
    )
    page = sign_in("head").get(f"/tickets/{code}").text
    assert "1432/SXD-HT" in page and "Nguyễn Văn Thành" in page and "tra-loi.pdf" in page


@ON_SQLITE
def test_rework_begins_with_the_draft_that_was_sent_back_and_why(working, sign_in, send):
    code = working()
    official = {"document_number": "7/SXD", "document_on": "2026-01-05", "signatory": "Bà Hoa"}
    send("staff", code, "answer", body="Bản thảo thứ nhất.", **official)
    send("head", code, "rework", reason="Ghi rõ ngày hoàn thành.")
    page = sign_in("staff").get(f"/tickets/{code}").text
    _action, fields = form_of(page, having="body")
    assert fields["body"] == ["Bản thảo thứ nhất."] and fields["document_number"] == ["7/SXD"]
    assert page.count("Ghi rõ ngày hoàn thành.") >= 2
    assert send("staff", code, "answer", body="Bản thảo thứ hai.", **official).status_code == 303
    assert "Bản thảo thứ <del>nhất.</del><ins>hai.</ins>" in sign_in("head").get(f"/tickets/{code}").text


@ON_SQLITE
def test_a_reworked_official_answer_takes_the_place_of_the_first(working, client, send, look):
    code = working()
    official = {"document_number": "7/SXD", "document_on": "2026-01-05"}
    send("staff", code, "answer", body="Trả lời.", **official, official=(PDF, "lan-1.pdf"))
    send("head", code, "rework", reason="Sai ngày.")
    assert send("staff", code, "answer", body="Trả lời.", **official, official=(PDF, "lan-2.pdf")).status_code == 303
    first, second = look(code, lambda t: list(t.attachments))
    assert (first.removed_by_name, second.removed_at) == ("Lê Văn Hùng", None) and first.removed_because
    assert send("head", code, "approve").status_code == 303
    page = client.post("/t", data={"code": code, "proof": "5678"}).text
    assert re.findall(r"/files/([0-9a-f]{32})", page) == [second.key]


@pytest.mark.parametrize("verb", ["refuse", "refer"])
def test_who_is_responsible_is_named_from_the_directory(opened, send, look, known, verb):
    code, court = opened(category=None), known(Authority, "TAND")
    why = {"because": "court"} if verb == "refuse" else {}
    answer = send("operator", code, verb, **why, guidance="Mời gửi tòa.")
    assert (answer.status_code, wrong_fields(answer)) == (422, {"authority_id"})
    assert "Mời gửi tòa." in answer.text
    assert wrong_fields(send("operator", code, verb, **why, authority_id="999999")) == {"authority_id"}
    assert send("operator", code, verb, **why, authority_id=court).status_code == 303
    last = look(code, lambda t: (t.answers[0].authority.code, t.answers[0].refused_because, t.answers[0].body))
    assert last[:2] == ("TAND", RefusalReason.COURT if verb == "refuse" else None)
    assert last[2].startswith("Nội dung này thuộc thẩm quyền của Tòa án")


@ON_SQLITE
def test_nothing_to_answer_names_nobody_but_says_something(opened, send, look):
    code = opened(category=None)
    assert wrong_fields(send("operator", code, "refuse", because="nothing_to_answer")) == {"guidance"}
    assert send("operator", code, "refuse", because="nothing_to_answer", guidance="Xin ghi nhận.").status_code == 303
    assert look(code, lambda t: t.answers[0].authority) is None


@ON_SQLITE
def test_the_guidance_is_looked_up_while_somebody_chooses(sign_in, known):
    address = f"/tickets/authorities/{known(Authority, 'BHXH')}"
    assert "VssID" in sign_in("operator").get(address).json["text"]
    assert sign_in("staff").get(address).status_code == 403
    assert sign_in("operator").get("/tickets/authorities/999999").status_code == 404


@ON_SQLITE
def test_internal_and_public_words_are_told_apart(working, sign_in, send):
    code = working()
    send("staff", code, "note", note="Chờ nhà thầu báo giá.")
    page = sign_in("staff").get(f"/tickets/{code}").text
    assert re.search(r'class="said is-internal">.{0,400}Chờ nhà thầu báo giá', page, re.S)
    assert "writing is-public" in page and "writing is-internal" in page


WORDS = st.lists(st.sampled_from(["a", "[b]", "[c d]", "]", "\n", "[đ ]", "[ ]"]), max_size=12).map("".join)


@given(WORDS)
def test_what_is_filled_in_is_a_field_no_longer(body):
    facts = {field.casefold(): "x" for field in fields_in(body)}
    assert fields_in(filled_in(body, facts)) == []
    assert filled_in(body, {}) == body
    assert left_open(body, fields_in(body)) == fields_in(body) and left_open(body, []) == []


@given(WORDS, WORDS)
def test_what_changed_leads_from_the_one_text_to_the_other(before, after):
    pieces = changed_words(before, after)
    assert "".join(text for kind, text in pieces if kind != "gone") == after
    assert "".join(text for kind, text in pieces if kind != "new") == before


def test_which_proof_is_enough():
    said = {asked: [kinds for kinds in ("", "photo", "document") if not lacks_proof(asked, {kinds} - {""})]
            for asked in ("none", "photo", "document", "either")}  # fmt: skip
    assert said == {
        "none": ["", "photo", "document"],
        "photo": ["photo"],
        "document": ["document"],
        "either": ["photo", "document"],
    }
