"""Units that end: work, people, rules and texts go to the successor on the day, once, wherever it is carried out."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import create_engine, func, select, text

from hotline import clock
from hotline.actor import Actor, ActorKind
from hotline.admin import jobs
from hotline.audit import AuditEntry
from hotline.catalogue.actions import Reorganisation, UnitDraft, add_unit, reorganise
from hotline.catalogue.models import AnswerTemplate, Department, DepartmentSuccession, Level, RoutingRule
from hotline.catalogue.queries import department_by_code
from hotline.db import db, transaction
from hotline.messages.models import Alert
from hotline.messages.rules.alerts import AlertKind
from hotline.staff.models import User
from hotline.tickets import queries
from hotline.tickets.actions import succeed
from hotline.tickets.models import Holder, SubTask, Ticket
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.web.formats import local
from tests.admin.forms import save, send, the_form


@pytest.fixture
def today(app):
    with app.app_context():
        return local(clock.now()).date()


@pytest.fixture
def unit(app, today):
    """unit("SXD") -> the id of the unit that has this code today."""

    def find(code, on=None):
        with app.app_context():
            found = department_by_code(code, on or today)
            return found.id if found else None

    return find


def plan(client, path, **fields):
    """Look, and decide."""
    looked = send(client, path, **fields)
    assert looked.status_code == 200, looked.text[-3000:]
    return looked, save(client, looked)


def test_a_merged_unit_hands_over_its_cases_people_rules_and_texts(app, sign_in, opened, moved, look, unit, today, by):
    new, accepted, mine = opened(), opened(), opened(category="YT-01", area=None)
    moved(accepted, ("staff", "accept"))
    with app.app_context(), transaction() as session:
        ticket = session.scalar(select(Ticket).where(Ticket.code == accepted))
        ticket.assignee_id = session.scalar(select(User.id).where(User.email == "staff@demo.test"))
        other = session.scalar(select(Ticket).where(Ticket.code == mine))
        old_id = ticket.department_id
        now = clock.now()
        session.add(AnswerTemplate(code="T1", title="Mẫu", body="Đã sửa.", department_id=old_id))
        session.add(
            SubTask(
                ticket=other, cycle=1, department_id=old_id, question="Đơn vị cho ý kiến.", asked_by_name="SYT",
                due_at=now + timedelta(days=1), asked_at=now,
            )
        )  # fmt: skip
        before = {code: session.scalar(select(Ticket.due_at).where(Ticket.code == code)) for code in (new, accepted)}
    looked, done = plan(sign_in("admin"), f"/admin/units/{old_id}/merge", taker_id=str(unit("STC")))
    assert "SXD" in looked.text and done.status_code == 303
    taker = unit("STC")
    for code in (new, accepted):
        assert look(code, lambda t: t.department_id) == taker
        assert look(code, lambda t: t.due_at) == before[code]
        legs = look(code, lambda t: [(leg.holder, leg.department_id, leg.began_at, leg.ended_at) for leg in t.legs])
        assert legs[-1][:2] == (Holder.UNIT, taker) and legs[-2][3] == legs[-1][2] and legs[-1][3] is None
        assert look(code, lambda t: t.events[-1].verb) is Verb.SUCCEED
    assert look(new, lambda t: t.status) is Status.ROUTED and look(accepted, lambda t: t.status) is Status.IN_PROGRESS
    assert look(accepted, lambda t: t.assignee.email) == "staff@demo.test"  # who moved along keeps the case
    with app.app_context():
        assert db.session.scalars(select(SubTask.department_id)).all() == [taker]
        assert db.session.scalars(select(AnswerTemplate.department_id).where(AnswerTemplate.code == "T1")).all() == [
            taker
        ]
        assert not db.session.scalar(select(func.count()).select_from(User).where(User.department_id == old_id))
        current = select(func.count()).select_from(RoutingRule).where(RoutingRule.is_current)
        assert db.session.scalar(current.where(RoutingRule.department_code == "SXD")) == 0
        second = select(RoutingRule).where(RoutingRule.code == "R-GT-01").order_by(RoutingRule.version)
        assert [(r.version, r.is_current, r.department_code) for r in db.session.scalars(second)] == [
            (1, False, "SXD"), (2, True, "STC"),
        ]  # fmt: skip
        ended = db.session.get(Department, old_id)
        assert ended.valid_to == today
        told = select(AuditEntry.detail).where(AuditEntry.deed == "catalogue:end-unit")
        assert db.session.scalars(told).one() == {
            "before": {"valid_to": None}, "after": {"valid_to": today.isoformat()},
        }  # fmt: skip
        assert db.session.scalar(select(func.count()).select_from(Alert).where(Alert.ticket_code == new))
    fresh = opened()
    assert look(fresh, lambda t: t.department.code) == "STC"
    assert sign_in("staff").get(f"/tickets/{new}").status_code == 200


def test_a_case_whose_person_stays_behind_belongs_to_nobody(app, opened, moved, look, unit, by):
    code = opened()
    moved(code, ("staff", "accept"))
    with app.app_context(), transaction() as session:
        ticket = session.scalar(select(Ticket).where(Ticket.code == code))
        ticket.assignee_id = session.scalar(select(User.id).where(User.email == "health@demo.test"))
    with app.app_context(), transaction() as session:
        ticket = session.scalar(select(Ticket).where(Ticket.code == code))
        succeed(ticket, session.get(Department, unit("STC")), by=by("admin"), now=clock.now())
    assert look(code, lambda t: t.assignee_id) is None


def test_what_is_planned_for_a_day_happens_on_the_day_and_once(app, sign_in, opened, look, unit, today):
    code, old = opened(), unit("SXD")
    on = today + timedelta(days=10)
    _looked, done = plan(
        sign_in("admin"), f"/admin/units/{old}/rename", on=on.isoformat(), name_vi="Sở Xây dựng và Giao thông",
        sms_name="So XD va GT",
    )  # fmt: skip
    assert done.status_code == 303
    now = clock.now()
    with app.app_context():
        assert jobs.reorganise(now) == 0
    assert look(code, lambda t: t.department_id) == old
    with app.app_context():
        assert jobs.reorganise(now + timedelta(days=11)) == 1
        assert jobs.reorganise(now + timedelta(days=11)) == 0
        events = db.session.scalar(select(Ticket).where(Ticket.code == code)).events
        assert [event.verb for event in events].count(Verb.SUCCEED) == 1
        rules = select(RoutingRule.version).where(RoutingRule.code == "R-GT-01")
        assert db.session.scalars(rules).all() == [1]  # the code is the same, so the rules need not change
    assert look(code, lambda t: (t.department.code, t.department.name_vi)) == ("SXD", "Sở Xây dựng và Giao thông")


def test_what_is_planned_can_be_called_off(app, sign_in, unit, today):
    admin, old = sign_in("admin"), unit("SXD")
    on = today + timedelta(days=10)
    plan(admin, f"/admin/units/{old}/rename", on=on.isoformat(), name_vi="Sở Khác", sms_name="So Khac")
    assert unit("SXD", on) != old
    page = admin.get(f"/admin/units/{old}").text
    action, fields = the_form(page, "/call-off")
    assert admin.post(action, data=fields).status_code == 303
    assert unit("SXD", on) == old
    with app.app_context():
        assert db.session.get(Department, old).valid_to is None
        lines = select(func.count()).select_from(DepartmentSuccession)
        assert not db.session.scalar(lines.where(DepartmentSuccession.predecessor_id == old))


def test_a_dissolved_unit_has_one_that_takes_the_work_and_others_that_do_not(app, sign_in, opened, look, unit):
    code, old = opened(), unit("SXD")
    _looked, done = plan(
        sign_in("admin"), f"/admin/units/{old}/dissolve", taker_id=str(unit("STC")), **{"others-0": str(unit("SCT"))}
    )
    assert done.status_code == 303
    assert look(code, lambda t: t.department.code) == "STC"
    with app.app_context():
        rows = db.session.scalars(select(DepartmentSuccession).where(DepartmentSuccession.predecessor_id == old)).all()
        assert {(row.successor_id, row.takes_open_work) for row in rows} == {(unit("STC"), True), (unit("SCT"), False)}


def test_several_units_become_a_new_one(app, sign_in, opened, look, unit):
    code = opened()
    _looked, done = plan(
        sign_in("admin"), f"/admin/units/{unit('SXD')}/merge", code="SXDCT", name_vi="Sở Xây dựng và Công Thương",
        sms_name="So XD-CT", **{"also-0": str(unit("SCT"))},
    )  # fmt: skip
    assert done.status_code == 303
    assert look(code, lambda t: t.department.code) == "SXDCT"
    assert unit("SCT") is None and unit("SXD") is None


def test_what_cannot_be_is_refused_and_nothing_changes(app, sign_in, unit):
    admin, old, other = sign_in("admin"), unit("SXD"), str(unit("STC"))
    for way, fields, wrong in (
        ("merge", {}, "code"),
        ("merge", {"taker_id": other, "also-0": other}, "taker_id"),
        ("dissolve", {"taker_id": ""}, "taker_id"),
        ("rename", {"on": "2020-01-01"}, "on"),
        ("rename", {"sms_name": "Sở dài"}, "sms_name"),
        ("rename", {"on": "hôm qua"}, "on"),
    ):
        answer = send(admin, f"/admin/units/{old}/{way}", **fields)
        assert answer.status_code == 422 and f'id="{wrong}-error"' in answer.text, (way, wrong)
    assert unit("SXD") == old


def test_a_plan_from_an_old_page_is_a_conflict(app, sign_in, unit):
    admin, path = sign_in("admin"), f"/admin/units/{unit('SXD')}/merge"
    looked = send(admin, path, taker_id=str(unit("STC")))
    send(admin, f"/admin/units/{unit('SXD')}", step="save", sms_name="So XD")
    assert save(admin, looked).status_code == 409
    assert unit("SXD") is not None


def test_what_an_ended_unit_answered_is_found_by_who_took_it_over(app, sign_in, opened, moved, look, unit, today):
    code, foreign = opened(), opened(category="YT-01", area=None)
    moved(code, ("staff", "accept"), ("staff", "answer", {"body": "Đã vá ổ gà."}), ("head", "approve"))
    admin, old = sign_in("admin"), unit("SXD")
    soon = (today + timedelta(days=9)).isoformat()
    plan(admin, f"/admin/units/{unit('SCT')}/merge", taker_id=str(unit("STC")), on=soon)  # has not happened yet
    plan(admin, f"/admin/units/{old}/merge", taker_id=str(unit("STC")))
    staff, words = sign_in("staff"), look(code, lambda t: t.content)
    assert look(code, lambda t: t.department_id) == old
    assert (staff.get(f"/tickets/{code}").status_code, staff.get(f"/tickets/{foreign}").status_code) == (200, 404)
    assert f"/tickets/{code}" in staff.get("/tickets?view=done").text
    found = staff.get("/tickets", query_string={"view": "all", "q": words}).text
    assert f"/tickets/{code}" in found and foreign not in found
    assert sign_in("health").get(f"/tickets/{code}").status_code == 404
    with app.app_context():
        actor = Actor(ActorKind.STAFF, "", role="staff", department_id=unit("STC"))
        assert queries.units_of(actor) == [unit("STC"), old]
    moved(code, ("lead", "reopen", {"reason": "Lại hỏng."}))
    with app.app_context():
        assert jobs.reorganise(clock.now()) == 1
    assert look(code, lambda t: (t.status, t.department.code)) == (Status.REOPENED, "STC")


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("taker", ["asked", "asking", "both"])
def test_a_unit_that_leads_a_case_after_a_merger_owes_it_nothing(app, sign_in, opened, moved, look, unit, by, taker):
    code = opened()  # SXD leads, SYT and SCT are asked
    moved(code, ("staff", "accept"))
    with app.app_context(), transaction() as session:
        ticket = session.scalar(select(Ticket).where(Ticket.code == code))
        for asked in ("SYT", "SCT"):
            session.add(
                SubTask(
                    ticket=ticket, cycle=1, department_id=unit(asked), question="Cho ý kiến.", asked_by_name="SXD",
                    due_at=clock.now() + timedelta(days=1), asked_at=clock.now(),
                )
            )  # fmt: skip
    ending, fields = {
        "asked": ("SXD", {"taker_id": str(unit("SYT"))}),
        "asking": ("SYT", {"taker_id": str(unit("SXD"))}),
        "both": ("SXD", {"code": "SXDYT", "name_vi": "Sở Chung", "sms_name": "So Chung", "also-0": str(unit("SYT"))}),
    }[taker]
    plan(sign_in("admin"), f"/admin/units/{unit(ending)}/merge", **fields)
    owed = look(code, lambda t: [task.department.code for task in t.sub_tasks if task.is_open])
    assert owed == ["SCT"]
    assert look(code, lambda t: [e.verb for e in t.events].count(Verb.RELEASE)) == 1
    assert look(code, lambda t: [task.release_reason != "" for task in t.sub_tasks]) == [True, False]


def test_two_that_carry_out_at_once_move_each_case_once(app, opened, by, today):
    codes = [opened() for _ in range(3)]
    with app.app_context(), transaction() as session:
        old, new = department_by_code("SXD", today), department_by_code("STC", today)
        reorganise(Reorganisation((old,), new, (), today), by=by("admin"), now=clock.now())
        session.flush()

    def carry():
        with app.app_context():
            jobs.reorganise(clock.now())

    threads = [Thread(target=carry) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        for code in codes:
            ticket = db.session.scalar(select(Ticket).where(Ticket.code == code))
            assert [event.verb for event in ticket.events].count(Verb.SUCCEED) == 1
            assert [leg.department_id for leg in ticket.legs if leg.ended_at is None] == [ticket.department_id]


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_the_mover_waits_for_who_works_on_the_case_that_is_owed_a_part(app, config, opened, look, by, unit, today):
    code, old = opened(category="YT-01", area=None), unit("SXD")
    with app.app_context(), transaction() as session:
        ticket = session.scalar(select(Ticket).where(Ticket.code == code))
        session.add(
            SubTask(
                ticket=ticket, cycle=1, department_id=old, question="Cho ý kiến.", asked_by_name="SYT",
                due_at=clock.now() + timedelta(days=1), asked_at=clock.now(),
            )
        )  # fmt: skip
        version = ticket.version
        plan_ = Reorganisation((session.get(Department, old),), session.get(Department, unit("STC")), (), today)
        reorganise(plan_, by=by("admin"), now=clock.now())

    def carry():
        with app.app_context():
            jobs.reorganise(clock.now())

    mover, engine = Thread(target=carry), create_engine(config.database_url)
    with engine.begin() as holder:
        holder.execute(text("UPDATE tickets SET version = version + 1 WHERE code = :code"), {"code": code})
        mover.start()
        mover.join(timeout=1)
        assert mover.is_alive()
    mover.join(timeout=20)
    engine.dispose()
    assert look(code, lambda t: t.version) == version + 2
    assert look(code, lambda t: [task.department.code for task in t.sub_tasks]) == ["STC"]


def test_a_unit_still_to_come_may_take_the_place_of_one_that_ends(app, by, today):
    with app.app_context(), transaction():
        draft = UnitDraft("Trung tâm Mới", "", "TT Moi", Level.PROVINCE, "office")
        unit = add_unit("TTM", draft, today + timedelta(days=30), by=by("admin"), now=clock.now())
        assert unit.valid_from > today


def test_a_unit_that_ended_without_a_taker_can_still_get_one(app, sign_in, opened, look, unit, today):
    code, old, taker = opened(), unit("SXD"), unit("STC")
    ended = today - timedelta(days=3)
    with app.app_context(), transaction() as session:
        session.get(Department, old).valid_to = ended
    admin = sign_in("admin")
    path = f"/admin/units/{old}/dissolve"
    assert path in admin.get(f"/admin/units/{old}").text
    _looked, done = plan(admin, path, taker_id=str(taker))
    assert done.status_code == 303
    assert look(code, lambda t: t.department.code) == "STC"
    with app.app_context():
        assert db.session.get(Department, old).valid_to == ended
    assert path not in admin.get(f"/admin/units/{old}").text
    assert send(admin, path, taker_id=str(unit("SCT"))).status_code == 409


def test_retired_rules_stay_as_they_are_and_each_text_says_that_it_was_handed_on(app, sign_in, unit):
    old, taker = unit("SXD"), unit("STC")
    with app.app_context(), transaction() as session:
        session.scalar(
            select(RoutingRule).where(RoutingRule.code == "R-GT-01", RoutingRule.is_current)
        ).is_active = False
        session.add(AnswerTemplate(code="T1", title="Mẫu", body="Đã sửa.", department_id=old))
    looked, done = plan(sign_in("admin"), f"/admin/units/{old}/merge", taker_id=str(taker))
    assert done.status_code == 303 and "R-GT-01" not in looked.text
    with app.app_context():
        assert db.session.scalars(select(RoutingRule.version).where(RoutingRule.code == "R-GT-01")).all() == [1]
        handed = select(AuditEntry).where(AuditEntry.deed == "catalogue:hand-on", AuditEntry.object_id == "T1")
        entry = db.session.scalars(handed).one()
        assert entry.object_kind == "answer_template"
        assert entry.detail == {"before": {"department_id": old}, "after": {"department_id": taker}}


def test_a_list_kept_for_a_unit_shows_its_cases_with_the_successor(app, sign_in, opened, unit):
    code, old = opened(), unit("SXD")
    plan(sign_in("admin"), f"/admin/units/{old}/merge", taker_id=str(unit("STC")))
    lead = sign_in("lead")
    for unit_id in (old, unit("STC")):
        assert code in lead.get(f"/tickets?view=all&unit={unit_id}").text
    assert code not in lead.get(f"/tickets?view=all&unit={unit('SCT')}").text


def test_in_a_merger_nobody_stays_focal_point_and_the_successor_hears_of_what_is_owed(app, sign_in, opened, unit):
    code, old = opened(category="YT-01", area=None), unit("SXD")
    with app.app_context(), transaction() as session:
        session.scalar(select(User).where(User.email == "staff@demo.test")).is_focal_point = True
        ticket, now = session.scalar(select(Ticket).where(Ticket.code == code)), clock.now()
        session.add(
            SubTask(
                ticket=ticket, cycle=1, department_id=old, question="Đơn vị cho ý kiến.", asked_by_name="SYT",
                due_at=now + timedelta(days=1), asked_at=now,
            )
        )  # fmt: skip
    plan(sign_in("admin"), f"/admin/units/{old}/merge", taker_id=str(unit("STC")))
    with app.app_context():
        person = db.session.scalar(select(User).where(User.email == "staff@demo.test"))
        assert (person.department.code, person.is_focal_point) == ("STC", False)
        head = db.session.scalar(select(User.id).where(User.email == "head@demo.test"))
        told = select(Alert.kind).where(Alert.ticket_code == code, Alert.user_id == head)
        assert db.session.scalars(told).all() == [AlertKind.TASK_ASKED]


def test_a_unit_that_is_only_renamed_keeps_its_focal_points(app, sign_in, unit):
    with app.app_context(), transaction() as session:
        session.scalar(select(User).where(User.email == "staff@demo.test")).is_focal_point = True
    plan(sign_in("admin"), f"/admin/units/{unit('SXD')}/rename", name_vi="Sở Xây dựng mới", sms_name="So XD moi")
    with app.app_context():
        person = db.session.scalar(select(User).where(User.email == "staff@demo.test"))
        assert person.department_id == unit("SXD") and person.is_focal_point
