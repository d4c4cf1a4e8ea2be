"""Public holidays and make-up days as a library knows them: suggestions, to be confirmed line by line (R12).

The library lacks what the government announces late: for 2026 it does not know that Friday 2 January was off and
Saturday 10 January worked. It does know 24 November, Vietnam Culture Day, from 2026 on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from holidays import country_holidays

_SWAPPED = re.compile(r"\(thay cho ngày ([0-9]{2}/[0-9]{2})/[0-9]{4}\)")
COUNTRY = "VN"
LANGUAGES = {"vi": "vi", "en": "en_US"}
MAKE_UP = {"vi": "Làm bù", "en": "Make-up working day"}
FIRST_YEAR, LAST_YEAR = 2020, 2100  # outside, the library knows dates that nobody plans with


@dataclass(frozen=True)
class Suggestion:
    """A day that may be special. `worked`: a make-up working day, else a day off.

    `is_known`: the calendar says so already. `contradicts`: it says the opposite now.
    """

    on: date
    name_vi: str
    name_en: str
    worked: bool
    is_known: bool
    contradicts: bool


def suggestions(year: int, definition: Mapping[str, Any]) -> list[Suggestion]:
    """What the library knows about a year in Vietnam beside what `definition` says, in order of the days."""
    off = set(definition.get("holidays") or [])
    extra = set(definition.get("extra_working_days") or {})
    found = {language: country_holidays(COUNTRY, years=year, language=code) for language, code in LANGUAGES.items()}
    days = {on: _in_our_words({language: found[language][on] for language in LANGUAGES}) for on in found["vi"]}
    listed = [
        Suggestion(on, name["vi"], name["en"], False, on.isoformat() in off, on.isoformat() in extra)
        for on, name in days.items()
    ]
    listed += [
        Suggestion(on, MAKE_UP["vi"], MAKE_UP["en"], True, on.isoformat() in extra, on.isoformat() in off)
        for on in found["vi"].weekend_workdays
        if on.year == year
    ]
    return sorted(listed, key=lambda one: one.on)


def swapped_names(worked: str) -> dict[str, str]:
    """What a day off is called that is worked on the day `worked`, such as 22/08."""
    return {"vi": f"Nghỉ hoán đổi (làm bù ngày {worked})", "en": f"Day off, worked on {worked} instead"}


def _in_our_words(names: Mapping[str, str]) -> dict[str, str]:
    """The library writes a swap with an American date; two feasts on one day are listed with a comma."""
    swap = _SWAPPED.search(names["vi"])
    return swapped_names(swap[1]) if swap else {language: name.replace("; ", ", ") for language, name in names.items()}
