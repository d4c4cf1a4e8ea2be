"""The table of moves: nothing is possible that it does not list, and every open case can come to an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.actor import Absent, Actor, ActorKind
from hotline.tickets.rules import guards
from hotline.tickets.rules.lifecycle import MOVES, STOPPED, IllegalMove, Status, Verb, allowed_verbs, target_of


@given(st.sampled_from(Status), st.sampled_from(Verb))
def test_a_move_outside_the_table_is_refused_and_names_what_is_possible(status, verb):
    move = MOVES.get(verb)
    if move is not None and status in move.sources:
        assert target_of(verb, status, Status.IN_PROGRESS) in Status
    else:
        with pytest.raises(IllegalMove) as refused:
            target_of(verb, status, Status.IN_PROGRESS)
        assert refused.value.allowed == allowed_verbs(status)
        assert verb not in [v for v in refused.value.allowed if v in MOVES]


@given(st.lists(st.sampled_from(list(MOVES)), max_size=40))
def test_no_path_reaches_an_outcome_without_having_been_received(verbs):
    status, left, seen = Status.RECEIVED, None, [Status.RECEIVED]
    for verb in verbs:
        try:
            new = target_of(verb, status, left)
        except IllegalMove:
            continue
        left = status if new.is_left_again else None
        status = new
        seen.append(status)
    if Status.ANSWERED in seen:
        before = seen[: seen.index(Status.ANSWERED)]
        assert Status.AWAITING_APPROVAL in before or before[-1] is Status.ATTACHED
        # What was settled on the call and reopened goes on from there.
        assert Status.AWAITING_APPROVAL not in before or {Status.ROUTED, Status.REOPENED} & set(before)


def test_a_finished_wait_returns_to_the_state_it_left():
    assert target_of(Verb.RESUME, Status.WAITING_CITIZEN, Status.TRIAGE) is Status.TRIAGE
    assert target_of(Verb.RESUME, Status.ON_HOLD, Status.IN_PROGRESS) is Status.IN_PROGRESS
    with pytest.raises(IllegalMove):
        target_of(Verb.RESUME, Status.WAITING_CITIZEN, None)


def test_every_open_state_can_still_reach_an_end():
    def reachable(status, seen):
        for verb, move in MOVES.items():
            if status in move.sources:
                for target in [move.target] if move.target else [Status.TRIAGE, Status.IN_PROGRESS]:
                    if target not in seen:
                        seen.add(target)
                        reachable(target, seen)
            assert verb in Verb
        return seen

    for status in Status:
        if status.is_open:
            assert reachable(status, set()) & STOPPED, status


def test_final_states_have_no_exit():
    for status in (Status.CLOSED, Status.WITHDRAWN):
        assert not [verb for verb in allowed_verbs(status) if verb in MOVES]


@given(st.sets(st.integers(1, 5)), st.sets(st.integers(1, 5), min_size=1, max_size=2))
def test_a_reopened_case_is_checked_by_somebody_whose_answer_it_was_not(earlier, hands):
    assert guards.may_recheck(earlier_hands=earlier, hands=hands) is not (earlier & hands)
    assert guards.may_recheck(earlier_hands={*earlier, None}, hands={None})


PEOPLE = st.lists(st.tuples(st.integers(2, 4), st.sets(st.sampled_from(["a", "b"]))), max_size=3)


@given(st.sets(st.sampled_from(["a", "b"])), PEOPLE, st.integers(1, 4))
def test_nothing_of_ones_own_is_passed_by_oneself_or_in_ones_stead(own, absent, author):
    lent = tuple(Absent(who, f"N{who}", "head", frozenset(rights)) for who, rights in absent)
    actor = Actor(ActorKind.STAFF, "N1", 1, "staff", 1, frozenset(own), "", lent)
    hands = actor.hands("a")
    lender = actor.instead_of("a")
    assert hands == ({1, int(lender[1:])} if lender else {1})
    passes = author not in hands
    assert guards.may_approve(written_by_id=author, hands=hands) is passes
    asked = guards.may_decide_extension(["head"], 1, roles={"head"}, asked_by_id=author, hands=hands)
    assert asked is passes and guards.may_recheck(earlier_hands={author}, hands=hands) is passes
    assert not guards.may_approve(written_by_id=author, hands={None})
