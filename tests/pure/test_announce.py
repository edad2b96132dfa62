"""What is said about what happened: golden files, one per reader and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from chatdesk.agent_console.card import card
from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.acts import ACTS, on_act
from chatdesk.conversations.announce import announce
from chatdesk.conversations.apply import apply
from chatdesk.conversations.card import status_of
from chatdesk.conversations.case import Case
from chatdesk.conversations.copies import Copies
from chatdesk.conversations.decide import greeting
from chatdesk.conversations.parts import About, Exchange, OpenTickets, OwnTickets
from chatdesk.conversations.phrases import known_language, languages, say
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.ticket import Earlier, Held, State, Ticket, Writing
from chatdesk.conversations.writers import Writer
from chatdesk.core.events import Event
from chatdesk.core.markup import Markup, bold
from chatdesk.core.messages import Act, Address, Body, Button, Mark, Outgoing, plain
from tests.builders import (
    ANNA,
    CHAT,
    HOME,
    INGRID,
    LENDING,
    LIBRARY,
    NOW,
    OTTO,
    PIOTR,
    STRANGER,
    a_case,
    a_file,
    a_group,
    a_known,
    a_roster,
    a_solved_ticket,
    a_ticket,
    an_act,
    an_incoming,
)
from tests.golden import Golden

FOLDER = Path(__file__).parent / "golden"
OUTGOING = TypeAdapter(list[Outgoing])
SAID = plain("It says <b>403</b> & {braces}")
MINE = a_ticket(state=State.IN_PROGRESS, assignee=11, assigned_at=None, told_who=True)
RESOLVED: Mapping[str, Any] = {"body": plain("Restarted."), "author": PIOTR.identity}

CAMPUS = Address("telegram", "campus/1001")
FAST = Writer("1001", NOW, 31, slow_until=NOW + timedelta(minutes=10))
FILES = (a_file("photo"), a_file("photo"), a_file("document"))
HELD = ev.ReplyHeld("slack:T1/C1:9.1", 11, body=SAID, author=PIOTR.identity)

MOVED = ev.Moved(
    11,
    "support",
    "lending",
    why="It is about a book",
    name=PIOTR.name,
    left=Address("slack", "T1/C1", "card:42"),
    left_name="Support",
    group=LENDING,
    area=LIBRARY,
    roster=a_roster(OTTO),
)
HERS = "telegram:main/1001:5"
TOGETHER = ("telegram:main/1001:7", "telegram:main/1001:8")  # two that the agents see in one message
REDACTABLE = Redactable(
    (
        a_known(key=HERS, side="customer", account="1001", author="Anna Keller"),
        a_known(),
        a_known(key="t42:3", audience="internal"),
        a_known(key="t42:5", copies=Copies()),
        *(a_known(key=key, side="customer", account="1001", author="Anna Keller", body=SAID) for key in TOGETHER),
    ),
    asked=frozenset({"t42:5"}),
    posts=dict.fromkeys(TOGETHER, TOGETHER),
    below=frozenset(TOGETHER[1:]),
    earlier={TOGETHER[0]: ("My code is TANGO77",)},
    quoting=(a_known(key="telegram:main/1001:9", side="customer", author="Anna Keller", body=Body(quote="TANGO77")),),
)


EXCHANGE = Exchange((a_known(key=HERS, side="customer", author="Anna Keller", seq=1, body=SAID), a_known(seq=2)))


def _redacted(key: str, here: str, there: str) -> pe.Redacted:
    removed = plain("Removed by Piotr Zieliński: a password or a key.")
    return pe.Redacted(key, 11, "secret", here, there, body=removed, was=SAID)


HAPPENINGS: Mapping[str, tuple[Event, Ticket | None]] = {
    "the first message": (ev.CustomerSaid("telegram:main/1001:5", first=True, body=SAID), a_ticket()),
    "a later message": (ev.CustomerSaid("telegram:main/1001:6", body=SAID), a_ticket()),
    "a message that comes late": (
        ev.CustomerSaid("telegram:main/1001:6", body=SAID, written=NOW - timedelta(minutes=2)),
        a_ticket(heard=NOW),
    ),
    "a photo with words": (
        ev.CustomerSaid("telegram:main/1001:6", body=Body(SAID.text, (a_file("photo"),))),
        a_ticket(),
    ),
    "a film that is too big": (
        ev.CustomerSaid("telegram:main/1001:6", body=Body(SAID.text, (a_file("video", source="", fault="too_big"),))),
        a_ticket(),
    ),
    "an answer to an earlier message, forwarded": (
        ev.CustomerSaid("telegram:main/1001:6", body=replace(SAID, quote="Which one?", origin="Marek")),
        a_ticket(),
    ),
    "a reply with files": (
        ev.AgentSaid("slack:T1/C1:9.1", 11, body=Body(SAID.text, FILES), author=PIOTR.identity),
        MINE,
    ),
    "a part of an album": (ev.AlbumGrew("telegram:main/1001:album:1", album=an_incoming("", "photo")), None),
    "an album is complete": (ev.AlbumEnded("telegram:main/1001:album:1"), None),
    "thanks after the end": (ev.CustomerThanked("telegram:main/1001:7", body=plain("Thanks!")), a_solved_ticket()),
    "a greeting on the open ticket": (ev.CustomerGreeted("telegram:main/1001:7", body=plain("Hello!")), MINE),
    "a reply from the thread": (
        ev.AgentSaid("slack:T1/C1:9.1", 11, body=Body(bold("Try") + " again"), author=PIOTR.identity),
        MINE,
    ),
    "a reply that comes late": (
        ev.AgentSaid(
            "slack:T1/C1:9.1", 11, body=SAID, author=PIOTR.identity, written=NOW - timedelta(days=1, minutes=2)
        ),
        replace(MINE, answered=NOW),
    ),
    "a reply from a form": (ev.AgentSaid("t42:3", 11, typed=False, body=SAID, author=PIOTR.identity), MINE),
    "a reply of someone who has left": (ev.AgentSaid("slack:T1/C1:9.1", 99, body=SAID, author=STRANGER), MINE),
    "a note from the thread": (ev.NoteAdded("slack:T1/C1:9.1", 11, body=SAID, author=PIOTR.identity), MINE),
    "a note from a form": (ev.NoteAdded("t42:3", 11, typed=False, body=SAID, author=PIOTR.identity), MINE),
    "a message that mentions a colleague": (
        ev.AudienceAsked("slack:T1/C1:9.1", 11, body=SAID, author=PIOTR.identity),
        MINE,
    ),
    "a reply is a question": (ev.ReplyAwaited(11), MINE),
    "an agent begins to write": (ev.WritingBegan(11), MINE),
    "an agent has stopped writing": (ev.WritingEnded(11), MINE),
    "the author has chosen": (ev.AudienceChosen("slack:T1/C1:9.1", "public"), MINE),
    "a message that mentions a colleague is deleted": (ev.AudienceChosen("slack:T1/C1:9.1", "undone"), MINE),
    "a reply waits": (HELD, MINE),
    "a reply from a form waits": (ev.ReplyHeld("t42:3", 11, typed=False, body=SAID, author=PIOTR.identity), MINE),
    "a second agent's reply waits": (
        ev.ReplyHeld("slack:T1/C1:9.2", 12, asks=True, body=SAID, author=INGRID.identity),
        replace(MINE, held=(Held("slack:T1/C1:9.1", 11),)),
    ),
    "the customer wrote meanwhile": (ev.HoldCrossed("slack:T1/C1:9.1", 11, said=SAID), MINE),
    "the customer wrote meanwhile, to someone who has left": (ev.HoldCrossed("x", 99, said=SAID), MINE),
    "the customer ended the ticket meanwhile": (
        ev.HoldCrossed("slack:T1/C1:9.1", 11, ended=True, said=Body()),
        MINE,
    ),
    "a reply of which its author was asked is undone": (ev.HoldEnded("slack:T1/C1:9.1", "undone", asked=True), MINE),
    "a reply waits no longer": (ev.HoldEnded("slack:T1/C1:9.1", "sent"), MINE),
    "a reply is undone": (ev.HoldEnded("slack:T1/C1:9.1", "undone"), MINE),
    "a message is edited": (ev.CustomerEdited("telegram:main/1001:6", body=SAID), MINE),
    "a message is edited after an answer": (
        ev.CustomerEdited("telegram:main/1001:6", body=SAID),
        replace(MINE, answered=NOW),
    ),
    "a gathered message is edited": (ev.GatheredEdited("telegram:main/1001:6", body=SAID), MINE),
    "a reply is edited": (ev.ReplyEdited("slack:T1/C1:9.1", 11, body=SAID), MINE),
    "a reply is removed": (ev.ReplyRemoved("slack:T1/C1:9.1", 11), MINE),
    "an old reply is removed": (ev.ReplyRemoved("slack:T1/C1:9.1", 11, gone=False), MINE),
    "a reply becomes a note": (ev.ReplyRemoved("slack:T1/C1:9.1", 11, becomes="note"), MINE),
    "a note is edited": (ev.NoteEdited("slack:T1/C1:9.1", 11, body=SAID), MINE),
    "a note is removed": (ev.NoteRemoved("slack:T1/C1:9.1", 11), MINE),
    "the customer reacts": (ev.CustomerReacted("slack:T1/C1:9.1", ("🎉",), ("👍",)), MINE),
    "an agent reacts": (ev.AgentReacted("slack:T1/C1:9.1", ("🎉",), (), 11), MINE),
    "an agent takes a reaction back": (ev.AgentReacted("slack:T1/C1:9.1", (), ("🎉",), 11), MINE),
    "the customer cannot be reached": (ev.ReachLost(), MINE),
    "the customer cannot be reached, but elsewhere": (
        ev.ReachLost(offers=(Button("Answer in campus (Telegram)", Act("address", {"ticket": "42", "to": "c8"})),)),
        MINE,
    ),
    "another address is chosen": (ev.AddressChosen(11, 8, to=CAMPUS, name="campus (Telegram)"), MINE),
    "the ticket is at another address": (
        ev.AddressTaken(1),
        replace(MINE, left=NOW, began=7, conversation=8, origin=CAMPUS),
    ),
    "the customer can be reached again": (ev.ReachBack(), replace(MINE, left=NOW)),
    "a reply is kept": (
        ev.AgentSaid("slack:T1/C1:9.1", 11, kept=True, body=SAID, author=PIOTR.identity),
        replace(MINE, left=NOW),
    ),
    "a kept reply leaves": (ev.Resent("slack:T1/C1:9.1", 11, body=SAID), MINE),
    "the bot was blocked": (ev.CustomerLeft(), None),
    "the bot was unblocked": (ev.CustomerReturned(), None),
    "another ticket is chosen": (ev.TicketChosen(41), None),
    "a message after the end": (ev.AfterEndAsked("telegram:main/1001:8", 42, body=SAID), a_solved_ticket()),
    "its author has said what it is": (
        ev.AfterEndAnswered(42, "new", asked="telegram:main/1001:8:asked"),
        a_solved_ticket(),
    ),
    "a message after the end is edited": (ev.PendingEdited("telegram:main/1001:8", body=SAID), None),
    "an agent is told something": (ev.AgentTold("slack:T1/C1:9.1", why="Not changed.", author=PIOTR.identity), MINE),
    "claimed": (ev.Claimed(11), a_ticket()),
    "the customer is told": (ev.CustomerTold(11), a_ticket()),
    "taken over": (ev.TakenOver(12, 11), MINE),
    "taken over from someone who has left": (ev.TakenOver(12, 99), MINE),
    "released": (ev.Released(11), MINE),
    "assigned": (ev.Assigned(11, 12), a_ticket()),
    "assigned to the same agent once more": (ev.Assigned(11, 12), a_ticket(told_owner=12)),
    "claimed by the same agent once more": (ev.Claimed(11), a_ticket(told_owner=11)),
    "moved to another group": (MOVED, MINE),
    "moved to a group whose channel is archived": (replace(MOVED, trouble="it is archived"), MINE),
    "returned to the group that it came from": (replace(MOVED, returned=True), MINE),
    "assigned by the desk": (ev.Assigned(0, 12), MINE),
    "shared with another area": (ev.Shared(11, "library", name="Library"), a_ticket()),
    "shared no more": (ev.Shared(11, "library", on=False, name="Library"), a_ticket(shared=("library",))),
    "a filter matched": (ev.Filtered("books", why="the text contains «book»", reply="One moment"), a_ticket()),
    "marked as spam": (ev.SpamMarked(11), a_ticket()),
    "marked as spam by a filter": (ev.SpamMarked(0), a_ticket()),
    "no spam after all": (ev.SpamMarked(11, on=False), a_ticket(state=State.UNSOLVED, spam=True)),
    "bulletins are not wanted": (ev.BulletinsWanted(False), None),
    "type set": (ev.TypeSet(11, "incident", "service request"), a_ticket()),
    "service set": (ev.ServiceSet(11, None, "notebooks"), a_ticket()),
    "others may act": (pe.RightsChanged("support", came=(("T1/U1", "agent"),)), None),
    "the customer is called otherwise": (ev.CustomerRenamed(), MINE),
    "earlier tickets stand otherwise": (ev.EarlierChanged(), MINE),
    "the owner's account is no more": (ev.OwnerGone(11), MINE),
    "the card was deleted": (ev.CardLost(), MINE),
    "the owner has been told": (ev.OwnerTold(11), MINE),
    "a message to somebody who is not there": (
        ev.CustomerSaid("telegram:main/1001:6", body=SAID),
        a_ticket(assignee=99, opened=NOW - timedelta(hours=1)),
    ),
    "a photo, and nobody has the ticket": (
        ev.CustomerSaid("telegram:main/1001:6", body=Body(Markup(""), (a_file("photo", name=""),))),
        a_ticket(opened=NOW - timedelta(hours=1)),
    ),
    "assigned to someone who has left": (ev.Assigned(11, 99), a_ticket()),
    "resolved": (ev.Resolved("t42:3", 11, **RESOLVED), MINE),
    "resolved with the last reply": (ev.Resolved("t42:3", 11, "workaround", sent=False, **RESOLVED), MINE),
    "verified": (ev.Verified("t42:5:asked"), a_solved_ticket()),
    "withdrawn": (ev.Withdrawn(), a_ticket()),
    "reopened by the customer": (ev.Reopened(1, by_customer=True, asked="t42:5:asked"), a_solved_ticket()),
    "reopened by a message after the solution": (
        ev.Reopened(1, by_customer=True, asked="t42:5:asked", wrote=True),
        a_solved_ticket(),
    ),
    "reopened by a message after withdrawal": (
        ev.Reopened(1, by_customer=True, wrote=True),
        a_ticket(state=State.SOLVED, qualifier="withdrawn"),
    ),
    "reopened by an agent": (ev.Reopened(12, by_customer=False, asked="t42:5:asked"), a_solved_ticket()),
    "closed": (ev.Closed(), a_solved_ticket()),
    "tagged": (ev.TicketTagged(11, ("printer", "vpn"), ("disk",)), a_ticket()),
    "its owner is reminded": (ev.LeaseReminded(11), MINE),
    "a lease ends": (ev.LeaseEnded(11), a_ticket()),
    "an agent goes away": (ev.AgentLeft(11, "2026-12-24T00:00:00+01:00", 12, (42,), "Europe/Warsaw"), None),
    "an agent is back": (ev.AgentReturned(11), None),
    "handed over": (ev.HandedOver(11, 12, "2026-12-24T14:30:00+01:00"), a_ticket(assignee=12)),
    "returned by who is away": (ev.HandedOver(11, None, "2026-12-24T00:00:00+01:00"), a_ticket()),
    "returned until further notice": (ev.HandedOver(11), a_ticket()),
    "title set": (ev.TitleSet(11, title="New title"), a_ticket()),
    "priority set": (ev.PrioritySet(11, "low", "high"), a_ticket()),
    "a fresh ticket is wanted": (ev.FreshTicketWanted(), None),
    "an agent is refused": (ev.AgentRefused("slack:T1/C1:9.1", why="Not sent.", author=STRANGER), MINE),
    "opened": (ev.TicketOpened(43, title="I cannot log in"), None),
    "a code is given": (pe.LinkCodeGiven(1, code="ABCDEFGHJK"), None),
    "a code is refused": (pe.LinkCodeRefused("wrong"), None),
    "accounts are linked": (pe.AccountsLinked(1, 2, code="ABCDEFGHJK", told=CHAT, language="de"), None),
    "accounts are unlinked": (pe.AccountsUnlinked(7, 1, 2), None),
    "a person is erased": (pe.PersonErased(1), None),
    "persons are merged": (
        pe.PersonsMerged(11, 1, 5, 57, name="Anna Keller", names=("Anna Keller", "Anna K")),
        MINE,
    ),
    "persons are parted": (pe.PersonsParted(11, 7, 1, 5), MINE),
    "a user's message is removed": (_redacted(HERS, "edited", "removed"), MINE),
    "a user's old message is removed": (_redacted(HERS, "edited", "left"), MINE),
    "one of two that stand together is removed": (_redacted(TOGETHER[0], "edited", "removed"), MINE),
    "one that was changed is removed from both": (_redacted(TOGETHER[1], "edited", "removed"), MINE),
    "an agent's message is removed": (_redacted("slack:T1/C1:9.1", "left", "removed"), MINE),
    "an agent's old message is removed": (_redacted("slack:T1/C1:9.1", "left", "edited"), MINE),
    "a note from a form is removed": (_redacted("t42:3", "edited", ""), MINE),
    "a solution is removed": (_redacted("t42:5", "edited", "edited"), a_solved_ticket()),
    "a user's message looks like a secret": (pe.SecretSeen(HERS, "a password"), MINE),
    "what a user passed on looks like a secret": (pe.SecretSeen(HERS, "a password", passed_on=True), MINE),
    "an agent's message looks like a secret": (pe.SecretSeen("slack:T1/C1:9.1", "a private key", False), MINE),
    "the bot answers": (ev.CustomerAnswered("new"), None),
    "the language is set": (ev.LanguageSet("de", "de"), None),
    "a message is gathered": (
        ev.MessageKept("telegram:main/1001:6", "gathered", author=ANNA, body=SAID, written=NOW),
        MINE,
    ),
    "somebody writes in quick succession": (ev.WriterSeen(12, writer=FAST), MINE),
    "somebody writes too fast": (ev.FloodBegan(False, writer=FAST), MINE),
    "somebody sends the same again and again": (ev.FloodBegan(True, writer=FAST), a_ticket()),
    "somebody without a ticket writes too fast": (ev.FloodBegan(False, writer=FAST), None),
    "somebody is heard as before": (ev.FloodEnded(writer=FAST), MINE),
    "what was gathered is passed on": (ev.GatheredPassed(("telegram:main/1001:6",)), MINE),
    "gathered messages": (ev.CustomerSaid("telegram:main/1001:6", gathered=12, body=SAID), MINE),
    "muted": (ev.Muted(11, "2026-03-02T10:45:00+00:00", why="Too many messages"), MINE),
    "unmuted": (ev.MuteEnded(11, 3), MINE),
    "the mute has ended": (ev.MuteEnded(0, 1), MINE),
    "the mute has ended, and nothing was written": (ev.MuteEnded(0, 0), MINE),
    "a circle is called otherwise": (ev.CircleSeen(12, name="Physics Lab"), None),
    "a circle moves": (ev.CircleMoved("main/-1002100000001"), None),
    "the languages of the group are told": (ev.LanguagesTold(), None),
}


def after(event: Event, ticket: Ticket | None, language: str = "en") -> Case:
    return apply(
        a_case(ticket, [About(a_known()), REDACTABLE, EXCHANGE], language=language, group=a_group(hold=10)), event
    )


def said(event: Event, ticket: Ticket | None, language: str = "en") -> list[Outgoing]:
    case = after(event, ticket, language)
    return list(announce(event, case, case.ticket.seq if case.ticket else case.conversation.seq))


def as_json(outgoing: list[Outgoing]) -> Any:
    return OUTGOING.dump_python(outgoing, mode="json", exclude_defaults=True)


def to_customer(out: Outgoing) -> bool:
    return out.to.channel == CHAT.channel


@pytest.mark.parametrize("language", languages())
def test_what_the_customer_reads(language: str, golden: Golden) -> None:
    found: dict[str, Any] = {
        name: as_json([o for o in said(event, ticket, language) if to_customer(o)])
        for name, (event, ticket) in HAPPENINGS.items()
    }
    for state in State:
        status = status_of(a_case(a_ticket(state=state, assignee=11), language=language))
        found[f"status: {state}"] = as_json([status])
    free = a_ticket(state=State.IN_PROGRESS)
    found["status: in progress, its agent has left"] = as_json([status_of(a_case(free, language=language))])
    withdrawn = a_ticket(state=State.SOLVED, qualifier="withdrawn")
    found["status: withdrawn"] = as_json([status_of(a_case(withdrawn, language=language))])
    golden(FOLDER / f"customer.{language}.json", found)


@pytest.mark.parametrize("language", languages())
def test_what_the_bot_answers(language: str, golden: Golden) -> None:
    found = {}
    own = OwnTickets((a_ticket(), a_ticket(number=41, state=State.SOLVED, title="Quota")))
    for name, ticket in (("without a ticket", None), ("open", a_ticket()), ("solved", a_solved_ticket())):
        for act in (*ACTS, "frobnicate"):
            open_ones = OpenTickets((ticket,) if ticket and ticket.state.is_open else ())
            case = a_case(ticket, [own, open_ones] if ticket else [], language=language)
            events = on_act(case, an_act(act, ticket="42"))
            answers = [e for e in events if isinstance(e, ev.CustomerAnswered)]
            found[f"/{act}, {name}"] = as_json([o for e in answers for o in said(e, ticket, language)])
    faults = ("too_big", "unseen")
    several = OpenTickets((a_ticket(), a_ticket(number=41, title="Quota")))
    for words in ("", "99", "it works"):
        ends = on_act(a_case(None, [several], language=language), an_act("end", words))
        found[f"/end {words}".rstrip() + ", two others open"] = as_json(
            [o for e in ends for o in said(e, None, language)]
        )
    for fault in faults:
        told = ev.CustomerAnswered(f"file.{fault}", params=(("files", "film.mp4"),))
        found[f"a file that is {fault}"] = as_json(said(told, None, language))
    found["nothing"] = as_json(said(ev.CustomerAnswered("nothing_said"), None, language))
    golden(FOLDER / f"answers.{language}.json", found)


def test_what_the_agents_read(golden: Golden) -> None:
    found: dict[str, Any] = {
        name: as_json([o for o in said(event, ticket) if not to_customer(o)])
        for name, (event, ticket) in HAPPENINGS.items()
    }
    for state in State:
        found[f"card: {state}"] = as_json([card(a_case(a_ticket(state=state, assignee=11, qualifier="fixed")))])
    found["card: free"] = as_json([card(a_case(a_ticket(relates_to=41)))])
    writing = (Writing(11, NOW), Writing(12, NOW + timedelta(minutes=1)), Writing(99, NOW))
    earlier = Earlier(5, ((40, "solved"), (38, "closed"), (7, "withdrawn")))
    found["card: two are writing"] = as_json([card(a_case(a_ticket(assignee=11, writing=writing, earlier=earlier)))])
    found["card: its agent has left"] = as_json([card(a_case(a_ticket(assignee=99)))])
    golden(FOLDER / "agents.json", found)


def test_every_event_is_told_or_deliberately_silent() -> None:
    silent = {
        *("opened", "title set", "priority set", "tagged", "a fresh ticket is wanted"),
        *("type set", "service set", "others may act", "bulletins are not wanted"),
        *("an agent goes away", "an agent is back"),
        *("claimed by the same agent once more", "the owner has been told", "the customer is called otherwise"),
        "earlier tickets stand otherwise",
        *("a note is edited", "a note is removed"),
        *("the bot was blocked", "the bot was unblocked", "another ticket is chosen"),
        *("a message after the end is edited", "a part of an album", "an album is complete"),
        *("the language is set", "a reply is a question"),
        *("an agent begins to write", "an agent has stopped writing"),
        "the language is set",
        *("a code is refused", "accounts are unlinked", "a person is erased"),
        *("a message is gathered", "somebody writes in quick succession", "somebody is heard as before"),
        *("what was gathered is passed on",),
        *("a circle is called otherwise", "a circle moves"),
    }
    assert {name for name, (event, ticket) in HAPPENINGS.items() if not said(event, ticket)} == silent
    kinds = {type(event) for event, _ in HAPPENINGS.values()}
    named = [*vars(ev).values(), *vars(pe).values()]
    assert kinds == {c for c in named if isinstance(c, type) and issubclass(c, Event)} - {Event, ev.TicketEvent}


@pytest.mark.parametrize(
    "name", ["a note from the thread", "a note from a form", "a message that mentions a colleague"]
)
def test_what_is_internal_never_goes_to_the_customer(name: str) -> None:
    event, ticket = HAPPENINGS[name]
    assert not any(to_customer(o) for o in said(event, ticket))


def test_keys_name_ticket_event_and_place() -> None:
    event, ticket = HAPPENINGS["resolved with the last reply"]
    assert [o.key for o in said(event, ticket)] == ["t42:3:conversations:0", "t42:3:asked"]
    assert [o.key for o in said(greeting(a_case()), None)] == ["c7:4:conversations:0"]


def test_marks_and_private_words_bind_no_lane() -> None:
    event, ticket = HAPPENINGS["a message that mentions a colleague"]
    ask, mark = said(event, ticket)
    assert ask.private_to == PIOTR.identity
    assert ask.lane == f"mark:{ask.key}"
    assert mark.lane == f"mark:{mark.key}"
    assert Outgoing(to=HOME, key="card:42", standing=True).lane == "card:42"
    assert Outgoing(to=Address("slack", "T1/C1", "card:42"), key="x").lane == "card:42"
    assert Outgoing(to=CHAT, key="status:42", standing=True).lane == "telegram:main/1001"


def test_a_mark_is_taken_away_after_it_was_set() -> None:
    """Both are in one lane, in the order in which they were said."""
    asked, ticket = HAPPENINGS["a message that mentions a colleague"]
    chosen, _ = HAPPENINGS["the author has chosen"]
    (_, mark), (unmark,) = said(asked, ticket), said(chosen, ticket)
    assert (unmark.marks, unmark.mark, unmark.unmark) == (mark.marks, Mark.ASKING, True)
    assert unmark.lane == mark.lane


def test_nothing_in_a_name_or_a_title_is_a_pattern() -> None:
    case = a_case(a_ticket(title="{number} %s {0}"))
    body = status_of(case).body
    assert body is not None
    assert body.text.text.startswith("Ticket #42: {number} %s {0}")
    assert say("en", "took", agent="{x}", number=1) == "{x} takes care of your ticket #1."


@pytest.mark.parametrize(
    ("code", "known"),
    [(None, "en"), ("en-GB", "en"), ("EN", "en"), ("xx", "en"), ("", "en"), ("de-AT", "de"), ("fr_CA", "fr")],
)
def test_the_nearest_language(code: str | None, known: str) -> None:
    assert known_language(code) == known


def test_an_untranslated_phrase_is_said_in_english() -> None:
    assert say("xx", "kept", number=1) == "Ticket #1 stays open."


def test_the_assignee_is_told_alone() -> None:
    nudge = said(*HAPPENINGS["assigned to the same agent once more"])[1]
    assert nudge.private_to == INGRID.identity
    assert nudge.body == Body(Markup("Piotr Zieliński assigned ticket #42 to you: I cannot log in"))
