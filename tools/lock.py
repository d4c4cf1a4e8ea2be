"""Make the lock files again, or those named: hashes, no addresses. uv comes into a tool environment of its own.

The bench set takes what it shares with the dev set from that lock, so that one .venv can hold both.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "build" / "tools"
KINDS = ("run", "dev", "bench")


def main(kinds: Sequence[str]) -> None:
    """Compile the requirement sets for every platform."""
    if not (TOOLS / "bin" / "uv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
        subprocess.run([str(TOOLS / "bin" / "pip"), "install", "--quiet", "uv"], check=True)
    for kind in kinds:
        command = [str(TOOLS / "bin" / "uv"), "pip", "compile", "--quiet", "--generate-hashes", "--universal"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", "--upgrade"]
        command += ["-c", "dev.txt"] if kind == "bench" else []
        command += ["--custom-compile-command", "make lock", f"{kind}.in", "-o", f"{kind}.txt"]
        subprocess.run(command, cwd=ROOT / "requirements", check=True)


if __name__ == "__main__":
    main(sys.argv[1:] or KINDS)
