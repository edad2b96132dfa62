"""An agent goes away: what they hold goes on, and whoever would give them more is told."""

from __future__ import annotations

from tests.stage import INGRID, PIOTR, Stage, until

ASSIGNED = "*Assignee* <@{}>"


async def claimed_by_piotr(stage: Stage, *words: str) -> None:
    for number, said in enumerate(words, 1):
        await stage.customer(1000 + number).says(said)
        await stage.agent().card(f"#{number} ·")
        await stage.agent().clicks(number, "Claim")
        await stage.agent().card_shows(number, ASSIGNED.format(PIOTR))


async def test_what_one_holds_is_handed_over(stage: Stage) -> None:
    piotr, ingrid = stage.agent(), stage.agent(INGRID)
    await claimed_by_piotr(stage, "I cannot log in", "My disk is full")
    answer = await piotr.types("/desk away until 2099-12-24 to @ingrid")
    assert "more than three years away" in str(answer)
    answer = await piotr.types("/desk away until tomorrow 14:30 to @ingrid")
    assert "2 tickets are handed over to Ingrid Solberg." in str(answer)
    for number in (1, 2):
        await ingrid.card_shows(number, ASSIGNED.format(INGRID))
        line = await ingrid.thread_shows(number, "and handed the ticket over to")
        assert INGRID in str(line["blocks"]) and "14:30 (UTC+01:00)" in str(line["blocks"])
    names = await stage.rows("SELECT name FROM events WHERE name IN ('AgentLeft', 'HandedOver') ORDER BY id")
    assert [row["name"] for row in names] == ["AgentLeft", "HandedOver", "HandedOver"]


async def test_who_holds_tickets_is_asked_and_comes_back(stage: Stage) -> None:
    piotr, ingrid = stage.agent(), stage.agent(INGRID)
    await claimed_by_piotr(stage, "I cannot log in")
    await piotr.types("/desk away")
    view = await piotr.modal()
    assert "You have 1 ticket: what becomes of them?" in str(view)
    await piotr.submits(until="tomorrow", held="They return to the queue")
    await piotr.card_shows(1, "*Assignee* nobody yet")
    await ingrid.thread_shows(1, "the ticket has returned to the queue and is free to claim")
    await ingrid.types("/desk assign 1 piotr")
    answer = await ingrid.types("/desk assign 1 piotr")
    assert "Piotr Zieliński is away until" in str(answer) and "Assign all the same" in str(answer)
    assert "You are back" in str(await piotr.types("/desk back"))
    await ingrid.types("/desk assign 1 piotr")
    await piotr.card_shows(1, ASSIGNED.format(PIOTR))


async def test_all_the_same(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk away until Thursday")
    await ingrid.clicks(1, "Assign")
    await ingrid.submits(to="Piotr Zieliński")
    await ingrid.clicks_private("Piotr Zieliński is away until Thursday", "Assign all the same")
    await piotr.card_shows(1, ASSIGNED.format(PIOTR))


async def test_an_absence_ends_by_itself(stage: Stage) -> None:
    anna, piotr, ingrid = stage.customer(), stage.agent(), stage.agent(INGRID)
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    await piotr.types("/desk away until tomorrow")
    await stage.turn(days=1)

    async def assigned() -> bool:
        return "is assigned to Piotr" in str(await ingrid.types("/desk assign 1 piotr"))

    await until(assigned, "Piotr, who is back")
    assert "You are not noted as away" in str(await piotr.types("/desk back"))
