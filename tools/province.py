"""A demonstration in a folder of its own, served on a free port: what is photographed, measured and killed."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from config import demo_environment  # noqa: E402
from hotline.serve import WORKERS, server_command  # noqa: E402

LONGEST_START_SECONDS = 40


@dataclass(frozen=True)
class Served:
    """A running server: its address, its process, its data and the environment its processes share."""

    base: str
    process: subprocess.Popen[bytes]
    folder: Path
    environment: dict[str, str]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether a connection to the port succeeds."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def serving(command: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends. Raises RuntimeError when it never listens."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while not is_listening(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextlib.contextmanager
def province(*, tickets: int, twilio_token: str = "a-token-of-its-own", workers: int = WORKERS) -> Iterator[Served]:
    """Migrate, load `tickets` reports, serve; everything is gone when the block ends."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        base = f"http://127.0.0.1:{port}"
        os.symlink(ROOT / "instance" / "assets", folder / "assets")
        environment = demo_environment(base, "x" * 40, twilio_token)
        environment |= {"HOTLINE_INSTANCE_DIR": name, "HOTLINE_PUBLIC_URL": base, "HOTLINE_DATABASE_URL": ""}
        flask(environment, "db", "upgrade")
        flask(environment, "demo", "load", "--tickets", str(tickets))
        with serving(server_command("127.0.0.1", port, workers=workers), port, environment) as process:
            yield Served(base, process, folder, environment)


def flask(environment: dict[str, str], *words: str) -> None:
    """Run one command of the application. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
