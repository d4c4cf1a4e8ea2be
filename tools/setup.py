"""Set up on a bare machine: `.venv/`, packages by hash, assets from npm, compiled words. A second run is instant."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
ENOUGH = {"run": ("dev", "run"), "dev": ("dev",), "bench": ("bench",)}  # one of these installed is all a kind needs


def stop(sentence: str) -> None:
    """One plain sentence, and out."""
    sys.exit(sentence)


def run(*command: str) -> None:
    """Run a step in the project's root; its own output is the explanation when it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        stop(f"Set-up stopped at: {' '.join(command[-4:])}")


def stamp(kind: str) -> str:
    """Changes whenever a lock file does."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update((ROOT / "requirements" / f"{kind}.txt").read_bytes())
    return digest.hexdigest()


def main(kind: str) -> None:
    """Install the `run`, the `dev` or the `bench` set (each holds the one before it), then assets and words."""
    if sys.version_info < OLDEST:
        stop(f"Hotline needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
        if made.returncode:
            stop("Python's venv module is missing; on Debian: apt-get install python3-venv")
    marks = {name: VENV / f".installed-{name}" for name in ENOUGH[kind]}
    if not any(mark.exists() and mark.read_text() == stamp(name) for name, mark in marks.items()):
        print("Installing packages (about a minute) …", flush=True)
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        run(*pip, "-r", f"requirements/{kind}.txt")
        marks[kind].write_text(stamp(kind))
    run(str(PYTHON), "hotline/web/assets.py")
    words = ROOT / "hotline" / "translations" / "vi" / "LC_MESSAGES"
    source, compiled = words / "messages.po", words / "messages.mo"
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        run(str(PYTHON), "-m", "babel.messages.frontend", "-q", "compile", "-d", "hotline/translations")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
