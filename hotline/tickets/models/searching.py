"""What cases are found by: plain syllables, one row a case, and the index of the database over them.

The index is made by hand: on SQLite an FTS5 table with triggers, on PostgreSQL a generated `tsvector` column. Both bear
the same name, by which those who compare models and database leave them alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import DDL, ForeignKey, Index, Text, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base

if TYPE_CHECKING:
    from hotline.tickets.models.cases import Ticket

FILED = ("keys", "body", "place", "identity", "scope")
WORDS = "ticket_words"


class TicketSearch(Base):
    """What one case is found by, in plain syllables (`rules.spelling`), by how much it says.

    `keys` name it, `body` is what was said, `place` where and about what; `identity` is who asked, found by
    those who take reports only. `scope` has a word for each unit that may find it. `reading` is the version of the
    rules that filed it, 0 when something it was filed from has changed meanwhile.
    """

    __tablename__ = "ticket_search"
    __table_args__ = (Index("ix_ticket_search_reading", "reading"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    keys: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    identity: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    reading: Mapped[int]
    ticket: Mapped[Ticket] = relationship(back_populates="filed")


_NAMES = ", ".join(FILED)
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in FILED) for row in ("old", "new"))
_FORGET = f"INSERT INTO {WORDS} ({WORDS}, rowid, {_NAMES}) VALUES ('delete', old.ticket_id, {_OLD})"
_FILE = f"INSERT INTO {WORDS} (rowid, {_NAMES}) VALUES (new.ticket_id, {_NEW})"
_CHANGED = " OR ".join(f"old.{name} <> new.{name}" for name in FILED)
SQLITE = (
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5({_NAMES}, content='ticket_search', content_rowid='ticket_id', "
    "tokenize=\"ascii tokenchars '@'\", prefix='2 3 4', columnsize=0)",
    f"CREATE TRIGGER ticket_search_filed AFTER INSERT ON ticket_search BEGIN {_FILE}; END",
    f"CREATE TRIGGER ticket_search_forgotten AFTER DELETE ON ticket_search BEGIN {_FORGET}; END",
    f"CREATE TRIGGER ticket_search_filed_again AFTER UPDATE ON ticket_search WHEN {_CHANGED} "
    f"BEGIN {_FORGET}; {_FILE}; END",
)
_WEIGHED = " || ".join(
    f"setweight(to_tsvector('simple', {name}), '{weight}')" for name, weight in zip(FILED, "ABCD", strict=False)
)
POSTGRESQL = (
    f"ALTER TABLE ticket_search ADD COLUMN {WORDS} tsvector "
    f"GENERATED ALWAYS AS ({_WEIGHED} || array_to_tsvector(string_to_array(scope, ' '))) STORED",
    f"ALTER TABLE ticket_search ALTER COLUMN {WORDS} SET STATISTICS 1000",
    "ALTER TABLE ticket_search SET (toast_tuple_target = 8160)",  # a row beside its index is one read, not two
    f"CREATE INDEX ix_ticket_search_{WORDS} ON ticket_search USING gin ({WORDS}) WITH (fastupdate = off)",
)
for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            TicketSearch.__table__, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
        )
event.listen(TicketSearch.__table__, "before_drop", DDL(f"DROP TABLE IF EXISTS {WORDS}").execute_if(dialect="sqlite"))
