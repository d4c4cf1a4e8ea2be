"""Files of a case: what is taken, under which name, how it is handed out, and to whom never (B5, B9, B18)."""

import re
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select

from hotline.audit import AuditEntry
from hotline.db import db
from hotline.tickets.models import Attachment, AttachmentContent, FilePurpose
from hotline.tickets.rules.files import LARGEST_FILE, Refusal, check_pdf, tidy_name
from tests.support.days import wrong_fields
from tests.support.pictures import HANOI, document, fresh, photo

PNG, PDF = photo().getvalue(), document().getvalue()
ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def upload(send):
    """upload("staff", code, (content, name), …) -> the answer of the upload form."""

    def post(who, code, *files, purpose="internal", **fields):
        return send(who, code, "file", files=list(files), purpose=purpose, **fields)

    return post


@pytest.fixture
def kept(app):
    """kept(code) -> the files of the case as rows."""

    def rows(code):
        with app.app_context():
            return db.session.scalars(
                select(Attachment).where(Attachment.ticket.has(code=code)).order_by(Attachment.id)
            ).all()

    return rows


def content_of(app, row):
    with app.app_context():
        return db.session.get(AttachmentContent, row.id).content


def test_several_files_are_put_to_a_case_under_random_names(app, opened, sign_in, upload, kept, look):
    code, staff = opened(), sign_in("staff")
    assert upload(staff, code, (PNG, "Hiện trường.PNG"), (PDF, "bien-ban.pdf")).status_code == 303
    rows = kept(code)
    assert [(row.name, row.media_type, row.kind.value) for row in rows] == [
        ("Hiện trường.PNG", "image/png", "photo"),
        ("bien-ban.pdf", "application/pdf", "document"),
    ]
    assert all(re.fullmatch("[0-9a-f]{32}", row.key) for row in rows) and rows[0].key != rows[1].key
    assert content_of(app, rows[1]) == PDF
    assert look(code, lambda t: [e.note for e in t.events if e.verb.value == "file"]) == [
        "Hiện trường.PNG, bien-ban.pdf"
    ]
    page = staff.get(f"/tickets/{code}").text
    assert "Hiện trường.PNG" in page and f"/tickets/{code}/files/{rows[0].key}?inline" in page
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "file")).all()
    assert {entry.object_id for entry in entries} == {row.key for row in rows}


