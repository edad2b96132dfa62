"""Users and agents at random on both sides: both chats show the same conversation, and nothing ever leaks."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, note, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, rule

from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.processes import SOAK, ease, seeded, soak
from tests.stage import Mode, Stage, open_stage, until
from tests.two_chats.deeds import DEEDS, Done, after, made, outcomes, possible
from tests.two_chats.people import HOLD, People
from tests.two_chats.seen import Seen, look, mismatches, numbers
from tests.two_chats.world import World

STEPS = 30
# What is seldom possible is done more often when it is.
OFTEN = {
    **{"answer_reopen": 60, "answer_new": 120, "answer_thanks": 60},
    **dict.fromkeys(("choose", "write_after_an_end"), 18),
    **dict.fromkeys(("undo", "say_solved", "say_not_solved", "unblock", "reopen"), 8),
    **dict.fromkeys(("keep", "send", "claim", "edit_into_note"), 4),
    **dict.fromkeys(
        ("react", "react_on_reply", "react_on_copy", "delete", "edit", "edit_agents", "mention", "quote", "greet"), 2
    ),
    **dict.fromkeys(("resolve", "resolve_by_command", "write", "end", "release", "take_over", "reply_with_album"), 2),
}
AT_ONCE = "at_once"  # two people do something in the same moment: both sides, two users, or two agents
LEAST = 50  # times that every rule is played in `make soak`
PATIENCE = 20.0  # seconds in which what is delivered shows
pytestmark = pytest.mark.timeout(3600 if SOAK else 120)


class TwoChats(RuleBasedStateMachine):
    """Plans what people do, against the model alone; at the end it is played, and the chats are looked at."""

    play: Callable[[list[Done]], None]

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.plan: list[Done] = []

    def add(self, done: Done) -> None:
        self.plan.append(done)
        self.world = reduce(after, (done, *done.at_once), self.world)

    def teardown(self) -> None:
        for n, done in enumerate(self.plan):
            note(f"{n}: {done}")
        type(self).play(self.plan)

    @rule(number=strategies.integers(0, 2**32 - 1))
    def somebody_does_something(self, number: int) -> None:
        """One deed of those that are possible now; evenly chosen, as generated numbers themselves are not."""
        chance = random.Random(f"{number} {len(self.plan)}")
        names = [name for name in DEEDS if possible(self.world, name)]
        found = _able(self.world)
        others = [(n, c) for n, c in found if c["who"] != found[0][1]["who"]]
        (name,) = chance.choices([*names, AT_ONCE], [*(OFTEN.get(n, 1) for n in names), 4 if others else 0])
        step = len(self.plan)
        if name != AT_ONCE:
            self.add(made(name, chance.choice(possible(self.world, name)), step))
            return
        first, choice = chance.choice(found)
        second, its = chance.choice([(n, c) for n, c in found if c["who"] != choice["who"]])
        self.add(replace(made(first, choice, step), at_once=(made(second, its, step + 1000),)))


def _able(world: World) -> list[tuple[str, dict[str, Any]]]:
    """What may happen while something else does."""
    return [(name, choice) for name in DEEDS if not DEEDS[name].alone for choice in possible(world, name)]


def _machine(play: Callable[[list[Done]], None]) -> type[TwoChats]:
    return type("TwoChats", (TwoChats,), {"play": staticmethod(play)})


async def played(plan: list[Done], mode: Mode, database_url: str, counted: Counter[str]) -> None:
    async with open_stage(mode, database_url, group=Group(hold=HOLD, flood=0)) as stage:
        ease(stage)
        await stage.control.post("slack/app", share_after=0.02)
        people = People(stage)
        worlds = [World()]
        for done in plan:
            if not all(still_possible(worlds[0], each) for each in (done, *done.at_once)):
                continue
            counted.update([done.name, *(d.name for d in done.at_once), *([AT_ONCE] if done.at_once else [])])
            people.world = worlds[0]
            await people.done(done)
            worlds = await agreeing(stage, done, worlds)
            people.numbers = numbers(worlds[0], await look(stage))


def still_possible(world: World, done: Done) -> bool:
    """The plan was made for one outcome of what happened at once; in the other some of it makes no sense."""
    return any(choice.items() <= done.what.items() for choice in possible(world, done.name))


async def agreeing(stage: Stage, done: Done, worlds: list[World]) -> list[World]:
    """Those of the worlds that may be that people see now."""
    expected: list[World] = []
    for new in (outcome for world in worlds for outcome in outcomes(world, done)):
        if new not in expected:
            expected.append(new)
    faults: list[str] = []

    async def same() -> list[World]:
        seen: Seen = await look(stage)
        faults[:] = mismatches(expected[0], seen)
        return [world for world in expected if not mismatches(world, seen)]

    try:
        found: list[World] = await until(same, "both chats as they ought to be", PATIENCE)
    except AssertionError:
        raise AssertionError(f"after {done}:\n" + "\n".join(faults)) from None
    return found


def test_both_chats_show_the_same_conversation(new_database: NewDatabase) -> None:
    seed = seeded("two chats").randrange(10**6)
    counted: Counter[str] = Counter()
    begun = time.monotonic()
    with asyncio.Runner() as runner:
        for kind, runs in (("sqlite", soak(180, 4)), ("postgres", soak(20, 1))):

            async def run(plan: list[Done], kind: str = kind) -> None:
                await played(plan, Mode(kind), await new_database(kind), counted)

            machine = _machine(lambda plan, run=run: runner.run(run(plan)))  # type: ignore[misc]
            hypothesis.seed(seed)(get_state_machine_test(machine, settings=_settings(runs)))()
    print(f"two chats: {dict(counted.most_common())} in {time.monotonic() - begun:.0f} s")
    if SOAK:
        assert not {name: counted[name] for name in (*DEEDS, AT_ONCE) if counted[name] < LEAST}


def _settings(runs: int) -> settings:
    """What fails is made shorter where there is time for it: in `make soak`, and when a seed is played again."""
    shrinks = SOAK or bool(os.environ.get("CHATDESK_SEED"))
    return settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
