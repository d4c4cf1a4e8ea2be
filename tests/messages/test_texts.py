"""Texts: they fit their segments, leave once, and are never sent twice on a doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import clock
from hotline.catalogue.settings import Province
from hotline.db import transaction
from hotline.messages import actions, rules

LONGEST = {
    "code": "26-0045127",
    "unit_sms": "Chi cuc Quan ly thi truong"[:25],
    "unit": "Sở Xây dựng",
    "due": "16h30 ngày 26/11",
    "until": "07/12",
    "what": "Vụ việc khẩn: phản ánh 26-0045127, 26-0045128, 26-0045129 và 12 vụ việc khác",
}
LINK = "https://1022.binhphuoc.gov.vn/r/Xk3v9QmZ7tLwB2cR5yHn_-aa"


@pytest.mark.parametrize("template", sorted(actions.templates()))
def test_a_plain_text_is_one_segment_and_one_with_diacritics_at_most_two(template):
    plain = actions.compose(template, LONGEST, Province()).replace(rules.LINK, LINK)
    assert rules.segments(plain) == rules.Segments(1, "GSM-7", len(plain), ""), plain
    rich = actions.compose(template, LONGEST, Province(texts_style="diacritics")).replace(rules.LINK, LINK)
    assert rules.segments(rich).count <= 2, rich


@pytest.mark.parametrize(
    ("text", "count", "encoding"),
    [("a" * 160, 1, "GSM-7"), ("a" * 161, 2, "GSM-7"), ("{" * 80, 1, "GSM-7"), ("{" * 81, 2, "GSM-7"),
     ("ế" * 70, 1, "UCS-2"), ("ế" * 71, 2, "UCS-2"), ("😀" * 35, 1, "UCS-2"), ("😀" * 36, 2, "UCS-2"), ("e\u0302\u0301", 1, "UCS-2")],
)  # fmt: skip
def test_segments_are_counted_as_the_networks_count_them(text, count, encoding):
    found = rules.segments(text)
    assert (found.count, found.encoding) == (count, encoding)


@given(st.text(max_size=500), st.text(max_size=50))
def test_more_text_never_costs_less(text, more):
    assert rules.segments(text + more).count >= rules.segments(text).count


def test_the_same_cause_queues_one_text(app):
    now = clock.now()
    with app.app_context(), transaction():
        again = [
            actions.queue_text("answered", to="+84912345678", params={"code": "x"}, dedupe_key="one", now=now)
            for _ in range(2)
        ]
        assert again == [True, False]


def test_the_list_shows_masked_numbers_and_working_links_only_to_those_who_may(opened, sign_in):
    opened()
    page = sign_in("lead").get("/messages").text
    assert "912345678" not in page and "+84******678" in page
    assert sign_in("staff").get("/messages").status_code == 403
