"""The link in the text: two clicks to a stored row, nothing written by looking, one row a closing."""

import gzip
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.catalogue.models import Setting
from hotline.db import db, transaction
from hotline.messages.jobs import send_due
from hotline.messages.models import Message, OptOut
from hotline.messages.queries import is_opted_out
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Mode, Rating, Solved, Suppression, Survey
from hotline.satisfaction.queries import open_invitations
from hotline.web.tokens import link_token
from tests.satisfaction.conftest import ANSWER


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


def test_a_wrong_answer_names_its_question_stores_nothing_and_leaves_the_link_usable(client, answered, link, rows):
    address = link(answered())
    wrong = [({"score": "5"}, "solved"), ({"solved": ["yes", "no"], "score": "5"}, "solved"), ({}, "solved")]
    wrong += [({"solved": word, "score": "5"}, "solved") for word in ("maybe", "YES", "")]
    scores = ("0", "6", "4.5", "5; --", "năm", "５", "-1", "", ["5", "4"], None)
    wrong += [({"solved": "yes"} | ({"score": score} if score is not None else {}), "score") for score in scores]
    for data, field in wrong:
        answer = client.post(address, data=data)
        assert answer.status_code == 422, data
        assert 'class="error"' in answer.text
        assert f'name="{field}"' in answer.text[answer.text.index('class="error"') :], data
    assert rows(Rating) == 0
    assert client.post(address, data={"solved": "yes", "score": "5"}).status_code == 303


def test_an_unknown_link_is_not_found(app, client, answered):
    answered()
    with app.app_context():  # the token of another purpose, were there one
        other = link_token(app.config["HOTLINE"].secret_key, "follow", 1)
    for token in (*["x", "A" * 22, "a" * 300, "%00", "../etc", "đường"], other):
        assert client.get(f"/r/{token}").status_code == 404
        assert client.post(f"/r/{token}", data={"solved": "yes", "score": "5"}).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_guessing_links_ends_in_a_pause_which_no_valid_link_feels(client, answered, link, method):
    address = link(answered())
    guesses = [getattr(client, method)(f"/r/{'x' * 22}{i:02}") for i in range(22)]
    assert [guess.status_code for guess in guesses] == [404] * 20 + [429] * 2
    assert 0 < int(guesses[-1].headers["Retry-After"]) <= 60
    assert client.get(address).status_code == 200  # thousands share one address of a mobile carrier
    assert client.post(address, data={"solved": "yes", "score": "5"}).status_code == 303


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


def test_fifty_taps_at_once_make_one_row(app, answered, link, rows):
    address, answers = link(answered()), []

    def tap():
        answers.append(app.test_client().post(address, data={"solved": "yes", "score": "4"}).status_code)

    taps = [threading.Thread(target=tap) for _ in range(50)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert answers == [303] * 50
    assert rows(Rating) == 1
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.deed).where(AuditEntry.deed == "satisfaction:rate")).all() == [
            "satisfaction:rate"
        ]


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


def test_a_link_is_offered_for_rating_while_it_takes_one(app, at, client, answered, link):
    at("2026-03-03 10:00")  # in the hours in which invitations leave
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


def test_a_page_says_once_that_a_browser_has_shown_it(app, client, answered, link):
    address = link(answered())
    assert f'data-beacon="{address}/opened"' in client.get(address).text
    first = clock.now()
    assert client.post(f"{address}/opened").status_code == 204
    with app.app_context():
        opened_at = db.session.scalars(select(Survey.opened_at)).one()
    assert opened_at >= first
    assert client.post(f"{address}/opened").status_code == 204
    with app.app_context():
        assert db.session.scalars(select(Survey.opened_at)).one() == opened_at
    assert "data-beacon" not in client.get(address).text
    assert client.post(f"/r/{'x' * 24}/opened").status_code == 404


