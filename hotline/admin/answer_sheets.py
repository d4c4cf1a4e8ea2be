"""The knowledge base as a CSV file: written out, read in, compared with what stands before anything is changed."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from hotline.actor import Actor
from hotline.catalogue import queries as catalogue
from hotline.catalogue import rules
from hotline.catalogue.actions import add_answer, edit_answer, restore_answer, retire_answer
from hotline.catalogue.actions.knowledge import FIELDS, LONGEST, AnswerDraft, draft_of, wrong_in
from hotline.catalogue.models import AnswerKind, CommonAnswer
from hotline.catalogue.queries import knowledge
from hotline.errors import Conflict, Invalid
from hotline.web.folding import fold
from hotline.web.formats import local, province_zone
from hotline.web.forms import tidy

TEXTS = tuple(LONGEST)
REFERENCES = {"category": "category_id", "area": "area_id", "unit": "department_id"}
DAYS, MOMENTS = ("valid_until_on", "review_on"), ("begins_at", "ends_at")
FIRST = ("code", "kind", "question", "answer", "fees", "papers", "address", "source", "keywords")
COLUMNS = (*FIRST, *REFERENCES, *DAYS, *MOMENTS, "active")
MOST_BYTES, MOST_ROWS = 300_000, 2_000
LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MORE, FEWER = "more", "fewer"  # what is odd about the number of cells of a line, kept under no column's name
MINUTE = "%Y-%m-%d %H:%M"
YEARS = range(2000, 2200)  # of a notice; at the ends of the calendar an instant has no other zone


class Verdict(StrEnum):
    """What a line of the file would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"

    @property
    def label(self) -> Any:
        """The word on screen."""
        words = {
            "new": _lp("sheet", "New"),
            "changed": _lp("sheet", "Changed"),
            "same": _lp("sheet", "Unchanged"),
            "rejected": _lp("sheet", "Rejected"),
        }
        return words[self.value]


@dataclass(frozen=True)
class Line:
    """A line of the file, numbered as a spreadsheet numbers it, and what would come of it."""

    number: int
    cells: Mapping[str, str]
    verdict: Verdict
    code: str = ""
    version: int = 0
    draft: AnswerDraft | None = None
    is_active: bool = True
    changes: Sequence[tuple[str, str, str]] = ()  # column, before, after
    reasons: Sequence[str] = ()


@dataclass
class _Known:
    """The codes of today, and the entries by code and by question."""

    by_code: dict[str, CommonAnswer]
    by_question: dict[str, CommonAnswer]
    references: dict[str, dict[str, int]]
    taken: set[str] = field(default_factory=set)


def written(rows: Iterable[CommonAnswer]) -> str:
    """The entries as CSV for a spreadsheet: with a BOM, and no cell that it would take for a formula."""
    return _as_csv(COLUMNS, [_cells(row) for row in rows])


def rejects(lines: Iterable[Line]) -> str:
    """The lines that were refused, as they came, with the reason in a last column."""
    refused = [line for line in lines if line.verdict is Verdict.REJECTED]
    names = list(dict.fromkeys(name for line in refused for name in line.cells if name))
    return _as_csv([*names, "reason"], [{**line.cells, "reason": "; ".join(line.reasons)} for line in refused])


def _as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: _harmless(text) for name, text in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(LOOKS_LIKE_A_FORMULA) else text


def _cells(row: CommonAnswer) -> dict[str, str]:
    named = {"category": row.category, "area": row.area, "unit": row.department}
    cells = {name: getattr(row, name) for name in ("code", *TEXTS)} | {"kind": row.kind.value}
    cells |= {name: one.code if one else "" for name, one in named.items()}
    cells |= {name: on.isoformat() if (on := getattr(row, name)) else "" for name in DAYS}
    cells |= {name: local(at).strftime(MINUTE) if (at := getattr(row, name)) else "" for name in MOMENTS}
    return cells | {"active": "1" if row.is_active else "0"}


def decoded(raw: bytes) -> str:
    """The text of a file somebody sent. Raises Invalid for what is too large or no UTF-8."""
    if not raw:
        raise Invalid(fields={"file": _l("Please choose a CSV file.")})
    if len(raw) > MOST_BYTES:
        raise Invalid(fields={"file": _l("The file is larger than 300 kB; please split it.")})
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            fields={"file": _l("The file is not UTF-8. Save it as “CSV UTF-8” and send it again.")}
        ) from error
    if "\x00" in text:
        raise Invalid(fields={"file": _l("The file cannot be read as CSV.")})
    return text


def compared(text: str, now: datetime) -> list[Line]:
    """Every line of the file with what it would do. Raises Invalid for a file that is no such list at all."""
    today = local(now).date()
    entries = knowledge.all_answers()
    known = _Known(
        {row.code: row for row in entries},
        {fold(row.question): row for row in entries},
        {
            "category": {row.code: row.id for row in catalogue.active_categories()},
            "area": {row.code: row.id for row in catalogue.current_areas(today)},
            "unit": {row.code: row.id for row in (*catalogue.current_departments(today), catalogue.switchboard(today))},
        },
    )
    return [_line(number, cells, known) for number, cells in _rows(text)]


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    try:
        first = text.split("\n", 1)[0]
        reader = csv.DictReader(
            io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
        )
        names = [name.strip() for name in reader.fieldnames or ()]
        unknown = [name for name in names if name not in (*COLUMNS, "reason")]
        if unknown or len(set(names)) < len(names) or not {"question", "answer"} <= set(names):
            sentence = _l("The first line must name columns of the exported file, question and answer among them.")
            raise Invalid(fields={"file": sentence})
        reader.fieldnames = names
        rows = []
        for cells in reader:
            plain = {
                name: _typed(value)
                for name, value in cells.items()
                if isinstance(name, str) and name != "reason" and value is not None
            }
            odd = MORE if None in cells else FEWER if cells.get(names[-1]) is None else ""
            if any(plain.values()):
                rows.append((reader.line_num, plain | ({"": odd} if odd else {})))
    except csv.Error as error:
        raise Invalid(fields={"file": _l("The file cannot be read as CSV.")}) from error
    if not rows or len(rows) > MOST_ROWS:
        raise Invalid(fields={"file": _l("The file must have 1 to %(most)d lines below the first.", most=MOST_ROWS)})
    return rows


