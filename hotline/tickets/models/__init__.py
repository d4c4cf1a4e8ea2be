"""The heart: what was asked, by whom, who owes an answer, by when, and what was answered."""

from hotline.tickets.models.cases import (
    LONGEST_CONTENT,
    Answer,
    CallerKind,
    Channel,
    CodeCounter,
    ImportRun,
    Ticket,
    TicketEvent,
)
from hotline.tickets.models.clocks import (
    Clock,
    ClockKind,
    Crossing,
    Extension,
    PastPlan,
    Pause,
    PlanCause,
    ReplanRun,
)
from hotline.tickets.models.legs import Holder, Leg

__all__ = [
    "LONGEST_CONTENT",
    "Answer",
    "CallerKind",
    "Channel",
    "Clock",
    "ClockKind",
    "CodeCounter",
    "Crossing",
    "Extension",
    "Holder",
    "ImportRun",
    "Leg",
    "PastPlan",
    "Pause",
    "PlanCause",
    "ReplanRun",
    "Ticket",
    "TicketEvent",
]
