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
from hotline.serve import server_command  # noqa: E402

HOST = "127.0.0.1"
LONGEST_START_SECONDS = 40


@dataclass(frozen=True)
class Served:
    """A running server: its address and its process."""

    base: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether a connection to the port succeeds."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


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
def province(*, tickets: int, twilio_token: str = "a-token-of-its-own") -> Iterator[Served]:
    """Migrate, load `tickets` reports, serve; everything is gone when the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = environment_in(Path(folder), address_of(port), twilio_token)
        flask(environment, "db", "upgrade")
        flask(environment, "demo", "load", "--tickets", str(tickets))
        with serving(server_command(HOST, port), port, environment) as process:
            yield Served(address_of(port), process)


@contextlib.contextmanager
def bare(app: str) -> Iterator[Served]:
    """Serve another application, named as gunicorn names it, the way ours is served."""
    port = free_port()
    with serving(server_command(HOST, port, app=app), port, dict(os.environ)) as process:
        yield Served(address_of(port), process)


def address_of(port: int) -> str:
    """Where a server of ours is found."""
    return f"http://{HOST}:{port}"


def environment_in(folder: Path, base: str, twilio_token: str = "a-token-of-its-own") -> dict[str, str]:
    """The environment of a demonstration whose database and files lie in `folder`, with the assets of this tree."""
    os.symlink(ROOT / "instance" / "assets", folder / "assets")
    environment = demo_environment(base, "x" * 40, twilio_token)
    return environment | {"HOTLINE_INSTANCE_DIR": str(folder), "HOTLINE_PUBLIC_URL": base, "HOTLINE_DATABASE_URL": ""}


def flask(environment: dict[str, str], *words: str) -> None:
    """Run one command of the application. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
