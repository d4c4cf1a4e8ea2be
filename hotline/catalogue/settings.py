"""What the province decided that has no table of its own, over defaults that hold until it does."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, cast

from flask import current_app, g
from flask_babel import get_locale
from sqlalchemy import select

from hotline.catalogue.models import Setting
from hotline.db import db

LAST_KNOWN = "hotline_province"
REVISION = "revision"  # the row that counts the changes, so that none is lost


@dataclass(frozen=True)
class Province:
    """Names, numbers and habits of the province. `texts_style` is how text messages are written.

    Rates and caps of texts: `texts_a_minute` for the whole province, `segments_a_day` is the budget,
    `texts_a_number_a_day` protects one person. `office_networks` are the addresses (CIDR) of the offices themselves,
    `test_numbers` (E.164) belong to nobody who should be asked.
    """

    name_vi: str = "Tổng đài phản ánh, kiến nghị Bình Phước"
    name_en: str = "Binh Phuoc citizens' hotline"
    brand: str = "1022BPHUOC"
    phone: str = "0271.1022"
    host: str = "1022.binhphuoc.gov.vn"
    texts_style: Literal["plain", "diacritics"] = "plain"
    rating_days: int = 14
    edit_hours: int = 72
    texts_begin_hour: int = 8
    texts_end_hour: int = 21
    invitations_a_day: int = 1
    invitations_a_month: int = 4
    reminder_after_hours: int = 48
    routing_grace_minutes: int = 5
    rates_by_call: bool = True
    texts_a_minute: int = 120
    texts_a_number_a_day: int = 8
    segments_a_day: int = 20_000
    segment_price_dong: int = 350
    lease_seconds: int = 120
    receipt_hours: int = 24
    call_back_working_days: int = 1
    sample_a_unit_a_month: int = 10
    office_networks: tuple[str, ...] = ()
    test_numbers: tuple[str, ...] = ()
    fewest_ratings_to_rank: int = 30

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if str(get_locale()) == "en" else self.name_vi


def province() -> Province:
    """The province as it stands in the table `settings`, read once a request; what is not there keeps its default."""
    if "province" not in g:
        known = {field.name for field in fields(Province)}
        with db.session.no_autoflush:  # asked in the middle of actions, whose own writes are not settings
            rows = [row for row in db.session.scalars(select(Setting)) if row.key in known]
        # JSON knows no tuples.
        stored: dict[str, Any] = {
            row.key: tuple(row.value) if isinstance(row.value, list) else row.value for row in rows
        }
        g.province = current_app.extensions[LAST_KNOWN] = replace(Province(), **stored)
    return cast(Province, g.province)


def forget_province() -> None:
    """The settings have changed: read them again when they are needed next."""
    g.pop("province", None)


def settings_revision() -> int:
    """How often the settings were changed: what an edit carries, so that it does not undo somebody else's."""
    row = db.session.get(Setting, REVISION)
    return int(row.value) if row is not None else 0


def last_known_province() -> Province:
    """The province as this process last read it, the defaults before that: for pages shown without a database."""
    return cast(Province, current_app.extensions.get(LAST_KNOWN, Province()))
