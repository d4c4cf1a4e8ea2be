"""What one verb on a ticket's page consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from hotline.actor import Actor
from hotline.catalogue.models import Department
from hotline.db import db
from hotline.errors import Invalid
from hotline.staff.permissions import Can
from hotline.tickets.forms import AcceptForm
from hotline.tickets.models import Ticket
from hotline.tickets.rules.lifecycle import Verb
from hotline.tickets.rules.tasks import Hands
from hotline.web.forms import VerbForm

Act = Callable[[Ticket, Any, Actor, datetime], object]


@dataclass(frozen=True)
class TicketVerb:
    """A verb as people meet it on a ticket's page; `hands` says of which of the units on a case it is.

    `template` draws a form that is more than its fields, `begin(form, ticket, is_filled)` prepares it, and
    `examine(form)` looks at what was sent before anything is written; its form may be of `largest_body` bytes.
    """

    verb: Verb
    permission: Can
    form: type[VerbForm]
    act: Act
    label: Any
    icon: str
    kind: str = "secondary"
    done: Any = ""
    key: str | None = None
    hands: Hands = Hands.LEAD
    template: str = ""
    begin: Callable[[Any, Ticket, bool], None] | None = None
    examine: Callable[[Any], None] | None = None
    largest_body: int | None = None

    @property
    def is_simple(self) -> bool:
        """Whether one press does it: there is nothing to fill in."""
        return self.form is AcceptForm


def department_chosen(department_id: int, field: str) -> Department:
    """The unit of a choice. Raises Invalid for the field when there is none."""
    found = db.session.get(Department, department_id)
    if found is None:
        raise Invalid(fields={field: _l("There is no such unit.")})
    return found
