"""Whom a thread has mentioned as its owner, and the line in the channel that calls for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PERSON = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("told_owner_id", PERSON, nullable=True))
        tickets.add_column(sa.Column("called", sa.String, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("called")
        tickets.drop_column("told_owner_id")
