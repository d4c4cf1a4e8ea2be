"""Pure decisions about texts: segments, words for a deadline, what a receipt means, when to try again."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# GSM 03.38: the basic alphabet, and the characters that cost two units.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = set("\f^{}\\[~]|€")
LINK = "{link}"
PERMANENT = {"21211", "21610", "21614", "21408", "21606", "21612", "30004", "30005", "30006", "30007"}
REFUSALS = {"stop", "huy", "td", "dung", "stopall", "unsubscribe"}
RETURNS = {"start", "unstop", "nhan"}
# A later word about a text never takes it back: the higher rank wins, the last three are final.
RANK = {"accepted": 0, "queued": 1, "sending": 2, "sent": 3, "undelivered": 4, "failed": 4, "delivered": 5}
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(minutes=15)


@dataclass(frozen=True)
class Segments:
    """What a text costs: how many segments, in which alphabet, and which characters force the dearer one."""

    count: int
    encoding: str
    units: int
    offending: str


def segments(text: str) -> Segments:
    """Count segments: GSM-7 160 alone or 153 joined, else UCS-2 70 or 67, in UTF-16 units of the NFC form."""
    text = unicodedata.normalize("NFC", text)
    offending = "".join(sorted({c for c in text if c not in GSM and c not in GSM_DOUBLE}))
    if offending:
        widths, alone, joined = [2 if ord(c) > 0xFFFF else 1 for c in text], 70, 67
    else:
        widths, alone, joined = [2 if c in GSM_DOUBLE else 1 for c in text], 160, 153
    units = sum(widths)
    if units <= alone:
        return Segments(1, "UCS-2" if offending else "GSM-7", units, offending)
    count, used = 1, 0
    for width in widths:
        if used + width > joined:
            count, used = count + 1, 0
        used += width
    return Segments(count, "UCS-2" if offending else "GSM-7", units, offending)


def due_words(due_at: datetime, zone: ZoneInfo, *, style: str = "plain") -> str:
    """A deadline as a text says it: `17h ngay 26/11`, `16h30 ngày 26/11`."""
    there = due_at.astimezone(zone)
    minutes = f"{there.minute:02}" if there.minute else ""
    word = "ngay" if style == "plain" else "ngày"
    return f"{there.hour}h{minutes} {word} {there.day:02}/{there.month:02}"


def next_attempt(now: datetime, attempts: int, jitter: float) -> datetime:
    """When to try again after a passing fault: 30 seconds, doubled each time up to 15 minutes, `jitter` in [0, 1)."""
    wait = min(FIRST_RETRY * 2 ** max(0, attempts - 1), LONGEST_RETRY)
    return now + wait * (1 + 0.25 * jitter)


def wish_of(body: str) -> str | None:
    """What a citizen's text asks about invitations: `stop`, `start`, or None when it is about something else."""
    words = unicodedata.normalize("NFC", body).casefold().split()
    if len(words) == 1 and words[0] in REFUSALS:
        return "stop"
    if len(words) == 1 and words[0] in RETURNS:
        return "start"
    return None
