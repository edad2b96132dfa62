"""Users are told of maintenance and known problems before they ask: once, in their chat, unless they want none."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.stage import Customer, Stage, until
from tests.stories.desks import EVA, LOUNGE, OTTO, types

SOON = f"{datetime.now(UTC).year + 1}-01-01"


async def told(user: Customer) -> list[str]:
    return [words for words in await user.bot_said() if "known problem" in words or "maintenance\n" in words]


async def test_its_users_are_told_once_and_read_where_it_is_over(lines: Stage) -> None:
    await lines.start()
    anna, marek, piotr = lines.customer(), lines.customer(1002), lines.agent()
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await piotr.types("/desk service 1 notebooks")
    await marek.says("Where is my certificate?")
    await piotr.card("#2 ·")
    assert "EOSC has no service frobnicate. There are: notebooks, all." in await types(
        piotr, "/desk bulletin frobnicate x"
    )
    said = await types(piotr, f"/desk bulletin notebooks problem until {SOON}: A disk is broken, we change it")
    assert "Its users are told now" in said
    shown = await anna.sees("A disk is broken, we change it")
    assert shown["text"].startswith("⚠️ Notebooks: a known problem") and "Until 20" in shown["text"]
    assert "1. notebooks, problem, now until" in await types(piotr, "/desk bulletins")
    await lines.is_quiet()
    assert len(await told(anna)) == 1 and await told(marek) == []  # he does not use it, as far as anybody knows

    await marek.says("/new")
    await marek.says("And my notebook does not start")
    await piotr.card("#3 ·")
    await piotr.types("/desk service 3 notebooks")
    await marek.sees("A disk is broken, we change it")  # at the start of a ticket about it

    assert "It is over" in await types(piotr, "/desk end_bulletin 1")
    over = await anna.sees("✅ This is over.")
    assert over["message_id"] == shown["message_id"]
    assert "told of nothing" in await types(piotr, "/desk bulletins")


async def test_who_wants_none_is_told_only_of_what_their_new_ticket_is_about(lines: Stage) -> None:
    await lines.start()
    anna, piotr = lines.customer(), lines.agent()
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await piotr.types("/desk bulletin all maintenance: We move to another building")
    await anna.sees("🛠 EOSC: planned maintenance")
    await anna.presses("No more of these")
    await anna.sees("I tell you of maintenance and known problems no more")
    await piotr.types("/desk bulletin all problem: The lift is stuck")
    await lines.is_quiet()
    assert not any("The lift" in words for words in await anna.bot_said())
    await anna.says("/new")
    await anna.says("The lift does not move")
    await anna.sees("The lift is stuck")
    await anna.presses("Tell me again")
    await anna.sees("From now on I tell you")


async def test_a_lead_writes_them_for_their_own_area(lines: Stage) -> None:
    await lines.start()
    anna, piotr, otto, eva = lines.customer(), lines.agent(), lines.agent(OTTO, "C0CLOUD"), lines.agent(EVA, LOUNGE)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")

    async def knows() -> bool:
        return "told of nothing" in await types(eva, "/desk bulletins")

    await until(knows, "Eva's rights")
    assert "Its users are told now" in await types(otto, "/desk bulletin all problem: A fire")  # an area admin
    await lines.is_quiet()
    assert not any("A fire" in words for words in await anna.bot_said())
    assert "There is no bulletin 1 of EOSC" in await types(piotr, "/desk end_bulletin 1")
