"""Half-open intervals in whole seconds UTC, and shares that add up: what ledger and legs stand on (R3, R7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Pause = tuple[datetime, datetime | None]
ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """[begin, end): instants in UTC."""

    begin: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """Seconds on the clock on the wall."""
        return (self.end - self.begin) // ONE_SECOND


def whole_second(at: datetime) -> datetime:
    """The instant in UTC with its microseconds cut off, as working time counts it (R3). ValueError for a naive time."""
    if at.utcoffset() is None:
        raise ValueError("A time without a zone is no instant.")
    return at.astimezone(UTC).replace(microsecond=0)


def merged(pauses: Iterable[Pause], begin: datetime, end: datetime) -> list[Span]:
    """The parts of `pauses` in [begin, end), disjoint and in order; an open one (end None) lasts until `end`.

    They may come in any order and may overlap. ValueError for a pause that ends before it begins.
    """
    spans: list[Span] = []
    for off, on in sorted((whole_second(off), end if on is None else whole_second(on)) for off, on in _checked(pauses)):
        off, on = max(off, begin), min(on, end)
        if on <= off:
            continue
        if spans and off <= spans[-1].end:
            spans[-1] = Span(spans[-1].begin, max(on, spans[-1].end))
        else:
            spans.append(Span(off, on))
    return spans


def cut(span: Span, stops: Sequence[Span]) -> Iterator[tuple[Span, bool]]:
    """`span` in pieces, in order, each with whether it lies in one of `stops` (disjoint, in order)."""
    at = span.begin
    for stop in stops:
        begin, end = max(stop.begin, at), min(stop.end, span.end)
        if end <= begin:
            continue
        if begin > at:
            yield Span(at, begin), False
        yield Span(begin, end), True
        at = end
    if span.end > at:
        yield Span(at, span.end), False


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split in proportion to `weights` (0 or more) by the largest remainder: whole parts, exact sum.

    Equal remainders favour the earlier part. All zeros when no weight is positive, for nobody can bear anything then.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def _checked(pauses: Iterable[Pause]) -> Iterator[Pause]:
    for begin, end in pauses:
        if end is not None and end < begin:
            raise ValueError("A pause cannot end before it begins.")
        yield begin, end
