"""Opening a ticket: one transaction gives code, unit, deadlines, notice and text, or nothing at all."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.catalogue.actions import NewUnit, Reorganisation, reorganise
from hotline.catalogue.actions.units import draft_of
from hotline.catalogue.queries import department_by_code
from hotline.db import db, transaction
from hotline.errors import Invalid
from hotline.messages.models import Message
from hotline.tickets import actions
from hotline.tickets.models import ClockKind, Leg, Ticket, TicketEvent
from hotline.tickets.rules.codes import read_code
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.web.formats import local


def test_a_routed_ticket_has_unit_reason_deadlines_and_notices(opened, look):
    code = opened()
    assert read_code(code) == code
    found = look(
        code, lambda t: (t.status, t.department.code, t.routing_reason, {c.kind for c in t.clocks}, t.due_at, t.is_open)
    )
    status, unit, reason, clocks, due_at, is_open = found
    assert (status, unit, is_open) == (Status.ROUTED, "SXD", True)
    assert "Sở Xây dựng" in reason
    assert clocks == {ClockKind.ACCEPTANCE, ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION}
    assert due_at > clock.now()
    assert look(code, lambda t: [e.verb for e in t.events]) == [Verb.OPEN, Verb.ROUTE]


def test_one_text_is_queued_and_it_names_unit_and_deadline(app, opened):
    code = opened()
    with app.app_context():
        texts = db.session.scalars(select(Message).where(Message.ticket_code == code)).all()
        assert [m.template for m in texts] == ["received_routed"]
        assert texts[0].to_number == "+84912345678"
        assert code in texts[0].body and "So Xay dung" in texts[0].body and "Han tra loi" in texts[0].body


@pytest.mark.parametrize("phone", ["", "anonymous", "0271 3888888", "1022"])
def test_numbers_that_cannot_receive_get_no_text(app, opened, phone):
    code = opened(phone=phone)
    with app.app_context():
        assert db.session.scalars(select(Message).where(Message.ticket_code == code)).all() == []


def test_a_ticket_without_category_waits_in_triage(opened, look):
    code = opened(category=None)
    assert look(code, lambda t: (t.status, t.department_id)) == (Status.TRIAGE, None)
    assert look(code, lambda t: t.next_due_at) is not None


def test_street_lights_go_to_the_committee_of_the_area(opened, look):
    code = opened(category="DT-02", area="25195")
    assert look(code, lambda t: t.department.code) == "UBND-25195"
    assert look(opened(category="DT-02", area=None), lambda t: t.status) is Status.TRIAGE


def test_a_sensitive_category_hides_the_person_without_being_asked(opened, look):
    assert look(opened(category="LD-03"), lambda t: t.is_confidential) is True


@pytest.mark.parametrize("hours", [25, -1])
def test_a_call_of_tomorrow_or_of_last_week_is_refused_whole(app, by, hours):
    now = clock.now()
    wish = actions.NewTicket(content="Đèn đường hỏng", received_at=now - timedelta(hours=hours))
    with app.app_context(), pytest.raises(Invalid) as refused, transaction():
        actions.open_ticket(wish, by=by("operator"), now=now)
    assert "received_at" in refused.value.fields
    with app.app_context():
        assert db.session.scalar(select(Ticket)) is None
        assert db.session.scalar(select(TicketEvent)) is None


def test_r7_legs_tile_the_life_from_the_call_on(app, opened, moved, look):
    code = opened(minutes_ago=30)
    moved(
        code,
        ("staff", "accept"),
        ("staff", "ask", {"question": "Xin cho biết số nhà gần nhất?", "by_phone": True}),
        ("operator", "confirm"),
        ("staff", "resume", {"note": "Trước số nhà 15."}),
        ("staff", "answer", {"body": "Đã vá ổ gà sáng nay."}),
        ("head", "approve"),
    )
    with app.app_context():
        ticket = db.session.scalar(select(Ticket).where(Ticket.code == code))
        legs = db.session.scalars(select(Leg).where(Leg.ticket_id == ticket.id).order_by(Leg.id)).all()
        assert [leg.holder.value for leg in legs] == ["switchboard", "unit", "citizen", "unit", "approver"]
        assert legs[0].began_at == ticket.received_at and legs[-1].ended_at == ticket.stopped_at
        assert all(a.ended_at == b.began_at for a, b in pairwise(legs))


def test_a_case_goes_to_a_unit_that_stands_when_it_is_saved(app, opened, look, by):
    now = clock.now()
    with app.app_context(), transaction():
        today = local(now).date()
        old = department_by_code("SXD", today)
        taker = NewUnit("SXD", replace(draft_of(old), name_vi="Sở Xây dựng mới"))
        new_id = reorganise(Reorganisation((old,), taker, (), today), by=by("admin"), now=now).id
    code = opened(minutes_ago=24 * 60 - 2)  # of yesterday
    assert look(code, lambda t: t.department_id) == new_id
