"""What never reaches a log: the secret part of an address, whoever writes the line, ourselves or the web server."""

from __future__ import annotations

import logging
import re
from typing import Any

SECRETS = re.compile(
    r"(/(?:r|calls/push|messages/receipts)/)[^\s/?#\"'<>]+"  # parts of a path
    r"|([?&]receipt=)[^\s&#\"'<>]+"  # and what is asked for
)
HIDDEN = r"\1\2***"


def without_secrets(text: str) -> str:
    """The text with the token of a citizen's link, the receipt of a rating, and the secrets of the exchange
    and of the provider of texts replaced by ***."""
    return SECRETS.sub(HIDDEN, text)


def keep_secrets_out_of_logs() -> None:
    """From here on every line that this process logs, by whatever logger, is written without them. Once is enough."""
    make = logging.getLogRecordFactory()
    if getattr(make, "is_discreet", False):
        return

    def discreet(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            line = record.getMessage()
        except Exception:  # a broken line is the logging machinery's to report
            return record
        if SECRETS.search(line):
            record.msg, record.args = without_secrets(line), ()
        return record

    discreet.is_discreet = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(discreet)
