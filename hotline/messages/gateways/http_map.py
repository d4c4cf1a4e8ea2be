"""How a province describes its provider of texts: a TOML file, read into what the HTTP gateway needs (docs/sms/).

Where an answer says something is told by a path into its JSON (`result.id`, list places by number) or by a regular
expression with one group (`{regex = "ID=(\\d+)"}`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from config import LOOPBACK, ConfigError
from hotline.messages.gateways.web import Question
from hotline.messages.rules.sending import RANK

PLACEHOLDERS = {"to", "to_national", "body", "id", "sender", "since"}
SHORTEST_RECEIPT_SECRET = 16
METHODS = ("GET", "POST", "PUT")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Place:
    """Where an answer says something: a path into JSON, or a regular expression over its text."""

    path: tuple[str, ...] = ()
    regex: re.Pattern[str] | None = None

    def find(self, text: str, data: Any = None) -> str | None:
        """What stands there, as text; None where it says nothing. `data` is the text as read already."""
        if self.regex is not None:
            found = self.regex.search(text)
            return found.group(1) if found else None
        value = self.value(read_json(text) if data is None else data)
        if value is None or isinstance(value, (dict, list)):
            return None
        return str(value).lower() if isinstance(value, bool) else str(value)

    def value(self, data: Any) -> Any:
        """What stands at the path, of whatever kind."""
        for step in self.path:
            if isinstance(data, Mapping):
                data = data.get(step)
            elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
                data = data[int(step)]
            else:
                return None
        return data


@dataclass(frozen=True)
class Asking:
    """A request with placeholders: `{to}` `{to_national}` `{body}` `{id}` `{sender}`, in a listing also `{since}`."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    form: str
    body: Any = field(repr=False)

    def filled(self, values: Mapping[str, str]) -> Question:
        """The request for one text. In the address values are percent-encoded, in JSON they stay strings."""
        url = _fill(self.url, {name: quote(value, safe="") for name, value in values.items()})
        headers = {name: _fill(value, values) for name, value in self.headers.items()}
        if self.body is None:
            return Question(self.method, url, headers)
        body = _fill_all(self.body, values)
        if self.form == "form":
            headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            return Question(self.method, url, headers, urlencode(body, doseq=True).encode())
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        return Question(self.method, url, headers, json.dumps(body, ensure_ascii=False).encode())


@dataclass(frozen=True)
class Answers:
    """How the answer to a sent text is read. Codes beat the HTTP status."""

    success_status: frozenset[int]
    success: Place | None
    success_values: frozenset[str]
    sid: Place
    code: Place | None
    reason: Place | None
    retry_status: frozenset[int]
    retry_codes: frozenset[str]
    stop_status: frozenset[int]
    stop_codes: frozenset[str]


@dataclass(frozen=True)
class TextsListing:
    """How the provider's list of texts to a number is asked for and read."""

    asking: Asking
    items: Place
    sid: Place
    body: Place
    status: Place | None
    statuses: Mapping[str, str]


@dataclass(frozen=True)
class Receipts:
    """How receipts are read that the provider posts to us, and the secret in their address."""

    secret: str = field(repr=False)
    items: Place | None
    sid: Place
    status: Place
    code: Place | None
    statuses: Mapping[str, str]


@dataclass(frozen=True)
class HttpMap:
    """A provider of texts, as the province described it."""

    sender: str
    send: Asking
    answers: Answers
    listing: TextsListing | None
    receipts: Receipts | None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HttpMap:
        """Read the file's contents. Raises ConfigError with a sentence that names the entry."""
        known = {"sender", "send", "answer", "listing", "receipt"}
        top = _Table(data, "", known)
        return cls(
            sender=top.text("sender", ""),
            send=_asking(top.table("send")),
            answers=_answers(top.table("answer")),
            listing=_listing(top.table("listing")) if "listing" in data else None,
            receipts=_receipts(top.table("receipt")) if "receipt" in data else None,
        )


