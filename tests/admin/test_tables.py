"""The catalogue as CSV: exported as a spreadsheet needs it, looked at against what stands, imported whole or not at all."""

import csv
import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from hotline.admin.tables import TABLES
from hotline.admin.tables.files import read, written
from hotline.admin.tables.frame import Column, Table
from hotline.audit import AuditEntry
from hotline.catalogue.models import Category, Department, RoutingRule
from hotline.db import db
from hotline.staff.models import User
from tests.admin.forms import form_of, the_form

ANY = Table("any", "", ("a",), (Column("a", "a"), Column("b", "b")), list, dict, None, None)


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def upload(client, name, content, **how):
    raw = content if isinstance(content, bytes) else content.encode()
    _action, fields = form_of(client.get(f"/admin/tables/{name}").text, having="idempotency_key")
    data = fields | {"step": "preview", "file": (io.BytesIO(raw), "bảng.csv")}
    return client.post(f"/admin/tables/{name}", data=data, content_type="multipart/form-data")


def confirm(client, looked):
    _action, fields = form_of(looked.text, having="stamp")
    return client.post(looked.request.path, data=fields | {"step": ["save"]})


def test_what_is_exported_comes_back_as_the_same(sign_in):
    admin = sign_in("admin")
    for name in TABLES:
        answer = admin.get(f"/admin/tables/{name}/export")
        assert answer.status_code == 200 and answer.data.startswith(b"\xef\xbb\xbf")
        assert f'filename="{name}-' in answer.headers["Content-Disposition"]
        looked = upload(admin, name, answer.data)
        assert looked.status_code == 200 and "Không có gì thay đổi" in looked.text, name


def test_new_changed_same_and_refused_lines_are_told_apart_and_the_good_ones_imported(app, sign_in):
    admin = sign_in("admin")
    content = (
        "code,name_vi,group_vi,priority,first_response_target,resolve_target\r\n"
        "GT-01,Mặt đường hỏng,Giao thông,normal,8wh,5wd\r\n"
        "GT-99,Xe công nghệ,Giao thông,low,8wh,5wd\r\n"
        "GT-98,Không có hạn,Giao thông,low,8wh,vài ngày\r\n"
        "GT-99,Hai lần,Giao thông,low,8wh,5wd\r\n"
    )
    looked = upload(admin, "categories", content)
    assert looked.status_code == 200
    with app.app_context():
        assert db.session.scalar(select(Category.id).where(Category.code == "GT-99")) is None  # only looked at
    action, fields = the_form(looked.text, "/rejects")
    refused = rows_of(admin.post(action, data=fields))
    assert [(row["line"], row["code"]) for row in refused] == [("4", "GT-98"), ("5", "GT-99")] and refused[0]["reason"]
    assert confirm(admin, looked).status_code == 303
    with app.app_context():
        names = dict(db.session.execute(select(Category.code, Category.name_vi)).tuples().all())
        assert names["GT-01"] == "Mặt đường hỏng" and names["GT-99"] == "Xe công nghệ" and "GT-98" not in names
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "catalogue:change-category")).one()
        assert entry.detail["before"]["name_vi"] == "Mặt đường hư hỏng, ổ gà"
        assert entry.actor_name == "Bùi Anh Khoa"


def test_what_changed_between_looking_and_deciding_is_a_conflict_and_nothing_is_imported(app, sign_in):
    admin, other = sign_in("admin"), sign_in("admin")
    head = "code;name_vi;group_vi;priority;first_response_target;resolve_target\n"
    first = upload(
        admin, "categories", head + "GT-01;Một;Giao thông;normal;8wh;5wd\nGT-02;Hai;Giao thông;urgent;1h;24h\n"
    )
    second = upload(other, "categories", head + "GT-03;Ba;Giao thông;high;4wh;2wd\n")
    assert confirm(other, second).status_code == 303
    assert confirm(admin, first).status_code == 409
    with app.app_context():
        assert db.session.scalar(select(Category.name_vi).where(Category.code == "GT-02")) != "Hai"


