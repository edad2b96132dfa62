"""Since when it is whose turn; tags of tickets, and agents who are away."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("turn_since", UTCDateTime(timezone=True), nullable=True))
    op.execute(
        sa.text(  # the nearest that is known
            "UPDATE tickets SET turn_since = COALESCE("
            "ended_at, CASE WHEN turn = 'customer' THEN answered_at ELSE heard_at END, opened_at)"
        )
    )
    with op.batch_alter_table("tickets") as tickets:
        tickets.alter_column("turn_since", existing_type=UTCDateTime(timezone=True), nullable=False)
        tickets.add_column(sa.Column("tags", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "absences",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("since", UTCDateTime(timezone=True), nullable=False),
        sa.Column("until", UTCDateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("deputy_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_absences_person_id"),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name="fk_absences_deputy_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_absences"),
    )


def downgrade() -> None:
    op.drop_table("absences")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("tags")
        tickets.drop_column("turn_since")
