"""The life of tickets, played at random: one customer, three agents, every button and command, and time.

Only pure code runs; what `Unit` does with rows is done here with dictionaries.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chatdesk.agent_console.call import Call, decide
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.conversations import events as ev
from chatdesk.conversations.acts import ACTS, on_act
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Case
from chatdesk.conversations.decide import on_agent_message, on_customer_message
from chatdesk.conversations.linking import Linking, Other
from chatdesk.conversations.parts import (
    HeldMessage,
    HeldMessages,
    LastReply,
    OpenTickets,
    OwnTickets,
    PendingMessages,
    Timeline,
    Versions,
)
from chatdesk.conversations.redaction import Redactable
from chatdesk.conversations.smalltalk import is_greeting
from chatdesk.conversations.store.messages import Message
from chatdesk.conversations.ticket import State, Ticket
from chatdesk.core.events import Event, stored_fields
from chatdesk.core.markup import Markup, Style, styled
from chatdesk.core.messages import Act, Incoming, Outgoing, plain
from chatdesk.desk.record import messages_of
from chatdesk.desk.settle import Happened, Settled, settle
from chatdesk.desk.trunk import TRUNK
from chatdesk.desk.work import Work
from tests.builders import (
    ANNA,
    CHAT,
    HOME,
    INGRID,
    NOW,
    OTTO,
    PIOTR,
    STRANGER,
    a_case,
    a_conversation,
    a_group,
    an_incoming,
)

AGENTS = st.sampled_from([PIOTR, INGRID, OTTO])
CALLS = st.sampled_from(sorted(c.name for c in catalogue().values() if c.needs_ticket))
TYPED = st.sampled_from(["", "2", "my disk is full"])  # behind a command
ANY = st.integers(0, 5)  # picks one of what there is by then
AFTER_THE_END = {ev.CustomerThanked, ev.NoteAdded, ev.AudienceChosen}  # what a final ticket may still take
NOBODY_WAITS = cast("Any", None)


class TicketLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.talk = a_conversation()
        self.tickets: dict[int, Ticket] = {}
        self.messages: dict[str, Message] = {}
        self.timers: dict[tuple[int, str], Any] = {}
        self.serial = 0
        self.seqs: Counter[tuple[int | None, int]] = Counter()
        self.told: Counter[int | None] = Counter()
        self.posted: Counter[str] = Counter()
        self.heard: list[str] = []  # all that the customer could read
        self.internal: set[str] = set()  # words that must never be among it

    # -- what a desk does -------------------------------------------------------------------------------------

    def case(self, number: int | None) -> Case:
        ticket = self.tickets.get(number if number is not None else self.talk.current or 0)
        held = {k: HeldMessage(m.account, m.body) for k, m in self.messages.items() if m.audience == "undecided"}
        last = self.messages.get((ticket.last_reply or "") if ticket else "")
        own = tuple(sorted(self.tickets.values(), key=lambda t: -t.number))
        open_ones = OpenTickets(tuple(t for t in reversed(own) if t.state.is_open))
        last_reply = LastReply(last.body.text.text if last else "")
        parts = (HeldMessages(held), last_reply, OwnTickets(own), open_ones)
        free = max(self.tickets, default=0) + 1
        more = (Timeline(()), PendingMessages(()), Versions({}), Linking(), Other(), Redactable())
        group = a_group(after_end="reopen")
        return a_case(ticket, [*parts, *more], conversation=self.talk, now=self.now, number=free, group=group)

    def settled(self, decided: Callable[[Case], Sequence[Event]], number: int | None, said: Incoming | None) -> Settled:
        before = self.case(number)
        events = decided(before)
        done = settle(before, events, [TRUNK])
        self.check(before, done)
        work = Work("lane", 0, self.now, said=said, call=None, done=NOBODY_WAITS)
        self.messages |= {m.key: m for m in messages_of(work, done)}
        self.talk = done.case.conversation
        if done.case.ticket:
            self.tickets[done.case.ticket.number] = done.case.ticket
            for timer in done.timers:
                self.timers[done.case.ticket.number, timer.name] = timer.due
        return done

    def check(self, before: Case, done: Settled) -> None:
        """What must hold for every settlement."""
        case = before
        for happened in done.events:
            self.check_owner(case, happened.event)
            case = apply(case, happened.event)
            self.check_key(happened)
            self.seqs[happened.ticket, happened.seq] += 1
            kept = json.dumps(stored_fields(happened.event))
            assert "Anna" not in kept
            assert "words-" not in kept
            self.told[happened.ticket] += isinstance(happened.event, ev.CustomerTold)
        assert case == done.case
        assert len({o.key for o in done.outgoing}) == len(done.outgoing)
        for out in done.outgoing:
            self.check_said(out)
        self.check_state(before, done)

    def check_key(self, happened: Happened) -> None:
        """What is written in a form is called after its own event."""
        key = getattr(happened.event, "key", "")
        assert not key.startswith("t") or key.startswith("telegram:") or key == f"t{happened.ticket}:{happened.seq}"

    def check_owner(self, case: Case, event: Event) -> None:
        """A ticket changes hands only by acts that say so."""
        had = case.ticket.assignee if case.ticket else None
        if isinstance(event, ev.Claimed):
            assert had in (None, event.by)
        if isinstance(event, ev.TakenOver):
            assert had == event.was != event.by

    def check_said(self, out: Outgoing) -> None:
        if out.key.startswith("card:"):
            assert out.to == HOME
        if out.key.startswith("status:"):
            assert out.to == CHAT
        if out.body and not out.standing and not out.key.startswith("link:"):  # the chance of its code is the desk's
            self.posted[out.key] += 1
        if out.to == CHAT and out.body:
            self.heard.append(out.body.text.text)
        if out.private_to or out.author:
            assert out.to != CHAT

    def check_state(self, before: Case, done: Settled) -> None:
        was, now = before.ticket, done.case.ticket
        if was and now and was.number == now.number:
            assert now.seq == was.seq + sum(h.ticket == was.number for h in done.events)
            if was.state.is_final:
                assert replace(now, seq=was.seq, last_said=was.last_said) == was
                assert {type(h.event) for h in done.events if h.ticket == was.number} <= AFTER_THE_END
            if was.solution and was.state is State.SOLVED and now.state in (State.VERIFIED, State.REOPENED):
                assert [o.replaces for o in done.outgoing if o.replaces] == [was.solution]
        assert now is None or now.conversation == self.talk.id

    def words(self) -> str:
        self.serial += 1
        return f"words-{self.serial}."

    def numbered(self, pick: int) -> int:
        return sorted(self.tickets)[pick % len(self.tickets)]

    # -- the customer -----------------------------------------------------------------------------------------

    @initialize()
    def a_ticket_is_there(self) -> None:
        self.the_customer_says("It fails: ", False)

    @rule(text=st.sampled_from(["", "Hello!", "Thanks", "Grüezi", "It fails: "]), files=st.booleans())
    def the_customer_says(self, text: str, files: bool) -> None:
        words = text + (self.words() if text.endswith(": ") else "")
        self.serial += 1
        key = f"telegram:main/1001:{self.serial}"
        said = an_incoming(words, *(["photo"] if files else []), key=key)
        current = self.tickets.get(self.talk.current or 0)
        done = self.settled(lambda case: on_customer_message(case, said), None, said)
        copies = [o for o in done.outgoing if o.fate and o.fate.message == key]
        goes_on = current is not None and current.state.is_open and not self.talk.fresh
        if not words and not files:
            assert [type(h.event) for h in done.events] == [ev.CustomerAnswered]
        elif is_greeting(words) and not goes_on and not files:
            assert copies == []
        else:
            (copy,) = copies
            assert copy.to.thread in {f"card:{n}" for n in self.tickets}
            assert copy.body == said.body
        assert key in self.messages  # whatever was said is kept

    @rule(name=st.sampled_from(["solved", "not_solved", "end_now", "keep"]), pick=ANY)
    def the_customer_presses_a_button_of_some_ticket(self, name: str, pick: int) -> None:
        self.the_customer_does(name, pick, True, "")

    @rule(name=st.sampled_from([*ACTS, "frobnicate"]), pick=ANY, known=st.booleans(), words=TYPED)
    def the_customer_does(self, name: str, pick: int, known: bool, words: str) -> None:
        number = self.numbered(pick) if self.tickets and known else 999
        act = Act(name, {"ticket": str(number)})
        named = number if name in ("end_now", "keep", "solved", "not_solved") else None
        said = Incoming(f"telegram:press:{self.serial}", CHAT, ANNA, plain(words), self.now, 1, act=act)
        self.serial += 1
        done = self.settled(lambda case: on_act(case, said), named, said)
        heard = [o.body.text.text for o in done.outgoing if o.body and o.to == CHAT]
        assert heard  # a press is always answered
        if words and name in ACTS:  # and no word is lost silently
            passed_on = any(h.event == ev.CustomerSaid(said.key, first=True, body=said.body) for h in done.events)
            assert passed_on or any(words in text for text in heard)

    # -- the agents -------------------------------------------------------------------------------------------

    @precondition(lambda self: self.tickets)
    @rule(
        agent=st.sampled_from([PIOTR.identity, INGRID.identity, OTTO.identity, STRANGER]),
        kind=st.sampled_from([";; ", "note: ", "NOTE:", "", "mention", "file"]),
        pick=ANY,
    )
    def someone_writes_in_the_thread(self, agent: Any, kind: str, pick: int) -> None:
        number, words = self.numbered(pick), self.words()
        text = Markup(words)
        if kind == "mention":
            text = styled("@Ingrid", Style.MENTION, INGRID.identity.account) + " " + words
        elif kind == "file":
            text = Markup("")
        else:
            text = Markup(kind + words)
        key = f"slack:T1/C1:{self.serial}"
        said = an_incoming(text, *(["file"] if kind == "file" else []), by=agent, key=key)
        done = self.settled(lambda case: on_agent_message(case, said), number, said)
        out = [o for o in done.outgoing if o.to == CHAT and o.fate and o.fate.message == key]
        is_reply = kind in ("", "file") and agent != STRANGER and not self.tickets[number].state.is_final
        assert len(out) == is_reply
        if not is_reply and kind != "file":
            self.internal.add(words)

    @precondition(lambda self: self.tickets)
    @rule(agent=AGENTS, name=st.sampled_from(["claim", "take_over", "release", "assign"]), pick=ANY, other=ANY)
    def a_ticket_changes_hands(self, agent: Any, name: str, pick: int, other: int) -> None:
        self.an_agent_runs(agent, name, pick, other, True, True)

    @precondition(lambda self: self.tickets)
    @rule(agent=AGENTS, name=st.sampled_from(["resolve", "reply", "reopen", "note"]), pick=ANY, other=ANY)
    def work_is_done(self, agent: Any, name: str, pick: int, other: int) -> None:
        self.an_agent_runs(agent, name, pick, other, True, True)

    @precondition(lambda self: self.tickets)
    @rule(agent=AGENTS, name=CALLS, pick=ANY, other=ANY, complete=st.booleans(), fill=st.booleans())
    def an_agent_runs(self, agent: Any, name: str, pick: int, other: int, complete: bool, fill: bool) -> None:
        number, words = self.numbered(pick), self.words()
        held = sorted(k for k, m in self.messages.items() if m.audience == "undecided" and m.ticket == number)
        answers = {
            "assign": {"to": [PIOTR, INGRID, OTTO][other % 3].identity.account},
            "resolve": {"solution": words},
            "reply": {"text": words},
            "ask": {"text": words},
            "note": {"text": words},
            "title": {"title": "A title"},
            "priority": {"priority": ["low", "medium", "high", "top"][other % 4]},
            "send": {"message": held[other % len(held)] if held else "none"},
            "keep": {"message": held[other % len(held)] if held else "none"},
            "undo": {"message": held[other % len(held)] if held else "none"},
            "versions": {"message": "none"},
        }.get(name, {})
        if name == "resolve" and other % 2:
            answers = {"solution": self.case(number).part(LastReply).text}
        call = Call(name, agent.identity, "test", HOME, number, answers if fill else {}, complete)
        if name == "note":
            self.internal.add(words)
        if name == "send" and fill and held and self.messages[answers["message"]].account == agent.identity.account:
            self.internal -= set(self.messages[answers["message"]].body.text.text.split())
        outcome = decide(call, self.case(number))
        done = self.settled(lambda case: outcome.events, number, None)
        speech = [h.event for h in done.events if isinstance(h.event, ev.AgentSaid | ev.Resolved)]
        for event in speech:
            copies = [o for o in done.outgoing if o.to == CHAT and o.fate and o.fate.message == event.key]
            assert len(copies) == (isinstance(event, ev.AgentSaid) or event.sent)
        assert outcome.reply.ok or not outcome.events

    @precondition(lambda self: self.tickets)
    @rule(agent=AGENTS, pick=ANY, verdict=st.sampled_from(["solved", "not_solved"]))
    def it_is_resolved_and_judged(self, agent: Any, pick: int, verdict: str) -> None:
        self.an_agent_runs(agent, "resolve", pick, 0, True, True)
        self.the_customer_does(verdict, pick, True, "")

    # -- time -------------------------------------------------------------------------------------------------

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, seconds=1)
        for (number, name), due in list(self.timers.items()):
            if due and due <= self.now:
                self.timers[number, name] = None
                self.settled(partial(TRUNK.on_timer, name), number, None)

    # -- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_numbered_or_posted_twice(self) -> None:
        assert all(n == 1 for n in self.seqs.values())
        assert all(n == 1 for n in self.posted.values()), [k for k, n in self.posted.items() if n > 1]

    @invariant()
    def the_customer_is_told_once_who_takes_care(self) -> None:
        assert all(n <= 1 for n in self.told.values())

    @invariant()
    def nothing_internal_is_heard(self) -> None:
        assert not [w for w in self.internal if any(w in text for text in self.heard)]

    @invariant()
    def a_solved_ticket_waits_for_its_end(self) -> None:
        for number, ticket in self.tickets.items():
            waits = ticket.state in (State.SOLVED, State.UNSOLVED)
            assert bool(self.timers.get((number, "close"))) is waits

    @invariant()
    def only_a_solution_is_asked_about(self) -> None:
        for ticket in self.tickets.values():
            assert ticket.solution is None or (not ticket.state.is_open and not ticket.is_withdrawn)

    @invariant()
    def the_current_ticket_exists(self) -> None:
        assert self.talk.current is None or self.talk.current in self.tickets


TestTicketLife = TicketLife.TestCase
TestTicketLife.settings = settings(max_examples=200, stateful_step_count=50, deadline=None, database=None)
