"""Pure decisions about the wording of a text: what must and may stand in it, how it is filled, how long it gets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline.messages.rules.texts import LINK, segments

N_ = str  # marks a sentence for the translators
STYLES = ("plain", "diacritics")
MOST_SEGMENTS = {"plain": 1, "diacritics": 2}
ALWAYS_ALLOWED = frozenset({"brand", "host", "phone"})
# What the citizen cannot do without, where the text as delivered has it.
ESSENTIAL = frozenset({"code", "due", "link", "what"})
TOKEN = "Xk3v9QmZ7tLwB2cR5yHn_-aa"
# The longest that is realistic. A unit whose full name is too long is named shortly, by 25 characters at most.
LONGEST: dict[str, str] = {
    "code": "26-0045127",
    "unit": "Trung tâm Hành chính công",
    "unit_sms": "Trung tam Hanh chinh cong",
    "due": "16h30 ngày 26/11",
    "until": "07/12",
    "what": "Vụ việc khẩn: phản ánh 26-0045127, 26-0045128, 26-0045129 và 12 vụ việc khác",
}
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S*|(?<![\w@.-])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b\S*|\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)
_OURS = "\0"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a wording: a sentence for the translators and what is named in it."""

    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


def placeholders(body: str) -> list[str]:
    """The names between braces, in order."""
    return _PLACEHOLDER.findall(body)


def allowed_in(delivered: Iterable[str]) -> frozenset[str]:
    """The placeholders for which this text has a value: those of any style of it as delivered, and the house's own."""
    names = {name for body in delivered for name in placeholders(body)}
    if names & {"unit", "unit_sms"}:
        names |= {"unit", "unit_sms"}
    return ALWAYS_ALLOWED | names


def required_in(delivered: Iterable[str]) -> frozenset[str]:
    """The placeholders that must stand in it: the brand, and what the citizen cannot do without."""
    return frozenset({"brand"}) | (ESSENTIAL & {name for body in delivered for name in placeholders(body)})


def tidied(body: str) -> str:
    """One paragraph with single blanks; a no-break space would turn the whole text into the dearer alphabet."""
    return " ".join(body.split())


def filled(body: str, values: Mapping[str, str]) -> str:
    """The body with what is known put in; a placeholder without a value, such as the link, stays."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), body)


def fits(text: str, style: str) -> bool:
    """Whether a finished text keeps to the segments of its style: one plain, two with diacritics (`words.md`)."""
    return segments(text).count <= MOST_SEGMENTS[style]


def with_link(text: str, link: str) -> str:
    """The text as it leaves, the link in its place."""
    return text.replace(LINK, link)


def problems_of(
    body: str, *, style: str, delivered: Collection[str], host: str, longest: Iterable[str]
) -> list[Problem]:
    """What is wrong with a wording, most basic first; none when it may be sent.

    `delivered` are the bodies of this text as the software brings them, `host` the registered address, `longest` the
    finished texts of the longest realistic cases.
    """
    found = _wrong_placeholders(body, delivered) + _foreign_links(body, host)
    if found:
        return found
    for text in longest:
        counted = segments(text)
        if style == "plain" and counted.offending:
            return [
                Problem(
                    N_("These characters are not in the plain alphabet of the networks: %(characters)s"),
                    {"characters": " ".join(counted.offending)},
                )
            ]
        if not fits(text, style):
            return [
                Problem(
                    N_("Too long: in the longest case %(units)d characters, %(segments)d segments; at most %(most)d."),
                    {"units": counted.units, "segments": counted.count, "most": MOST_SEGMENTS[style]},
                )
            ]
    return []


def _wrong_placeholders(body: str, delivered: Collection[str]) -> list[Problem]:
    names, found = placeholders(body), []
    if any(brace in _PLACEHOLDER.sub("", body) for brace in "{}"):
        found.append(Problem(N_("Braces are only for placeholders, such as {code}.")))
    unknown = sorted(set(names) - allowed_in(delivered))
    if unknown:
        said = ", ".join(f"{{{name}}}" for name in unknown)
        found.append(Problem(N_("This text has nothing to put in for %(names)s."), {"names": said}))
    missing = sorted(required_in(delivered) - set(names))
    if missing:
        said = ", ".join(f"{{{name}}}" for name in missing)
        found.append(Problem(N_("Please put in what must not be missing: %(names)s."), {"names": said}))
    if names.count("link") > 1:
        found.append(Problem(N_("The link to rate may stand there only once.")))
    return found


def _foreign_links(body: str, host: str) -> list[Problem]:
    found = []
    if re.search(r"\{link\}(?!\s|$|\{or_call\})|\S\{link\}", body):
        found.append(Problem(N_("Please put a blank before and after {link}.")))
    if re.search(r"(?:[\w.@-]|//)\{host\}|\{host\}[\w.@-]*[\w@-]", re.sub(r"(?<!\S)https?://(?=\{host\})", "", body)):
        found.append(Problem(N_("Please put a blank before {host}, and a blank or “/” after it.")))
    ours = rf"(?<!\S)(?:https?://)?(?:\{{host\}}|{re.escape(host)})(?:/\S*|(?=\s|$|[,.;:!?)](?:\s|$)))"
    rest = re.sub(ours, _OURS, body)
    foreign = [match[0] for match in _ADDRESS.finditer(_PLACEHOLDER.sub(_OURS, rest))]
    if foreign:
        found.append(
            Problem(
                N_("Only %(host)s may be linked to; “%(found)s” looks like another address."),
                {"host": host, "found": foreign[0]},
            )
        )
    return found
