"""First line, experts, providers and their sub-groups exchange tickets; who sees and who may do what on the way."""

from __future__ import annotations

from tests.stage import CHANNEL, INGRID, Agent, Stage, until, words_of
from tests.stories.desks import EVA, LINES, LOUNGE, MIREK, OTTO, configure, types

EXPERTS, CLOUD, STORAGE = "C0EXPERTS", "C0CLOUD", "C0STORAGE"


async def is_answered(agent: Agent, command: str, words: str) -> None:
    """Rights come with the first look at the channels."""

    async def look() -> bool:
        return words in await types(agent, command)

    await until(look, f"{words!r} for {command}")


async def sees_no_ticket(agent: Agent, words: str = "My notebook is gone") -> None:
    assert not any(words in words_of(c) for c in await agent.cards())


async def test_one_ticket_walks_through_all_lines_until_it_is_solved(lines: Stage) -> None:
    await lines.start()
    anna = lines.customer()
    piotr, ingrid = lines.agent(), lines.agent(INGRID, EXPERTS)
    otto, mirek = lines.agent(OTTO, CLOUD), lines.agent(MIREK, STORAGE)
    await anna.says("My notebook is gone")
    await piotr.card("#1 · My notebook is gone")
    for other in (ingrid, otto, mirek):
        await sees_no_ticket(other)

    # the first line sorts it and passes it on
    await piotr.types("/desk service 1 notebooks")
    await piotr.types("/desk type 1 service_request")
    await piotr.card_shows(1, "*Service* Notebooks")
    await piotr.card_shows(1, "*Type* service request")
    assert "Ticket #1 is with Notebook Experts now." in await types(piotr, "/desk move 1 experts Not one of ours")
    await anna.sees("Notebook Experts")
    await ingrid.card("#1 · My notebook is gone")
    await ingrid.thread_shows(1, "Piotr Zieliński of First Line moved this ticket here: «Not one of ours».")
    await ingrid.thread_shows(1, "My notebook is gone")
    await sees_no_ticket(otto)

    # the experts ask, and pass it on to the provider of another area
    await ingrid.clicks(1, "Claim")
    await ingrid.writes(1, "Which one was it?")
    await anna.sees("Ingrid Solberg\nWhich one was it?")
    await anna.says("The one on the big disk")
    await ingrid.thread_shows(1, "The one on the big disk")
    await ingrid.writes(1, ";; The disk is the Cloud Centre's")
    assert "is with Cloud Support now." in await types(ingrid, "/desk move 1 cloud Your disk")
    await anna.sees("Cloud Support")
    exchange = words_of(await otto.thread_shows(1, "The one on the big disk"))
    assert "Which one was it?" in exchange and "The disk is the Cloud Centre's" in exchange
    await sees_no_ticket(mirek)
    await ingrid.card_shows(1, "*Moved to*")  # and nothing of what becomes of it there
    assert "There is no ticket #1." in await types(ingrid, "/desk show 1")

    # the provider's own sub-group solves it
    assert "is with Storage Team now." in await types(otto, "/desk move 1 storage A volume of yours")
    await mirek.clicks(1, "Claim")
    await mirek.writes(1, "It is mounted again.")
    await anna.sees("Mirek Dvořák\nIt is mounted again.")
    await mirek.types("/desk resolve 1 It is mounted again.")
    await anna.presses("Yes, it is solved")
    await mirek.card_shows(1, "*State* verified")
    seen = "\n".join(await anna.bot_said())
    assert "big disk is the" not in seen and "A volume of yours" not in seen and "Not one of ours" not in seen
    moves = await lines.rows("SELECT content FROM events WHERE name = 'Moved' ORDER BY id")
    assert [m["content"].split('"to": "')[1].split('"')[0] for m in moves] == ["experts", "cloud", "storage"]


