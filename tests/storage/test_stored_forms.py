"""What is stored has to load for ever: each stored form has a golden file that is never rewritten, only added to.

`--update-golden` writes files for new forms; a file that would change means rows that no longer load.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from chatdesk.bulletins import model as bulletins
from chatdesk.conversations import events as ev
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.store.messages import BODY
from chatdesk.conversations.writers import Writer
from chatdesk.core.events import Event, stored_fields
from chatdesk.core.markup import Markup, Span, Style
from chatdesk.core.messages import Act, Address, Body, Button, Card, Fate, File, Identity, Mark, Moment, Outgoing, Way
from chatdesk.desk.outbox import OUTGOING
from chatdesk.rota import model as rota
from tests.builders import CHAT, HOME, LENDING, LIBRARY, NOW, PIOTR, STRANGER, a_roster, an_incoming
from tests.golden import Golden, compare, load

FOLDER = Path(__file__).parent / "golden"
TOLD = Fate("slack:T1/C1:9.000001", tell=Address("slack", "T1/C1", "card:42"), mark=True)
SAID = Body(
    Markup("Try <b> & https://x.org", (Span(Style.BOLD, 0, 3), Span(Style.LINK, 10, 23, "https://x.org"))),
    (File("photo"), File("document", "log.txt")),
)
MOVED = ev.Moved(
    11,
    "support",
    "lending",
    why="Anna Keller asks",
    name=PIOTR.name,
    left=Address("slack", "T1/C1", "card:42"),
    group=LENDING,
    area=LIBRARY,
    roster=a_roster(PIOTR),
)

EVENTS: Mapping[str, Event] = {
    type(e).__name__: e
    for e in (
        ev.TicketOpened(42, relates_to=41, title="I cannot log in"),
        ev.CustomerSaid("telegram:main/1001:5", first=True, body=SAID),
        ev.CustomerThanked("telegram:main/1001:6", body=SAID),
        ev.CustomerGreeted("telegram:main/1001:6", body=SAID),
        MOVED,
        ev.CustomerRenamed(),
        ev.EarlierChanged(),
        ev.AgentSaid("t42:3", 11, typed=False, body=SAID, author=PIOTR.identity),
        ev.NoteAdded("t42:4", 11, typed=False, body=SAID, author=PIOTR.identity),
        ev.AudienceAsked("slack:T1/C1:9.1", 11, body=SAID, author=PIOTR.identity),
        ev.AudienceChosen("slack:T1/C1:9.1", "public"),
        ev.ReplyHeld("slack:T1/C1:9.1", 11, asks=True, body=SAID, author=PIOTR.identity),
        ev.ReplyAwaited(11),
        ev.WritingBegan(11),
        ev.WritingEnded(11),
        ev.HoldCrossed("slack:T1/C1:9.1", 11, said=SAID),
        ev.HoldEnded("slack:T1/C1:9.1", "refused", why="Anna Keller"),
        ev.CustomerEdited("telegram:main/1001:5", body=SAID),
        ev.GatheredEdited("telegram:main/1001:5", body=SAID),
        ev.ReplyEdited("slack:T1/C1:9.1", 11, body=SAID),
        ev.ReplyRemoved("slack:T1/C1:9.1", 11, gone=False, becomes="note"),
        ev.NoteEdited("slack:T1/C1:9.1", 11, body=SAID),
        ev.NoteRemoved("slack:T1/C1:9.1", 11),
        ev.CustomerReacted("slack:T1/C1:9.1", ("🎉",), ("👍",)),
        ev.AgentReacted("telegram:main/1001:5", ("🎉",), (), 11),
        ev.ReachLost(),
        ev.ReachBack(),
        ev.AddressChosen(11, 8, to=CHAT, name="Anna Keller"),
        ev.AddressTaken(2),
        ev.Resent("slack:T1/C1:9.1", 11, body=SAID),
        ev.AlbumGrew("telegram:main/1001:album:1", album=an_incoming("Anna Keller", "photo")),
        ev.AlbumEnded("telegram:main/1001:album:1"),
        ev.CustomerLeft(),
        ev.CustomerReturned(),
        ev.TicketChosen(41),
        ev.AfterEndAsked("telegram:main/1001:8", 42, body=SAID),
        ev.AfterEndAnswered(42, "new", asked="telegram:main/1001:8:asked"),
        ev.PendingEdited("telegram:main/1001:8", body=SAID),
        ev.AgentTold("slack:T1/C1:9.1", why="Anna Keller", author=STRANGER),
        ev.Claimed(11),
        ev.TakenOver(12, 11),
        ev.Released(11),
        ev.Assigned(11, 12),
        ev.CustomerTold(11),
        ev.OwnerTold(11),
        ev.CardLost(),
        ev.OwnerGone(11),
        ev.Resolved("t42:5", 11, "workaround", sent=False, body=SAID, author=PIOTR.identity),
        ev.Verified("t42:5:asked"),
        ev.Withdrawn(),
        ev.Reopened(1, by_customer=True, asked="t42:5:asked"),
        ev.Closed(),
        ev.TitleSet(11, title="New title"),
        ev.PrioritySet(11, "low", "high"),
        ev.TicketTagged(11, ("printer", "vpn"), ("disk",)),
        ev.TypeSet(11, "incident", "service request"),
        ev.ServiceSet(11, None, "notebooks"),
        ev.Shared(11, "library", name="Anna Keller"),
        ev.SpamMarked(11),
        ev.Filtered("books", "lending", why="Anna Keller", door=LENDING, area=LIBRARY, roster=a_roster(PIOTR)),
        ev.LeaseReminded(11),
        ev.LeaseEnded(11),
        ev.AgentLeft(11, "2026-12-24T14:30:00+01:00", 12, (42, 43), "Europe/Warsaw"),
        ev.AgentReturned(11),
        ev.HandedOver(11, 12, "2026-12-24T14:30:00+01:00"),
        ev.FreshTicketWanted(),
        ev.MessageKept("telegram:main/1001:5", "gathered", author=STRANGER, body=SAID),
        ev.WriterSeen(12, writer=Writer("1001", NOW, 12)),
        ev.FloodBegan(False, writer=Writer("1001", NOW, 31)),
        ev.FloodEnded(writer=Writer("1001", NOW, 31)),
        ev.GatheredPassed(("telegram:main/1001:5", "telegram:main/1001:6")),
        ev.Muted(11, "2026-03-02T10:45:00+00:00", why="Try it with Anna"),
        ev.MuteEnded(11, 3),
        ev.CircleSeen(12, name="Anna's lab"),
        ev.CircleMoved("main/-1002100000001"),
        ev.LanguageSet("en", writes="pl", leaning="de", chosen=True),
        ev.LanguagesTold(),
        ev.CustomerAnswered("greeting", params=(("name", "Anna Keller"),)),
        pe.LinkCodeGiven(1, code="ABCDEFGHJK"),
        pe.LinkCodeRefused("wrong"),
        pe.AccountsLinked(1, 2, code="ABCDEFGHJK", told=CHAT),
        pe.AccountsUnlinked(7, 1, 2),
        pe.PersonErased(1),
        ev.BulletinsWanted(False),
        bulletins.BulletinMade(
            11, "library", "loans", "problem", "2026-09-01T12:00:00+00:00", None, text="Anna Keller"
        ),
        bulletins.BulletinEnded(11, 3),
        bulletins.BulletinTold(3),
        bulletins.BulletinOver(3),
        rota.ShiftSet(11, "support", 12, "2026-09-01T12:00:00+00:00", None, note="Anna Keller"),
        rota.ShiftEnded(11, "support", 3, "2026-09-01T12:00:00+00:00"),
        rota.ShiftsSwapped(11, "support", 3, 4),
        rota.ShiftTold((11, 12)),
        pe.RightsChanged("support", (("T1/U1", "agent"),), (("T1/U2", "lead"),), (("T1/U3", "area admin"),)),
        pe.PersonsMerged(11, 1, 5, 57, name="Anna Keller", names=("Anna Keller", "Anna K")),
        pe.PersonsParted(11, 7, 1, 5),
        pe.Redacted("telegram:main/1001:5", 11, "secret", "edited", "removed", True, body=SAID, was=SAID),
        pe.SecretSeen("telegram:main/1001:5", "a password"),
        ev.AgentRefused("slack:T1/C1:9.1", why="Anna Keller", author=STRANGER),
    )
}
OUTGOINGS: Mapping[str, Outgoing] = {
    "card": Outgoing(
        to=HOME,
        key="card:42",
        card=Card(
            "#42 · I cannot log in",
            (("State", "new"), ("Since", Moment(NOW)), ("Assignee", Identity("slack", "T1/U1", "Piotr", "en"))),
            "Replies go to Anna.",
        ),
        buttons=(
            Button("Claim", Act("claim", {"ticket": "42"}), primary=True),
            Button("Assign", Act("assign", {"ticket": "42"}), group="Handling"),
        ),
        standing=True,
        ticket=42,
    ),
    "former_card": Outgoing(
        to=HOME,
        key="card:42",
        card=Card("#42 · I cannot log in", (("Moved to", Way("Lending Desk", "card:42:7")),), "Not sent any more."),
        standing=True,
        edits=True,
    ),
    "reply": Outgoing(to=CHAT, key="t42:5:conversations:0", body=SAID, fate=TOLD, ticket=42, urgent=True),
    "copy": Outgoing(
        to=Address("slack", "T1/C1", "card:42"),
        key="t42:3:conversations:0",
        body=SAID,
        author="Anna Keller (Telegram)",
        fate=Fate("telegram:main/1001:5"),
    ),
    "mark": Outgoing(to=CHAT, key="telegram:main/1001:5:received", marks="telegram:main/1001:5", mark=Mark.RECEIVED),
    "part": Outgoing(
        to=CHAT,
        key="t42:5:conversations:0",
        body=SAID,
        fate=Fate("slack:T1/C1:9.000001", mark=True, last=False, called="«Try», part 1 of 2"),
    ),
    "unmark": Outgoing(to=HOME, key="slack:9.1:asking", marks="slack:9.1", mark=Mark.ASKING, unmark=True),
    "served": Outgoing(to=CHAT, key="t42:5:asked:served", replaces="t42:5:asked"),
    "change": Outgoing(to=CHAT, key="slack:9.1:copy:0", body=SAID, edits=True, foot="edited", urgent=True),
    "end": Outgoing(to=CHAT, key="slack:9.1:copy:0:gone", removes="slack:9.1:copy:0"),
    "answer": Outgoing(to=CHAT, key="slack:9.1:copy:0", body=SAID, answers="telegram:main/1001:5"),
    "emoji": Outgoing(to=CHAT, key="slack:9.1:copy:0:🎉", marks="slack:9.1:copy:0", mark="🎉"),
    "private": Outgoing(to=HOME, key="c7:4:conversations:0", body=Body(Markup("Not sent.")), private_to=STRANGER),
}
BODIES: Mapping[str, Body] = {
    "plain": Body(Markup("hello")),
    "empty": Body(),
    "every style": Body(
        Markup("0123456789", tuple(Span(style, n, n + 1, "target") for n, style in enumerate(list(Style)[:7]))),
    ),
    "newer styles": Body(Markup("012", tuple(Span(style, n, n + 1) for n, style in enumerate(list(Style)[7:10])))),
    "a way to a message": Body(Markup("#42", (Span(Style.MESSAGE, 0, 3, "card:42"),))),
    "files": SAID,
    "everything": Body(
        Markup("See"),
        (File("photo", "p.jpg", "image/jpeg", 3, "telegram:main:F1"), File("story", fault="unseen")),
        "Q?",
        "Marek",
    ),
}


def keep(path: Path, found: Any, golden: Golden) -> None:
    """A file that is there is never written again: rows like it are out there."""
    (compare if path.exists() else golden)(path, found)


def restored(kind: type[Event], stored: Mapping[str, Any]) -> Event:
    """The event of a log row; what is not stored has gone with the commit."""
    gone = {f.name: None for f in dataclasses.fields(kind) if not f.metadata.get("stored", True)}
    return kind(**{**gone, **stored})


def as_stored(name: str) -> dict[str, Any]:
    event = EVENTS[name]
    return {"name": name, "version": event.VERSION, "content": json.loads(json.dumps(stored_fields(event)))}


def test_every_kind_of_event_has_an_example() -> None:
    kinds = {
        n
        for n, c in {**vars(ev), **vars(pe), **vars(rota), **vars(bulletins)}.items()
        if isinstance(c, type) and issubclass(c, Event)
    }
    assert set(EVENTS) == kinds - {"Event", "TicketEvent"}


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_events_are_stored_as_ever(name: str, golden: Golden) -> None:
    keep(FOLDER / "events" / f"{name}.{EVENTS[name].VERSION}.json", as_stored(name), golden)


@pytest.mark.parametrize("file", sorted((FOLDER / "events").glob("*.json")), ids=lambda f: f.stem)
def test_events_load(file: Path) -> None:
    stored = load(file)
    event = restored({**vars(ev), **vars(pe), **vars(rota), **vars(bulletins)}[stored["name"]], stored["content"])
    now = json.loads(json.dumps(stored_fields(event)))
    assert {name: now[name] for name in stored["content"]} == stored["content"]
    assert stored["version"] < event.VERSION or now == stored["content"]


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_no_personal_text_is_in_the_log(name: str) -> None:
    content = json.dumps(as_stored(name))
    assert not any(word in content for word in ("Anna", "Piotr", "Gus", "Try", "log in", "New title"))


def check(folder: str, kind: TypeAdapter[Any], examples: Mapping[str, Any], golden: Golden) -> None:
    for name, example in examples.items():
        keep(FOLDER / folder / f"{name}.1.json", kind.dump_python(example, mode="json", exclude_defaults=True), golden)
    for file in sorted((FOLDER / folder).glob("*.json")):
        name = file.name.split(".")[0]
        assert kind.validate_json(file.read_text()) == examples[name], file.name


def test_outgoing_messages_load(golden: Golden) -> None:
    check("outgoing", OUTGOING, OUTGOINGS, golden)


def test_bodies_load(golden: Golden) -> None:
    check("bodies", BODY, BODIES, golden)


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_body_as_rows_hold_it_is_read_as_it_was(name: str) -> None:
    assert BODY.validate_json(BODY.dump_json(BODIES[name])) == BODIES[name]


@pytest.mark.parametrize("name", sorted(OUTGOINGS))
def test_an_outgoing_as_rows_hold_it_is_read_as_it_was(name: str) -> None:
    assert OUTGOING.validate_json(OUTGOING.dump_json(OUTGOINGS[name], exclude_defaults=True)) == OUTGOINGS[name]