def test_a_case_followed_by_its_code_leads_to_the_page_asked_or_not(app, client, answered, link, token):
    code = answered(phone="02713888999")  # a landline: never invited
    page = client.post("/t", data={"code": code, "proof": "8999"}).text
    address = f"/r/{token(code)}?from=t"
    assert f'href="{address}"' in page
    assert token(code) not in client.post("/t", data={"code": code, "proof": "1111"}).text
    shown = client.get(address).text
    assert ANSWER in shown and "from=t" in shown
    assert client.post(address, data={"solved": "yes", "score": "4"}).status_code == 303
    with app.app_context(), transaction() as session:
        rating = session.scalars(select(Rating)).one()
        assert rating.mode is Mode.QR
        rating.rated_at -= timedelta(hours=73)
    assert "/r/" not in client.post("/t", data={"code": code, "proof": "8999"}).text


def test_the_network_is_kept_as_a_mark_and_an_office_is_known(app, client, answered, link):
    with app.app_context(), transaction() as session:
        session.add(Setting(key="office_networks", value=["10.9.0.0/16"]))
    office, home = answered(phone="0912345601"), answered(phone="0912345602")
    for code, sender in ((office, "10.9.8.7"), (home, "203.0.113.7")):
        client.post(link(code), data={"solved": "yes", "score": "5"}, environ_overrides={"REMOTE_ADDR": sender})
    with app.app_context():
        first, second = db.session.scalars(select(Rating).order_by(Rating.id)).all()
        assert (first.is_from_office, second.is_from_office) == (True, False)
        assert len(first.network) == 32 and first.network != second.network
        columns = " ".join(str(row) for row in db.session.execute(select(Rating.__table__)).all())
    assert "203.0.113" not in columns and "10.9.8" not in columns


def test_words_are_kept_as_they_are_and_shown_escaped(app, client, answered, link, sign_in):
    code = answered()
    address, words = link(code), "Vẫn <b>hỏng</b> 🙁 {{7*7}}"
    client.post(address, data={"solved": "partly", "score": "3"})
    too_long = client.post(f"{address}/comment", data={"comment": "x" * 501, "reason": "time"})
    assert too_long.status_code == 422 and "x" * 501 in too_long.text
    assert client.post(f"{address}/comment", data={"comment": words, "reason": "weather"}).status_code == 422
    assert client.post(f"{address}/comment", data={"comment": words, "reason": ["time", "result"]}).status_code == 303
    with app.app_context():
        rating = db.session.scalars(select(Rating)).one()
        assert (rating.comment, rating.reasons, rating.edited_at) == (words, ["time", "result"], None)
        receipt = rating.receipt
    shown = client.get(address).text
    assert f"{receipt[:4]} {receipt[4:8]} {receipt[8:12]} {receipt[12:]}" in shown
    for page in (shown, sign_in("lead").get(f"/tickets/{code}").text):
        assert "Vẫn &lt;b&gt;hỏng&lt;/b&gt; 🙁 {{7*7}}" in page


def test_the_page_holds_nothing_about_the_person(client, answered, link):
    address = link(answered(caller_name="Nguyễn Thị Lan", address="118 đường Hùng Vương", phone="0912345678"))
    pages = [
        client.get(address).text,
        client.post(address, data={"solved": "no", "score": "1"}, follow_redirects=True).text,
    ]
    for page in pages:
        for secret in ("Nguyễn Thị Lan", "118 đường Hùng Vương", "912345678", "5678", "Ổ gà lớn trước chợ"):
            assert secret not in page


def test_many_changes_from_one_address_end_in_a_pause_but_no_first_rating_does(
    app, client, answered, link, monkeypatch
):
    monkeypatch.setattr("hotline.satisfaction.views.rating.CHANGES", 3)
    address, other = link(answered(phone="0912345601")), link(answered(phone="0912345602"))
    scores = ["5", "4", "5", "4", "5", "4", "5"]
    answers = [client.post(address, data={"solved": "yes", "score": score}).status_code for score in scores]
    assert answers == [303] * 5 + [429] * 2  # the rating, one change for nothing, three more
    assert client.post(other, data={"solved": "yes", "score": "5"}).status_code == 303


def test_the_page_is_light(app, client, answered, link):
    address = link(answered())
    page = client.get(address).text
    parts = [page.encode()]
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        parts.append(client.get(path).data)
    assert sum(len(gzip.compress(part, 6)) for part in parts) < 30_000
