"""The console as an operator's hands know it: in a real browser, with calls that keep coming in."""

import re

import pytest
from playwright.sync_api import expect

from hotline.db import db
from hotline.tickets.models import Ticket

LINE = "+842713881022"


def rings(served, number, caller, **more):
    told = {"CallSid": "CA" + str(number) * 32, "From": caller, "To": LINE, "Direction": "inbound"}
    served.exchange_tells("voice", **told, CallStatus="ringing")
    served.exchange_tells("wait", **told, CallStatus="in-progress", QueuePosition="1", QueueTime="0")


@pytest.fixture
def operator(served):
    """The operator's browser on the console, one caller in line."""
    rings(served, 1, "+84912345678")
    page = served.person("operator")
    page.goto("/console")
    expect(page.locator("#calls .call-card")).to_have_count(1)
    return page


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # how a page behaves does not depend on the database
def test_a_call_taken_by_key_stays_mine_while_others_ring(served, operator):
    operator.keyboard.press("F2")
    operator.wait_for_url("**/console?call=*")
    expect(operator.locator(".call-card.is-mine")).to_contain_text("Anh/Chị đang nghe")
    operator.keyboard.type("Ổ gà trước chợ")
    rings(served, 2, "+84987654321")
    expect(operator.locator("#calls .call-card")).to_have_count(2)
    expect(operator.locator(".call-card.is-mine")).to_have_count(1)
    expect(operator.locator("#calls")).not_to_contain_text("Quay lại cuộc gọi này")
    expect(operator.locator("[name=content]")).to_have_value("Ổ gà trước chợ")
    expect(operator.locator("[data-key=f2]")).to_have_count(1)
    waited = operator.locator(".call-card [data-waited]").first
    before = waited.inner_text()
    assert re.fullmatch(r"\d+:\d\d", before)
    expect(waited).not_to_have_text(before)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_words_that_match_nothing_are_not_dropped(served, operator):
    def saved():
        with served.app.app_context():
            return db.session.query(Ticket).count()

    operator.fill("[name=content]", "Ổ gà trước chợ.")
    category = operator.get_by_role("combobox", name="Lĩnh vực")
    category.fill("zzqq")
    operator.keyboard.press("Control+Enter")
    expect(operator.locator("form .error:visible")).to_contain_text("Không có mục nào khớp")
    expect(category).to_have_value("zzqq")
    expect(category).to_be_focused()
    assert saved() == 0
    category.fill("pothole")  # the other language's name finds it, too
    operator.keyboard.press("Enter")
    expect(category).to_have_value("Mặt đường hư hỏng, ổ gà")
    expect(category).not_to_have_accessible_description(re.compile("Không có mục nào khớp"))
    operator.get_by_role("combobox", name="Xã, phường").fill("tien thanh")
    operator.keyboard.press("Enter")
    expect(operator.get_by_role("combobox", name="Xã, phường")).to_have_value("Phường Đồng Xoài")
    operator.keyboard.press("Control+Enter")
    operator.wait_for_url("**/console?saved=*")
    assert saved() == 1


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("before", ["typed", "refused by the list", "refused by the server"])
def test_an_unsaved_report_is_not_left_without_a_question(operator, before):
    asked = []
    operator.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    operator.locator("[name=content]").click()
    operator.keyboard.type("Nội dung đang gõ")
    if before == "refused by the list":
        operator.get_by_role("combobox", name="Lĩnh vực").fill("zzqq")
        operator.keyboard.press("Control+Enter")
        expect(operator.get_by_role("combobox", name="Lĩnh vực")).to_have_accessible_description(
            re.compile("Không có mục nào khớp")
        )
    if before == "refused by the server":
        operator.fill("[name=phone]", "không nhớ")
        operator.keyboard.press("Control+Enter")
        expect(operator.locator(".error-summary")).to_be_visible()
        operator.locator("[name=content]").click()
    operator.get_by_role("link", name="Cuộc gọi", exact=True).click(no_wait_after=True)
    operator.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(operator.locator("[name=content]")).to_have_value("Nội dung đang gõ")
