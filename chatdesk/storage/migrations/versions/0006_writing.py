"""Who is writing a reply, and the customer's earlier tickets, as the card shows them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("writing", sa.Text, nullable=False, server_default=sa.text("''")))
        tickets.add_column(sa.Column("earlier", sa.Text, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("earlier")
        tickets.drop_column("writing")
