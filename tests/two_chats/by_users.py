"""What becomes of the world when a user does something. Pure.

Each deed is named as people would name it. A deed that means nothing any more changes nothing.
"""

from __future__ import annotations

from tests.two_chats.by_agents import time_passes
from tests.two_chats.world import Fate, Said, State, Ticket, User, World

GREETING, THANKS = "Hello", "Thanks"


def write(
    world: World,
    who: int,
    label: str,
    text: str = "",
    files: tuple[str, ...] = (),
    quotes: str | None = None,
    fresh: bool = False,
    joins: bool = False,
) -> None:
    """`quotes`: the label of what it answers; `fresh`: it stands behind /new."""
    user = world.users[who]
    about = world.said[quotes].ticket if quotes else user.current
    user.fresh, user.met = user.fresh or fresh, True
    message = world.said[label] = Said(label, who, None, Fate.GREETING, text, files=files, joins=joins)
    _heard(world, user, message, world.tickets.get(about or ""))


def write_in_one_breath(world: World, who: int, label: str, text: str) -> None:
    for n in range(3):
        write(world, who, f"{label}.{n}", f"{text}{n}", joins=True)


def _heard(world: World, user: User, message: Said, about: Ticket | None) -> None:
    ticket = None if user.fresh else about
    if ticket is None or not ticket.is_open:
        if message.text == THANKS and about is not None:
            _shown(message, about)
            return
        if message.text == GREETING:
            return
    elif message.text == GREETING:
        _shown(message, ticket)
        return
    if ticket is None or ticket.is_final:
        _opened(world, user, [message], ticket)
    elif not ticket.is_open:
        message.fate, message.ticket = Fate.ASKED, ticket.name
        user.asked = [*user.asked, (message.label, ticket.name)]
    else:
        user.current, user.fresh = ticket.name, False
        _shown(message, ticket)
        ticket.turn = "desk"
        _cross(world, ticket)


def _cross(world: World, ticket: Ticket) -> None:
    for reply in world.waiting(ticket):
        reply.fate = Fate.CROSSED


def _shown(message: Said, ticket: Ticket) -> None:
    message.fate, message.ticket = Fate.SHOWN, ticket.name
    ticket.thread.append(message.label)


def _opened(world: World, user: User, messages: list[Said], ended: Ticket | None) -> None:
    name, title = messages[0].label, messages[0].text or messages[0].files[0]
    ticket = world.tickets[name] = Ticket(name, user.id, title, follows=ended.name if ended else None)
    user.current, user.fresh = name, False
    for message in messages:
        _shown(message, ticket)


def edit(world: World, who: int, label: str, text: str) -> None:
    message, user = world.said[label], world.users[who]
    message.text = text
    if message.fate is Fate.GREETING:
        _heard(world, user, message, world.tickets.get(user.current or ""))


def delete(world: World, who: int, label: str) -> None:
    """Telegram tells bots nothing of it: the thread keeps what was written."""
    world.said[label].gone = True


def react(world: World, who: int, label: str, sign: str) -> None:
    """On a message of an agent's."""
    world.said[label].mark = sign


def block(world: World, who: int) -> None:
    world.users[who].blocked = True
    for ticket in world.tickets.values():
        ticket.left = ticket.left or (ticket.user == who and ticket.is_open)


def unblock(world: World, who: int) -> None:
    """What was kept leaves now, each ticket's in its order."""
    world.users[who].blocked = False
    for ticket in world.tickets.values():
        if ticket.user == who and not ticket.is_final:
            ticket.left = False
            kept = [m for m in world.said.values() if m.ticket == ticket.name and m.fate is Fate.KEPT]
            for message in sorted(kept, key=lambda m: m.since):
                world.deliver(message)


def new(world: World, who: int) -> None:
    world.users[who].fresh = world.users[who].met = True


def choose(world: World, who: int, name: str) -> None:
    if world.tickets[name].is_open:
        world.users[who].current, world.users[who].fresh = name, False


def end(world: World, who: int, name: str) -> None:
    ticket = world.tickets[name]
    if ticket.is_open:
        ticket.state, ticket.qualifier = State.SOLVED, "withdrawn"
        _cross(world, ticket)


def say_solved(world: World, who: int, name: str) -> None:
    """Nobody decides any more on what waits."""
    ticket = world.tickets[name]
    if ticket.asked:
        ticket.state, ticket.solution, ticket.asked = State.VERIFIED, "", False
        for message in world.said.values():
            if message.ticket == name and message.fate.waits:
                message.fate = Fate.UNDONE


def say_not_solved(world: World, who: int, name: str) -> None:
    if world.tickets[name].asked:
        world.tickets[name].reopens(blocked=False)
        world.users[who].current, world.users[who].fresh = name, False


def answer(world: World, who: int, name: str, how: str) -> None:
    """What the messages after the end of this ticket are: reopen, new or thanks."""
    user, ticket = world.users[who], world.tickets[name]
    messages = [world.said[label] for label, about in user.asked if about == name]
    if not messages:
        return
    user.asked = [one for one in user.asked if one[1] != name]
    if how == "thanks":
        for message in messages:
            _shown(message, ticket)
    elif how == "new" or ticket.is_final:
        _opened(world, user, messages, ticket)
    else:
        if not ticket.is_open:
            user.current, user.fresh = name, False
            ticket.reopens(user.blocked)
        ticket.turn = "desk"
        for message in messages:
            _shown(message, ticket)


def half_an_hour_passes(world: World) -> None:
    """Held replies leave; of what was written after an end and not explained nothing gets lost."""
    time_passes(world)
    for user in world.users.values():
        last = {ticket: n for n, (_, ticket) in enumerate(user.asked)}
        for name in sorted(last, key=lambda t: last[t]):
            answer(world, user.id, name, "thanks" if world.tickets[name].is_final else "reopen")
