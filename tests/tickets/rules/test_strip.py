"""The bar of the citizen's time: used, waited, left, over."""

from datetime import timedelta

from hotline.tickets.rules.strip import strip
from tests.tickets.rules.test_legs import HOUR, ROADS, START, WHOLE, clock, laid


def test_the_strip_shows_what_was_used_waited_and_left():
    legs = laid(("switchboard", None, 5), ("unit", ROADS, 15), ("citizen", None, 200), ("unit", ROADS, None))
    parts = strip(legs, effective_seconds=WHOLE, worked=clock, until=START + timedelta(hours=250))
    assert [(str(part.label_key), part.holder, part.seconds // HOUR, part.share_percent) for part in parts] == [
        ("used", "switchboard", 5, 5),
        ("used", "unit", 15, 15),
        ("waited", "citizen", 200, 0),
        ("used", "unit", 30, 30),
        ("left", "", 50, 50),
    ]


def test_the_strip_cuts_the_leg_that_ran_across_the_deadline():
    legs = laid(("switchboard", None, 20), ("unit", ROADS, 120), ("approver", ROADS, 60))
    parts = strip(legs, effective_seconds=WHOLE, worked=clock, until=legs[-1].ended_at)
    assert [(str(part.label_key), part.holder, part.share_percent) for part in parts] == [
        ("used", "switchboard", 10),
        ("used", "unit", 40),
        ("over", "unit", 20),
        ("over", "approver", 30),
    ]


def test_the_strip_of_no_time_at_all_is_empty():
    assert strip([], effective_seconds=0, worked=clock, until=START) == []
