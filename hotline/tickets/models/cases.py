"""The case itself: what was asked, by whom, where it stands; its noticeboard and its answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, Computed, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.actor import ActorKind
from hotline.catalogue.models import Area, Calendar, Category, Department, Policy, Priority
from hotline.db import Base, coded
from hotline.phone import PhoneKind, mask
from hotline.staff.models import User
from hotline.tickets.models.answers import Answer
from hotline.tickets.models.attachments import Attachment
from hotline.tickets.models.clocks import Clock, Extension, Pause
from hotline.tickets.models.legs import Leg
from hotline.tickets.models.searching import TicketSearch
from hotline.tickets.models.tasks import SubTask
from hotline.tickets.rules.lifecycle import Status, Verb

LONGEST_CONTENT = 20_000
_OPEN_SQL = "status IN ({})".format(", ".join(f"'{status.value}'" for status in Status if status.is_open))


class Channel(StrEnum):
    """How a ticket reached us."""

    PHONE = "phone"
    WEB = "web"
    APP = "app"
    SOCIAL = "social"
    COUNTER = "counter"
    STAFF = "staff"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {
            Channel.PHONE: _l("Phone"),
            Channel.WEB: _l("Web"),
            Channel.APP: _l("App"),
            Channel.SOCIAL: _l("Social network"),
            Channel.COUNTER: _l("Counter"),
            Channel.STAFF: _l("Staff member"),
        }[self]


class CallerKind(StrEnum):
    """Who asks."""

    CITIZEN = "citizen"
    BUSINESS = "business"

    @property
    def label(self) -> Any:
        """The word on screen."""
        return {CallerKind.CITIZEN: _l("Citizen"), CallerKind.BUSINESS: _l("Business")}[self]


class Ticket(Base):
    """A report or petition (phản ánh, kiến nghị). `version` grows with every change; `cycle` with every reopening.

    `next_due_at` is the earliest running deadline (what the queue sorts by), `due_at` that of the answer;
    both are shown from `clocks` by one function and are empty while nothing runs. `is_late`: a promise to answer was
    broken and not waived; beside it how it stands against the first promise (without extensions) and without pauses.
    `parent_id` is the main case of a common incident, `split_from_id` the case of the same call it was split from.
    `held_since_at` is when the present hands took it; `is_sent_back` while a draft waits to be reworked.
    `intake_replies` are the category's questions with what was said, `suggested_category_id` what was proposed while
    the report was being typed. `latitude`, `longitude` are in degrees (WGS 84), both or neither.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("length(content) BETWEEN 1 AND 20000", name="content_has_a_length"),
        CheckConstraint("cycle >= 1 AND version >= 1", name="counts_from_one"),
        CheckConstraint(
            "status NOT IN ('answered', 'answered_on_call', 'refused', 'referred_out', 'closed') "
            "OR stopped_at IS NOT NULL",
            name="stopped_has_a_time",
        ),
        CheckConstraint(
            "status NOT IN ('routed', 'in_progress', 'on_hold', 'awaiting_approval') OR department_id IS NOT NULL",
            name="routed_has_a_unit",
        ),
        CheckConstraint("phone_kind <> 'withheld' OR phone_e164 IS NULL", name="withheld_has_no_number"),
        CheckConstraint("status <> 'attached' OR parent_id IS NOT NULL", name="attached_has_a_main_case"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_main_case"),
        CheckConstraint("split_from_id IS NULL OR split_from_id <> id", name="not_split_from_itself"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="position_is_whole"),
        CheckConstraint(
            "latitude IS NULL OR (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)",
            name="position_is_on_earth",
        ),
        UniqueConstraint("source", "source_id"),
        Index("ix_tickets_unit_queue", "department_id", "is_open", "next_due_at", "id"),
        Index("ix_tickets_queue", "is_open", "next_due_at", "id"),
        Index("ix_tickets_status_due", "status", "next_due_at", "id"),
        Index("ix_tickets_newest", "received_at", "id"),
        Index("ix_tickets_phone_e164", "phone_e164", "received_at"),
        Index("ix_tickets_stopped_at", "stopped_at", "department_id"),
        Index("ix_tickets_department_received", "department_id", "received_at"),
        Index("ix_tickets_like", "category_id", "area_id", "received_at"),
        Index(
            "ix_tickets_assignee",
            "assignee_id",
            "is_open",
            "next_due_at",
            "id",
            sqlite_where=text("assignee_id IS NOT NULL"),
            postgresql_where=text("assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_tickets_sent_back",
            "department_id",
            "next_due_at",
            "id",
            sqlite_where=text("is_sent_back"),
            postgresql_where=text("is_sent_back"),
        ),
        Index(
            "ix_tickets_tax_code",
            "tax_code",
            "received_at",
            sqlite_where=text("tax_code <> ''"),
            postgresql_where=text("tax_code <> ''"),
        ),
        Index(
            "ix_tickets_reopened",
            "id",
            sqlite_where=text("cycle > 1"),
            postgresql_where=text("cycle > 1"),
        ),
        Index(
            "ix_tickets_parent_id",
            "parent_id",
            sqlite_where=text("parent_id IS NOT NULL"),
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    status: Mapped[Status] = mapped_column(coded(Status, "status"))
    left_status: Mapped[Status | None] = mapped_column(coded(Status, "left_status"))
    is_open: Mapped[bool] = mapped_column(Computed(_OPEN_SQL, persisted=True))
    cycle: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[Channel] = mapped_column(coded(Channel, "channel"))
    content: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(300), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    intake_replies: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    suggested_category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    priority: Mapped[Priority] = mapped_column(coded(Priority, "priority"))
    procedure_code: Mapped[str] = mapped_column(String(40), default="")
    dossier_code: Mapped[str] = mapped_column(String(40), default="")

    caller_kind: Mapped[CallerKind] = mapped_column(coded(CallerKind, "caller_kind"))
    caller_name: Mapped[str] = mapped_column(String(120), default="")
    business_name: Mapped[str] = mapped_column(String(200), default="")
    tax_code: Mapped[str] = mapped_column(String(14), default="")
    phone_raw: Mapped[str] = mapped_column(String(40), default="")
    phone_e164: Mapped[str | None] = mapped_column(String(20))
    phone_kind: Mapped[PhoneKind] = mapped_column(coded(PhoneKind, "phone_kind"))
    is_confidential: Mapped[bool] = mapped_column(default=False)
    follow_code: Mapped[str] = mapped_column(String(4))

    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    routing_rule_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.id"))
    routing_reason: Mapped[str] = mapped_column(String(300), default="")
    returns: Mapped[int] = mapped_column(default=0)
    contacts: Mapped[int] = mapped_column(default=0)
    chases: Mapped[int] = mapped_column(default=0)
    is_accepted_by_silence: Mapped[bool] = mapped_column(default=False)
    is_sent_back: Mapped[bool] = mapped_column(default=False)
    held_since_at: Mapped[datetime | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))
    policy_version: Mapped[int | None]
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))

    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    is_late_by_first_promise: Mapped[bool] = mapped_column(default=False)
    is_late_without_pauses: Mapped[bool] = mapped_column(default=False)

    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str | None] = mapped_column(String(32))
    source_id: Mapped[str | None] = mapped_column(String(64))

    policy: Mapped[Policy | None] = relationship()
    calendar: Mapped[Calendar | None] = relationship()
    category: Mapped[Category | None] = relationship(foreign_keys=[category_id])
    area: Mapped[Area | None] = relationship()
    department: Mapped[Department | None] = relationship()
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    events: Mapped[list[TicketEvent]] = relationship(order_by="TicketEvent.id", back_populates="ticket", viewonly=True)
    clocks: Mapped[list[Clock]] = relationship(order_by="Clock.id", back_populates="ticket")
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id", back_populates="ticket")
    pauses: Mapped[list[Pause]] = relationship(order_by="Pause.id", back_populates="ticket")
    legs: Mapped[list[Leg]] = relationship(order_by="Leg.id", back_populates="ticket")
    extensions: Mapped[list[Extension]] = relationship(order_by="Extension.id", back_populates="ticket")
    sub_tasks: Mapped[list[SubTask]] = relationship(order_by="SubTask.id", back_populates="ticket")
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id", back_populates="ticket")
    filed: Mapped[TicketSearch | None] = relationship(back_populates="ticket")
    parent: Mapped[Ticket | None] = relationship(
        remote_side="Ticket.id", foreign_keys=[parent_id], back_populates="attached"
    )
    attached: Mapped[list[Ticket]] = relationship(
        order_by="Ticket.id", foreign_keys=[parent_id], back_populates="parent"
    )

    @property
    def masked_phone(self) -> str:
        """The number with its middle hidden."""
        return mask(self.phone_e164 or self.phone_raw)

    @property
    def subject(self) -> str:
        """The first line of the content, at most 120 characters, for lists."""
        line = self.content.strip().splitlines()[0] if self.content.strip() else ""
        return line if len(line) <= 120 else line[:117].rstrip() + "…"


