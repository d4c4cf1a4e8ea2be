"""The gateways of demonstrations and development: what is sent "arrives" in the log, links without their token."""

from __future__ import annotations

import re
import uuid

from hotline.messages.gateways import Letter, Outcome, OutgoingText, Sent
from hotline.messages.rules.mail import masked
from hotline.phone import mask


class ConsoleGateway:
    """Prints one line for each text. It remembers nothing, so it cannot be asked: its doubts stay doubts."""

    name = "console"

    def send(self, text: OutgoingText) -> Sent:
        """Print and call it sent."""
        shown = re.sub(r"(/r/)[\w-]+", r"\1…", text.body)
        print(f"[sms] {mask(text.to)} {shown}", flush=True)
        return Sent(Outcome.SENT, sid=f"console-{uuid.uuid4()}")


class ConsoleMailGateway:
    """Prints one line for each e-mail: to whom and about what, not what it says."""

    name = "console"

    def send(self, letter: Letter) -> Sent:
        """Print and call it sent."""
        print(f"[mail] {masked(letter.to)} {letter.subject}", flush=True)
        return Sent(Outcome.SENT, sid=f"console-{uuid.uuid4()}")
