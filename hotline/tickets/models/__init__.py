"""The heart: what was asked, by whom, who owes an answer, by when, and what was answered."""

from hotline.tickets.models.answers import Answer, RefusalReason
from hotline.tickets.models.attachments import Attachment, AttachmentContent, FileKind, FilePurpose
from hotline.tickets.models.cases import (
    LONGEST_CONTENT,
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
from hotline.tickets.models.desk import Draft, SavedView
from hotline.tickets.models.legs import Holder, Leg
from hotline.tickets.models.searching import TicketSearch
from hotline.tickets.models.tasks import SubTask

__all__ = [
    "LONGEST_CONTENT",
    "Answer",
    "Attachment",
    "AttachmentContent",
    "CallerKind",
    "Channel",
    "Clock",
    "ClockKind",
    "CodeCounter",
    "Crossing",
    "Draft",
    "Extension",
    "FileKind",
    "FilePurpose",
    "Holder",
    "ImportRun",
    "Leg",
    "PastPlan",
    "Pause",
    "PlanCause",
    "RefusalReason",
    "ReplanRun",
    "SavedView",
    "SubTask",
    "Ticket",
    "TicketEvent",
    "TicketSearch",
]
