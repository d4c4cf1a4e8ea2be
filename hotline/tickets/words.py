"""What states, verbs and deadlines are called on screen, and in which tone they are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hotline.actor import CITIZEN, SYSTEM, ActorKind
from hotline.tickets.models import ClockKind, FilePurpose, TicketEvent
from hotline.tickets.rules.lifecycle import Status, Verb
from hotline.tickets.rules.sla import Timeliness
from hotline.worktime import Target

STATUS_WORDS: dict[Status, tuple[Any, str]] = {
    Status.RECEIVED: (_l("Received"), "info"),
    Status.TRIAGE: (_l("Being sorted"), "warn"),
    Status.ROUTED: (_l("Sent on, not yet confirmed by the unit"), "info"),
    Status.RETURNED: (_l("Returned (not within its authority)"), "warn"),
    Status.IN_PROGRESS: (_l("In progress"), "info"),
    Status.WAITING_CITIZEN: (_l("Waiting for the person who reported"), "neutral"),
    Status.ON_HOLD: (_l("On hold, waiting for something"), "neutral"),
    Status.AWAITING_APPROVAL: (_l("Result ready, awaiting approval"), "info"),
    Status.REOPENED: (_l("In progress again"), "warn"),
    Status.ATTACHED: (_l("Joined to a common incident"), "info"),
    Status.ANSWERED: (_l("Answered"), "ok"),
    Status.ANSWERED_ON_CALL: (_l("Answered at once"), "ok"),
    Status.REFUSED: (_l("Outside our scope, guidance given"), "neutral"),
    Status.REFERRED_OUT: (_l("Passed to another authority"), "neutral"),
    Status.WITHDRAWN: (_l("Withdrawn by the person who reported"), "neutral"),
    Status.CLOSED: (_l("Ended"), "neutral"),
}

# What the button says that does it; below, what a notice says that was done.
BUTTON_WORDS: dict[Verb, Any] = {
    Verb.ACCEPT: _l("Accept"),
    Verb.ANSWER: _l("Submit the answer"),
    Verb.APPROVE: _l("Approve and publish"),
    Verb.REWORK: _l("Send back for rework"),
    Verb.ROUTE: _l("Send to a unit"),
    Verb.SETTLE: _l("Answered on the call"),
    Verb.ASSIGN: _l("Assign"),
    Verb.ASK: _l("Ask the citizen"),
    Verb.RESUME: _l("Resume"),
    Verb.CONFIRM: _l("Confirm the question"),
    Verb.HOLD: _l("Put on hold"),
    Verb.EXTEND: _l("Ask for an extension"),
    Verb.GRANT: _l("Grant the extension"),
    Verb.DECLINE: _l("Decline the extension"),
    Verb.CHASE: _l("Chase the unit"),
    Verb.PHONE: _l("Unit phoned"),
    Verb.CLASSIFY: _l("Change category or priority"),
    Verb.ATTACH: _l("Join to a common incident"),
    Verb.DETACH: _l("Take out of the incident"),
    Verb.WAIVE: _l("Excuse the late answer"),
    Verb.RETURN: _l("Return: wrong door"),
    Verb.REOPEN: _l("Reopen"),
    Verb.REFUSE: _l("Outside our scope"),
    Verb.REFER: _l("Pass to another authority"),
    Verb.WITHDRAW: _l("Withdrawn by the citizen"),
    Verb.CONTACT: _l("The person called to ask"),
    Verb.CORRECT: _l("Correct the phone number"),
    Verb.NOTE: _l("Internal note"),
    Verb.INVOLVE: _l("Ask another unit to contribute"),
    Verb.CONTRIBUTE: _l("Contribute"),
    Verb.RELEASE: _l("Do without a contribution"),
    Verb.SPLIT: _l("Split off another report"),
    Verb.FILE: _l("Add a file"),
}

VERB_WORDS: dict[Verb, Any] = {
    Verb.OPEN: _l("Report taken"),
    Verb.TRIAGE: _l("To be sorted by the switchboard"),
    Verb.ROUTE: _l("Sent to the unit"),
    Verb.ACCEPT: _l("Accepted by the unit"),
    Verb.RETURN: _l("Returned by the unit"),
    Verb.ASSIGN: _l("Assigned"),
    Verb.ASK: _l("Question to the person who reported"),
    Verb.RESUME: _l("Resumed"),
    Verb.CONFIRM: _l("Question confirmed by the switchboard"),
    Verb.HOLD: _l("Put on hold"),
    Verb.EXTEND: _l("Extension asked for"),
    Verb.GRANT: _l("Extension granted"),
    Verb.DECLINE: _l("Extension declined"),
    Verb.CHASE: _l("Chased by the switchboard"),
    Verb.PHONE: _l("Unit phoned"),
    Verb.CLASSIFY: _l("Category or priority changed"),
    Verb.ATTACH: _l("Joined to a common incident"),
    Verb.DETACH: _l("Taken out of the incident"),
    Verb.FOLLOW: _l("Answered together with the main case"),
    Verb.WAIVE: _l("Late answer excused"),
    Verb.ANSWER: _l("Answer submitted for approval"),
    Verb.APPROVE: _l("Answer approved and published"),
    Verb.REWORK: _l("Answer sent back for rework"),
    Verb.REOPEN: _l("Reopened"),
    Verb.REFUSE: _l("Outside our scope"),
    Verb.REFER: _l("Passed to another authority"),
    Verb.WITHDRAW: _l("Withdrawn"),
    Verb.SETTLE: _l("Answered on the call"),
    Verb.CLOSE: _l("Ended"),
    Verb.NOTE: _l("Internal note"),
    Verb.CONTACT: _l("The person called to ask"),
    Verb.CORRECT: _l("Phone number corrected"),
    Verb.INVOLVE: _l("Another unit asked to contribute"),
    Verb.CONTRIBUTE: _l("Contribution"),
    Verb.RELEASE: _l("Contribution done without"),
    Verb.SPLIT: _l("Another report split off"),
    Verb.SUCCEED: _l("Taken over by the unit's successor"),
    Verb.FILE: _l("File added"),
    Verb.BREACH: _l("Deadline passed"),
}

VERB_LOOK: dict[Verb, tuple[str, str]] = {
    Verb.OPEN: ("phone-in", "info"),
    Verb.ROUTE: ("arrow-right", "info"),
    Verb.ACCEPT: ("check", "info"),
    Verb.RETURN: ("arrow-back", "warn"),
    Verb.ASSIGN: ("user", "neutral"),
    Verb.ASK: ("help", "neutral"),
    Verb.ANSWER: ("edit", "info"),
    Verb.APPROVE: ("check", "ok"),
    Verb.SETTLE: ("check", "ok"),
    Verb.REWORK: ("arrow-back", "warn"),
    Verb.REOPEN: ("alert", "warn"),
    Verb.CONTACT: ("phone", "neutral"),
    Verb.CONFIRM: ("check", "neutral"),
    Verb.HOLD: ("pause", "neutral"),
    Verb.RESUME: ("arrow-right", "neutral"),
    Verb.EXTEND: ("clock", "warn"),
    Verb.GRANT: ("clock", "ok"),
    Verb.DECLINE: ("x", "warn"),
    Verb.CHASE: ("alert", "warn"),
    Verb.PHONE: ("phone", "info"),
    Verb.CLASSIFY: ("edit", "neutral"),
    Verb.CORRECT: ("phone", "warn"),
    Verb.ATTACH: ("inbox", "info"),
    Verb.DETACH: ("arrow-back", "neutral"),
    Verb.FOLLOW: ("check", "ok"),
    Verb.WAIVE: ("check", "warn"),
    Verb.BREACH: ("alert", "late"),
    Verb.NOTE: ("note", "neutral"),
    Verb.INVOLVE: ("arrow-right", "info"),
    Verb.CONTRIBUTE: ("check", "info"),
    Verb.RELEASE: ("x", "warn"),
    Verb.SPLIT: ("arrow-right", "neutral"),
    Verb.SUCCEED: ("arrow-right", "neutral"),
    Verb.FILE: ("note", "neutral"),
}

TIMELINESS_WORDS: dict[Timeliness, Any] = {
    Timeliness.IN_TIME: _l("In time"),
    Timeliness.DUE_SOON: _l("Due soon"),
    Timeliness.OVERDUE: _l("Overdue"),
    Timeliness.PAUSED: _l("Time stopped"),
    Timeliness.ON_TIME: _l("Early or on time"),
    Timeliness.LATE: _l("Late"),
}


def status_label(status: Status) -> Any:
    """The words for a state."""
    return STATUS_WORDS[status][0]


def status_tone(status: Status) -> str:
    """The tone of its badge."""
    return STATUS_WORDS[status][1]


def event_title(event: TicketEvent) -> Any:
    """What a notice says happened: a breach names its promise, a return the unit it proposes."""
    if event.verb is Verb.BREACH and "clock" in event.detail:
        return _("Deadline passed: %(promise)s", promise=ClockKind(event.detail["clock"]).label)
    if event.verb is Verb.NOTE and event.detail.get("reached"):
        return _("Spoke to the person who reported")
    if event.verb is Verb.ACCEPT and event.detail.get("by_silence"):
        return _("Accepted by silence: the acceptance time passed")
    if event.detail.get("ends_extension"):
        return _("Category or priority changed; the extension granted before ends")
    if event.verb is Verb.SPLIT:
        return _split_title(event)
    if event.verb in (Verb.INVOLVE, Verb.CONTRIBUTE, Verb.RELEASE) and event.detail.get("unit_name"):
        return f"{VERB_WORDS[event.verb]}: {event.detail['unit_name']}"
    if event.verb is Verb.FILE and event.detail.get("removed"):
        return _("File taken away")
    if event.verb is Verb.FILE and "purpose" in event.detail:
        return f"{VERB_WORDS[Verb.FILE]}: {FilePurpose(event.detail['purpose']).label}"
    if "main_case" in event.detail:
        return f"{VERB_WORDS[event.verb]}: {event.detail['main_case']}"
    return VERB_WORDS[event.verb]


def _split_title(event: TicketEvent) -> str:
    """Which case was split off, or from which one this was: the older code is that of the call's first case."""
    other = event.detail.get("other", "")
    if other < event.ticket.code:
        return _("Split from %(code)s: the same call spoke of several things", code=other)
    return _("Another report split off: %(code)s", code=other)


