"""A citizen follows a case by its code: no account, no personal data, five tries."""

import re

import pytest

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
