"""What the house answers to a request that is wrong (DESIGN section 8): the right status, plain words, nothing changed."""

import re
import shutil

import pytest
from sqlalchemy import create_engine, func, select, text

from hotline.db import db
from hotline.tickets.models import Ticket, TicketEvent
from tests.support.twilio import signed

FORM = "application/x-www-form-urlencoded"
INNER_LIFE = re.compile(r"Traceback|sqlalchemy|psycopg|sqlite3|/hotline/|File \"|werkzeug", re.I)


@pytest.fixture
def stored(app):
    """stored() -> what the database holds of cases and their notices."""

    def read():
        with app.app_context():
            tickets = [tuple(row) for row in db.session.execute(select(Ticket.code, Ticket.status, Ticket.version))]
            return tickets, db.session.scalar(select(func.count()).select_from(TicketEvent))

    return read


def token_of(client):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)


def posted(path, *, by="staff", **fields):
    """A form of a signed-in person, with the token of the session."""

    def send(sign_in, code):
        client = sign_in(by)
        form = {"csrf_token": token_of(client), "version": "1", "idempotency_key": "k", **fields}
        return client.post(path.format(code=code), data=form)

    return send


def in_parts(note):
    """The same as multipart/form-data, with these bytes as the note."""

    def send(sign_in, code):
        client = sign_in("staff")
        form = {"csrf_token": token_of(client), "version": "1", "idempotency_key": "k"}
        parts = [(name, value.encode()) for name, value in form.items()] + [("note", note)]
        body = b"".join(
            b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), v) for n, v in parts
        )
        kind = "multipart/form-data; boundary=x"
        return client.post(f"/tickets/{code}/note", data=body + b"--x--\r\n", content_type=kind)

    return send


TABLE = {
    "not signed in, a page": (lambda app, *_: app.test_client().get("/tickets"), 302),
    "not signed in, a case": (lambda app, _s, code: app.test_client().get(f"/tickets/{code}"), 302),
    "the role lacks the page": (lambda _a, sign_in, _c: sign_in("staff").get("/admin/people"), 403),
    "the role lacks the verb": (lambda _a, s, c: posted("/tickets/{code}/route")(s, c), 403),
    "another unit's case": (lambda _a, s, c: s("health").get(f"/tickets/{c}"), 404),
    "another unit's verb": (lambda _a, s, c: posted("/tickets/{code}/accept", by="health")(s, c), 404),
    "no such case": (lambda _a, s, _c: s("staff").get("/tickets/26-9999999"), 404),
    "no such page": (lambda _a, s, _c: s("staff").get("/tickts"), 404),
    "no such list": (lambda _a, s, _c: s("staff").get("/tickets?view=all-of-it"), 404),
    "a page beyond the end": (lambda _a, s, _c: s("staff").get("/tickets?after=1e309~1"), 404),
    "no such rating link": (lambda app, *_: app.test_client().get("/r/" + "x" * 22), 404),
    "bytes that are no text": (
        lambda _a, s, c: s("staff").post(f"/tickets/{c}/note", data=b"note=%ff%fe", content_type=FORM),
        400,
    ),
    "bytes that are no text, in parts": (lambda _a, s, c: in_parts(b"\xff\xfe")(s, c), 400),
    "a zero byte in parts": (lambda _a, s, c: in_parts(b"a\x00b")(s, c), 400),
    "a zero byte": (lambda _a, s, _c: s("staff").get("/tickets?q=a%00b"), 400),
    "no token in the form": (lambda _a, s, c: s("staff").post(f"/tickets/{c}/accept", data={"version": "1"}), 400),
    "a foreign host": (lambda app, *_: app.test_client().get("/login", headers={"Host": "evil.example"}), 400),
    "a form without the version": (lambda _a, s, c: posted("/tickets/{code}/accept", version="")(s, c), 422),
    "a field nobody offered": (lambda _a, s, c: posted("/tickets/{code}/accept", department_id="1")(s, c), 422),
    "a version that is no number": (lambda _a, s, c: posted("/tickets/{code}/accept", version="1e309")(s, c), 422),
    "a version beyond any integer": (lambda _a, s, c: posted("/tickets/{code}/accept", version=str(2**63))(s, c), 409),
    "an old version": (lambda _a, s, c: posted("/tickets/{code}/accept", version="0")(s, c), 409),
    "too large a form": (lambda _a, s, c: posted("/tickets/{code}/note", note="x" * 1_100_000)(s, c), 413),
    "a form of another kind": (lambda _a, s, c: s("staff").post(f"/tickets/{c}/note", json={"note": "x"}), 415),
    "the wrong way to ask": (lambda _a, s, c: s("staff").get(f"/tickets/{c}/accept"), 405),
    "the wrong method": (lambda _a, s, _c: s("staff").put("/tickets"), 405),
    "a webhook nobody signed": (lambda app, *_: app.test_client().post("/twilio/voice", data={"CallSid": "CA1"}), 403),
    "a webhook that lacks its call": (lambda app, *_: signed(app.test_client(), "/twilio/voice", {"From": "x"}), 400),
}


