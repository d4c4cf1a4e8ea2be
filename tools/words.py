"""Bring the Vietnamese catalogue up to date with the texts in the code: `make words`.

Extra .po files given as arguments are merged in: what they translate fills what is still empty.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "hotline" / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
KEYWORDS = [
    "-k",
    "_l",
    "-k",
    "lazy_gettext",
    "-k",
    "ngettext:1,2",
    "-k",
    "pgettext:1c,2",
    "-k",
    "lazy_pgettext:1c,2",
    "-k",
    "_lp:1c,2",
]


def extract(target: Path) -> None:
    """Write all texts of the code to `target`, without line numbers, so that the file changes only with its words."""
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", *KEYWORDS]
    subprocess.run([*command, "--no-location", "--sort-output", "-o", str(target), "."], cwd=ROOT, check=True)


def main(fragments: list[str]) -> int:
    """Update the catalogue; the number of texts without a translation is the exit status (0 when whole)."""
    with tempfile.TemporaryDirectory() as folder:
        template_file = Path(folder) / "all.pot"
        extract(template_file)
        template = read_po(template_file.open("rb"))
    known = {}
    for path in [*fragments, *([str(CATALOGUE)] if CATALOGUE.exists() else [])]:
        with open(path, "rb") as file:
            messages = read_po(file, locale="vi")
        for message in messages:
            text = message.string if isinstance(message.string, str) else "".join(message.string)
            if message.id and text and not message.fuzzy:
                known[(message.context, message.id if isinstance(message.id, str) else message.id[0])] = message.string
    catalogue = read_po(CATALOGUE.open("rb"), locale="vi") if CATALOGUE.exists() else None
    new = type(template)(locale="vi", project="Hotline", version="1", charset="utf-8", fuzzy=False)
    new.header_comment = "# The Vietnamese words of Hotline."
    missing = []
    for message in template:
        if not message.id:
            continue
        singular = message.id if isinstance(message.id, str) else message.id[0]
        found = known.get((message.context, singular)) or known.get((None, singular))
        if found is None:
            missing.append(singular)
        if found is not None and isinstance(message.id, tuple) and isinstance(found, str):
            found = (found,)
        if isinstance(found, tuple) and isinstance(message.id, str):
            found = found[0]
        new.add(message.id, found or "", context=message.context, flags=message.flags)
    if catalogue is not None:
        new.creation_date, new.revision_date = catalogue.creation_date, catalogue.revision_date
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, new, sort_output=True, width=120, omit_header=False)
    for text in missing:
        print(f"no Vietnamese for: {text!r}")
    return min(len(missing), 100)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
