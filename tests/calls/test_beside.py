"""At the console, by keyboard and mouse: a report saved into an incident while it is typed, and what else was said."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import Served

SAID = "Hố sụt sâu trên Quốc lộ 14 trước chợ Đồng Xoài, xe máy ngã."


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_console_proposes_the_incident_and_goes_on_with_what_else_the_caller_said(served: Served, opened, look):
    main = opened(content="Quốc lộ 14 trước chợ Đồng Xoài sụt một hố sâu, xe máy hay ngã.", phone="0987654321")
    page = served.person("operator")
    page.goto("/tickets/new")
    page.fill("[name=phone]", "0912345678")
    page.locator("[name=content]").focus()
    page.keyboard.type(SAID)
    for typed in ("o ga", "dong xoai"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Sở Xây dựng")
    expect(page.locator("#alike .code")).to_have_count(0)  # another ward
    page.locator("select[name=area_id]").evaluate(
        "(select, value) => { select.value = value; select.dispatchEvent(new Event('change', { bubbles: true })); }",
        str(look(main, lambda ticket: ticket.area_id)),
    )
    expect(page.locator("#alike .code")).to_have_text(main)
    page.locator("#alike button[name=main_code]").click()
    page.wait_for_url("**/console?saved=*")
    expect(page.locator(".saved")).to_contain_text(main)
    first = page.locator(".saved-code .code").inner_text()
    assert look(first, lambda ticket: ticket.parent.code) == main

    page.locator(".saved a[href*='/console/another/']").click()
    expect(page.locator("[name=phone]")).to_have_value("+84912345678")
    page.locator("[name=content]").fill("Đèn đường cũng tắt cả tuần nay.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/console?saved=*")
    second = page.locator(".saved-code .code").inner_text()
    assert re.fullmatch(r"\d{2}-\d{7}", second) and second != first
    assert look(second, lambda ticket: (ticket.split_from_id, ticket.parent_id)) == (look(first, lambda t: t.id), None)
