"""Legs are found by the instant at which they began: what the board of wrong doors counts by."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_legs_began_at", "legs", ["began_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_legs_began_at", table_name="legs")
