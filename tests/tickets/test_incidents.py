"""Common incidents: one case answers for many callers; every count stays honest and every step can be undone."""

import re

import pytest
from sqlalchemy import func, select

from hotline.catalogue.models import Category, Department
from hotline.db import db, transaction
from hotline.messages.models import Alert, Message
from hotline.satisfaction.jobs import make_surveys
from hotline.satisfaction.models import Survey
from hotline.tickets import actions, jobs, queries
from hotline.tickets.models import Answer, ClockKind, Ticket
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.days import clock_of, read_vn, vn, wrong_fields

BORN, DUE = "2026-03-02 08:00", "2026-03-09 17:00"
CALLERS = ("0912345671", "0912345672", "0912345673")


@pytest.fixture
def main(born, do):
    """The case that was there first, accepted by the unit."""
    code = born(BORN, phone="0912345670")
    do(code, "staff", "accept", "2026-03-02 08:30")
    return code


@pytest.fixture
def children(born):
    """Three more callers about the same thing, a day later, routed to the same unit."""
    return [born("2026-03-03 09:00", phone=number) for number in CALLERS]


def counts(app):
    """How many cases there are by state, open or not, by unit, late or not."""
    with app.app_context():
        rows = db.session.execute(
            select(Ticket.status, Ticket.is_open, Ticket.department_id, Ticket.is_late, func.count()).group_by(
                Ticket.status, Ticket.is_open, Ticket.department_id, Ticket.is_late
            )
        )
        return sorted(tuple(map(str, row)) for row in rows)


def life(ticket):
    """All that a join must leave as it was, apart from the notices about it."""
    return (
        ticket.status,
        ticket.department_id,
        ticket.assignee_id,
        ticket.returns,
        ticket.parent_id,
        ticket.left_status,
        ticket.due_at,
        ticket.next_due_at,
        [(c.kind, c.started_at, c.deadline_at, c.stopped_at, c.fires_at, c.next_step) for c in ticket.clocks],
        [(leg.holder, leg.department_id) for leg in ticket.legs if leg.ended_at is None],
    )


@pytest.mark.parametrize("state", ["routed", "in_progress", "triage", "returned"])
def test_joining_and_leaving_an_incident_leaves_everything_as_before(app, main, born, do, at, send, look, state):
    code = born("2026-03-03 09:00", category=None if state == "triage" else "GT-01")
    if state == "in_progress":
        do(code, "staff", "accept", "2026-03-03 09:30")
    if state == "returned":
        do(code, "staff", "return", "2026-03-03 09:30", proposed="SYT", reason="Không thuộc thẩm quyền.")
    before, counted = look(code, life), counts(app)
    at("2026-03-03 10:00")
    assert send("operator", code, "attach", main_code=main).status_code == 303
    assert look(code, lambda t: (t.status, t.parent.code)) == (Status.ATTACHED, main)
    assert send("operator", code, "detach", reason="Là một ổ gà khác.").status_code == 303
    assert look(code, life) == before and counts(app) == counted
    assert look(code, lambda t: [e.verb for e in t.events][-2:]) == [Verb.ATTACH, Verb.DETACH]


def test_the_code_of_the_main_case_may_be_typed_as_people_write_it(main, children, at, send, look):
    at("2026-03-03 10:00")
    assert send("operator", children[0], "attach", main_code=f" {main.replace('-', '')} ").status_code == 303
    assert look(children[0], lambda t: t.status) is Status.ATTACHED


def test_a_childs_own_clock_runs_on_and_breaks_on_its_own_deadline(app, main, do, born, at, look):
    code = born("2026-03-02 07:40", category="GT-03")  # two working days
    do(code, "operator", "attach", "2026-03-02 09:00", main=main)
    assert look(code, lambda t: read_vn(t.due_at)) == "2026-03-04 17:00"
    now = at("2026-03-05 08:00")
    with app.app_context():
        jobs.escalate(now)
    assert look(code, lambda t: (t.status, t.is_late)) == (Status.ATTACHED, True)
    assert look(main, lambda t: t.is_late) is False


