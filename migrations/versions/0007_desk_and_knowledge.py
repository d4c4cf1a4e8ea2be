"""Units that contribute, files, saved lists, drafts; templates, directory, questions and common answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = (
    "authorities",
    "category_questions",
    "answer_templates",
    "common_answers",
    "answer_uses",
    "missing_answers",
    "saved_views",
    "attachments",
    "drafts",
    "sub_tasks",
    "attachment_contents",
)


def upgrade() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("responsible_for_vi", sa.String(length=500), nullable=False),
        sa.Column("responsible_for_en", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=120), nullable=False),
        sa.Column("guidance_vi", sa.Text(), nullable=False),
        sa.Column("search_text", sa.String(length=2000), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.CheckConstraint("phone <> '' OR address <> '' OR website <> ''", name=op.f("ck_authorities_can_be_reached")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_authorities_version_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorities")),
        sa.UniqueConstraint("code", name=op.f("uq_authorities_code")),
    )
    op.create_table(
        "category_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "choice",
                "yes_no",
                "number",
                "date",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_category_questions_position_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_category_questions_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_questions")),
    )
    op.create_index(
        "ix_category_questions_category_id", "category_questions", ["category_id", "position"], unique=False
    )

    op.create_table(
        "answer_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(body) BETWEEN 1 AND 20000", name=op.f("ck_answer_templates_body_has_a_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_answer_templates_version_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_answer_templates_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_answer_templates_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_templates")),
        sa.UniqueConstraint("code", name=op.f("uq_answer_templates_code")),
    )
    op.create_index("ix_answer_templates_category_id", "answer_templates", ["category_id"], unique=False)

    op.create_table(
        "common_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("question", "notice", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("fees", sa.String(length=300), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("keywords", sa.String(length=500), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'notice') = (begins_at IS NOT NULL AND ends_at IS NOT NULL)",
            name=op.f("ck_common_answers_notice_has_times"),
        ),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_common_answers_notice_lasts")),
        sa.CheckConstraint("length(answer) BETWEEN 1 AND 20000", name=op.f("ck_common_answers_answer_has_a_length")),
        sa.CheckConstraint("length(question) BETWEEN 1 AND 500", name=op.f("ck_common_answers_question_has_a_length")),
        sa.CheckConstraint("uses >= 0 AND version >= 1", name=op.f("ck_common_answers_counts_make_sense")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_common_answers_area_id_areas")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_common_answers_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_common_answers_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_answers")),
        sa.UniqueConstraint("code", name=op.f("uq_common_answers_code")),
    )
    op.create_index("ix_common_answers_department_id", "common_answers", ["department_id"], unique=False)
    op.create_index("ix_common_answers_review_on", "common_answers", ["review_on"], unique=False)

    op.create_table(
        "answer_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("common_answer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["common_answer_id"], ["common_answers.id"], name=op.f("fk_answer_uses_common_answer_id_common_answers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_uses")),
    )
    op.create_index("ix_answer_uses_common_answer_id", "answer_uses", ["common_answer_id", "at"], unique=False)

    op.create_table(
        "missing_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_name", sa.String(length=200), nullable=False),
        sa.Column("common_answer_id", sa.Integer(), nullable=True),
        sa.Column("set_aside_because", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "settled_at IS NULL OR common_answer_id IS NOT NULL OR set_aside_because <> ''",
            name=op.f("ck_missing_answers_settled_somehow"),
        ),
        sa.CheckConstraint("length(question) BETWEEN 1 AND 500", name=op.f("ck_missing_answers_question_has_a_length")),
        sa.ForeignKeyConstraint(
            ["common_answer_id"], ["common_answers.id"], name=op.f("fk_missing_answers_common_answer_id_common_answers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_answers")),
    )
    op.create_index(
        "ix_missing_answers_waiting",
        "missing_answers",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )

    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_saved_views_name_has_a_length")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "report",
                "evidence",
                "official",
                "internal",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("photo", "document", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_by_name", sa.String(length=200), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_name", sa.String(length=200), nullable=False),
        sa.Column("removed_because", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_because = '')", name=op.f("ck_attachments_removed_with_a_reason")
        ),
        sa.CheckConstraint("length(key) = 32", name=op.f("ck_attachments_key_is_random")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_attachments_name_has_a_length")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_is_not_empty")),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_attachments_added_by_id_users")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_attachments_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("key", name=op.f("uq_attachments_key")),
    )
    op.create_index("ix_attachments_ticket_id", "attachments", ["ticket_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_drafts_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", "verb", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_ticket_id", "drafts", ["ticket_id", "saved_at"], unique=False)

    op.create_table(
        "sub_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_by_name", sa.String(length=200), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_name", sa.String(length=200), nullable=False),
        sa.Column("release_reason", sa.String(length=500), nullable=False),
        sa.Column("told_late_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(done_at IS NOT NULL) = (report <> '')", name=op.f("ck_sub_tasks_done_with_a_report")),
        sa.CheckConstraint(
            "(released_at IS NOT NULL) = (release_reason <> '')", name=op.f("ck_sub_tasks_released_with_a_reason")
        ),
        sa.CheckConstraint("done_at IS NULL OR released_at IS NULL", name=op.f("ck_sub_tasks_ends_one_way")),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_sub_tasks_has_time")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_sub_tasks_asked_by_id_users")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_sub_tasks_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_sub_tasks_done_by_id_users")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_sub_tasks_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_tasks")),
    )
    op.create_index(
        "ix_sub_tasks_open",
        "sub_tasks",
        ["department_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND released_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND released_at IS NULL"),
    )
    op.create_index("ix_sub_tasks_ticket_id", "sub_tasks", ["ticket_id"], unique=False)
    op.create_index(
        "ix_sub_tasks_to_be_told",
        "sub_tasks",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND released_at IS NULL AND told_late_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND released_at IS NULL AND told_late_at IS NULL"),
    )

    op.create_table(
        "attachment_contents",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_contents_attachment_id_attachments")
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_contents")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
