"""Wordings in versions, ways out, tasks about unhappy citizens, the call-back sample, keys, sums and seals by month."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "score_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("unit_key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_changes")),
    )
    op.create_index("ix_score_changes_month_on", "score_changes", ["month_on", "unit_key"], unique=False)
    _sum_what_is_there()

    op.create_table(
        "score_sums",
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("unit_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "cut",
            sa.Enum(
                "whole",
                "category",
                "area",
                "channel",
                "caller_kind",
                "mode",
                name="cut",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("rated_asked", sa.Integer(), nullable=False),
        sa.Column("satisfied_asked", sa.Integer(), nullable=False),
        sa.Column("unhappy", sa.Integer(), nullable=False),
        sa.Column("score_1", sa.Integer(), nullable=False),
        sa.Column("score_2", sa.Integer(), nullable=False),
        sa.Column("score_3", sa.Integer(), nullable=False),
        sa.Column("score_4", sa.Integer(), nullable=False),
        sa.Column("score_5", sa.Integer(), nullable=False),
        sa.Column("solved_yes", sa.Integer(), nullable=False),
        sa.Column("solved_partly", sa.Integer(), nullable=False),
        sa.Column("solved_no", sa.Integer(), nullable=False),
        sa.CheckConstraint("asked <= closed", name=op.f("ck_score_sums_asked_within_closed")),
        sa.CheckConstraint("rated_asked <= rated", name=op.f("ck_score_sums_rated_asked_within_rated")),
        sa.CheckConstraint(
            "satisfied_asked <= rated_asked", name=op.f("ck_score_sums_satisfied_asked_within_rated_asked")
        ),
        sa.CheckConstraint("unhappy <= rated", name=op.f("ck_score_sums_unhappy_within_rated")),
        sa.CheckConstraint(
            "rated = score_1 + score_2 + score_3 + score_4 + score_5", name=op.f("ck_score_sums_scores_add_up")
        ),
        sa.CheckConstraint(
            "rated >= solved_yes + solved_partly + solved_no", name=op.f("ck_score_sums_solved_within_rated")
        ),
        sa.PrimaryKeyConstraint("month_on", "unit_key", "cut", "key", "is_first", name=op.f("pk_score_sums")),
    )
    op.create_index("ix_score_sums_cut", "score_sums", ["cut", "is_first", "month_on"], unique=False)

    op.create_table(
        "sealed_months",
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous_root", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("satisfied BETWEEN 0 AND ratings", name=op.f("ck_sealed_months_satisfied_within_ratings")),
        sa.PrimaryKeyConstraint("month_on", name=op.f("pk_sealed_months")),
    )
    op.create_table(
        "senders",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(length=200), nullable=False),
        sa.Column("next_free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=True),
        sa.Column("day_segments", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stopped_at IS NULL) = (stop_reason = '')", name=op.f("ck_senders_stops_for_a_reason")),
        sa.CheckConstraint("day_segments >= 0", name=op.f("ck_senders_counts_from_zero")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_senders")),
    )
    op.create_table(
        "sample_draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("unit_key", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("planned BETWEEN 0 AND population", name=op.f("ck_sample_draws_plans_within_population")),
        sa.CheckConstraint("unit_key = coalesce(department_id, 0)", name=op.f("ck_sample_draws_unit_key_is_the_unit")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_sample_draws_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draws")),
        sa.UniqueConstraint("month_on", "unit_key", name=op.f("uq_sample_draws_month_on_unit_key")),
    )
    op.create_table(
        "nuisance_numbers",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_nuisance_numbers_has_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_nuisance_numbers_by_id_users")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_nuisance_numbers")),
    )
    op.create_table(
        "wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("style", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "registered", "retired", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("registered_as", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'registered' OR registered_on IS NOT NULL", name=op.f("ck_wordings_registered_has_a_date")
        ),
        sa.CheckConstraint("length(body) BETWEEN 1 AND 1000", name=op.f("ck_wordings_body_has_a_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_wordings_version_counts_from_one")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_wordings_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
        sa.UniqueConstraint("name", "style", "version", name=op.f("uq_wordings_name_style_version")),
    )
    op.create_index(
        "uq_wordings_draft",
        "wordings",
        ["name", "style"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq_wordings_registered",
        "wordings",
        ["name", "style"],
        unique=True,
        sqlite_where=sa.text("state = 'registered'"),
        postgresql_where=sa.text("state = 'registered'"),
    )

    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("call_back", "late_no", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "explained",
                "reopened",
                "new_case",
                "unreachable",
                "declined",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("new_ticket_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR (outcome = 'new_case') = (new_ticket_id IS NOT NULL)",
            name=op.f("ck_follow_ups_names_its_case"),
        ),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_follow_ups_done_by_somebody")),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_follow_ups_done_has_an_outcome")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_follow_ups_tries_count_from_zero")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_follow_ups_version_counts_from_one")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_follow_ups_done_by_id_users")),
        sa.ForeignKeyConstraint(["new_ticket_id"], ["tickets.id"], name=op.f("fk_follow_ups_new_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_follow_ups_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("survey_id", "kind", name=op.f("uq_follow_ups_survey_id_kind")),
    )
    op.create_index(
        "ix_follow_ups_new_ticket_id",
        "follow_ups",
        ["new_ticket_id"],
        unique=False,
        sqlite_where=sa.text("new_ticket_id IS NOT NULL"),
        postgresql_where=sa.text("new_ticket_id IS NOT NULL"),
    )
    op.create_index(
        "ix_follow_ups_open",
        "follow_ups",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )

    op.create_table(
        "keypad_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "code",
                "follow_code",
                "solved",
                "score",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("try_no", sa.Integer(), nullable=False),
        sa.Column("meaning", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("try_no BETWEEN 1 AND 3", name=op.f("ck_keypad_entries_three_tries")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_keypad_entries_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keypad_entries")),
        sa.UniqueConstraint("call_sid", "step", "try_no", name=op.f("uq_keypad_entries_call_sid_step_try_no")),
    )
    op.create_table(
        "sample_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "rated",
                "rated_meanwhile",
                "refused",
                "no_answer",
                "wrong_number",
                "out_of_service",
                "not_able",
                "expired",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_sample_calls_done_has_an_outcome")),
        sa.CheckConstraint(
            "(taken_by_id IS NULL) = (taken_until IS NULL)", name=op.f("ck_sample_calls_taken_for_a_time")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_sample_calls_tries_count_from_zero")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_sample_calls_done_by_id_users")),
        sa.ForeignKeyConstraint(["draw_id"], ["sample_draws.id"], name=op.f("fk_sample_calls_draw_id_sample_draws")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_sample_calls_survey_id_surveys")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name=op.f("fk_sample_calls_taken_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_calls")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_sample_calls_draw_id_position")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_sample_calls_survey_id")),
    )
    op.create_index(
        "ix_sample_calls_open",
        "sample_calls",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _sum_what_is_there() -> None:
    """Surveys from before are summed once. A local month may begin a day from the one in UTC: its neighbours too."""
    surveys = sa.table("surveys", sa.column("department_id"), sa.column("closed_at", sa.DateTime(timezone=True)))
    changes = sa.table("score_changes", sa.column("month_on", sa.Date()), sa.column("unit_key"))
    year, month = (sa.cast(sa.extract(part, surveys.c.closed_at), sa.Integer) for part in ("year", "month"))
    closed = op.get_bind().execute(sa.select(surveys.c.department_id, year, month).distinct()).all()
    months = {(unit, number) for unit, a, b in closed for number in range(a * 12 + b - 2, a * 12 + b + 1)}
    rows = [
        {"month_on": date(number // 12, number % 12 + 1, 1), "unit_key": unit or 0}
        for unit, number in sorted(months, key=lambda one: (one[1], one[0] or 0))
    ]
    if rows:
        op.bulk_insert(changes, rows)


def downgrade() -> None:
    op.drop_index(
        "ix_sample_calls_open",
        table_name="sample_calls",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(
        "ix_follow_ups_new_ticket_id",
        table_name="follow_ups",
        sqlite_where=sa.text("new_ticket_id IS NOT NULL"),
        postgresql_where=sa.text("new_ticket_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_follow_ups_open",
        table_name="follow_ups",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(
        "uq_wordings_registered",
        table_name="wordings",
        sqlite_where=sa.text("state = 'registered'"),
        postgresql_where=sa.text("state = 'registered'"),
    )
    op.drop_index(
        "uq_wordings_draft",
        table_name="wordings",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index("ix_score_sums_cut", table_name="score_sums")
    op.drop_index("ix_score_changes_month_on", table_name="score_changes")
    op.drop_table("sample_calls")
    op.drop_table("keypad_entries")
    op.drop_table("follow_ups")
    op.drop_table("wordings")
    op.drop_table("nuisance_numbers")
    op.drop_table("sample_draws")
    op.drop_table("senders")
    op.drop_table("sealed_months")
    op.drop_table("score_sums")
    op.drop_table("score_changes")