def test_one_answer_reaches_every_person_once(app, main, children, do, look):
    for code in children:
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    do(main, "staff", "answer", "2026-03-04 09:00", body="Đã vá toàn bộ đoạn đường.")
    do(main, "head", "approve", "2026-03-04 10:00")
    for code in children:
        assert look(code, lambda t: (t.status, t.is_open, read_vn(t.stopped_at))) == (
            Status.ANSWERED,
            False,
            "2026-03-04 10:00",
        )
        assert look(code, lambda t: [e.verb for e in t.events if e.stops_clock]) == [Verb.FOLLOW]
        assert look(code, lambda t: [a.body for a in t.answers]) == ["Đã vá toàn bộ đoạn đường."]
        assert look(code, lambda t: [c for c in t.clocks if c.stopped_at is None]) == []
    with app.app_context():
        assert make_surveys(vn("2026-03-04 10:01")) == 4 and make_surveys(vn("2026-03-04 10:02")) == 0
        asked = db.session.execute(
            select(Message.to_number, func.count())
            .where(Message.template == "answered_rate")
            .group_by(Message.to_number)
        )
        assert dict(tuple(row) for row in asked) == {f"+84{n[1:]}": 1 for n in ("0912345670", *CALLERS)}
        assert db.session.scalar(select(func.count()).select_from(Survey)) == 4
        assert db.session.scalar(select(func.count()).select_from(Answer)) == 4


def test_a_child_that_was_taken_out_is_not_answered_by_the_main_case(main, children, do, look):
    for code in children:
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    do(children[0], "operator", "detach", "2026-03-03 11:00", reason="Là một ổ gà khác.")
    do(main, "staff", "answer", "2026-03-04 09:00", body="Đã vá.")
    do(main, "head", "approve", "2026-03-04 10:00")
    assert [look(code, lambda t: t.status) for code in children] == [Status.ROUTED, Status.ANSWERED, Status.ANSWERED]


def test_a_withdrawn_child_stays_withdrawn_when_the_main_case_is_answered(main, children, do, look):
    do(children[0], "operator", "attach", "2026-03-03 10:00", main=main)
    do(children[0], "operator", "withdraw", "2026-03-03 11:00", reason="Người dân rút.")
    do(main, "staff", "answer", "2026-03-04 09:00", body="Đã vá.")
    do(main, "head", "approve", "2026-03-04 10:00")
    assert look(children[0], lambda t: (t.status, t.answers)) == (Status.WITHDRAWN, [])


def test_late_children_of_a_punctual_answer_are_late(main, born, do, look):
    code = born("2026-03-02 07:40", category="GT-03")
    do(code, "operator", "attach", "2026-03-02 09:00", main=main)
    do(main, "staff", "answer", "2026-03-05 09:00", body="Đã vá.")
    do(main, "head", "approve", "2026-03-05 10:00")
    assert look(code, lambda t: t.is_late) is True and look(main, lambda t: t.is_late) is False


@pytest.mark.parametrize("verb", ["refuse", "withdraw", "refer", "settle"])
def test_when_the_main_case_ends_otherwise_its_children_stand_alone_again(born, do, look, verb):
    main, *joined = [born(BORN, category=None) for _ in range(4)]
    for child in joined:
        do(child, "operator", "attach", "2026-03-02 10:00", main=main)
    words = {"withdraw": {"reason": "Rút."}, "settle": {"body": "Đã giải đáp."}}.get(verb, {"guidance": "Gửi tòa án."})
    do(main, "operator", verb, "2026-03-03 09:00", **words)
    for child in joined:
        assert look(child, lambda t: (t.status, t.parent_id, t.is_open)) == (Status.TRIAGE, None, True)
        assert look(child, lambda t: [(e.verb, e.by_kind.value) for e in t.events][-1]) == (Verb.DETACH, "system")
        assert look(child, lambda t: read_vn(t.due_at)) == DUE


def test_set_free_after_its_acceptance_time_a_case_is_accepted_by_silence(app, main, children, do, at, look):
    for code in children[:2]:
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    now = at("2026-03-04 10:00")  # eight working hours after Tuesday 09:00 are over on Wednesday at 09:00
    with app.app_context():
        jobs.escalate(now)
    assert look(children[0], lambda t: t.status) is Status.ATTACHED
    do(children[0], "operator", "detach", "2026-03-04 11:00", reason="Là một ổ gà khác.")
    do(main, "operator", "withdraw", "2026-03-04 11:00", reason="Người dân rút.")
    for code in children[:2]:
        assert look(code, lambda t: (t.status, t.is_accepted_by_silence)) == (Status.IN_PROGRESS, True)
        assert look(code, lambda t: clock_of(t, ClockKind.ACCEPTANCE).stopped_at) is not None


