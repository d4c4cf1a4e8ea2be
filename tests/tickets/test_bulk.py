"""Several cases at once: what can be done is done, what cannot is named with its reason, and nothing is done twice."""

import uuid

import pytest

from hotline.tickets.models import TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb
from tests.support.ticking import bulk

__all__ = ["bulk"]


def test_one_click_accepts_many_and_names_those_that_could_not(opened, moved, look, bulk):
    good, changed, accepted, foreign = opened(), opened(), opened(), opened("YT-01")
    moved(accepted, ("staff", "accept"))
    answer = bulk("staff", "accept", [good, f"{changed}:9", accepted, foreign, "26-9999999:1"])
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/tickets?view=todo&report=")
    assert look(good, lambda t: t.status) is Status.IN_PROGRESS
    assert look(changed, lambda t: t.status) is Status.ROUTED and look(foreign, lambda t: t.status) is Status.ROUTED
    said = bulk.page.partition('class="alert outcome')[2].partition("</ul>")[0]
    assert "Đã tiếp nhận 1 phản ánh." in said
    for code, reason in ((changed, "đã thay đổi"), (accepted, "Đang xử lý"), (foreign, "không còn thuộc đơn vị")):
        assert code in said and reason in said, reason
    assert "26-9999999" in said


def test_what_was_skipped_leaves_no_trace(opened, moved, look, bulk, stands):
    code = opened()
    moved(code, ("staff", "accept"))
    before = {name: rows for name, rows in stands(code).items() if name != "audit_entries"}
    bulk("staff", "accept", [code])
    assert {name: rows for name, rows in stands(code).items() if name != "audit_entries"} == before


def test_a_second_click_gets_the_first_answer(opened, sign_in, bulk, everything):
    code, staff, key = opened(), sign_in("staff"), str(uuid.uuid4())
    first = bulk(staff, "note", [f"{code}:2"], note="Đã gọi tổ đường.", idempotency_key=key)
    second = bulk(staff, "note", [f"{code}:2"], note="Đã gọi tổ đường.", idempotency_key=key)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"] and "Đã ghi chú 1 phản ánh." in bulk.page
    assert [e.note for e in everything(TicketEvent) if e.verb is Verb.NOTE] == ["Đã gọi tổ đường."]
    assert bulk(staff, "note", [f"{code}:3"], note="Khác.", idempotency_key=key).status_code == 422


def test_the_head_gives_many_to_one_person_who_is_told_of_each(opened, look, person, bulk, everything):
    made = [opened(), opened()]
    assert bulk("head", "assign", made, assignee_id=person("staff2"), back="view=unassigned").status_code == 303
    assert {look(code, lambda t: t.assignee.name) for code in made} == {"Đỗ Thị Hạnh"}
    assert "Đã phân công 2 phản ánh." in bulk.page


@pytest.mark.parametrize(
    ("verb", "codes", "fields", "field"),
    [
        ("accept", [], {}, "ticked"),
        ("accept", ["nonsense:1"], {}, "ticked"),
        ("accept", ["26-0000019:1"] * 101, {}, "ticked"),
        ("note", None, {"note": ""}, "note"),
        ("note", None, {"note": "a" * 4001}, "note"),
        ("assign", None, {"assignee_id": ""}, "assignee_id"),
        ("assign", None, {"assignee_id": "health"}, "assignee_id"),
        ("accept", None, {"status": "closed"}, None),
    ],
)
def test_what_is_wrong_is_said_and_what_was_ticked_stays(opened, person, look, bulk, verb, codes, fields, field):
    code = opened()
    if fields.get("assignee_id") == "health":
        fields = {"assignee_id": person("health")}
    answer = bulk("head", verb, [code] if codes is None else codes, **fields)
    assert answer.status_code == 422 and look(code, lambda t: t.version) == 2
    if field in ("note", "assignee_id"):
        assert f'id="{field}-error"' in answer.text and f'value="{code}:2" form="bulk"' in answer.text
        assert f'name="ticked" value="{code}:2" form="bulk" aria-label="Đánh dấu {code}" checked' in answer.text
    if fields.get("note"):
        assert fields["note"] in answer.text


@pytest.mark.parametrize(
    ("who", "verb"), [("staff", "assign"), ("operator", "accept"), ("leader", "note"), ("admin", "note")]
)
def test_the_permissions_of_the_single_verbs_hold(opened, sign_in, who, verb):
    client = sign_in(who)
    assert client.post(f"/tickets/bulk/{verb}", data={}).status_code in (400, 403)
    assert client.get("/tickets/bulk/answer").status_code in (403, 404, 405)


def test_an_answer_is_never_given_to_many(sign_in):
    staff = sign_in("staff")
    assert "/tickets/bulk/answer" not in staff.get("/tickets").text
    assert staff.post("/tickets/bulk/answer").status_code in (400, 404, 405)


def test_a_report_is_for_the_one_who_did_it(opened, sign_in, bulk):
    code = opened()
    answer = bulk("staff", "accept", [code])
    other = sign_in("head").get(answer.headers["Location"])
    assert other.status_code == 200 and "Đã tiếp nhận" not in other.text.partition("<table")[0]
