"""What alerts say: on the list, and in e-mail and texts, where nothing a citizen told us may stand.

What `params` of a kind may hold, everything optional: `due_at` (ISO instant), `about` (the category), `unit`, `by` (a
colleague), `clock` (the promise), `percent` of the time used, `hours` (ladder), `granted` (extension decided), `note`
(free text, shown in the app only); for the digest `overdue`, `due_today`, `due_tomorrow`, `new`; for the week `closed`,
`on_time` (per cent), `overdue`. `instead_of` is added when a substitute is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape

from hotline.messages.models import TAKEN_BACK, UNREGISTERED, Alert, Message
from hotline.messages.rules.alerts import AlertKind
from hotline.web.formats import moment, percent

KIND_LOOK: dict[AlertKind, tuple[Any, str, str]] = {
    AlertKind.LADDER: (_l("Still overdue"), "alert", "late"),
    AlertKind.BREACHED: (_l("Overdue"), "alert", "late"),
    AlertKind.DUE_TOMORROW: (_l("One working day left"), "clock", "warn"),
    AlertKind.CHASED: (_l("Asked to hurry"), "phone", "warn"),
    AlertKind.RETURNED: (_l("Returned by a unit"), "arrow-back", "warn"),
    AlertKind.QUESTION_ASKED: (_l("Question to confirm"), "help", "info"),
    AlertKind.EXTENSION_ASKED: (_l("More time asked for"), "clock", "info"),
    AlertKind.EXTENSION_DECIDED: (_l("Decision about more time"), "check", "info"),
    AlertKind.NEW_WORK: (_l("New work"), "inbox", "info"),
    AlertKind.SENT_BACK: (_l("Answer to rework"), "arrow-back", "warn"),
    AlertKind.TASK_ASKED: (_l("Contribution asked for"), "inbox", "info"),
    AlertKind.TASK_DONE: (_l("Contribution has come"), "check", "info"),
    AlertKind.TASK_LATE: (_l("Contribution overdue"), "alert", "late"),
    AlertKind.SENDER_STOPPED: (_l("Texts do not leave"), "alert", "late"),
    AlertKind.FOLLOW_UP: (_l("Unhappy citizen"), "star", "warn"),
    AlertKind.REVIEW_DUE: (_l("Answers to look through"), "note", "warn"),
    AlertKind.DIGEST: (_l("Overview of the morning"), "note", "neutral"),
    AlertKind.WEEKLY: (_l("Overview of the week"), "chart", "neutral"),
}

# A promise other than the answer itself that was not kept.
PROMISES = {
    "acceptance": _l("the unit did not confirm in time"),
    "first_response": _l("nobody reached the person who reported in time"),
    "next_response": _l("a later question was not replied to in time"),
}


# Why a text did not arrive, by the provider's code (Twilio: error and warning dictionary) or by ours in `reason`.
REFUSALS: dict[str, Any] = {
    "21211": _l("The number is not valid."),
    "21214": _l("The number is not valid."),
    "21217": _l("The number is not valid."),
    "21408": _l("The provider does not send to this country; it must be allowed there."),
    "21602": _l("The text is empty."),
    "21603": _l("The provider knows no sender of ours; please check the settings."),
    "21606": _l("The sender may not be used for this number."),
    "21610": _l("The person refused texts at the provider; we send no more invitations."),
    "21611": _l("The provider's queue is full."),
    "21612": _l("The sender cannot reach this number."),
    "21614": _l("The number is not a mobile number."),
    "21617": _l("The text is too long."),
    "21659": _l("The sender is not one of ours at the provider."),
    "20429": _l("Too many texts at once for the provider."),
    "30001": _l("The provider's queue was full."),
    "30002": _l("The account at the provider is suspended."),
    "30003": _l("The telephone could not be reached: switched off, or without a network."),
    "30004": _l("The number or the network refuses our texts."),
    "30005": _l("The number does not exist."),
    "30006": _l("The number cannot receive texts; it may be a landline."),
    "30007": _l("The network filtered the text; its wording or link may not be registered."),
    "30008": _l("The network gave no reason."),
    "30034": _l("The sender or the wording is not registered with the networks."),
    "30036": _l("It waited at the provider until it was of no more use."),
    "too_late": _l("Too late to be of use."),
    "number_full": _l("This number had as many texts that day as one person should get."),
    "sender_lost": _l("The sender stopped before the provider answered; the provider is asked before any second try."),
    "not_taken": _l("The provider never took it; it is sent again."),
    "gave_up": _l("The provider did not take it for 24 hours."),
    "held up": _l("This server was held up and did not send it; it is sent again."),
    "too late to begin": _l("The mail server was too slow to begin; it is sent again."),
    "no answer within 10 seconds": _l("The provider gave no answer within 10 seconds."),
    UNREGISTERED: _l("Its wording is not registered with the carriers yet."),
    TAKEN_BACK: _l("It was no longer wanted when it was to leave."),
}
OURS = (UNREGISTERED, TAKEN_BACK)  # codes that say nothing to people


def reason_of(message: Message) -> Any:
    """Why a message stands as it does, in words where we have them, else as the provider put it."""
    if message.error_code in OURS:
        return message.reason or REFUSALS[message.error_code]
    words = REFUSALS.get(message.error_code) or REFUSALS.get(message.reason)
    if words is None:
        code = message.error_code if message.error_code not in message.reason else ""
        return " ".join(part for part in (code, message.reason) if part)
    return f"{words} ({message.error_code})" if message.error_code else words


def reason_of_code(code: str) -> str:
    """The same by the code alone, a provider's or ours, or by the reason where there is no code."""
    if not code:
        return _("no reason given")
    words = REFUSALS.get(code)
    if words is None:
        return code
    return f"{words} ({code})" if code.isdecimal() else str(words)


