"""How the wording of a text turns out: the longest realistic case, its segments and price, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from hotline.catalogue.settings import province
from hotline.messages.actions import wordings
from hotline.messages.models import Wording, WordingState
from hotline.messages.queries.wordings import current_wordings, templates
from hotline.messages.rules import Segments, segments
from hotline.messages.rules.wordings import MOST_SEGMENTS, STYLES, allowed_in, required_in


@dataclass(frozen=True)
class Seen:
    """A wording in its longest realistic case. `price` in đồng; `wrong` are sentences, none when it may be sent."""

    text: str
    cost: Segments
    price: int
    wrong: Sequence[str]
    most: int


def seen(name: str, style: str, body: str) -> Seen:
    """How `body` would look and cost as the text `name`."""
    house, body = province(), wordings.tidied(body, style)
    text = wordings.example(name, style, body, house)
    cost = segments(text)
    wrong = [str(_(one.sentence, **one.params)) for one in wordings.problems(name, style, body, house)]
    return Seen(text, cost, cost.count * house.segment_price_dong, wrong, MOST_SEGMENTS[style])


@dataclass(frozen=True)
class Standing:
    """Where a text stands in one style: its registered wording and its draft, and how it turns out."""

    name: str
    style: str
    registered: Wording | None
    draft: Wording | None
    seen: Seen

    @property
    def is_in_use(self) -> bool:
        """Whether the province writes in this style now."""
        return self.style == province().texts_style


def standing(name: str, style: str) -> Standing:
    """Where one text stands; the delivered wording counts as its draft until there is another."""
    found = current_wordings().get((name, style), {})
    registered, draft = found.get(WordingState.REGISTERED), found.get(WordingState.DRAFT)
    newest = registered or draft
    return Standing(
        name, style, registered, draft, seen(name, style, newest.body if newest else templates()[name][style])
    )


def standings() -> dict[str, list[Standing]]:
    """All texts in the order in which they are delivered, each in both styles."""
    return {name: [standing(name, style) for style in STYLES] for name in templates()}


def placeholders_of(name: str) -> list[tuple[str, bool]]:
    """The placeholders this text may hold, each with whether it must not be missing."""
    delivered = list(templates()[name].values())
    return [(one, one in required_in(delivered)) for one in sorted(allowed_in(delivered))]