def test_an_extension_of_the_main_case_is_the_childrens_too_and_each_is_told(main, children, do, look, texts):
    for code in children[:2]:
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    do(
        main,
        "staff",
        "extend",
        "2026-03-04 09:00",
        until_on=vn("2026-03-16 12:00").date(),
        reason="Chờ bê tông nhựa.",
    )
    do(main, "head", "grant", "2026-03-04 10:00")
    for code in (main, *children[:2]):
        assert texts(code).count("extended") == 1
        assert look(code, lambda t: read_vn(t.due_at)) == "2026-03-16 17:00"
    assert look(children[0], lambda t: read_vn(clock_of(t).first_promise_at)) == "2026-03-10 17:00"
    assert "extended" not in texts(children[2])
    assert look(children[2], lambda t: read_vn(t.due_at)) == "2026-03-10 17:00"


def test_a_case_joins_only_an_open_main_case_of_the_same_unit_that_stands_alone(
    main, children, born, do, answered, at, send, stands
):
    first, second, third = children
    foreign = born("2026-03-03 09:00", category="YT-01")
    ended = born("2026-03-03 09:00")
    answered(ended, "2026-03-03 10:00")
    do(first, "operator", "attach", "2026-03-03 11:00", main=main)
    at("2026-03-03 12:00")
    before = stands()
    for code, target in (
        (second, second),  # itself
        (second, ended),  # has ended
        (second, first),  # has itself joined another
        (second, foreign),  # another unit's
        (second, "26-9999999"),
        (second, "không có"),
        (main, third),  # is itself the main case of others
    ):
        answer = send("operator", code, "attach", main_code=target)
        assert (answer.status_code, wrong_fields(answer)) == (422, {"main_code"}), target
    assert send("operator", first, "attach", main_code=main).status_code == 409
    assert send("operator", second, "detach", reason="Nhầm").status_code == 409
    assert stands() == before


def test_a_case_at_the_switchboard_may_join_any_units_main_case(main, born, at, send, look):
    code = born("2026-03-03 09:00", category=None)
    at("2026-03-03 10:00")
    assert send("operator", code, "attach", main_code=main).status_code == 303
    assert look(code, lambda t: [leg.department_id for leg in t.legs][-1]) == look(main, lambda t: t.department_id)


