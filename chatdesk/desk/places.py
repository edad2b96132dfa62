"""Where each piece of work belongs: a conversation, a ticket of it, and what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.agent_console.call import find
from chatdesk.areas.directory import Directory
from chatdesk.conversations.apply import CALL
from chatdesk.conversations.store.messages import tickets_of_messages
from chatdesk.conversations.store.tickets import answered_elsewhere, where_tickets_belong
from chatdesk.core.messages import Address, Circle, Identity, Incoming, original, ticket_in
from chatdesk.desk import outbox, within
from chatdesk.desk.work import Work


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of work belongs: a customer's conversation and the ticket it names."""

    at: Address
    ticket: int | None
    newcomer: Identity | None = None  # who speaks there, when that is the customer
    asks: bool = False  # by a command or a button, which may open a ticket whatever is current
    about: str | None = None  # key of the message that is edited, removed, reacted to, or answered
    group: str | None = None  # id of the group that a ticket opened here comes to, where that is not the door's
    opens: bool = False  # a message of the customer's waits there, or an agent opens a ticket: whatever is current
    heard: str | None = None  # key of the message that was said
    circle: Circle | None = None  # when several people speak there
    within: str | None = None  # key of the place within the chat where it happened
    timer: str = ""  # that of the conversation which is due
    spoken_at: Address | None = None  # the agents' room, with the thread where that is known, in which it was said


class Places:
    def __init__(self, c: AsyncConnection, directory: Directory) -> None:
        self._c = c
        self._directory = directory

    async def of(self, batch: Sequence[Work]) -> list[Place | None]:
        """Where each piece of work belongs; None when it concerns no ticket, chat or message of ours."""
        shown = {native for w in batch if w.said for native in _natives(w.said)}
        keys = await outbox.keys_of(self._c, shown)
        abouts = {w: key for w in batch if w.said and (key := _key(w.said, w.said.about, keys))}
        under = {w: _key(w.said, w.said.under, keys) or "" for w in batch if w.said}
        called = {w: key.removesuffix(CALL) for w, key in under.items() if key.endswith(CALL)}
        owners = await tickets_of_messages(self._c, {*abouts.values(), *called.values()})
        numbers = {w: w.ticket for w in batch if w.ticket is not None}
        roots = dict[Work, str]()
        for work in batch:
            root, about = under.get(work) or None, abouts.get(work, "")
            card = ticket_in(root) if root and root.startswith("card:") else None
            line = owners.get(called.get(work, ""))
            if number := card or line or owners.get(about) or ticket_in(about) or within.own(root):
                numbers[work] = number
            if root and (card or line):
                roots[work] = root
            elif work.said and work.said.under and not self._directory.is_home(work.said.at):
                roots[work] = root or within.found(work.said)
        numbers |= {w: number for w in batch if w.said and w.said.act and (number := w.said.act.ticket)}
        homes = await where_tickets_belong(self._c, set(numbers.values())) if numbers else {}
        moved = await self._moved(numbers, homes)
        return [self._place(w, numbers.get(w), homes, abouts.get(w), roots.get(w), moved) for w in batch]

    async def _moved(self, numbers: Mapping[Work, int], homes: Mapping[int, Address]) -> set[tuple[Address, int]]:
        """(where it was said, ticket) of what customers said about tickets that are answered elsewhere by now."""
        by_customers = [(w.said.at, n) for w, n in numbers.items() if w.said and not self._directory.is_home(w.said.at)]
        elsewhere = {(at, n) for at, n in by_customers if homes.get(n, at) != at}
        return await answered_elsewhere(self._c, elsewhere) if elsewhere else set()

    def _place(
        self,
        work: Work,
        number: int | None,
        homes: Mapping[int, Address],
        about: str | None,
        root: str | None,
        moved: Collection[tuple[Address, int]],
    ) -> Place | None:
        """`root`: key of the card, where something was said in a thread; of the place within the customer's chat."""
        if work.timer and work.timer.at:
            return Place(work.timer.at, None, opens=True, timer=work.timer.name)
        if work.said and work.said.needs_another and about is None:
            return None
        if work.said and not self._directory.is_home(work.said.at):
            act, at = work.said.act, work.said.at
            if number is not None and (at, number) in moved:
                at = homes[number]
            ours = number if number is not None and homes.get(number) == at else None
            asks = act is not None
            named = act.ticket if act else None
            place = Place(
                at,
                ours if named is None and (root or not asks) else named,
                work.said.author,
                asks=asks,
                about=about,
                within=root if at == work.said.at else None,
            )
            heard = work.said.message if work.said.native else None
            return replace(place, heard=heard, circle=work.said.circle) if work.said.circle else place
        if number is None or number not in homes:
            return None
        opens = work.call is not None and find(work.call.command).opens
        spoken_at = replace(work.said.at, thread=root) if work.said else None
        return Place(homes[number], number, about=about, asks=opens, opens=opens, spoken_at=spoken_at)


def _natives(said: Incoming) -> Iterable[tuple[str, str, str]]:
    """The services' ids of the messages that something was said under or about."""
    return ((said.at.channel, said.at.room, native) for native in (said.under, said.about) if native)


def _key(said: Incoming, native: str | None, keys: Mapping[tuple[str, str, str], str]) -> str | None:
    """Our key of the message with this id, where it stands in the room of what was said."""
    key = keys.get((said.at.channel, said.at.room, native)) if native else None
    return original(key) if key else None
