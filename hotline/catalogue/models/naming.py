"""What several tables of the catalogue share: two names, and the levels of government."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class Level(StrEnum):
    """Level of government. Districts ended on 1 July 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            Level.PROVINCE: _lp("level", "Province"),
            Level.DISTRICT: _lp("level", "District (until 30 June 2025)"),
            Level.COMMUNE: _lp("level", "Commune or ward"),
        }[self]


class Named:
    """Two names; `name` is the one in the reader's language."""

    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))

    @property
    def name(self) -> str:
        """The name in the reader's language, Vietnamese where the other is missing."""
        return self.name_en if str(get_locale()) == "en" and self.name_en else self.name_vi
