"""A place within the customer's chat for each ticket, as Telegram's topics are."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("apart", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("conversations") as conversations:
        conversations.add_column(sa.Column("fresh_within", sa.String, nullable=True))
    _rewrite(lambda one, ticket: [one, ticket])


def _rewrite(form: Callable[[Any, int], Any]) -> None:
    """Messages after an end are kept with the ticket that had ended: until now, the current one of all of them."""
    c = op.get_bind()
    rows = c.execute(sa.text("SELECT id, pending, current_ticket FROM conversations WHERE pending <> ''")).all()
    for row in rows:
        pending = json.dumps([form(one, row.current_ticket) for one in json.loads(row.pending)])
        c.execute(sa.text("UPDATE conversations SET pending = :p WHERE id = :id"), {"p": pending, "id": row.id})


def downgrade() -> None:
    _rewrite(lambda one, ticket: one[0])
    with op.batch_alter_table("conversations") as conversations:
        conversations.drop_column("fresh_within")
    with op.batch_alter_table("tickets") as tickets:
        tickets.drop_column("apart")
