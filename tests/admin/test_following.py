"""In a real browser: a day is clicked, looked at, saved, and the bar fills by itself; without script as well (R9)."""

import pytest

from hotline import clock
from hotline.tickets import jobs


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # what is drawn does not depend on the database
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_edit_of_a_day_is_followed_until_it_is_done(served, opened, script):
    opened()
    page = served.person("admin", script=script)
    page.goto("/admin/calendars/VN-OFFICE?year=2026")
    page.locator("a.day[href*='2026-12-15']").click()
    page.wait_for_url("**day=2026-12-15*")
    page.fill("[name=name_vi]", "Nghỉ bão số 9")
    page.fill("[name=name_en]", "Storm No. 9")
    page.locator("#day button[value=preview]").click()
    page.locator("button[value=save]").click()
    page.wait_for_url("**/admin/replans/*")
    assert page.locator("progress").count() == 1
    with served.app.app_context():
        jobs.replan(clock.now())
    page.locator("#progress [role=status]").wait_for()
    page.locator("#progress a.btn-primary").click()
    assert page.locator("a.day.is-off[href*='2026-12-15']").count() == 1
    assert "Nghỉ bão số 9" in page.locator("#versions").inner_text()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_year_is_walked_with_the_arrow_keys(served):
    page = served.person("admin")
    page.goto("/admin/calendars/VN-OFFICE?year=2026")
    assert page.locator("a.day[tabindex='0']").count() == 12
    page.locator("a.day").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**day=2026-01-16*")
    assert page.locator("#on").input_value() == "2026-01-16"