async def test_a_first_line_follows_what_it_gave_away_and_changes_nothing(lines: Stage) -> None:
    await lines.start()
    anna, piotr, otto = lines.customer(), lines.agent(), lines.agent(OTTO, CLOUD)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await piotr.types("/desk move 1 cloud Your disk")
    await otto.card_shows(1, "*Read by* eosc")
    await otto.writes(1, "We look into it")
    await anna.sees("We look into it")
    assert "We look into it" in await types(piotr, "/desk show 1")
    assert "Only agents of Cloud Support may do that: you can read ticket #1." in await types(piotr, "/desk claim 1")
    assert "There is no ticket #1." in await types(piotr, "/desk history 1")  # what else she asked there is not theirs
    await otto.types("/desk unshare 1 eosc")
    assert "There is no ticket #1." in await types(piotr, "/desk show 1")
    await otto.types("/desk share 1 EOSC")
    assert "We look into it" in await types(piotr, "/desk show 1")
    assert "We look into it" in await types(lines.agent(INGRID, EXPERTS), "/desk show 1")  # it is the whole area


async def test_what_came_by_mistake_goes_back_in_one_click(lines: Stage) -> None:
    await lines.start()
    anna, piotr, ingrid = lines.customer(), lines.agent(), lines.agent(INGRID, EXPERTS)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await piotr.types("/desk move 1 experts Yours?")
    told = await anna.sees("Notebook Experts")
    before = len(await anna.bot_said())
    await ingrid.clicks(1, "Return")
    await piotr.thread_shows(1, "Ingrid Solberg of Notebook Experts gave this ticket back: «It came to us by mistake».")
    await ingrid.card_shows(1, "*Moved to*")
    right = await anna.sees("First Line")
    assert right["message_id"] == told["message_id"]  # put right where it stands: no further message
    assert len(await anna.bot_said()) == before
    await anna.says("And my files?")
    await piotr.thread_shows(1, "And my files?")


async def test_colleagues_of_the_area_read_and_only_the_group_acts(lines: Stage) -> None:
    await lines.start()
    anna, piotr, ingrid = lines.customer(), lines.agent(), lines.agent(INGRID, EXPERTS)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await is_answered(ingrid, "/desk show 1", "My notebook is gone")
    assert "has no other ticket here" in await types(ingrid, "/desk history 1")
    assert "Only agents of First Line may do that: you can read ticket #1." in await types(ingrid, "/desk claim 1")
    assert "There is no ticket #1." in await types(lines.agent(OTTO, CLOUD), "/desk show 1")
    assert "There is no ticket #1." in await types(lines.agent(OTTO, CLOUD), "/desk claim 1")


async def test_a_process_manager_acts_everywhere_and_an_admin_in_their_area(lines: Stage) -> None:
    await lines.start()
    anna, piotr, mirek = lines.customer(), lines.agent(), lines.agent(MIREK, STORAGE)
    eva, otto = lines.agent(EVA, LOUNGE), lines.agent(OTTO, CLOUD)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await is_answered(eva, "/desk priority 1 high", "high")
    await piotr.card_shows(1, "*Priority* high")
    assert "is with Storage Team now" in await types(eva, "/desk move 1 storage Yours")
    await mirek.card("#1 ·")
    await otto.types("/desk priority 1 top")  # he is no agent of that group: the area's admin
    await mirek.card_shows(1, "*Priority* top")
    assert "No agent of Storage Team" in await types(mirek, "/desk assign 1 Otto Novak")  # nobody gives him work there
    await is_recorded(lines, "storage", f"/{OTTO}", "area admin")
    await is_recorded(lines, "l1", f"/{EVA}", "process manager")


async def is_recorded(stage: Stage, group: str, account: str, role: str) -> None:
    rows = await stage.rows("SELECT content FROM events WHERE name = 'RightsChanged'")
    assert any(f'"{group}"' in r["content"] and account in r["content"] and role in r["content"] for r in rows)


