"""Which rooms take something now, and where others wait."""

from __future__ import annotations

import asyncio

from chatdesk.core.messages import Address, Outgoing, plain
from chatdesk.desk.channel import Limit
from chatdesk.desk.pace import LocalPacer
from chatdesk.desk.rooms import Rooms

ONE_A_SECOND = (Limit("room", 1, 1),)


def card(number: int) -> Outgoing:
    return Outgoing(to=Address("slack", "T1/C1"), key=f"card:{number}", body=plain("words"), standing=True)


async def crowded() -> Rooms:
    """One card has gone, and the next one waits."""
    rooms = Rooms(LocalPacer())
    assert await rooms.may_go(card(0), ONE_A_SECOND, set())
    assert not await rooms.may_go(card(1), ONE_A_SECOND, set())
    return rooms


async def opens(rooms: Rooms) -> None:
    await asyncio.sleep(rooms.patience(2) + 0.01)
    rooms.open()


async def test_where_nothing_waits_any_more_nobody_queues() -> None:
    rooms = await crowded()
    assert rooms.queues_for(card(2))
    rooms.found([], rooms.look())
    assert rooms.queues_for(card(2))  # it is shut
    await opens(rooms)
    rooms.found([], rooms.look())
    assert not rooms.queues_for(card(2))


async def test_what_came_to_wait_during_a_look_is_not_overtaken() -> None:
    """The look began before that was committed, and found nothing."""
    rooms = await crowded()
    waits = rooms.comes(card(1))
    await opens(rooms)
    rooms.found([], rooms.look())
    assert rooms.queues_for(card(2))
    look = rooms.look()
    rooms.came([waits])
    rooms.found([], look)
    assert rooms.queues_for(card(2))
    rooms.found([], rooms.look())
    assert not rooms.queues_for(card(2))


async def test_who_waited_in_a_room_that_opened_during_a_look_is_not_overtaken() -> None:
    """The look passed over that room, and somebody else opened it before the look had ended."""
    rooms = await crowded()
    look = rooms.look()
    await opens(rooms)
    rooms.found([], look)
    assert rooms.queues_for(card(2))
