"""People, their accounts and memberships as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.core.messages import Address, Identity
from chatdesk.people.people import Agent, Away, Role, Roster
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import absences, conversations, groups, identities, memberships, people
from chatdesk.storage.statement import Statement

_ALL = select(memberships, absences.c.since, absences.c.until, absences.c.zone, absences.c.deputy_id).outerjoin(
    absences, absences.c.person_id == memberships.c.person_id
)
_MEMBERS = Statement(_ALL.where(memberships.c.group_id.in_(bindparam("groups", expanding=True))))


async def persons_of(c: AsyncConnection, who: Sequence[Identity], now: datetime) -> dict[tuple[str, str], int]:
    """The person behind each account; a person is made for an account that is new.

    Known accounts keep their person until commit, so that no merge overlooks what is made for them now.
    """
    accounts = {(i.channel, i.account): i for i in who}
    found = select(identities).where(identities.c.account.in_({a for _, a in accounts})).with_for_update(read=True)
    known = {(r.channel, r.account): r.person_id for r in await c.execute(found)}
    for key, identity in accounts.items():
        if key not in known:
            made = insert(people).values(name=identity.name or identity.account, created_at=now).returning(people.c.id)
            known[key] = (await c.execute(made)).scalar_one()
            await c.execute(
                insert(identities).values(
                    channel=key[0], account=key[1], person_id=known[key], name=identity.name or identity.account
                )
            )
    return known


async def person_of(c: AsyncConnection, who: Identity) -> int | None:
    """The person behind an account, when it is known."""
    found = select(identities.c.person_id).where(
        identities.c.channel == who.channel, identities.c.account == who.account
    )
    return (await c.execute(found)).scalar_one_or_none()


async def accounts_at(c: AsyncConnection, place: Address) -> set[str]:
    """The accounts, on the place's channel, of the person whose conversation is there."""
    whose = identities.join(conversations, conversations.c.person_id == identities.c.person_id)
    there = (conversations.c.channel == place.channel, conversations.c.room == place.room)
    found = select(identities.c.account).select_from(whose).where(*there, identities.c.channel == place.channel)
    return {row.account for row in await c.execute(found)}


async def rosters(c: AsyncConnection, groups: Iterable[str]) -> dict[str, Roster]:
    wanted = sorted(set(groups))
    return _rosters(wanted, await _MEMBERS.rows(c, groups=wanted))


async def all_rosters(c: AsyncConnection) -> dict[str, Roster]:
    """Those of all groups that exist."""
    known = (await c.execute(select(groups.c.id).order_by(groups.c.id))).scalars().all()
    return _rosters(known, (await c.execute(_ALL)).all())


def _rosters(wanted: Sequence[str], rows: Iterable[Row[Any]]) -> dict[str, Roster]:
    found: dict[str, dict[str, Agent]] = {group: {} for group in wanted}
    for r in rows:
        identity = Identity(r.channel, r.account, r.name)
        away = Away(r.since, r.until, r.zone, r.deputy_id) if r.since else None
        found[r.group_id][r.account] = Agent(r.person_id, r.name, identity, Role(r.role), away)
    return {group: Roster(agents) for group, agents in found.items()}


async def set_members(c: AsyncConnection, group: str, channel: str, who: Sequence[Identity], now: datetime) -> None:
    """Make exactly these accounts of the channel the agents of the group; two processes take turns."""
    await c.execute(select(groups.c.id).where(groups.c.id == group).with_for_update())
    persons = await persons_of(c, who, now)
    await c.execute(delete(memberships).where(memberships.c.group_id == group, memberships.c.channel == channel))
    rows = [
        {
            "group_id": group,
            "person_id": persons[i.channel, i.account],
            "channel": i.channel,
            "account": i.account,
            "name": i.name or i.account,
            "role": str(Role.AGENT),
        }
        for i in who
    ]
    if rows:
        await c.execute(insert(memberships), rows)


async def set_away(c: AsyncConnection, person: int, away: Away) -> None:
    row = {
        "person_id": person,
        "since": away.since,
        "until": away.until,
        "zone": away.zone,
        "deputy_id": away.deputy,
    }
    await write(c, upserted(absences, [row], key="person_id"))


async def set_back(c: AsyncConnection, person: int) -> None:
    await c.execute(delete(absences).where(absences.c.person_id == person))