async def test_spam_ends_without_a_word_and_can_be_taken_back(lines: Stage) -> None:
    await lines.start()
    anna, piotr = lines.customer(), lines.agent()
    await anna.says("Buy cheap gold")
    await piotr.card("#1 · Buy cheap gold")
    await lines.is_quiet()
    before = await anna.bot_said()
    assert "is marked as spam" in await types(piotr, "/desk spam 1")
    await piotr.card_shows(1, "*State* unsolved (invalid)")
    await lines.is_quiet()
    assert await anna.bot_said() == before
    await piotr.clicks(1, "Not spam")
    await piotr.card_shows(1, "*State* reopened")


async def test_rights_follow_the_channel_at_once(lines: Stage) -> None:
    await lines.start()
    anna, piotr, ingrid = lines.customer(), lines.agent(), lines.agent(INGRID, EXPERTS)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await is_answered(ingrid, "/desk show 1", "My notebook is gone")
    await lines.control.post("slack/join", user=INGRID, channel=CHANNEL)
    await is_answered(ingrid, "/desk claim 1", "is yours")
    await lines.control.post("slack/leave", user=INGRID, channel=CHANNEL)
    await is_answered(ingrid, "/desk release 1", "Only agents of First Line may do that")
    rows = await lines.rows("SELECT via FROM events WHERE name = 'RightsChanged' ORDER BY id DESC LIMIT 2")
    assert {r["via"] for r in rows} == {"slack:member_left_channel", "slack:member_joined_channel"}


async def test_a_group_that_is_told_by_mail_has_its_tickets_and_a_manager_takes_them_back(lines: Stage) -> None:
    """Nothing reaches it before the desk has e-mail: what is for it waits, and everything else goes on."""
    configure(lines, LINES.replace("channel: storage,", "mail: storage@example.org,"))
    await lines.start()
    anna, piotr, eva = lines.customer(), lines.agent(), lines.agent(EVA, LOUNGE)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    assert "is with Storage Team now" in await types(piotr, "/desk move 1 storage Yours")
    await anna.sees("Storage Team")
    assert "My notebook is gone" in await types(piotr, "/desk show 1")
    waiting = await lines.rows("SELECT DISTINCT state FROM outbox WHERE channel = 'email'")
    assert [r["state"] for r in waiting] == ["queued"]
    await is_answered(eva, "/desk move 1 l1 Nobody reads it there", "is with First Line now")
    await piotr.thread_shows(1, "Eva Lund of Storage Team moved this ticket here: «Nobody reads it there».")
    await anna.says("And my files?")
    await piotr.thread_shows(1, "And my files?")


async def test_groups_of_one_area_share_a_channel(lines: Stage) -> None:
    """A list says whose agent somebody is there; a ticket that goes from one to the other gets a new card below."""
    shared = LINES.replace("channel: storage,", f"channel: cloud, agents: [{MIREK}],")
    configure(lines, shared)
    await lines.control.post("slack/join", user=MIREK, channel=CLOUD)
    await lines.start()
    anna, piotr = lines.customer(), lines.agent()
    otto, mirek = lines.agent(OTTO, CLOUD), lines.agent(MIREK, CLOUD)
    await anna.says("My notebook is gone")
    await piotr.card("#1 ·")
    await piotr.types("/desk move 1 cloud Yours")
    await mirek.clicks(1, "Claim")
    await mirek.thread_shows(1, "@Mirek Dvořák has this ticket.")
    assert "is with Storage Team now" in await types(mirek, "/desk move 1 storage Ours")
    await mirek.thread_shows(1, "Mirek Dvořák of Cloud Support moved this ticket here: «Ours».")
    await mirek.writes(1, "It is mounted again.")
    await anna.sees("It is mounted again.")
    assert "No agent of Storage Team" in await types(mirek, f"/desk assign 1 {OTTO}")
    old = next(c for c in await otto.cards() if "*Moved to*" in words_of(c))
    await lines.control.post("slack/post", user=OTTO, channel=CLOUD, text="Here?", thread_ts=old["ts"])
    await otto.is_told("Your message was not sent: Ticket #1 has moved to Storage Team.")
