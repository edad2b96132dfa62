"""The control surface: what people do, and wrong calls."""

from __future__ import annotations

from typing import Any

import aiogram
import aiogram.types
import pytest
import telegram
import telegram.error
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter

from .telegram_fixtures import BOT, TOKEN, Stage, stage

__all__ = ["stage"]


async def test_what_a_person_says(stage: Stage) -> None:
    said = await stage.say("/order 5", reply_to=1, date=1_700_000_000)
    assert said["message_id"] == 2
    message = (await stage.api("getUpdates"))[0]["message"]
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (message["date"], message["reply_to_message"]["message_id"]) == (1_700_000_000, 1)
    assert message["from"] == {"id": stage.user, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    assert message["chat"] == {"id": stage.user, "type": "private", "first_name": "Ada"}
    edited = await stage.person("edit", message_id=2, text="order 6")
    update = (await stage.api("getUpdates", offset=edited["update_id"]))[0]["edited_message"]
    assert (update["text"], update["date"]) == ("order 6", 1_700_000_000)
    assert update["edit_date"] > update["date"]
    assert "entities" not in update


async def test_reply_keyboard(stage: Stage) -> None:
    first = await stage.send("1", reply_markup={"keyboard": [["Old"]]})
    second = await stage.send("2", reply_markup={"keyboard": [[{"text": "Yes"}, "No"]], "one_time_keyboard": True})
    seen = (await stage.chat())["messages"]
    assert (seen[1]["buttons"], [b["label"] for b in seen[2]["buttons"][0]]) == ([], ["Yes", "No"])
    person = {"bot": BOT, "user": stage.user}
    old_button = await stage.control("press", **person, message_id=first["message_id"], label="Old")
    assert old_button[0] == 400
    said = await stage.person("press", message_id=second["message_id"], label="No")
    assert (await stage.api("getUpdates"))[0]["message"]["text"] == "No"
    assert said["message_id"] == second["message_id"] + 1
    assert (await stage.chat())["messages"][2]["buttons"] == []
    third = await stage.send("3", reply_markup={"keyboard": [["Stay"]]})
    await stage.send("4", reply_markup={"remove_keyboard": True})
    removed = await stage.control("press", **person, message_id=third["message_id"], label="Stay")
    assert removed[0] == 400


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("say", {"bot": "nobody_bot", "text": "x"}, "There is no bot 'nobody_bot'."),
        ("say", {"user": 9, "text": "x"}, "There is no user 9."),
        ("say", {"text": "  "}, "A message needs a text."),
        ("say", {"text": "x" * 4097}, "A message has at most 4096 characters."),
        ("say", {}, "text is missing."),
        ("say", {"text": 5}, "text must be of the type str."),
        ("say", {"text": "x", "reply_to": 99}, "Message 99 is not there (any more)."),
        ("say", {"text": "x", "word": "y"}, "word is not known here."),
        ("press", {"message_id": 1, "label": "Yes"}, "Message 1 shows no button 'Yes'."),
        ("press", {"message_id": 1}, "Name the button by its label or by its data."),
        ("press", {"message_id": 99, "label": "Yes"}, "Message 99 is not there (any more)."),
        ("react", {"message_id": 1, "emoji": "x"}, "'x' is no reaction that Telegram offers."),
        ("edit", {"message_id": 1, "text": "/start"}, "This is the text that the message has already."),
        ("unblock", {}, "This user has not blocked the bot."),
        ("bots", {"token": "x", "username": "abcde", "name": "n"}, "A token looks like"),
        ("bots", {"token": "5:x", "username": BOT, "name": "n"}, "There is another bot 'desk_bot'."),
        ("bots", {"token": "4242:x", "username": "other_bot", "name": "n"}, "There is another bot with the id 4242."),
        ("updates", {"bot": BOT, "updates": [{"update_id": 1}]}, "Each update must be an object without update_id."),
        ("updates", {"bot": BOT, "updates": [], "copies": 0}, "copies must be at least 1."),
        ("hold", {"bot": "x"}, "There is no bot 'x'."),
        ("faults", {"kind": "explode"}, "kind: 'explode' is none of"),
    ],
)
async def test_wrong_calls(stage: Stage, path: str, body: dict[str, Any], words: str) -> None:
    before = stage.emulator.snapshot()
    person = path in ("say", "press", "react", "edit", "unblock")
    given = {**({"bot": BOT, "user": stage.user} if person else {}), **body}
    status, answer = await stage.control(path, **given)
    assert status == 400
    assert answer["error"].startswith(words)
    assert stage.emulator.snapshot() == before


async def test_wrong_acts_of_people(stage: Stage) -> None:
    sent = await stage.send(reply_markup={"inline_keyboard": [[{"text": "Site", "url": "https://a.example/"}]]})
    person = {"bot": BOT, "user": stage.user, "message_id": sent["message_id"]}
    assert (await stage.control("press", **person, label="Site"))[1]["error"].startswith("This button opens a link")
    assert (await stage.control("edit", **person, text="x"))[1]["error"].startswith("A person can edit only")
    await stage.api("deleteMessage", chat_id=stage.user, message_id=sent["message_id"])
    assert (await stage.control("press", **person, label="Site"))[0] == 400
    await stage.person("block")
    assert (await stage.control("say", bot=BOT, user=stage.user, text="x"))[0] == 400
    assert (await stage.control("users", id=stage.user, first_name="Twin"))[0] == 400
    other = await stage.act("users", id=77, first_name="Bob", last_name="B", username="bobby")
    assert other == {"id": 77, "is_bot": False, "first_name": "Bob", "last_name": "B", "username": "bobby"}
    assert (await stage.see("users"))[-1] == other
    assert (await stage.control("block", bot=BOT, user=77))[1]["error"] == "This user never wrote to the bot."
    assert (await stage.see("chat", bot=BOT, user=77))["messages"] == []
    async with stage.http.get(stage.server.make_url("/control/telegram/chat"), params={"bot": BOT}) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "user must be a whole number."})
    async with stage.http.post(stage.server.make_url("/control/telegram/say"), data=b"{") as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "The body is not JSON."})


