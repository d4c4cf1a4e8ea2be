"""What the queue says: in whose hands a case is and since when, what narrows a list, what became of ticked cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hotline.tickets.actions import Why
from hotline.tickets.models import Holder
from hotline.tickets.queries import Filters, View
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.tickets.words import status_label
from hotline.web.formats import span

EMPTY_WORDS: dict[View, Any] = {
    View.UNASSIGNED: _l("Reports of your unit that nobody has been given yet stand here, the most urgent first."),
    View.MINE: _l("What you are given to work on stands here, the most urgent first."),
    View.OPEN_WORK: _l("When something comes in, it stands here, the most urgent first."),
    View.TRIAGE: _l("Reports for which no rule decides, and those that units return, stand here until they are sent."),
    View.RETURNED: _l("What a unit returns as not its own stands here, with its reason, until it is sent again."),
    View.TODAY: _l("What must be done before midnight stands here."),
    View.OVERDUE: _l("What is past its deadline would stand here, the oldest first. May it stay empty."),
    View.REWORK: _l("Answers that came back for rework stand here, with the reason, until they are submitted again."),
    View.APPROVAL: _l("Answers that are written and wait for approval stand here, the most urgent first."),
    View.TASKS: _l("What other units ask of yours for their answers stands here, with its own deadline."),
    View.WAITING: _l("Reports that wait for an answer of the person who reported stand here, the longest first."),
    View.DONE: _l("What has been answered stands here, the newest first."),
    View.ALL: _l("Every report you may see stands here, the newest first."),
}


def hands_words(holder: Holder | None, since: datetime | None, now: datetime) -> str:
    """Who has a case now, and for how long."""
    if holder is None or since is None:
        return ""
    held = span((now - since).total_seconds())
    return {
        Holder.SWITCHBOARD: _("with the switchboard for %(span)s", span=held),
        Holder.UNIT: _("with the unit for %(span)s", span=held),
        Holder.APPROVER: _("awaiting approval for %(span)s", span=held),
        Holder.CITIZEN: _("with the person who reported for %(span)s", span=held),
    }[holder]


def held_words(days: int) -> str:
    """A leg's age as a filter says it."""
    return ngettext("more than %(num)d day", "more than %(num)d days", days)


def filter_chips(filters: Filters) -> list[tuple[str, str]]:
    """The filters that are set: field and what it says."""
    found = {
        "words": f"“{filters.words}”" if filters.words else "",
        "category": filters.category.name if filters.category else "",
        "area": filters.area.name if filters.area else "",
        "unit": filters.unit.name if filters.unit else "",
        "channel": filters.channel.label if filters.channel else "",
        "priority": _("Priority: %(priority)s", priority=filters.priority.label) if filters.priority else "",
        "caller_kind": filters.caller_kind.label if filters.caller_kind else "",
        "held_days": _("In the same hands for %(days)s", days=held_words(filters.held_days or 0))
        if filters.held_days
        else "",
    }
    return [(field, str(words)) for field, words in found.items() if words]


@dataclass(frozen=True)
class BulkReport:
    """What became of ticked cases: how many were done in words, and the reasons with the codes that were skipped."""

    done: str
    skipped: list[tuple[str, list[str]]]


def bulk_report(detail: Mapping[str, Any]) -> BulkReport:
    """The report of `actions.do_together` in the reader's language; codes with the same reason stand together."""
    reasons: dict[str, list[str]] = {}
    for code, why in detail["skipped"].items():
        reasons.setdefault(_why(why), []).append(code)
    number = len(detail["done"])
    done = {
        Verb.ACCEPT: ngettext("%(num)d report accepted.", "%(num)d reports accepted.", number),
        Verb.ASSIGN: ngettext("%(num)d report assigned.", "%(num)d reports assigned.", number),
        Verb.NOTE: ngettext("Note added to %(num)d report.", "Note added to %(num)d reports.", number),
    }[Verb(detail["verb"])]
    return BulkReport(done if number else _("Nothing was changed."), sorted(reasons.items()))


def _why(why: str) -> str:
    kind, _colon, status = why.partition(":")
    return str(
        {
            Why.ABSENT: lambda: _("no longer with you"),
            Why.CHANGED: lambda: _("changed meanwhile; please look at it again"),
            Why.STATE: lambda: _("not possible while it is “%(status)s”", status=status_label(Status(status))),
            Why.NOT_YOURS: lambda: _("not part of your role"),
            Why.PERSON: lambda: _("this person does not belong to the responsible unit"),
        }[Why(kind)]()
    )
