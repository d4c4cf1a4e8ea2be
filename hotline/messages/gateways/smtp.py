"""E-mail over SMTP (RFC 5321): 5xx about the recipient is final, 4xx and an absent server are for later.

From the moment the letter itself is on its way, silence is a doubt: it is never sent again.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from config import LOOPBACK, MailServer
from hotline.messages.gateways import Letter, Outcome, Sent

DEADLINE_SECONDS = 10.0
SETTINGS_ARE_WRONG_SECONDS = 300


class SmtpGateway:
    """Hands letters to the mail server of the settings, each over a connection of its own."""

    name = "smtp"

    def __init__(self, server: MailServer):
        self._server = server

    def send(self, letter: Letter) -> Sent:
        """One attempt. It runs beside us, because only so a deadline for all its steps together can be kept."""
        attempt = _Attempt(self._server, letter)
        worker = threading.Thread(target=attempt.run, daemon=True)
        worker.start()
        worker.join(DEADLINE_SECONDS)
        return attempt.verdict()


class _Attempt:
    """The steps of one handing over, and what became of it however far it came."""

    def __init__(self, server: MailServer, letter: Letter):
        self._server, self._letter = server, letter
        self._lock = threading.Lock()
        self._result: Sent | None = None
        self._is_over = self._is_on_its_way = False
        self._connection: smtplib.SMTP | None = None

    def verdict(self) -> Sent:
        """The result, or what silence means at this point. Afterwards the letter cannot begin to leave any more."""
        with self._lock:
            self._is_over = True
            if self._result is not None:
                return self._result
            if self._connection is not None and self._connection.sock is not None:
                with contextlib.suppress(OSError):
                    self._connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the steps, which end by it
            outcome = Outcome.UNKNOWN if self._is_on_its_way else Outcome.LATER
            return Sent(outcome, reason=f"no answer within {DEADLINE_SECONDS:.0f} seconds")

    def run(self) -> None:
        """Keep what the steps end in."""
        try:
            result = self._hand_over()
        except smtplib.SMTPAuthenticationError as error:
            result = self._settings_are_wrong(f"the mail server does not accept our password ({error.smtp_code})")
        except smtplib.SMTPDataError as error:
            result = _reply(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            reason = f"{type(error).__name__}: {error}"
            result = Sent(Outcome.UNKNOWN if self._is_on_its_way else Outcome.LATER, reason=reason)
        except ValueError as error:  # no letter can be written to such an address
            result = Sent(Outcome.FAILED, reason=f"{type(error).__name__}: {error}")
        with self._lock:
            self._result = result

    def _hand_over(self) -> Sent:
        letter = self._written()
        with contextlib.ExitStack() as stack:
            connection, is_private = self._connected(stack)
            if self._server.user:
                if not is_private and self._server.host not in LOOPBACK:
                    return self._settings_are_wrong("the mail server offers no TLS; our password is not sent in clear")
                if not connection.has_extn("auth"):
                    return self._settings_are_wrong("the mail server takes no password")
                connection.login(self._server.user, self._server.password)
            code, said = connection.mail(parseaddr(self._server.sender)[1])
            if code != 250:
                wrong = self._settings_are_wrong(f"the mail server does not accept our sender ({code})")
                return wrong if code >= 500 else _reply(code, said)
            code, said = connection.rcpt(self._letter.to)
            if code not in (250, 251):
                return _reply(code, said)
            with self._lock:
                if self._is_over:
                    return Sent(Outcome.LATER, reason="too late to begin")
                self._is_on_its_way = True
            return _reply(*connection.data(letter))

    def _connected(self, stack: contextlib.ExitStack) -> tuple[smtplib.SMTP, bool]:
        server, context = self._server, ssl.create_default_context()
        where = server.host, server.port, _domain(server)
        connection: smtplib.SMTP
        if server.is_tls:
            connection = smtplib.SMTP_SSL(*where, timeout=DEADLINE_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(*where, timeout=DEADLINE_SECONDS)
        self._connection = connection
        stack.callback(connection.close)  # no QUIT: its answer would only cost time
        connection.ehlo_or_helo_if_needed()
        offered = connection.has_extn("starttls")
        if offered and not server.is_tls:
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        return connection, server.is_tls or offered

    def _written(self) -> bytes:
        message, letter = EmailMessage(policy.SMTP), self._letter
        message["From"], message["To"], message["Subject"] = self._server.sender, letter.to, letter.subject
        message["Date"], message["Message-ID"] = (
            format_datetime(letter.at),
            f"<hotline.{letter.key}@{_domain(self._server)}>",
        )
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body, cte="quoted-printable")
        return message.as_bytes()

    @staticmethod
    def _settings_are_wrong(reason: str) -> Sent:
        return Sent(Outcome.LATER, reason=reason, retry_after_seconds=SETTINGS_ARE_WRONG_SECONDS)


def _domain(server: MailServer) -> str:
    """What we call ourselves: asking the network for our own name could take longer than the whole letter."""
    return parseaddr(server.sender)[1].rpartition("@")[2]


def _reply(code: int, said: bytes | str) -> Sent:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    outcome = Outcome.SENT if 200 <= code < 300 else Outcome.FAILED if code >= 500 else Outcome.LATER
    return Sent(outcome, reason=f"{code} {' '.join(text.split())}")
