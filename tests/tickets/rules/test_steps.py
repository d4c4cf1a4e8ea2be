"""The stepper: an open case has one present step with all before it done, an ended one shows the steps it took."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.tickets.rules.steps import StepKind, steps

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
LEFT = st.sampled_from([Status.TRIAGE, Status.ROUTED, Status.IN_PROGRESS, Status.RETURNED])
REACHED = st.sets(st.sampled_from([Verb.ROUTE, Verb.ACCEPT, Verb.ANSWER, Verb.APPROVE, Verb.RETURN]))


@given(st.sampled_from(list(Status)), LEFT, REACHED)
def test_steps_of_any_case(status, left, reached):
    left = left if status.is_left_again else None
    shown = steps(status, left, dict.fromkeys(reached, AT), received_at=AT, ended_at=None if status.is_open else AT)
    states = [step.state for step in shown]
    if status.is_open:
        assert [step.kind for step in shown] == list(StepKind)
        here = states.index("current")
        assert states == ["done"] * here + ["current"] + ["next"] * (4 - here)
        assert all(step.at is None for step in shown[here + 1 :])
    else:
        assert set(states) == {"done"}
        assert (shown[0].kind, shown[-1].kind) == (StepKind.RECEIVED, StepKind.ENDED)


def test_a_wait_stands_where_it_began_and_a_call_that_was_answered_was_sent_nowhere():
    waiting = steps(Status.WAITING_CITIZEN, Status.TRIAGE, {}, received_at=AT, ended_at=None)
    assert waiting[0].state == "current"
    settled = steps(Status.ANSWERED_ON_CALL, None, {}, received_at=AT, ended_at=AT)
    assert [step.kind for step in settled] == [StepKind.RECEIVED, StepKind.ENDED]