def event_actor(event: TicketEvent) -> str:
    """Who did it, as the reader calls them; people by their names."""
    nameless = {ActorKind.SYSTEM: _("The system"), ActorKind.CITIZEN: _("Person who reported")}
    if absent := event.detail.get("instead_of"):
        return str(_("%(name)s (in place of %(absent)s)", name=event.by_name, absent=absent))
    return nameless.get(event.by_kind, event.by_name)


def event_unit(event: TicketEvent) -> str:
    """The unit whose people did it: the one that holds the case, but for a unit that was asked to contribute."""
    by_unit = event.detail.get("by_unit")
    return str(by_unit) if by_unit else event.department.name if event.department else ""


def who_words(name: str) -> str:
    """The same for rows that keep only the name."""
    return str({SYSTEM.name: _("The system"), CITIZEN.name: _("Person who reported")}.get(name, name))


def event_at(event: TicketEvent) -> datetime:
    """When it happened: a deadline passed at the deadline, not when somebody noticed."""
    due_at = event.detail.get("due_at") if event.verb is Verb.BREACH else None
    return datetime.fromisoformat(due_at) if due_at else event.at


def target_words(target: str) -> str:
    """`5wd` as people say it: five working days."""
    goal = Target.parse(target)
    if goal.unit == "wd":
        return ngettext("%(num)d working day", "%(num)d working days", goal.amount)
    if goal.unit == "wh":
        return ngettext("%(num)d working hour", "%(num)d working hours", goal.amount)
    return ngettext("%(num)d hour", "%(num)d hours", goal.amount)


def size_words(size: int) -> str:
    """A number of bytes as people say it: 1,4 MB."""
    if size >= 1024 * 1024:
        return f"{format_decimal(size / 1024 / 1024, format='#,##0.0')} MB"
    return f"{format_decimal(max(1, round(size / 1024)))} KB"


def register_words(app: Flask) -> None:
    """Make the words available to templates as filters."""
    app.add_template_filter(status_label, "status_label")
    app.add_template_filter(status_tone, "status_tone")
    app.add_template_filter(target_words, "target_words")
    app.add_template_filter(who_words, "who_words")
    app.add_template_filter(size_words, "size_words")
    app.add_template_filter(lambda verb: VERB_WORDS[verb], "verb_label")
    app.add_template_filter(lambda state: TIMELINESS_WORDS[state], "timeliness_label")
