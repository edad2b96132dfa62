"""Since when it is whose turn."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0007"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("turn_since", UTCDateTime(timezone=True), nullable=True))
    op.execute(
        sa.text(  # the nearest that is known
            "UPDATE tickets SET turn_since = COALESCE("
            "ended_at, CASE WHEN turn = 'customer' THEN answered_at ELSE heard_at END, opened_at)"
        )
    )
    with op.batch_alter_table("tickets") as tickets:
        tickets.alter_column("turn_since", existing_type=UTCDateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("turn_since")
