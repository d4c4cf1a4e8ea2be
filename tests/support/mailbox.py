"""A mail server on a port of the loopback: takes letters, or answers as it is told to."""

from __future__ import annotations

import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

FINE = {
    "EHLO": "250-mail.test\r\n250 8BITMIME",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 kept as 4711",
}
SILENCE = ""


class Mailbox:
    """`answers` replaces what is said to a command ("." is the end of a letter); SILENCE never answers."""

    def __init__(self, **answers: str):
        self.answers = {**FINE, **answers}
        self.heard: list[str] = []
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.sent_to: list[str] = []
        self.drips = False
        mailbox = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mailbox._talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, user: str = "") -> str:
        """What a province would write in SMTP_URL."""
        return f"smtp://{user}127.0.0.1:{self.port}?from=1022@example.gov.vn"

    def close(self) -> None:
        """Nobody listens any more."""
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, line) -> None:
        self._say(line, self.answers.get("hello", "220 mail.test"))
        while words := line.rfile.readline().decode("utf-8", "replace").strip():
            command = words.split()[0].upper()
            self.heard.append(words)
            answer = self.answers.get(command, "500 what?")
            self._say(line, answer)
            if command == "RCPT":
                self.sent_to.append(words.partition("<")[2].rstrip(">"))
            if command == "DATA" and answer.startswith("354"):
                raw = b""
                while (part := line.rfile.readline()) not in (b".\r\n", b""):
                    raw += part.removeprefix(b".")
                if self.answers["."].startswith("2"):
                    self.raw.append(raw)
                    self.letters.append(message_from_bytes(raw, policy=policy.default))
                self._say(line, self.answers["."])

    def _say(self, line, answer: str) -> None:
        if answer == SILENCE:
            time.sleep(30)
        if not self.drips:
            line.wfile.write(f"{answer}\r\n".encode())
            return
        for letter in answer:
            time.sleep(0.3)
            line.wfile.write(letter.encode())
        line.wfile.write(b"\r\n")


@pytest.fixture
def mailbox():
    """mailbox(RCPT="550 nobody here") -> a running mail server."""
    running = []

    def start(**answers):
        running.append(Mailbox(**answers))
        return running[-1]

    yield start
    for one in running:
        one.close()
