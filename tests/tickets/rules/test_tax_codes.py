"""Tax codes: the check digit, branches, personal numbers; every way of writing one leads to the same text."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.tickets.rules.businesses import check_digit, read_tax_code

NINE = st.text("0123456789", min_size=9, max_size=9)


@given(NINE, st.sampled_from(["", "001", "042", "999"]), st.sampled_from([" ", ".", "-", "–", ""]))
def test_a_code_is_read_however_its_digits_are_parted(nine, branch, between):
    digit = check_digit(nine)
    assume(digit is not None)
    code = f"{nine}{digit}"
    normal = f"{code}-{branch}" if branch else code
    assert read_tax_code(f" {between.join([code[:3], code[3:6], code[6:]])}{between}{branch} ") == normal
    assert read_tax_code(normal) == normal


@given(NINE, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(nine, place, by):
    digit = check_digit(nine)
    assume(digit is not None)
    code = f"{nine}{digit}"
    wrong = str((int(code[place]) + by) % 10)
    assert read_tax_code(code[:place] + wrong + code[place + 1 :]) is None


@given(NINE)
def test_at_most_one_tenth_digit_is_right(nine):
    read = [digit for digit in range(10) if read_tax_code(f"{nine}{digit}")]
    assert read == ([] if check_digit(nine) is None else [check_digit(nine)])


@given(st.text(max_size=20))
def test_any_text_is_answered_and_the_normal_form_fits_its_column(text):
    code = read_tax_code(text)
    assert code is None or (len(code) <= 14 and read_tax_code(code) == code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0100109106", "0100109106"),
        ("0100109106-011", "0100109106-011"),
        ("0100109106011", "0100109106-011"),
        ("0100109106-000", None),
        ("010010910", None),
        ("01001091060", None),
        ("079190012345", "079190012345"),
        ("097190012345", None),
        ("000190012345", None),
        ("０１００１０９１０６", "0100109106"),
        ("٠١٠٠١٠٩١٠٦", None),
        ("010010910²", None),
        ("MST 0100109106", None),
        ("", None),
    ],
)
def test_known_texts(text, code):
    assert read_tax_code(text) == code
