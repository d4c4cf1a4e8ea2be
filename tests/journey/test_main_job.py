"""The main job from end to end, as five people live it: caller, operator, clerk, head, and the citizen with a telephone."""

import re

from playwright.sync_api import expect

from tests.support.browser import Served

CALLER, LINE, CALL = "+84912345678", "+842713881022", "CA" + "7" * 32


def rings(served: Served, route: str, **more: str) -> str:
    return served.exchange_tells(route, CallSid=CALL, From=CALLER, To=LINE, Direction="inbound", **more)


def test_from_a_ringing_telephone_to_a_rated_answer(served: Served):
    operator, clerk, head = served.person("operator"), served.person("staff"), served.person("head")
    lead, citizen = served.person("lead"), served.person(width=390, height=844, script=False)
    lead.goto("/dashboard")
    expect(lead.locator("body")).not_to_contain_text(re.compile(r"n = \d"))

    # 5. A call comes in: greeted, in line; the console shows it without reloading and pops the history.
    operator.goto("/console")
    expect(operator.locator("#calls")).to_contain_text("Không có ai đang chờ")
    assert "Enqueue" in rings(served, "voice", CallStatus="ringing")
    rings(served, "wait", CallStatus="in-progress", QueuePosition="1", QueueTime="0")
    expect(operator.locator("#calls .call-card")).to_contain_text("678")
    operator.locator("#calls .call-card button").click()
    operator.wait_for_url("**/console?call=*")
    expect(operator.locator("[name=phone]")).to_have_value(CALLER)
    expect(operator.locator("#caller")).to_contain_text("chưa có phản ánh")

    # 6. A ticket is opened from the keyboard; before saving the form says where it goes and by when.
    operator.fill("[name=caller_name]", "Nguyễn Thị Lan")
    operator.locator("[name=content]").focus()
    operator.keyboard.type("Ổ gà lớn trước chợ Đồng Xoài, xe máy ngã.")
    for typed in ("o ga", "dong xoai"):
        operator.keyboard.press("Tab")
        operator.keyboard.type(typed)
        operator.keyboard.press("Enter")
    expect(operator.locator("#preview")).to_contain_text("Sở Xây dựng")
    expect(operator.locator("#preview")).to_contain_text("17:00")
    operator.keyboard.press("Control+Enter")
    operator.wait_for_url("**/console?saved=*")
    code = operator.locator(".saved-code .code").inner_text()
    assert re.fullmatch(r"\d{2}-\d{7}", code)
    expect(operator.locator(".saved")).to_contain_text("Sở Xây dựng")

    # 7. The department: what is due next, accept, answer; the head approves.
    clerk.goto("/tickets?view=todo")
    clerk.get_by_role("link", name=code).click()
    expect(clerk.locator("body")).not_to_contain_text("0912345678")
    clerk.locator(".next-up").get_by_role("button", name="Tiếp nhận").click()
    expect(clerk.locator("h1 + *, .under").first).to_contain_text("Đang xử lý")
    clerk.locator("#verb-answer > summary").click()
    clerk.fill("#verb-answer [name=body]", "Đã vá ổ gà trước chợ Đồng Xoài sáng nay. Xin cảm ơn Bà.")
    clerk.locator("#verb-answer form[method=post] button[type=submit]").click()
    expect(clerk.locator(".under")).to_contain_text("chờ duyệt")
    expect(clerk.get_by_role("button", name="Duyệt")).to_have_count(0)
    head.goto("/tickets?view=approval")
    head.get_by_role("link", name=code).click()
    head.locator(".next-up").get_by_role("button", name="Duyệt").click()
    expect(head.locator(".under")).to_contain_text("Đã trả lời")

    # 8, 9. The timers send one text with the link.
    served.timers_ring()
    served.timers_ring()
    lead.goto("/messages")
    links = lead.locator("a[href*='/r/']")
    expect(links).to_have_count(1)
    address = links.get_attribute("href")

    # 10. The citizen, without script and cookies: the answer, two clicks, thanks.
    citizen.goto(address)
    expect(citizen.locator(".answer")).to_contain_text("Đã vá ổ gà trước chợ Đồng Xoài sáng nay.")
    citizen.locator("label", has_text="Đã giải quyết").first.click()
    citizen.locator("button[name=score][value='5']").click()
    expect(citizen.locator("[role=status]").first).to_contain_text("Xin cảm ơn")
    assert citizen.context.cookies() == []

    # 11. The numbers: n rose by exactly one, and opens exactly its list.
    lead.goto("/dashboard")
    expect(lead.locator("body")).to_contain_text("n = 1 ")
    lead.locator("a.figure", has_text="n = 1").click()
    expect(lead.locator("a.code")).to_have_text([code])

    # 12. The citizen follows the case: steps, unit, the approved answer, nothing personal.
    citizen.goto("/t")
    citizen.fill("[name=code]", code)
    citizen.fill("[name=proof]", "5678")
    citizen.get_by_role("button", name="Tra cứu").click()
    expect(citizen.locator("main")).to_contain_text("Sở Xây dựng")
    expect(citizen.locator("main")).to_contain_text("Đã vá ổ gà trước chợ Đồng Xoài sáng nay.")
    expect(citizen.locator("main")).not_to_contain_text("Nguyễn Thị Lan")
