"""Numbers as people type them and exchanges send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.phone import PhoneKind, mask, read_number


@pytest.mark.parametrize(
    "raw",
    ["0912345678", "912345678", "84912345678", "+84912345678", "0084912345678", "0912 345 678", "(0912) 345.678",
     "０９１２３４５６７８"],
)  # fmt: skip
def test_one_mobile_number_in_many_spellings(raw):
    number = read_number(raw)
    assert (number.e164, number.kind) == ("+84912345678", PhoneKind.MOBILE)


@pytest.mark.parametrize(
    ("raw", "e164", "kind"),
    [
        ("01636123456", "+84336123456", PhoneKind.MOBILE),
        ("+841201234567", "+84701234567", PhoneKind.MOBILE),
        ("0844666531", "+84844666531", PhoneKind.MOBILE),
        ("02713888888", "+842713888888", PhoneKind.FIXED),
        ("0651 3888 888", "+842713888888", PhoneKind.FIXED),
        ("1022", None, PhoneKind.SHORT),
        ("113", None, PhoneKind.SHORT),
        ("+14155552345", "+14155552345", PhoneKind.FOREIGN),
    ],
)
def test_old_new_short_fixed_and_foreign_numbers(raw, e164, kind):
    number = read_number(raw)
    assert (number.e164, number.kind) == (e164, kind)


@pytest.mark.parametrize(
    "raw", ["", "anonymous", "Restricted", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"]
)
def test_withheld_callers_have_no_number(raw):
    assert read_number(raw).e164 is None
    assert read_number(raw).kind is PhoneKind.WITHHELD


@pytest.mark.parametrize("raw", ["<script>", "abc", "+84" + "9" * 20, "٠٩١٢٣٤٥٦٧٨", "sip:100@pbx", "09123"])
def test_what_is_no_number_is_unknown(raw):
    assert (read_number(raw).e164, read_number(raw).kind) == (None, PhoneKind.UNKNOWN)


@given(st.text(max_size=60))
def test_whatever_arrives_is_understood_or_set_aside(text):
    number = read_number(text)
    assert number.e164 is None or number.e164.startswith("+")
    assert number.is_textable == (number.kind is PhoneKind.MOBILE)


def test_a_masked_number_can_be_recognised_but_not_dialled():
    assert mask("+84912345678") == "+84******678"
    assert mask("1022") == "***"
    assert mask(None) == ""
