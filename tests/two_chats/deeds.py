"""What people can do at a moment: each deed, for whom and with what, and what becomes of the world by it. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import product
from typing import Any

from tests.two_chats import by_agents, by_users
from tests.two_chats.world import AGENTS, Fate, Said, Ticket, User, World

Choice = dict[str, Any]
Choices = Callable[[World], Iterator[Choice]]
SIGNS = {"👍": "+1", "🔥": "fire", "🎉": "tada"}


@dataclass(frozen=True)
class Deed:
    choices: Choices
    does: Callable[..., None]
    brings: tuple[str, ...] = ()  # of label, text, files, album, sign: what is made up anew each time
    alone: bool = True  # it takes several steps or asks what is seen: nothing else happens meanwhile


@dataclass(frozen=True)
class Done:
    """A deed that somebody does; `at_once`: what another person does at the same moment."""

    name: str
    what: Mapping[str, Any]
    at_once: tuple[Done, ...] = field(default=())

    def __str__(self) -> str:
        told = f"{self.name}({', '.join(f'{k}={v!r}' for k, v in self.what.items())})"
        return " | ".join([told, *map(str, self.at_once)])


def after(world: World, done: Done) -> World:
    """The world after one deed, whatever happens at once with it."""
    new = copy.deepcopy(world)
    DEEDS[done.name].does(new, **done.what)
    return new


def outcomes(world: World, done: Done) -> Iterator[World]:
    """The worlds that may be afterwards: of deeds at once either may have come first."""
    yield reduce(after, (done, *done.at_once), world)
    if done.at_once:
        yield reduce(after, (*done.at_once, done), world)
    for block, others in _and_others(done):
        if block.name == "block":
            yield _blocked_unheard(world, block, reduce(after, others, world))


def _and_others(done: Done) -> Iterator[tuple[Done, list[Done]]]:
    both = [done, *done.at_once]
    return ((each, [d for d in both if d is not each]) for each in both if done.at_once)


def _blocked_unheard(before: World, block: Done, sent: World) -> World:
    """Telegram refuses what was on its way while the desk had not yet heard of the block: it is kept."""
    new = after(sent, block)
    user = new.users[block.what["who"]]
    for label in [label for label in user.heard if label not in before.users[user.id].heard]:
        message = new.said[label]
        user.heard.remove(label)
        message.fate = Fate.KEPT
        ticket = new.tickets[message.ticket or ""]
        ticket.asked = ticket.asked and ticket.solution != label
    return new


def possible(world: World, name: str) -> list[Choice]:
    return list(DEEDS[name].choices(world))


def made(name: str, choice: Choice, step: int) -> Done:
    """With words of its own, so that what is seen can be told apart."""
    mark = "a" if "who" in choice and choice["who"] in AGENTS else "u"
    files = (f"{mark}{step}x.txt", f"{mark}{step}y.txt")
    new: dict[str, dict[str, Any]] = {
        "label": {"label": f"m{step}"},
        "text": {"text": f"{mark}{step}w"},
        "files": {"files": files[:1]},
        "album": {"files": files},
        "sign": {"sign": list(SIGNS)[step % len(SIGNS)]},
    }
    return Done(name, {k: v for bring in DEEDS[name].brings for k, v in new[bring].items()} | choice)


# -- who and what ---------------------------------------------------------------------------------------------------


def _reachable(world: World) -> Iterator[User]:
    return (user for user in world.users.values() if not user.blocked)


def _users(world: World) -> Iterator[Choice]:
    return ({"who": user.id} for user in _reachable(world))


def _with_a_ticket(world: World) -> Iterator[Choice]:
    return ({"who": user.id} for user in _reachable(world) if user.current)


def _after_an_end(world: World) -> Iterator[Choice]:
    for choice in _with_a_ticket(world):
        user = world.users[choice["who"]]
        ended = world.tickets[user.current or ""]
        if not user.fresh and not ended.is_open and not ended.is_final:
            yield choice


def _agents_and_tickets(world: World, fits: Callable[[Ticket], bool] = lambda t: True) -> Iterator[Choice]:
    return ({"who": a, "name": t.name} for a, t in product(AGENTS, world.tickets.values()) if fits(t))


def _own_tickets(world: World, fits: Callable[[Ticket], bool]) -> Iterator[Choice]:
    for ticket in world.tickets.values():
        if not world.of(ticket).blocked and fits(ticket):
            yield {"who": ticket.user, "name": ticket.name}


def _own_messages(world: World, fits: Callable[[Said], bool]) -> Iterator[Choice]:
    for user in _reachable(world):
        yield from ({"who": user.id, "label": m.label} for m in world.by(user.id) if not m.gone and fits(m))


def _heard(world: World) -> Iterator[tuple[User, Said]]:
    for user in _reachable(world):
        yield from ((user, world.said[label]) for label in user.heard)


def _agents_messages(world: World, fits: Callable[[Said], bool]) -> Iterator[Choice]:
    for agent in AGENTS:
        yield from ({"who": agent, "label": m.label} for m in world.by(agent) if fits(m))


def _typed(message: Said) -> bool:
    return not message.form and not message.gone


def _quotable(world: World) -> Iterator[Choice]:
    for choice in _own_messages(world, lambda m: m.fate is Fate.SHOWN):
        yield {"who": choice["who"], "quotes": choice["label"]}
    yield from ({"who": user.id, "quotes": m.label} for user, m in _heard(world))


def _several_open(world: World) -> Iterator[Choice]:
    open_ones = list(_own_tickets(world, lambda t: t.is_open))
    return (c for c in open_ones if sum(o["who"] == c["who"] for o in open_ones) > 1)


def _asked(world: World) -> Iterator[Choice]:
    """Each ended ticket has a question of its own."""
    return ({"who": u.id, "name": name} for u in _reachable(world) for name in dict.fromkeys(t for _, t in u.asked))


def _unmarked_replies(world: World) -> Iterator[Choice]:
    sent = [m for user in _reachable(world) for m in map(world.said.__getitem__, user.heard) if m.fate is Fate.SENT]
    return ({"who": a, "label": m.label} for a, m in product(AGENTS, sent) if not m.gone and not m.signed)


def _unmarked(world: World) -> Iterator[Choice]:
    shown = [m for m in world.said.values() if m.fate is Fate.SHOWN and _is_told_apart(m)]
    return ({"who": a, "label": m.label} for a, m in product(AGENTS, shown) if not world.users[int(m.by)].blocked)


def _is_told_apart(message: Said) -> bool:
    alike = message.joins or message.text in (by_users.GREETING, by_users.THANKS)
    return not alike and not message.mark


def _anybody(world: World) -> Iterator[Choice]:
    yield {}


def _takes(ticket: Ticket) -> bool:
    return not ticket.is_final


def _answer(how: str) -> Deed:
    return Deed(_asked, partial(by_users.answer, how=how))


_NEW, _FILE, _ALBUM = ("label", "text"), ("label", "text", "files"), ("label", "text", "album")
DEEDS: Mapping[str, Deed] = {
    # in Telegram
    "write": Deed(_users, by_users.write, _NEW, alone=False),
    "write_after_an_end": Deed(_after_an_end, by_users.write, _NEW),
    "write_in_one_breath": Deed(_users, by_users.write_in_one_breath, _NEW),
    "greet": Deed(_users, partial(by_users.write, text=by_users.GREETING), ("label",)),
    "thank": Deed(_with_a_ticket, partial(by_users.write, text=by_users.THANKS), ("label",)),
    "send_file": Deed(_users, by_users.write, _FILE),
    "send_file_alone": Deed(_users, by_users.write, ("label", "files")),
    "send_album": Deed(_users, by_users.write, _ALBUM),
    "edit": Deed(
        partial(_own_messages, fits=lambda m: bool(m.text) and not m.joins), by_users.edit, ("text",), alone=False
    ),
    "delete": Deed(partial(_own_messages, fits=lambda m: True), by_users.delete),
    "react": Deed(
        lambda w: ({"who": u.id, "label": m.label} for u, m in _heard(w) if not m.mark), by_users.react, ("sign",)
    ),
    "quote": Deed(_quotable, by_users.write, _NEW),
    "block": Deed(lambda w: ({"who": u.id} for u in _reachable(w) if u.met), by_users.block, alone=False),
    "unblock": Deed(lambda w: ({"who": u.id} for u in w.users.values() if u.blocked), by_users.unblock, alone=False),
    "new": Deed(_users, by_users.new),
    "new_with_words": Deed(_users, partial(by_users.write, fresh=True), _NEW),
    "choose": Deed(_several_open, by_users.choose),
    "end": Deed(partial(_own_tickets, fits=lambda t: t.is_open), by_users.end),
    "say_solved": Deed(partial(_own_tickets, fits=lambda t: t.asked), by_users.say_solved),
    "say_not_solved": Deed(partial(_own_tickets, fits=lambda t: t.asked), by_users.say_not_solved),
    "answer_reopen": _answer("reopen"),
    "answer_new": _answer("new"),
    "answer_thanks": _answer("thanks"),
    # in Slack
    "reply": Deed(_agents_and_tickets, by_agents.reply, _NEW, alone=False),
    "reply_by_command": Deed(partial(_agents_and_tickets, fits=_takes), partial(by_agents.reply, form=True), _NEW),
    "reply_with_file": Deed(_agents_and_tickets, by_agents.reply, _FILE),
    "reply_with_album": Deed(_agents_and_tickets, by_agents.reply, _ALBUM),
    "mention": Deed(_agents_and_tickets, by_agents.mention, _NEW),
    "note": Deed(_agents_and_tickets, by_agents.note, _NEW, alone=False),
    "note_by_button": Deed(partial(_agents_and_tickets, fits=_takes), partial(by_agents.note, form=True), _NEW),
    "undo": Deed(partial(_agents_messages, fits=lambda m: m.fate.waits and m.fate is not Fate.WHOM), by_agents.undo),
    "keep": Deed(partial(_agents_messages, fits=lambda m: m.fate.waits), by_agents.keep),
    "send": Deed(partial(_agents_messages, fits=lambda m: m.fate.waits), by_agents.send),
    "edit_agents": Deed(
        partial(_agents_messages, fits=lambda m: _typed(m) and bool(m.text)), by_agents.edit, ("text",), alone=False
    ),
    "edit_into_note": Deed(
        partial(_agents_messages, fits=lambda m: _typed(m) and bool(m.text)), by_agents.edit_into_note, ("text",)
    ),
    "delete_agents": Deed(partial(_agents_messages, fits=_typed), by_agents.delete, alone=False),
    "react_on_copy": Deed(_unmarked, by_agents.react, ("sign",)),
    "react_on_reply": Deed(_unmarked_replies, by_agents.react_on_reply, ("sign",)),
    "claim": Deed(partial(_agents_and_tickets, fits=lambda t: t.is_open and not t.assignee), by_agents.claim),
    "claim_by_command": Deed(partial(_agents_and_tickets, fits=lambda t: t.is_open), by_agents.claim, alone=False),
    "take_over": Deed(partial(_agents_and_tickets, fits=lambda t: t.is_open and bool(t.assignee)), by_agents.take_over),
    "release": Deed(partial(_agents_and_tickets, fits=lambda t: t.is_open and bool(t.assignee)), by_agents.release),
    "resolve": Deed(partial(_agents_and_tickets, fits=lambda t: t.is_open), by_agents.resolve, _NEW),
    "resolve_by_command": Deed(
        partial(_agents_and_tickets, fits=lambda t: t.is_open), by_agents.resolve, _NEW, alone=False
    ),
    "reopen": Deed(partial(_agents_and_tickets, fits=lambda t: not t.is_open and not t.is_final), by_agents.reopen),
    # neither
    "time_passes": Deed(_anybody, by_agents.time_passes),
    "half_an_hour_passes": Deed(_anybody, by_users.half_an_hour_passes),
}
