"""Pure decisions about texts: segments, words for a deadline, what a citizen's text asks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

# GSM 03.38: the basic alphabet, and the characters that cost two units.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = set("\f^{}\\[~]|€")
LINK = "{link}"
REFUSALS = {"stop", "huy", "hủy", "huỷ", "td", "dung", "dừng", "stopall", "unsubscribe"}
RETURNS = {"start", "unstop", "nhan", "nhận"}


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


def wish_of(body: str, opt_out_type: str = "") -> str | None:
    """What a citizen's text asks about invitations: `stop`, `start`, or None when it is about something else.

    `opt_out_type` is Twilio's reading of it (STOP, START, HELP), where the province uses its Advanced Opt-Out.
    """
    words = unicodedata.normalize("NFC", body).casefold().split()
    word = words[0] if len(words) == 1 else ""
    if word in REFUSALS or opt_out_type == "STOP":
        return "stop"
    return "start" if word in RETURNS or opt_out_type == "START" else None
