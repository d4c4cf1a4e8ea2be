"""The README's pictures, drawn from a demonstration: `make screenshots` writes docs/pictures/*.png.

Loads a small province into a folder of its own, serves it, lets a call wait in line, and photographs with Chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from twilio.request_validator import RequestValidator

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))
from tools.get_chromium import find  # noqa: E402
from tools.province import province  # noqa: E402

TOKEN = "a-token-for-pictures"
CALLER = {"CallSid": "CA" + "9" * 32, "From": "+84912345678", "To": "+842713881022", "Direction": "inbound"}


def main() -> None:
    """Draw them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with province(tickets=1_500, twilio_token=TOKEN) as served:
        _photograph(served.base)


def _photograph(base: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        lead = _person(browser, base, "lead", 1280, 860)
        lead.goto(f"{base}/dashboard")
        lead.wait_for_timeout(900)
        _keep(lead, "dashboard")
        lead.goto(f"{base}/messages")
        link = lead.locator("a[href*='/r/']").first.get_attribute("href") or ""
        clerk = _person(browser, base, "staff", 1280, 860)
        clerk.goto(f"{base}/tickets?view=todo")
        clerk.locator("[data-row]").first.click()
        _keep(clerk, "case")
        operator = _person(browser, base, "operator", 1280, 860)
        _rings(operator, base)
        operator.goto(f"{base}/console")
        operator.locator("#calls .call-card button").click()
        operator.locator("[name=content]").fill("Ổ gà lớn trước chợ Đồng Xoài, xe máy hay ngã vào buổi tối.")
        for typed in ("o ga", "dong xoai"):
            operator.keyboard.press("Tab")
            operator.keyboard.type(typed)
            operator.keyboard.press("Enter")
        operator.wait_for_timeout(700)
        _keep(operator, "console")
        citizen = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
        citizen.goto(link)
        _keep(citizen, "rating")
        browser.close()


def _person(browser: Browser, base: str, name: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN").new_page()
    page.goto(f"{base}/login")
    page.fill("[name=email]", f"{name}@demo.test")
    page.fill("[name=password]", "hotline-demo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def _rings(page: Page, base: str) -> None:
    steps = (("voice", {"CallStatus": "ringing"}), ("wait", {"CallStatus": "in-progress", "QueuePosition": "1"}))
    for route, more in steps:
        body, address = {**CALLER, **more}, f"{base}/twilio/{route}"
        signature = RequestValidator(TOKEN).compute_signature(address, body)
        answer = page.request.post(address, form=body, headers={"X-Twilio-Signature": signature})
        assert answer.ok, answer.text()


def _keep(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