NO_TABLES = {
    "empty": b"",
    "utf16": "code;name_vi\nGT-01;Mặt đường\n".encode("utf-16"),
    "latin1": "code;name_vi\nGT-01;M\xe0t\n".encode("latin-1"),
    "spreadsheet": b"PK\x03\x04 a spreadsheet",
    "without its key": b"name_vi\nA\n",
    "unknown column": b"code;password\nGT-01;x\n",
    "a column twice": b"code;code\nGT-01;GT-01\n",
    "only a head": b"code;name_vi\n",
    "open quotation": b'code;name_vi\nGT-01;"open\n',
    "too many lines": b"code;name_vi\n" + b"GT-01;x\n" * 5_001,
    "too large": b"code;name_vi\nGT-01;" + b"x" * 900_000,
}


def test_what_is_no_such_table_is_refused_in_plain_words(sign_in):
    admin = sign_in("admin")
    for what, content in NO_TABLES.items():
        answer = upload(admin, "categories", content)
        assert answer.status_code == 422 and 'id="file-error"' in answer.text, what


def test_people_come_without_a_password_and_nobody_shuts_the_last_administrator_out(app, sign_in):
    admin = sign_in("admin")
    content = (
        "email,name,role,unit_code,is_enabled\nmoi@tinh.example,Người Mới,staff,SYT,\n"
        "admin@demo.test,Bùi Anh Khoa,admin,,no\n"
    )
    looked = upload(admin, "people", content)
    assert confirm(admin, looked).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(User.is_enabled).where(User.email == "admin@demo.test"))
        new = db.session.scalar(select(User).where(User.email == "moi@tinh.example"))
        assert new.department.code == "SYT"
    client = app.test_client()
    _action, fields = form_of(client.get("/login").text, having="password")
    for password in ("!", "", "hotline-demo"):
        assert (
            client.post("/login", data=fields | {"email": "moi@tinh.example", "password": password}).status_code != 303
        )


def test_a_column_that_is_only_told_is_not_changed(app, sign_in):
    content = "code;valid_from;valid_to\nSXD;2025-07-01;2026-01-01\n"
    looked = upload(sign_in("admin"), "units", content)
    assert "chỉ để xem" in looked.text or "only told" in looked.text
    with app.app_context():
        standing = (
            select(func.count()).select_from(Department).where(Department.code == "SXD", Department.valid_to.is_(None))
        )
        assert db.session.scalar(standing) == 1


def test_a_changed_row_is_the_next_version_of_its_rule_and_one_without_a_code_is_new(app, sign_in):
    admin = sign_in("admin")
    content = (
        "code;category_code;keywords;unit_code\nR-GT-01;GT-01;;SYT\n;GT-01;sạt lở | sụt lún;SXD\n;GT-01;cây đổ;KHONG\n"
    )
    looked = upload(admin, "rules", content)
    assert confirm(admin, looked).status_code == 303
    with app.app_context():
        rules = db.session.scalars(select(RoutingRule).where(RoutingRule.is_current).order_by(RoutingRule.id)).all()
        assert [(r.code, r.version, r.department_code) for r in rules[-2:-1]] == [("R-GT-01", 2, "SYT")]
        assert (rules[-1].version, rules[-1].keywords, rules[-1].department_code) == (1, ["sạt lở", "sụt lún"], "SXD")


def test_what_was_never_packed_is_refused(sign_in):
    admin = sign_in("admin")
    _action, fields = form_of(admin.get("/admin/tables/units").text, having="idempotency_key")
    answer = admin.post("/admin/tables/units", data=fields | {"step": "save", "content": "AAAA", "stamp": "x"})
    assert answer.status_code == 422


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@given(CELLS, st.sampled_from(["", "=", "+", "-", "@", "'=", "''-", ";", '"', ","]))
def test_no_cell_is_a_formula_and_each_comes_back(cell, start):
    text = " ".join(f"{start}{cell}".split())
    file = written(["a", "b"], [["key", text]])
    raw = next(csv.reader(io.StringIO(file.decode("utf-8-sig").split("\r\n", 1)[1], newline=""), delimiter=";"))
    assert not raw[1].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert read(file, ANY)[0].texts["b"] == unicodedata.normalize("NFC", text).strip()
