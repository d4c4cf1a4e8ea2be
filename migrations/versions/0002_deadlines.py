"""Deadlines: thresholds, plans, extensions, confirmed waits, hops, common incidents, versions of policies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STATUSES = [
    "received",
    "triage",
    "routed",
    "returned",
    "in_progress",
    "waiting_citizen",
    "on_hold",
    "awaiting_approval",
    "reopened",
    "attached",
    "answered",
    "answered_on_call",
    "refused",
    "referred_out",
    "withdrawn",
    "closed",
]
VERBS = [
    "open",
    "triage",
    "route",
    "accept",
    "return",
    "assign",
    "ask",
    "confirm",
    "resume",
    "hold",
    "extend",
    "grant",
    "decline",
    "chase",
    "phone",
    "classify",
    "answer",
    "approve",
    "rework",
    "reopen",
    "refuse",
    "refer",
    "attach",
    "detach",
    "follow",
    "withdraw",
    "waive",
    "settle",
    "close",
    "note",
    "contact",
    "breach",
]
NEW_VERBS = [
    "confirm",
    "extend",
    "grant",
    "decline",
    "chase",
    "phone",
    "classify",
    "attach",
    "detach",
    "follow",
    "waive",
]
OLD_STATUSES = [status for status in STATUSES if status != "attached"]
OLD_VERBS = [verb for verb in VERBS if verb not in NEW_VERBS]
OPEN = STATUSES[: STATUSES.index("attached") + 1]
OLD_OPEN = OPEN[:-1]
CAUSES = ("waited", "classified", "policy", "calendar", "extended")
OPEN_INDEXES = {
    "ix_tickets_unit_queue": ["department_id", "is_open", "next_due_at", "id"],
    "ix_tickets_queue": ["is_open", "next_due_at", "id"],
}
THRESHOLDS = {
    "URGENT": [
        ("acceptance", "100%", ["head", "lead"]),
        ("first_response", "100%", ["head", "lead"]),
        ("next_response", "100%", ["head"]),
        ("resolution", "50%", ["assignee"]),
        ("resolution", "75%", ["assignee", "head"]),
        ("resolution", "90%", ["head"]),
        ("resolution", "100%", ["head", "lead"]),
        ("resolution", "+15m", ["head", "lead"]),
        ("resolution", "+30m", ["head", "lead"]),
        ("resolution", "+60m", ["head", "lead", "leader"]),
    ],
    "GENERAL": [
        ("acceptance", "100%", []),
        ("first_response", "100%", ["head"]),
        ("next_response", "100%", ["head"]),
        ("resolution", "50%", []),
        ("resolution", "75%", []),
        ("resolution", "90%", []),
        ("resolution", "-1wd", ["assignee", "head"]),
        ("resolution", "100%", ["head", "lead"]),
        ("resolution", "+4wh", []),
        ("resolution", "+8wh", []),
        ("resolution", "+24wh", []),
    ],
}
WAITING_FOR_TEXT = "stopped_at IS NULL AND breached_at IS NULL AND deadline_at IS NOT NULL"


def _in(column: str, codes: list[str]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{code}'" for code in codes))


def _partial(where: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _codes(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, default: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _flag(name: str, default: sa.sql.elements.ColumnElement = sa.false()) -> sa.Column:  # noqa: B008
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def _recode(table: str, checks: dict[str, str]) -> None:
    """Replace CHECK constraints by others of the same names."""
    with op.batch_alter_table(table) as batch:
        for name, condition in checks.items():
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(condition))


def _forget_defaults(table: str, *names: str) -> None:
    """Defaults were only there to fill the rows that existed."""
    with op.batch_alter_table(table) as batch:
        for name in names:
            batch.alter_column(name, server_default=None)


def _drop_is_open() -> None:
    """Out of the way first: a table with a computed column cannot be copied row by row."""
    for name in OPEN_INDEXES:
        op.drop_index(name, table_name="tickets")
    with op.batch_alter_table("tickets") as batch:
        batch.drop_column("is_open")


def _add_is_open(codes: list[str]) -> None:
    with op.batch_alter_table(
        "tickets", recreate="auto" if op.get_bind().dialect.name != "sqlite" else "always"
    ) as batch:
        opened = sa.Computed(_in("status", codes), persisted=True)
        batch.add_column(sa.Column("is_open", sa.Boolean(), opened, nullable=False))
    for name, columns in OPEN_INDEXES.items():
        op.create_index(name, "tickets", columns)


def upgrade() -> None:
    _upgrade_policies()
    op.add_column("departments", sa.Column("duty_number", sa.String(20), nullable=False, server_default=""))
    _forget_defaults("departments", "duty_number")
    _upgrade_tickets()
    _upgrade_clocks()
    _upgrade_pauses_and_legs()
    _create_tables()
    op.execute(
        "INSERT INTO crossings (clock_id, plan_no, step, due_at, fired_at, has_alerted, waive_reason) "
        "SELECT id, 1, '100%', breached_at, noticed_at, false, '' FROM clocks WHERE breached_at IS NOT NULL"
    )


def _upgrade_policies() -> None:
    with op.batch_alter_table("policies") as batch:
        batch.add_column(_flag("is_current", sa.true()))
        batch.add_column(sa.Column("channel", sa.String(16)))
        batch.add_column(sa.Column("caller_kind", sa.String(16)))
        batch.add_column(sa.Column("next_response_target", sa.String(8), nullable=False, server_default="8wh"))
        batch.add_column(sa.Column("thresholds", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(_flag("is_round_the_clock"))
        batch.add_column(_number("switchboard_share", "10"))
        batch.add_column(_number("unit_share", "80"))
        batch.add_column(_number("approval_share", "10"))
        batch.add_column(sa.Column("extension_approvers", sa.JSON(), nullable=False, server_default='["head", "lead"]'))
        batch.add_column(
            sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default="2025-01-01 00:00:00+00:00")
        )
        batch.drop_constraint(op.f("uq_policies_code"), type_="unique")
        batch.create_unique_constraint(op.f("uq_policies_code_version"), ["code", "version"])
        batch.create_check_constraint(op.f("ck_policies_version_counts_from_one"), sa.text("version >= 1"))
        batch.create_check_constraint(
            op.f("ck_policies_shares_make_a_whole"),
            sa.text(
                "switchboard_share >= 0 AND unit_share >= 0 AND approval_share >= 0 "
                "AND switchboard_share + unit_share + approval_share = 100"
            ),
        )
    op.create_index("uq_policies_current", "policies", ["code"], unique=True, **_partial("is_current"))
    policies = sa.table(
        "policies",
        sa.column("priority", sa.String),
        sa.column("thresholds", sa.JSON),
        sa.column("is_round_the_clock", sa.Boolean),
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    for code, steps in THRESHOLDS.items():
        urgent = policies.c.priority == "urgent"
        data = [{"clock": clock, "at": at, "alerts": alerts} for clock, at, alerts in steps]
        op.execute(
            policies.update()
            .where(urgent if code == "URGENT" else sa.or_(~urgent, policies.c.priority.is_(None)))
            .values(thresholds=data, is_round_the_clock=code == "URGENT")
        )
    op.execute("UPDATE policies SET made_at = '2025-01-01 00:00:00'")
    _forget_defaults(
        "policies",
        "is_current",
        "next_response_target",
        "thresholds",
        "is_round_the_clock",
        "switchboard_share",
        "unit_share",
        "approval_share",
        "extension_approvers",
        "made_at",
    )


def _upgrade_tickets() -> None:
    _drop_is_open()
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(_number("chases", "0"))
        batch.add_column(_flag("is_accepted_by_silence"))
        batch.add_column(sa.Column("parent_id", sa.Integer()))
        batch.add_column(_flag("is_late_by_first_promise"))
        batch.add_column(_flag("is_late_without_pauses"))
        batch.create_foreign_key(op.f("fk_tickets_parent_id_tickets"), "tickets", ["parent_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_tickets_not_its_own_main_case"), sa.text("parent_id IS NULL OR parent_id <> id")
        )
        batch.create_check_constraint(
            op.f("ck_tickets_attached_has_a_main_case"), sa.text("status <> 'attached' OR parent_id IS NOT NULL")
        )
    op.create_index("ix_tickets_parent_id", "tickets", ["parent_id"], **_partial("parent_id IS NOT NULL"))
    _recode("tickets", {"status": _in("status", STATUSES), "left_status": _in("left_status", STATUSES)})
    op.execute("UPDATE tickets SET is_late_by_first_promise = is_late, is_late_without_pauses = is_late")
    _forget_defaults(
        "tickets", "chases", "is_accepted_by_silence", "is_late_by_first_promise", "is_late_without_pauses"
    )
    _add_is_open(OPEN)
    _recode(
        "ticket_events",
        {
            "verb": _in("verb", VERBS),
            "old_status": _in("old_status", STATUSES),
            "new_status": _in("new_status", STATUSES),
        },
    )


def _upgrade_clocks() -> None:
    op.drop_index("ix_clocks_due", table_name="clocks")
    with op.batch_alter_table("clocks") as batch:
        batch.add_column(sa.Column("policy_id", sa.Integer()))
        batch.add_column(sa.Column("calendar_id", sa.Integer()))
        batch.add_column(_number("plan_no", "1"))
        for name in ("floor_from_at", "granted_at", "granted_until", "first_promise_at", "bare_deadline_at"):
            batch.add_column(_instant(name))
        batch.add_column(sa.Column("next_step", sa.String(8)))
        batch.add_column(_instant("fires_at"))
        batch.create_foreign_key(op.f("fk_clocks_policy_id_policies"), "policies", ["policy_id"], ["id"])
        batch.create_foreign_key(op.f("fk_clocks_calendar_id_calendars"), "calendars", ["calendar_id"], ["id"])
        for name, condition in {
            "plans_count_from_one": "plan_no >= 1",
            "next_step_has_a_time": "(next_step IS NULL) = (fires_at IS NULL)",
            "stopped_clock_is_silent": "stopped_at IS NULL OR fires_at IS NULL",
            "extension_was_granted": "(granted_until IS NULL) = (granted_at IS NULL)",
        }.items():
            batch.create_check_constraint(op.f(f"ck_clocks_{name}"), sa.text(condition))
    _recode("clocks", {"kind": _in("kind", ["acceptance", "first_response", "next_response", "resolution"])})
    op.execute(
        "UPDATE clocks SET first_promise_at = deadline_at, bare_deadline_at = deadline_at, "
        "policy_id = (SELECT policy_id FROM tickets WHERE tickets.id = clocks.ticket_id), "
        "calendar_id = (SELECT calendar_id FROM tickets WHERE tickets.id = clocks.ticket_id)"
    )
    op.execute(f"UPDATE clocks SET next_step = '100%', fires_at = deadline_at WHERE {WAITING_FOR_TEXT}")
    _forget_defaults("clocks", "plan_no")
    op.create_index("ix_clocks_fires_at", "clocks", ["fires_at"], **_partial("fires_at IS NOT NULL"))
    op.create_index("ix_clocks_running", "clocks", ["calendar_id", "id"], **_partial("stopped_at IS NULL"))


def _upgrade_pauses_and_legs() -> None:
    with op.batch_alter_table("pauses") as batch:
        batch.add_column(sa.Column("text_key", sa.String(120)))
        for name in ("asked_at", "delivered_at", "confirmed_at"):
            batch.add_column(_instant(name))
        batch.add_column(sa.Column("confirmed_by_id", sa.Integer()))
        batch.create_foreign_key(op.f("fk_pauses_confirmed_by_id_users"), "users", ["confirmed_by_id"], ["id"])
    op.execute("UPDATE pauses SET asked_at = began_at, delivered_at = began_at, confirmed_at = began_at")
    with op.batch_alter_table("pauses") as batch:
        batch.alter_column("asked_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.alter_column("began_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch.drop_constraint(op.f("ck_pauses_pause_kind"), type_="check")
        batch.drop_constraint(op.f("ck_pauses_ends_after_its_begin"), type_="check")
        for name, condition in {
            "pause_kind": _in("kind", STATUSES),
            "ends_after_its_begin": "ended_at IS NULL OR ended_at >= asked_at",
            "begins_after_the_question": "began_at IS NULL OR began_at >= asked_at",
            "wait_counts_once_delivered_and_confirmed": "kind = 'on_hold' OR began_at IS NULL "
            "OR (delivered_at IS NOT NULL AND confirmed_at IS NOT NULL)",
            "hold_counts_at_once": "kind = 'waiting_citizen' OR began_at IS NOT NULL",
        }.items():
            batch.create_check_constraint(op.f(f"ck_pauses_{name}"), sa.text(condition))
    undelivered = "ended_at IS NULL AND delivered_at IS NULL"
    op.create_index("ix_pauses_undelivered", "pauses", ["ticket_id"], **_partial(undelivered))
    op.create_index("ix_pauses_running", "pauses", ["until_at"], **_partial("ended_at IS NULL"))
    with op.batch_alter_table("legs") as batch:
        batch.add_column(sa.Column("routing_rule_id", sa.Integer()))
        batch.add_column(_flag("is_hop"))
        batch.create_foreign_key(
            op.f("fk_legs_routing_rule_id_routing_rules"), "routing_rules", ["routing_rule_id"], ["id"]
        )
        hop = "NOT is_hop OR (holder = 'unit' AND ended_at IS NOT NULL)"
        batch.create_check_constraint(op.f("ck_legs_hop_is_a_units_past"), sa.text(hop))
    _recode(
        "legs",
        {
            "holder": _in("holder", ["switchboard", "unit", "approver", "citizen"]),
            "unit_leg_has_a_unit": "(holder IN ('unit', 'approver')) = (department_id IS NOT NULL)",
        },
    )
    _forget_defaults("legs", "is_hop")
    op.create_index("ix_legs_hops", "legs", ["ended_at"], **_partial("is_hop"))


def _create_tables() -> None:
    op.create_table(
        "past_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(8), nullable=False),
        sa.Column("policy_id", sa.Integer()),
        sa.Column("calendar_id", sa.Integer()),
        _instant("planned_at", nullable=False),
        _instant("deadline_at"),
        _instant("replaced_at", nullable=False),
        sa.Column("cause", _codes("plan_cause", CAUSES), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_past_plans_clock_id_clocks")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_past_plans_policy_id_policies")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_past_plans_calendar_id_calendars")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_plans")),
        sa.UniqueConstraint("clock_id", "plan_no", name=op.f("uq_past_plans_clock_id_plan_no")),
    )
    op.create_table(
        "crossings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(8), nullable=False),
        _instant("due_at", nullable=False),
        _instant("fired_at", nullable=False),
        sa.Column("has_alerted", sa.Boolean(), nullable=False),
        _instant("waived_at"),
        sa.Column("waived_by_id", sa.Integer()),
        sa.Column("waive_reason", sa.String(500), nullable=False),
        _instant("voided_at"),
        sa.CheckConstraint("fired_at >= due_at", name=op.f("ck_crossings_fires_after_it_is_due")),
        sa.CheckConstraint("(waived_at IS NULL) = (waive_reason = '')", name=op.f("ck_crossings_waived_with_a_reason")),
        sa.CheckConstraint(
            "(waived_at IS NULL) = (waived_by_id IS NULL)", name=op.f("ck_crossings_waived_by_somebody")
        ),
        sa.CheckConstraint(
            "step = '100%' OR (waived_at IS NULL AND voided_at IS NULL)",
            name=op.f("ck_crossings_only_breaches_are_lifted"),
        ),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_crossings_clock_id_clocks")),
        sa.ForeignKeyConstraint(["waived_by_id"], ["users.id"], name=op.f("fk_crossings_waived_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crossings")),
        sa.UniqueConstraint("clock_id", "plan_no", "step", name=op.f("uq_crossings_clock_id_plan_no_step")),
    )
    op.create_index("ix_crossings_fired_at", "crossings", ["fired_at"])
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        _instant("asked_at", nullable=False),
        sa.Column("asked_by_id", sa.Integer()),
        sa.Column("asked_by_name", sa.String(200), nullable=False),
        _instant("deadline_before", nullable=False),
        _instant("wanted_until", nullable=False),
        _instant("decided_at"),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_by_name", sa.String(200), nullable=False),
        sa.Column("is_granted", sa.Boolean()),
        sa.Column("decision_reason", sa.String(500), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_extensions_counts_from_one")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL)", name=op.f("ck_extensions_decision_has_a_time")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_extensions_decided_by_another")
        ),
        sa.CheckConstraint("wanted_until > deadline_before", name=op.f("ck_extensions_asks_for_more_time")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_extensions_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_extensions_asked_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_extensions_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        sa.UniqueConstraint("ticket_id", "cycle", "number", name=op.f("uq_extensions_ticket_id_cycle_number")),
    )
    op.create_index("uq_extensions_open", "extensions", ["ticket_id"], unique=True, **_partial("decided_at IS NULL"))
    op.create_table(
        "replan_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer()),
        sa.Column("policy_id", sa.Integer()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("last_clock_id", sa.Integer(), nullable=False),
        _instant("began_at", nullable=False),
        _instant("finished_at"),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.CheckConstraint("(calendar_id IS NULL) <> (policy_id IS NULL)", name=op.f("ck_replan_runs_one_cause")),
        sa.CheckConstraint("done >= 0 AND moved >= 0 AND moved <= done", name=op.f("ck_replan_runs_counts_make_sense")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_replan_runs_calendar_id_calendars")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_replan_runs_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replan_runs")),
    )


def downgrade() -> None:
    for table in ("replan_runs", "extensions", "crossings", "past_plans"):
        op.drop_table(table)
    _downgrade_pauses_and_legs()
    _downgrade_clocks()
    _downgrade_tickets()
    with op.batch_alter_table("departments") as batch:
        batch.drop_column("duty_number")
    _downgrade_policies()


def _downgrade_pauses_and_legs() -> None:
    op.drop_index("ix_legs_hops", table_name="legs")
    op.execute("UPDATE legs SET holder = 'unit' WHERE holder = 'approver'")
    _recode(
        "legs",
        {
            "holder": _in("holder", ["switchboard", "unit", "citizen"]),
            "unit_leg_has_a_unit": "(holder = 'unit') = (department_id IS NOT NULL)",
        },
    )
    with op.batch_alter_table("legs") as batch:
        batch.drop_constraint(op.f("ck_legs_hop_is_a_units_past"), type_="check")
        batch.drop_constraint(op.f("fk_legs_routing_rule_id_routing_rules"), type_="foreignkey")
        batch.drop_column("is_hop")
        batch.drop_column("routing_rule_id")
    for name in ("ix_pauses_running", "ix_pauses_undelivered"):
        op.drop_index(name, table_name="pauses")
    with op.batch_alter_table("pauses") as batch:
        for name in (
            "hold_counts_at_once",
            "wait_counts_once_delivered_and_confirmed",
            "begins_after_the_question",
            "ends_after_its_begin",
            "pause_kind",
        ):
            batch.drop_constraint(op.f(f"ck_pauses_{name}"), type_="check")
    op.execute("UPDATE pauses SET began_at = asked_at WHERE began_at IS NULL")
    with op.batch_alter_table("pauses") as batch:
        batch.create_check_constraint(op.f("ck_pauses_pause_kind"), sa.text(_in("kind", OLD_STATUSES)))
        batch.create_check_constraint(
            op.f("ck_pauses_ends_after_its_begin"), sa.text("ended_at IS NULL OR ended_at >= began_at")
        )
        batch.alter_column("began_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.drop_constraint(op.f("fk_pauses_confirmed_by_id_users"), type_="foreignkey")
        for name in ("confirmed_by_id", "confirmed_at", "delivered_at", "asked_at", "text_key"):
            batch.drop_column(name)


def _downgrade_clocks() -> None:
    op.execute("DELETE FROM clocks WHERE kind = 'next_response'")
    for name in ("ix_clocks_running", "ix_clocks_fires_at"):
        op.drop_index(name, table_name="clocks")
    _recode("clocks", {"kind": _in("kind", ["acceptance", "first_response", "resolution"])})
    with op.batch_alter_table("clocks") as batch:
        for name in (
            "plans_count_from_one",
            "next_step_has_a_time",
            "stopped_clock_is_silent",
            "extension_was_granted",
        ):
            batch.drop_constraint(op.f(f"ck_clocks_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_clocks_policy_id_policies"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_clocks_calendar_id_calendars"), type_="foreignkey")
        for name in (
            "fires_at",
            "next_step",
            "bare_deadline_at",
            "first_promise_at",
            "granted_until",
            "granted_at",
            "floor_from_at",
            "plan_no",
            "calendar_id",
            "policy_id",
        ):
            batch.drop_column(name)
    op.create_index("ix_clocks_due", "clocks", ["deadline_at"], **_partial(WAITING_FOR_TEXT))


def _downgrade_tickets() -> None:
    new_verbs = _in("verb", NEW_VERBS)
    op.execute(f"UPDATE ticket_events SET verb = 'note' WHERE {new_verbs}")
    for column in ("old_status", "new_status"):
        op.execute(f"UPDATE ticket_events SET {column} = 'triage' WHERE {column} = 'attached'")
    _recode(
        "ticket_events",
        {
            "verb": _in("verb", OLD_VERBS),
            "old_status": _in("old_status", OLD_STATUSES),
            "new_status": _in("new_status", OLD_STATUSES),
        },
    )
    op.execute("UPDATE tickets SET status = left_status, left_status = NULL WHERE status = 'attached'")
    _drop_is_open()
    _recode("tickets", {"status": _in("status", OLD_STATUSES), "left_status": _in("left_status", OLD_STATUSES)})
    op.drop_index("ix_tickets_parent_id", table_name="tickets")
    with op.batch_alter_table("tickets") as batch:
        batch.drop_constraint(op.f("ck_tickets_attached_has_a_main_case"), type_="check")
        batch.drop_constraint(op.f("ck_tickets_not_its_own_main_case"), type_="check")
        batch.drop_constraint(op.f("fk_tickets_parent_id_tickets"), type_="foreignkey")
        for name in (
            "is_late_without_pauses",
            "is_late_by_first_promise",
            "parent_id",
            "is_accepted_by_silence",
            "chases",
        ):
            batch.drop_column(name)
    _add_is_open(OLD_OPEN)


def _downgrade_policies() -> None:
    op.drop_index("uq_policies_current", table_name="policies")
    for table in ("tickets",):
        op.execute(
            f"UPDATE {table} SET policy_id = (SELECT kept.id FROM policies AS gone JOIN policies AS kept "
            f"ON kept.code = gone.code AND kept.is_current WHERE gone.id = {table}.policy_id)"
        )
    op.execute("DELETE FROM policies WHERE NOT is_current")
    with op.batch_alter_table("policies") as batch:
        batch.drop_constraint(op.f("ck_policies_shares_make_a_whole"), type_="check")
        batch.drop_constraint(op.f("ck_policies_version_counts_from_one"), type_="check")
        batch.drop_constraint(op.f("uq_policies_code_version"), type_="unique")
        batch.create_unique_constraint(op.f("uq_policies_code"), ["code"])
        for name in (
            "made_at",
            "extension_approvers",
            "approval_share",
            "unit_share",
            "switchboard_share",
            "is_round_the_clock",
            "thresholds",
            "next_response_target",
            "caller_kind",
            "channel",
            "is_current",
        ):
            batch.drop_column(name)
