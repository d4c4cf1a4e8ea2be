"""Pure decisions and sums about satisfaction."""

from hotline.satisfaction.rules.asking import (
    LINK_PURPOSE,
    Askable,
    Remindable,
    editable_until,
    is_reminded,
    is_shown,
    may_edit,
    may_rate,
    remind_at,
    suppression,
    text_of_closing,
)
from hotline.satisfaction.rules.comments import grouped, masked_comment
from hotline.satisfaction.rules.networks import is_within, network_mark
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
from hotline.satisfaction.rules.unhappy import (
    FEWEST_TRIES,
    Heard,
    follow_up,
    may_ask_again,
    may_give_up,
    offers_reasons,
)

__all__ = [
    "FEWEST_TRIES",
    "LINK_PURPOSE",
    "SATISFIED_FROM",
    "UNHAPPY_TO",
    "Z_95",
    "Askable",
    "Heard",
    "Remindable",
    "csat",
    "editable_until",
    "follow_up",
    "grouped",
    "is_reminded",
    "is_shown",
    "is_unhappy",
    "is_within",
    "masked_comment",
    "may_ask_again",
    "may_edit",
    "may_give_up",
    "may_rate",
    "network_mark",
    "offers_reasons",
    "on_time_strict",
    "qd766",
    "remind_at",
    "share",
    "suppression",
    "text_of_closing",
    "wilson",
]
