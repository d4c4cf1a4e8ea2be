"""What became of a unit: the record of successions always ends somewhere, or says that nobody took over."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.catalogue.rules.successions import Succession, leads_back, structure, taken_over_by, takers, unit_today

RECORDS = st.lists(st.builds(Succession, st.integers(1, 8), st.integers(1, 8), st.booleans()), max_size=20)
UNITS = st.sets(st.integers(1, 8))


def test_a_chain_is_followed_to_the_unit_that_stands():
    record = [Succession(1, 2), Succession(2, 3), Succession(4, 3)]
    assert structure([1, 2, 3, 4, 5], record, {3}) == {1: 3, 2: 3, 3: 3, 4: 3, 5: 5}


def test_of_several_successors_the_one_that_takes_the_open_work_counts():
    assert takers([Succession(1, 2, False), Succession(1, 3)]) == {1: 3}
    assert unit_today(1, takers([Succession(1, 2, False)]), {2}) is None


def test_a_circle_is_seen_before_it_is_made():
    record = [Succession(1, 2), Succession(2, 3, False)]
    assert leads_back([1], [3], [*record, Succession(3, 1)])
    assert leads_back([2], [2], record)
    assert leads_back([3], [1], record)
    assert not leads_back([3], [4], record)


@given(RECORDS, UNITS)
def test_every_unit_ends_somewhere_and_the_standing_stay(record, standing):
    found = structure(range(1, 9), record, standing)
    assert set(found) == set(range(1, 9))
    for unit, today in found.items():
        assert today in standing or today == unit
        if unit in standing:
            assert today == unit


@given(RECORDS, st.integers(1, 8))
def test_what_lives_on_in_a_unit_is_what_lives_on_there_today(record, unit):
    taken_by = takers(record)
    assert taken_over_by(unit, taken_by) == [
        one for one in range(1, 9) if one != unit and unit_today(one, taken_by, {unit}) == unit
    ]


@given(RECORDS, UNITS)
def test_a_record_that_never_leads_back_has_no_circle(lines, standing):
    record = []
    for line in lines:
        if not leads_back([line.predecessor], [line.successor], record):
            record.append(line)
    ended = {line.predecessor for line in record if line.takes_open_work} - standing
    taken_by = takers(record)
    for unit in ended:
        steps = 0
        while unit in taken_by:
            unit, steps = taken_by[unit], steps + 1
            assert steps <= 8
