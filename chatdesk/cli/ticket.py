"""`chatdesk ticket N`: the ticket, what was said with its states, what happened, and every delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from chatdesk.cli import common
from chatdesk.core.markup import shorten
from chatdesk.desk import lookup
from chatdesk.desk.lookup import Delivered, Happened, Said

SHOWN = 200  # characters of a message


def run(number: int) -> None:
    settings = common.settings()

    async def job() -> None:
        async with common.existing_database(settings) as database, database.read() as c:
            found = await lookup.ticket(c, number)
            if found is None:
                raise common.Refused(f"There is no ticket #{number}.")
            said, happened = await lookup.said_on(c, number), await lookup.happened_on(c, number)
            print(page(found, said, happened, await lookup.delivered_on(c, number)))

    common.run(job())


def page(ticket: Row[Any], said: Sequence[Said], happened: Sequence[Happened], delivered: Sequence[Delivered]) -> str:
    parts = [
        _head(ticket),
        _part("Messages", [message(s) for s in said]),
        _part("Events", [_event(h) for h in happened]),
        _part("Deliveries", [delivery(d) for d in delivered]),
    ]
    return "\n\n".join(parts)


def _part(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{name}:", *(lines or ["  none"])])


def _head(t: Row[Any]) -> str:
    assigned = f"{t.assignee}, since {time(t.assigned_at)}" if t.assignee else "nobody"
    facts = {
        "state": f"{t.state} ({t.qualifier})" if t.qualifier else t.state,
        "priority": t.priority,
        "from": f"{t.customer}, {t.origin_channel} {t.origin_room}",
        "opened": time(t.opened_at),
        "changed": time(t.changed_at),
        "turn": f"the {t.turn}'s",
        "assignee": assigned,
        **({"follows": f"#{t.relates_to}"} if t.relates_to else {}),
    }
    return "\n".join([f"Ticket #{t.number}: {t.title}", *(f"  {name:<9} {value}" for name, value in facts.items())])


def message(said: Said, with_ticket: bool = False) -> str:
    which = (f"#{said.ticket}  " if said.ticket else "no ticket  ") if with_ticket else ""
    side = "user" if said.side == "customer" else said.side
    head = f"  {which}{time(said.at)}  {side} {said.author}, {said.audience}: {said.state}"
    return f"{head}\n      {shorten(said.text, SHOWN)}  [{said.key}]"


def _event(happened: Happened) -> str:
    content = json.loads(happened.content)
    more = " ".join(f"{k}={v}" for k, v in content.items() if v not in (None, ""))
    who = f"by {happened.by} via {happened.via}"
    return f"  {happened.seq:>3}  {time(happened.at)}  {happened.name}  {who}  {more}".rstrip()


def delivery(delivered: Delivered, with_ticket: bool = False) -> str:
    which = (f"#{delivered.ticket}  " if delivered.ticket else "no ticket  ") if with_ticket else ""
    head = f"  {delivered.id:>3}  {which}{time(delivered.said_at)}  to {delivered.to}: {delivered.state}"
    tries = f"{delivered.attempts} {'try' if delivered.attempts == 1 else 'tries'}"
    when = f", sent {time(delivered.sent_at)}" if delivered.sent_at else ""
    when = f", next try at {time(delivered.due)}" if delivered.due else when
    return f"{head} ({tries}{when})\n       {shorten(delivered.what, SHOWN)}"


def time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
