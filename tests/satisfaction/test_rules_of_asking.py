"""Who is asked and why not, what an unhappy answer leads to, what is hidden: pure, with every reason met."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.satisfaction import rules
from hotline.satisfaction.models import FollowUpKind, Suppression

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
# In the order of the rule: what no other day would change first, the province's own restraint last.
IN_ORDER = (
    ("imported", {"is_imported": True}),
    ("no_number", {"has_number": False}),
    ("nuisance", {"is_nuisance": True}),
    ("staff_number", {"is_staff_number": True}),
    ("not_mobile", {"is_mobile": False}),
    ("sensitive", {"is_sensitive": True}),
    ("opted_out", {"is_opted_out": True}),
    ("duplicate", {"is_duplicate": True}),
    ("fatigue", {"asked_last_day": 1, "asked_last_month": 1}),
)


@given(st.sets(st.sampled_from([reason for reason, _facts in IN_ORDER])))
def test_the_first_reason_that_holds_is_the_one_on_record(holding):
    facts = {name: value for reason, said in IN_ORDER if reason in holding for name, value in said.items()}
    first = next((reason for reason, _facts in IN_ORDER if reason in holding), None)
    assert rules.suppression(rules.Askable(**facts), a_day=1, a_month=4) == first


def test_every_reason_of_the_table_is_one_the_rule_can_give():
    assert {reason for reason, _facts in IN_ORDER} == {reason.value for reason in Suppression}


@pytest.mark.parametrize(
    ("day", "month", "asked"), [(0, 0, True), (0, 3, True), (1, 1, False), (0, 4, False), (2, 9, False)]
)
def test_at_most_one_invitation_a_day_and_four_in_thirty_days(day, month, asked):
    facts = rules.Askable(asked_last_day=day, asked_last_month=month)
    assert (rules.suppression(facts, a_day=1, a_month=4) is None) is asked


@given(st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["answered", "answered_on_call", "refused"]))
def test_a_closing_is_told_by_one_text_wherever_one_can_arrive(is_asked, is_mobile, is_imported, outcome):
    text = rules.text_of_closing(outcome, is_asked=is_asked, is_mobile=is_mobile, is_imported=is_imported)
    assert (text is None) == (not is_mobile or is_imported)
    if text is not None:
        assert text == ("answered_rate" if is_asked else "refused" if outcome == "refused" else "answered")


@given(*[st.booleans()] * 4, st.integers(-3, 3))
def test_a_reminder_leaves_only_while_it_is_a_question_still(is_rated, is_opted_out, is_last, is_stopped, hours_left):
    facts = rules.Remindable(is_rated, is_opted_out, is_last, is_stopped, NOW + timedelta(hours=hours_left))
    wanted = not is_rated and not is_opted_out and is_last and is_stopped and hours_left > 0
    assert rules.is_reminded(facts, NOW) is wanted


def test_no_reminder_is_planned_beyond_the_end_of_the_link():
    assert rules.remind_at(NOW, NOW + timedelta(days=14), 48) == NOW + timedelta(hours=48)
    assert rules.remind_at(NOW, NOW + timedelta(hours=48), 48) is None


@given(st.sampled_from(["yes", "partly", "no"]), st.integers(1, 5), st.booleans(), st.booleans())
def test_what_follows_from_an_answer(solved, score, is_last, may_reopen):
    said = rules.Heard(solved, score, is_last_cycle=is_last, may_reopen=may_reopen)
    task, asks = rules.follow_up(said), rules.may_ask_again(said)
    assert task in (None, *(kind.value for kind in FollowUpKind))
    assert asks is (solved == "no" and is_last and may_reopen)
    assert (task == "late_no") is (solved == "no" and is_last and not may_reopen)
    assert (task == "call_back") is (solved != "no" and score <= 2 and is_last)
    unhappy = solved == "no" or score <= 2
    if is_last:
        assert unhappy is (asks or task is not None)  # nobody unhappy falls between the two ways
    at_a_telephone = rules.follow_up(replace(said, has_page=False))
    assert at_a_telephone == (task or ("call_back" if asks else None))  # where nothing asks for words, a lead calls


def test_nobody_is_given_up_before_three_tries():
    assert [rules.may_give_up(tries) for tries in range(5)] == [False, False, False, True, True]


@given(st.integers(0, 200))
def test_a_unit_sees_a_rating_once_it_can_no_longer_be_changed(hours):
    at = NOW + timedelta(hours=hours)
    assert rules.is_shown(NOW, at, 72, to_unit=False)
    assert rules.is_shown(NOW, at, 72, to_unit=True) is (hours >= 72)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Gọi tôi số 0912345678 nhé", "Gọi tôi số ••• nhé"),
        ("0912 345 678, 0912.345.678; +84 912 345 678 (84912345678)", "•••, •••; ••• (•••)"),
        ("máy bàn 0271 3888 999", "máy bàn •••"),
        ("CMND 285123456, CCCD 070123456789", "CMND •••, CCCD •••"),
        ("CCCD 070 123 456 789.", "CCCD •••."),
        ("viết cho lan.nguyen@gmail.com.", "viết cho •••"),
        ("Phản ánh 26-0045127 ngày 25/11/2026 lúc 17h30, số nhà 118", None),
        ("Chờ 2 tuần, gọi 1022 ba lần, tốn 150.000 đồng", None),
        ("", None),
    ],
)
def test_numbers_and_addresses_in_a_comment_are_hidden(said, shown):
    assert rules.masked_comment(said) == (said if shown is None else shown)


@given(
    st.text(alphabet=st.characters(exclude_categories=("N", "Cs"), exclude_characters="@"), max_size=40),
    st.sampled_from(["0", "+84", "84"]),
    st.lists(st.integers(0, 9), min_size=9, max_size=9),
    st.sampled_from(["", " ", ".", "-"]),
)
def test_no_mobile_number_survives_however_it_is_written(around, head, digits, between):
    number = head + between + between.join(map(str, digits))
    masked = rules.masked_comment(f"{around} {number} {around}")
    assert not any(c.isdecimal() for c in masked)
    assert rules.masked_comment(masked) == masked
    assert rules.masked_comment(around) == around


@given(st.ip_addresses())
def test_a_network_has_one_mark_which_tells_nothing_without_the_secret(address):
    mark = rules.network_mark("secret", str(address))
    assert len(mark) == 32 and str(address) not in mark
    assert mark != rules.network_mark("another", str(address))


def test_a_mark_is_of_the_24_or_the_48_and_offices_are_found_by_their_networks():
    def mark(address):
        return rules.network_mark("s", address)

    assert mark("203.0.113.7") == mark("203.0.113.200") == mark("::ffff:203.0.113.9") != mark("203.0.114.7")
    assert mark("2001:db8:1:2::1") == mark("2001:db8:1:ffff::9") != mark("2001:db8:2::1")
    assert mark("") == mark("no address") == ""
    offices = ("not a network", "10.20.0.0/16", "2001:db8::/32")
    assert [rules.is_within(a, offices) for a in ("10.20.3.4", "10.21.3.4", "2001:db8:9::1", "", "x")] == [
        True, False, True, False, False,
    ]  # fmt: skip


def test_a_receipt_is_read_in_fours():
    assert rules.grouped("1f2e3d4c5b6a7988") == "1f2e 3d4c 5b6a 7988"


@given(st.integers(0, 300), st.integers(0, 300), st.booleans())
def test_a_reminder_is_due_so_long_after_the_invitation_left_and_never_for_one_that_cannot(left, later, may_leave):
    now = NOW + timedelta(hours=left + later)
    invited_at = NOW + timedelta(hours=left)
    assert (rules.reminder_due(invited_at, now, 48, may_leave=may_leave) <= now) is (later >= 48)
    waits = rules.reminder_due(None, now, 48, may_leave=may_leave)
    assert (waits is not None) is may_leave and (waits is None or waits > now)
