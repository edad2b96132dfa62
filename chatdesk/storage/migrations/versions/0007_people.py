"""One person with several accounts: codes that link, merges that can be undone; words that are removed."""

import sqlalchemy as sa
from alembic import op

from chatdesk.storage.database import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Time = UTCDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("erased_at", Time, nullable=True))
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("emptied_at", Time, nullable=True))
    with op.batch_alter_table("events") as events:
        events.alter_column("conversation_id", existing_type=Id, nullable=True)
    op.create_table(
        "merges",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("kept", Id, sa.ForeignKey("people.id", name="fk_merges_kept"), nullable=False),
        sa.Column("gone", Id, sa.ForeignKey("people.id", name="fk_merges_gone"), nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.Column("at", Time, nullable=False),
        sa.Column("by_account", sa.String, nullable=False),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("moved", sa.Text, nullable=False),
        sa.Column("undone_at", Time, nullable=True),
    )
    op.create_index("ix_merges_kept", "merges", ["kept"])
    op.create_table(
        "link_codes",
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("people.id", name="fk_link_codes_person_id"), nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("made_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.Column("used_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_link_codes"),
    )
    op.create_index("ix_link_codes_person_id", "link_codes", ["person_id"])
    op.create_table(
        "link_tries",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("at", Time, nullable=False),
    )
    op.create_index("ix_link_tries_channel_account", "link_tries", ["channel", "account"])


def downgrade() -> None:
    op.drop_table("link_tries")
    op.drop_table("link_codes")
    op.drop_table("merges")
    op.execute(sa.text("DELETE FROM events WHERE conversation_id IS NULL"))
    with op.batch_alter_table("events") as events:
        events.alter_column("conversation_id", existing_type=Id, nullable=False)
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("emptied_at")
    with op.batch_alter_table("people") as people:
        people.drop_column("erased_at")
