"""Circles: several people who speak in one place; floods and mutes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        for name in ("writers", "gathered", "mute"):
            conversations.add_column(sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
        conversations.add_column(sa.Column("circle", sa.String, nullable=False, server_default=sa.text("''")))
        conversations.add_column(sa.Column("readers", sa.Integer, nullable=False, server_default=sa.text("0")))
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("last_said", sa.String))
        tickets.add_column(sa.Column("last_words", sa.BigInteger, nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("last_words")
        tickets.drop_column("last_said")
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("readers")
        for name in ("circle", "mute", "gathered", "writers"):
            conversations.drop_column(name)
