"""A circle has moved to another room, as a Telegram group does that becomes a supergroup: all of it comes along.

https://core.telegram.org/bots/api#message, `migrate_to_chat_id`. What was said before keeps the ids that it had there,
and Telegram changes it no more; the status of a ticket is posted anew when it changes next.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations.case import Conversation
from chatdesk.desk.outbox import OUTGOING
from chatdesk.storage.schema import conversations, events, links, messages, outbox, tickets, timers


async def move(c: AsyncConnection, talk: Conversation, room: str) -> None:
    """Take the conversation, its tickets, its timers and all that waits to be said there to the new room."""
    channel, old = talk.at.channel, talk.at.room
    await _join(c, talk, room)
    here = and_(tickets.c.origin_channel == channel, tickets.c.origin_room == old)
    await c.execute(update(tickets).where(here).values(origin_room=room))
    await c.execute(update(conversations).where(conversations.c.id == talk.id).values(room=room))
    await c.execute(update(timers).where(timers.c.channel == channel, timers.c.room == old).values(room=room))
    there = and_(links.c.channel == channel, links.c.room == old, links.c.key.like("status:%"))
    await c.execute(delete(links).where(there))
    waiting = select(outbox.c.id, outbox.c.lane, outbox.c.content)
    found = await c.execute(waiting.where(outbox.c.pending, outbox.c.channel == channel, outbox.c.room == old))
    for row in found.all():
        out = OUTGOING.validate_json(row.content)
        out = replace(out, to=replace(out.to, room=room))
        content = OUTGOING.dump_json(out, exclude_defaults=True).decode()
        changed = {"room": room, "lane": out.lane, "content": content}
        await c.execute(update(outbox).where(outbox.c.id == row.id).values(changed))


async def _join(c: AsyncConnection, talk: Conversation, room: str) -> None:
    """Somebody may have written in the new room before its move was told: that is part of the same conversation."""
    there = select(conversations.c.id).where(conversations.c.channel == talk.at.channel, conversations.c.room == room)
    other = (await c.execute(there.with_for_update())).scalar_one_or_none()
    if other is None or other == talk.id:
        return
    for table in (tickets, messages, events):
        await c.execute(update(table).where(table.c.conversation_id == other).values(conversation_id=talk.id))
    began = tickets.c.began_in_id == other
    await c.execute(update(tickets).where(began).values(began_in_id=talk.id))
    await c.execute(delete(timers).where(timers.c.channel == talk.at.channel, timers.c.room == room))
    await c.execute(delete(conversations).where(conversations.c.id == other))
