"""Topics in a private chat, as calls of the Bot API and as what they are refused with."""

from __future__ import annotations

from typing import Any

import pytest

from chatdesk.adapters.telegram import render, topics
from chatdesk.adapters.telegram.inbound import to_incoming
from chatdesk.core.messages import Address, Outgoing, plain
from chatdesk.desk.channel import Delivery

ROOM = Address("telegram", "main/1001")
ANNA = {"id": 1001, "is_bot": False, "first_name": "Anna"}
CHAT = {"id": 1001, "type": "private", "first_name": "Anna"}
PLACE = Outgoing(to=ROOM, key="place:42", body=plain("#42 I cannot log in"), standing=True, opens=True, ticket=42)
SAID = Outgoing(to=Address("telegram", "main/1001", "place:42"), key="status:42", body=plain("We have it."))


def a_message(**more: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": 1_700_000_000, "chat": CHAT, "from": ANNA, "text": "Hello", **more}


def heard(**more: Any) -> Any:
    return to_incoming({"update_id": 1, "message": a_message(**more)}, "main")


def test_a_topic_is_opened_renamed_or_not_there() -> None:
    assert topics.call(1001, Delivery(PLACE)) == ("createForumTopic", {"chat_id": 1001, "name": "#42 I cannot log in"})
    assert topics.native_of({"message_thread_id": 7, "name": "x"}) == "topic:7"
    assert topics.native_of(True) is None
    renamed = {"chat_id": 1001, "name": "#42 I cannot log in", "message_thread_id": 7}
    assert topics.call(1001, Delivery(PLACE, native="topic:7")) == ("editForumTopic", renamed)
    assert topics.no_topic(Delivery(PLACE)) == "topic:none:42"
    assert topics.call(1001, Delivery(PLACE, native="topic:none:42")) is None


@pytest.mark.parametrize(
    ("thread", "given"), [("topic:7", {"message_thread_id": 7}), ("topic:none:42", {}), (None, {})], ids=str
)
def test_what_is_said_lies_in_the_topic(thread: str | None, given: dict[str, int]) -> None:
    _, arguments = render.call(Delivery(SAID, thread=thread))
    assert {k: v for k, v in arguments.items() if k == "message_thread_id"} == given
    _, arguments = render.call(Delivery(SAID, native="9", thread=thread))
    assert "message_thread_id" not in arguments


def test_what_is_refused_is_said_otherwise() -> None:
    known, sent = topics.Topics(), Delivery(SAID, thread="topic:7", answers="3")
    assert known.otherwise(sent, "Bad Request: message is too long") is None
    unquoted = known.otherwise(sent, "Bad Request: message to be replied not found")
    assert unquoted == Delivery(SAID, thread="topic:7")
    assert known.reachable(sent) == sent
    assert known.otherwise(sent, "Bad Request: message thread not found") == Delivery(SAID, answers="3")
    assert known.reachable(sent) == Delivery(SAID, answers="3")
    assert known.otherwise(Delivery(SAID), "Bad Request: message thread not found") is None


def test_where_something_was_said() -> None:
    assert heard(message_thread_id=7, is_topic_message=True).under == "topic:7"
    assert heard(message_thread_id=7).under is None
    begun = {**a_message(), "forum_topic_created": {"name": "x", "icon_color": 7322096}}
    del begun["text"]
    assert heard(message_thread_id=7, is_topic_message=True, reply_to_message=begun).about is None
    assert heard(reply_to_message=a_message(message_id=8)).about == "8"
    press = {"id": "1", "from": ANNA, "chat_instance": "1", "data": "help"}
    press["message"] = a_message(message_thread_id=7, is_topic_message=True)
    pressed = to_incoming({"update_id": 1, "callback_query": press}, "main")
    assert pressed and pressed.under == "topic:7"
    group = {"id": -1, "type": "supergroup", "title": "Lab"}
    named = {"text": "/help@desk_bot", "entities": [{"type": "bot_command", "offset": 0, "length": 14}]}
    raw = {"update_id": 1, "message": a_message(chat=group, message_thread_id=7, is_topic_message=True, **named)}
    raw["heard_by"] = {"id": 5, "username": "desk_bot", "people": 3}
    said = to_incoming(raw, "main")
    assert said and said.under is None
