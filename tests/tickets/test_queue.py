"""The queue: what is due next first, only what one may see, found with or without diacritics."""

import re

from hotline.tickets.rules.lifecycle import Status


def codes(page):
    return re.findall(r'class="code" href="/tickets/([^"]+)"', page)


def test_the_unit_sees_its_own_cases_and_what_is_due_next_first(opened, sign_in):
    slow, fast, foreign = opened("GT-01"), opened("GT-03"), opened("YT-01")
    listed = codes(sign_in("staff").get("/tickets").text)
    assert set(listed) == {slow, fast} and foreign not in listed
    assert set(codes(sign_in("lead").get("/tickets?view=todo").text)) == {slow, fast, foreign}


def test_the_switchboard_begins_with_what_must_be_sorted(opened, sign_in, look):
    opened("GT-01")
    unsorted = opened(category=None)
    assert look(unsorted, lambda t: t.status) is Status.TRIAGE
    assert codes(sign_in("operator").get("/tickets").text) == [unsorted]


def test_search_finds_without_diacritics_by_code_and_by_last_digits(opened, sign_in):
    code = opened(content="Đường Hùng Vương bị ngập nặng sau mưa", phone="0977000123")
    opened(content="Cây xanh gãy đổ chắn lối đi", phone="0988000456")
    lead = sign_in("lead")
    for words in ("duong hung vuong", "NGẬP NẶNG", code, code.replace("-", ""), "0123"):
        assert codes(lead.get("/tickets", query_string={"q": words}).text) == [code], words
    assert "Không tìm thấy" in lead.get("/tickets?q=khongcogi").text
    for odd in ("%", "_", "' OR 1=1--"):
        assert lead.get("/tickets", query_string={"q": odd}).status_code == 200


def test_pages_follow_each_other_without_gap_or_repetition(opened, sign_in):
    made = {opened(content=f"Việc số {number}") for number in range(27)}
    lead = sign_in("lead")
    first = lead.get("/tickets?view=todo").text
    after = re.search(r'href="\?([^"]*after=[^"]+)"', first).group(1).replace("&amp;", "&")
    second = lead.get(f"/tickets?{after}").text
    assert len(codes(first)) == 25 and len(codes(second)) == 2
    assert set(codes(first)) | set(codes(second)) == made


def test_an_empty_list_says_so_and_odd_lists_do_not_exist(sign_in):
    staff = sign_in("staff")
    assert "Không có phản ánh nào" in staff.get("/tickets").text
    assert staff.get("/tickets?view=nonsense").status_code == 404
    assert staff.get("/tickets?after=1e999~1").status_code == 404
    assert staff.get("/tickets/26-0000000").status_code == 404
