"""Lists of one's own: kept with their filters under a name, found again, renamed, deleted; nobody else's."""

import re
import uuid

import pytest

from hotline.audit import AuditEntry
from hotline.tickets.models import SavedView


@pytest.fixture
def keep(sign_in):
    """keep("staff") -> a function that posts to that person's saved lists."""

    def enter(name):
        client = sign_in(name)

        def post(path="", *, back="view=todo&q=ngap", **fields):
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/tickets").text).group(1)
            form = {"csrf_token": token, "idempotency_key": str(uuid.uuid4()), "back": back, **fields}
            return client.post(f"/tickets/saved{path}", data=form)

        post.page = lambda address="/tickets": client.get(address).text
        return post

    return enter


def test_a_list_is_saved_opened_renamed_and_deleted(keep, everything):
    post = keep("staff")
    assert post(name="Ngập nước").headers["Location"] == "/tickets?view=todo&q=ngap"
    (saved,) = everything(SavedView)
    assert (saved.name, saved.filters) == ("Ngập nước", {"view": "todo", "q": "ngap"})
    page = post.page()
    assert '<a class="chip" href="/tickets?view=todo&amp;q=ngap"' in page and "<span>Ngập nước</span>" in page
    assert 'aria-current="page"><svg' in post.page("/tickets?view=todo&q=ngap").partition("Danh sách đã lưu")[2]
    assert post(f"/{saved.id}/rename", name="Úng ngập").status_code == 303
    assert everything(SavedView)[0].name == "Úng ngập"
    assert post(f"/{saved.id}/delete").status_code == 303
    assert everything(SavedView) == []
    deeds = [entry.deed for entry in everything(AuditEntry) if entry.object_kind == "saved_view"]
    assert deeds == ["saved-views:save", "saved-views:rename", "saved-views:delete"]


def test_a_second_click_saves_once(keep, everything):
    post, key = keep("staff"), str(uuid.uuid4())
    for _click in range(2):
        assert post(name="Ngập", idempotency_key=key).status_code == 303
    assert len(everything(SavedView)) == 1


@pytest.mark.parametrize("name", ["", "   ", "a" * 61, "NGẬP nước"])
def test_a_name_that_cannot_be_is_refused_and_kept(keep, everything, name):
    post = keep("staff")
    post(name="Ngập nước")
    answer = post(name=name)
    assert answer.status_code == 422 and 'id="name-error"' in answer.text and name.strip() in answer.text
    assert len(everything(SavedView)) == 1
    other = post(name="Khác") and everything(SavedView)[-1]
    refused = post(f"/{other.id}/rename", name=name)
    assert refused.status_code == 422 and f'id="rename-{other.id}-error"' in refused.text


def test_other_peoples_lists_do_not_exist(keep, everything):
    keep("head")(name="Của lãnh đạo")
    (saved,) = everything(SavedView)
    staff = keep("staff")
    assert "Của lãnh đạo" not in staff.page()
    assert staff(f"/{saved.id}/rename", name="Lấy").status_code == 404
    assert staff(f"/{saved.id}/delete").status_code == 404
    assert staff(name="Của lãnh đạo").status_code == 303
    assert len(everything(SavedView)) == 2


def test_twenty_are_enough(keep, everything):
    post = keep("staff")
    for number in range(20):
        assert post(name=f"Danh sách {number}").status_code == 303
    assert post(name="Một nữa").status_code == 422
    assert len(everything(SavedView)) == 20


@pytest.mark.parametrize(("back", "status"), [("view=todo&category=0", 422), ("view=nonsense", 404)])
def test_what_is_no_list_is_not_saved(keep, everything, back, status):
    assert keep("staff")(name="Sai", back=back).status_code == status
    assert everything(SavedView) == []
