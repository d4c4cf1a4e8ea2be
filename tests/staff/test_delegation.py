"""Standing in: on the days of an absence the substitute may do what the absent person may, by name and on record."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import clock
from hotline.audit import AuditEntry
from hotline.db import transaction
from hotline.staff.rules import Desk, absent_for
from hotline.tickets.models import Extension, Ticket, TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.web.formats import local
from tests.support.days import send

__all__ = ["send"]


@pytest.fixture
def away(app, person):
    """away("head", "staff", first=0, last=2): the one is away these days from today, the other stands in."""

    def leave(who, substitute, first=0, last=2):
        with app.app_context():
            today = local(clock.now()).date()
        days = {"away_from_on": today + timedelta(days=first), "away_until_on": today + timedelta(days=last)}
        person(who, substitute_id=person(substitute), **days)

    return leave


@pytest.fixture
def submitted(opened, moved):
    """submitted("staff2") -> the code of a case whose answer that person wrote and that waits for approval."""

    def write(writer):
        code = opened()
        moved(code, (writer, "accept"), (writer, "answer", {"body": "Đã vá ổ gà."}))
        return code

    return write


def test_the_substitute_of_the_head_approves_and_the_case_says_in_whose_stead(
    submitted, away, send, look, sign_in, everything
):
    code = submitted("staff2")
    assert send("staff", code, "approve").status_code == 403
    away("head", "staff")
    assert "Thay Phạm Quốc Bảo, hôm nay vắng mặt: Duyệt" in sign_in("staff").get(f"/tickets/{code}").text
    assert send("staff", code, "approve").status_code == 303
    assert look(code, lambda t: t.status) is Status.ANSWERED
    (event,) = [e for e in everything(TicketEvent) if e.verb is Verb.APPROVE]
    assert (event.by_name, event.detail["instead_of"]) == ("Lê Văn Hùng", "Phạm Quốc Bảo")
    (entry,) = [e for e in everything(AuditEntry) if e.deed == "tickets:approve"]
    assert (entry.actor_name, entry.detail["instead_of"]) == ("Lê Văn Hùng", "Phạm Quốc Bảo")
    assert "Lê Văn Hùng (thay Phạm Quốc Bảo)" in sign_in("head").get(f"/tickets/{code}").text


def test_nobody_approves_an_own_answer_in_the_heads_stead(submitted, away, send, look):
    code = submitted("staff")
    away("head", "staff")
    assert send("staff", code, "approve").status_code == 403
    assert look(code, lambda t: t.status) is Status.AWAITING_APPROVAL
    assert send("lead", code, "approve").status_code == 303


def test_an_absent_head_gets_nothing_of_the_own_passed_in_the_own_stead(submitted, away, send, person, look, app):
    code, head = submitted("head"), person("head")
    with app.app_context(), transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.code == code)).one()
        asked = {"asked_at": clock.now(), "asked_by_id": head, "asked_by_name": "Phạm Quốc Bảo"}
        dates = {"deadline_before": ticket.due_at, "wanted_until": ticket.due_at + timedelta(days=7)}
        ticket.extensions.append(Extension(cycle=1, number=1, reason="Chờ vật tư.", **asked, **dates))
    away("head", "staff")
    for verb in ("approve", "grant"):
        assert send("staff", code, verb).status_code == 403
    assert look(code, lambda t: (t.status, t.extensions[0].decided_at)) == (Status.AWAITING_APPROVAL, None)
    assert send("lead", code, "grant").status_code == 303
    assert send("lead", code, "approve").status_code == 303


def test_what_is_ones_own_right_is_done_in_ones_own_name(opened, away, send, everything):
    code = opened()
    away("head", "staff")
    assert send("staff", code, "accept").status_code == 303
    assert "instead_of" not in next(e for e in everything(TicketEvent) if e.verb is Verb.ACCEPT).detail


def test_the_substitute_assigns_reworks_and_decides_extensions(opened, submitted, moved, away, person, send, look, app):
    away("head", "staff")
    code = submitted("staff2")
    assert send("staff", code, "rework", reason="Cần rõ hơn.").status_code == 303
    assert send("staff", code, "assign", assignee_id=person("staff2")).status_code == 303
    with app.app_context():
        due = look(code, lambda t: t.due_at)
        until_on = next(
            day for day in (local(due).date() + timedelta(days=n) for n in range(1, 30)) if day.weekday() == 2
        )
    asked = send("staff2", code, "extend", until_on=until_on.isoformat(), reason="Chờ vật tư.")
    if asked.status_code == 303:  # a Wednesday may be a holiday
        assert send("staff", code, "grant", reason="").status_code == 303
        assert look(code, lambda t: t.extensions[0].is_granted)


@pytest.mark.parametrize(("first", "last"), [(1, 3), (-3, -1)])
def test_only_on_the_days_of_the_absence(submitted, away, send, first, last):
    code = submitted("staff2")
    away("head", "staff", first, last)
    assert send("staff", code, "approve").status_code == 403


def test_standing_in_never_reaches_into_another_unit(submitted, away, send, look, sign_in):
    code = submitted("staff2")
    away("head", "health")  # as somebody who moved to another unit meanwhile
    assert send("health", code, "approve").status_code in (403, 404)
    assert sign_in("health").get("/unit/people").status_code == 403
    assert look(code, lambda t: t.status) is Status.AWAITING_APPROVAL


def test_a_substitute_who_is_away_too_is_replaced_once_as_alerts_are(submitted, away, send):
    code = submitted("staff")
    away("head", "staff")
    away("staff", "staff2")
    assert send("staff2", code, "approve").status_code == 303


def test_the_page_says_for_whom_one_stands_in(away, sign_in):
    away("head", "staff")
    page = sign_in("staff").get("/tickets").text
    assert "Hôm nay Anh/Chị làm thay Phạm Quốc Bảo (Lãnh đạo đơn vị)" in page
    assert "thay" not in sign_in("staff2").get("/tickets").text.partition("<main")[2].partition("</nav>")[0]


DESKS = st.lists(
    st.builds(
        Desk,
        user_id=st.integers(1, 6),
        role=st.sampled_from(["staff", "head", "operator", "lead"]),
        department_id=st.sampled_from([None, 1, 2]),
        substitute_id=st.one_of(st.none(), st.integers(1, 6)),
        is_away=st.booleans(),
    ),
    unique_by=lambda desk: desk.user_id,
)


@given(DESKS, st.integers(1, 6))
def test_one_stands_in_only_for_absent_colleagues_never_for_oneself(desks, user_id):
    by_id = {desk.user_id: desk for desk in desks}
    for absent_id in absent_for(user_id, desks):
        absent, me = by_id[absent_id], by_id[user_id]
        assert absent.is_away and absent_id != user_id and me.department_id == absent.department_id
        assert me.department_id is not None or me.role == absent.role
