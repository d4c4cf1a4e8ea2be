"""A citizen follows a case by its code: no account, no personal data, five tries."""

import re
from datetime import timedelta

import pytest

from hotline import clock
from hotline.tickets.jobs import close_settled

ANSWER = "Đã vá ổ gà trước chợ."


@pytest.fixture
def follow(client):
    """follow(code, proof) -> the answer of the page."""
    return lambda code, proof: client.post("/t", data={"code": code, "proof": proof})


def test_code_and_last_digits_show_where_it_stands(follow, opened):
    page = follow(opened(), "5678")
    assert page.status_code == 200
    assert "Sở Xây dựng" in page.text
    assert re.search(r"17:00 thứ \w+", page.text)
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {0} ", "{2}"])
def test_the_code_is_read_as_people_type_it(follow, opened, typed):
    code = opened()
    bare = code.replace("-", "")
    assert follow(typed.format(code, bare, code.replace("-", " ")), "5678").status_code == 200


def test_no_personal_data_is_shown(follow, opened):
    page = follow(opened(caller_name="Nguyễn Thị Lan", address="hẻm 45 đường Hùng Vương"), "5678").text
    for secret in ("Nguyễn Thị Lan", "912345678", "0912", "hẻm 45", "Ổ gà lớn trước chợ"):
        assert secret not in page


def test_a_withheld_number_is_followed_by_the_code_read_aloud(follow, opened, look):
    code = opened(phone="")
    assert follow(code, look(code, lambda ticket: ticket.follow_code)).status_code == 200


def test_the_approved_answer_is_there_and_a_draft_is_not(follow, opened, moved):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": ANSWER}))
    assert ANSWER not in follow(code, "5678").text
    moved(code, ("head", "approve"))
    assert ANSWER in follow(code, "5678").text


def test_internal_words_never_leave(follow, opened, moved):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "note", {"text": "Chủ hộ hay gây gổ."}))
    assert "gây gổ" not in follow(code, "5678").text


def test_unknown_code_and_wrong_digits_look_the_same(follow, opened):
    code = opened()
    wrong, unknown = follow(code, "0000"), follow("26-9999991", "0000")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(code, "#") == unknown.text.replace("26-9999991", "#")


def test_after_five_wrong_tries_the_next_waits(follow, opened):
    code = opened()
    assert [follow(code, f"000{i}").status_code for i in range(5)] == [422] * 5
    waiting = follow(code, "5678")
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) > 0


@pytest.mark.parametrize("bad", ["", "đường", "x" * 5000, "\x00", "26-0000000; DROP TABLE tickets", "%s%s"])
def test_nonsense_is_refused_politely(follow, opened, bad):
    opened()
    assert follow(bad, bad).status_code in (400, 422)


def test_the_link_with_a_code_fills_it_in(client, opened):
    code = opened()
    page = client.get(f"/t/{code}")
    assert page.status_code == 200
    assert f'value="{code}"' in page.text
    assert client.get("/t/nonsense").status_code == 200


@pytest.mark.parametrize("path", ["/t", "/open"])
def test_pages_speak_vietnamese_first_and_english_when_asked(client, path):
    assert '<html lang="vi"' in client.get(path).text
    assert '<html lang="en"' in client.get(f"{path}?lang=en").text


def steps(page):
    """[(state, words)] of the way, as the citizen sees it."""
    found = re.findall(r'<li class="is-(\w+)".*?<span class="name">(.*?)<span', page, re.S)
    return [(state, words.strip()) for state, words in found]


WORKING = (("staff", "accept"),)
ANSWERED = (*WORKING, ("staff", "answer", {"body": ANSWER}), ("head", "approve"))


@pytest.mark.parametrize(
    ("lived", "expected"),
    [
        ((), [("done", "Đã tiếp nhận"), ("current", "Đã chuyển, đơn vị chưa xác nhận"), ("next", "Đang xử lý"), ("next", "Đã trả lời")]),
        (WORKING, [("done", "Đã tiếp nhận"), ("done", "Đã chuyển đơn vị xử lý"), ("current", "Đang xử lý"), ("next", "Đã trả lời")]),
        (
            (*WORKING, ("staff", "ask", {"question": "Số nhà?"})),
            [("done", "Đã tiếp nhận"), ("done", "Đã chuyển đơn vị xử lý"), ("current", "Chờ người phản ánh bổ sung"), ("next", "Đã trả lời")],
        ),
        (ANSWERED, [("done", "Đã tiếp nhận"), ("done", "Đã chuyển đơn vị xử lý"), ("done", "Đang xử lý"), ("done", "Đã trả lời")]),
        (
            (*ANSWERED, ("lead", "reopen", {"reason": "Chưa xong."})),
            [("done", "Đã tiếp nhận"), ("done", "Đã trả lời lần trước"), ("current", "Đang xử lý lại"), ("next", "Đã trả lời")],
        ),
    ],
)  # fmt: skip
def test_the_way_of_a_case_says_what_is_true(follow, opened, moved, lived, expected):
    code = opened()
    moved(code, *lived)
    assert steps(follow(code, "5678").text) == expected


@pytest.mark.parametrize(
    ("verb", "words"),
    [("settle", "Đã giải đáp ngay"), ("refuse", "Không thuộc phạm vi tiếp nhận, đã hướng dẫn")],
)
def test_a_case_that_never_went_to_a_unit_has_two_steps_also_when_it_has_ended(app, follow, opened, moved, verb, words):
    code = opened(category=None)
    moved(code, ("lead", verb, {"settle": {"body": ANSWER}, "refuse": {"guidance": ANSWER}}[verb]))
    for _later in range(2):
        assert steps(follow(code, "5678").text) == [("done", "Đã tiếp nhận"), ("done", words)]
        with app.app_context():
            close_settled(clock.now() + timedelta(days=15))


def test_an_answer_of_before_is_named_so(follow, opened, moved):
    code = opened()
    moved(code, *ANSWERED, ("lead", "reopen", {"reason": "Chưa xong."}))
    page = follow(code, "5678").text
    assert "<h2>Trả lời lần trước</h2>" in page and ANSWER in page


def test_the_last_try_says_how_long_to_wait(follow, opened):
    code = opened()
    for _try in range(4):
        assert "lần thử" in follow(code, "0000").text
    last = follow(code, "0000")
    assert last.status_code == 422 and "chờ 15 phút" in last.text
    assert follow(code, "5678").status_code == 429
