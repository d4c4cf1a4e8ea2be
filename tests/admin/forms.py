"""Forms of the administrator's pages as a browser would send them: every field as it stands, changed by hand."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: list[str] | None = None  # name and text of the textarea that is open

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.forms.append((found.get("action") or "", []))
        if not self.forms:
            return
        fields = self.forms[-1][1]
        if tag == "input" and found.get("name"):
            if found.get("type") in ("checkbox", "radio") and "checked" not in found:
                return
            fields.append((found["name"], found.get("value") or ""))
        elif tag == "textarea":
            self._area = [found.get("name") or "", ""]
        elif tag == "select":
            self._select = (found.get("name") or "", [])
        elif tag == "option" and self._select:
            self._select[1].append((found.get("value") or "", "selected" in found))

    def handle_data(self, data):
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area and self.forms:
            name, text = self._area
            self.forms[-1][1].append((name, text.removeprefix("\n").removeprefix("\r\n")))
            self._area = None
        if tag == "select" and self._select and self.forms:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            if name and chosen:
                self.forms[-1][1].append((name, chosen[0]))
            self._select = None


def form_of(page: str, *, having: str) -> tuple[str, dict[str, list[str]]]:
    """The form of a page that has the field `having`: its address and its fields as they would be sent."""
    reader = _Reader()
    reader.feed(page)
    for action, fields in reader.forms:
        if any(name == having for name, _value in fields):
            sent: dict[str, list[str]] = {}
            for name, value in fields:
                sent.setdefault(name, []).append(value)
            return action, sent
    raise AssertionError(f"no form with {having}")


def the_form(page: str, ending: str) -> tuple[str, dict[str, list[str]]]:
    """The form of a page whose address ends so: its address and its fields."""
    reader = _Reader()
    reader.feed(page)
    for action, fields in reader.forms:
        if action.endswith(ending):
            sent: dict[str, list[str]] = {}
            for name, value in fields:
                sent.setdefault(name, []).append(value)
            return action, sent
    raise AssertionError(f"no form for {ending}")


def send(client, path, *, having="idempotency_key", step="preview", **changes):
    """Open `path`, change fields of its form and send it with the button `step`."""
    action, fields = form_of(client.get(path).text, having=having)
    for name, value in changes.items():
        fields[name] = value if isinstance(value, list) else [value]
    return client.post(action or path, data={**fields, "step": [step]})


def save(client, preview):
    """Press the button of a preview that saves."""
    _action, fields = form_of(preview.text, having="idempotency_key")
    return client.post(preview.request.path, data={**fields, "step": ["save"]})
