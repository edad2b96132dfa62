"""Messages: sending, editing, deleting, keyboards, and what is refused with which words."""

from __future__ import annotations

from typing import Any

import pytest

from chatdesk.emulators.telegram import methods
from chatdesk.emulators.telegram.chats import Message

from .telegram_fixtures import TOKEN, Stage, stage

__all__ = ["stage"]

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "https://a.example/"}]]}


def message_of(stage: Stage, message_id: int) -> Message:
    return stage.emulator.world.bots[TOKEN].chats[stage.user].messages[message_id]


async def test_message_as_the_bot_and_the_person_see_it(stage: Stage) -> None:
    before = stage.changes
    sent = await stage.send("Choose", reply_markup=KEYBOARD, reply_parameters={"message_id": 1}, protect_content=True)
    assert sent["message_id"] == 2
    assert sent["from"] == {"id": 4242, "is_bot": True, "first_name": "Desk", "username": "desk_bot"}
    assert sent["reply_markup"] == KEYBOARD
    assert sent["reply_to_message"]["text"] == "/start"
    assert sent["has_protected_content"] is True
    seen = (await stage.chat())["messages"]
    assert [m["from"] for m in seen] == ["user", "bot"]
    assert seen[0]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert seen[1]["buttons"] == [
        [{"label": "Yes", "data": "y", "url": None}, {"label": "Site", "data": None, "url": "https://a.example/"}]
    ]
    assert seen[1]["reply_to"] == 1
    assert stage.changes > before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"chat_id": None}, "chat_id is empty"),
        ({"chat_id": 99}, "chat not found"),
        ({"chat_id": "abc"}, "chat not found"),
        ({"chat_id": "@nobody"}, "chat not found"),
        ({"parse_mode": "Markdown2"}, "unsupported parse_mode"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag corresponding to start tag"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 9}]}, "can't parse entities: Entity lies outside"),
        ({"entities": "{"}, "can't parse entities JSON object"),
        ({"reply_parameters": {"message_id": 77}}, "message to be replied not found"),
        ({"reply_parameters": {"message_id": 1, "quote": "stop"}}, "QUOTE_TEXT_INVALID"),
        ({"reply_parameters": {"message": 1}}, "can't parse reply parameters JSON object"),
        ({"link_preview_options": {"disabled": True}}, "unknown argument 'disabled'"),
        ({"reply_markup": []}, "object expected as reply markup"),
        ({"reply_markup": {"buttons": []}}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": {"inline_keyboard": [{}]}}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an'),
        ({"reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, "can't parse inline keyboard button: Text buttons"),
        ({"reply_markup": {"keyboard": []}}, "REPLY_MARKUP_INVALID"),
        ({"reply_markup": {"remove_keyboard": False}}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": {"keyboard": [["a"]], "resize": True}}, "unknown argument 'resize'"),
        ({"txt": "x"}, "unknown argument 'txt'"),
    ],
)
async def test_refused(stage: Stage, arguments: dict[str, Any], words: str) -> None:
    given = {"chat_id": stage.user, "text": "Hi", **arguments}
    assert (await stage.refusal("sendMessage", **given)).startswith(f"400 Bad Request: {words}")
    assert len((await stage.chat())["messages"]) == 1
    entry = (await stage.journal("sendMessage"))[-1]
    assert (entry["done"], entry["status"]) == (False, 400)


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "ü" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"callback_data": "x"}, 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        ({"text": "a", "url": "no link"}, "inline keyboard button URL 'no link' is invalid: Wrong HTTP URL"),
        ({"text": "a", "url": "https://a.example", "callback_data": "x"}, "BUTTON_TYPE_INVALID"),
        ({"text": "a", "callback": "x"}, "unknown argument 'callback'"),
    ],
)
async def test_refused_buttons(stage: Stage, button: dict[str, Any], words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert await stage.refusal("sendMessage", chat_id=stage.user, text="a", reply_markup=markup) == (
        f"400 Bad Request: {words}"
    )


async def test_longest_text_and_data_are_taken(stage: Stage) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 64}]]}
    assert len((await stage.send("x" * 4096, reply_markup=markup))["text"]) == 4096
    assert (await stage.send("<b>" + "x" * 4096 + "</b>", parse_mode="HTML"))["entities"][0]["length"] == 4096


