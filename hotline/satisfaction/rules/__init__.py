"""Pure decisions and sums about satisfaction."""

from hotline.satisfaction.rules.asking import LINK_PURPOSE, Askable, editable_until, may_edit, suppression
from hotline.satisfaction.rules.scores import (
    SATISFIED_FROM,
    UNHAPPY_TO,
    Z_95,
    csat,
    is_unhappy,
    on_time_strict,
    qd766,
    share,
    wilson,
)

__all__ = [
    "LINK_PURPOSE",
    "SATISFIED_FROM",
    "UNHAPPY_TO",
    "Z_95",
    "Askable",
    "csat",
    "editable_until",
    "is_unhappy",
    "may_edit",
    "on_time_strict",
    "qd766",
    "share",
    "suppression",
    "wilson",
]
