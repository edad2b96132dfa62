"""Groups: what the bot hears with and without privacy mode, who writes as whom, comings and goings, the move."""

from __future__ import annotations

import json
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ContentType

from .telegram_fixtures import BOT, TOKEN, Stage, stage

__all__ = ["stage"]


class Group:
    """A group with Ada (its creator) and Bob, in which the bot has heard of its being added."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def open(self, **given: Any) -> Group:
        self.bob = (await self.stage.act("users", first_name="Bob", last_name="Old"))["id"]
        members = [self.stage.user, self.bob]
        made = await self.stage.act("groups", bot=BOT, title="Lab", members=members, **given)
        self.id = made["chat"]["id"]
        await self.heard()
        return self

    async def heard(self) -> list[dict[str, Any]]:
        updates: list[dict[str, Any]] = await self.stage.api("getUpdates")
        if updates:
            await self.stage.api("getUpdates", offset=updates[-1]["update_id"] + 1)
        return updates

    async def act(self, path: str, **body: Any) -> Any:
        return await self.stage.person(path, chat=self.id, **body)

    async def say(self, text: str, **body: Any) -> Any:
        return await self.act("say", text=text, **body)

    async def send(self, text: str = "Hello") -> Any:
        return await self.stage.api("sendMessage", chat_id=self.id, text=text)

    async def wrong(self, path: str, **body: Any) -> str:
        given = {"bot": BOT, "user": self.stage.user, "chat": self.id, **body}
        status, answer = await self.stage.control(path, **given)
        assert status == 400
        return str(answer["error"])

    async def seen(self) -> Any:
        return await self.stage.see("chat", bot=BOT, chat=self.id)


async def test_a_new_group_tells_who_added_the_bot(stage: Stage) -> None:
    made = await stage.act("groups", bot=BOT, title="Lab", members=[stage.user], username="labgroup")
    member, service = await stage.api("getUpdates")
    assert [u["update_id"] for u in (member, service)] == made["update_ids"]
    assert made["chat"] == {"id": made["chat"]["id"], "type": "supergroup", "title": "Lab", "username": "labgroup"}
    changed = member["my_chat_member"]
    assert (changed["chat"]["id"], changed["from"]["id"]) == (made["chat"]["id"], stage.user)
    assert (changed["old_chat_member"]["status"], changed["new_chat_member"]["status"]) == ("left", "member")
    assert service["message"]["new_chat_members"][0]["username"] == BOT
    assert made["chat"]["id"] < 0
    assert (await stage.api("sendMessage", chat_id="@labgroup", text="x"))["chat"]["title"] == "Lab"


async def test_privacy_mode(stage: Stage) -> None:
    group = await Group(stage).open()
    for unheard in ("hello all", "/help", "/help@other_bot", "@other_bot hi", "mail me at a@desk_bot.example"):
        assert "update_id" not in await group.say(unheard), unheard
    command = await group.say("/help@Desk_Bot please")
    mention = await group.say("hi @desk_bot")
    named = {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 4242, "is_bot": True, "first_name": "D"}}
    text_mention = await group.say("you there", entities=[named])
    follow_up = await group.say("and this", reply_to=mention["message_id"])
    heard = [command, mention, text_mention, follow_up]
    assert [u["update_id"] for u in await group.heard()] == [said["update_id"] for said in heard]
    assert "update_id" not in await group.say("to myself", reply_to=command["message_id"] - 1)
    sent = await group.send()
    general = await group.say("/help")
    reply = await group.say("thanks", reply_to=sent["message_id"], user=group.bob)
    photo = await group.act("send", kind="photo", caption="@desk_bot look")
    unheard_photo = await group.act("send", kind="photo", caption="look")
    assert unheard_photo["update_ids"] == []
    ids = [general["update_id"], reply["update_id"], *photo["update_ids"]]
    messages = await group.heard()
    assert [u["update_id"] for u in messages] == ids
    assert messages[1]["message"]["from"]["id"] == group.bob
    assert messages[1]["message"]["reply_to_message"]["message_id"] == sent["message_id"]


async def test_an_edit_can_call_the_bot(stage: Stage) -> None:
    group = await Group(stage).open()
    said = await group.say("to all")
    assert await group.act("edit", message_id=said["message_id"], text="still to all") == {}
    await group.act("edit", message_id=said["message_id"], text="@desk_bot please")
    (update,) = await group.heard()
    assert update["edited_message"]["text"] == "@desk_bot please"
    assert "update_id" in await group.say("and", reply_to=said["message_id"])


@pytest.mark.parametrize("given", [{"privacy": False}, {"status": "administrator"}])
async def test_who_hears_everything(stage: Stage, given: dict[str, Any]) -> None:
    group = await Group(stage).open(**given)
    assert "update_id" in await group.say("hello all")


async def test_privacy_mode_of_the_bot_counts_when_it_is_added(stage: Stage) -> None:
    group = await Group(stage).open()
    await stage.act("bots", token=TOKEN, username=BOT, name="Desk", privacy=False)
    assert (await stage.api("getMe"))["can_read_all_group_messages"] is True
    assert "update_id" not in await group.say("hello all")
    await group.act("bot_member", status="kicked")
    await group.act("bot_member", status="member")
    assert "update_id" in await group.say("hello all")


async def test_a_bot_that_was_removed(stage: Stage) -> None:
    group = await Group(stage).open(privacy=False)
    await group.act("bot_member", status="kicked")
    (update,) = await group.heard()
    assert update["my_chat_member"]["new_chat_member"] == {
        "status": "kicked",
        "user": {"id": 4242, "is_bot": True, "first_name": "Desk", "username": BOT},
        "until_date": 0,
    }
    body = {"chat_id": group.id, "text": "x"}
    kicked = "403 Forbidden: bot was kicked from the supergroup chat"
    assert await stage.refusal("sendMessage", **body) == kicked
    assert await stage.refusal("getChat", chat_id=group.id) == kicked
    assert "update_id" not in await group.say("@desk_bot are you there?")
    await group.act("bot_member", status="left")
    assert await stage.refusal("sendMessage", **body) == "403 Forbidden: bot is not a member of the supergroup chat"
    await group.act("bot_member", status="member")
    assert (await group.send())["text"] == "Hello"
    assert [m["service"] for m in (await group.seen())["messages"] if m["service"]] == [
        "Desk joined the group",
        "Desk left the group",
        "Desk joined the group",
    ]


async def test_anonymous_administrators_and_channels(stage: Stage) -> None:
    group = await Group(stage).open(privacy=False)
    await group.say("from above", **{"as": "anonymous"})
    await group.say("from the channel", **{"as": {"channel": "News"}})
    await group.act("send", kind="photo", **{"as": {"linked_channel": "Blog", "message_id": 9}})
    anonymous, channel, linked = (u["message"] for u in await group.heard())
    assert (anonymous["from"]["id"], anonymous["sender_chat"]["id"]) == (1087968824, group.id)
    assert (channel["from"]["id"], channel["sender_chat"]["title"]) == (136817688, "News")
    assert channel["sender_chat"]["type"] == "channel"
    assert (linked["from"]["id"], linked["is_automatic_forward"]) == (777000, True)
    assert (linked["forward_origin"]["type"], linked["forward_origin"]["message_id"]) == ("channel", 9)
    assert linked["forward_origin"]["chat"] == linked["sender_chat"]
    assert [m["author"]["name"] for m in (await group.seen())["messages"][1:]] == ["Lab", "News", "Blog"]
    assert (await group.wrong("say", text="x", user=group.bob, **{"as": "anonymous"})).startswith("Only administrators")
    assert (await group.wrong("say", text="x", **{"as": "me"})).startswith("`as` is")
    assert (await group.wrong("say", text="x", **{"as": {"linked_channel": "B", "x": 1}})).startswith("`as` is")


async def test_comings_and_goings(stage: Stage) -> None:
    group = await Group(stage).open()
    eve = (await stage.act("users", first_name="Eve"))["id"]
    assert (await group.wrong("say", text="x", user=eve)).startswith("User ")
    await group.act("member", user=eve, status="member")
    await group.act("member", member=eve, status="kicked")
    joined, left = (u["message"] for u in await group.heard())
    assert (joined["from"]["id"], joined["new_chat_members"][0]["id"]) == (eve, eve)
    assert (left["from"]["id"], left["left_chat_member"]["first_name"]) == (stage.user, "Eve")
    assert (await group.wrong("member", user=eve, status="kicked")) == "This user's status is kicked already."
    await group.act("bot_member", status="administrator", rights=["can_delete_messages"])
    await stage.api("getUpdates", allowed_updates=["message", "chat_member", "my_chat_member"])
    await group.act("member", member=group.bob, status="administrator")
    promoted, changed = await group.heard()
    member = promoted["my_chat_member"]["new_chat_member"]
    assert (member["can_delete_messages"], member["can_pin_messages"]) == (True, False)
    assert changed["chat_member"]["new_chat_member"]["status"] == "administrator"
    seen = await group.seen()
    assert seen["bot_member"]["status"] == "administrator"
    assert {"user": group.bob, "status": "administrator"} in seen["members"]


async def test_a_group_becomes_a_supergroup(stage: Stage) -> None:
    group = await Group(stage).open(supergroup=False)
    assert (await group.send())["chat"]["type"] == "group"
    moved = await group.act("migrate")
    old, new = (u["message"] for u in await group.heard())
    assert (old["chat"]["id"], old["migrate_to_chat_id"]) == (group.id, moved["chat"]["id"])
    assert (new["chat"]["id"], new["migrate_from_chat_id"]) == (moved["chat"]["id"], group.id)
    status, body = await stage.call("sendMessage", chat_id=group.id, text="x")
    assert (status, body["description"]) == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert body["parameters"] == {"migrate_to_chat_id": moved["chat"]["id"]}
    assert (await group.wrong("say", text="x")).startswith("This group is the supergroup")
    assert (await group.seen())["moved_to"] == moved["chat"]["id"]
    group.id = moved["chat"]["id"]
    assert "update_id" in await group.say("@desk_bot still here?", user=group.bob)
    assert (await group.send())["chat"]["type"] == "supergroup"
    assert await group.wrong("migrate") == "This is a supergroup already."


async def test_reactions_presses_and_deletions_in_a_group(stage: Stage) -> None:
    group = await Group(stage).open()
    await stage.api("getUpdates", allowed_updates=["message", "message_reaction", "callback_query"])
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = await stage.api("sendMessage", chat_id=group.id, text="?", reply_markup=markup)
    place = {"message_id": sent["message_id"]}
    assert await group.act("react", emoji="👍", **place) == {}
    await group.act("bot_member", status="administrator")
    await group.act("react", emoji="🔥", user=group.bob, **place)
    await group.act("press", label="Yes", user=group.bob, **place)
    reaction, query = await group.heard()
    assert reaction["message_reaction"]["user"]["id"] == query["callback_query"]["from"]["id"] == group.bob
    assert (await group.seen())["messages"][-1]["reactions"] == [
        {"from": "user", "user": stage.user, "emoji": "👍"},
        {"from": "user", "user": group.bob, "emoji": "🔥"},
    ]
    said = await group.say("mine")
    own = {"message_id": said["message_id"], "user": group.bob}
    assert await group.wrong("edit", text="x", **own) == "A person can edit only their own messages."
    assert await group.wrong("delete", **own) == "A member deletes only their own messages."
    await stage.api("deleteMessage", chat_id=group.id, message_id=said["message_id"])
    await group.act("bot_member", status="member")
    other = await group.say("@desk_bot other")
    assert await stage.refusal("deleteMessage", chat_id=group.id, message_id=other["message_id"]) == (
        "400 Bad Request: message can't be deleted"
    )


async def test_what_the_bot_asks_about_a_group(stage: Stage) -> None:
    group = await Group(stage).open()
    place = {"chat_id": group.id}
    assert (await stage.api("getChatMember", **place, user_id=4242))["status"] == "member"
    asked = {**place, "user_id": stage.user}
    assert await stage.refusal("getChatMember", **asked) == "400 Bad Request: CHAT_ADMIN_REQUIRED"
    assert [m["status"] for m in await stage.api("getChatAdministrators", **place)] == ["creator"]
    await group.act("bot_member", status="administrator")
    assert (await stage.api("getChatMember", **asked))["status"] == "creator"
    assert (await stage.api("getChatMember", **place, user_id=group.bob))["user"]["first_name"] == "Bob"
    assert await stage.refusal("getChatMember", **place, user_id=77) == "400 Bad Request: PARTICIPANT_ID_INVALID"
    assert len(await stage.api("getChatAdministrators", **place)) == 2
    assert await stage.refusal("getChatAdministrators", chat_id=stage.user) == (
        "400 Bad Request: there are no administrators in the private chat"
    )


async def test_the_bot_leaves(stage: Stage) -> None:
    group = await Group(stage).open()
    assert await stage.api("leaveChat", chat_id=group.id) is True
    (update,) = await group.heard()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert update["my_chat_member"]["from"]["id"] == 4242
    assert await stage.refusal("leaveChat", chat_id=group.id) == (
        "403 Forbidden: bot is not a member of the supergroup chat"
    )


async def test_20_messages_a_minute(stage: Stage) -> None:
    slow = await Stage(pace=1).open()
    made = await slow.act("groups", bot=BOT, title="Lab", members=[slow.user])
    answers = [await slow.call("sendMessage", chat_id=made["chat"]["id"], text="x") for _ in range(21)]
    assert [status for status, _ in answers] == [200] * 20 + [429]
    await slow.close()


async def test_snapshot(stage: Stage) -> None:
    group = await Group(stage).open()
    await group.say("@desk_bot x")
    saved = json.loads(json.dumps(stage.emulator.snapshot()))
    again = await Stage().open(saved)
    assert await again.see("chat", bot=BOT, chat=group.id) == await group.seen()
    assert json.loads(json.dumps(again.emulator.snapshot())) == saved
    await again.person("say", user=stage.user, chat=group.id, text="@desk_bot y")
    await again.close()


async def test_libraries_read_what_happens_in_groups(stage: Stage) -> None:
    group = await Group(stage).open(status="administrator", supergroup=False)
    await group.say("from the channel", **{"as": {"linked_channel": "Blog"}})
    await group.act("bot_member", status="kicked")
    await group.act("bot_member", status="member")
    await group.act("migrate")
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    async with aiogram.Bot(TOKEN, session=session) as bot:
        updates = await bot.get_updates()
        kinds = [ContentType(u.message.content_type).value if u.message else "member" for u in updates]
        assert kinds == ["text", "member", "member", "new_chat_members", "migrate_to_chat_id", "migrate_from_chat_id"]
        assert updates[1].my_chat_member and updates[1].my_chat_member.old_chat_member.status == "administrator"
    async with telegram.Bot(TOKEN, base_url=f"{stage.base}/bot") as other:
        read = await other.get_updates()
        assert [u.my_chat_member is not None for u in read] == [False, True, True, False, False, False]
        assert read[0].message is not None and read[0].message.is_automatic_forward


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("groups", {"title": "x", "members": []}, "members and admins are ids of users"),
        ("groups", {"title": "x", "members": [[1]]}, "members and admins are ids of users"),
        ("groups", {"title": "x", "members": [99]}, "members and admins are ids of users"),
        ("groups", {"title": "x", "members": ["me"], "id": 5}, "The id of a group is negative"),
        ("groups", {"title": "x", "members": [99], "status": "creator"}, "status must be one of"),
        ("groups", {"title": "x", "members": [99], "rights": ["can_fly"]}, "rights are some of"),
        ("groups", {"title": "x", "members": [99], "privacy": 1}, "privacy must be of the type bool."),
        ("say", {"user": 5_000_001, "text": "x", "chat": -5}, "There is no group -5 of this bot."),
        ("say", {"user": 5_000_001, "text": "x", "as": "anonymous"}, "Only in a group"),
        ("migrate", {"user": 5_000_001, "chat": 5_000_001}, "There is no group 5000001 of this bot."),
    ],
)
async def test_wrong_calls(stage: Stage, path: str, body: dict[str, Any], words: str) -> None:
    before = stage.emulator.snapshot()
    status, answer = await stage.control(path, bot=BOT, **body)
    assert (status, answer["error"][: len(words)]) == (400, words)
    assert stage.emulator.snapshot() == before


async def test_the_bot_counts_the_members_and_itself(stage: Stage) -> None:
    """https://core.telegram.org/bots/api#getchatmembercount"""
    group = await Group(stage).open()
    assert await stage.api("getChatMemberCount", chat_id=group.id) == 3
    await group.act("member", member=group.bob, status="left")
    assert await stage.api("getChatMemberCount", chat_id=group.id) == 2
    assert await stage.api("getChatMemberCount", chat_id=stage.user) == 2
