"""The other things people send: places, contacts, polls and such; forwards, quotes and replies."""

from __future__ import annotations

from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from .telegram_fixtures import BOT, TOKEN, Stage, stage

__all__ = ["stage"]

BOLD = {"type": "bold", "offset": 0, "length": 1}
PLACE: dict[str, Any] = {"latitude": 50.1, "longitude": 14.4}


async def last(stage: Stage) -> dict[str, Any]:
    message: dict[str, Any] = (await stage.api("getUpdates"))[-1]["message"]
    return message


@pytest.mark.parametrize(
    ("kind", "given", "held"),
    [
        ("location", PLACE, PLACE),
        ("venue", {**PLACE, "title": "CERN", "address": "Meyrin"}, {"title": "CERN", "address": "Meyrin"}),
        ("contact", {"phone_number": "+41", "first_name": "Ada"}, {"phone_number": "+41", "first_name": "Ada"}),
        ("poll", {"question": "When?", "options": ["now", "later"]}, {"question": "When?", "is_anonymous": True}),
        ("dice", {"emoji": "🎯", "value": 6}, {"emoji": "🎯", "value": 6}),
        ("story", {"title": "News"}, {"id": 1}),
        ("paid_media", {"stars": 5}, {"star_count": 5}),
    ],
)
async def test_every_other_kind(stage: Stage, kind: str, given: dict[str, Any], held: dict[str, Any]) -> None:
    sent = await stage.person("send", kind=kind, **given)
    message = await last(stage)
    assert held.items() <= message[kind].items()
    assert sent["message_ids"] == [message["message_id"]]
    read = telegram.Message.de_json(message, None)
    assert read.effective_attachment is not None
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    async with aiogram.Bot(TOKEN, session=session) as bot:
        (update,) = await bot.get_updates()
        assert update.message is not None and update.message.content_type == kind
    shown = (await stage.chat())["messages"][-1]
    assert shown["media"] == {"kind": kind, **message[kind]}
    assert shown["text"] is None


async def test_venue_is_a_location_too(stage: Stage) -> None:
    await stage.person("send", kind="venue", **PLACE, title="CERN", address="Meyrin")
    message = await last(stage)
    assert message["location"] == message["venue"]["location"] == PLACE


async def test_formatting_of_a_person(stage: Stage) -> None:
    bold = {"type": "bold", "offset": 3, "length": 5}
    await stage.say("😀 words /help", entities=[bold])
    message = await last(stage)
    assert message["entities"] == [bold, {"type": "bot_command", "offset": 9, "length": 5}]
    await stage.person("send", kind="photo", caption="😀 words", caption_entities=[bold])
    assert (await last(stage))["caption_entities"] == [bold]


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ("Hidden Person", "hidden_user", "Hidden Person"),
        ({"chat": "Lab", "signature": "boss"}, "chat", "Lab (boss)"),
        ({"channel": "News", "message_id": 7}, "channel", "News"),
    ],
)
async def test_forwards(stage: Stage, given: Any, kind: str, words: str) -> None:
    await stage.say("as I was told", forward_from=given)
    message = await last(stage)
    assert message["forward_origin"]["type"] == kind
    assert message["from"]["id"] == stage.user
    assert (await stage.chat())["messages"][-1]["forward_origin"] == words


async def test_forward_of_a_users_photo(stage: Stage) -> None:
    bob = (await stage.act("users", first_name="Bob", last_name="Old"))["id"]
    await stage.person("send", kind="photo", forward_from=bob)
    assert (await last(stage))["forward_origin"]["sender_user"]["id"] == bob
    assert (await stage.chat())["messages"][-1]["forward_origin"] == "Bob Old"


async def test_quote_counts_in_utf16_and_keeps_its_formatting(stage: Stage) -> None:
    sent = await stage.send("😀 one <b>two</b> three", parse_mode="HTML")
    await stage.say("this?", reply_to=sent["message_id"], quote="one two")
    message = await last(stage)
    assert message["reply_to_message"]["message_id"] == sent["message_id"]
    bold = {"type": "bold", "offset": 4, "length": 3}
    assert message["quote"] == {"text": "one two", "position": 3, "is_manual": True, "entities": [bold]}
    assert (await stage.chat())["messages"][-1]["quote"] == "one two"


async def test_reply_to_a_message_of_another_chat(stage: Stage) -> None:
    await stage.say("what about this?", reply_elsewhere={"channel": "News", "message_id": 7}, quote="all is well")
    message = await last(stage)
    assert "reply_to_message" not in message
    reply = message["external_reply"]
    assert (reply["origin"]["type"], reply["chat"]["title"], reply["message_id"]) == ("channel", "News", 7)
    assert message["quote"]["text"] == "all is well"
    shown = (await stage.chat())["messages"][-1]
    assert (shown["reply_elsewhere"], shown["quote"], shown["reply_to"]) == ("News", "all is well", None)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("send", {"kind": "location", "latitude": 99.0, "longitude": 0}, "latitude is -90 to 90"),
        ("send", {"kind": "location", "latitude": 9.0}, "longitude is missing."),
        ("send", {"kind": "dice", "emoji": "🎲", "value": 7}, "A dice is one of"),
        ("send", {"kind": "dice", "question": "x"}, "question is not known of a dice."),
        ("send", {"kind": "dice", "caption": "x"}, "A dice has no caption."),
        ("send", {"kind": "poll", "question": "", "options": ["a"]}, "A question has 1 to 300"),
        ("send", {"kind": "poll", "question": "q", "options": ["a" * 101]}, "A poll has 1 to 12 options"),
        ("say", {"text": "x", "quote": "x"}, "A quote needs reply_to."),
        ("say", {"text": "x", "quote": "y", "reply_to": 1}, "Message 1 does not hold the words 'y'."),
        ("say", {"text": "x", "reply_elsewhere": "A", "reply_to": 1}, "A message replies to one message."),
        ("say", {"text": "x", "forward_from": 9}, "There is no user 9."),
        ("say", {"text": "x", "forward_from": {"channel": "x"}}, "forward_from must be"),
        ("say", {"text": "x", "forward_from": True}, "forward_from must be of the type int or str or dict."),
        (
            "say",
            {"text": " x", "entities": [{"type": "bold", "offset": 0, "length": 1}]},
            "A text with entities has no",
        ),
        ("say", {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "entities: can't parse"),
    ],
)
async def test_wrong_calls(stage: Stage, path: str, body: dict[str, Any], words: str) -> None:
    before = stage.emulator.snapshot()
    status, answer = await stage.control(path, bot=BOT, user=stage.user, **body)
    assert (status, answer["error"][: len(words)]) == (400, words)
    assert stage.emulator.snapshot() == before


