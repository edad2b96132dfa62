"""`chatdesk messages`: messages by state over all tickets, and deliveries that wait or failed."""

from __future__ import annotations

from collections.abc import Sequence

from chatdesk.cli import common
from chatdesk.cli.ticket import delivery, message
from chatdesk.conversations.fate import Delivery as State
from chatdesk.desk import lookup

MOST = 200  # lines of a kind
DONE = (State.RECEIVED, State.SENT)


def run(state: str | None) -> None:
    settings = common.settings()
    states = _states(state)

    async def job() -> None:
        async with common.existing_database(settings) as database, database.read() as c:
            numbers = await lookup.counts(c)
            said = await lookup.said_in(c, states, MOST)
            delivered = await lookup.delivered_in(c, states, MOST)
        which = state or "neither sent nor only received"
        print(f"Messages: {', '.join(f'{n} {name}' for name, n in numbers.items()) or 'none'}.")
        print(_part(f"Messages that are {which}:", [message(s, with_ticket=True) for s in said]))
        print(_part(f"Deliveries that are {state or 'not sent'}:", [delivery(d, with_ticket=True) for d in delivered]))

    common.run(job())


def _states(state: str | None) -> Sequence[State]:
    if state is None:
        return [s for s in State if s not in DONE]
    if state not in list(State):
        common.refuse(f"There is no state {state}. There are: {', '.join(State)}.")
    return [State(state)]


def _part(head: str, lines: Sequence[str]) -> str:
    cut = [f"  ... the newest {MOST} are shown"] if len(lines) == MOST else []
    return "\n".join(["", head, *(lines or ["  none"]), *cut])