def test_an_answered_child_may_be_reopened_alone(main, children, do, look):
    do(children[0], "operator", "attach", "2026-03-03 10:00", main=main)
    do(main, "staff", "answer", "2026-03-04 09:00", body="Đã vá.")
    do(main, "head", "approve", "2026-03-04 10:00")
    do(children[0], "lead", "reopen", "2026-03-05 09:00", reason="Trước nhà tôi chưa vá.")
    assert look(children[0], lambda t: (t.status, t.cycle)) == (Status.REOPENED, 2)
    assert look(main, lambda t: (t.status, t.cycle)) == (Status.ANSWERED, 1)
    do(children[0], "staff", "accept", "2026-03-05 10:00")
    do(children[0], "staff", "answer", "2026-03-05 11:00", body="Đã vá nốt.")
    do(children[0], "lead", "approve", "2026-03-05 13:00")
    assert look(children[0], lambda t: [e.verb for e in t.events if e.stops_clock]) == [Verb.FOLLOW, Verb.APPROVE]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_joined_goes_where_the_main_case_goes_and_is_rated_with_its_unit(app, born, main, children, do, look):
    def hands(code):
        return look(code, lambda t: [g.department.code if g.department else None for g in t.legs if not g.ended_at])

    def answering_unit(code):
        with app.app_context():
            query = select(Department.code).join(Survey, Survey.department_id == Department.id)
            return db.session.scalars(
                query.join(Ticket, Ticket.id == Survey.ticket_id).where(Ticket.code == code)
            ).all()

    waiting, leaving, sorted_before, at_the_switchboard = *children, born("2026-03-03 09:00", category=None)
    joined = (waiting, leaving, sorted_before, at_the_switchboard)
    main = born("2026-03-03 09:00")
    for code in joined:
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    do(main, "staff", "return", "2026-03-03 11:00", proposed="SYT", reason="Không thuộc thẩm quyền.")
    assert [hands(code) for code in joined] == [[None]] * 4
    do(sorted_before, "operator", "detach", "2026-03-03 11:30", reason="Việc khác.")
    assert look(sorted_before, lambda t: (t.status, t.department_id)) == (Status.TRIAGE, None)
    do(main, "operator", "route", "2026-03-03 14:00", department="SYT", reason="Đúng thẩm quyền.")
    assert [hands(code) for code in (waiting, leaving, at_the_switchboard)] == [["SYT"]] * 3
    do(leaving, "operator", "detach", "2026-03-05 09:00", reason="Là một ổ gà khác.")
    assert look(leaving, lambda t: (t.status, t.department.code, hands(leaving))) == (Status.ROUTED, "SYT", ["SYT"])
    assert look(leaving, lambda t: read_vn(clock_of(t, ClockKind.ACCEPTANCE).started_at)) == "2026-03-05 09:00"
    do(at_the_switchboard, "operator", "detach", "2026-03-05 09:00", reason="Việc khác.")
    assert look(at_the_switchboard, lambda t: (t.status, t.department_id)) == (Status.TRIAGE, None)
    do(main, "health", "accept", "2026-03-05 09:00")
    do(main, "health", "answer", "2026-03-05 09:30", body="Đã xử lý.")
    do(main, "lead", "approve", "2026-03-05 10:00")
    assert look(waiting, lambda t: (t.status, t.department.code)) == (Status.ANSWERED, "SYT")
    assert look(waiting, lambda t: t.filed.scope) == look(main, lambda t: t.filed.scope)
    with app.app_context():
        make_surveys(vn("2026-03-05 10:01"))
    assert answering_unit(waiting) == ["SYT"]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_writes_the_answer_is_not_stopped_by_those_who_join(main, children, do, at, send, look):
    looked_at = look(main, lambda t: t.version)
    for code in children:
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    at("2026-03-03 11:00")
    assert send("staff", main, "answer", body="Đã vá.", version=looked_at).status_code == 303
    assert look(main, lambda t: [str(e.verb) for e in t.events][-1]) == "answer"


# From the desk, and while the report is being typed

FLOOD = "Nước ngập sâu ở ngã tư trước chợ sau trận mưa chiều nay, xe máy chết máy hàng loạt."
AGAIN = "Tôi đang kẹt ở ngã tư chợ, nước ngập đến đầu gối, xe chết máy."


def test_a_units_people_join_and_part_their_own_cases_and_nobody_elses(main, children, born, send, at, look, stands):
    foreign = born("2026-03-03 09:00", category="YT-01")
    at("2026-03-03 10:00")
    assert send("staff", children[0], "attach", main_code=main).status_code == 303
    assert send("head", children[0], "detach", reason="Là một ổ gà khác.").status_code == 303
    assert look(children[0], lambda t: (t.status, t.parent_id)) == (Status.ROUTED, None)
    before = stands()
    answer = send("staff", children[0], "attach", main_code=foreign)
    assert (answer.status_code, wrong_fields(answer)) == (422, {"main_code"})
    assert send("staff", foreign, "attach", main_code=main).status_code == 404
    assert stands() == before


def test_the_page_proposes_the_same_event_with_the_words_and_joins_it_in_one_click(born, at, sign_in, look):
    first = born("2026-03-02 14:00", content=FLOOD)
    born("2026-03-02 14:10", content="Nắp cống trước trường tiểu học bị mất, xin lắp lại.")
    born("2026-03-02 14:15", content=FLOOD, area="25210")  # elsewhere
    born("2026-02-20 14:15", content=FLOOD)  # long ago
    second = born("2026-03-02 14:30", content=AGAIN, phone="0987654321")
    at("2026-03-02 15:00")
    client = sign_in("staff")
    page = client.get(f"/tickets/{second}").text
    panel = re.search(r'id="alike".*?</section>', page, re.S).group(0)
    assert re.findall(r'name="main_code" value="([^"]+)"', panel) == [first] and "nước ngập" in panel
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', panel))
    assert client.post(f"/tickets/{second}/attach", data=form).status_code == 303
    assert look(second, lambda t: t.parent.code) == first
    page = client.get(f"/tickets/{first}").text
    assert "2 người" in page or "2 callers" in page


