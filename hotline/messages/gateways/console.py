"""The gateways of demonstrations and development: what is sent "arrives" in the log, links without their token."""

from __future__ import annotations

import re
import uuid

from hotline.messages.gateways import Letter, Outcome, Sent
from hotline.messages.rules.mail import masked
from hotline.phone import mask


class ConsoleGateway:
    """Prints one line for each text."""

    name = "console"

    def send(self, to: str, body: str) -> Sent:
        """Print and call it sent."""
        shown = re.sub(r"(/r/)[\w-]+", r"\1…", body)
        print(f"[sms] {mask(to)} {shown}", flush=True)
        return Sent(Outcome.SENT, sid=f"console-{uuid.uuid4()}")


class ConsoleMailGateway:
    """Prints one line for each e-mail: to whom and about what, not what it says."""

    name = "console"

    def send(self, letter: Letter) -> Sent:
        """Print and call it sent."""
        print(f"[mail] {masked(letter.to)} {letter.subject}", flush=True)
        return Sent(Outcome.SENT, sid=f"console-{uuid.uuid4()}")
