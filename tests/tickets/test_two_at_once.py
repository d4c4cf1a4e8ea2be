"""Two people at the same moment: one of them wins, the other reads why not, and everything is written once."""

import re
import threading
import uuid
from datetime import date

import pytest
from sqlalchemy import create_engine, func, select, text

from hotline import clock
from hotline.actor import SYSTEM
from hotline.audit import AuditEntry
from hotline.catalogue.queries import department_by_code
from hotline.db import db, transaction
from hotline.messages.models import Message
from hotline.staff.actions import add_user
from hotline.staff.permissions import Role
from hotline.tickets import jobs
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.tickets.story import happened_since
from hotline.tickets.words import event_title
from tests.conftest import PASSWORD
from tests.support.days import clock_of, read_vn

BORN = "2026-03-02 08:00"
REASON = "Chờ bê tông nhựa."


@pytest.fixture
def more_people(app):
    """A second head of the unit, and a second operator."""
    now = clock.now()
    with app.app_context(), transaction():
        unit = department_by_code("SXD", date(2026, 3, 2))
        for name, role, department in (("head2", Role.HEAD, unit), ("operator2", Role.OPERATOR, None)):
            add_user(f"{name}@demo.test", name, role, department, PASSWORD, by=SYSTEM, now=now, is_demo=True)


@pytest.fixture
def case(born, do):
    """A case that the unit has accepted."""
    code = born(BORN)
    do(code, "staff", "accept", "2026-03-02 08:30")
    return code


@pytest.fixture
def at_once(app, sign_in):
    """at_once((who, code, verb, fields), …) sends all forms at one moment; the answers in that order."""

    def race(*wishes):
        ready, answers = threading.Barrier(len(wishes)), [None] * len(wishes)
        prepared = []
        for who, code, verb, fields in wishes:
            client = sign_in(who)
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)
            with app.app_context():
                version = db.session.scalar(select(Ticket.version).where(Ticket.code == code))
            form = {"csrf_token": token, "version": version, "idempotency_key": str(uuid.uuid4()), **fields}
            prepared.append((client, f"/tickets/{code}/{verb}?lang=en", form))

        def run(place):
            client, path, form = prepared[place]
            ready.wait()
            answers[place] = client.post(path, data=form)

        threads = [threading.Thread(target=run, args=(place,)) for place in range(len(wishes))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return race


def deeds(app, code):
    with app.app_context():
        query = select(AuditEntry.deed).where(AuditEntry.object_id == code).order_by(AuditEntry.id)
        return [deed.removeprefix("tickets:") for deed in db.session.scalars(query)]


ANSWER = {"body": "Đã vá ổ gà."}
PAIRS = {
    "the same verb": (("staff", "answer", ANSWER), ("staff2", "answer", ANSWER)),
    "answer and hold": (("staff", "answer", ANSWER), ("staff2", "hold", {"reason": "Chờ", "days": "3"})),
    "answer and chase": (("staff", "answer", ANSWER), ("operator", "chase", {"reason": "Dân hỏi"})),
    "extend and withdraw": (
        ("staff", "extend", {"until_on": "2026-03-12", "reason": REASON}),
        ("operator", "withdraw", {"reason": "Người dân rút."}),
    ),
    "route and note": (("lead", "route", {"department_id": "SYT"}), ("staff", "note", {"note": "Đã khảo sát."})),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_of_two_deeds_on_one_version_one_is_done_and_one_is_told(app, case, at, at_once, look, pair):
    at("2026-03-03 09:00")
    with app.app_context():
        unit = department_by_code("SYT", date(2026, 3, 2)).id
    before, version = deeds(app, case), look(case, lambda t: t.version)
    wishes = []
    for who, verb, fields in PAIRS[pair]:
        wishes.append((who, case, verb, {k: str(unit) if v == "SYT" else v for k, v in fields.items()}))
    answers = at_once(*wishes)
    codes = [answer.status_code for answer in answers]
    if pair == "route and note" and codes[0] == 303 and codes[1] == 404:
        return  # the case left the unit's sight before its note came
    assert sorted(codes) == [303, 409]
    loser, winner = answers[codes.index(409)], codes.index(303)
    assert re.search(r'role="alert"[^>]*>.*?(changed while you were looking|no longer possible)', loser.text, re.S)
    assert deeds(app, case) == [*before, wishes[winner][2]]
    assert look(case, lambda t: (t.version, t.events[-1].verb.value)) == (version + 1, wishes[winner][2])


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_happened_meanwhile_is_all_of_it_and_no_more(app, case, do, look):
    seen = look(case, lambda t: t.version)
    do(case, "staff", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason=REASON)
    extended = look(case, lambda t: t.version)
    with app.app_context():
        units = [department_by_code(code, date(2026, 3, 2)) for code in ("SYT", "STC")]
    for unit in units:
        do(case, "staff", "involve", "2026-03-03 09:30", department=unit.code, question="?", due_on=date(2026, 3, 5))
    involved = look(case, lambda t: t.version)
    do(case, "lead", "route", "2026-03-03 10:00", department="SYT", reason="Đúng hơn.")  # three requests lapse at once
    sent = look(case, lambda t: t.version)
    do(case, "operator", "contact", "2026-03-03 10:30", summary="Hỏi.", awaits_reply=False)

    def told(version):
        return look(case, lambda t: [one.title for one in happened_since(t, version)])

    since = look(case, lambda t: [event_title(event) for event in t.events])
    assert sent == involved + 1 and told(sent) == []
    assert told(involved) == since[-5:] and told(extended) == since[-7:] and told(seen) == since[-8:]


def test_two_heads_who_grant_at_once_grant_once_and_the_citizen_is_told_once(
    app, case, do, more_people, at, at_once, look
):
    do(case, "staff", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason=REASON)
    at("2026-03-03 10:00")
    answers = at_once(("head", case, "grant", {}), ("head2", case, "grant", {}))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert look(case, lambda t: [e.verb for e in t.events].count(Verb.GRANT)) == 1
    assert look(case, lambda t: (read_vn(t.due_at), len(clock_of(t).past_plans))) == ("2026-03-12 17:00", 1)
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Message.template == "extended")) == 1


