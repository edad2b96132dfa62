"""Planned maintenance and known problems, and who has been told of them."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "bulletins",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("area_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletins")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_bulletins_area_id_areas")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bulletins_person_id_people")),
    )
    op.create_table(
        "bulletins_told",
        sa.Column("bulletin_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bulletin_id", "conversation_id", name=op.f("pk_bulletins_told")),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_bulletins_told_bulletin_id_bulletins")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_bulletins_told_conversation_id_conversations")
        ),
    )
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("no_bulletins", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("no_bulletins")
    op.drop_table("bulletins_told")
    op.drop_table("bulletins")
