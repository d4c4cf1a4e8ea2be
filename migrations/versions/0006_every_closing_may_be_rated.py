"""Surveys freeze what was closed and may be rated by every phone; texts have a precedence; numbers may be corrected."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OLD_SUPPRESSIONS = ("no_number", "not_mobile", "opted_out", "fatigue", "sensitive", "imported")
SUPPRESSIONS = (*OLD_SUPPRESSIONS[:4], "duplicate", "nuisance", "staff_number", *OLD_SUPPRESSIONS[4:])
OLD_VERBS = (
    *("open", "triage", "route", "accept", "return", "assign", "ask", "confirm", "resume", "hold", "extend", "grant"),
    *("decline", "chase", "phone", "classify", "answer", "approve", "rework", "reopen", "refuse", "refer", "attach"),
    *("detach", "follow", "withdraw", "waive", "settle", "close", "note", "contact", "breach"),
)
VERBS = (*OLD_VERBS[:-1], "correct", OLD_VERBS[-1])
OLD_ALERTS = (
    *("ladder", "breached", "due_tomorrow", "chased", "returned", "question_asked", "extension_asked"),
    *("extension_decided", "new_work", "digest", "weekly"),
)
ALERTS = (*OLD_ALERTS[:-2], "sender_stopped", "follow_up", *OLD_ALERTS[-2:])
CHANNELS = ("phone", "web", "app", "social", "counter", "staff")
CALLERS = ("citizen", "business")
MODES = ("link", "qr", "keypad", "call_back", "reply")
OLD_RESULTS = ("answered", "missed", "abandoned", "overflowed", "voicemail", "logged")
RESULTS = (*OLD_RESULTS[:-1], "by_keys", OLD_RESULTS[-1])
OLD_SOLVED = ("yes", "partly", "no")
SOLVED = (*OLD_SOLVED, "unsaid")
OLD_WAITING, WAITING = "state IN ('new', 'claimed')", "state IN ('new', 'claimed', 'unknown')"


def upgrade() -> None:
    _upgrade_messages()
    _recode("alerts", "kind", ALERTS)
    _recode("alert_preferences", "kind", ALERTS)
    _replace_check("alerts", "names_its_case", "(kind IN ('digest', 'weekly', 'sender_stopped')) = (ticket_code = '')")
    _renew_alert_indexes()
    _recode("ticket_events", "verb", VERBS)
    _recode("calls", "result", RESULTS)
    _upgrade_surveys()
    _upgrade_ratings()
    op.create_index("ix_tickets_reopened", "tickets", ["id"], **_partial("cycle > 1"))


def downgrade() -> None:
    op.drop_index("ix_tickets_reopened", table_name="tickets", **_partial("cycle > 1"))
    _downgrade_ratings()
    _downgrade_surveys()
    op.execute("UPDATE calls SET result = 'abandoned' WHERE result = 'by_keys'")
    _recode("calls", "result", OLD_RESULTS)
    op.execute("UPDATE ticket_events SET verb = 'note' WHERE verb = 'correct'")
    _recode("ticket_events", "verb", OLD_VERBS)
    op.execute("UPDATE alerts SET kind = 'digest' WHERE kind = 'sender_stopped'")
    op.execute("UPDATE alerts SET kind = 'new_work' WHERE kind = 'follow_up'")
    op.execute("DELETE FROM alert_preferences WHERE kind IN ('sender_stopped', 'follow_up')")
    _replace_check("alerts", "names_its_case", "(kind IN ('digest', 'weekly')) = (ticket_code = '')")
    _recode("alert_preferences", "kind", OLD_ALERTS)
    _recode("alerts", "kind", OLD_ALERTS)
    _renew_alert_indexes()
    _downgrade_messages()


def _in(column: str, codes: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{code}'" for code in codes))


def _codes(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=False, length=32)


def _instant(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _partial(where: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _replace_check(table: str, name: str, condition: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(condition))


def _recode(table: str, column: str, codes: tuple[str, ...]) -> None:
    _replace_check(table, column, _in(column, codes))


def _renew_alert_indexes() -> None:
    """A table that was copied has its indexes in another order, and of two that fit SQLite takes the newest."""
    for way, done in (("mail", "wants_email AND mailed_at"), ("text", "wants_text AND texted_at")):
        name, where = f"ix_alerts_waiting_for_{way}", _partial(f"{done} IS NULL AND read_at IS NULL")
        op.drop_index(name, table_name="alerts", **where)
        op.create_index(name, "alerts", ["user_id", "not_before_at"], **where)


def _forget_defaults(table: str, *names: str) -> None:
    """Defaults were only there to fill the rows that existed."""
    with op.batch_alter_table(table) as batch:
        for name in names:
            batch.alter_column(name, server_default=None)


def _upgrade_messages() -> None:
    op.drop_index("ix_messages_to_number", table_name="messages")
    op.drop_index("ix_messages_waiting", table_name="messages", **_partial(OLD_WAITING))
    with op.batch_alter_table("messages") as batch:
        batch.add_column(sa.Column("text_version", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("params", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("precedence", sa.SmallInteger(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("is_daytime_only", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("error_code", sa.String(16), nullable=False, server_default=""))
        batch.add_column(sa.Column("earlier_sids", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("unwanted_because", sa.String(200), nullable=False, server_default=""))
        batch.add_column(_instant("attempted_at"))
        batch.create_check_constraint(op.f("ck_messages_precedence_in_range"), sa.text("precedence BETWEEN 0 AND 3"))
    _forget_defaults("messages", "precedence", "is_daytime_only", "error_code", "unwanted_because")
    op.create_index("ix_messages_to_number", "messages", ["to_number", "sent_at"])
    op.create_index("ix_messages_link_id", "messages", ["link_id"], **_partial("link_id IS NOT NULL"))
    waiting = ["channel", "state", "precedence", "next_attempt_at", "id"]
    op.create_index("ix_messages_waiting", "messages", waiting, **_partial(WAITING))
    op.create_index("ix_messages_unregistered", "messages", ["template"], **_partial("error_code = 'unregistered'"))
    op.create_index("ix_messages_expires_at", "messages", ["expires_at"], **_partial(WAITING))
    op.create_index("ix_messages_state", "messages", ["channel", "state", "id"])

    with op.batch_alter_table("inbound_messages") as batch:
        batch.add_column(_instant("handled_at"))
        batch.add_column(sa.Column("outcome", sa.String(16), nullable=False, server_default=""))
    # What arrived before is not read again: the province answered it in its own way.
    op.execute("UPDATE inbound_messages SET handled_at = received_at, outcome = 'other'")
    _forget_defaults("inbound_messages", "outcome")
    with op.batch_alter_table("inbound_messages") as batch:
        batch.create_check_constraint(
            op.f("ck_inbound_messages_handled_has_an_outcome"), sa.text("(handled_at IS NULL) = (outcome = '')")
        )
    op.create_index("ix_inbound_messages_unread", "inbound_messages", ["id"], **_partial("handled_at IS NULL"))
    op.create_index("ix_inbound_messages_from_number", "inbound_messages", ["from_number", "received_at"])


def _downgrade_messages() -> None:
    op.drop_index("ix_inbound_messages_from_number", table_name="inbound_messages")
    op.drop_index("ix_inbound_messages_unread", table_name="inbound_messages", **_partial("handled_at IS NULL"))
    with op.batch_alter_table("inbound_messages") as batch:
        batch.drop_constraint(op.f("ck_inbound_messages_handled_has_an_outcome"), type_="check")
        batch.drop_column("outcome")
        batch.drop_column("handled_at")
    op.drop_index("ix_messages_unregistered", table_name="messages", **_partial("error_code = 'unregistered'"))
    op.drop_index("ix_messages_state", table_name="messages")
    op.drop_index("ix_messages_expires_at", table_name="messages", **_partial(WAITING))
    op.drop_index("ix_messages_waiting", table_name="messages", **_partial(WAITING))
    op.drop_index("ix_messages_link_id", table_name="messages", **_partial("link_id IS NOT NULL"))
    op.drop_index("ix_messages_to_number", table_name="messages")
    with op.batch_alter_table("messages") as batch:
        batch.drop_constraint(op.f("ck_messages_precedence_in_range"), type_="check")
        new = ("attempted_at", "unwanted_because", "error_code", "is_daytime_only", "precedence", "params")
        for name in (*new, "earlier_sids", "text_version"):
            batch.drop_column(name)
    op.create_index("ix_messages_waiting", "messages", ["next_attempt_at"], **_partial(OLD_WAITING))
    op.create_index("ix_messages_to_number", "messages", ["to_number"])


def _upgrade_surveys() -> None:
    with op.batch_alter_table("surveys") as batch:
        batch.drop_constraint(op.f("ck_surveys_asked_or_suppressed"), type_="check")
        batch.drop_constraint(op.f("ck_surveys_asked_has_a_link"), type_="check")
        batch.drop_constraint(op.f("ck_surveys_suppressed_as"), type_="check")
        for name in ("written_by_id", "category_id", "area_id"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("channel", _codes("channel", CHANNELS), nullable=False, server_default="phone"))
        batch.add_column(
            sa.Column("caller_kind", _codes("caller_kind", CALLERS), nullable=False, server_default="citizen")
        )
        batch.add_column(_instant("remind_at"))
        batch.add_column(_instant("opened_at"))
        batch.create_foreign_key(op.f("fk_surveys_written_by_id_users"), "users", ["written_by_id"], ["id"])
        batch.create_foreign_key(op.f("fk_surveys_category_id_categories"), "categories", ["category_id"], ["id"])
        batch.create_foreign_key(op.f("fk_surveys_area_id_areas"), "areas", ["area_id"], ["id"])
    for name in ("category_id", "area_id", "channel", "caller_kind"):
        op.execute(f"UPDATE surveys SET {name} = (SELECT {name} FROM tickets WHERE tickets.id = surveys.ticket_id)")
    published = "answers.ticket_id = surveys.ticket_id AND answers.cycle = surveys.cycle AND published_at IS NOT NULL"
    op.execute(f"UPDATE surveys SET written_by_id = (SELECT max(written_by_id) FROM answers WHERE {published})")
    later = (
        "datetime(closed_at, '+14 days')"
        if op.get_bind().dialect.name == "sqlite"
        else "closed_at + interval '14 days'"
    )
    op.execute(f"UPDATE surveys SET expires_at = {later} WHERE expires_at IS NULL")
    _forget_defaults("surveys", "channel", "caller_kind")
    with op.batch_alter_table("surveys") as batch:
        batch.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name, condition in {
            "asked_has_a_link": "suppressed_as IS NOT NULL OR token_hash IS NOT NULL",
            "only_asked_are_reminded": "suppressed_as IS NULL OR remind_at IS NULL",
            "expires_after_closing": "expires_at > closed_at",
            "suppressed_as": _in("suppressed_as", SUPPRESSIONS),
            "channel": _in("channel", CHANNELS),
            "caller_kind": _in("caller_kind", CALLERS),
        }.items():
            batch.create_check_constraint(op.f(f"ck_surveys_{name}"), sa.text(condition))
    op.create_index("ix_surveys_expires_at", "surveys", ["expires_at"])
    op.create_index("ix_surveys_remind_at", "surveys", ["remind_at"], **_partial("remind_at IS NOT NULL"))


def _downgrade_surveys() -> None:
    op.drop_index("ix_surveys_remind_at", table_name="surveys", **_partial("remind_at IS NOT NULL"))
    op.drop_index("ix_surveys_expires_at", table_name="surveys")
    names = ("asked_has_a_link", "only_asked_are_reminded", "expires_after_closing", "suppressed_as", "channel")
    with op.batch_alter_table("surveys") as batch:
        for name in (*names, "caller_kind"):
            batch.drop_constraint(op.f(f"ck_surveys_{name}"), type_="check")
        batch.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=True)
    # Before this only those who were asked had a link and an end.
    op.execute("UPDATE surveys SET expires_at = NULL, token_hash = NULL WHERE suppressed_as IS NOT NULL")
    op.execute(
        "UPDATE surveys SET suppressed_as = 'fatigue' WHERE suppressed_as IN ('duplicate', 'nuisance', 'staff_number')"
    )
    with op.batch_alter_table("surveys") as batch:
        batch.create_check_constraint(
            op.f("ck_surveys_asked_or_suppressed"), sa.text("(suppressed_as IS NULL) = (expires_at IS NOT NULL)")
        )
        batch.create_check_constraint(
            op.f("ck_surveys_asked_has_a_link"), sa.text("(suppressed_as IS NULL) = (token_hash IS NOT NULL)")
        )
        batch.create_check_constraint(op.f("ck_surveys_suppressed_as"), sa.text(_in("suppressed_as", OLD_SUPPRESSIONS)))
        for name, table in (("area_id", "areas"), ("category_id", "categories"), ("written_by_id", "users")):
            batch.drop_constraint(op.f(f"fk_surveys_{name}_{table}"), type_="foreignkey")
        for name in ("opened_at", "remind_at", "caller_kind", "channel", "area_id", "category_id", "written_by_id"):
            batch.drop_column(name)


def _upgrade_ratings() -> None:
    with op.batch_alter_table("ratings") as batch:
        batch.add_column(sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("receipt", sa.String(20), nullable=False, server_default=""))
        batch.add_column(sa.Column("network", sa.String(32), nullable=False, server_default=""))
        batch.add_column(sa.Column("is_from_office", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("taken_by_id", sa.Integer(), nullable=True))
        batch.alter_column("mode", existing_type=sa.String(16), type_=sa.String(32))
        batch.create_foreign_key(op.f("fk_ratings_taken_by_id_users"), "users", ["taken_by_id"], ["id"])
    connection = op.get_bind()
    ids = connection.execute(sa.text("SELECT id FROM ratings")).scalars().all()
    if ids:
        receipts = [{"id": number, "receipt": secrets.token_hex(8)} for number in ids]
        connection.execute(sa.text("UPDATE ratings SET receipt = :receipt WHERE id = :id"), receipts)
    _forget_defaults("ratings", "reasons", "receipt", "network", "is_from_office")
    with op.batch_alter_table("ratings") as batch:
        batch.create_unique_constraint(op.f("uq_ratings_receipt"), ["receipt"])
        batch.create_check_constraint(op.f("ck_ratings_mode"), sa.text(_in("mode", MODES)))
        for name in ("solved", "first_solved"):
            batch.drop_constraint(op.f(f"ck_ratings_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_ratings_{name}"), sa.text(_in(name, SOLVED)))
        batch.create_check_constraint(
            op.f("ck_ratings_only_replies_leave_it_unsaid"),
            sa.text("mode = 'reply' OR (solved <> 'unsaid' AND first_solved <> 'unsaid')"),
        )
        batch.create_check_constraint(
            op.f("ck_ratings_call_backs_name_who_asked"), sa.text("(mode = 'call_back') = (taken_by_id IS NOT NULL)")
        )


def _downgrade_ratings() -> None:
    # Before this every rating said something of solved or not; the middle is the least wrong.
    for name in ("solved", "first_solved"):
        op.execute(f"UPDATE ratings SET {name} = 'partly' WHERE {name} = 'unsaid'")
    with op.batch_alter_table("ratings") as batch:
        batch.drop_constraint(op.f("ck_ratings_only_replies_leave_it_unsaid"), type_="check")
        for name in ("solved", "first_solved"):
            batch.drop_constraint(op.f(f"ck_ratings_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_ratings_{name}"), sa.text(_in(name, OLD_SOLVED)))
        batch.drop_constraint(op.f("ck_ratings_call_backs_name_who_asked"), type_="check")
        batch.drop_constraint(op.f("ck_ratings_mode"), type_="check")
        batch.drop_constraint(op.f("uq_ratings_receipt"), type_="unique")
        batch.drop_constraint(op.f("fk_ratings_taken_by_id_users"), type_="foreignkey")
        batch.alter_column("mode", existing_type=sa.String(32), type_=sa.String(16))
        for name in ("taken_by_id", "is_from_office", "network", "receipt", "reasons"):
            batch.drop_column(name)
