"""What the province's settings may be. Plain data in; what is wrong comes out as sentences for the translators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

N_ = str  # marks a sentence for the translators
STYLES = ("plain", "diacritics")
LONGEST_NAME, LONGEST_HOST = 120, 60
MOST_LINES = 200
# Least and most of each number, both allowed.
RANGES: dict[str, tuple[int, int]] = {
    "rating_days": (1, 90),
    "edit_hours": (0, 720),
    "texts_begin_hour": (0, 23),
    "texts_end_hour": (1, 24),
    "invitations_a_day": (0, 20),
    "invitations_a_month": (0, 100),
    "reminder_after_hours": (1, 720),
    "routing_grace_minutes": (0, 60),
    "texts_a_minute": (1, 6000),
    "texts_a_number_a_day": (1, 100),
    "segments_a_day": (1, 1_000_000),
    "segment_price_dong": (0, 100_000),
    "lease_seconds": (30, 3600),
    "receipt_hours": (1, 168),
    "call_back_working_days": (1, 10),
    "sample_a_unit_a_month": (0, 200),
    "fewest_ratings_to_rank": (5, 1000),
}
# An office network wider than this would hold the telephones of half the country.
WIDEST = {4: 8, 6: 24}
_BRAND = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ._-]{1,10}")
_PHONE = re.compile(r"[0-9][0-9. ]{1,14}")
_HOST = re.compile(r"(?=.{4,60}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}")


@dataclass(frozen=True)
class Complaint:
    """What is wrong with one setting: a sentence for the translators and what is named in it."""

    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


def read_networks(lines: Sequence[str]) -> tuple[str, ...]:
    """Networks in their usual form, each once: `10.1.2.3` is one address, `10.1.2.3/16` the network around it.

    Raises ValueError with the line that is no network, or too wide to be an office.
    """
    found: dict[str, None] = {}
    for line in lines:
        try:
            network = ip_network(line, strict=False)
        except ValueError as error:
            raise ValueError(line) from error
        if network.prefixlen < WIDEST[network.version]:
            raise ValueError(line)
        found[str(network)] = None
    return tuple(found)


def wrong_settings(values: Mapping[str, Any]) -> dict[str, Complaint]:
    """What is wrong, by the name of the setting; nothing when all of it may be saved. `values` holds every setting."""
    wrong: dict[str, Complaint] = {}
    for name, (least, most) in RANGES.items():
        number = values[name]
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            wrong[name] = Complaint(N_("A whole number from %(least)d to %(most)d."), {"least": least, "most": most})
    for name in ("name_vi", "name_en"):
        if not 1 <= len(values[name]) <= LONGEST_NAME:
            wrong[name] = Complaint(N_("Between 1 and %(most)d characters."), {"most": LONGEST_NAME})
    if not _BRAND.fullmatch(values["brand"]):
        wrong["brand"] = Complaint(N_("2 to 11 letters without diacritics and digits, as the carriers registered it."))
    if not _PHONE.fullmatch(values["phone"]):
        wrong["phone"] = Complaint(N_("The number that citizens dial, digits and full stops, such as 0271.1022."))
    if not _HOST.fullmatch(values["host"]):
        wrong["host"] = Complaint(N_("An address without https:// and without a path, such as 1022.example.gov.vn."))
    if values["texts_style"] not in STYLES:
        wrong["texts_style"] = Complaint(N_("Please choose one of the two styles."))
    hours_are_numbers = not {"texts_begin_hour", "texts_end_hour"} & wrong.keys()
    if hours_are_numbers and values["texts_begin_hour"] >= values["texts_end_hour"]:
        wrong["texts_end_hour"] = Complaint(N_("The hours must end after they begin."))
    for name in ("office_networks", "test_numbers"):
        if len(values[name]) > MOST_LINES:
            wrong[name] = Complaint(N_("At most %(most)d lines."), {"most": MOST_LINES})
    return wrong
