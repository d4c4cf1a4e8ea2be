"""What cases are found by has a table and an index of its own; what is there is filed anew by the jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

FILED = ("keys", "body", "place", "identity", "scope")
NAMES = ", ".join(FILED)
OPEN = (
    *("received", "triage", "routed", "returned", "in_progress", "waiting_citizen", "on_hold", "awaiting_approval"),
    *("reopened", "attached"),
)
OPEN_INDEXES = {
    "ix_tickets_unit_queue": (["department_id", "is_open", "next_due_at", "id"], {}),
    "ix_tickets_queue": (["is_open", "next_due_at", "id"], {}),
    "ix_tickets_assignee": (
        ["assignee_id", "is_open", "next_due_at", "id"],
        {f"{name}_where": sa.text("assignee_id IS NOT NULL") for name in ("sqlite", "postgresql")},
    ),
}


def upgrade() -> None:
    op.create_table(
        "ticket_search",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in FILED),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_search_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_search")),
    )
    op.create_index("ix_ticket_search_reading", "ticket_search", ["reading"])
    if op.get_bind().dialect.name == "sqlite":
        _index_on_sqlite()
    else:
        _index_on_postgresql()
    # Names may be confidential: until the jobs have read a case again, only the province finds it by its words.
    op.execute(
        "INSERT INTO ticket_search (ticket_id, keys, body, place, identity, scope, reading) "
        "SELECT id, replace(code, '-', ' ') || ' ' || replace(code, '-', ''), '', '', search_text, "
        "CASE WHEN department_id IS NULL THEN '' ELSE '@' || department_id END, 0 FROM tickets ORDER BY id"
    )
    op.drop_column("tickets", "search_text")


def downgrade() -> None:
    _drop_is_open()
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("tickets") as batch:
        batch.alter_column("search_text", server_default=None)
    _add_is_open()
    op.execute(
        "UPDATE tickets SET search_text = coalesce((SELECT keys || ' ' || body || ' ' || place || ' ' || identity "
        "FROM ticket_search WHERE ticket_id = tickets.id), '')"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ticket_words")
    op.drop_index("ix_ticket_search_reading", table_name="ticket_search")
    op.drop_table("ticket_search")


def _index_on_sqlite() -> None:
    old, new = (", ".join(f"{row}.{name}" for name in FILED) for row in ("old", "new"))
    forget = f"INSERT INTO ticket_words (ticket_words, rowid, {NAMES}) VALUES ('delete', old.ticket_id, {old})"
    file = f"INSERT INTO ticket_words (rowid, {NAMES}) VALUES (new.ticket_id, {new})"
    changed = " OR ".join(f"old.{name} <> new.{name}" for name in FILED)
    op.execute(
        f"CREATE VIRTUAL TABLE ticket_words USING fts5({NAMES}, content='ticket_search', content_rowid='ticket_id', "
        "tokenize=\"ascii tokenchars '@'\", prefix='2 3 4', columnsize=0)"
    )
    op.execute(f"CREATE TRIGGER ticket_search_filed AFTER INSERT ON ticket_search BEGIN {file}; END")
    op.execute(f"CREATE TRIGGER ticket_search_forgotten AFTER DELETE ON ticket_search BEGIN {forget}; END")
    op.execute(
        f"CREATE TRIGGER ticket_search_filed_again AFTER UPDATE ON ticket_search WHEN {changed} "
        f"BEGIN {forget}; {file}; END"
    )


def _index_on_postgresql() -> None:
    weighed = " || ".join(
        f"setweight(to_tsvector('simple', {name}), '{weight}')" for name, weight in zip(FILED, "ABCD", strict=False)
    )
    op.execute(
        "ALTER TABLE ticket_search ADD COLUMN ticket_words tsvector "
        f"GENERATED ALWAYS AS ({weighed} || array_to_tsvector(string_to_array(scope, ' '))) STORED"
    )
    op.execute("ALTER TABLE ticket_search ALTER COLUMN ticket_words SET STATISTICS 1000")
    op.execute("ALTER TABLE ticket_search SET (toast_tuple_target = 8160)")
    op.execute(
        "CREATE INDEX ix_ticket_search_ticket_words ON ticket_search USING gin (ticket_words) WITH (fastupdate = off)"
    )


def _drop_is_open() -> None:
    """Out of the way first: a table with a computed column cannot be copied row by row."""
    for name, (_columns, where) in OPEN_INDEXES.items():
        op.drop_index(name, table_name="tickets", **where)
    with op.batch_alter_table("tickets") as batch:
        batch.drop_column("is_open")


def _add_is_open() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    codes = ", ".join(f"'{code}'" for code in OPEN)
    with op.batch_alter_table("tickets", recreate="always" if is_sqlite else "auto") as batch:
        opened = sa.Computed(f"status IN ({codes})", persisted=True)
        batch.add_column(sa.Column("is_open", sa.Boolean(), opened, nullable=False))
    for name, (columns, where) in OPEN_INDEXES.items():
        op.create_index(name, "tickets", columns, **where)
