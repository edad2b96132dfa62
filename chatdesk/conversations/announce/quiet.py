"""Who writes too fast or is muted: what they and the agents are told. Pure."""

from __future__ import annotations

from chatdesk.conversations import events as ev
from chatdesk.conversations.announce.ways import desk_line, in_thread, name
from chatdesk.conversations.case import Case
from chatdesk.conversations.locales import day_and_time
from chatdesk.core.messages import Act, Button, Outgoing, plain


def flood_began(event: ev.FloodBegan, case: Case) -> list[Outgoing]:
    """The user is told once; the agents where a ticket is."""
    text = case.say("flood")
    told = Outgoing(to=case.here, key="", body=plain(text), urgent=True)
    if case.ticket is None:
        return [told]
    who, until = case.who, event.writer.slow_until
    does = "sends nearly the same again and again" if event.alike else "writes very fast"
    why = f"{who} {does}. Until {until:%H:%M} UTC it is gathered into one message every half minute. "
    return [told, desk_line(case, f"{why}To be shown nothing for a while: /desk mute {case.ticket.number} 1h <why>.")]


def muted(event: ev.Muted, case: Case) -> list[Outgoing]:
    until = day_and_time(case.language, event.at)
    text = case.say("muted", until=until, why=event.why)
    line = f"{name(case, event.by)} muted {case.customer.name} until {event.at:%Y-%m-%d %H:%M} UTC: «{event.why}»."
    return [
        Outgoing(to=case.there, key="", body=plain(text), urgent=True),
        desk_line(case, f"{line} What is written meanwhile is kept, and shown to who asks for it."),
    ]


def mute_ended(event: ev.MuteEnded, case: Case) -> list[Outgoing]:
    who = case.customer.name
    ended = f"{name(case, event.by)} ended the mute of {who}." if event.by else f"The mute of {who} has ended."
    kept = f"{event.kept} messages were" if event.kept != 1 else "1 message was"
    buttons = (Button("Show", Act("muted", {"ticket": str(case.subject.number)})),) if event.kept else ()
    line = in_thread(case, plain(f"{ended} {kept} written meanwhile." if event.kept else ended), buttons=buttons)
    told = Outgoing(to=case.there, key="", body=plain(case.say("unmuted")), urgent=True)
    return [line, told]
