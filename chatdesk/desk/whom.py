"""Which person is meant: by an account, or by the number of a ticket of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.core.errors import NotFound
from chatdesk.desk.persons import into
from chatdesk.storage.schema import identities, people, tickets

MOST = 2**31 - 1  # the largest number that a ticket can have


async def find(c: AsyncConnection, who: str) -> int:
    """`telegram:1001`, `slack:T1/U1`, or a ticket's number: `42`, `#42`. Refuses with a sentence."""
    typed = who.strip()
    channel, colon, account = typed.partition(":")
    if colon:
        same = (identities.c.channel == channel, identities.c.account == account)
        found = (await c.execute(select(identities.c.person_id).where(*same))).scalar_one_or_none()
        if found is None:
            raise NotFound(f"Nobody is known with the account {account} in {channel}.")
        return int(found)
    number = typed.removeprefix("#")
    if not number.isdecimal():
        raise NotFound(f"{typed} is neither a ticket's number nor an account such as telegram:1001.")
    known = select(tickets.c.person_id).where(tickets.c.number == int(number))
    person = (await c.execute(known)).scalar_one_or_none() if int(number) <= MOST else None
    if person is None:
        raise NotFound(f"There is no ticket #{number}. An account is written with its channel: telegram:{number}.")
    return int(person)


async def names_of(c: AsyncConnection, persons: Sequence[int]) -> list[str]:
    """All names that these persons have been seen with."""
    own = select(people.c.name).where(people.c.id.in_(persons))
    other = select(identities.c.name).where(identities.c.person_id.in_(persons))
    return sorted({str(name) for name in (await c.execute(own.union(other))).scalars()})


async def with_merged(c: AsyncConnection, person: int) -> list[int]:
    """The person, and those who have become part of them."""
    return [person, *(r.gone for r in await into(c, person))]
