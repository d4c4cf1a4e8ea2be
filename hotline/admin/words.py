"""What an edit of the catalogue changes, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from hotline.catalogue.actions import PolicyDraft
from hotline.catalogue.actions.policies import draft_of
from hotline.catalogue.models import Calendar, Category, Policy
from hotline.catalogue.rules import Difference, Part, differences
from hotline.catalogue.words import weekday_words
from hotline.staff.permissions import Role
from hotline.tickets.models import CallerKind, Channel, ClockKind
from hotline.tickets.words import target_words
from hotline.web.formats import day, weekday_name
from hotline.worktime import DayKind

DAY_WORDS: dict[DayKind, Any] = {
    DayKind.WORKING: _l("working day"),
    DayKind.EXTRA: _l("extra working day"),
    DayKind.HOLIDAY: _l("day off"),
    DayKind.FREE: _l("weekly day off"),
}
# Tone and sign of a day in the year view: never a colour alone.
DAY_LOOK: dict[DayKind, tuple[str, str]] = {
    DayKind.WORKING: ("plain", ""),
    DayKind.EXTRA: ("extra", "+"),
    DayKind.HOLIDAY: ("off", "×"),
    DayKind.FREE: ("free", "–"),
}
FIELD_WORDS: dict[str, Any] = {
    "name_vi": _l("Name in Vietnamese"),
    "name_en": _l("Name in English"),
    "category_id": _l("Category"),
    "priority": _l("Priority"),
    "channel": _l("Channel"),
    "caller_kind": _l("Who asks"),
    "calendar_code": _l("Working calendar"),
    "acceptance_target": _l("Acceptance"),
    "first_response_target": _l("First response"),
    "next_response_target": _l("Reply to a later question"),
    "resolve_target": _l("Answer"),
    "is_round_the_clock": _l("People are told at any hour, also at night and on days off"),
    "switchboard_share": _l("Share of the switchboard"),
    "unit_share": _l("Share of the unit"),
    "approval_share": _l("Share of the approval"),
    "extension_approvers": _l("Who decides extensions"),
    "thresholds": _l("Thresholds"),
}

STYLE_WORDS: dict[str, Any] = {"plain": _l("Plain, without diacritics"), "diacritics": _l("With diacritics")}
TEXT_WORDS: dict[str, Any] = {
    "received": _l("Report received"),
    "received_routed": _l("Report received and sent to a unit"),
    "answered": _l("Answered, nobody is asked to rate"),
    "answered_rate": _l("Answered, please rate"),
    "reminder": _l("Reminder to rate"),
    "question": _lp("text", "Question to the person who reported"),
    "extended": _lp("text", "Extension granted"),
    "refused": _l("Outside our scope, guidance given"),
    "reopened": _l("Reopened after a rating"),
    "opted_out": _l("No more invitations, confirmed"),
    "reply_help": _l("A reply was not understood"),
    "staff_alert": _l("Urgent alert to staff"),
}
PLACEHOLDER_WORDS: dict[str, Any] = {
    "brand": _l("the sender of the texts"),
    "code": _l("the code of the report"),
    "due": _l("until when the answer is promised"),
    "host": _l("the address of our pages"),
    "link": _l("the link to rate, of 24 characters that are this person's own"),
    "or_call": _l("“or call” with our number, where one can rate by call; else nothing"),
    "phone": _l("the number of the hotline"),
    "unit": _l("the unit in full, shortly where that is too long"),
    "unit_sms": _l("the short name of the unit, at most 25 characters"),
    "until": _l("the last day to rate"),
    "what": _l("what the alert is about"),
}


def day_label(shown: Any) -> str:
    """`Friday 02/01/2026: day off, New Year swap`: what a day of the year view is called aloud."""
    name = shown.name(str(get_locale()))
    words = f"{weekday_name(shown.on)} {day(shown.on)}: {DAY_WORDS[shown.kind]}"
    return f"{words}, {name}" if name else words


def weekday_short(on: date) -> str:
    """`T2`, `Mo`: the head of a column of days."""
    names = [
        *(pgettext("weekday", "Mo"), pgettext("weekday", "Tu"), pgettext("weekday", "We"), pgettext("weekday", "Th")),
        *(pgettext("weekday", "Fr"), pgettext("weekday", "Sa"), pgettext("weekday", "Su")),
    ]
    return names[on.weekday()]


def month_title(first: date) -> str:
    """`Tháng 1`, `January`."""
    names = [
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    ]
    return names[first.month - 1]


def calendar_changes(before: Calendar, definition: Mapping[str, Any], names: Mapping[str, Any]) -> list[str]:
    """What a definition and its names of days say differently from a version."""
    found = differences(before.definition, definition)
    told = [_difference_words(one, names) for one in found]
    changed = {one.key for one in found}
    renamed = [key for key in sorted(names) if key not in changed and before.day_names.get(key) != names[key]]
    for key in renamed:
        told.append(_("%(day)s is now called “%(name)s”.", day=_date(key), name=_named(names, key)))
    return told


def _difference_words(one: Difference, names: Mapping[str, Any]) -> str:
    none = _("free")
    if one.part is Part.ZONE:
        return _("Time zone: %(before)s → %(after)s.", before=one.before, after=one.after)
    if one.part is Part.WEEKDAY:
        words = {"day": weekday_words(one.key), "before": one.before or none, "after": one.after or none}
        return _("%(day)s: %(before)s → %(after)s.", **words)
    if one.part is Part.OFF:
        return _("%(day)s is off: %(name)s.", day=_date(one.key), name=_named(names, one.key) or "–")
    if one.part is Part.WORKED:
        return _("%(day)s is worked: %(shifts)s.", day=_date(one.key), shifts=one.after)
    return _(
        "%(day)s is an ordinary %(weekday)s again.", day=day(date.fromisoformat(one.key)), weekday=_weekday(one.key)
    )


def _weekday(key: str) -> str:
    return weekday_name(date.fromisoformat(key))


def _date(key: str) -> str:
    return f"{_weekday(key)} {day(date.fromisoformat(key))}"


def _named(names: Mapping[str, Any], key: str) -> str:
    known = names.get(key, {})
    return str(known.get(str(get_locale())) or known.get("vi", ""))


def names_changed(before: Any, names: tuple[str, str]) -> list[str]:
    """A calendar or policy that is called something else."""
    pairs = (("name_vi", before.name_vi, names[0]), ("name_en", before.name_en, names[1]))
    return [f"{FIELD_WORDS[name]}: {old} → {new}." for name, old, new in pairs if old != new]


def policy_changes(before: Policy, after: PolicyDraft, categories: Mapping[int, Category]) -> list[str]:
    """What a draft says differently from a version, field by field."""
    old = draft_of(before)
    told = []
    for name, label in FIELD_WORDS.items():
        was, becomes = getattr(old, name), getattr(after, name)
        if was == becomes:
            continue
        if name == "thresholds":
            told += _threshold_changes(was, becomes)
        else:
            told.append(f"{label}: {value_words(name, was, categories)} → {value_words(name, becomes, categories)}.")
    return told


def _threshold_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    old, new = ({(row["clock"], row["at"]): sorted(row["alerts"]) for row in rows} for rows in (before, after))
    told = []
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key):
            label = f"{ClockKind(key[0]).label}, {key[1]}"
            was, becomes = audience_words(old.get(key)), audience_words(new.get(key))
            told.append(f"{label}: {was} → {becomes}.")
    return told


def audience_words(names: list[str] | None) -> str:
    """Who is told; nobody; or that there is no such row."""
    if names is None:
        return _("no row")
    known = {"assignee": _("the person working on it"), **{role.value: role.label for role in Role}}
    return ", ".join(str(known[name]) for name in names) or _("nobody is told")


def value_words(name: str, value: Any, categories: Mapping[int, Category]) -> str:
    """A field of a policy as people say it."""
    if name.endswith("_target"):
        return target_words(value) if value else _("as the category says")
    if value is None:
        return _("any")
    if name == "category_id":
        return categories[value].name if value in categories else str(value)
    if name in ("channel", "caller_kind"):
        return str((Channel(value) if name == "channel" else CallerKind(value)).label)
    if name.endswith("_share"):
        return f"{value}\N{NO-BREAK SPACE}%"
    if name == "extension_approvers":
        return ", ".join(str(Role(role).label) for role in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(getattr(value, "label", value))


def policy_conditions(row: Policy, categories: Mapping[int, Category]) -> str:
    """For which cases a policy is."""
    asked = [
        f"{FIELD_WORDS[name]}: {value_words(name, getattr(row, name), categories)}"
        for name in ("category_id", "priority", "channel", "caller_kind")
        if getattr(row, name) is not None
    ]
    return "; ".join(asked) or _("all cases")


def version_words(number: int) -> str:
    """`version 3`."""
    return _("version %(number)d", number=number)


def register_words(app: Flask) -> None:
    """Make the words available to templates as filters."""
    for function in (day_label, month_title, audience_words, version_words):
        app.add_template_filter(function, function.__name__)
    app.add_template_filter(lambda kind: DAY_WORDS[kind], "day_kind_label")
    app.add_template_filter(lambda kind: DAY_LOOK[kind], "day_look")
    app.add_template_filter(weekday_name, "weekday_name")
    app.add_template_filter(weekday_words, "weekday_words")
    app.add_template_filter(weekday_short, "weekday_short")
