"""Signing in: the session lives on the server, wrong passwords are throttled, and nobody is sent elsewhere."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.db import db, transaction
from hotline.staff.models import SignIn, User

PASSWORD = "hotline-demo"


def attempt(client, email, password, **more):
    page = client.get("/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    return client.post("/login", data={"csrf_token": token, "email": email, "password": password, "next": "", **more})


def test_the_right_password_opens_the_page_of_the_role(app):
    for role, page in (("operator", "/console"), ("staff", "/tickets"), ("leader", "/dashboard")):
        client = app.test_client()
        assert attempt(client, f"{role}@demo.test", PASSWORD).status_code == 303
        assert client.get("/").location.endswith(page)


def test_wrong_password_and_unknown_name_get_the_same_answer(app):
    wrong = attempt(app.test_client(), "staff@demo.test", "not-it")
    unknown = attempt(app.test_client(), "nobody@demo.test", "not-it")

    def plain(text):
        return re.sub(r'value="[^"]*"|name="csrf-token"[^>]*', "", text)

    assert wrong.status_code == unknown.status_code == 422
    assert plain(wrong.text) == plain(unknown.text)
    assert "không đúng" in wrong.text


def test_the_sixth_wrong_try_is_a_429_even_with_the_right_password_until_time_has_passed(app):
    for _ in range(5):
        assert attempt(app.test_client(), "staff@demo.test", "not-it").status_code == 422
    refused = attempt(app.test_client(), "staff@demo.test", PASSWORD)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert attempt(app.test_client(), "head@demo.test", PASSWORD).status_code == 303
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=True):
        assert attempt(app.test_client(), "staff@demo.test", PASSWORD).status_code == 303


def test_a_copied_cookie_dies_with_the_sign_out(app, sign_in):
    client = sign_in("staff")
    stolen = client.get_cookie("hotline").value
    thief = app.test_client(use_cookies=False)
    assert thief.get("/tickets", headers={"Cookie": f"hotline={stolen}"}).status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/tickets").text).group(1)
    assert client.post("/logout", data={"csrf_token": token}).status_code == 303
    assert thief.get("/tickets", headers={"Cookie": f"hotline={stolen}"}).status_code == 302


def test_a_disabled_person_is_out_at_the_next_request(app, sign_in):
    client = sign_in("staff")
    with app.app_context(), transaction() as session:
        session.scalar(select(User).where(User.email == "staff@demo.test")).is_enabled = False
    assert client.get("/tickets").status_code == 302


@pytest.mark.parametrize(
    ("role", "idle", "alive"), [("staff", 29, True), ("staff", 31, False), ("operator", 120, True)]
)
def test_an_idle_session_ends_but_an_operators_shift_has_quiet_hours(sign_in, role, idle, alive):
    client = sign_in(role)
    with time_machine.travel(clock.now() + timedelta(minutes=idle), tick=True):
        assert (client.get("/tickets").status_code == 200) is alive


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_sent_elsewhere(app, target):
    answer = attempt(app.test_client(), "staff@demo.test", PASSWORD, next=target)
    assert answer.status_code == 303 and answer.location == "/"


def test_only_the_hash_of_the_session_is_kept_and_every_try_is_on_record(app, sign_in):
    client = sign_in("staff")
    attempt(app.test_client(), "staff@demo.test", "not-it")
    cookie = client.get_cookie("hotline").value
    with app.app_context():
        kept = db.session.scalars(select(SignIn.token_hash)).all()
        assert all(len(value) == 64 and value not in cookie for value in kept)
        deeds = db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.id)).all()
        assert "staff:sign-in" in deeds and deeds[-1] == "staff:sign-in-refused"


def test_a_post_without_its_token_changes_nothing(app, sign_in):
    assert app.test_client().post("/login", data={"email": "x", "password": "y"}).status_code == 400
    assert sign_in("staff").post("/logout").status_code == 400


def test_without_signing_in_pages_lead_to_the_door(app):
    client = app.test_client()
    for path in ("/tickets", "/tickets/26-0000000", "/"):
        answer = client.get(path)
        assert answer.status_code == 302 and answer.location.startswith("/login")
    assert client.get("/no-such-page").status_code == 404
    assert client.get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_the_language_is_kept_for_staff(app, sign_in):
    client = sign_in("staff")
    assert '<html lang="vi">' in client.get("/tickets").text
    assert '<html lang="en">' in client.get("/tickets?lang=en").text
    assert '<html lang="en">' in client.get("/tickets").text
