"""A group's channel changes: agents are told once, whichever process finds it, and what waited leaves when it can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations import notices
from chatdesk.conversations.timers import OWNER_GONE
from chatdesk.core.messages import Identity, Outgoing
from chatdesk.desk import cursors, outbox
from chatdesk.desk.desk import Desk
from chatdesk.desk.outbox import Said
from chatdesk.desk.queues import trouble_key
from chatdesk.desk.work import Wake
from chatdesk.people.store import rosters
from chatdesk.storage.rows import write
from chatdesk.storage.schema import groups, memberships, tickets


async def trouble(desk: Desk, groups: Sequence[str], why: str, well: Collection[str], aloud: bool) -> None:
    """This is wrong with the channel of these groups from now on; empty: nothing any more. `well`: groups whose
    channels work.

    `aloud`: something can be said at all; what the service takes from nobody now would be old when it does.
    """
    here = desk.directory.group(groups[0])
    others = [g for g in desk.directory.groups if g.id in well]
    now = desk.clock.now()
    async with desk.database.begin() as c:
        if await _known(c, here.id, trouble_key(here.id)) == why:
            return
        agents = await rosters(c, groups)
        said = notices.trouble(here, why, others, agents.values(), now) if aloud else []
        await _say(c, desk, here.area, said, {trouble_key(group): why for group in groups})
        if not why:
            await outbox.hurry(c, here.home, now)
    if not why:
        desk.reopened(here.home)
    desk.deliver()


async def named(desk: Desk, group: str, name: str, asked: str) -> None:
    """The group's channel is called so now. `asked`: by what the settings name it."""
    here = desk.directory.group(group)
    key = f"named:{group}:{here.home.room}"
    async with desk.database.begin() as c:
        known = await _known(c, group, key)
        if known == name:
            return
        called = asked if asked.removeprefix("#") not in (name, here.home.room.rsplit("/", 1)[-1]) else ""
        said = notices.renamed(here, name, called) if known else []
        await _say(c, desk, here.area, said, {key: name})
    desk.deliver()


async def _known(c: AsyncConnection, group: str, name: str) -> str:
    """What all processes know; they take turns."""
    await c.execute(select(groups.c.id).where(groups.c.id == group).with_for_update())
    return (await cursors.of(c, [name])).get(name, "")


async def _say(c: AsyncConnection, desk: Desk, area: str, said: Sequence[Outgoing], learnt: Mapping[str, str]) -> None:
    rows = [Said(out, area) for out in said]
    await write(c, outbox.queued(rows, desk.clock.now()), cursors.moved(learnt))


async def former(desk: Desk, group: str, channel: str, agents: Collection[str]) -> list[Identity]:
    """Who was an agent of the group there when we last looked, and is none of these accounts."""
    here = (memberships.c.group_id == group, memberships.c.channel == channel)
    async with desk.database.read() as c:
        known = [Identity(channel, r.account, r.name) for r in await c.execute(select(memberships).where(*here))]
    return [who for who in known if who.account not in agents]


async def agent_gone(desk: Desk, group: str, who: Identity) -> None:
    """The agent's account is no more: each open ticket that they have learns of it."""
    member = (memberships.c.group_id == group, memberships.c.account == who.account)
    theirs = select(tickets.c.number, tickets.c.assignee_id).join(
        memberships, memberships.c.person_id == tickets.c.assignee_id
    )
    async with desk.database.read() as c:
        found = (await c.execute(theirs.where(*member, tickets.c.group_id == group, tickets.c.is_open))).all()
    for row in found:
        await desk.wake(Wake(f"{OWNER_GONE}{row.assignee_id}", row.number))
