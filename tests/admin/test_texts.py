"""The page about the wording of texts, as an administrator uses it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from hotline import clock, create_app
from hotline.audit import AuditEntry
from hotline.db import db, transaction
from hotline.messages import actions, jobs
from hotline.messages.models import Message, MessageState, Wording
from tests.admin.forms import form_of
from tests.conftest import PASSWORD

PAGE = "/admin/texts/answered/plain"


def send(client, path, action, *, having, **changes):
    """Fill the form of a page that posts to `action` (or to the page itself) and send it."""
    page = client.get(path).text
    _address, fields = form_of(page, having=having)
    for name, value in changes.items():
        fields[name] = [value]
    return client.post(action or path, data=fields)


def press(client, path, action, **more):
    """Press a button that has a form of its own."""
    page = client.get(path).text
    start = page.index(f'action="{action}"')
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page[start : page.index("</form>", start)]))
    return client.post(action, data=found | more)


@pytest.fixture
def in_earnest(config, compiled_templates):
    """A province in earnest, signed in as its administrator."""
    application = create_app(replace(config, demo=False))
    application.config["TRUSTED_HOSTS"] = ["localhost"]
    client = application.test_client()
    with application.app_context():
        jobs.load_wordings(clock.now())
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text).group(1)
    data = {"csrf_token": token, "email": "admin@demo.test", "password": PASSWORD, "next": ""}
    assert client.post("/login", data=data).status_code == 303
    yield application, client
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_text_is_drafted_tried_and_registered_and_what_was_kept_back_leaves(in_earnest):
    application, client = in_earnest
    with application.app_context(), transaction():
        actions.queue_text(
            "answered", to="+84912345678", params={"code": "26-0045127"}, dedupe_key="k", now=clock.now()
        )
    listed = client.get("/admin/texts?lang=en").text
    assert "1 text was not sent" in listed and "is-late" in listed
    body = "{brand}: Phản ánh {code} đã xong. Xem {host}/t"
    answer = send(client, PAGE, "", having="body", body=body, step="save")
    assert answer.status_code == 303
    page = client.get(f"{PAGE}?lang=en").text
    assert "{brand}: Phan anh {code} da xong. Xem {host}/t" in page and "is saved as a draft" in page
    tried = send(client, PAGE, f"{PAGE}/try", having="to", to="0987 654 321", step="save")
    assert tried.status_code == 303
    registered = send(
        client, PAGE, f"{PAGE}/register", having="reference", registered_on="2026-01-05", reference="CV-9", step="save"
    )
    assert registered.status_code == 303
    assert "1 text that waited leaves now" in client.get(f"{PAGE}?lang=en").text
    with application.app_context():
        waiting, trial = db.session.scalars(select(Message).order_by(Message.id)).all()
        assert (waiting.state, waiting.text_version) == (MessageState.NEW, 2)
        assert waiting.body == "1022BPHUOC: Phan anh 26-0045127 da xong. Xem 1022.binhphuoc.gov.vn/t"
        assert (trial.template, trial.to_number, trial.precedence) == ("test", "+84987654321", 0)
        assert trial.body == "1022BPHUOC: Phan anh 26-0045127 da xong. Xem 1022.binhphuoc.gov.vn/t"
        deeds = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "texts:test")).all()
        assert [deed.detail["to"] for deed in deeds] == ["+84******321"]
    assert press(client, PAGE, f"{PAGE}/unregister").status_code == 303
    assert "not registered yet" in client.get(f"{PAGE}?lang=en").text


def test_all_drafts_of_a_style_are_registered_at_once(in_earnest):
    application, client = in_earnest
    answer = send(
        client,
        "/admin/texts",
        "/admin/texts/register",
        having="reference",
        registered_on="2026-01-05",
        reference="CV-10",
        step="save",
    )
    assert answer.status_code == 303
    with application.app_context():
        rows = db.session.scalars(select(Wording).where(Wording.style == "plain")).all()
        assert {(row.state.value, row.registered_as) for row in rows} == {("registered", "CV-10")}
        rows = db.session.scalars(select(Wording).where(Wording.style == "diacritics")).all()
        assert {row.state.value for row in rows} == {"draft"}


def test_a_preview_counts_what_is_typed_and_saves_nothing(app, sign_in):
    client = sign_in("admin")
    _action, fields = form_of(client.get(PAGE).text, having="body")
    fields["body"] = ["{brand}: {code} – xong. Xem {host}/t, bit.ly/x"]
    seen = client.post(f"{PAGE}/preview?lang=en", data=fields)
    assert seen.status_code == 200 and "<html" not in seen.text
    assert "with diacritics (UCS-2)" in seen.text and "“bit.ly/x”" in seen.text and "<dd>–</dd>" in seen.text
    without_script = client.post(f"{PAGE}?lang=en", data={**fields, "step": ["preview"]})
    assert without_script.status_code == 200 and "“bit.ly/x”" in without_script.text
    refused = client.post(f"{PAGE}?lang=en", data={**fields, "step": ["save"]})
    assert refused.status_code == 422 and "“bit.ly/x”" in refused.text
    with app.app_context():
        assert db.session.scalars(select(Wording)).all() == []


def test_an_edit_that_came_too_late_and_five_tries_too_many_are_refused(sign_in):
    client = sign_in("admin")
    changed = {"having": "body", "body": "{brand}: {code} xong", "step": "save"}
    assert send(client, PAGE, "", **changed).status_code == 303
    stale = send(client, PAGE, "", **changed | {"version": "1", "body": "{brand}: {code} xong roi"})
    assert stale.status_code == 409 and "xong roi" in stale.text
    assert press(client, PAGE, f"{PAGE}/discard", version="1").status_code == 409
    assert press(client, PAGE, f"{PAGE}/discard").status_code == 303
    assert press(client, PAGE, f"{PAGE}/restore").status_code == 303
    assert send(client, PAGE, f"{PAGE}/try", having="to", to="0271 388 0001", step="save").status_code == 422
    tries = [send(client, PAGE, f"{PAGE}/try", having="to", to="0912345678", step="save") for _ in range(6)]
    assert [answer.status_code for answer in tries] == [303] * 5 + [429]
    for path in ("/admin/texts/nothing/plain", "/admin/texts/answered/loud"):
        assert client.get(path).status_code == 404
    assert sign_in("lead").get("/admin/texts").status_code == 403


def test_citizens_read_how_to_tell_a_false_text(client):
    for path in ("/t?lang=en", "/t/26-0045127?lang=en", "/open?lang=en"):
        page = client.get(path).text
        assert "come from 1022BPHUOC and lead only to 1022.binhphuoc.gov.vn" in page
    assert "OTP" in client.get("/t").text and 'href="tel:02711022"' in client.get("/t").text


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # what is drawn does not depend on the database
def test_the_preview_follows_what_is_typed(served):
    page = served.person("admin")
    page.goto(f"{PAGE}?lang=en")
    page.locator("#body").press_sequentially(" bit.ly/x")
    page.locator("#preview .alert", has_text="bit.ly/x").wait_for()
    assert "bit.ly/x" in page.locator("#preview .bubble").inner_text()
