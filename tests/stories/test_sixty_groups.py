"""Five communities on one desk: the shipped example of 60 groups is applied, and its 60 agents work for a week.

Users write, agents claim, answer, note, pass on, return and resolve at random while the clock is turned. Then every
ticket is in exactly one group, its history tells how it came there, and each queue shows what rights allow.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chatdesk.areas.area import Area, Group
from chatdesk.areas.loader import Loaded, load
from chatdesk.emulators.playground import TELEGRAM_BOT
from chatdesk.plan import phrases
from tests.cli.command import chatdesk
from tests.conftest import NewDatabase
from tests.processes import SOAK, ease, environment, seeded, soak
from tests.stage import BOT, Mode, Stage, open_stage, until, words_of
from tests.stories.desks import slack_bot

pytestmark = pytest.mark.timeout(3600 if SOAK else 240)
FILE = Path(__file__).parents[2] / "deploy" / "desk.60-groups.yaml"
AREAS = ("physics", "life", "earth", "sky", "arts")
BOTS = {area: f"{area}_desk_bot" for area in AREAS} | {"physics": BOT}  # the emulator has that one already
TOKENS = {f"{area.upper()}_BOT_TOKEN": f"10000{n}:token-of-{area}" for n, area in enumerate(AREAS, 3)}
TOKENS["PHYSICS_BOT_TOKEN"] = TELEGRAM_BOT["token"]
USERS, DEEDS = soak(300, 30), soak(2500, 250)
AT_ONCE = 5
TURNS = 14  # half days


@dataclass
class World:
    """What the example says, and who plays it."""

    stage: Stage
    loaded: Loaded
    agents: Mapping[str, str] = field(default_factory=dict)  # user id by address
    users: list[tuple[int, str]] = field(default_factory=list)  # (user, bot)

    @property
    def groups(self) -> Mapping[str, Group]:
        return {g.id: g for g in self.loaded.directory.groups}

    @property
    def areas(self) -> Mapping[str, Area]:
        return {a.id: a for a in self.loaded.directory.areas}

    def members(self, group: str) -> list[str]:
        return [self.agents[address] for address in self.groups[group].agents]

    def groups_of(self, user: str) -> set[str]:
        return {id for id in self.groups if user in self.members(id)}


def channel_of(group: str) -> str:
    return f"C0{group.upper().replace('-', '')}"


@pytest.fixture
async def sixty(
    mode: Mode, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """The emulated Slack and Telegram have all whom the example names; it is applied, and the desk runs."""
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    loaded = load(FILE, TOKENS, phrases())
    database = await new_database(mode.database)
    async with open_stage(mode, database, start=False) as stage:
        ease(stage)
        world = World(stage, loaded)
        await peopled(world)
        given = environment(stage.settings) | TOKENS
        code, said = await chatdesk(given, tmp_path, "apply", str(FILE))
        assert code == 0, said
        assert said.count("\n+ group ") == 60 and "Applied as revision 1." in said
        await stage.start()
        yield world


async def peopled(world: World) -> None:
    control, bot = world.stage.control, await slack_bot(world.stage)
    for area in AREAS[1:]:
        token = TOKENS[f"{area.upper()}_BOT_TOKEN"]
        await control.post("telegram/bots", token=token, username=BOTS[area], name=f"{area} desk")
    addresses = dict.fromkeys(a for g in world.loaded.directory.groups for a in g.agents)
    world.agents = {address: f"U0A{n:02}" for n, address in enumerate(addresses)}
    for address, id in {**world.agents, "eva.lund@example.org": "U0EVA"}.items():
        name = address.partition("@")[0]
        await control.post("slack/users", id=id, name=name, real_name=name.replace(".", " ").title(), email=address)
    for group in world.loaded.directory.groups:
        members = [*world.members(group.id), bot]
        await control.post(
            "slack/channels", id=channel_of(group.id), name=group.home.room, private=True, members=members
        )
    for n in range(USERS):
        made = await control.post("telegram/users", first_name=f"User {n}")
        world.users.append((int(made["id"]), BOTS[AREAS[n % len(AREAS)]]))


class Week:
    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.stage, self.chance = world, world.stage, chance
        self.done: dict[str, int] = defaultdict(int)

    async def passes(self) -> None:
        for turn in range(TURNS):
            for _ in range(DEEDS // TURNS // AT_ONCE):
                await asyncio.gather(*(self.something() for _ in range(AT_ONCE)))
            await self.stage.turn(hours=12)
            if turn % 4 == 3:
                await self.stage.is_quiet(120)
        await until(self._nothing_is_due, "what time alone does", 120)
        await self.stage.is_quiet(240)

    async def _nothing_is_due(self) -> bool:
        assert self.stage.app
        now = self.stage.app.clock.now().replace(tzinfo=None)
        rows = await self.stage.rows("SELECT min(due) AS due FROM timers")
        due = rows[0]["due"]
        return due is None or str(due)[:19] > f"{now:%Y-%m-%d %H:%M:%S}"

    async def something(self) -> None:
        if self.chance.random() < 0.4:
            await self.a_user_writes()
        else:
            await self.an_agent_acts()

    async def a_user_writes(self) -> None:
        user, bot = self.chance.choice(self.world.users)
        said = self.chance.choice(
            [
                "It is stuck again",
                "Where do I find my data?",
                "grid computing, sky surveys: help",
                "text corpora are gone",
                "/end",
                "Buy gold in our casino",
                "/new",
            ]
        )
        self.done["user"] += 1
        await self.stage.customer(user, bot).says(said)

    async def an_agent_acts(self) -> None:
        rows = await self.stage.rows("SELECT number, group_id FROM tickets WHERE is_open")
        if not rows:
            return
        row = self.chance.choice(rows)
        number, group = int(row["number"]), str(row["group_id"])
        user = self.chance.choice(self.world.members(group))
        others = [g for g in self.world.groups if g != group]
        near = [g for g in others if self.world.groups[g].area == self.world.groups[group].area]
        to = self.chance.choice(near if self.chance.random() < 0.8 else others)
        deed = self.chance.choice(
            [
                f"claim {number}",
                f"move {number} {to} not ours",
                f"move {number} {to} not ours",
                f"return {number}",
                f"reply {number} We look into it",
                f"note {number} odd",
                f"resolve {number} Done",
                f"priority {number} high",
                f"release {number}",
                f"share {number} {self.chance.choice(AREAS)}",
                f"spam {number}",
            ]
        )
        self.done[deed.split()[0]] += 1
        told = await self.stage.agent(user, channel_of(group)).types(f"/desk {deed}")
        assert "went wrong" not in str(told), (deed, told)


async def test_sixty_groups_work_for_a_week(sixty: World) -> None:
    chance, stage = seeded("sixty groups"), sixty.stage
    await knows_its_agents(sixty)
    week = Week(sixty, chance)
    await week.passes()
    print(dict(week.done))
    tickets = await stage.rows("SELECT number, group_id, area_id, is_open, assignee_id, shared FROM tickets")
    assert len(tickets) >= USERS // 2
    await each_is_where_its_history_says(sixty, tickets)
    await each_stands_in_one_channel(sixty, tickets)
    for user in chance.sample(sorted(sixty.agents.values()), soak(60, 12)):
        await sees_what_is_theirs(sixty, user, tickets)
    said = await stage.rows("SELECT count(*) AS n FROM parked")
    assert said == [{"n": 0}]


async def knows_its_agents(world: World) -> None:
    async def look() -> bool:
        rows = await world.stage.rows("SELECT group_id, count(*) AS n FROM memberships WHERE belongs GROUP BY group_id")
        return {r["group_id"]: r["n"] for r in rows} == {g: len(world.members(g)) for g in world.groups}

    await until(look, "the agents of sixty groups", 120)


async def each_is_where_its_history_says(world: World, tickets: list[dict[str, Any]]) -> None:
    """From the bot's group, over filters and moves, to where it is: nothing else has moved it."""
    rows = await world.stage.rows(
        "SELECT e.ticket, e.name, e.content, c.room FROM events e JOIN tickets t ON t.number = e.ticket "
        "JOIN conversations c ON c.id = t.conversation_id WHERE e.name IN ('TicketOpened', 'Filtered', 'Moved') "
        "ORDER BY e.ticket, e.seq"
    )
    at: dict[int, str] = {}
    for row in rows:
        content, number = json.loads(row["content"]), int(row["ticket"])
        match row["name"]:
            case "TicketOpened":
                follows = content["relates_to"]
                at[number] = at[follows] if follows else f"{str(row['room']).split('/')[0]}-first-line"
            case "Filtered":
                at[number] = content["group"] or at[number]
            case _:
                assert content["was"] == at[number], row
                at[number] = content["to"]
    assert {t["number"]: t["group_id"] for t in tickets} == at
    assert all(world.groups[t["group_id"]].area == t["area_id"] for t in tickets)


