"""Working time beside four libraries on one calendar: how many questions a second, and whether the answers are ours.

`python bench/worktime.py` takes a minute; `make bench` runs it last. Rounds alternate between all of them, in processor
time, and the best round counts. Compare ratios within one run, never a rate with another day's.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.calendars import NUMPY, OURS, WAYS, WORKALENDAR, Clock, Definition, Way, definition_of_years  # noqa: E402

SPANS = (1, 30, 365)
QUESTIONS = ("elapsed", "deadline")
SAMPLE = 200
SEED = 2025
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
LAST_START_DAY = (
    300  # plus the longest span: still before the last holiday of 2026, past which one library finds no end
)
ROUNDS = 7
SHORTEST_ROUND, LONGEST_ROUND = 0.02, 0.5  # seconds; who is too slow for it answers the first questions only
COLD_QUESTIONS = 3
PROMISED = ((NUMPY, 30, 2), (WORKALENDAR, 30, 10), (WORKALENDAR, 365, 150))  # at least so many times slower than ours
MOST_GROWTH = 1.3

Asked = tuple[datetime, datetime] | tuple[datetime, int]


@dataclass
class Case:
    """One question at one span, to one clock: the sample that is asked, and the best seconds an answer took."""

    way: Way
    question: str
    span: int
    sample: Sequence[Asked]
    same: int = 0
    warm: float = math.inf
    cold: float = math.inf
    passes: int = 1  # how often a round asks the sample


def main() -> int:
    """1 when a promised ratio is missed."""
    return 0 if print_working_time() else 1


def print_working_time() -> bool:
    """Check the answers, measure, and print the table; whether every promised ratio holds."""
    definition = definition_of_years()
    cases = _cases(definition)
    clocks = {way.name: way.build(definition) for way in WAYS}
    print(f"\nAsking {len(WAYS)} calendars {SAMPLE} questions of each kind …", flush=True)
    _compare(cases, clocks)
    for _ in range(ROUNDS):
        for case in cases:
            _measure(case, clocks[case.way.name], definition)
    found = {(case.way.name, case.question, case.span): case for case in cases}
    _print_table(found)
    return _print_promises(found)


def _cases(definition: Definition) -> list[Case]:
    """All questions: `elapsed` over the span, and `deadline` for the seconds that are worked in it, never none."""
    chance, ours = random.Random(SEED), OURS.build(definition)
    anywhere = (FIRST + timedelta(seconds=chance.randrange(LAST_START_DAY * 86_400)) for _ in count())
    starts = list(islice((at for at in anywhere if ours.elapsed(at, at + timedelta(days=SPANS[0]))), SAMPLE))
    cases = []
    for span in SPANS:
        spans = [(start, start + timedelta(days=span)) for start in starts]
        targets = [(start, ours.elapsed(start, end)) for start, end in spans]
        for question, sample in zip(QUESTIONS, (spans, targets), strict=True):
            ways = (way for way in WAYS if question == "elapsed" or way.knows_deadlines)
            cases += [Case(way, question, span, sample) for way in ways]
    return cases


def _compare(cases: Sequence[Case], clocks: dict[str, Clock]) -> None:
    """Count the answers that are ours, which also warms every clock up and tells how long a round must be."""
    for case in cases:
        ours = getattr(clocks[OURS.name], case.question)
        theirs = getattr(clocks[case.way.name], case.question)
        case.same = sum(theirs(*asked) == ours(*asked) for asked in case.sample)
        few = case.sample[: SAMPLE // 20]
        a_time = _seconds(theirs, few) / len(few)
        case.sample = case.sample[: max(len(few), int(LONGEST_ROUND / a_time))]
        case.passes = max(1, round(SHORTEST_ROUND / a_time / len(case.sample)))


def _measure(case: Case, clock: Clock, definition: Definition) -> None:
    """One round, warm (the clock has answered before) and cold (it is built for the question)."""
    ask = getattr(clock, case.question)
    warm = min(_seconds(ask, case.sample) for _ in range(case.passes))
    case.warm = min(case.warm, warm / len(case.sample))
    few = case.sample[:COLD_QUESTIONS]
    cold = _seconds(lambda *asked: getattr(case.way.build(definition), case.question)(*asked), few)
    case.cold = min(case.cold, cold / len(few))


def _seconds(ask: Callable[..., Any], sample: Sequence[Asked]) -> float:
    """Processor seconds for the whole sample."""
    begin = process_time()
    for start, other in sample:
        ask(start, other)
    return process_time() - begin


def _print_table(found: dict[tuple[str, str, int], Case]) -> None:
    print("\nVietnamese office hours of 2025 and 2026, answers a second and their time as a multiple of ours.")
    print("Warm: the calendar has answered before. Cold: it is built from its definition for the question.\n")
    print("| days | question | asked | same answers | warm | / ours | cold | / ours |")
    print("|---:|---|---|---:|---:|---:|---:|---:|")
    for (name, question, span), case in found.items():
        ours = found[(OURS.name, question, span)]
        same = "" if case is ours else f"{case.same} of {SAMPLE}"
        print(f"| {span} | {question} | {name} | {same} | {1 / case.warm:,.0f} | {_times(case.warm / ours.warm)} "
              f"| {1 / case.cold:,.0f} | {_times(case.cold / ours.cold)} |")  # fmt: skip
    print()
    for way in WAYS[1:]:
        print(f"{way.name}: {way.note}.")
    print()


def _print_promises(found: dict[tuple[str, str, int], Case]) -> bool:
    """Each promise with what was found, for the question and the span that keep it worst."""

    def slower(way: Way, spans: Sequence[int]) -> float:
        keys = [key for key in found if key[0] == way.name and key[2] in spans]
        return min(found[key].warm / found[(OURS.name, *key[1:])].warm for key in keys)

    different = sum(SAMPLE - case.same for case in found.values())
    promises = [("Everybody gives the same answers", not different, f"{different} differ")]
    for way in WAYS[1:]:
        least = slower(way, SPANS)
        promises.append((f"{way.name} takes longer at every span", least > 1, f"{_times(least)} times"))
    for way, span, factor in PROMISED:
        least = slower(way, [span])
        sentence = f"{way.name} takes at least {factor} times as long at {span} days"
        promises.append((sentence, least >= factor, f"{_times(least)} times"))
    for question in QUESTIONS:
        growth = found[(OURS.name, question, SPANS[-1])].warm / found[(OURS.name, question, SPANS[0])].warm
        sentence = f"Our {question} takes at most {MOST_GROWTH} times as long at {SPANS[-1]} days as at {SPANS[0]}"
        promises.append((sentence, growth <= MOST_GROWTH, f"{_times(growth)} times"))
    for sentence, well, measured in promises:
        print(f"{sentence}: {'yes' if well else 'NO'} ({measured}).")
    return all(well for _sentence, well, _measured in promises)


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 20 else f"{ratio:.1f}" if ratio >= 2 else f"{ratio:.2f}"


if __name__ == "__main__":
    sys.exit(main())