async def test_who_can_be_written_to(stage: Stage) -> None:
    other = (await stage.act("users", first_name="Bob"))["id"]
    assert await stage.refusal("sendMessage", chat_id=other, text="x") == (
        "403 Forbidden: bot can't initiate conversation with a user"
    )
    await stage.person("block")
    assert (
        await stage.refusal("sendMessage", chat_id=stage.user, text="x") == "403 Forbidden: bot was blocked by the user"
    )
    assert (await stage.chat())["blocked"] is True
    await stage.person("unblock")
    await stage.send()
    first, second = (u["my_chat_member"] for u in await stage.api("getUpdates"))
    assert (first["old_chat_member"]["status"], first["new_chat_member"]["status"]) == ("member", "kicked")
    assert (second["old_chat_member"]["status"], second["new_chat_member"]["status"]) == ("kicked", "member")


async def test_edit(stage: Stage) -> None:
    sent = await stage.send("one", reply_markup=KEYBOARD)
    place = {"chat_id": stage.user, "message_id": sent["message_id"]}
    same = "400 Bad Request: message is not modified: specified new message content and reply markup are exactly"
    assert (await stage.refusal("editMessageText", text="one", reply_markup=KEYBOARD, **place)).startswith(same)
    edited = await stage.api("editMessageText", text="<i>two</i>", parse_mode="HTML", **place)
    assert edited["text"] == "two"
    assert edited["edit_date"] >= edited["date"]
    assert "reply_markup" not in edited
    seen = (await stage.chat())["messages"][-1]
    assert (seen["text"], seen["edited"], seen["buttons"]) == ("two", True, [])
    assert seen["entities"] == [{"type": "italic", "offset": 0, "length": 3}]
    await stage.api("editMessageReplyMarkup", reply_markup=KEYBOARD, **place)
    assert (await stage.chat())["messages"][-1]["buttons"][0][0]["label"] == "Yes"
    assert (await stage.refusal("editMessageReplyMarkup", reply_markup=KEYBOARD, **place)).startswith(same)
    await stage.api("editMessageReplyMarkup", **place)
    assert (await stage.chat())["messages"][-1]["buttons"] == []
    assert await stage.refusal("editMessageReplyMarkup", reply_markup={"keyboard": [["a"]]}, **place) == (
        "400 Bad Request: inline keyboard expected"
    )


async def test_what_cannot_be_edited(stage: Stage) -> None:
    edit = {"chat_id": stage.user, "text": "x"}
    keyboard = await stage.send(reply_markup={"keyboard": [["a"]]})
    assert await stage.refusal("editMessageText", message_id=77, **edit) == "400 Bad Request: message to edit not found"
    for message_id in (1, keyboard["message_id"]):
        assert await stage.refusal("editMessageText", message_id=message_id, **edit) == (
            "400 Bad Request: message can't be edited"
        )
    assert await stage.refusal("editMessageText", **edit) == "400 Bad Request: message identifier is not specified"


async def test_delete(stage: Stage) -> None:
    sent = await stage.send()
    place = {"chat_id": stage.user, "message_id": sent["message_id"]}
    message_of(stage, sent["message_id"]).wire["date"] -= 48 * 3600 + 1
    assert await stage.refusal("deleteMessage", **place) == "400 Bad Request: message can't be deleted for everyone"
    message_of(stage, sent["message_id"]).wire["date"] += 48 * 3600 + 1
    assert await stage.api("deleteMessage", **place) is True
    assert await stage.refusal("deleteMessage", **place) == "400 Bad Request: message to delete not found"
    assert await stage.refusal("editMessageText", text="x", **place) == "400 Bad Request: message to edit not found"
    reply: dict[str, Any] = {"reply_parameters": {"message_id": sent["message_id"]}}
    assert await stage.refusal("sendMessage", chat_id=stage.user, text="x", **reply) == (
        "400 Bad Request: message to be replied not found"
    )
    reply["reply_parameters"]["allow_sending_without_reply"] = True
    assert "reply_to_message" not in await stage.send(**reply)
    assert (await stage.chat())["messages"][1]["deleted"] is True


