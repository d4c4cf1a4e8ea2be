"""What is asked for a category: shown with its script, checked by its kind, kept with the case as it was worded then."""

import pytest
from sqlalchemy import select

from hotline.catalogue.models import Category, CategoryQuestion, QuestionKind
from hotline.db import db, transaction
from hotline.tickets.models import Ticket
from tests.admin.forms import form_of

KINDS = (
    ("text", "Tên công ty", True, []),
    ("choice", "Loại rác", False, ["Rác sinh hoạt", "Rác <xây dựng>"]),
    ("yes_no", "Có người bị nạn không?", False, []),
    ("number", "Mấy người?", False, []),
    ("date", "Ngày xảy ra", False, []),
)


@pytest.fixture
def asked(app):
    """The id of a category that asks one question of each kind, and the ids of the questions by kind."""
    with app.app_context(), transaction() as session:
        category = session.scalars(select(Category).where(Category.code == "TM-01")).one()
        category.script_vi = "Xin Ông/Bà giữ lại hóa đơn."
        for place, (kind, name, is_required, choices) in enumerate(KINDS, start=1):
            row = CategoryQuestion(
                category_id=category.id, position=place, kind=QuestionKind(kind), name_vi=name, name_en="",
                is_required=is_required, choices=choices,
            )  # fmt: skip
            session.add(row)
        session.flush()
        questions = session.scalars(select(CategoryQuestion).where(CategoryQuestion.category_id == category.id))
        return category.id, {row.kind.value: f"question_{row.id}" for row in questions}


@pytest.fixture
def desk(sign_in, asked):
    """desk(**answers by kind) sends a report of that category; desk.client is the operator's browser."""
    client, (category_id, names) = sign_in("operator"), asked

    def save(*, category=category_id, **said):
        _action, fields = form_of(client.get("/console").text, having="content")
        answers = {names[kind]: value for kind, value in said.items()}
        wish = {"content": "Hàng giả.", "category_id": str(category), "phone": "0912345678"}
        return client.post("/tickets/new", data={**fields, **wish, **answers})

    save.client = client
    return save


def kept(app):
    with app.app_context():
        return db.session.scalars(select(Ticket.intake_replies)).all()


def test_the_part_of_the_form_shows_script_and_questions(desk, asked):
    category_id, names = asked
    part = desk.client.get(f"/tickets/new/questions?category_id={category_id}").text
    assert "giữ lại hóa đơn" in part and all(name in part for name in names.values())
    assert "Rác &lt;xây dựng&gt;" in part
    assert "question_" not in desk.client.get("/tickets/new/questions?category_id=999999").text
    assert desk.client.get("/tickets/new/questions?category_id=x").status_code == 200


def test_what_was_said_is_kept_with_the_question_and_shown_on_the_case(app, desk):
    said = {
        "text": "Cửa hàng Minh Phát",
        "choice": "Rác sinh hoạt",
        "yes_no": "no",
        "number": "2,5",
        "date": "2026-11-20",
    }
    assert desk(**said).status_code == 303
    assert kept(app) == [
        [
            {"question": "Tên công ty", "reply": "Cửa hàng Minh Phát"},
            {"question": "Loại rác", "reply": "Rác sinh hoạt"},
            {"question": "Có người bị nạn không?", "reply": "không"},
            {"question": "Mấy người?", "reply": "2,5"},
            {"question": "Ngày xảy ra", "reply": "20/11/2026"},
        ]
    ]
    with app.app_context(), transaction() as session:
        session.scalars(
            select(CategoryQuestion).where(CategoryQuestion.name_vi == "Tên công ty")
        ).one().name_vi = "Khác"
        code = session.scalars(select(Ticket.code)).one()
    page = desk.client.get(f"/tickets/{code}").text
    assert "Tên công ty" in page and "Cửa hàng Minh Phát" in page


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "a", "choice": "Rác khác"}, "choice"),
        ({"text": "a", "yes_no": "maybe"}, "yes_no"),
        ({"text": "a", "number": "vài"}, "number"),
        ({"text": "a", "number": "9" * 21}, "number"),
        ({"text": "a", "date": "2026-02-31"}, "date"),
    ],
)
def test_a_wrong_answer_is_said_at_its_question_and_nothing_is_opened(app, desk, asked, said, wrong):
    refused = desk(**said)
    assert refused.status_code == 422 and f'href="#{asked[1][wrong]}' in refused.text
    assert "Hàng giả." in refused.text and "giữ lại hóa đơn" in refused.text and kept(app) == []


def test_without_script_the_refused_form_asks_and_another_category_drops_the_answers(app, desk):
    with app.app_context():
        other = db.session.scalar(select(Category.id).where(Category.code == "GT-01"))
    assert desk(text="Cửa hàng Minh Phát", category=other).status_code == 303
    assert kept(app) == [[]]
    assert desk.client.post("/tickets/new", data={"question_x": "1"}).status_code in (400, 422)
