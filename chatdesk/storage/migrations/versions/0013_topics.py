"""A place within the customer's chat for each ticket, as Telegram's topics are."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("apart", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("fresh_within", sa.String, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("fresh_within")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("apart")
