"""Telegram updates, real ones and spoilt ones. See https://core.telegram.org/bots/api#update."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from typing import Any

from chatdesk.adapters.telegram.groups import HEARD_BY
from tests.adapters.examples import examples
from tests.fuzz.mutation import Mutation
from tests.golden import load
from tests.stage import BOT

Update = dict[str, Any]
STRANGERS = range(70_001, 70_041)  # who send odd things
FILE = {"file_id": "F", "file_unique_id": "u", "file_size": 12}
PHOTO = {"photo": [{**FILE, "width": 1, "height": 1}, {**FILE, "width": 9, "height": 9}]}
PLACE = {"latitude": 52.1, "longitude": 4.3}
GROUP = {"id": -100123, "type": "supergroup", "title": "A group", "is_forum": True}
AUTHOR = {"id": 70_099, "is_bot": False, "first_name": "Somebody", "last_name": "Else"}
HIDDEN = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
CHANNEL = {"id": -100777, "type": "channel", "title": "News"}

KINDS: tuple[dict[str, Any], ...] = (
    {"text": "My transfer hangs"},
    {
        "text": "bold 👩‍🔬 link",
        "entities": [
            {"type": "bold", "offset": 0, "length": 4},
            {"type": "text_link", "offset": 10, "length": 4, "url": "https://x.org"},
        ],
    },
    {"text": "/new where is my data"},
    {"text": "/start"},
    {"text": "/tickets"},
    {"text": "/end"},
    {"text": "/help"},
    {"text": "/language de"},
    {"text": "hello"},
    {"text": "thanks"},
    {"text": "Wo sind meine Daten geblieben?"},
    {**PHOTO, "caption": "see"},
    PHOTO,
    {**PHOTO, "media_group_id": "g1", "caption": "one"},
    {**PHOTO, "media_group_id": "g1"},
    {"document": {**FILE, "file_name": "log.txt", "mime_type": "text/plain"}},
    {"document": {**FILE, "file_size": 50_000_000}},
    {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    {"video_note": {**FILE, "length": 1, "duration": 1}},
    {"voice": {**FILE, "duration": 1}},
    {"audio": {**FILE, "duration": 1, "title": "t"}},
    {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": FILE},
    {
        "sticker": {
            **FILE,
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
            "emoji": "🙂",
        }
    },
    {"location": PLACE},
    {"location": {**PLACE, "live_period": 60}},
    {"venue": {"location": PLACE, "title": "Lab", "address": "Road 1"}, "location": PLACE},
    {"contact": {"phone_number": "+1", "first_name": "C"}},
    {
        "poll": {
            "id": "1",
            "question": "Q?",
            "options": [{"persistent_id": "1", "text": "a", "voter_count": 0}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
        }
    },
    {"dice": {"emoji": "🎲", "value": 3}},
    {"story": {"chat": CHANNEL, "id": 3}},
    {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}},
    {"text": "was said", "forward_origin": {"type": "user", "date": 1, "sender_user": AUTHOR}},
    {"text": "was said", "forward_origin": HIDDEN},
    {"text": "was said", "forward_origin": {"type": "chat", "date": 1, "sender_chat": GROUP, "author_signature": "s"}},
    {"text": "was said", "forward_origin": {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 1}},
    {
        "text": "I answer",
        "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 70_001, "type": "private"}, "text": "before"},
        "quote": {"text": "bef", "position": 0},
    },
    {"text": "in a topic", "message_thread_id": 4, "is_topic_message": True},
    {"new_chat_title": "x"},
    {"web_app_data": {"data": "{}", "button_text": "b"}},
    {"users_shared": {"request_id": 1, "users": []}},
    {"successful_payment": {}},
    {"a_kind_of_tomorrow": {"x": [1]}},
)


class Updates:
    """`next(updates)`: an update without its number; some are as Telegram sends them, most are spoilt."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._mutation = Mutation(chance)
        self._number = 0
        self._examples = [load(path)["given"] for path in examples("telegram", "in")]

    def __iter__(self) -> Iterator[Update]:
        return self

    def __next__(self) -> Update:
        update = self._real()
        while self._chance.random() < 0.8:
            spoilt = self._mutation(update)
            if isinstance(spoilt, dict) and spoilt and "update_id" not in spoilt:
                return spoilt
        return update

    def _real(self) -> Update:
        made = self._chance.choice(
            (self._message, self._message, self._message, self._other, self._other, self._example)
        )()
        return {kind: thing for kind, thing in made.items() if kind not in ("update_id", HEARD_BY)}

    def _example(self) -> Update:
        """A golden one, sent by one of the strangers."""
        update: Update = copy.deepcopy(self._chance.choice(self._examples))
        for thing in update.values():
            if (
                isinstance(thing, dict)
                and isinstance(chat := thing.get("chat"), dict)
                and chat.get("type") == "private"
            ):
                chat["id"] = self._chance.choice(STRANGERS)
                thing["message_id"] = self._next()
        return update

    def _next(self) -> int:
        self._number += 1
        return 10_000 + self._number

    def _user(self) -> dict[str, Any]:
        name, language = (
            self._chance.choice(("Eve", "Ève 👩‍🔬", "x" * 300)),
            self._chance.choice(("en", "de", "xx", "pt-BR")),
        )
        return {"id": self._chance.choice(STRANGERS), "is_bot": False, "first_name": name, "language_code": language}

    def _message(self) -> Update:
        user, kind = self._user(), copy.deepcopy(self._chance.choice(KINDS))
        if "text" in kind and self._chance.random() < 0.3:
            kind["text"] = self._mutation.words()
        name = self._chance.choice(
            ("message", "message", "message", "message", "edited_message", "channel_post", "business_message")
        )
        number = self._next() if self._chance.random() < 0.9 else self._chance.randint(10_000, 10_000 + self._number)
        chat = {**user, "type": "private"} if self._chance.random() < 0.9 else GROUP
        message = {"message_id": number, "date": int(time.time()), "from": user, "chat": chat, **kind}
        if chat is GROUP and self._chance.random() < 0.5:
            called = {
                "text": f"@{BOT} where is it?",
                "entities": [{"type": "mention", "offset": 0, "length": len(BOT) + 1}],
            }
            message |= called
        return {name: message | ({"edit_date": int(time.time())} if name == "edited_message" else {})}

    def _other(self) -> Update:
        user = self._user()
        chat, number = {**user, "type": "private"}, self._chance.randint(1, 10_000 + self._number)
        message = {
            "message_id": number,
            "date": int(time.time()),
            "chat": chat,
            "from": {**AUTHOR, "is_bot": True},
            "text": "?",
        }
        press = {"id": str(self._next()), "from": user, "chat_instance": "1", "data": self._mutation.words()}
        emoji, own = {"type": "emoji", "emoji": "👍"}, {"type": "custom_emoji", "custom_emoji_id": "7"}
        reaction = {"chat": chat, "message_id": number, "user": user, "date": int(time.time())}
        member = {"user": {**AUTHOR, "is_bot": True}, "status": "member"}
        change = {"chat": chat, "from": user, "date": int(time.time()), "old_chat_member": member}
        made: tuple[Update, ...] = (
            {"callback_query": press | {"message": message}},
            {"callback_query": press | {"message": {**message, "date": 0}}},
            {"callback_query": press | {"inline_message_id": "1", "data": "solved?ticket=1"}},
            {"message_reaction": reaction | {"old_reaction": [], "new_reaction": [emoji, own]}},
            {"message_reaction": reaction | {"old_reaction": [emoji], "new_reaction": []}},
            {"message_reaction": {**reaction, "chat": GROUP, "old_reaction": [], "new_reaction": [{"type": "paid"}]}},
            {"my_chat_member": change | {"new_chat_member": {**member, "status": "kicked", "until_date": 0}}},
            {"my_chat_member": change | {"new_chat_member": member}},
            {"inline_query": {"id": "1", "from": user, "query": "x", "offset": ""}},
            {"poll_answer": {"poll_id": "1", "option_ids": [0], "user": user}},
            {"chat_join_request": {"chat": GROUP, "from": user, "user_chat_id": 1, "date": 1}},
            {"a_kind_of_tomorrow": {"chat": chat, "from": user, "text": self._mutation.words()}},
        )
        return self._chance.choice(made)
