"""What agents are told of their group's channel itself, where somebody will see it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chatdesk.areas.area import Group
from chatdesk.core.messages import Address, Outgoing, plain
from chatdesk.people.people import Roster


def trouble(group: Group, why: str, well: Sequence[Group], rosters: Iterable[Roster], now: datetime) -> list[Outgoing]:
    """Nothing can be said in the channel, or it can again (`why` is empty).

    Told in the channel of another group of `well` of the same area, if there is one; else to each agent alone. `group`:
    one of those whose channel it is, `rosters`: the agents of all of them.
    """
    others = [g for g in well if g.home != group.home and g.area == group.area]
    agents = dict.fromkeys(a.identity for roster in rosters for a in roster)
    places = [g.home for g in others[:1]] or [Address(who.channel, who.account) for who in agents]
    text = (
        f"Nobody is heard in the channel of {group.name} now: {why}. "
        "What is written there or to its users waits meanwhile, and leaves when that has changed."
        if why
        else f"The channel of {group.name} works again: what waited leaves now."
    )
    return _said(places, f"trouble:{group.id}:{now:%Y%m%dT%H%M%S.%f}", text)


def renamed(group: Group, name: str, called: str) -> list[Outgoing]:
    """`called`: as the desk's settings name the channel, where that is a name and no id."""
    text = f"This channel is called #{name} now, and the desk goes on serving it."
    if called:
        text += f" Its settings still say {called}: they have to say #{name} before the desk is started again."
    return _said([group.home], f"named:{group.id}:{name}", text)


def _said(places: Iterable[Address], key: str, text: str) -> list[Outgoing]:
    out = Outgoing(to=Address("", ""), key=key, body=plain(text))
    return [replace(out, to=place, key=f"{key}:{n}") for n, place in enumerate(places)]