def read_json(text: str) -> Any:
    """The value, or None when it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def _fill_all(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _fill(value, values)
    if isinstance(value, Mapping):
        return {name: _fill_all(one, values) for name, one in value.items()}
    return [_fill_all(one, values) for one in value] if isinstance(value, list) else value


class _Table:
    """One table of the file, read with sentences about what is wrong in it."""

    def __init__(self, data: Any, name: str, known: set[str] | None = None):
        self.name = name
        if not isinstance(data, Mapping):
            raise ConfigError(f"HOTLINE_SMS_HTTP: [{name}] must be a table.")
        self.data = data
        for entry in data if known is not None else ():
            if entry not in (known or ()):
                raise ConfigError(f"HOTLINE_SMS_HTTP: {self._named(entry)} is not known.")

    def _named(self, entry: str) -> str:
        return f"{self.name}.{entry}" if self.name else entry

    def wrong(self, entry: str, what: str) -> ConfigError:
        return ConfigError(f"HOTLINE_SMS_HTTP: {self._named(entry)} {what}.")

    def text(self, entry: str, default: str | None = None) -> str:
        value = self.data.get(entry, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.wrong(entry, "must be a text")
        return value

    def table(self, entry: str) -> Mapping[str, Any]:
        if not isinstance(self.data.get(entry), Mapping):
            raise self.wrong(entry, "must be there, as a table")
        return dict(self.data[entry], __name__=self._named(entry))

    def texts(self, entry: str) -> dict[str, str]:
        found = self.data.get(entry, {})
        if not isinstance(found, Mapping) or not all(isinstance(one, str) for one in found.values()):
            raise self.wrong(entry, "must be a table of texts")
        return dict(found)

    def numbers(self, entry: str, default: set[int]) -> frozenset[int]:
        found = self.data.get(entry, list(default))
        if not isinstance(found, list) or not all(isinstance(one, int) for one in found):
            raise self.wrong(entry, "must be a list of HTTP statuses")
        return frozenset(found)

    def codes(self, entry: str) -> frozenset[str]:
        found = self.data.get(entry, [])
        if not isinstance(found, list):
            raise self.wrong(entry, "must be a list")
        return frozenset(str(one).lower() if isinstance(one, bool) else str(one) for one in found)

    def place(self, entry: str, *, needed: bool) -> Place | None:
        value = self.data.get(entry)
        if value is None and not needed:
            return None
        if isinstance(value, str):
            return Place(path=tuple(step for step in value.split(".") if step))
        if isinstance(value, Mapping) and isinstance(value.get("regex"), str):
            try:
                pattern = re.compile(value["regex"])
            except re.error as error:
                raise self.wrong(entry, f"is no regular expression ({error})") from error
            if pattern.groups == 1:
                return Place(regex=pattern)
        raise self.wrong(entry, 'must be a path such as "result.id" or {regex = "…"} with one group')

    def statuses(self, entry: str) -> dict[str, str]:
        found = self.texts(entry)
        for ours in found.values():
            if ours not in RANK:
                raise self.wrong(entry, f"must name states among {', '.join(RANK)}, not {ours!r}")
        return found


def _part(data: Mapping[str, Any], known: set[str]) -> _Table:
    name = str(data.get("__name__", ""))
    return _Table({key: value for key, value in data.items() if key != "__name__"}, name, known)


def _asking(data: Mapping[str, Any], more: frozenset[str] = frozenset()) -> Asking:
    part = _part(data, {"method", "url", "headers", "format", "body"} | more)
    method, url, form = part.text("method", "POST").upper(), part.text("url"), part.text("format", "json")
    parts = urlsplit(url)
    if method not in METHODS:
        raise part.wrong("method", f"must be one of {', '.join(METHODS)}")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise part.wrong("url", "must begin with https://")
    if form not in ("json", "form"):
        raise part.wrong("format", "must be json or form")
    body = part.data.get("body")
    if body is not None and not isinstance(body, Mapping):
        raise part.wrong("body", "must be a table")
    headers = part.texts("headers")
    for name in _PLACEHOLDER.findall(json.dumps([url, headers, body], ensure_ascii=False, default=str)):
        if name not in PLACEHOLDERS:
            raise part.wrong("body", f"names {{{name}}}, which is none of {', '.join(sorted(PLACEHOLDERS))}")
    return Asking(method, url, headers, form, body)


def _answers(data: Mapping[str, Any]) -> Answers:
    lists = {"success_status", "success_values", "retry_status", "retry_codes", "stop_status", "stop_codes"}
    part = _part(data, {"success", "id", "code", "reason"} | lists)
    success = part.place("success", needed=False)
    values = part.codes("success_values")
    if (success is None) != (not values):
        raise part.wrong("success", "and success_values belong together")
    sid = part.place("id", needed=True)
    assert sid is not None
    return Answers(
        success_status=part.numbers("success_status", {200, 201, 202}),
        success=success,
        success_values=values,
        sid=sid,
        code=part.place("code", needed=False),
        reason=part.place("reason", needed=False),
        retry_status=part.numbers("retry_status", {429, 500, 503}),
        retry_codes=part.codes("retry_codes"),
        stop_status=part.numbers("stop_status", {401, 403}),
        stop_codes=part.codes("stop_codes"),
    )


def _listing(data: Mapping[str, Any]) -> TextsListing:
    more = frozenset({"items", "id", "text", "status", "statuses"})
    part = _part(data, {"method", "url", "headers", "format", "body"} | more)
    items, sid, body = (part.place(name, needed=True) for name in ("items", "id", "text"))
    assert items is not None and sid is not None and body is not None
    return TextsListing(
        asking=_asking({"method": "GET", **data}, more),
        items=items,
        sid=sid,
        body=body,
        status=part.place("status", needed=False),
        statuses=part.statuses("statuses"),
    )


def _receipts(data: Mapping[str, Any]) -> Receipts:
    part = _part(data, {"secret", "items", "id", "status", "code", "statuses"})
    secret = part.text("secret")
    if len(secret) < SHORTEST_RECEIPT_SECRET or not re.fullmatch(r"[\w.~-]+", secret, re.ASCII):
        raise part.wrong("secret", f"must hold {SHORTEST_RECEIPT_SECRET} or more letters, digits, - and _")
    sid, status = part.place("id", needed=True), part.place("status", needed=True)
    assert sid is not None and status is not None
    return Receipts(
        secret=secret,
        items=part.place("items", needed=False),
        sid=sid,
        status=status,
        code=part.place("code", needed=False),
        statuses=part.statuses("statuses"),
    )
