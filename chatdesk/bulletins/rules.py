"""What users read of a bulletin, and when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chatdesk.bulletins.model import Bulletin, BulletinOver, Bulletins, BulletinTold
from chatdesk.conversations.case import Case
from chatdesk.core.events import Event
from chatdesk.core.messages import Act, Button, Outgoing, plain
from chatdesk.core.timing import utc_words

TELL, OVER = "bulletin:", "bulletin_over:"  # timers of a conversation, with the bulletin's id behind them


def on_timer(name: str, case: Case) -> Sequence[Event]:
    if not name.startswith((TELL, OVER)):
        return []
    known = case.part(Bulletins)
    found = known.find(int(name.partition(":")[2]))
    if found is None or case.conversation.left:
        return []
    if name.startswith(OVER):
        return [] if found.is_on(case.now) or found.id not in known.told else [BulletinOver(found.id, about=found)]
    return [BulletinTold(found.id, about=found)] if found.is_on(case.now) and found.id not in known.told else []


def timer_needs(name: str) -> Sequence[type]:
    return [Bulletins] if name.startswith((TELL, OVER)) else []


def announce(event: Event, case: Case, seq: int) -> Sequence[Outgoing]:
    """One message, which says so when it is over: no further one."""
    match event:
        case BulletinTold(about=Bulletin() as about):
            off = Button(case.say("button.bulletins_off"), Act("bulletins_off"))
            return [_message(case, about, _words(case, about), (off,))]
        case BulletinOver(about=Bulletin() as about):
            return [_message(case, about, case.say("bulletin.over", text=_words(case, about)), ())]
        case _:
            return []


def _message(case: Case, about: Bulletin, text: str, buttons: tuple[Button, ...]) -> Outgoing:
    key = f"bulletin:{about.id}:c{case.conversation.id}"
    return Outgoing(to=case.conversation.at, key=key, body=plain(text), buttons=buttons, standing=True)


def _words(case: Case, about: Bulletin) -> str:
    name = case.services.name(about.service) if about.service else case.area.name
    until = case.say("bulletin.until", time=utc_words(about.until)) if about.until else ""
    return case.say(f"bulletin.{about.kind}", about=name, text=about.text, until=until).strip()


def line(bulletin: Bulletin, now: datetime) -> str:
    """As agents read it."""
    when = "now" if bulletin.is_on(now) else f"from {utc_words(bulletin.since)}"
    until = f" until {utc_words(bulletin.until)}" if bulletin.until else ""
    return f"{bulletin.id}. {bulletin.service or 'all services'}, {bulletin.kind}, {when}{until}: {bulletin.text}"