@pytest.mark.parametrize("what", TABLE)
def test_a_wrong_request_gets_its_answer_and_changes_nothing(app, sign_in, opened, stored, what):
    code = opened()
    before = stored()
    send, status = TABLE[what]
    answer = send(app, sign_in, code)
    assert answer.status_code == status
    assert stored() == before
    assert not INNER_LIFE.search(answer.text)
    if status == 302:
        assert "/login" in answer.location


FAR = "9" * 26


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # PostgreSQL would be asked nothing either
def test_a_number_no_row_can_have_is_no_trouble(sign_in):
    lead, operator, admin = sign_in("lead"), sign_in("operator"), sign_in("admin")
    for client, address in (
        (lead, f"/follow-ups/{FAR}"),
        (operator, f"/calls/{FAR}"),
        (admin, f"/admin/units/{FAR}"),
    ):
        assert client.get(address).status_code == 404, address
    assert lead.get(f"/messages?after={FAR}").status_code == 422
    for client, address in (
        (lead, f"/ratings?after={FAR}"),
        (lead, f"/follow-ups?view=done&after={FAR}"),
        (lead, f"/calls/nuisance?call={FAR}"),
        (operator, f"/console?call={FAR}"),
    ):
        assert client.get(address).status_code == 200, address
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', operator.get("/tickets/new").text).group(1)
    for address in ("/opt-outs", f"/sample/{FAR}/code", f"/sample/{FAR}/rate"):
        answer = operator.post(address, data={"csrf_token": token, "call_id": FAR, "wish": "end"})
        assert answer.status_code in (400, 404, 422), address


def test_a_wrong_field_is_named_in_the_readers_language(sign_in, opened):
    code = opened()
    answer = posted("/tickets/{code}/return", reason="", proposed_department_id="0")(sign_in, code)
    assert answer.status_code == 422
    assert 'href="#' in answer.text and "Vui lòng" in answer.text


def break_database(config):
    """Take the database away under a running application: the file, or the right to connect."""
    if config.is_sqlite:
        file = config.instance_dir / "test.db"
        shutil.move(file, file.with_suffix(".gone"))
        file.mkdir()
        return
    base, _slash, name = config.database_url.rpartition("/")
    engine = create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
    engine.dispose()


@pytest.mark.parametrize(
    "path", ["/tickets", "/login", "/t", "/r/" + "x" * 22, "/healthz", "/open", "/nowhere", "/tickets?q=%00"]
)
def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(app, config, sign_in, path):
    client = sign_in("staff")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    break_database(config)
    answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert not INNER_LIFE.search(answer.text)


def test_a_webhook_without_a_database_is_a_503_so_that_twilio_falls_back(app, config):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    break_database(config)
    body = {"CallSid": "CA" + "1" * 32, "From": "+84912345678", "To": "+842713881022", "CallStatus": "ringing"}
    assert signed(app.test_client(), "/twilio/voice", body).status_code == 503


@pytest.mark.parametrize("path", ["/nowhere", "/r/x?lang=en"])
def test_a_citizens_wrong_address_is_a_503_too_while_the_database_is_away(app, config, path):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    break_database(config)
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert not INNER_LIFE.search(answer.text)