def kind_label(kind: AlertKind) -> Any:
    """What the kind is called on screen."""
    return KIND_LOOK[kind][0]


def due_at(alert: Alert) -> datetime | None:
    """The deadline it speaks of."""
    stored = alert.params.get("due_at")
    return datetime.fromisoformat(stored) if stored else None


def sentence(alert: Alert) -> str:
    """What happened, in the reader's language; holds nothing that a citizen told us."""
    params, code = alert.params, alert.ticket_code
    unit = params.get("unit") or _("The unit")
    match alert.kind:
        case AlertKind.LADDER if params.get("hours"):
            return _("Report %(code)s is still overdue after %(span)s.", code=code, span=_hours(params["hours"]))
        case AlertKind.LADDER:
            return _("Report %(code)s is still overdue.", code=code)
        case AlertKind.BREACHED if params.get("clock") in PROMISES:
            return _("Report %(code)s: %(promise)s.", code=code, promise=PROMISES[params["clock"]])
        case AlertKind.BREACHED:
            return _("Report %(code)s is overdue.", code=code)
        case AlertKind.DUE_TOMORROW if params.get("percent"):
            return _("Report %(code)s: %(percent)d %% of the time is used.", code=code, percent=params["percent"])
        case AlertKind.DUE_TOMORROW:
            return _("Report %(code)s must be answered: one working day is left.", code=code)
        case AlertKind.CHASED:
            who = params.get("by") or _("The switchboard")
            return _("%(who)s asks you to hurry with report %(code)s.", who=who, code=code)
        case AlertKind.RETURNED:
            return _("%(unit)s has returned report %(code)s.", unit=unit, code=code)
        case AlertKind.QUESTION_ASKED:
            return _("%(unit)s has a question for the person behind report %(code)s.", unit=unit, code=code)
        case AlertKind.EXTENSION_ASKED:
            return _("%(unit)s asks for more time for report %(code)s.", unit=unit, code=code)
        case AlertKind.EXTENSION_DECIDED if params.get("granted"):
            return _("More time was granted for report %(code)s.", code=code)
        case AlertKind.EXTENSION_DECIDED:
            return _("More time was not granted for report %(code)s.", code=code)
        case AlertKind.SENDER_STOPPED:
            return _("Text messages to citizens have stopped leaving. Please see the page of texts.")
        case AlertKind.FOLLOW_UP:
            return _("Somebody is not satisfied with the answer to report %(code)s; please call back.", code=code)
        case AlertKind.SENT_BACK:
            return _("The answer to report %(code)s was sent back; please rework it.", code=code)
        case AlertKind.TASK_ASKED if params.get("released"):
            return _("Your unit's contribution to report %(code)s is no longer needed.", code=code)
        case AlertKind.TASK_ASKED:
            return _("%(unit)s asks your unit to contribute to report %(code)s.", unit=unit, code=code)
        case AlertKind.TASK_DONE:
            return _("%(unit)s has contributed to report %(code)s.", unit=unit, code=code)
        case AlertKind.TASK_LATE:
            return _("The contribution to report %(code)s is overdue.", code=code)
        case AlertKind.REVIEW_DUE:
            return ngettext(
                "One answer of the hotline's knowledge base that your unit owns should be looked through.",
                "%(num)d answers of the hotline's knowledge base that your unit owns should be looked through.",
                int(params.get("answers", 1)),
            )
        case AlertKind.NEW_WORK:
            return _("Report %(code)s has come to you.", code=code)
        case _:
            return _overview(alert)


def _hours(hours: float) -> str:
    if hours >= 1:
        return ngettext("%(num)d hour", "%(num)d hours", int(hours))
    return ngettext("%(num)d minute", "%(num)d minutes", round(hours * 60))


def _overview(alert: Alert) -> str:
    counts = {name: alert.params.get(name, 0) for name in ("overdue", "due_today", "due_tomorrow", "new", "closed")}
    if alert.kind is AlertKind.WEEKLY:
        return _(
            "Last week: %(closed)d answered, %(on_time)s of them on time; %(overdue)d are overdue now.",
            closed=counts["closed"],
            on_time=percent(alert.params.get("on_time")),
            overdue=counts["overdue"],
        )
    desk = _(
        "Overdue: %(overdue)d · due today: %(due_today)d · due on the next working day: %(due_tomorrow)d · "
        "new: %(new)d.",
        **counts,
    )
    owed = int(alert.params.get("contributions", 0))
    if not owed:
        return str(desk)
    asked = ngettext(
        "One contribution to another unit's case is owed.",
        "%(num)d contributions to other units' cases are owed.",
        owed,
    )
    return f"{desk} {asked}"


def details(alert: Alert) -> list[str]:
    """What else may be said outside the app: the deadline, what it is about, whom it is really for."""
    due, about, absent = due_at(alert), alert.params.get("about"), alert.params.get("instead_of")
    return [
        text
        for text in (
            _("Deadline: %(due)s", due=moment(due)) if due else "",
            str(about or ""),
            _("in place of %(name)s", name=absent) if absent else "",
        )
        if text
    ]


def _shown(alert: Alert) -> Markup:
    """The sentence on a page, where a code is never broken over two lines."""
    text, code = escape(sentence(alert)), escape(alert.ticket_code)
    return text.replace(code, Markup('<span class="keep">{}</span>').format(code)) if code else text


def register_words(app: Flask) -> None:
    """Make the words available to templates as filters."""
    app.add_template_filter(lambda kind: KIND_LOOK[kind], "alert_look")
    app.add_template_filter(_shown, "alert_sentence")
    app.add_template_filter(details, "alert_details")
    app.add_template_filter(reason_of, "message_reason")