def test_a_report_is_saved_straight_into_the_incident_it_belongs_to(app, main, born, at, sign_in, look, texts):
    flood = born("2026-03-02 14:00", content=FLOOD)
    at("2026-03-02 15:00")
    client = sign_in("operator")
    carried = dict(re.findall(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"', client.get("/console").text))
    with app.app_context():
        category, area = db.session.execute(
            select(Ticket.category_id, Ticket.area_id).where(Ticket.code == flood)
        ).one()
    typed = {"content": AGAIN, "category_id": category, "area_id": area}
    found = client.post("/tickets/new/alike", data={"csrf_token": carried["csrf_token"], **typed, "address": ""}).text
    assert re.search(r'name="main_code" value="([^"]+)"', found).group(1) == flood and "nước ngập" in found
    nothing = {"csrf_token": carried["csrf_token"], "content": "Nước", "category_id": category, "area_id": area}
    assert "main_code" not in client.post("/tickets/new/alike", data=nothing).text
    alerts = counted(app, Alert)
    typed |= {"phone": "0987654321", "caller_kind": "citizen", "main_code": "26-9999999"}
    refused = client.post("/tickets/new", data={**carried, **typed})
    assert refused.status_code == 422 and AGAIN in refused.text and counted(app, Ticket) == 2
    typed["main_code"] = flood
    saved = client.post("/tickets/new", data={**carried, **typed})
    assert saved.status_code == 303
    code = saved.location.rpartition("=")[2]
    assert look(code, lambda t: (t.status, t.parent.code, t.department.code)) == (Status.ATTACHED, flood, "SXD")
    assert look(code, lambda t: [e.verb for e in t.events]) == [Verb.OPEN, Verb.ROUTE, Verb.ATTACH]
    assert texts(code) == ["received_routed"] and counted(app, Alert) == alerts  # no new work for anybody
    assert flood in client.get(saved.location).text
    assert client.post("/tickets/new", data={**carried, **typed}).location == saved.location
    assert counted(app, Ticket) == 3


def test_a_report_goes_where_the_incident_is_though_the_rules_would_send_it_elsewhere(app, main, by, look):
    with app.app_context(), transaction():
        now, health = vn("2026-03-03 09:00"), db.session.scalar(select(Category.id).where(Category.code == "YT-01"))
        into = db.session.scalars(select(Ticket).where(Ticket.code == main)).one()
        wish = actions.NewTicket(content=AGAIN, received_at=now, category_id=health)
        code = actions.open_ticket(wish, into=into, by=by("operator"), now=now).code
    assert look(code, lambda t: (t.parent.code, t.department.code)) == (main, "SXD")


def test_one_incident_and_its_people_are_counted_once_each(app, main, children, born, do):
    again = born("2026-03-03 09:30", phone=CALLERS[0])
    nameless = [born("2026-03-03 09:40", phone="") for _ in range(2)]
    for code in (*children, again, *nameless):
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    do(children[2], "operator", "withdraw", "2026-03-03 11:00", reason="Rút.")
    with app.app_context():
        tickets = db.session.scalars(select(Ticket)).all()
        mains = {ticket.code: ticket.id for ticket in tickets}
        assert queries.callers_of(tickets) == {mains[main]: 5}  # the first, two of the three, two without a number


def test_who_reported_an_incident_twice_is_told_once(app, main, children, born, do):
    again = born("2026-03-03 09:30", phone=CALLERS[0])
    opted_out = [born("2026-03-03 09:40", phone="02713888888") for _ in range(2)]
    for code in (*children, again, *opted_out):
        do(code, "operator", "attach", "2026-03-03 10:00", main=main)
    do(main, "staff", "answer", "2026-03-04 09:00", body="Đã vá.")
    do(main, "head", "approve", "2026-03-04 10:00")
    with app.app_context():
        assert make_surveys(vn("2026-03-04 10:01")) == 7
        told = select(Message.to_number, func.count()).where(Message.made_at >= vn("2026-03-04 10:00"))
        counts_of = dict(db.session.execute(told.group_by(Message.to_number)).tuples().all())
        assert counts_of == {f"+84{n[1:]}": 1 for n in ("0912345670", *CALLERS)}


def counted(app, table):
    """How many rows there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))
