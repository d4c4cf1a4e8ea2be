"""Every screen under axe, on a desk and on a telephone: no violation of WCAG 2 A and AA, nor of good practice."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from hotline.db import db
from hotline.messages.actions import link_of
from hotline.messages.models import Message

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
SIZES = ((1280, 800), (390, 844))
BOTH_SIZES = ("operator", "staff", "head", "")
SCREENS = {
    "operator": ("/console", "/tickets/new", "/tickets", "/tickets/{code}/slip", "/calls", "/sample"),
    "staff": ("/tickets", "/tickets/{code}", "/businesses/0100109106", "/alerts", "/account", "/answers"),
    "head": ("/tickets?view=todo&channel=phone", "/unit/people"),
    "lead": (
        "/ratings",
        "/sample/draws",
        "/calls/nuisance",
        "/posters",
        "/admin/answers",
        "/admin/answers/GD-0001",
        "/messages",
        "/messages?channel=email",
        "/alerts",
        "/dashboard",
        "/dashboard/misrouting",
        "/dashboard/list?figure=received",
        "/dashboard/satisfaction",
        "/dashboard/satisfaction/list?figure=closed",
        "/dashboard/funnel",
        "/dashboard/funnel/list?bucket=closed",
        "/dashboard/integrity",
        "/dashboard/integrity/list?sign=reopened&department=50",
    ),
    "admin": (
        *("/admin/catalogue", "/admin/people", "/admin/calendars", "/admin/calendars/new"),
        *(f"/admin/calendars/VN-OFFICE{page}" for page in ("?year=2026", "/week", "/suggestions?year=2026")),
        *("/admin/texts", "/admin/texts/answered_rate/plain", "/admin/texts/received_routed/diacritics"),
        "/admin/settings",
        *("/admin/policies", "/admin/policies/new", "/admin/policies/URGENT", "/admin/policies/URGENT/retire"),
        *(
            "/admin/units?when=past",
            "/admin/units/50",
            "/admin/units/50/merge",
            "/admin/areas/new",
            "/admin/categories/1",
        ),
        *("/admin/people/new", "/admin/people/1", "/admin/tables/people"),
        *("/admin/rules", "/admin/rules/R-GT-01", "/admin/rules/try", "/admin/category-suggestions"),
        *("/admin/templates", "/admin/templates/new", "/admin/templates/O-GA"),
        *("/admin/authorities", "/admin/authorities/new", "/admin/authorities/TAND"),
    ),
    "": ("/login", "/t", "/t/{code}", "/open", "/open?receipt=ffff", "/nowhere", "{link}"),
}


CHANGES = {
    "/admin/calendars/VN-OFFICE?year=2026&day=2026-12-15": {"[name=name_vi]": "Nghỉ bão", "[name=name_en]": "Storm"},
    "/admin/calendars/VN-OFFICE/week": {"[name=sat]": "07:30-11:30"},
    "/admin/policies/GENERAL": {"#resolve_target": "3", "[name=apply_to_open]": ""},
    "/admin/policies/URGENT": {"[name=priority]": "high"},
}


def violations(page, name, judged=SIZES) -> list[str]:
    """What axe objects to on the page as it stands, at the `judged` sizes; also a page that is too wide at any."""
    wrong = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options=RULES).response["violations"] if (width, height) in judged else []
        wrong += [f"{name} at {width}: {broken['id']}: {broken['nodes'][0]['html'][:120]}" for broken in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{name} at {width}: scrolls sideways")
    return wrong


def rating_link(served, opened, moved) -> str:
    """The link of a case that was answered, as it stands in the text that waits for the hours of texting or left."""
    moved(opened(), ("staff", "accept"), ("staff", "answer", {"body": "Đã vá ổ gà."}), ("head", "approve"))
    served.timers_ring()
    served.timers_ring()
    with served.app.app_context():
        return link_of(db.session.scalars(select(Message).where(Message.link_id.is_not(None))).one())


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # what is drawn does not depend on the database
@pytest.mark.parametrize("who", SCREENS, ids=lambda name: name or "citizen")
def test_no_screen_shuts_anybody_out(served, opened, moved, told, who):
    code = opened(tax_code="0100109106", business_name="Công ty TNHH Ví Dụ")
    moved(code, ("staff", "accept"), ("staff", "note", {"text": "Đã gọi nhà thầu."}))
    told("staff", code=code, urgent=True)
    page, wrong, link = served.person(who), [], rating_link(served, opened, moved)
    for turn, path in enumerate(SCREENS[who]):
        assert page.goto(path.format(code=code, link=link)).status == (404 if path == "/nowhere" else 200)
        # Axe takes a second a page; the catalogue's screens are made of the same parts and take turns.
        wrong += violations(page, path, SIZES if who in BOTH_SIZES else SIZES[turn % 2 :][:1])
    assert wrong == []


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_preview_and_no_progress_shuts_anybody_out(served, opened, language):
    for _each in range(3):
        opened()
    page, wrong = served.person("admin"), []
    page.goto(f"/account?lang={language}")
    for path, changes in CHANGES.items():
        page.goto(path)
        for place, value in changes.items():
            control = page.locator(place)
            if control.get_attribute("type") == "checkbox":
                control.check()
            elif control.evaluate("it => it.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        with page.expect_navigation():
            page.locator(".btn-primary[value=preview]").click()
        wrong += violations(page, f"preview of {path}")
        with page.expect_navigation():
            page.locator(".btn-primary[value=save]").click()
        wrong += violations(page, f"{page.url} after {path}")
    served.timers_ring()
    page.goto("/admin/replans/1")
    assert wrong + violations(page, "the end of the progress") == []
