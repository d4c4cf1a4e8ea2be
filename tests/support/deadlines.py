"""The deadline of a target on a calendar, as the rules see it, for tests that need nothing else."""

from hotline.tickets.rules.sla import Facts, plan_of


def deadline_of(target, calendar, start, pauses=()):
    """The deadline in UTC; None while a pause is open and time is left."""
    return plan_of(Facts(target, calendar, start, tuple(pauses))).deadline_at
