"""Applied configurations, rights over groups from outside, shared rooms, and what a first line sorts tickets by."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
SHARED_ROOM = "uq_groups_home_channel_home_room"


def upgrade() -> None:
    op.create_table(
        "configurations",
        sa.Column("revision", ID, autoincrement=True, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_configurations")),
    )
    with op.batch_alter_table("memberships") as memberships:
        memberships.add_column(sa.Column("belongs", sa.Boolean, nullable=False, server_default=sa.true()))
    with op.batch_alter_table("groups") as groups:
        groups.drop_constraint(SHARED_ROOM, type_="unique")
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("type", sa.String, nullable=False, server_default="incident"))
        tickets.add_column(sa.Column("service", sa.String, nullable=True))
        tickets.add_column(sa.Column("spam", sa.Boolean, nullable=False, server_default=sa.false()))
        tickets.add_column(sa.Column("came_from", sa.String, nullable=True))
        tickets.add_column(sa.Column("shared", sa.String, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        for column in ("shared", "came_from", "spam", "service", "type"):
            tickets.drop_column(column)
    with op.batch_alter_table("groups") as groups:
        groups.create_unique_constraint(SHARED_ROOM, ["home_channel", "home_room"])
    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_column("belongs")
    op.drop_table("configurations")
