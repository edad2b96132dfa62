"""Replies that wait, customers who cannot be reached, messages after an end, and what messages said before an edit."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("held", sa.Text, nullable=False, server_default=sa.text("''")))
        tickets.add_column(sa.Column("left_at", UTCDateTime(timezone=True), nullable=True))
        tickets.add_column(sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("left_at", UTCDateTime(timezone=True), nullable=True))
        conversations.add_column(sa.Column("pending", sa.Text, nullable=False, server_default=sa.text("''")))
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("copies", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "versions",
        sa.Column("message", sa.String, sa.ForeignKey("messages.key", name="fk_versions_message"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("until", UTCDateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("message", "number", name="pk_versions"),
    )


def downgrade() -> None:
    op.drop_table("versions")
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("copies")
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("pending")
        conversations.drop_column("left_at")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("ended_at")
        tickets.drop_column("left_at")
        tickets.drop_column("held")
