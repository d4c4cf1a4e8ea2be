"""Figures by unit as it was then, or in the structure of today, where former units count for those that followed."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from hotline.catalogue import queries as catalogue
from hotline.dashboards.figures import Scope
from hotline.dashboards.views.asked_for import code_of
from hotline.web.formats import local


class Structure(StrEnum):
    """Which units the lines are."""

    THEN = "then"
    TODAY = "today"

    @property
    def label(self) -> Any:
        """The words on screen."""
        return {Structure.THEN: _l("As it was"), Structure.TODAY: _l("In today's structure")}[self]

    @property
    def wish(self) -> dict[str, Any]:
        """Arguments of an address that asks for the same."""
        return {"structure": self.value} if self is Structure.TODAY else {}


def asked_structure() -> Structure:
    """What this request asks for, as it was by default. Raises NotFound for what is none."""
    return code_of(Structure, "structure") if request.args.get("structure") else Structure.THEN


def in_structure(scope: Scope, structure: Structure) -> Scope:
    """The scope with the former units that live on in its unit, in today's structure."""
    if structure is Structure.THEN or scope.department_id is None:
        return scope
    mapping = catalogue.structure_on(local(scope.now).date())
    also = tuple(unit for unit, today in mapping.items() if today == scope.department_id and unit != today)
    return replace(scope, also=also)
