"""The page of a case: what comes first, what stays inside, what waits, the way back, what others did meanwhile."""

import re

from tests.tickets.test_verbs import do, hidden

SHOWN = "?lang=en"


def panel(page, name):
    """The HTML of the panel with that id."""
    found = re.search(rf'<section class="panel[^"]*" id="{name}">.*?\n?</section>', page, re.S)
    return found.group(0) if found else ""


def test_the_next_verb_stands_in_the_head_and_in_the_bar_and_the_stepper_shows_the_way(opened, moved, sign_in):
    code = opened()
    staff = sign_in("staff")
    page = staff.get(f"/tickets/{code}{SHOWN}").text
    assert page.count('form="verb-accept"') == 2 and 'id="verb-accept"' in page
    assert re.search(r'class="is-current"[^>]*>.*?Sent to a unit', page, re.S)
    moved(code, ("staff", "accept"))
    page = staff.get(f"/tickets/{code}").text
    assert page.count('data-opens-verb="verb-answer"') == 2
    assert {re.search(rf'id="verb-{verb}".*?<summary data-key="(\w)"', page, re.S).group(1)
            for verb in ("answer", "note")} == {"r", "n"}  # fmt: skip
    assert "next-bar" not in sign_in("leader").get(f"/tickets/{code}").text


def test_what_the_citizen_reads_and_what_stays_inside_are_told_apart(opened, moved, sign_in):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "note", {"text": "Nhà thầu hẹn thứ Năm."}),
          ("staff", "ask", {"question": "Hố ở làn nào?", "days": 3}))  # fmt: skip
    page = sign_in("head").get(f"/tickets/{code}{SHOWN}").text
    inside = re.search(r'<div class="said is-internal">.*?</div>', page, re.S).group(0)
    assert "Nhà thầu hẹn thứ Năm." in inside and "seen by staff only" in inside
    outside = re.search(r'<div class="said is-public">.*?</div>', page, re.S).group(0)
    assert "Hố ở làn nào?" in outside and "reads this" in outside
    matters = panel(page, "matters")
    assert "Hố ở làn nào?" in matters and "not yet delivered" in matters


def test_what_waits_goes_when_it_is_decided(opened, moved, sign_in, look, born):
    code = born("2026-03-02 08:00")
    staff, head = sign_in("staff"), sign_in("head")
    moved(code, ("staff", "accept"))
    until = look(code, lambda t: t.due_at.date()).replace(day=20)
    assert do(staff, code, "extend", until_on=until.isoformat(), reason="Chờ vật tư.").status_code == 303
    assert "Lê Văn Hùng asks for more time" in panel(head.get(f"/tickets/{code}{SHOWN}").text, "matters")
    assert do(head, code, "grant", reason="").status_code == 303
    assert panel(head.get(f"/tickets/{code}").text, "matters") == ""


def test_a_long_history_is_folded_not_lost(opened, moved, sign_in):
    code = opened()
    moved(code, *(("staff", "note", {"text": f"Ghi chú số {number}."}) for number in range(1, 21)))
    page = sign_in("staff").get(f"/tickets/{code}{SHOWN}").text
    shown, _fold, folded = page.partition('<details class="book earlier">')
    assert "Ghi chú số 20." in shown and "Ghi chú số 9." in shown and "Ghi chú số 8." not in shown
    assert "10 earlier entries" in folded and "Ghi chú số 1." in folded


def test_legs_tell_who_held_it_and_a_wrong_door_is_marked(opened, sign_in, look):
    code = opened()
    unit = look(code, lambda t: t.department_id)
    other = look(opened(category="YT-01"), lambda t: t.department_id)
    assert do(sign_in("staff"), code, "return", reason="Không thuộc.", proposed_department_id=other).status_code == 303
    legs = panel(sign_in("lead").get(f"/tickets/{code}{SHOWN}").text, "legs")
    assert unit and legs.count("<tr>") == 4 and "does not count for the unit" in legs


def test_the_way_back_leads_to_the_list_one_came_from(opened, sign_in):
    staff, code = sign_in("staff"), opened()

    def crumb(referrer):
        page = staff.get(f"/tickets/{code}", headers={"Referer": referrer}).text
        return re.search(r'class="crumbs".*?href="([^"]+)"', page, re.S).group(1)

    assert crumb("http://localhost/tickets?view=mine&after=1~2") == "/tickets?view=mine&amp;after=1~2"
    assert crumb("http://elsewhere.example/tickets?view=mine") == "/tickets"
    assert crumb("http://localhost/dashboard/list?figure=late") == "/tickets"


def test_a_stale_form_keeps_its_text_and_shows_what_others_did(opened, moved, sign_in, look):
    code = opened()
    moved(code, ("staff", "accept"), ("staff", "note", {"text": "Trước khi mở trang."}))
    staff = sign_in("staff")
    page = staff.get(f"/tickets/{code}{SHOWN}").text
    carried = {name: hidden(page, "answer", name) for name in ("csrf_token", "version", "idempotency_key")}
    moved(code, ("staff2", "note", {"text": "Tôi vừa gọi cho dân."}), ("lead", "chase", {"reason": "Dân hỏi lại."}))
    again = staff.post(f"/tickets/{code}/answer", data={**carried, "body": "Đơn vị đã vá xong ổ gà."})
    assert again.status_code == 409
    changes = panel(again.text, "changes")
    assert changes.index("Tôi vừa gọi cho dân.") < changes.index("Dân hỏi lại.") and "Trước khi mở" not in changes
    assert "Đơn vị đã vá xong ổ gà.</textarea>" in again.text
    assert int(hidden(again.text, "answer", "version")) == look(code, lambda t: t.version)


def test_units_learn_neither_name_nor_business_where_that_was_asked_for(opened, sign_in):
    code = opened(is_confidential=True, business_name="Công ty TNHH Ví Dụ", tax_code="0100109106")
    unit, switchboard = (sign_in(name).get(f"/tickets/{code}").text for name in ("head", "operator"))
    for word in ("Nguyễn Thị Lan", "Công ty TNHH Ví Dụ", "0100109106", "0912345678"):
        assert word not in unit
    assert "Nguyễn Thị Lan" in switchboard and "Công ty TNHH Ví Dụ" in switchboard
