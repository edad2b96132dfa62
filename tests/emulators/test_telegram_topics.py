"""Topics in the private chat with a bot."""

from __future__ import annotations

import json

import aiogram
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from .telegram_fixtures import BOT, TOKEN, Stage, stage

__all__ = ["stage"]


async def with_topics(stage: Stage) -> int:
    """A bot with topics, and the first one."""
    await stage.act("bots", token=TOKEN, username=BOT, name="Desk", topics=True)
    made = await stage.api("createForumTopic", chat_id=stage.user, name="Ticket 1")
    assert made.keys() == {"message_thread_id", "name", "icon_color"}
    return int(made["message_thread_id"])


async def test_messages_lie_in_their_topic(stage: Stage) -> None:
    topic = await with_topics(stage)
    assert (await stage.api("getMe"))["has_topics_enabled"] is True
    sent = await stage.send(message_thread_id=topic)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    await stage.say("an answer", topic=topic)
    (update,) = await stage.api("getUpdates")
    assert (update["message"]["message_thread_id"], update["message"]["is_topic_message"]) == (topic, True)
    await stage.say("beside it")
    assert "message_thread_id" not in (await stage.api("getUpdates"))[-1]["message"]
    seen = await stage.chat()
    assert seen["topics"] == [{"id": topic, "name": "Ticket 1"}]
    assert [m["topic"] for m in seen["messages"]] == [None, topic, topic, topic, None]
    assert seen["messages"][1]["service"] == "Desk began the topic Ticket 1"
    await stage.api("sendChatAction", chat_id=stage.user, action="typing", message_thread_id=topic)


async def test_topics_are_renamed_and_deleted(stage: Stage) -> None:
    topic = await with_topics(stage)
    place = {"chat_id": stage.user, "message_thread_id": topic}
    await stage.send(message_thread_id=topic)
    assert await stage.api("editForumTopic", **place, name="Ticket 1: solved") is True
    assert await stage.refusal("editForumTopic", **place, name="Ticket 1: solved") == (
        "400 Bad Request: TOPIC_NOT_MODIFIED"
    )
    assert (await stage.chat())["topics"] == [{"id": topic, "name": "Ticket 1: solved"}]
    assert await stage.api("deleteForumTopic", **place) is True
    seen = await stage.chat()
    assert (seen["topics"], [m["deleted"] for m in seen["messages"]]) == ([], [False, True, True, True])
    gone = "400 Bad Request: message thread not found"
    assert await stage.refusal("deleteForumTopic", **place) == gone
    assert await stage.refusal("sendMessage", **place, text="x") == gone
    assert await stage.refusal("sendChatAction", **place, action="typing") == gone
    status, answer = await stage.control("say", bot=BOT, user=stage.user, text="x", topic=topic)
    assert (status, answer["error"]) == (400, f"There is no topic {topic} in this chat.")


async def test_refused(stage: Stage) -> None:
    assert (await stage.api("getMe"))["has_topics_enabled"] is False
    assert await stage.refusal("createForumTopic", chat_id=stage.user, name="x") == (
        "400 Bad Request: the chat is not a forum"
    )
    await with_topics(stage)
    for name, words in ((" ", "TOPIC_TITLE_EMPTY"), ("x" * 129, "TOPIC_TITLE_TOO_LONG")):
        assert await stage.refusal("createForumTopic", chat_id=stage.user, name=name) == f"400 Bad Request: {words}"
    assert await stage.refusal("createForumTopic", chat_id=stage.user, name="x", icon_color=1) == (
        "400 Bad Request: TOPIC_ICON_COLOR_INVALID"
    )
    group = await stage.act("groups", bot=BOT, title="Lab", members=[stage.user])
    assert await stage.refusal("createForumTopic", chat_id=group["chat"]["id"], name="x") == (
        "400 Bad Request: the chat is not a forum"
    )


