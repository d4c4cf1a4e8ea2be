"""A focal point's morning by keyboard: walk the list, accept, give to a colleague, open at the answer, the help sheet."""

import pytest
from playwright.sync_api import expect

from hotline.tickets.rules.lifecycle import Status
from tests.support.browser import Served


@pytest.fixture
def app(served):
    """The application that is served, for the fixtures that make cases."""
    return served.app


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # keys do not depend on the database
def test_the_morning_of_a_focal_point(served: Served, person, opened, look):
    first, second, third = opened("GT-03"), opened("GT-01"), opened("GT-01")
    person("staff", is_focal_point=True)
    page = served.person("staff")
    expect(page.get_by_role("link", name="Chưa phân công")).to_have_attribute("aria-current", "page")
    expect(page.locator("#bulk")).to_be_hidden()

    # j walks down, k up; a accepts the row one stands on, and one stands on it again.
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("tr.is-here .code")).to_have_text(first)
    page.keyboard.press("a")
    expect(page.locator(".outcome")).to_contain_text("Đã tiếp nhận 1 phản ánh.")
    assert look(first, lambda t: t.status) is Status.IN_PROGRESS
    expect(page.locator("tr.is-here .code")).to_have_text(first)

    # x ticks; with the shift key a whole range; p leads to the colleague.
    page.keyboard.press("x")
    page.locator(f"tr[data-code='{third}'] input[name=ticked]").click(modifiers=["Shift"])
    expect(page.locator("[data-ticked]")).to_have_text("3")
    page.keyboard.press("p")
    page.select_option("[name=assignee_id]", label="Đỗ Thị Hạnh")
    page.get_by_role("button", name="Phân công").click()
    expect(page.locator(".outcome")).to_contain_text("Đã phân công 3 phản ánh.")
    assert {look(code, lambda t: t.assignee.name) for code in (first, second, third)} == {"Đỗ Thị Hạnh"}
    expect(page.locator(".empty")).to_contain_text("chưa giao cho ai")

    # r opens the case where the answer is written; Enter opens it as it is; ? lists the keys.
    page.goto("/tickets?view=todo")
    page.keyboard.press("j")
    page.keyboard.press("?")
    for words in ("Phản ánh kế tiếp", "Tiếp nhận", "Soạn trả lời", "Enter"):
        expect(page.locator("#keys")).to_contain_text(words)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.wait_for_url(f"**/tickets/{first}#answer")
    expect(page.locator("details[open] textarea[name=body]")).to_be_focused()
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/26-*")