async def test_answers_to_buttons(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = await stage.send("?", reply_markup=KEYBOARD)
    pressed = await stage.person("press", message_id=sent["message_id"], label="Yes")
    query = (await stage.api("getUpdates"))[0]["callback_query"]
    assert (query["id"], query["data"]) == (pressed["callback_query_id"], "y")
    assert query["message"]["reply_markup"] == KEYBOARD
    answer = {"callback_query_id": query["id"], "text": "Done", "show_alert": True}
    assert (
        await stage.refusal("answerCallbackQuery", **{**answer, "text": "x" * 201})
        == "400 Bad Request: MESSAGE_TOO_LONG"
    )
    assert await stage.api("answerCallbackQuery", **answer) is True
    assert (await stage.chat())["toasts"] == [{"callback_query_id": query["id"], "text": "Done", "alert": True}]
    old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await stage.refusal("answerCallbackQuery", **answer) == old
    again = await stage.person("press", message_id=sent["message_id"], data="y")
    monkeypatch.setattr(methods, "CALLBACK_SECONDS", -1.0)
    assert await stage.refusal("answerCallbackQuery", callback_query_id=again["callback_query_id"]) == old


async def test_bots_reaction(stage: Stage) -> None:
    place = {"chat_id": stage.user, "message_id": 1}
    thumb = {"type": "emoji", "emoji": "👍"}
    invalid = "400 Bad Request: REACTION_INVALID"
    assert await stage.refusal("setMessageReaction", reaction=[{"type": "emoji", "emoji": "🛒"}], **place) == invalid
    assert await stage.refusal("setMessageReaction", reaction=[{"type": "paid"}], **place) == invalid
    assert await stage.refusal("setMessageReaction", reaction=[thumb, thumb], **place) == (
        "400 Bad Request: REACTIONS_TOO_MANY"
    )
    assert await stage.refusal("setMessageReaction", chat_id=stage.user, message_id=9, reaction=[thumb]) == (
        "400 Bad Request: message to react not found"
    )
    await stage.api("setMessageReaction", reaction=[thumb], **place)
    await stage.person("react", emoji="🔥", message_id=1)
    assert (await stage.chat())["messages"][0]["reactions"] == [
        {"from": "bot", "emoji": "👍"},
        {"from": "user", "emoji": "🔥"},
    ]
    await stage.api("setMessageReaction", reaction=[], **place)
    assert (await stage.chat())["messages"][0]["reactions"] == [{"from": "user", "emoji": "🔥"}]


async def test_action(stage: Stage) -> None:
    assert await stage.refusal("sendChatAction", chat_id=stage.user, action="sleeping") == (
        "400 Bad Request: wrong parameter action in request"
    )
    await stage.api("sendChatAction", chat_id=stage.user, action="typing")
    assert (await stage.chat())["action"] == "typing"
    await stage.send()
    assert (await stage.chat())["action"] is None


async def test_commands(stage: Stage) -> None:
    basic = [{"command": "help", "description": "Help"}]
    mine = [{"command": "orders", "description": "Orders"}]
    await stage.api("setMyCommands", commands=basic)
    await stage.api("setMyCommands", commands=mine, scope={"type": "all_private_chats"}, language_code="de")
    assert await stage.api("getMyCommands") == basic
    assert await stage.api("getMyCommands", scope={"type": "all_private_chats"}, language_code="de") == mine
    assert (await stage.chat())["commands"] == basic
    await stage.api("setMyCommands", commands=mine, scope={"type": "chat", "chat_id": stage.user})
    assert (await stage.chat())["commands"] == mine
    await stage.api("deleteMyCommands", scope={"type": "chat", "chat_id": stage.user})
    assert (await stage.chat())["commands"] == basic
    assert (await stage.see("bots"))[0]["commands"][0] == {
        "scope": {"type": "default"},
        "language_code": "",
        "commands": basic,
    }
    for command, words in (
        ({"command": "Help", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "help", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ):
        assert await stage.refusal("setMyCommands", commands=[command]) == f"400 Bad Request: {words}"
    scope = {"type": "everybody"}
    assert (await stage.refusal("getMyCommands", scope=scope)).startswith(
        "400 Bad Request: can't parse BotCommandScope"
    )


async def test_get_chat(stage: Stage) -> None:
    chat = await stage.api("getChat", chat_id=stage.user)
    assert (chat["type"], chat["first_name"]) == ("private", "Ada")
    assert await stage.refusal("getChat", chat_id=5) == "400 Bad Request: chat not found"
