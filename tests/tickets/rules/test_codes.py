"""Codes that are read aloud: one slip of the tongue never finds another citizen's case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.rules.codes import read_code, ticket_code

serials = st.integers(min_value=1, max_value=999_999)


def test_a_code_looks_as_it_is_spoken():
    code = ticket_code(2026, 4512)
    assert code.startswith("26-004512") and len(code) == 10
    assert read_code(code) == code


@given(serials, st.integers(min_value=0, max_value=8), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_noticed(serial, place, shift):
    digits = ticket_code(2026, serial).replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert read_code(wrong) is None


@given(serials, st.integers(min_value=0, max_value=7))
def test_two_neighbours_swapped_are_noticed(serial, place):
    digits = ticket_code(2026, serial).replace("-", "")
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert read_code(swapped) is None or swapped == digits


@given(serials)
def test_blanks_hyphens_and_dots_do_not_matter(serial):
    code = ticket_code(2026, serial)
    assert read_code(f" {code[:2]} {code[3:6]}.{code[6:]} ") == code


@pytest.mark.parametrize("text", ["", "abc", "26-00451", "26-0045127-9", "２６００４５１２７", "26-00451a7"])
def test_what_cannot_be_a_code_is_none(text):
    assert read_code(text) is None


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_a_full_year_is_an_error(serial):
    with pytest.raises(ValueError):
        ticket_code(2026, serial)
