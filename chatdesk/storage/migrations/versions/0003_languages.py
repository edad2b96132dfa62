"""What is known of a conversation's language beside the one we write in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("writes", sa.String(), nullable=True))
        conversations.add_column(sa.Column("leaning", sa.String(), nullable=True))
        for name in ("language_chosen", "languages_told"):
            conversations.add_column(sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        for name in ("languages_told", "language_chosen", "leaning", "writes"):
            conversations.drop_column(name)
