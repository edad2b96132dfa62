"""`chatdesk filters try`: which filter matches a text, and why each before it does not."""

from __future__ import annotations

from chatdesk.areas.filter import Filter
from chatdesk.cli import common
from chatdesk.conversations.recognition import language_of
from chatdesk.conversations.ticket import title_of
from chatdesk.core.language import ENGLISH, best
from chatdesk.core.markup import Markup
from chatdesk.core.messages import Address, plain
from chatdesk.filters.rules import Facts
from chatdesk.filters.screen import Look, looks
from chatdesk.plan import Plan

NONE = "The desk has no filters: each ticket opens in the group of the bot that was written to."


def run(text: str, channel: str, bot: str | None, address: str, language: str | None) -> None:
    _, plan = common.desk()
    if not plan.directory.filters:
        print(NONE)
        return
    facts = _facts(plan, text, channel, bot, address, language)
    found = list(looks(plan.directory.filters, facts))
    for number, look in enumerate(found, 1):
        print(f"{number}. {look.filter.name}: {'matches' if look.matches else 'no'}: {look.why}.")
    if found[-1].matches:
        print(f"So: {_done(plan, found[-1])}.")
    else:
        print("No filter matches: the ticket opens in the group of the bot that was written to.")


def _facts(plan: Plan, text: str, channel: str, bot: str | None, address: str, language: str | None) -> Facts:
    known = [p.bot.id for p in plan.bots]
    if bot and bot not in known:
        common.refuse(f"There is no bot {bot}. There are: {', '.join(known)}.")
    door = bot or known[0]
    area = plan.directory.area_at(Address(channel, f"{door}/0")).id
    spoken = language or language_of(Markup(text)) or ENGLISH
    return Facts(text, title_of(plain(text)), channel, door, address, spoken, area)


def _done(plan: Plan, look: Look) -> str:
    return "; ".join(_parts(plan, look.filter))


def _parts(plan: Plan, one: Filter) -> list[str]:
    then = one.then
    group = f"it opens in {plan.directory.group(then.group).name} ({then.group})" if then.group else ""
    told = [group, *(f"{name} {value}" for name in ("priority", "type", "service") if (value := getattr(then, name)))]
    told.append(f"tags {', '.join(then.tags)}" if then.tags else "")
    told.append(f"the user is told «{best(then.reply, ENGLISH)}»" if then.reply and not then.spam else "")
    told.append("it ends as spam" if then.spam else "")
    return [part for part in told if part] or ["nothing becomes of it"]
