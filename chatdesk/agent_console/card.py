"""The agents' card with what can be done: two or three buttons, the rest behind a menu."""

from __future__ import annotations

from chatdesk.agent_console.catalogue import available
from chatdesk.conversations.card import card_of
from chatdesk.conversations.case import Case
from chatdesk.core.messages import Act, Button, Outgoing


def card(case: Case) -> Outgoing:
    ticket = case.subject
    which = {"ticket": str(ticket.number)}
    commands = available(case)
    shown = [c for c in commands if c.on_card(case)]
    folded = [c for c in commands if c not in shown]
    return Outgoing(
        to=case.group.home,
        key=ticket.card,
        card=card_of(case),
        standing=True,
        ticket=ticket.number,
        buttons=(
            *(Button(c.label, Act(c.name, which), primary=n == 0) for n, c in enumerate(shown)),
            *(Button(c.label, Act(c.name, which), group=c.group.capitalize()) for c in folded),
        ),
    )
