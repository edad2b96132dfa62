"""getUpdates: offsets, long polls, conflicts, kinds that are asked for."""

from __future__ import annotations

import asyncio
import time

from .telegram_fixtures import BOT, Stage, stage, until

__all__ = ["stage"]


async def test_offset_confirms_lower_updates(stage: Stage) -> None:
    ids = [(await stage.say(f"m{n}"))["update_id"] for n in range(3)]
    assert ids == sorted(set(ids))
    assert [u["update_id"] for u in await stage.api("getUpdates")] == ids
    assert [u["update_id"] for u in await stage.api("getUpdates", limit=1)] == ids[:1]
    assert [u["update_id"] for u in await stage.api("getUpdates", offset=ids[1])] == ids[1:]
    assert [u["update_id"] for u in await stage.api("getUpdates", offset=0)] == ids[1:]
    assert await stage.api("getUpdates", offset=ids[2] + 1) == []
    bot = (await stage.see("bots"))[0]
    assert (bot["pending"], bot["confirmed"]) == (0, ids[2])


async def test_negative_offset_forgets_what_is_before(stage: Stage) -> None:
    ids = [(await stage.say(f"m{n}"))["update_id"] for n in range(3)]
    assert [u["update_id"] for u in await stage.api("getUpdates", offset=-1)] == ids[2:]
    assert [u["update_id"] for u in await stage.api("getUpdates")] == ids[2:]


async def test_long_poll_wakes_up(stage: Stage) -> None:
    poll = asyncio.create_task(stage.api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    begun = time.monotonic()
    await stage.say("now")
    assert [u["message"]["text"] for u in await poll] == ["now"]
    assert time.monotonic() - begun < 1


async def test_long_poll_ends_empty(stage: Stage) -> None:
    begun = time.monotonic()
    assert await stage.api("getUpdates", timeout=1) == []
    assert 0.9 < time.monotonic() - begun < 3


async def test_second_poll_ends_the_older_one(stage: Stage) -> None:
    older = asyncio.create_task(stage.refusal("getUpdates", timeout=20))
    await until(lambda: stage.emulator.world.bots[next(iter(stage.emulator.world.bots))].queue._poll is not None)
    assert await stage.api("getUpdates") == []
    assert await older == (
        "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_poll_whose_client_hung_up_takes_nothing(stage: Stage) -> None:
    poll = asyncio.create_task(stage.api("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    poll.cancel()
    await asyncio.sleep(0.05)
    said = await stage.say("kept")
    await asyncio.sleep(0.05)
    listed = {u["update_id"]: u for u in await stage.see("updates", bot=BOT)}
    assert listed[said["update_id"]]["tries"] == 0
    assert [u["message"]["text"] for u in await stage.api("getUpdates")] == ["kept"]


async def test_stop_ends_a_running_poll() -> None:
    opened = await Stage().open()
    poll = asyncio.create_task(opened.api("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await opened.emulator.stop()
    assert await poll == []
    assert await opened.api("getUpdates", timeout=30) == []
    await opened.close()


async def test_kinds_are_remembered_and_reactions_have_to_be_asked_for(stage: Stage) -> None:
    sent = await stage.send()
    react = {"message_id": sent["message_id"]}
    assert await stage.person("react", emoji="👍", **react) == {}
    await stage.api("getUpdates", allowed_updates=["message", "message_reaction"])
    changed = await stage.person("react", emoji="🔥", **react)
    taken_back = await stage.person("react", emoji="", **react)
    updates = await stage.api("getUpdates")
    assert [u["update_id"] for u in updates] == [changed["update_id"], taken_back["update_id"]]
    reaction = updates[0]["message_reaction"]
    assert reaction["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert updates[1]["message_reaction"]["new_reaction"] == []
    assert await stage.person("edit", message_id=1, text="other") == {}
    await stage.api("getUpdates", offset=taken_back["update_id"] + 1, allowed_updates=[])
    assert "update_id" in await stage.person("edit", message_id=1, text="third")


async def test_first_reaction_has_an_empty_old_one(stage: Stage) -> None:
    await stage.api("getUpdates", allowed_updates=["message_reaction"])
    await stage.person("react", emoji="👍", message_id=1)
    assert (await stage.api("getUpdates"))[0]["message_reaction"]["old_reaction"] == []


async def test_hold_release_in_another_order_and_redeliver(stage: Stage) -> None:
    await stage.act("hold", bot=BOT)
    ids = [(await stage.say(f"m{n}"))["update_id"] for n in range(3)]
    assert await stage.api("getUpdates") == []
    order = [ids[2], ids[0]]
    await stage.act("release", bot=BOT, order=order)
    assert [u["update_id"] for u in await stage.api("getUpdates", limit=1)] == [ids[2]]
    assert [u["update_id"] for u in await stage.api("getUpdates", offset=ids[2] + 1)] == [ids[0]]
    assert await stage.api("getUpdates", offset=ids[2] + 1) == []
    await stage.act("redeliver", bot=BOT, update_ids=[ids[1], ids[0]])
    assert [u["update_id"] for u in await stage.api("getUpdates", offset=ids[2] + 1)] == [ids[1], ids[0]]
    assert await stage.api("getUpdates", offset=ids[2] + 1) == []
    assert {u["state"] for u in await stage.see("updates", bot=BOT)} == {"delivered"}
    assert (await stage.control("redeliver", bot=BOT, update_ids=[1]))[0] == 400


async def test_updates_expire_after_a_day(stage: Stage) -> None:
    said = await stage.say("old")
    queue = next(iter(stage.emulator.world.bots.values())).queue
    queue.records[said["update_id"]].at -= 24 * 3600 + 1
    await stage.say("new")
    assert [u["message"]["text"] for u in await stage.api("getUpdates")] == ["new"]


async def test_raw_updates_stand_as_they_are(stage: Stage) -> None:
    group = {"id": -100500, "type": "supergroup", "title": "Team"}
    raw = {"message": {"message_id": 7, "date": 1_700_000_000, "chat": group, "new_field": {"x": 1}}}
    made = await stage.act("updates", bot=BOT, updates=[raw, {"unheard_of": {}}], copies=2)
    updates = await stage.api("getUpdates")
    assert [u["update_id"] for u in updates] == made["update_ids"]
    assert [{k: v for k, v in u.items() if k != "update_id"} for u in updates] == [raw, raw] + [{"unheard_of": {}}] * 2
    sent = await stage.api("sendMessage", chat_id=-100500, text="hi", reply_parameters={"message_id": 7})
    assert sent["message_id"] == 8
