"""`make run`: a demonstration on this computer. Migrates, loads the province once, serves, keeps the jobs running."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from config import ROOT, Config, demo_environment, listen_address
from hotline import clock, create_app
from hotline.messages.actions import link_of
from hotline.satisfaction.queries import open_invitations

DEMO_TWILIO_TOKEN = "twilio-auth-token-for-tests"
ROLES = ("operator", "staff", "head", "lead", "leader", "admin")
LONGEST_PAUSE_SECONDS = 30
THREADS, WORKERS = 256, 2


def kept_secret(instance: Path) -> str:
    """The demonstration's secret: made once, readable by its owner only."""
    file = instance / "secret"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()


def is_free(host: str, port: int) -> bool:
    """Whether we may listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Child:
    """A process that is started again when it dies, a little later each time."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]):
        self.name, self._command, self._environment = name, command, environment
        self._pause, self._due = 1.0, 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self, now: float) -> None:
        """Start it when it should run and does not. `now` is a monotonic instant in seconds."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._process is not None and self._due == 0.0:
            print(f"{self.name} stopped (status {self._process.returncode}); starting it again.", flush=True)
            self._due, self._pause = now + self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        if now >= self._due:
            self._process, self._due = subprocess.Popen(self._command, cwd=ROOT, env=self._environment), 0.0

    def stop(self) -> None:
        """Ask it to end, then insist."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def server_command(host: str, port: int, *, app: str = "wsgi:app", workers: int = WORKERS) -> list[str]:
    """The web server's command line. No access log; where one is switched on, `web.discretion` hides the tokens."""
    size = ["--workers", str(workers), "--worker-class", "gthread", "--threads", str(THREADS)]
    quiet = ["--log-level", "warning", "--no-control-socket", "--graceful-timeout", "3"]
    return [sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", *size, *quiet, app]


def main() -> int:
    """Run until Ctrl+C."""
    host, port = listen_address()
    if not is_free(host, port):
        print(f"Port {port} on {host} is in use. Choose another: PORT=8001 make run", file=sys.stderr)
        return 1
    instance = ROOT / "instance"
    environment = demo_environment(f"http://{host}:{port}", kept_secret(instance), DEMO_TWILIO_TOKEN)
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for words, step in (("Preparing the database …", ["db", "upgrade"]), ("", ["demo", "load", "--if-empty"])):
        if words:
            print(words, flush=True)
        if subprocess.run([*flask, *step], cwd=ROOT, env=environment, check=False).returncode:
            return 1
    jobs = [*flask, "jobs", "run"]
    children = [
        Child("The server", server_command(host, port), environment),
        Child("The jobs process", jobs, environment),
    ]
    stopping: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _frame: stopping.append(number))
    for child in children:
        child.keep(time.monotonic())
    _welcome(host, port, environment)
    try:
        while not stopping:
            time.sleep(0.5)
            for child in children:
                child.keep(time.monotonic())
    finally:
        for child in children:
            child.stop()
    return 0


def _welcome(host: str, port: int, environment: dict[str, str]) -> None:
    deadline = time.monotonic() + 30
    while is_free(host, port) and time.monotonic() < deadline:
        time.sleep(0.2)
    print(f"\nHotline is ready: http://{host}:{port}\n\nSign in (password hotline-demo):")
    for role in ROLES:
        print(f"  {role}@demo.test")
    app = create_app(Config.from_env(environment))
    with app.app_context():
        links = [(message.ticket_code, link_of(message)) for message in open_invitations(3, clock.now())]
    if links:
        print("\nText messages that arrived, with the link the citizen may still rate through:")
        for code, link in links:
            print(f"  {code}  {link}")
    print("\nStop with Ctrl+C.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