def _typed(value: Any) -> str:
    text = str(tidy(value or "")).replace("\r\n", "\n")
    return text[1:] if text.startswith("'") and text[1:].startswith(LOOKS_LIKE_A_FORMULA) else text


def _line(number: int, cells: dict[str, str], known: _Known) -> Line:
    code, reasons = cells.get("code", ""), list[str]()
    row = known.by_code.get(code) if code else known.by_question.get(fold(cells.get("question", "")))
    start = draft_of(row) if row else AnswerDraft(AnswerKind.QUESTION, "", "")
    draft = _read(cells, start, _cells(row) if row else {}, known, reasons)
    if cells.get("") == MORE:
        reasons.append(_("It has more cells than the first line names."))
    elif cells.get("") == FEWER:
        reasons.append(_("It has fewer cells than the first line names."))
    if code and not rules.is_code(code):
        reasons.append(_("code: 2 to 32 capital letters, digits and hyphens."))
    name = row.code if row else code or fold(draft.question)
    if name in known.taken:
        reasons.append(_("Another line of the file is about the same entry."))
    known.taken.add(name)
    if cells.get("active", "1") not in ("0", "1", ""):
        reasons.append(_("active: 1 or 0."))
    reasons += [f"{column}: {sentence}" for column, sentence in wrong_in(draft).items()]
    if reasons:
        return Line(number, cells, Verdict.REJECTED, row.code if row else code, reasons=reasons)
    was_active = row.is_active if row else True
    is_active = cells["active"] == "1" if cells.get("active") else was_active
    columns = {name: column for column, name in REFERENCES.items()}
    changed = [columns.get(name, name) for name in FIELDS if getattr(draft, name) != getattr(start, name)]
    changed += ["active"] if is_active != was_active else []
    before = _cells(row) if row else {}
    changes = [(name, before[name], cells[name]) for name in changed] if row else []
    verdict = Verdict.NEW if row is None else Verdict.CHANGED if changes else Verdict.SAME
    return Line(
        number,
        cells,
        verdict,
        row.code if row else code,
        row.version if row else 0,
        draft,
        is_active,
        changes,
    )


def _read(
    cells: Mapping[str, str], start: AnswerDraft, before: Mapping[str, str], known: _Known, reasons: list[str]
) -> AnswerDraft:
    """What the line says over what stands: a column that is missing changes nothing, an empty cell empties.

    A code that the entry has already means what the entry names, also when that stands no more.
    """
    values: dict[str, Any] = {name: cells[name] for name in TEXTS if name in cells}
    if cells.get("kind"):
        try:
            values["kind"] = AnswerKind(cells["kind"])
        except ValueError:
            reasons.append(_("kind: question or notice."))
    for column, name in REFERENCES.items():
        if column in cells and cells[column] != before.get(column):
            values[name] = known.references[column].get(cells[column])
            if cells[column] and values[name] is None:
                reasons.append(_("%(column)s: there is no code “%(code)s”.", column=column, code=cells[column]))
    for name in (*DAYS, *MOMENTS):
        if name in cells:
            try:
                values[name] = _when(cells[name], is_day=name in DAYS)
            except ValueError:
                reasons.append(_("%(column)s: “%(text)s” cannot be read.", column=name, text=cells[name]))
    return replace(start, **values)


def _when(text: str, *, is_day: bool) -> date | datetime | None:
    if not text:
        return None
    if is_day:
        return date.fromisoformat(text)
    there = datetime.strptime(text.replace("T", " "), MINUTE).replace(tzinfo=province_zone())
    if there.year not in YEARS:
        raise ValueError(text)
    return there.astimezone(UTC)


def fingerprint(lines: Iterable[Line]) -> str:
    """What was looked at in the preview: another one means that the knowledge base has changed since."""
    seen = [(line.number, line.verdict, line.code, line.version) for line in lines]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def take_in(text: str, seen: str, *, by: Actor, now: datetime) -> tuple[int, int]:
    """Do what the preview showed; how many are new and how many changed.

    Raises Conflict when it would no longer do the same.
    """
    lines = compared(text, now)
    if fingerprint(lines) != seen:
        raise Conflict(catalogue.CHANGED_MEANWHILE)
    for line in lines:
        if line.verdict is Verdict.NEW and line.draft:
            row = add_answer(line.draft, code=line.code, by=by, now=now)
            if not line.is_active:
                retire_answer(row.code, version=row.version, by=by, now=now)
        elif line.verdict is Verdict.CHANGED and line.draft:
            row = edit_answer(line.code, line.draft, version=line.version, by=by, now=now)
            if line.is_active != row.is_active:
                (restore_answer if line.is_active else retire_answer)(row.code, version=row.version, by=by, now=now)
    counted = [line.verdict for line in lines]
    return counted.count(Verdict.NEW), counted.count(Verdict.CHANGED)
