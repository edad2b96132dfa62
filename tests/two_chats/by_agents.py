"""What becomes of the world when an agent does something, or when time passes. Pure.

A deed that means nothing any more changes nothing: the agent is told so in private.
"""

from __future__ import annotations

from tests.two_chats.world import Fate, Said, State, Ticket, World


def reply(
    world: World, who: str, label: str, name: str, text: str = "", files: tuple[str, ...] = (), form: bool = False
) -> None:
    ticket = world.tickets[name]
    if form and ticket.is_final:
        return
    message = world.said[label] = Said(label, who, name, Fate.REFUSED, text, files=files, form=form)
    _begun(world, ticket, message)


def _begun(world: World, ticket: Ticket, message: Said) -> None:
    """It waits a while; while a colleague's is about to leave, its author is asked."""
    if ticket.is_final:
        message.fate = Fate.REFUSED
        return
    others = any(m.by != message.by and m.fate is Fate.HELD for m in world.waiting(ticket) if m is not message)
    world.claimed_by_reply(ticket, str(message.by))
    message.fate, message.since = Fate.CROSSED if others else Fate.HELD, world.tick()


def mention(world: World, who: str, label: str, name: str, text: str) -> None:
    """A reply that mentions a colleague."""
    fate = Fate.REFUSED if world.tickets[name].is_final else Fate.WHOM
    world.said[label] = Said(label, who, name, fate, text)


def note(world: World, who: str, label: str, name: str, text: str, form: bool = False) -> None:
    if not (form and world.tickets[name].is_final):
        world.said[label] = Said(label, who, name, Fate.NOTE, text, form=form)


def undo(world: World, who: str, label: str) -> None:
    if world.said[label].fate.waits:
        world.said[label].fate = Fate.UNDONE


def keep(world: World, who: str, label: str) -> None:
    if world.said[label].fate.waits:
        world.said[label].fate = Fate.NOTE


def send(world: World, who: str, label: str) -> None:
    message = world.said[label]
    if message.fate.waits and not world.tickets[message.ticket or ""].is_final:
        world.release(message)


def edit(world: World, who: str, label: str, text: str) -> None:
    message = world.said[label]
    ticket = world.tickets[message.ticket or ""]
    message.typed = text
    if message.fate in (Fate.UNDONE, Fate.REFUSED, Fate.REMOVED):
        return
    if message.fate is Fate.SENT:
        user = world.of(ticket)
        user.may_hold.add(text)
        message.reads = (message.reads or message.text) if user.blocked else ""
    message.text = text
    if message.fate.waits:
        _begun(world, ticket, message)


def edit_into_note(world: World, who: str, label: str, text: str) -> None:
    """The agent puts ;; before it."""
    message = world.said[label]
    message.typed = text
    if message.fate in (Fate.UNDONE, Fate.REFUSED, Fate.REMOVED):
        return
    _unheard(world, message)
    message.taken_back = message.taken_back or message.fate in (Fate.SENT, Fate.KEPT)
    message.text, message.fate = text, Fate.NOTE


def delete(world: World, who: str, label: str) -> None:
    message = world.said[label]
    message.gone = True
    if message.fate is Fate.REFUSED:
        return
    _unheard(world, message)
    message.fate = Fate.REMOVED if message.fate is Fate.NOTE else Fate.UNDONE


def _unheard(world: World, message: Said) -> None:
    """The user's chat does not show it any more; while the bot is blocked, nothing there can be changed."""
    user = world.of(world.tickets[message.ticket or ""])
    if user.blocked and message.fate is Fate.SENT:
        message.reads = message.reads or message.text
    elif message.fate is Fate.SENT and message.label in user.heard:
        user.heard.remove(message.label)


def react(world: World, who: str, label: str, sign: str) -> None:
    """On the copy of a user's message."""
    world.said[label].mark = sign


def react_on_reply(world: World, who: str, label: str, sign: str) -> None:
    world.said[label].signed = sign


def claim(world: World, who: str, name: str) -> None:
    world.claimed_by_reply(world.tickets[name], who)


def take_over(world: World, who: str, name: str) -> None:
    ticket = world.tickets[name]
    if ticket.is_open and ticket.assignee not in (None, who):
        ticket.assignee, ticket.state = who, State.IN_PROGRESS


def release(world: World, who: str, name: str) -> None:
    ticket = world.tickets[name]
    if ticket.is_open and ticket.assignee is not None:
        ticket.assignee, ticket.state = None, State.ASSIGNED


def resolve(world: World, who: str, label: str, name: str, text: str) -> None:
    """What waits leaves first; what asks goes on asking."""
    ticket = world.tickets[name]
    if not ticket.is_open:
        return
    world.claimed_by_reply(ticket, who)
    for waiting in world.waiting(ticket):
        if waiting.fate is Fate.HELD:
            world.release(waiting)
    world.said[label] = Said(label, who, name, Fate.SENT, text, form=True)
    ticket.state, ticket.qualifier, ticket.turn, ticket.solution = State.SOLVED, "fixed", "user", label
    world.deliver(world.said[label])


def reopen(world: World, who: str, name: str) -> None:
    ticket = world.tickets[name]
    if ticket.state is State.SOLVED:
        ticket.reopens(world.of(ticket).blocked)


def time_passes(world: World) -> None:
    """As long as replies are held."""
    for message in sorted((m for m in world.said.values() if m.fate is Fate.HELD), key=lambda m: m.since):
        world.release(message)
