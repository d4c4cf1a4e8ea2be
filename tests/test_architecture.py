"""The house as DESIGN draws it: arrows, one commit, declared writers of a status, one clock, pure rules, plain names."""

import ast
import json
import re
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "hotline").rglob("*.py"))
VAGUE = {"util", "utils", "helper", "helpers", "manager", "service", "services", "handler", "common", "misc"}
LONGEST_FILE = 420
STATUS_WRITERS = {"hotline/tickets/actions/status.py"}
TICKET_MAKERS = {"hotline/tickets/actions/opening.py", "hotline/tickets/imports/batch.py"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path, kind: type) -> list:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kind)]


def calls_of(path: Path, name: str) -> list[ast.Call]:
    return [c for c in nodes(path, ast.Call) if isinstance(c.func, ast.Attribute) and c.func.attr == name]


def test_arrows_go_one_way():
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_there_is_one_commit():
    assert [named(path) for path in SOURCES for _call in calls_of(path, "commit")] == ["hotline/db.py"]


def test_a_tickets_status_is_written_in_one_place():
    writers = set()
    for path in SOURCES:
        if not named(path).startswith(("hotline/tickets", "hotline/calls", "hotline/satisfaction", "hotline/demo")):
            continue
        for assignment in nodes(path, ast.Assign):
            writers |= {
                named(path)
                for target in assignment.targets
                if isinstance(target, ast.Attribute) and target.attr == "status"
            }
    assert writers == STATUS_WRITERS


def test_tickets_are_made_by_opening_and_by_importing_only():
    makers = {
        named(path)
        for path in SOURCES
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "Ticket"
    }
    bulk = {
        named(path) for path in SOURCES if re.search(r"insert\(Ticket\b|Ticket\.__table__", path.read_text("utf-8"))
    }
    assert makers | bulk <= TICKET_MAKERS


def test_there_is_one_clock():
    asking = {"now", "utcnow", "today", "time"}
    askers = {
        named(path)
        for path in SOURCES
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in asking
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"datetime", "date", "time"}
    }
    assert askers == {"hotline/clock.py"}


def test_only_config_reads_the_environment():
    readers = {
        named(path)
        for path in [*SOURCES, ROOT / "config.py", ROOT / "wsgi.py"]
        for attribute in nodes(path, ast.Attribute)
        if attribute.attr in {"environ", "getenv"}
        and isinstance(attribute.value, ast.Name)
        and attribute.value.id == "os"
    }
    assert readers == {"config.py"}


def rules_files() -> list[Path]:
    return [path for path in SOURCES if path.name == "rules.py" or "rules" in path.parent.parts]


@pytest.mark.parametrize("path", rules_files(), ids=named)
def test_rules_know_the_standard_library_working_time_and_other_rules(path):
    for node in nodes(path, ast.Import) + nodes(path, ast.ImportFrom):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for name in names:
            pure = name.split(".")[0] in sys.stdlib_module_names
            assert pure or name == "hotline.worktime" or re.match(r"hotline\.\w+\.rules\b", name), name


def test_actions_never_see_a_request():
    for path in SOURCES:
        if path.name == "actions.py" or "actions" in path.parent.parts:
            for node in nodes(path, ast.ImportFrom):
                if node.module == "flask":
                    assert not {"request", "session"} & {alias.name for alias in node.names}, named(path)


def test_names_say_what_they_are():
    for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]:
        assert not VAGUE & set(path.relative_to(ROOT).with_suffix("").parts), named(path)


def test_a_file_holds_one_idea():
    long = {named(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_public_functions_are_explained():
    bare = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in nodes(path, ast.FunctionDef) + nodes(path, ast.ClassDef)
        if not node.name.startswith("_") and node.col_offset == 0 and not ast.get_docstring(node)
    ]
    assert bare == []


def test_no_work_is_left_in_comments():
    marks = re.compile(r"(#|//|/\*).*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    files = [
        *SOURCES,
        *(ROOT / "hotline").rglob("*.html"),
        *(ROOT / "hotline").rglob("*.js"),
        *(ROOT / "tests").rglob("*.py"),
    ]
    assert [named(path) for path in files if marks.search(path.read_text("utf-8"))] == []


def test_locks_carry_hashes_and_no_address():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text, lock.name
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize(("smaller", "larger"), [("run", "dev"), ("dev", "bench")])
def test_a_larger_set_of_packages_holds_the_smaller_one_version_for_version(smaller, larger):
    pins = {
        kind: set(re.findall(r"^[a-z].*==\S+", (ROOT / f"requirements/{kind}.txt").read_text("utf-8"), re.MULTILINE))
        for kind in (smaller, larger)
    }
    assert pins[smaller] and pins[smaller] <= pins[larger]


def test_every_sentence_is_there_in_vietnamese():
    with (ROOT / "hotline/translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file)
    gaps = [m.id for m in catalogue if m.id and (m.fuzzy or not (all(m.string) if m.pluralizable else m.string))]
    assert gaps == []