async def test_snapshot_and_libraries(stage: Stage) -> None:
    topic = await with_topics(stage)
    saved = json.loads(json.dumps(stage.emulator.snapshot()))
    again = await Stage().open(saved)
    again.user = stage.user
    assert (await again.send(message_thread_id=topic))["message_thread_id"] == topic
    await again.close()
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    async with aiogram.Bot(TOKEN, session=session) as bot:
        made = await bot.create_forum_topic(stage.user, "Ticket 2")
        assert (await bot.send_message(stage.user, "x", message_thread_id=made.message_thread_id)).is_topic_message
    async with telegram.Bot(TOKEN, base_url=f"{stage.base}/bot") as other:
        assert await other.edit_forum_topic(stage.user, made.message_thread_id, name="Ticket two")
        assert other.bot.has_topics_enabled


async def test_people_make_and_delete_topics_where_they_may(stage: Stage) -> None:
    await with_topics(stage)
    for act, more in (("topic", {"name": "Mine"}), ("delete_topic", {"topic": 1})):
        status, answer = await stage.control(act, bot=BOT, user=stage.user, **more)
        assert (status, answer["error"]) == (400, "This bot does not let people make or delete topics.")
    await stage.act("bots", token=TOKEN, username=BOT, name="Desk", topics=True, users_topics=True)
    assert (await stage.api("getMe"))["allows_users_to_create_topics"] is True
    made = await stage.act("topic", bot=BOT, user=stage.user, name="Mine")
    (update,) = await stage.api("getUpdates")
    assert update["message"]["forum_topic_created"]["name"] == "Mine"
    assert update["message"]["message_thread_id"] == made["topic"] != update["message"]["message_id"]
    await stage.act("delete_topic", bot=BOT, user=stage.user, topic=made["topic"])
    assert [t["name"] for t in (await stage.chat())["topics"]] == ["Ticket 1"]
    status, answer = await stage.control("topic", bot=BOT, user=stage.user, name=" ")
    assert (status, answer["error"]) == (400, "The name of a topic has 1 to 128 characters.")


async def test_answers_within_and_between_topics(stage: Stage) -> None:
    topic = await with_topics(stage)
    here = await stage.send(message_thread_id=topic)
    there = await stage.send()
    await stage.say("within", reply_to=here["message_id"])  # a client answers where the message lies
    await stage.say("between", reply_to=there["message_id"], topic=topic)
    within, between = [u["message"] for u in await stage.api("getUpdates")]
    assert (within["message_thread_id"], within["reply_to_message"]["message_id"]) == (topic, here["message_id"])
    assert between["message_thread_id"] == topic and "reply_to_message" not in between
    assert between["external_reply"].keys() == {"origin"}

    answers = {"message_id": there["message_id"], "allow_sending_without_reply": True}
    sent = await stage.send(message_thread_id=topic, reply_parameters=answers)
    assert sent["reply_to_message"]["message_id"] == there["message_id"]
    await stage.act("delete", bot=BOT, user=stage.user, message_id=there["message_id"])
    assert "reply_to_message" not in await stage.send(reply_parameters=answers)
    assert await stage.refusal(
        "sendMessage", chat_id=stage.user, text="x", message_thread_id=topic, reply_parameters=answers
    ) == ("400 Bad Request: message to be replied not found")


async def test_topics_that_are_turned_off_are_not_found(stage: Stage) -> None:
    topic = await with_topics(stage)
    await stage.act("bots", token=TOKEN, username=BOT, name="Desk")
    place = {"chat_id": stage.user, "message_thread_id": topic}
    assert await stage.refusal("sendMessage", **place, text="x") == "400 Bad Request: message thread not found"
    assert await stage.refusal("editForumTopic", **place, name="y") == "400 Bad Request: the chat is not a forum"
    status, _ = await stage.control("say", bot=BOT, user=stage.user, text="x", topic=topic)
    assert status == 400
