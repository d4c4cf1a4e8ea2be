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
from hotline.admin.tables.routing import RULES
from hotline.audit import AuditEntry
from hotline.catalogue.models import AnswerTemplate, Authority, Category, Department, Policy, RoutingRule
from hotline.db import db
from hotline.messages.models import Wording
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


def test_an_empty_yes_or_no_changes_nothing(app, sign_in):
    admin = sign_in("admin")
    with app.app_context():
        code = db.session.scalar(select(Category.code).where(Category.is_sensitive))
    looked = upload(admin, "categories", f"code;name_vi;is_sensitive;is_active\n{code};Tên mới;;\n")
    assert confirm(admin, looked).status_code == 303
    looked = upload(admin, "people", "email;name;is_enabled\nhead@demo.test;Tên Mới;\n")
    assert confirm(admin, looked).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(Category).where(Category.code == code)).one()
        assert (row.name_vi, row.is_sensitive, row.is_active) == ("Tên mới", True, True)
        person = db.session.scalars(select(User).where(User.email == "head@demo.test")).one()
        assert (person.name, person.is_enabled) == ("Tên Mới", True)


def test_dates_as_a_spreadsheet_rewrites_them_find_the_same_row(app, sign_in):
    content = "code;valid_from;valid_to;name_vi\nSXD;01/07/2025;;Sở Xây dựng mới\nSYT;1/7/2025;;Sở Y tế\n"
    admin = sign_in("admin")
    assert confirm(admin, upload(admin, "units", content)).status_code == 303
    with app.app_context():
        rows = db.session.scalars(select(Department).where(Department.code.in_(("SXD", "SYT")))).all()
        assert sorted(row.name_vi for row in rows if row.valid_to is None) == ["Sở Xây dựng mới", "Sở Y tế"]


def test_another_outcome_than_the_one_looked_at_is_a_conflict_also_by_another_table(app, sign_in):
    admin, other = sign_in("admin"), sign_in("admin")
    lines = "code;category_code;keywords;unit_code\n;GT-98;;SXD\n;GT-01;sạt lở;SXD\n"
    first = upload(admin, "rules", lines)
    head = "code;name_vi;group_vi;priority;first_response_target;resolve_target\n"
    assert confirm(other, upload(other, "categories", head + "GT-98;Mới;Giao thông;low;8wh;5wd\n")).status_code == 303
    assert confirm(admin, first).status_code == 409
    with app.app_context():
        assert not db.session.scalars(select(RoutingRule.id).where(RoutingRule.code.like("R-0%"))).all()


def test_a_new_rule_is_asked_before_the_one_that_covers_it_and_the_look_says_what_would_change(app, sign_in):
    admin = sign_in("admin")
    looked = upload(admin, "rules", "code;category_code;keywords;unit_code\n;GT-01;sạt lở;SYT\n")
    assert "0" in looked.text and ("would go elsewhere" in looked.text or "chuyển đến đơn vị khác" in looked.text)
    assert confirm(admin, looked).status_code == 303
    with app.app_context():
        rows = list(
            db.session.scalars(select(RoutingRule).where(RoutingRule.is_current).order_by(RoutingRule.position))
        )
        codes = [row.code for row in rows]
        new = next(row for row in rows if row.keywords == ["sạt lở"])
        assert codes.index(new.code) == codes.index("R-GT-01") - 1


def test_templates_authorities_policies_and_texts_are_tables_too(app, sign_in):
    admin = sign_in("admin")
    texts = rows_of(admin.get("/admin/tables/texts/export"))
    wording = texts[0]["body"].replace(" hoac goi ", ", ")
    policy = rows_of(admin.get("/admin/tables/policies/export"))[0]
    files = {
        "templates": "code;title;body;is_active\nO-GA;Ổ gà, mới;;no\nT-NEW;Mới;Kính gửi [tên],\n\nxong.;\n".replace(
            "Kính gửi [tên],\n\nxong.", '"Kính gửi [tên],\r\n\r\nxong."'
        ).replace("Ổ gà, mới;;no", "Ổ gà, mới;Nội dung;no"),
        "authorities": "code;name_vi;responsible_for_vi;phone;guidance_vi\nTOA-X;Tòa X;Xét xử;chuông;Đến tòa\n"
        "TOA-Y;Tòa Y;Xét xử;0251 3822 000;Đến tòa\n",
        "policies": f"code;name_vi;acceptance_target\n{policy['code']};Tên khác;3wh\n",
        "texts": f'name;style;body\n{texts[0]["name"]};{texts[0]["style"]};"{wording}"\nkhong;plain;x\n',
    }
    for name, content in files.items():
        assert confirm(admin, upload(admin, name, content)).status_code == 303, name
    with app.app_context():
        template = db.session.scalars(select(AnswerTemplate).where(AnswerTemplate.code == "T-NEW")).one()
        assert template.body == "Kính gửi [tên],\n\nxong." and template.is_active
        assert not db.session.scalar(select(AnswerTemplate.is_active).where(AnswerTemplate.code == "O-GA"))
        found = db.session.scalars(select(Authority.code).where(Authority.code.like("TOA-_"))).all()
        assert found == ["TOA-Y"]
        newest = db.session.scalars(select(Policy).where(Policy.code == policy["code"], Policy.is_current)).one()
        assert (newest.acceptance_target, str(newest.version)) == ("3wh", "2") and newest.thresholds
        draft = db.session.scalars(select(Wording).where(Wording.state == "draft")).all()
        assert [row.name for row in draft if row.body == wording] == [texts[0]["name"]]


def test_more_new_lines_than_can_be_played_at_once_are_refused(sign_in):
    head = "category_code;keywords;unit_code;code\n"
    answer = upload(sign_in("admin"), "rules", head + "".join(f"GT-01;từ {n};SXD;\n" for n in range(RULES.most + 1)))
    assert answer.status_code == 422 and 'id="file-error"' in answer.text


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
