"""The rule of likeness: bounded, the same both ways, blind to order, and never higher for being farther away."""

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.tickets.rules.duplicates import (
    EARTH_METRES,
    Report,
    content_words,
    distance,
    likeness,
    nearness,
    phrases,
    rarity,
)
from hotline.web.folding import fold

SYLLABLES = ("nuoc", "ngap", "cong", "tac", "duong", "den", "45")
words = st.lists(st.sampled_from(SYLLABLES), max_size=5).map(tuple)
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
reports = st.builds(Report, words, words, st.none() | points)
weights = st.lists(words.map(Report), max_size=3).map(rarity)
quick = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine


@quick
@given(reports, reports, weights)
def test_a_likeness_is_a_share_and_the_same_both_ways(one, other, rare):
    there, back = likeness(one, other, rare), likeness(other, one, rare)
    assert 0 <= there.score <= 1
    assert math.isclose(there.score, back.score, abs_tol=1e-9) and there.words == back.words
    assert set(there.words) <= set(one.content + one.address)


@quick
@given(words.filter(len), words, weights, points)
def test_the_same_report_again_is_wholly_alike(content, address, rare, position):
    assert math.isclose(likeness(Report(content, address), Report(content, address), rare).score, 1)
    assert math.isclose(likeness(Report(content, (), position), Report(content, (), position), rare).score, 1)


@quick
@given(reports, reports, weights, st.floats(0, 0.05), st.floats(0, 0.05))
def test_the_farther_the_less_alike(one, other, rare, near, far):
    near, far = sorted((near, far))
    here = Report(one.content, one.address, (11.5, 106.9))
    at = [likeness(here, Report(other.content, other.address, (11.5 + by, 106.9)), rare) for by in (near, far)]
    assert at[0].score >= at[1].score - 1e-9


@quick
@given(points, points)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_earth_round(one, other):
    assert math.isclose(distance(one, other), distance(other, one), abs_tol=1e-6)
    assert 0 <= distance(one, other) <= math.pi * EARTH_METRES + 1
    assert distance(one, one) == 0


@quick
@given(st.floats(0, 10_000))
def test_nearness_is_a_share(metres):
    assert 0 <= nearness(metres) <= 1


def test_a_degree_of_latitude_is_111_kilometres():
    assert round(distance((11.0, 106.9), (12.0, 106.9)) / 1000) == 111


def report(text, address="", position=None):
    return Report(content_words(fold(text).split()), content_words(fold(address).split()), position)


def test_what_people_say_about_one_flood_is_alike_and_about_another_thing_is_not():
    flood = report("Nước ngập sâu ở ngã tư trước chợ sau trận mưa chiều nay, xe máy chết máy hàng loạt.")
    again = report("Tôi đang kẹt ở ngã tư chợ, nước ngập đến đầu gối, nắp cống bị nghẹt rác.")
    lid = report("Nắp cống trước trường tiểu học bị mất nhiều ngày, đề nghị lắp lại.")
    rare = rarity([flood, again, lid])
    assert likeness(flood, again, rare).is_alike and not likeness(flood, lid, rare).is_alike
    assert {"ngap", "nuoc"} <= set(likeness(flood, again, rare).words)


def test_the_same_words_three_kilometres_away_are_another_event():
    here = report("Cây đổ chắn ngang đường", position=(11.535, 106.893))
    there = report("Cây đổ chắn ngang đường", position=(11.570, 106.893))
    assert likeness(here, report("Cây đổ chắn ngang đường", position=(11.5351, 106.893)), {}).score > 0.95
    assert likeness(here, there, {}).score == 0


def test_shared_words_are_shown_as_people_wrote_them():
    said = [(fold(word), word) for word in ["Nước", "ngập", "sâu", "ở", "ngã", "tư", "chợ"]]
    assert phrases(said, {"nuoc", "ngap", "nga", "tu", "cho"}) == ("ngã tư chợ", "nước ngập")
