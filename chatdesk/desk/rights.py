"""Who may act in which group: kept as rows, each change recorded in the log with what caused it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.areas.area import Group
from chatdesk.conversations.person_events import RightsChanged
from chatdesk.desk import log
from chatdesk.people.people import Membership
from chatdesk.people.store import set_members
from chatdesk.storage.rows import appended, write
from chatdesk.storage.schema import events

BY = "desk"


async def set_agents(
    c: AsyncConnection, group: Group, channel: str, members: Sequence[Membership], via: str, now: datetime
) -> RightsChanged | None:
    """Exactly these accounts of the channel may act in the group from now on. `via`: what told us so."""
    came, went, others = await set_members(c, group.id, channel, members, now)
    if not (came or went or others):
        return None
    changed = RightsChanged(group.id, came, went, others)
    await write(c, appended(events, [log.row(changed, group.area, now, BY, via)]))
    return changed
