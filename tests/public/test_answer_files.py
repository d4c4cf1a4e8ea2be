"""What a citizen reads and may take along of an answer: document, proof, the right door; nothing internal, nobody else."""

import re

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.models import Authority
from hotline.db import db
from hotline.satisfaction.jobs import make_surveys
from tests.support.pictures import document, photo

PNG, PDF = photo().getvalue(), document().getvalue()
OFFICIAL = {"document_number": "1432/SXD-HT", "document_on": "2026-01-05", "signatory": "Nguyễn Văn Thành"}


@pytest.fixture
def answered(opened, moved, send, look):
    """The code of an answered case with a file of every purpose, and the keys of its files by name."""
    code = opened()
    moved(code, ("staff", "accept"))
    for purpose in ("report", "internal"):
        assert send("staff", code, "file", files=[(PNG, f"{purpose}.png")], purpose=purpose).status_code == 303
    sent = {"evidence": [(PNG, "evidence.png")], "official": (PDF, "official.pdf")}
    assert send("staff", code, "answer", body="Đã vá.", **OFFICIAL, **sent).status_code == 303
    return code, look(code, lambda t: {row.name.partition(".")[0]: row.key for row in t.attachments})


def show(client, code, proof="5678"):
    return client.post("/t", data={"code": code, "proof": proof}).text


def take(client, code, key, proof="5678"):
    return client.post(f"/t/{code}/files/{key}", data={"proof": proof})


def test_files_of_a_published_answer_are_handed_out_for_the_proof_of_the_page(client, answered, send, opened):
    code, keys = answered
    assert take(client, code, keys["official"]).status_code == 404, "not before it is published"
    assert "1432/SXD-HT" not in show(client, code)
    assert send("head", code, "approve").status_code == 303
    page = show(client, code)
    assert "1432/SXD-HT" in page and "Nguyễn Văn Thành" in page
    assert set(re.findall(r"/files/([0-9a-f]{32})", page)) == {keys["official"], keys["evidence"]}
    got = take(client, code, keys["official"])
    assert (got.status_code, got.data) == (200, PDF)
    assert got.headers["Cache-Control"] == "no-store" and got.headers["Referrer-Policy"] == "no-referrer"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert [take(client, code, keys[name]).status_code for name in ("report", "internal")] == [404, 404]
    assert take(client, opened(), keys["official"]).status_code == 404
    assert client.get(f"/t/{code}/files/{keys['official']}").status_code in (404, 405)
    assert [take(client, code, keys["official"], "0000").status_code for _try in range(6)] == [404] * 5 + [429]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_behind_the_link_the_same_files_and_no_others(app, client, answered, send, link):
    code, keys = answered
    send("head", code, "approve")
    with app.app_context():
        make_surveys(clock.now())
    path = link(code)
    page = client.get(path).text
    assert "1432/SXD-HT" in page
    assert set(re.findall(r"/files/([0-9a-f]{32})", page)) == {keys["official"], keys["evidence"]}
    assert client.get(f"{path}/files/{keys['evidence']}").headers["Cache-Control"] == "no-store"
    assert client.get(f"{path}/files/{keys['internal']}").status_code == 404
    assert client.get(f"{path[:-1]}x/files/{keys['evidence']}").status_code == 404


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_is_responsible_instead_is_told_with_how_to_reach_them(app, client, opened, send):
    code = opened(category=None)
    with app.app_context():
        door = db.session.scalar(select(Authority).where(Authority.code == "BHXH"))
    assert send("operator", code, "refer", authority_id=door.id).status_code == 303
    page = show(client, code)
    for words in (door.name_vi, 'href="tel:19009068"', "https://baohiemxahoi.gov.vn", door.hours):
        assert words in page


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_file_taken_away_is_gone_for_the_citizen_too(client, answered, send):
    code, keys = answered
    send("head", code, "approve")
    assert send("lead", code, f"files/{keys['evidence']}/remove", reason="Lộ mặt người dân").status_code == 303
    assert keys["evidence"] not in show(client, code)
    assert take(client, code, keys["evidence"]).status_code == 404


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_was_answered_with_a_main_case_keeps_the_files_of_that_answer(client, opened, moved, send, look):
    child, main, other = opened(), opened(), opened()

    def answer_with(code, name, by="head"):
        moved(code, ("staff", "accept"))
        sent = {"official": (PDF, f"{name}.pdf")}
        assert send("staff", code, "answer", body=f"Đã vá, {name}.", **OFFICIAL, **sent).status_code == 303
        assert send(by, code, "approve").status_code == 303

    def keys():
        return re.findall(r"/files/([0-9a-f]{32})", show(client, child))

    send("operator", child, "attach", main_code=main)
    answer_with(main, "first")
    [first] = keys()
    assert first == look(main, lambda t: t.attachments[0].key)
    send("lead", main, "reopen", reason="Lại hỏng.")  # and is answered anew, with another document
    answer_with(main, "second", by="lead")
    assert keys() == [first] and take(client, child, first).status_code == 200
    send("lead", child, "reopen", reason="Chưa xong.")
    send("staff", child, "accept")
    send("operator", child, "attach", main_code=other)  # joins another incident, leaves it, joins it again
    assert keys() == [first]
    send("operator", child, "detach", reason="Việc khác.")
    assert keys() == [first]
    send("operator", child, "attach", main_code=other)
    answer_with(other, "third")
    assert set(keys()) == {first, look(other, lambda t: t.attachments[0].key)}
