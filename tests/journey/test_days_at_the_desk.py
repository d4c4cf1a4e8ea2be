"""The days of a head, two members of staff and an administrator, from the screens alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from hotline.tickets.rules.lifecycle import Status
from tests.support.browser import Served

# What a browser shows does not depend on the database; each room's own tests run on both.
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def app(served):
    """The application that is served, for the fixtures that make cases."""
    return served.app


def begin(page: Page, verb: str):
    """The box of a verb, opened; where a draft or an error has opened it already, it stays."""
    box = page.locator(f"#verb-{verb}")
    if box.get_attribute("open") is None:
        box.locator("summary").first.click()
    return box


def choose(box, name: str, words: str) -> None:
    """Take the first proposal for `words` in a type-ahead of the field `name`."""
    field = box.locator(f"select[name={name}]").locator("xpath=..").get_by_role("combobox")
    field.click()
    field.press_sequentially(words)
    field.press("Enter")


def test_the_day_of_a_head_and_of_staff_of_two_units(served: Served, opened, look):
    code = opened("GT-01")
    head, clerk, other = served.person("head"), served.person("staff"), served.person("health")

    # The head makes somebody focal point and gives the new case to a member of staff.
    head.goto("/unit/people")
    row = head.locator("tr").filter(has_text="Đỗ Thị Hạnh")
    row.locator("button").click()
    expect(row).to_contain_text("Thôi làm đầu mối")
    head.goto(f"/tickets/{code}")
    box = begin(head, "assign")
    box.locator("select[name=assignee_id]").select_option(label="Lê Văn Hùng")
    box.locator("button[type=submit]").click()
    expect(head.locator("#timeline")).to_contain_text("Lê Văn Hùng")

    # It stands in the list of that person, who accepts it and asks another unit for its part.
    clerk.goto("/tickets")
    clerk.get_by_role("link", name=code).click()
    clerk.get_by_role("button", name="Tiếp nhận").first.click()
    expect(clerk.locator(".under")).to_contain_text("Đang xử lý")
    box = begin(clerk, "involve")
    choose(box, "department_id", "so y te")
    box.locator("[name=question]").fill("Trạm y tế gần đó có ca tai nạn nào không?")
    due_on = look(code, lambda t: t.due_at.date().isoformat())
    box.locator("[name=due_on]").fill(due_on)
    box.locator("button[type=submit]").click()
    expect(clerk.locator(".under")).to_contain_text("Chờ đơn vị")

    # The answer waits for that part, and the page says so.
    expect(clerk.locator("#verb-answer")).to_have_count(0)
    expect(clerk.locator(".matters, main").first).to_contain_text("Sở Y tế")

    # The other unit sees what is asked and not who called, and contributes.
    other.goto("/tickets?view=tasks")
    other.get_by_role("link", name=code).click()
    expect(other.locator("body")).not_to_contain_text("Nguyễn Thị Lan")
    box = begin(other, "contribute")
    box.locator("[name=report]").fill("Tuần này có hai ca ngã xe tại đây.")
    box.locator("button[type=submit]").click()
    expect(other.locator("#timeline")).to_contain_text("Tuần này có hai ca ngã xe tại đây.")

    # The answer begins with the draft; it goes to the head, comes back with a reason, and goes again.
    clerk.goto(f"/tickets/{code}")
    expect(clerk.locator("main")).to_contain_text("Tuần này có hai ca ngã xe tại đây.")
    box = begin(clerk, "answer")
    box.locator("[name=body]").fill("Đã vá ổ gà. Sở Y tế ghi nhận hai ca ngã xe trong tuần.")
    box.locator("button[type=submit]").last.click()
    expect(clerk.locator(".under")).to_contain_text("chờ duyệt")
    head.goto("/tickets?view=approval")
    head.get_by_role("link", name=code).click()
    box = begin(head, "rework")
    box.locator("[name=reason]").fill("Ghi rõ ngày vá.")
    box.locator("button[type=submit]").click()
    expect(head.locator(".under")).to_contain_text("Đang xử lý")
    clerk.goto("/tickets?view=rework")
    clerk.get_by_role("link", name=code).click()
    box = begin(clerk, "answer")
    expect(box).to_contain_text("Ghi rõ ngày vá.")
    expect(box.locator("[name=body]")).to_have_value(re.compile("Đã vá ổ gà"))
    box.locator("[name=body]").fill("Đã vá ổ gà sáng 25/11. Sở Y tế ghi nhận hai ca ngã xe trong tuần.")
    box.locator("button[type=submit]").last.click()
    expect(clerk.locator(".under")).to_contain_text("chờ duyệt")
    head.goto(f"/tickets/{code}")
    head.get_by_role("button", name=re.compile("Duyệt")).first.click()
    expect(head.locator(".under")).to_contain_text("Đã trả lời")
    assert look(code, lambda t: t.status) is Status.ANSWERED


def test_the_day_of_an_administrator(served: Served, opened):
    code = opened("GT-01")
    admin, operator = served.person("admin"), served.person("operator")

    # A rule for one ward: tried, looked at over past cases, taken in; the next call goes by it and says why.
    admin.goto("/admin/rules/new")
    form = admin.locator("main form")
    choose(form, "category_id", "o ga")
    choose(form, "area_id", "phuong binh phuoc")
    choose(form, "destination", "cong an tinh")
    form.get_by_role("button", name="Xem điều gì thay đổi").first.click()
    expect(admin.locator("main")).to_contain_text(code)
    admin.get_by_role("button", name="Lưu cho phản ánh mới").click()
    expect(admin.locator("main")).to_contain_text("Công an tỉnh")
    operator.goto("/tickets/new")
    operator.locator("[name=content]").fill("Ổ gà lớn trước chợ.")
    choose(operator.locator("form[data-intake]"), "category_id", "o ga")
    choose(operator.locator("form[data-intake]"), "area_id", "phuong binh phuoc")
    expect(operator.locator("#preview")).to_contain_text("Công an tỉnh")

    # A template, which staff meet in the form of their answer.
    admin.goto("/admin/templates/new")
    admin.fill("[name=code]", "VA-DUONG")
    admin.fill("[name=title]", "Đã vá đường")
    admin.fill("[name=body]", "Đơn vị đã vá mặt đường tại [địa điểm] ngày [ngày vá].")
    admin.get_by_role("button", name="Lưu mẫu trả lời").click()
    expect(admin.locator("main")).to_contain_text("Đã vá đường")

    # A unit gets a new name from today: its work, people and rules move, after a look at what would.
    admin.goto("/admin/units?q=so+xay+dung")
    admin.get_by_role("link", name="Sở Xây dựng").first.click()
    admin.get_by_role("link", name="Đổi tên kể từ ngày").click()
    admin.fill("[name=name_vi]", "Sở Xây dựng và Giao thông")
    admin.fill("[name=sms_name]", "So XD va GT")
    admin.get_by_role("button", name="Xem điều gì thay đổi").first.click()
    expect(admin.locator("main")).to_contain_text("Sở Xây dựng và Giao thông")
    admin.get_by_role("button", name=re.compile("Thực hiện")).click()
    admin.locator("dialog[open] [data-yes]").click()
    clerk = served.person("staff")
    clerk.goto("/tickets?view=todo")
    clerk.get_by_role("link", name=code).click()
    expect(clerk.locator("main")).to_contain_text("Sở Xây dựng và Giao thông")

    # A table leaves and comes back with one change, shown before it is taken in.
    admin.goto("/admin/tables/categories")
    with admin.expect_download() as download:
        admin.get_by_role("link", name=re.compile("Xuất")).first.click()
    sheet = download.value.path().read_text("utf-8-sig")
    admin.set_input_files(
        "[name=file]",
        {
            "name": "linh-vuc.csv",
            "mimeType": "text/csv",
            "buffer": sheet.replace("đường hỏng", "đường hỏng, đường lún", 1).encode("utf-8-sig"),
        },
    )
    admin.get_by_role("button", name="Xem điều gì thay đổi").click()
    expect(admin.locator("main")).to_contain_text("đường lún")
    admin.get_by_role("button", name=re.compile("Nhập 1 dòng")).click()
    admin.locator("dialog[open] [data-yes]").click()
    expect(admin.locator("main")).to_contain_text("Đã nhập 1 dòng")
