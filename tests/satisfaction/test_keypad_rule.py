"""Where a call that rates by keys stands: worked calls, and that neither order nor repetition matters."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.satisfaction import spoken
from hotline.satisfaction.rules.keypad import CODE, FITS, FOLLOW_CODE, SCORE, SOLVED, End, Entry, place

OWN, OTHER = "own:26-0045127", "ask:26-0045127"
MEANINGS = {
    CODE: ["", OWN, OTHER, *(end.value for end in (End.NOT_YET, End.EXPIRED, End.RATED))],
    FOLLOW_CODE: ["", FITS, End.LOCKED.value, End.EXPIRED.value],
    SOLVED: ["", "yes", "partly", "no"],
    SCORE: ["", "1", "2", "3", "4", "5"],
}


def entries(*told):
    tries = {}
    rows = []
    for step, meaning in told:
        tries[step] = tries.get(step, 0) + 1
        rows.append(Entry(step, tries[step], meaning))
    return rows


@pytest.mark.parametrize(
    ("told", "ask", "try_no", "end"),
    [
        ([], CODE, 1, None),
        ([(CODE, "")], CODE, 2, None),
        ([(CODE, "")] * 3, None, 1, End.GIVEN_UP),
        ([(CODE, OWN)], SOLVED, 1, None),
        ([(CODE, ""), (CODE, OTHER)], FOLLOW_CODE, 1, None),
        ([(CODE, OTHER), *[(FOLLOW_CODE, "")] * 2], FOLLOW_CODE, 3, None),
        ([(CODE, OTHER), *[(FOLLOW_CODE, "")] * 3], None, 1, End.GIVEN_UP),
        ([(CODE, OTHER), (FOLLOW_CODE, "locked")], None, 1, End.LOCKED),
        ([(CODE, "not_yet")], None, 1, End.NOT_YET),
        ([(CODE, OTHER), (FOLLOW_CODE, FITS), (SOLVED, "yes")], SCORE, 1, None),
        ([(CODE, OWN), (SOLVED, "yes"), (SCORE, ""), (SCORE, "4")], None, 1, End.THANKS),
        ([(CODE, OWN), (SOLVED, "no"), (SCORE, "5")], None, 1, End.UNHAPPY),
        ([(CODE, OWN), (SOLVED, "yes"), (SCORE, "2")], None, 1, End.UNHAPPY),
        ([(CODE, OWN), (SOLVED, "yes"), (SCORE, "expired")], None, 1, End.EXPIRED),
        ([(CODE, OWN), *[(SOLVED, "")] * 3], None, 1, End.GIVEN_UP),
    ],
)
def test_worked_calls(told, ask, try_no, end):
    found = place(entries(*told))
    assert (found.ask, found.try_no, found.end) == (ask, try_no, end)


@st.composite
def calls(draw):
    """What a caller keys in, question by question, as long as one is asked."""
    told = []
    while (at := place(told)).ask is not None and draw(st.integers(0, 9)):
        told.append(Entry(at.ask, at.try_no, draw(st.sampled_from(MEANINGS[at.ask]))))
    return told


@given(calls(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_where_a_call_stands(told, times, chance):
    again = told * times
    random.Random(chance.random()).shuffle(again)
    assert place(again) == place(told)


@given(calls())
def test_a_call_ends_after_at_most_three_tries_a_question_and_rates_only_with_both_answers(told):
    at = place(told)
    assert at.try_no in (1, 2, 3)
    assert (at.ask is None) == (at.end is not None)
    assert bool(at.score) == (at.end in (End.THANKS, End.UNHAPPY))
    if at.score:
        assert at.solved in ("yes", "partly", "no")
    assert len(told) <= 12


def test_every_question_and_every_end_has_its_words():
    assert set(spoken.ASK) == set(spoken.AGAIN) == {CODE, FOLLOW_CODE, SOLVED, SCORE}
    assert set(spoken.END) == set(End)
