"""Any provider that takes a text over HTTP, as the province's map describes it (`http_map`, docs/sms/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotline.messages.gateways import ListedText, Outcome, OutgoingText, Sent
from hotline.messages.gateways.http_map import Answers, HttpMap, Place, Receipts, TextsListing, read_json
from hotline.messages.gateways.web import Answer, NoAnswer, NotReached, ask
from hotline.phone import national

# An intermediary gave up waiting: behind it the text may have been taken.
IN_DOUBT = (502, 504)


class HttpGateway:
    """Sends as the map says."""

    name = "http"

    def __init__(self, described: HttpMap):
        self._map = described

    def send(self, text: OutgoingText) -> Sent:
        """One request, no retry."""
        try:
            answer = ask(self._map.send.filled(self._values(text.to) | {"body": text.body, "id": text.key}))
        except NotReached as error:
            return Sent(Outcome.LATER, reason=str(error))
        except NoAnswer as error:
            return Sent(Outcome.UNKNOWN, reason=str(error))
        return _verdict(self._map.answers, answer)

    def _values(self, number: str) -> dict[str, str]:
        return {"to": number, "to_national": national(number), "sender": self._map.sender}


class ListingHttpGateway(HttpGateway):
    """The same for a provider that can be asked which texts it took."""

    def __init__(self, described: HttpMap, listing: TextsListing):
        super().__init__(described)
        self._listing = listing

    def texts_to(self, number: str, since: datetime) -> list[ListedText] | Sent:
        """What the provider took for this number."""
        listing = self._listing
        values = self._values(number) | {"since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        try:
            answer = ask(listing.asking.filled(values))
        except (NotReached, NoAnswer) as error:
            return Sent(Outcome.UNKNOWN, reason=str(error))
        if answer.status in self._map.answers.stop_status:
            return Sent(Outcome.STOPPED, reason=str(answer.status))
        items = listing.items.value(read_json(answer.text))
        if answer.status not in (200, 206) or not isinstance(items, list):
            return Sent(Outcome.UNKNOWN, reason=f"the provider's list cannot be read ({answer.status})")
        return [found for item in items if (found := _listed(listing, item)) is not None]


def gateway_for(described: HttpMap) -> HttpGateway:
    """The gateway that can do what the map describes."""
    listing = described.listing
    return ListingHttpGateway(described, listing) if listing else HttpGateway(described)


@dataclass(frozen=True)
class Report:
    """One receipt as the provider posted it, its status in our words where the map knows it."""

    sid: str
    status: str
    error_code: str
    payload: dict[str, Any]


def read_receipts(way: Receipts, form: Mapping[str, str], text: str) -> list[Report] | None:
    """The receipts of one post, a form or JSON; None when it cannot be read or one does not say which text it is of."""
    data = dict(form) if form else read_json(text)
    items = way.items.value(data) if way.items and not form else [data]
    if not isinstance(items, list) or not all(isinstance(item, dict) and _is_plain(item) for item in items):
        return None
    reports = []
    for item in items:
        sid, said = way.sid.find("", item), way.status.find("", item)
        if not sid or said is None:
            return None
        code = way.code.find("", item) if way.code else None
        reports.append(Report(sid, way.statuses.get(said, said), code or "", item))
    return reports


def _is_plain(item: object) -> bool:
    """Whether a database can keep it: no NUL, no half of a character."""
    try:
        written = json.dumps(item, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return b"\\u0000" not in written


def _listed(listing: TextsListing, item: object) -> ListedText | None:
    sid, body = listing.sid.find("", item), listing.body.find("", item)
    if sid is None or body is None:
        return None
    status = listing.status.find("", item) if listing.status else None
    return ListedText(sid, body, listing.statuses.get(status or "", "sent"))


def _verdict(answers: Answers, answer: Answer) -> Sent:
    """What an answer means: its codes first, then its status; one that cannot be read is a doubt."""
    code, reason = _found(answers.code, answer), _found(answers.reason, answer)
    said = f"{code or answer.status}: {reason}" if reason else str(code or answer.status)
    if answer.status in answers.success_status and code not in answers.retry_codes | answers.stop_codes:
        if answers.success is None or _found(answers.success, answer) in answers.success_values:
            return Sent(Outcome.SENT, sid=(_found(answers.sid, answer) or "")[:64] or None)
        if _found(answers.success, answer) is None and code is None:
            return Sent(Outcome.UNKNOWN, reason=f"the provider's answer cannot be read ({answer.status})")
        return Sent(Outcome.FAILED, reason=said, code=(code or "")[:16])
    if code in answers.stop_codes or (answer.status in answers.stop_status and code not in answers.retry_codes):
        return Sent(Outcome.STOPPED, reason=said)
    if code in answers.retry_codes or answer.status in answers.retry_status:
        return Sent(Outcome.LATER, reason=said, retry_after_seconds=answer.retry_after_seconds, code=(code or "")[:16])
    if answer.status in IN_DOUBT or answer.status < 400:
        return Sent(Outcome.UNKNOWN, reason=said)
    outcome = Outcome.LATER if answer.status >= 500 else Outcome.FAILED
    return Sent(outcome, reason=said, code=(code or "")[:16])


def _found(place: Place | None, answer: Answer) -> str | None:
    return place.find(answer.text) if place else None