async def each_stands_in_one_channel(world: World, tickets: list[dict[str, Any]]) -> None:
    """One living card, in its group's channel; where it was before stands where it has gone."""
    living: dict[int, list[str]] = defaultdict(list)
    for group in world.groups:
        for card in await world.stage.agent(world.members(group)[0], channel_of(group)).cards():
            found = re.match(r"#(\d+) ·", card["text"])
            if found and "*Moved to*" not in words_of(card):
                living[int(found[1])].append(channel_of(group))
    assert living == {t["number"]: [channel_of(t["group_id"])] for t in tickets}


async def sees_what_is_theirs(world: World, user: str, tickets: list[dict[str, Any]]) -> None:
    """The queue shows the open tickets of their groups, and of the rest they read their areas' and what is shared."""
    mine = world.groups_of(user)
    home = channel_of(next(iter(sorted(mine))))
    agent = world.stage.agent(user, home)
    seen: set[int] = set()
    for group in mine:
        said = str(await world.stage.agent(user, channel_of(group)).types("/desk queue"))
        numbers = {int(n) for n in re.findall(r"#(\d+) ", said)}
        open_ones = {t["number"] for t in tickets if t["group_id"] == group and t["is_open"]}
        assert numbers <= open_ones and len(numbers) >= min(len(open_ones), 30), (group, said)
        seen |= numbers
    areas = {world.groups[g].area for g in mine}
    for ticket in random.Random(user).sample(tickets, min(len(tickets), 6)):
        readable = ticket["area_id"] in areas or bool(areas & set(ticket["shared"].split()))
        said = str(await agent.types(f"/desk show {ticket['number']}"))
        assert (f"There is no ticket #{ticket['number']}." in said) != readable, (user, ticket, said)
