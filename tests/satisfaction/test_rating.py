"""The link in the text: two clicks to a stored row, nothing written by looking, one row a closing."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.db import db, transaction
from hotline.messages.actions import rendered
from hotline.messages.jobs import send_due
from hotline.messages.models import Message, OptOut
from hotline.messages.queries import is_opted_out
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Rating, Solved, Suppression, Survey
from hotline.satisfaction.queries import open_invitations

ANSWER = "Đã vá ổ gà trước chợ, xin cảm ơn Ông/Bà."


@pytest.fixture
def answered(app, opened, moved):
    """answered(**wish) -> the code of a case that was answered and approved, with its survey made."""

    def answer(**wish):
        code = opened(**wish)
        moved(code, ("staff", "accept"), ("staff", "answer", {"body": ANSWER}), ("head", "approve"))
        with app.app_context():
            make_surveys(clock.now())
        return code

    return answer


@pytest.fixture
def link(app):
    """link(code) -> the path behind the text about this case."""

    def path(code):
        with app.app_context():
            query = select(Message).where(Message.ticket_code == code, Message.link_purpose == "rate")
            return re.search(r"/r/\S+", rendered(db.session.scalars(query).one())).group()

    return path


@pytest.fixture
def rows(app):
    """rows(table) -> how many rows it has."""

    def count(table):
        with app.app_context():
            return db.session.scalar(select(func.count()).select_from(table))

    return count


@pytest.fixture
def shifted(app):
    """shifted(**columns) moves the only survey in time."""

    def change(**columns):
        with app.app_context(), transaction() as session:
            survey = session.scalars(select(Survey)).one()
            for name, value in columns.items():
                setattr(survey, name, value)

    return change


def test_the_page_shows_the_answer_and_both_questions(client, answered, link):
    page = client.get(link(answered())).text
    assert ANSWER in page
    assert page.index(ANSWER) < page.index("đã được giải quyết chưa") < page.index('name="score"')
    assert page.count('name="solved"') == 3
    assert page.count('name="score"') == 5


def test_looking_writes_nothing_and_leaves_no_cookie(app, client, answered, link, rows):
    address = link(answered())
    with app.app_context():
        before = {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in db.metadata.sorted_tables}
    for method in (client.get, client.head):
        answer = method(address)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    with app.app_context():
        after = {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in db.metadata.sorted_tables}
    assert before == after


@pytest.mark.parametrize("origin", [None, "null", "https://zalo.example"])
def test_two_clicks_store_one_row(app, client, answered, link, origin):
    headers = {"Origin": origin} if origin else {}
    done = client.post(link(answered()), data={"solved": "yes", "score": "5"}, headers=headers)
    assert done.status_code == 303
    assert "Set-Cookie" not in done.headers
    with app.app_context():
        rating = db.session.scalars(select(Rating)).one()
        assert (rating.solved, rating.score, rating.first_score) == (Solved.YES, 5, 5)
    assert "Xin cảm ơn" in client.get(done.headers["Location"]).text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"score": "5"}, "solved"),
        ({"solved": "yes"}, "score"),
        ({"solved": "yes", "score": "6"}, "score"),
        ({"solved": "yes", "score": "0"}, "score"),
        ({"solved": "yes", "score": "năm"}, "score"),
        ({"solved": "maybe", "score": "5"}, "solved"),
    ],
)
def test_a_wrong_answer_names_its_question_and_stores_nothing(client, answered, link, rows, data, field):
    answer = client.post(link(answered()), data=data)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert f'name="{field}"' in answer.text[answer.text.index('class="error"') :]
    assert rows(Rating) == 0


@pytest.mark.parametrize("token", ["x", "A" * 22, "a" * 300, "%00", "../etc", "đường"])
def test_an_unknown_link_is_not_found(client, answered, token):
    answered()
    assert client.get(f"/r/{token}").status_code == 404
    assert client.post(f"/r/{token}", data={"solved": "yes", "score": "5"}).status_code == 404


def test_guessing_links_ends_in_a_pause(client, answered):
    answered()
    codes = [client.post(f"/r/{'x' * 20}{i:02}", data={"score": "5"}).status_code for i in range(22)]
    assert codes[:20] == [404] * 20
    assert codes[-1] == 429


def test_an_expired_link_says_so(client, answered, link, shifted, rows):
    address = link(answered())
    past = clock.now() - timedelta(seconds=1)
    shifted(closed_at=past - timedelta(days=14), expires_at=past)
    assert client.get(address).status_code == 410
    assert client.post(address, data={"solved": "yes", "score": "5"}).status_code == 410
    assert rows(Rating) == 0


def test_a_rating_may_be_changed_for_three_days_and_the_first_is_kept(app, client, answered, link):
    address = link(answered())
    client.post(address, data={"solved": "yes", "score": "5"})
    client.post(address, data={"solved": "no", "score": "1"})
    with app.app_context(), transaction() as session:
        rating = session.scalars(select(Rating)).one()
        assert (rating.score, rating.first_score, rating.solved) == (1, 5, Solved.NO)
        rating.rated_at = clock.now() - timedelta(hours=73)
    again = client.post(address, data={"solved": "yes", "score": "4"})
    assert "đã được ghi nhận" in again.text
    assert ANSWER not in again.text
    with app.app_context():
        assert db.session.scalars(select(Rating)).one().score == 1


def test_a_comment_comes_afterwards_and_is_optional(app, client, answered, link):
    address = link(answered())
    client.post(address, data={"solved": "partly", "score": "3"})
    assert client.post(f"{address}/comment", data={"comment": "x" * 501}).status_code == 422
    assert client.post(f"{address}/comment", data={"comment": "Còn một đoạn chưa vá."}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Rating)).one().comment == "Còn một đoạn chưa vá."


def test_a_double_tap_makes_one_row(app, answered, link, rows):
    address, answers = link(answered()), []

    def tap():
        answers.append(app.test_client().post(address, data={"solved": "yes", "score": "4"}).status_code)

    taps = [threading.Thread(target=tap) for _ in range(8)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert set(answers) == {303}
    assert rows(Rating) == 1


def test_a_closing_is_asked_about_once(app, answered, rows):
    answered()
    with app.app_context():
        assert make_surveys(clock.now()) == 0
    assert rows(Survey) == 1


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"phone": ""}, Suppression.NO_NUMBER),
        ({"phone": "02713888999"}, Suppression.NOT_MOBILE),
        ({}, None),
    ],
)
def test_every_closing_has_a_row_asked_or_not_with_the_reason(app, answered, wish, reason):
    answered(**wish)
    with app.app_context():
        assert db.session.scalars(select(Survey)).one().suppressed_as is reason


def test_nobody_is_asked_twice_a_day(app, answered):
    answered()
    second = answered()
    with app.app_context():
        reasons = db.session.scalars(select(Survey.suppressed_as).order_by(Survey.id)).all()
        assert list(reasons) == [None, Suppression.FATIGUE]
        told = db.session.scalars(select(Message).where(Message.ticket_code == second, Message.template == "answered"))
        assert len(told.all()) == 1  # the answer is still announced, without the question


def test_a_citizen_may_decline_and_is_not_asked_again(app, client, answered, link, shifted, rows):
    address = link(answered())
    assert client.post(f"{address}/no-more").status_code == 303
    assert rows(OptOut) == 1
    with app.app_context():
        assert is_opted_out("+84912345678")
    shifted(made_at=clock.now() - timedelta(days=3))
    answered()
    with app.app_context():
        assert (
            db.session.scalars(select(Survey).order_by(Survey.id.desc())).first().suppressed_as is Suppression.OPTED_OUT
        )


@pytest.mark.parametrize(
    ("solved", "score", "listed"), [("no", 3, True), ("yes", 2, True), ("partly", 1, True), ("partly", 3, False)]
)
def test_what_did_not_help_stands_in_the_leads_list(client, sign_in, answered, link, solved, score, listed):
    code = answered()
    client.post(link(code), data={"solved": solved, "score": score})
    lead = sign_in("lead")
    assert (code in lead.get("/ratings").text) is listed
    assert code in lead.get("/ratings?view=all").text


def test_a_closed_window_does_not_hide_the_page_in_english(client, answered, link):
    page = client.get(link(answered()) + "?lang=en").text
    assert '<html lang="en"' in page
    assert "Are you satisfied with the answer?" in page


def test_what_was_said_is_shown_and_is_the_beginning_of_a_change(client, answered, link):
    address = link(answered())
    page = client.post(address, data={"solved": "partly", "score": "3"}, follow_redirects=True).text
    assert "Một phần, 3/5 điểm" in page
    again = client.get(f"{address}?change=1").text
    assert re.search(r'value="partly"[^>]* checked', again)
    assert re.search(r'is-chosen"[^>]*value="3"', again)
    wrong = client.post(f"{address}?change=1", data={"score": "2"})
    assert wrong.status_code == 422
    assert re.search(r'is-chosen"[^>]*value="2"', wrong.text)


def test_invitations_are_declined_in_two_steps_and_once(client, answered, link):
    address = link(answered())
    assert "<details" in client.get(address).text
    page = client.post(f"{address}/no-more", follow_redirects=True).text
    assert "sẽ không gửi tin mời" in page
    assert "no-more" not in page


def test_a_link_is_offered_for_rating_while_it_takes_one(app, client, answered, link, shifted):
    code, elsewhere = answered(), answered(phone="0912345679")

    def offered(after=timedelta()):
        with app.app_context():
            return [message.ticket_code for message in open_invitations(5, clock.now() + after)]

    assert offered() == []  # the texts have not left yet
    with app.app_context():
        send_due(clock.now())
    assert offered() == [elsewhere, code]
    assert offered(timedelta(days=15)) == []
    client.post(link(elsewhere), data={"solved": "yes", "score": "5"})
    assert offered() == [code]
