"""People, their accounts and memberships as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.core.messages import Address, Identity
from chatdesk.people.people import Agent, Away, Membership, Role, Roster
from chatdesk.storage.rows import upserted, write
from chatdesk.storage.schema import absences, conversations, groups, identities, memberships, people
from chatdesk.storage.statement import Statement

_ALL = select(memberships, absences.c.since, absences.c.until, absences.c.zone, absences.c.deputy_id).outerjoin(
    absences, absences.c.person_id == memberships.c.person_id
)
_MEMBERS = Statement(_ALL.where(memberships.c.group_id.in_(bindparam("groups", expanding=True))))


Account = tuple[str, str]  # with its role
Changes = tuple[tuple[Account, ...], tuple[Account, ...], tuple[Account, ...]]


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


async def offices(c: AsyncConnection, accounts: Collection[str]) -> dict[str, dict[str, Agent]]:
    """The areas in whose groups these accounts may act, each as the agent that they are there."""
    wanted = select(memberships, groups.c.area_id).join(groups, groups.c.id == memberships.c.group_id)
    found: dict[str, dict[str, Agent]] = {}
    for r in await c.execute(wanted.where(memberships.c.account.in_(accounts))):
        agent = Agent(r.person_id, r.name, Identity(r.channel, r.account, r.name), Role(r.role), None, r.belongs)
        known = found.setdefault(r.account, {}).get(r.area_id)
        if known is None or agent.role.includes(known.role):
            found[r.account][r.area_id] = agent
    return found


async def all_rosters(c: AsyncConnection) -> dict[str, Roster]:
    """Those of all groups that exist."""
    known = (await c.execute(select(groups.c.id).order_by(groups.c.id))).scalars().all()
    return _rosters(known, (await c.execute(_ALL)).all())


def _rosters(wanted: Sequence[str], rows: Iterable[Row[Any]]) -> dict[str, Roster]:
    found: dict[str, dict[str, Agent]] = {group: {} for group in wanted}
    for r in rows:
        identity = Identity(r.channel, r.account, r.name)
        away = Away(r.since, r.until, r.zone, r.deputy_id) if r.since else None
        found[r.group_id][r.account] = Agent(r.person_id, r.name, identity, Role(r.role), away, r.belongs)
    return {group: Roster(agents) for group, agents in found.items()}


async def set_members(
    c: AsyncConnection, group: str, channel: str, members: Sequence[Membership], now: datetime
) -> Changes:
    """Make exactly these accounts of the channel those who may act in the group.

    Whoever does so takes turns: two groups may have the same new person.

    (who came, who went, whose role is another now).
    """
    await c.execute(select(groups.c.id).order_by(groups.c.id).limit(1).with_for_update())  # the same for all of them
    held = select(memberships).where(memberships.c.group_id == group, memberships.c.channel == channel)
    known = (await c.execute(held)).all()
    before, names = {r.account: (r.role, r.belongs) for r in known}, {r.account: r.name for r in known}
    after = {one.who.account: (str(one.role), one.belongs) for one in members}
    if before == after and all(names[one.who.account] == (one.who.name or one.who.account) for one in members):
        return (), (), ()
    persons = await persons_of(c, [one.who for one in members], now)
    await c.execute(delete(memberships).where(memberships.c.group_id == group, memberships.c.channel == channel))
    rows = [
        {
            "group_id": group,
            "person_id": persons[one.who.channel, one.who.account],
            "channel": one.who.channel,
            "account": one.who.account,
            "name": one.who.name or one.who.account,
            "role": str(one.role),
            "belongs": one.belongs,
        }
        for one in members
    ]
    if rows:
        await c.execute(insert(memberships), rows)
    return _changes(before, after)


def _changes(before: Mapping[str, tuple[str, bool]], after: Mapping[str, tuple[str, bool]]) -> Changes:
    came = tuple((account, role) for account, (role, _) in after.items() if account not in before)
    went = tuple((account, role) for account, (role, _) in before.items() if account not in after)
    stays = [account for account in after if account in before]
    return came, went, tuple((a, after[a][0]) for a in stays if after[a] != before[a])


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