async def test_aiogram(stage: Stage) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    async with aiogram.Bot(TOKEN, session=session) as bot:
        button = aiogram.types.InlineKeyboardButton(text="Ok", callback_data="ok")
        markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        sent = await bot.send_message(stage.user, "<b>x</b>", parse_mode="HTML", reply_markup=markup)
        await stage.person("press", message_id=sent.message_id, label="Ok")
        await bot.get_updates(allowed_updates=["message", "message_reaction", "callback_query", "my_chat_member"])
        await stage.person("react", message_id=sent.message_id, emoji="👍")
        await stage.person("block")
        query, reaction, member = await bot.get_updates()
        assert query.callback_query and query.callback_query.data == "ok"
        assert reaction.message_reaction and reaction.message_reaction.old_reaction == []
        assert member.my_chat_member and member.my_chat_member.new_chat_member.status == "kicked"
        assert await bot.answer_callback_query(query.callback_query.id, text="Fine")
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(stage.user, "x")
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(99, "x")
        await stage.act("faults", kind="fail", status=429, retry_after=7)
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.get_me()
        assert refused.value.retry_after == 7
        await stage.person("unblock")
        assert (await bot.get_chat(stage.user)).first_name == "Ada"
        assert await bot.set_message_reaction(stage.user, 1, [aiogram.types.ReactionTypeEmoji(emoji="👀")])
        assert await bot.set_my_commands([aiogram.types.BotCommand(command="a", description="b")])
        edited = await bot.edit_message_text("y", chat_id=stage.user, message_id=sent.message_id)
        assert isinstance(edited, aiogram.types.Message) and edited.text == "y"
        assert await bot.set_webhook("https://desk.example/hook", secret_token="s", allowed_updates=["message"])
        assert (await bot.get_webhook_info()).allowed_updates == ["message"]
        assert await bot.delete_webhook(drop_pending_updates=True)


async def test_python_telegram_bot(stage: Stage) -> None:
    async with telegram.Bot(TOKEN, base_url=f"{stage.base}/bot") as bot:
        assert bot.username == BOT
        sent = await bot.send_message(stage.user, "*x*", parse_mode="MarkdownV2", reply_to_message_id=1)
        assert sent.text_markdown_v2 == "*x*" and sent.reply_to_message is not None
        await stage.say("hello")
        updates = await bot.get_updates(timeout=1)
        assert updates[0].message is not None and updates[0].message.text == "hello"
        with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
            await bot.edit_message_text("*x*", stage.user, sent.message_id, parse_mode="MarkdownV2")
        assert await bot.delete_message(stage.user, sent.message_id)


@pytest.mark.parametrize(
    "odd",
    [
        {"message_id": "x"},
        {"date": "yesterday"},
        {"date": 10**30},
        {"text": 5, "entities": "x"},
        {"photo": "x"},
        {"photo": []},
        {"document": {"file_id": 1, "file_unique_id": [2]}},
        {"forward_origin": {"type": "dream", "date": 1}},
        {"external_reply": {"origin": 5}},
        {"quote": "x"},
        {"reply_to_message": 5},
        {"reply_markup": {"inline_keyboard": 5}},
        {"from": "me"},
        {"sender_chat": {"id": 1}},
    ],
)
async def test_raw_updates_may_be_anything(stage: Stage, odd: dict[str, Any]) -> None:
    private = {"id": stage.user, "type": "private", "first_name": "Ada"}
    raw = {"message_id": 7, "date": 1_700_000_000, "chat": private, "text": "words", **odd}
    await stage.act("updates", bot=BOT, updates=[{"message": raw}])
    assert (await stage.api("getUpdates"))[-1]["message"] == raw
    assert (await stage.chat())["messages"][0]["text"] == "/start"
    status, _ = await stage.call(
        "sendMessage", chat_id=stage.user, text="x", reply_parameters={"message_id": 7, "quote": "words"}
    )
    assert status in (200, 400)


async def test_deeply_nested_updates(stage: Stage) -> None:
    def nested(levels: int) -> dict[str, Any]:
        inner: dict[str, Any] = {"message_id": 7, "date": 1, "chat": {"id": stage.user, "type": "private"}}
        for _ in range(levels):
            inner = {**inner, "reply_to_message": inner}
        return {"message": inner}

    await stage.act("updates", bot=BOT, updates=[nested(190)])
    assert (await stage.api("getUpdates"))[-1] == {"update_id": 700_000_002, **nested(190)}
    assert stage.emulator.snapshot()["bots"][0]["queue"]["next_id"] == 700_000_003
    await stage.chat()
    status, answer = await stage.control("updates", bot=BOT, updates=[nested(201)])
    assert (status, answer["error"]) == (400, "An update is nested at most 200 levels deep.")
    body = '{"bot": "x", "updates": [' + "[" * 100_000 + "]" * 100_000 + "]}"
    async with stage.http.post(stage.server.make_url("/control/telegram/updates"), data=body) as refused:
        assert refused.status == 400