BAD = [
    ((b"<svg onload=alert(1)>", "a.svg"), 415),
    ((b"<script>", "a.html"), 415),
    ((b"MZ\x90", "a.exe"), 415),
    ((b"<?php", "a.php"), 415),
    ((b"<html><script>alert(1)</script>", "a.png"), 415),
    ((PNG, "a.jpg"), 415),
    ((PDF, "a.png"), 415),
    ((PNG, "a.pdf"), 415),
    ((PNG, "anh"), 415),
    ((b"PK\x03\x04" + b"\0" * 99, "bomb.zip"), 415),
    ((b"", "a.png"), 415),
    ((PNG[:40], "cut.png"), 415),
    ((b"\xff\xd8\xff" + b"x" * 500, "a.jpg"), 415),
    ((document(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>").getvalue(), "a.pdf"), 415),
    ((document(b"/OpenAction << /S /J#61vaScript /JS (1) >>").getvalue(), "a.pdf"), 415),
    ((document(b"/OpenAction << /S /Launch /F (cmd.exe) >>").getvalue(), "a.pdf"), 415),
    ((document(b"/Encrypt 5 0 R").getvalue(), "a.pdf"), 415),
    ((document(end=b"").getvalue(), "a.pdf"), 415),
    ((PNG, "../../x.png"), 422),
    ((PNG, "..\\x.png"), 422),
    ((PNG, "CON"), 422),
    ((PNG, "con.png"), 422),
    ((PNG, "x" * 297 + ".png"), 422),
    ((PNG, "a\u202egnp.exe.png"), 422),
    ((PNG, ".png" * 60), 422),
]


@ON_SQLITE
def test_what_is_not_taken_is_refused_with_a_reason_and_changes_nothing(opened, sign_in, upload, kept, look):
    code, staff = opened(), sign_in("staff")
    for file, status in BAD:
        answer = upload(staff, code, (PNG, "good.png"), file)
        assert (answer.status_code, wrong_fields(answer)) == (status, {"files"}), file[1]
    assert kept(code) == [] and look(code, lambda t: (t.version, len(t.events)))[1] == 2


def test_the_same_on_both_databases_for_one_of_each_kind(opened, sign_in, upload, kept):
    code, staff = opened(), sign_in("staff")
    for file, status in (BAD[0], BAD[4], BAD[18]):
        assert upload(staff, code, file).status_code == status
    answer = upload(staff, code)
    assert (answer.status_code, wrong_fields(answer)) == (422, {"files"})
    assert kept(code) == []


@ON_SQLITE
def test_a_name_with_a_zero_byte_is_refused(app, opened, sign_in, kept):
    code, staff = opened(), sign_in("staff")
    page = staff.get(f"/tickets/{code}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    line = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(
        line.format(*pair)
        for pair in (("csrf_token", token), ("version", "2"), ("idempotency_key", "k"), ("purpose", "internal"))
    ).encode()
    body += b'--b\r\nContent-Disposition: form-data; name="files"; filename="a\0.png"\r\n\r\n' + PNG + b"\r\n--b--\r\n"
    answer = staff.post(f"/tickets/{code}/file", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code in (400, 422) and kept(code) == []


@ON_SQLITE
def test_a_strange_name_is_only_a_name(opened, sign_in, upload, kept):
    code, staff = opened(), sign_in("staff")
    name = "'><svg onload=alert(1)>.png"
    assert upload(staff, code, (PNG, name)).status_code == 303
    row = kept(code)[0]
    assert "<svg onload" not in staff.get(f"/tickets/{code}").text
    header = staff.get(f"/tickets/{code}/files/{row.key}").headers["Content-Disposition"]
    assert "<" not in header and header.count('"') == 2


@ON_SQLITE
def test_photos_lose_place_and_device_and_stand_upright(app, opened, sign_in, upload, kept):
    code, staff = opened(), sign_in("staff")
    taken = photo("JPEG", (40, 20), turned=6, place=HANOI, note="Điện thoại của Lan").getvalue()
    assert b"Exif" in taken
    files = [
        (taken, "a.jpg"),
        (photo("WEBP", place=HANOI).getvalue(), "b.webp"),
        (photo("PNG", note="x").getvalue(), "c.png"),
    ]
    assert upload(staff, code, *files).status_code == 303
    for row in kept(code):
        content = content_of(app, row)
        assert b"Exif" not in content and b"eXIf" not in content and b"Lan" not in content
        with Image.open(BytesIO(content)) as picture:
            assert not picture.getexif()
    with Image.open(BytesIO(content_of(app, kept(code)[0]))) as picture:
        assert picture.size == (20, 40)


@ON_SQLITE
def test_a_picture_that_would_fill_the_memory_is_refused(opened, sign_in, upload):
    bomb = bytearray(photo("PNG").getvalue())
    bomb[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)
    assert upload("staff", opened(), (bytes(bomb), "bomb.png")).status_code == 415


@ON_SQLITE
def test_bodies_have_limits_and_only_uploads_a_large_one(opened, sign_in, upload, kept, send):
    code, staff = opened(), sign_in("staff")
    large = PDF + b"x" * 3_000_000 + b"%%EOF"
    assert upload(staff, code, (large, "large.pdf")).status_code == 303
    answer = upload(staff, code, (b"%PDF-" + b"x" * LARGEST_FILE, "larger.pdf"))
    assert (answer.status_code, wrong_fields(answer)) == (413, {"files"})
    assert upload(staff, code, (b"x" * (LARGEST_FILE + 1_500_000), "largest.pdf")).status_code == 413
    assert send(staff, code, "note", note="x", reached=(large, "large.pdf")).status_code == 413
    assert staff.post("/t", data={"code": "x" * 1_100_000}).status_code == 413
    many = {f"f{number}": (b"x", f"{number}.png") for number in range(1001)}
    assert staff.post(f"/tickets/{code}/file", data=fresh(many)).status_code == 413
    assert len(kept(code)) == 1


@ON_SQLITE
def test_a_case_holds_twenty_files(opened, sign_in, upload, kept):
    code, staff = opened(), sign_in("staff")
    assert upload(staff, code, *[(PNG, f"{number}.png") for number in range(20)]).status_code == 303
    answer = upload(staff, code, (PNG, "21.png"))
    assert (answer.status_code, wrong_fields(answer), len(kept(code))) == (422, {"files"}, 20)


def test_a_download_is_never_a_page_of_ours(opened, sign_in, upload, kept):
    code, staff = opened(), sign_in("staff")
    upload(staff, code, (PNG, "Ảnh hiện trường.png"), (PDF, "b.pdf"))
    picture, paper = kept(code)
    answer = staff.get(f"/tickets/{code}/files/{picture.key}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Anh_hien_truong.png\"; filename*=UTF-8''%E1%BA%A2nh%20hi%E1%BB%87n%20tr%C6%B0%E1%BB%9Dng.png"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    shown = staff.get(f"/tickets/{code}/files/{picture.key}?inline")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert (
        staff.get(f"/tickets/{code}/files/{paper.key}?inline").headers["Content-Disposition"].startswith("attachment")
    )


@ON_SQLITE
def test_a_shown_photo_is_asked_for_again_each_time_and_gone_when_it_was_taken_away(
    opened, sign_in, upload, kept, send, client
):
    code, staff = opened(), sign_in("staff")
    upload(staff, code, (PNG, "a.png"))
    page = f"/tickets/{code}/files/{kept(code)[0].key}?inline"
    first = staff.get(page)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": first.headers["ETag"]}
    assert (staff.get(page, headers=again).status_code, staff.get(page, headers=again).data) == (304, b"")
    assert client.get(page, headers=again).status_code == 302
    assert send(staff, code, f"files/{kept(code)[0].key}/remove", reason="Nhầm").status_code == 303
    assert staff.get(page, headers=again).status_code == 404


def test_a_reason_longer_than_is_kept_is_refused_and_comes_back(opened, sign_in, upload, kept, send):
    code, staff = opened(), sign_in("staff")
    upload(staff, code, (PNG, "a.png"))
    key, long = kept(code)[0].key, "Chụp nhầm. " * 30
    refused = send(staff, code, f"files/{key}/remove", reason=long)
    assert refused.status_code == 422 and long.strip() in refused.text and "300" in refused.text
    assert kept(code)[0].removed_at is None
    assert send(staff, code, f"files/{key}/remove", reason="x" * 300).status_code == 303


@ON_SQLITE
def test_too_many_files_are_refused_before_the_first_is_looked_at(opened, upload, kept, monkeypatch):
    looked_at = []
    monkeypatch.setattr("hotline.tickets.forms.answering.examine", lambda *one, **_more: looked_at.append(one))
    code = opened()
    answer = upload("staff", code, *[(PNG, f"{number}.png") for number in range(21)])
    assert (answer.status_code, wrong_fields(answer), looked_at) == (422, {"files"}, [])


def test_a_file_of_another_unit_or_taken_away_is_not_found(app, client, opened, sign_in, upload, kept, send):
    code, other = opened(), opened(category="YT-01")
    staff, health = sign_in("staff"), sign_in("health")
    upload(staff, code, (PNG, "a.png"))
    key = kept(code)[0].key
    addresses = (f"/tickets/{code}/files/{key}", f"/tickets/{other}/files/{key}", f"/tickets/{other}/files/{'0' * 32}")
    assert [health.get(address).status_code for address in addresses] == [404] * 3
    assert client.get(addresses[0]).status_code == 302
    assert [staff.get(path + key).status_code for path in ("/static/", "/assets/", "/files/")] == [404] * 3
    assert upload(health, code, (PNG, "b.png")).status_code == 404
    assert send(health, code, f"files/{key}/remove", reason="Nhầm").status_code == 404
    assert send(staff, code, f"files/{key}/remove", reason="").status_code == 422
    assert staff.get(addresses[0]).status_code == 200
    assert send(staff, code, f"files/{key}/remove", reason="Chụp nhầm nhà khác").status_code == 303
    assert staff.get(addresses[0]).status_code == 404
    row = kept(code)[0]
    assert (row.removed_because, row.removed_by_name) == ("Chụp nhầm nhà khác", "Lê Văn Hùng")
    assert "Chụp nhầm nhà khác" in staff.get(f"/tickets/{code}").text


@ON_SQLITE
def test_what_belongs_to_a_published_answer_only_the_lead_takes_away_and_nobody_adds(
    opened, moved, sign_in, upload, send, kept
):
    code, staff = opened(), sign_in("staff")
    upload(staff, code, (PNG, "sau.png"), purpose="evidence")
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã vá."}), ("head", "approve"))
    assert wrong_fields(upload(staff, code, (PNG, "b.png"), purpose="evidence")) == {"purpose"}
    assert upload(staff, code, (PNG, "b.png")).status_code == 303
    key = kept(code)[0].key
    assert send(staff, code, f"files/{key}/remove", reason="Nhầm").status_code == 403
    assert send("lead", code, f"files/{key}/remove", reason="Lộ mặt người dân").status_code == 303


def test_a_double_click_adds_once_and_another_file_under_the_same_key_is_refused(opened, sign_in, upload, kept):
    code, staff = opened(), sign_in("staff")
    same = {"idempotency_key": "one-click", "version": 2}
    answers = [
        upload(staff, code, file, **same).status_code for file in ((PNG, "a.png"), (PNG, "a.png"), (PDF, "a.pdf"))
    ]
    assert answers == [303, 303, 422] and len(kept(code)) == 1


@ON_SQLITE
def test_with_a_directory_the_content_lies_there_under_the_random_name(tmp_path, app, opened, sign_in, upload, kept):
    folder = tmp_path / "files"
    folder.mkdir()
    object.__setattr__(app.config["HOTLINE"], "files_dir", folder)
    code, staff = opened(), sign_in("staff")
    upload(staff, code, (PDF, "a.pdf"))
    row = kept(code)[0]
    assert [one.name for one in folder.iterdir()] == [row.key] and (folder / row.key).read_bytes() == PDF
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AttachmentContent)) == 0
    assert staff.get(f"/tickets/{code}/files/{row.key}").data == PDF
    (folder / row.key).unlink()
    assert staff.get(f"/tickets/{code}/files/{row.key}").status_code == 404


@ON_SQLITE
def test_words_of_any_length_are_answered(opened, send):
    code = opened()
    for note, status in (("x" * 4000, 303), ("x" * 4001, 422), ("", 422), ("   ", 422)):
        assert send("staff", code, "note", note=note).status_code == status


@given(st.text(max_size=260))
def test_a_name_that_is_taken_is_short_plain_and_stays_as_it_is(name):
    try:
        tidy = tidy_name(name)
    except Refusal:
        return
    assert 1 <= len(tidy) <= 200 and not set(tidy) & set("/\\\0\n\r") and tidy_name(tidy) == tidy


def test_what_hides_in_a_packed_part_of_a_pdf_is_found():
    import zlib

    packed = zlib.compress(b"1 0 << /S /JavaScript /JS (x) >>")
    content = b"%PDF-1.5\n1 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n" + packed
    with pytest.raises(Refusal):
        check_pdf(content + b"\nendstream endobj\n%%EOF")
    picture = b"%PDF-1.5\n1 0 obj << /Subtype /Image >>\nstream\n/JavaScript by chance\nendstream endobj\n%%EOF"
    check_pdf(picture)


def test_purposes_that_citizens_see_are_these_two():
    assert {one.value for one in FilePurpose} - {"report", "internal"} == {"evidence", "official"}
