"""Files by their content, and timers of a conversation that has no ticket yet."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_files"),
    )
    op.create_index("ix_files_sha256", "files", ["sha256"])
    with op.batch_alter_table("timers") as timers:
        timers.alter_column("ticket", existing_type=sa.Integer, nullable=True)
        timers.add_column(sa.Column("channel", sa.String, nullable=False, server_default=sa.text("''")))
        timers.add_column(sa.Column("room", sa.String, nullable=False, server_default=sa.text("''")))
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("album", sa.Text, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("album")
    op.execute(sa.text("DELETE FROM timers WHERE ticket IS NULL"))
    with op.batch_alter_table("timers") as timers:
        timers.drop_column("room")
        timers.drop_column("channel")
        timers.alter_column("ticket", existing_type=sa.Integer, nullable=False)
    op.drop_index("ix_files_sha256", table_name="files")
    op.drop_table("files")
