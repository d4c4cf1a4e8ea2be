"""Alerts in the app, how people want to be told, absences with substitutes, and e-mail in the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KINDS = (
    "ladder",
    "breached",
    "due_tomorrow",
    "chased",
    "returned",
    "question_asked",
    "extension_asked",
    "extension_decided",
    "new_work",
    "digest",
    "weekly",
)
# name, columns, where
PARTIAL_INDEXES = (
    ("ix_alerts_mailed", ["user_id", "mailed_at"], "mailed_at IS NOT NULL"),
    ("ix_alerts_read", ["user_id", "id"], "read_at IS NOT NULL"),
    ("ix_alerts_unread", ["user_id", "id"], "read_at IS NULL"),
    (
        "ix_alerts_waiting_for_mail",
        ["user_id", "not_before_at"],
        "wants_email AND mailed_at IS NULL AND read_at IS NULL",
    ),
    (
        "ix_alerts_waiting_for_text",
        ["user_id", "not_before_at"],
        "wants_text AND texted_at IS NULL AND read_at IS NULL",
    ),
)


def kind() -> sa.Enum:
    """A kind of alert, stored by value with a CHECK."""
    return sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    # Rows that are there get a value by a default of the server; the second step takes the defaults away again.
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("mobile", sa.String(length=20), nullable=False, server_default=""))
        users.add_column(sa.Column("substitute_id", sa.Integer(), nullable=True))
        users.add_column(sa.Column("away_from_on", sa.Date(), nullable=True))
        users.add_column(sa.Column("away_until_on", sa.Date(), nullable=True))
        users.create_foreign_key(op.f("fk_users_substitute_id_users"), "users", ["substitute_id"], ["id"])
        users.create_check_constraint(op.f("ck_users_mobile_is_e164"), "mobile = '' OR substr(mobile, 1, 1) = '+'")
        users.create_check_constraint(op.f("ck_users_another_stands_in"), "substitute_id <> id")
        users.create_check_constraint(op.f("ck_users_absence_goes_forward"), "away_until_on >= away_from_on")
        users.create_check_constraint(
            op.f("ck_users_absence_is_whole"),
            "(substitute_id IS NULL) = (away_from_on IS NULL) AND (away_from_on IS NULL) = (away_until_on IS NULL)",
        )
    with op.batch_alter_table("users") as users:
        users.alter_column("mobile", server_default=None)

    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("channel", sa.String(length=32), nullable=False, server_default="text"))
        messages.add_column(sa.Column("to_email", sa.String(length=200), nullable=False, server_default=""))
        messages.add_column(sa.Column("subject", sa.String(length=200), nullable=False, server_default=""))
        messages.create_check_constraint(op.f("ck_messages_channel"), "channel IN ('text', 'email')")
        messages.create_check_constraint(
            op.f("ck_messages_text_has_a_number"), "(channel = 'text') = (to_number <> '')"
        )
        messages.create_check_constraint(
            op.f("ck_messages_email_has_an_address"), "(channel = 'email') = (to_email <> '')"
        )
        messages.create_check_constraint(
            op.f("ck_messages_email_has_a_subject"), "(channel = 'email') = (subject <> '')"
        )
    with op.batch_alter_table("messages") as messages:
        for name in ("channel", "to_email", "subject"):
            messages.alter_column(name, server_default=None)

    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("ticket_code", sa.String(length=16), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wants_email", sa.Boolean(), nullable=False),
        sa.Column("wants_text", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("texted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('digest', 'weekly')) = (ticket_code = '')", name=op.f("ck_alerts_names_its_case")
        ),
        sa.CheckConstraint("is_urgent OR NOT wants_text", name=op.f("ck_alerts_texts_are_urgent")),
        sa.CheckConstraint(
            "mailed_at IS NULL OR (wants_email AND mailed_at >= not_before_at)",
            name=op.f("ck_alerts_mailed_as_wished"),
        ),
        sa.CheckConstraint(
            "texted_at IS NULL OR (wants_text AND texted_at >= not_before_at)",
            name=op.f("ck_alerts_texted_as_wished"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_alerts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("user_id", "dedupe_key", name=op.f("uq_alerts_user_id_dedupe_key")),
    )
    for name, columns, where in PARTIAL_INDEXES:
        op.create_index(
            name, "alerts", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    op.create_table(
        "alert_preferences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("by_text", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_alert_preferences_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_alert_preferences")),
    )


def downgrade() -> None:
    op.drop_table("alert_preferences")
    for name, _columns, where in reversed(PARTIAL_INDEXES):
        op.drop_index(name, table_name="alerts", sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_table("alerts")

    op.execute("DELETE FROM messages WHERE channel = 'email'")  # before this there was no way to say where they go
    with op.batch_alter_table("messages") as messages:
        for name in ("email_has_a_subject", "email_has_an_address", "text_has_a_number"):
            messages.drop_constraint(op.f(f"ck_messages_{name}"), type_="check")
        messages.drop_constraint(op.f("ck_messages_channel"), type_="check")
        for name in ("subject", "to_email", "channel"):
            messages.drop_column(name)

    with op.batch_alter_table("users") as users:
        for name in ("absence_is_whole", "absence_goes_forward", "another_stands_in", "mobile_is_e164"):
            users.drop_constraint(op.f(f"ck_users_{name}"), type_="check")
        users.drop_constraint(op.f("fk_users_substitute_id_users"), type_="foreignkey")
        for name in ("away_until_on", "away_from_on", "substitute_id", "mobile"):
            users.drop_column(name)
