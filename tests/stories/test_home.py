"""The app's Home: what waits, one click from its thread; several done at once; the same typed in any channel."""

from __future__ import annotations

from typing import Any

from tests.stage import ANNA, CHLOE, INGRID, MAREK, PIOTR, Stage, until, words_of

LINK = "https://"


class HomeOf:
    """What somebody sees and does in the app's Home."""

    def __init__(self, stage: Stage, user: str) -> None:
        self._control = stage.control
        self.user = user

    async def opens(self) -> None:
        await self._control.post("slack/home", user=self.user)

    async def view(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._control.get("slack/home", user=self.user)
        return found

    async def rows(self) -> dict[str, list[str]]:
        """The titles of the rows under each heading."""
        view = (await self.view())["view"]
        found: dict[str, list[str]] = {}
        for block in view["blocks"] if view else []:
            if block["type"] == "header":
                found[block["text"]["text"]] = rows = []
            elif block["type"] == "section" and found:
                rows.append(block["text"]["text"])
        return found

    async def shows(self, **headings: list[str]) -> None:
        """Wait until there are these rows, by their ticket's numbers: `Yours=["#1"]`."""

        async def look() -> bool:
            rows = await self.rows()
            seen = {head.split(" (")[0].split(" ")[0]: [_number(r) for r in own] for head, own in rows.items()}
            return all(seen.get(head) == numbers for head, numbers in headings.items())

        await until(look, f"{headings} in the Home of {self.user}")

    async def boxes(self) -> set[str]:
        """The boxes to be ticked: they keep their ticks as long as they have the same ids."""
        view = (await self.view())["view"]
        return {block["block_id"] for block in view["blocks"] if block["block_id"].startswith("tick:")}

    async def ticks(self, *numbers: int) -> None:
        view_id = (await self.view())["view_id"]
        for number in numbers:
            await self._control.post(
                "slack/press", user=self.user, view_id=view_id, label=f"#{number}", value=[str(number)]
            )

    async def presses(self, label: str) -> None:
        view_id = (await self.view())["view_id"]
        await self._control.post("slack/press", user=self.user, view_id=view_id, label=label)


def _number(row: str) -> str:
    return row.split("#")[1].split(" ")[0].join(("#", ""))


async def test_what_waits_is_seen_and_kept_up_to_date(stage: Stage) -> None:
    anna, marek, piotr = stage.customer(ANNA), stage.customer(MAREK), stage.agent()
    home = HomeOf(stage, PIOTR)
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await home.opens()
    await home.shows(Yours=[], Unclaimed=["#1"], Waiting=[])
    await marek.says("My disk is full")
    await home.shows(Unclaimed=["#1", "#2"])
    await piotr.clicks(1, "Claim")
    await home.shows(Yours=["#1"], Unclaimed=["#2"])
    (mine,) = next(iter((await home.rows()).values()))
    ts = (await piotr.card("#1 ·"))["ts"]
    assert f"/p{ts.replace('.', '')}?thread_ts={ts}" in mine
    assert "ours since" in mine
    await piotr.writes(1, "Which browser is it?")

    async def theirs() -> bool:
        return "theirs since" in str(await home.rows())

    await until(theirs, "the turn")


async def test_several_are_resolved_at_once_and_what_could_not_be_is_told(stage: Stage) -> None:
    customers = [stage.customer(c) for c in (ANNA, MAREK, CHLOE)]
    piotr, home = stage.agent(), HomeOf(stage, PIOTR)
    for number, customer in enumerate(customers, 1):
        await customer.says("The web server is down")
        await piotr.card(f"#{number} ·")
    await home.opens()
    await home.shows(Unclaimed=["#1", "#2", "#3"])
    await home.presses("Resolve…")
    assert "Tick the tickets first" in str(await piotr.modal())
    await home.ticks(1, 2, 3)
    await home.presses("Resolve…")
    assert "#1, #2, #3" in str(await piotr.modal())
    assert (await piotr.submits(solution=";; not for users"))["answer"]["response_action"] == "errors"
    await customers[2].says("/end")
    await customers[2].presses("End it")
    await piotr.card_shows(3, "withdrawn")
    answer = await piotr.submits(solution="It is up again")
    assert answer["answer"]["response_action"] == "update"
    assert "Resolve: done for 2 of 3 tickets. Not for #3: Resolve is not possible" in str(answer)
    for customer in customers[:2]:
        await customer.sees("It is up again")
    await customers[2].never_sees("It is up again")
    await home.shows(Yours=[], Unclaimed=[])
    resolved = await stage.rows("SELECT ticket, via FROM events WHERE name = 'Resolved' ORDER BY ticket")
    assert [(row["ticket"], row["via"]) for row in resolved] == [(1, "slack:home"), (2, "slack:home")]


async def test_several_are_tagged_and_replied_to_and_the_ticks_are_gone(stage: Stage) -> None:
    anna, marek, piotr = stage.customer(ANNA), stage.customer(MAREK), stage.agent()
    home = HomeOf(stage, PIOTR)
    for number, customer in enumerate((anna, marek), 1):
        await customer.says("The printer is dead")
        await piotr.card(f"#{number} ·")
    await home.opens()
    await home.shows(Unclaimed=["#1", "#2"])
    await home.ticks(1, 2)
    ticked = await home.boxes()
    await home.presses("Tag…")
    await piotr.submits(tags="printer, third-floor")
    for number in (1, 2):
        await piotr.card_shows(number, "*Tags* printer, third-floor")

    async def tagged() -> bool:
        return str(await home.rows()).count("printer, third-floor") == 2 and not ticked & await home.boxes()

    await until(tagged, "the tags in the Home, and boxes without ticks")
    await home.presses("Reply…")
    assert "Tick the tickets first" in str(await piotr.modal())
    await home.ticks(2)
    await home.presses("Reply…")
    await piotr.submits(text="A new one is on its way")
    await marek.sees("A new one is on its way")
    await anna.never_sees("A new one")
    await home.shows(Yours=["#2"], Unclaimed=["#1"])


async def test_the_home_says_that_one_is_away(stage: Stage) -> None:
    piotr, home = stage.agent(), HomeOf(stage, PIOTR)
    await stage.customer().says("I cannot log in")
    await piotr.card("#1 ·")
    await home.opens()
    await home.shows(Unclaimed=["#1"])
    await home.presses("I am away…")
    await piotr.submits(until="2 January")

    async def shown(words: str) -> Any:
        return next((e for e in (await home.view())["view"]["blocks"][0]["elements"] if words in str(e)), None)

    button = await until(lambda: shown("I am back (away until"), "that Piotr is away")
    await home.presses(button["text"]["text"])
    await until(lambda: shown("I am away…"), "that Piotr is back")


async def test_a_stranger_sees_nothing_of_the_tickets(stage: Stage) -> None:
    await stage.control.post("slack/users", name="gus", id="U0GUS", real_name="Gus Guest")
    await stage.customer().says("I cannot log in")
    await stage.agent().card("#1 ·")
    home = HomeOf(stage, "U0GUS")
    await home.opens()

    async def look() -> Any:
        return (await home.view())["view"]

    view = await until(look, "a Home")
    assert "log in" not in str(view) and "to its agents" in str(view)


async def test_the_queue_is_one_command_away_in_any_channel(stage: Stage) -> None:
    anna, marek, ingrid = stage.customer(ANNA), stage.customer(MAREK), stage.agent(INGRID)
    for number, customer in enumerate((anna, marek), 1):
        await customer.says("The printer is dead")
        await ingrid.card(f"#{number} ·")
    await ingrid.clicks(2, "Claim")
    await ingrid.card_shows(2, f"*Assignee* <@{INGRID}>")
    await stage.control.post("slack/channels", name="random", id="C0RANDOM", members=[INGRID])
    elsewhere = stage.agent(INGRID, "C0RANDOM")
    await elsewhere.types("/desk queue")
    told = words_of(await elsewhere.is_told("Unclaimed (1)"))
    ts = (await ingrid.card("#1 ·"))["ts"]
    assert f"/p{ts.replace('.', '')}?thread_ts={ts}" in told and "Yours (1)" in told
    await elsewhere.types("/desk mine")
    mine = words_of(await elsewhere.is_told("#2 · The printer is dead"))
    assert "ours since" in mine