def test_of_grant_and_decline_at_once_one_decides(case, do, more_people, at, at_once, look):
    do(case, "staff", "extend", "2026-03-03 09:00", until_on=date(2026, 3, 12), reason=REASON)
    at("2026-03-03 10:00")
    answers = at_once(("head", case, "grant", {}), ("head2", case, "decline", {"reason": "Đủ người."}))
    granted = answers[0].status_code == 303
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert look(case, lambda t: [e.is_granted for e in t.extensions]) == [granted]
    assert look(case, lambda t: read_vn(t.due_at)) == ("2026-03-12 17:00" if granted else "2026-03-09 17:00")


def test_two_people_who_ask_for_more_time_at_once_ask_once(case, at, at_once, look):
    at("2026-03-03 09:00")
    ask = {"until_on": "2026-03-12", "reason": REASON}
    answers = at_once(("staff", case, "extend", ask), ("staff2", case, "extend", ask))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert look(case, lambda t: len(t.extensions)) == 1


def test_two_operators_who_confirm_at_once_stop_the_clock_once(case, do, more_people, at, at_once, look):
    do(case, "staff", "ask", "2026-03-03 09:00", question="Số nhà nào?", by_phone=True)
    at("2026-03-03 10:00")
    answers = at_once(("operator", case, "confirm", {}), ("operator2", case, "confirm", {}))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert look(case, lambda t: [e.verb for e in t.events].count(Verb.CONFIRM)) == 1
    assert look(case, lambda t: (t.due_at, len(clock_of(t).past_plans), len(t.legs))) == (None, 1, 3)


def test_two_approvals_publish_one_answer(case, do, more_people, at, at_once, look):
    do(case, "staff", "answer", "2026-03-03 09:00", **ANSWER)
    at("2026-03-03 10:00")
    answers = at_once(("head", case, "approve", {}), ("head2", case, "approve", {}))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert look(case, lambda t: [e.verb for e in t.events if e.stops_clock]) == [Verb.APPROVE]