class TicketEvent(Base):
    """A notice on the append-only board: what happened, who did it, who holds the ticket afterwards.

    `public_text` may be shown to the citizen; `note` never. `cycle` is the one the event belongs to.
    """

    __tablename__ = "ticket_events"
    __table_args__ = (
        CheckConstraint("(old_status IS NULL) = (verb = 'open')", name="only_opening_comes_from_nothing"),
        Index("ix_ticket_events_ticket_id", "ticket_id", "id"),
        Index("ix_ticket_events_at", "at"),
        Index(
            "ix_ticket_events_stopped",
            "id",
            sqlite_where=text("stops_clock"),
            postgresql_where=text("stops_clock"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    verb: Mapped[Verb] = mapped_column(coded(Verb, "verb"))
    old_status: Mapped[Status | None] = mapped_column(coded(Status, "old_status"))
    new_status: Mapped[Status] = mapped_column(coded(Status, "new_status"))
    cycle: Mapped[int]
    at: Mapped[datetime]
    by_kind: Mapped[ActorKind] = mapped_column(coded(ActorKind, "by_kind"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    stops_clock: Mapped[bool] = mapped_column(default=False)
    public_text: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ticket: Mapped[Ticket] = relationship(back_populates="events")
    department: Mapped[Department | None] = relationship()


class CodeCounter(Base):
    """The last serial number given out in a year. Gaps are allowed, reuse is not."""

    __tablename__ = "code_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class ImportRun(Base):
    """One reading of one file: how far it got, so that it can go on, and what it made."""

    __tablename__ = "import_runs"
    __table_args__ = (UniqueConstraint("source", "file_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(32))
    file_hash: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_added: Mapped[int] = mapped_column(default=0)
    rows_known: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
