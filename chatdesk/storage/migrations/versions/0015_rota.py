"""Who is on shift."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_shifts_group_id_groups")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shifts_person_id_people")),
    )
    op.create_index(op.f("ix_shifts_group_id"), "shifts", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_table("shifts")
