"""What the desk needs of tables that were there: rules in versions, official answers, businesses, who holds a case."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OLD_VERBS = (
    *("open", "triage", "route", "accept", "return", "assign", "ask", "confirm", "resume", "hold", "extend", "grant"),
    *("decline", "chase", "phone", "classify", "answer", "approve", "rework", "reopen", "refuse", "refer", "attach"),
    *("detach", "follow", "withdraw", "waive", "settle", "close", "note", "contact", "correct", "breach"),
)
NEW_VERBS = ("involve", "contribute", "release", "split", "succeed", "file")
VERBS = (*OLD_VERBS[:-1], *NEW_VERBS, OLD_VERBS[-1])
OLD_ALERTS = (
    *("ladder", "breached", "due_tomorrow", "chased", "returned", "question_asked", "extension_asked"),
    *("extension_decided", "new_work", "sender_stopped", "follow_up", "digest", "weekly"),
)
NEW_CASE_ALERTS = ("sent_back", "task_asked", "task_done", "task_late")
ALERTS = (
    *OLD_ALERTS[: OLD_ALERTS.index("sender_stopped")],
    *NEW_CASE_ALERTS,
    *("sender_stopped", "follow_up", "review_due", "digest", "weekly"),
)
REFUSALS = ("complaint", "denunciation", "emergency", "court", "civil_dispute", "other_place", "nothing_to_answer")
WITHOUT_A_CASE = "(kind IN ({})) = (ticket_code = '')"
VERSIONED = ("areas", "categories", "departments")
TICKET_CHECKS = {
    "not_split_from_itself": "split_from_id IS NULL OR split_from_id <> id",
    "position_is_whole": "(latitude IS NULL) = (longitude IS NULL)",
    "position_is_on_earth": ("latitude IS NULL OR (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)"),
}
OPEN = (
    *("received", "triage", "routed", "returned", "in_progress", "waiting_citizen", "on_hold", "awaiting_approval"),
    *("reopened", "attached"),
)
OPEN_INDEXES = {
    "ix_tickets_unit_queue": ["department_id", "is_open", "next_due_at", "id"],
    "ix_tickets_queue": ["is_open", "next_due_at", "id"],
}
TICKET_INDEXES = {
    "ix_tickets_like": (["category_id", "area_id", "received_at"], None),
    "ix_tickets_assignee": (["assignee_id", "is_open", "next_due_at", "id"], "assignee_id IS NOT NULL"),
    "ix_tickets_sent_back": (["department_id", "next_due_at", "id"], "is_sent_back"),
    "ix_tickets_tax_code": (["tax_code", "received_at"], "tax_code <> ''"),
}


def upgrade() -> None:
    _recode("ticket_events", "verb", VERBS)
    _recode("alerts", "kind", ALERTS)
    _recode("alert_preferences", "kind", ALERTS)
    _replace_check(
        "alerts", "names_its_case", WITHOUT_A_CASE.format("'digest', 'weekly', 'sender_stopped', 'review_due'")
    )
    _renew_alert_indexes()
    _upgrade_catalogue()
    _upgrade_rules()
    _upgrade_answers()
    _upgrade_tickets()
    with op.batch_alter_table("users") as batch:
        batch.add_column(_flag("is_focal_point"))
        batch.create_check_constraint(
            op.f("ck_users_focal_point_is_staff"), sa.text("NOT is_focal_point OR role = 'staff'")
        )
    _forget_defaults("users", "is_focal_point")


def downgrade() -> None:
    with op.batch_alter_table("users") as batch:
        batch.drop_constraint(op.f("ck_users_focal_point_is_staff"), type_="check")
        batch.drop_column("is_focal_point")
    _downgrade_tickets()
    _downgrade_answers()
    _downgrade_rules()
    _downgrade_catalogue()
    op.execute(
        "UPDATE alerts SET kind = 'new_work' WHERE kind IN ('sent_back', 'task_asked', 'task_done', 'task_late')"
    )
    op.execute("UPDATE alerts SET kind = 'digest' WHERE kind = 'review_due'")
    op.execute(f"DELETE FROM alert_preferences WHERE {_in('kind', (*NEW_CASE_ALERTS, 'review_due'))}")
    _replace_check("alerts", "names_its_case", WITHOUT_A_CASE.format("'digest', 'weekly', 'sender_stopped'"))
    _recode("alert_preferences", "kind", OLD_ALERTS)
    _recode("alerts", "kind", OLD_ALERTS)
    _renew_alert_indexes()
    op.execute(f"UPDATE ticket_events SET verb = 'note' WHERE {_in('verb', NEW_VERBS)}")
    _recode("ticket_events", "verb", OLD_VERBS)


def _in(column: str, codes: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{code}'" for code in codes))


def _partial(where: str | None) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}


def _flag(name: str, default: bool = False) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false())


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False, server_default="")


def _code(name: str, default: str) -> sa.Column:
    return sa.Column(name, sa.String(length=32), nullable=False, server_default=default)


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


def _upgrade_catalogue() -> None:
    for table in VERSIONED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
            batch.create_check_constraint(op.f(f"ck_{table}_version_counts_from_one"), sa.text("version >= 1"))
        _forget_defaults(table, "version")
    with op.batch_alter_table("categories") as batch:
        batch.add_column(_code("evidence", "none"))
        batch.add_column(_text("script_vi"))
        batch.add_column(_text("script_en"))
        batch.create_check_constraint(
            op.f("ck_categories_evidence"), sa.text(_in("evidence", ("none", "photo", "document", "either")))
        )
    _forget_defaults("categories", "evidence", "script_vi", "script_en")
    with op.batch_alter_table("department_successions") as batch:
        batch.add_column(_flag("takes_open_work", True))
    _forget_defaults("department_successions", "takes_open_work")


def _downgrade_catalogue() -> None:
    with op.batch_alter_table("department_successions") as batch:
        batch.drop_column("takes_open_work")
    with op.batch_alter_table("categories") as batch:
        batch.drop_constraint(op.f("ck_categories_evidence"), type_="check")
        for name in ("script_en", "script_vi", "evidence"):
            batch.drop_column(name)
    for table in reversed(VERSIONED):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_version_counts_from_one"), type_="check")
            batch.drop_column("version")


def _upgrade_rules() -> None:
    with op.batch_alter_table("routing_rules") as batch:
        batch.add_column(_text("code", 32))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(_flag("is_current", True))
        batch.add_column(sa.Column("caller_kind", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("keywords", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(_code("hours", "always"))
        batch.add_column(sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE routing_rules SET code = 'R-' || id, made_at = CURRENT_TIMESTAMP")
    with op.batch_alter_table("routing_rules") as batch:
        batch.alter_column("made_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name in ("code", "version", "is_current", "keywords", "hours"):
            batch.alter_column(name, server_default=None)
        batch.create_unique_constraint(op.f("uq_routing_rules_code_version"), ["code", "version"])
        batch.create_check_constraint(op.f("ck_routing_rules_version_counts_from_one"), sa.text("version >= 1"))
        batch.create_check_constraint(
            op.f("ck_routing_rules_hours"), sa.text(_in("hours", ("always", "office", "outside")))
        )
    op.create_index("uq_routing_rules_current", "routing_rules", ["code"], unique=True, **_partial("is_current"))


def _downgrade_rules() -> None:
    op.drop_index("uq_routing_rules_current", table_name="routing_rules", **_partial("is_current"))
    # Earlier versions stay, for the cases they sent somewhere, but are asked no more.
    op.execute("UPDATE routing_rules SET is_active = false WHERE NOT is_current")
    with op.batch_alter_table("routing_rules") as batch:
        batch.drop_constraint(op.f("ck_routing_rules_hours"), type_="check")
        batch.drop_constraint(op.f("ck_routing_rules_version_counts_from_one"), type_="check")
        batch.drop_constraint(op.f("uq_routing_rules_code_version"), type_="unique")
        for name in ("made_at", "hours", "keywords", "caller_kind", "is_current", "version", "code"):
            batch.drop_column(name)


def _upgrade_answers() -> None:
    with op.batch_alter_table("answers") as batch:
        batch.add_column(_text("document_number", 60))
        batch.add_column(sa.Column("document_on", sa.Date(), nullable=True))
        batch.add_column(_text("signatory", 120))
        batch.add_column(sa.Column("refused_because", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("authority_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_answers_authority_id_authorities"), "authorities", ["authority_id"], ["id"])
        batch.create_check_constraint(op.f("ck_answers_refused_because"), sa.text(_in("refused_because", REFUSALS)))
        batch.create_check_constraint(
            op.f("ck_answers_document_is_whole"), sa.text("(document_number = '') = (document_on IS NULL)")
        )
    _forget_defaults("answers", "document_number", "signatory")


def _downgrade_answers() -> None:
    with op.batch_alter_table("answers") as batch:
        batch.drop_constraint(op.f("ck_answers_document_is_whole"), type_="check")
        batch.drop_constraint(op.f("ck_answers_refused_because"), type_="check")
        batch.drop_constraint(op.f("fk_answers_authority_id_authorities"), type_="foreignkey")
        for name in ("authority_id", "refused_because", "signatory", "document_on", "document_number"):
            batch.drop_column(name)


def _drop_is_open() -> None:
    """Out of the way first: a table with a computed column cannot be copied row by row."""
    for name in OPEN_INDEXES:
        op.drop_index(name, table_name="tickets")
    with op.batch_alter_table("tickets") as batch:
        batch.drop_column("is_open")


def _add_is_open() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("tickets", recreate="always" if is_sqlite else "auto") as batch:
        opened = sa.Computed(_in("status", OPEN), persisted=True)
        batch.add_column(sa.Column("is_open", sa.Boolean(), opened, nullable=False))
    for name, columns in OPEN_INDEXES.items():
        op.create_index(name, "tickets", columns)


def _upgrade_tickets() -> None:
    _drop_is_open()
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch.add_column(sa.Column("longitude", sa.Double(), nullable=True))
        batch.add_column(sa.Column("intake_replies", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("suggested_category_id", sa.Integer(), nullable=True))
        batch.add_column(_text("tax_code", 14))
        batch.add_column(_flag("is_sent_back"))
        batch.add_column(sa.Column("held_since_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("split_from_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_tickets_suggested_category_id_categories"), "categories", ["suggested_category_id"], ["id"]
        )
        batch.create_foreign_key(op.f("fk_tickets_split_from_id_tickets"), "tickets", ["split_from_id"], ["id"])
        for name, condition in TICKET_CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_tickets_{name}"), sa.text(condition))
    _forget_defaults("tickets", "intake_replies", "tax_code", "is_sent_back")
    _add_is_open()
    op.execute(
        "UPDATE tickets SET held_since_at = (SELECT began_at FROM legs "
        "WHERE legs.ticket_id = tickets.id AND legs.ended_at IS NULL) WHERE is_open"
    )
    for name, (columns, where) in TICKET_INDEXES.items():
        op.create_index(name, "tickets", columns, **_partial(where))


def _downgrade_tickets() -> None:
    for name, (_columns, where) in reversed(TICKET_INDEXES.items()):
        op.drop_index(name, table_name="tickets", **_partial(where))
    _drop_is_open()
    with op.batch_alter_table("tickets") as batch:
        for name in reversed(TICKET_CHECKS):
            batch.drop_constraint(op.f(f"ck_tickets_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_tickets_split_from_id_tickets"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_tickets_suggested_category_id_categories"), type_="foreignkey")
        for name in (
            *("split_from_id", "held_since_at", "is_sent_back", "tax_code"),
            *("suggested_category_id", "intake_replies", "longitude", "latitude"),
        ):
            batch.drop_column(name)
    _add_is_open()
