"""Places within a customer's chat, as topics in Telegram are: what was said where, also when it is decided later."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from chatdesk.conversations import albums, floods
from chatdesk.conversations.case import Conversation
from chatdesk.conversations.store.messages import tickets_of_messages
from chatdesk.conversations.store.tickets import where_tickets_belong
from chatdesk.conversations.ticket import Ticket
from chatdesk.core.messages import Address, Incoming, place_key, ticket_in


def found(said: Incoming) -> str:
    """Key of a place that nobody has opened through the desk: what is said there is answered there."""
    return f"{said.at.channel}:{said.at.room}:{said.under}"


def own(within: str | None) -> int | None:
    """The ticket whose own place that is."""
    return ticket_in(within) if within else None


def of(there: str | None, ticket: Ticket | None) -> str | None:
    """Where it was said, unless that would be the own place of a ticket that has none."""
    return None if ticket and ticket.number == own(there) and not ticket.apart else there


async def put_off(c: AsyncConnection, due: Iterable[tuple[str, Conversation]]) -> dict[Address, str]:
    """By conversation: where that was said which its timer (name, conversation) decides on now: an album, or what came
    too fast. What was said beside the current ticket was said in the other's own place; a ticket that is answered
    elsewhere since has none here."""
    timers = list(due)
    places = {
        talk.at: talk.album.within for name, talk in timers if name == albums.TIMER and talk.album and talk.album.within
    }
    first = {talk.gathered[0]: talk for name, talk in timers if name == floods.GATHERED and talk.gathered}
    owners = await tickets_of_messages(c, set(first)) if first else {}
    gathered = {first[key].at: place_key(number) for key, number in owners.items() if number != first[key].current}
    where = places | gathered
    numbers = {number for place in where.values() if (number := own(place))}
    homes = await where_tickets_belong(c, numbers) if numbers else {}
    return {at: place for at, place in where.items() if own(place) is None or homes.get(own(place) or 0) == at}
