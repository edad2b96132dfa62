"""When the last message of each side was written, so that one that comes late is shown with its time."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("heard_at", UTCDateTime(timezone=True), nullable=True))
        tickets.add_column(sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("answered_at")
        tickets.drop_column("heard_at")