async def test_person_edits_formatting_caption_and_file(stage: Stage) -> None:
    said = await stage.say("plain words")
    bold = {"type": "bold", "offset": 0, "length": 5}
    await stage.person("edit", message_id=said["message_id"], text="plain words", entities=[bold])
    assert (await stage.api("getUpdates"))[-1]["edited_message"]["entities"] == [bold]
    (photo,) = (await stage.person("send", kind="photo", caption="one"))["message_ids"]
    await stage.person("edit", message_id=photo, caption="two /x")
    edited = (await stage.api("getUpdates"))[-1]["edited_message"]
    assert (edited["caption"], edited["caption_entities"][0]["type"]) == ("two /x", "bot_command")
    before = edited["photo"][-1]["file_unique_id"]
    await stage.person("edit", message_id=photo, file={"kind": "document", "name": "a.txt"}, caption="three")
    edited = (await stage.api("getUpdates"))[-1]["edited_message"]
    assert (edited["document"]["file_name"], edited["caption"], "photo" in edited) == ("a.txt", "three", False)
    assert edited["document"]["file_unique_id"] != before
    assert "edit_date" in edited
    shown = (await stage.chat())["messages"][-1]
    assert (shown["edited"], shown["media"]["kind"], shown["caption"]) == (True, "document", "three")
    await stage.person("edit", message_id=photo, caption="")
    assert "caption" not in (await stage.api("getUpdates"))[-1]["edited_message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message_id": 1}, "An edit has a text, or a caption"),
        ({"message_id": 1, "text": "x", "caption": "y"}, "An edit has a text, or a caption"),
        ({"message_id": 1, "caption": "y"}, "This message has no caption."),
        ({"message_id": 2, "text": "y"}, "This message has no text."),
        ({"message_id": 2, "caption": "first"}, "This is the text that the message has already."),
        ({"message_id": 2, "file": {"kind": "document"}}, "A document cannot take the place of a photo here."),
        ({"message_id": 2, "file": {"kind": "sticker"}}, "A sticker cannot take the place of a photo here."),
    ],
)
async def test_wrong_edits(stage: Stage, body: dict[str, Any], words: str) -> None:
    await stage.person("send", kind="photo", files=[{}, {}], caption="first")
    before = stage.emulator.snapshot()
    status, answer = await stage.control("edit", bot=BOT, user=stage.user, **body)
    assert (status, answer["error"][: len(words)]) == (400, words)
    assert stage.emulator.snapshot() == before


async def test_the_bot_is_not_told_of_deletions(stage: Stage) -> None:
    said = await stage.say("never mind")
    sent = await stage.send()
    waiting = await stage.api("getUpdates")
    for message_id in (said["message_id"], sent["message_id"]):
        assert await stage.person("delete", message_id=message_id) == {}
    assert await stage.api("getUpdates") == waiting
    assert [m["deleted"] for m in (await stage.chat())["messages"]] == [False, True, True]
    assert (await stage.control("delete", bot=BOT, user=stage.user, message_id=said["message_id"]))[0] == 400
    place = {"chat_id": stage.user, "message_id": sent["message_id"], "text": "x"}
    assert await stage.refusal("editMessageText", **place) == "400 Bad Request: message to edit not found"


async def test_several_reactions(stage: Stage) -> None:
    await stage.api("getUpdates", allowed_updates=["message_reaction"])
    await stage.person("react", message_id=1, emoji=["👍", "🔥"])
    await stage.person("react", message_id=1, emoji="🔥")
    first, second = (u["message_reaction"] for u in await stage.api("getUpdates"))
    assert [r["emoji"] for r in first["new_reaction"]] == ["👍", "🔥"]
    assert [r["emoji"] for r in second["old_reaction"]] == ["👍", "🔥"]
    assert [r["emoji"] for r in second["new_reaction"]] == ["🔥"]
    assert (await stage.chat())["messages"][0]["reactions"] == [{"from": "user", "emoji": "🔥"}]
    many = {"bot": BOT, "user": stage.user, "message_id": 1}
    assert (await stage.control("react", **many, emoji=["👍", "👍"]))[0] == 400
    assert (await stage.control("react", **many, emoji=["👍", "🔥", "👀", "🎉"]))[0] == 400
    assert (await stage.control("react", **many, emoji=["🛒"]))[0] == 400