def test_a_child_taken_out_while_its_main_case_is_answered_is_either_answered_or_free(
    case, born, do, at, at_once, look
):
    child = born("2026-03-02 09:00")
    do(child, "operator", "attach", "2026-03-02 10:00", main=case)
    do(case, "staff", "answer", "2026-03-03 09:00", **ANSWER)
    at("2026-03-03 10:00")
    answers = at_once(("head", case, "approve", {}), ("operator", child, "detach", {"reason": "Việc khác."}))
    assert answers[0].status_code == 303
    verbs = look(child, lambda t: [e.verb for e in t.events])
    if answers[1].status_code == 303:
        assert look(child, lambda t: (t.status, t.parent_id)) == (Status.ROUTED, None) and Verb.FOLLOW not in verbs
    else:
        assert answers[1].status_code == 409
        assert look(child, lambda t: t.status) is Status.ANSWERED and Verb.DETACH not in verbs


def test_a_case_that_joins_while_the_main_case_is_answered_is_answered_with_it_or_stays_open(
    case, born, do, at, at_once, look
):
    child = born("2026-03-02 09:00")
    do(case, "staff", "answer", "2026-03-03 09:00", **ANSWER)
    at("2026-03-03 10:00")
    answers = at_once(("head", case, "approve", {}), ("operator", child, "attach", {"main_code": case}))
    codes = [answer.status_code for answer in answers]
    assert codes in ([303, 303], [303, 422], [409, 303])
    joined, main = look(child, lambda t: t.status), look(case, lambda t: t.status)
    assert (main, joined) in (
        (Status.ANSWERED, Status.ROUTED),
        (Status.ANSWERED, Status.ANSWERED),
        (Status.AWAITING_APPROVAL, Status.ATTACHED),
    )


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_a_joined_case_that_is_joined_again_does_not_wait_for_the_main_case_that_waits_for_it(
    config, case, born, do, at, at_once
):
    child = born("2026-03-02 09:00")
    do(child, "operator", "attach", "2026-03-02 10:00", main=case)
    at("2026-03-03 10:00")
    engine, answers = create_engine(config.database_url), []
    join = threading.Thread(target=lambda: answers.extend(at_once(("operator", child, "attach", {"main_code": case}))))
    with engine.begin() as holder:
        holder.execute(text("SELECT 1 FROM tickets WHERE code = :code FOR UPDATE"), {"code": case})
        join.start()
        join.join(timeout=20)
        assert not join.is_alive() and answers[0].status_code == 409
    engine.dispose()


def test_of_two_cases_that_join_each_other_at_once_one_joins(born, at, at_once, look):
    first, second = born(BORN, category=None), born(BORN, category=None)
    at("2026-03-02 09:00")
    answers = at_once(
        ("operator", first, "attach", {"main_code": second}), ("operator", second, "attach", {"main_code": first})
    )
    codes = sorted(answer.status_code for answer in answers)
    # 422: the main case has joined; 503: each waited for the other, and the database let one go
    assert codes[0] == 303 and codes[1] in (409, 422, 503)
    assert all(answer.headers.get("Retry-After") for answer in answers if answer.status_code == 503)
    assert sorted(look(code, lambda t: (t.status, t.parent_id is None)) for code in (first, second)) == [
        (Status.ATTACHED, False),
        (Status.TRIAGE, True),
    ]


def test_the_sweep_and_an_extension_at_the_deadline_agree_about_the_breach(app, case, do, at, look):
    do(case, "staff", "extend", "2026-03-09 16:00", until_on=date(2026, 3, 12), reason=REASON)
    now = at("2026-03-09 17:00:01")
    ready = threading.Barrier(2)

    def sweep():
        with app.app_context():
            ready.wait()
            jobs.escalate(now)
            db.session.remove()

    def grant():
        ready.wait()
        do(case, "head", "grant")

    threads = [threading.Thread(target=run) for run in (sweep, grant)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        jobs.escalate(now)
    assert look(case, lambda t: (t.is_late, read_vn(clock_of(t).breached_at))) == (True, "2026-03-09 17:00")
    assert look(case, lambda t: [c.step for c in clock_of(t).crossings].count("100%")) == 1
    assert look(case, lambda t: [e.detail["clock"] for e in t.events if e.verb is Verb.BREACH].count("resolution")) == 1
