"""How changes arrive: edits, previews, deletions and reactions.

https://docs.slack.dev/reference/events/message/message_changed
https://docs.slack.dev/reference/events/message/message_deleted
https://docs.slack.dev/reference/methods/reactions.add
"""

from __future__ import annotations

from .slack_fixtures import BOT, Slack, Socket, section, slack

__all__ = ["slack"]
HERE = {"channel": "CDESK"}


async def posted(slack: Slack, socket: Socket, text: str = "mine", user: str = "UADA", **more: str) -> str:
    ts = str((await slack.do("post", user=user, text=text, **HERE, **more))["ts"])
    await socket.event()
    return ts


async def test_an_edit(slack: Slack) -> None:
    socket = await slack.socket()
    ts = await posted(slack, socket, "old")
    await slack.do("edit", user="UADA", ts=ts, text="new", **HERE)
    event = await socket.event()
    assert (event["type"], event["subtype"], event["hidden"]) == ("message", "message_changed", True)
    assert (event["channel"], event["channel_type"]) == ("CDESK", "group") and event["ts"] == event["event_ts"] > ts
    after, before = event["message"], event["previous_message"]
    assert (after["ts"], after["text"], before["ts"], before["text"]) == (ts, "new", ts, "old")
    assert after["edited"]["user"] == "UADA" and after["edited"]["ts"] > ts and "edited" not in before
    assert "user" not in event


async def test_saving_a_message_as_it_was_is_no_edit(slack: Slack) -> None:
    socket = await slack.socket()
    ts = await posted(slack, socket, "see *this*")
    await slack.do("edit", user="UADA", ts=ts, text="see *this*", **HERE)
    assert await socket.silent()


async def test_a_preview_is_a_change_without_an_edit(slack: Slack) -> None:
    socket = await slack.socket()
    ts = await posted(slack, socket, "https://a.example/x")
    await slack.do("unfurl", ts=ts, url="https://a.example/x", **HERE)
    event = await socket.event()
    assert event["subtype"] == "message_changed"
    after, before = event["message"], event["previous_message"]
    assert after["attachments"][0]["from_url"] == "https://a.example/x" and "attachments" not in before
    assert after["text"] == before["text"] and after["blocks"] == before["blocks"] and "edited" not in after
    await slack.do("edit", user="UADA", ts=ts, text="no link", **HERE)
    await socket.event()
    await slack.do("unfurl", ts=ts, attachments=[], **HERE)
    event = await socket.event()
    assert "attachments" not in event["message"] and event["message"]["edited"] == event["previous_message"]["edited"]
    assert "a list" in await slack.refused("unfurl", ts=ts, attachments="x", **HERE)


async def test_the_apps_own_update_arrives_as_a_change(slack: Slack) -> None:
    socket = await slack.socket()
    ts = (await slack.good("chat.postMessage", text="a", blocks=[section("a")], **HERE))["ts"]
    assert (await socket.event())["bot_id"] == "B0001"
    await slack.good("chat.update", ts=ts, text="a", blocks=[section("b")], **HERE)
    event = await socket.event()
    assert event["subtype"] == "message_changed" and event["message"]["bot_id"] == "B0001"
    assert event["message"]["blocks"][0]["text"]["text"] == "b" and "edited" not in event["message"]
    await slack.good("chat.update", ts=ts, text="c", **HERE)
    assert (await socket.event())["message"]["edited"]["user"] == BOT


async def test_a_deletion(slack: Slack) -> None:
    socket = await slack.socket()
    ts = await posted(slack, socket, "gone soon")
    await slack.do("delete", user="UADA", ts=ts, **HERE)
    event = await socket.event()
    assert (event["subtype"], event["deleted_ts"], event["hidden"]) == ("message_deleted", ts, True)
    assert event["previous_message"]["text"] == "gone soon" and event["previous_message"]["user"] == "UADA"


async def test_a_deleted_reply_names_its_thread(slack: Slack) -> None:
    socket = await slack.socket()
    root = await posted(slack, socket, "root")
    reply = await posted(slack, socket, "reply", thread_ts=root)
    await slack.do("delete", user="UADA", ts=reply, **HERE)
    event = await socket.event()
    assert (event["deleted_ts"], event["previous_message"]["thread_ts"]) == (reply, root)
    (message,) = (await slack.good("conversations.history", **HERE))["messages"]
    assert "reply_count" not in message


async def test_an_admin_deletes_a_card_with_replies(slack: Slack) -> None:
    await slack.do("users", id="UBEN", is_admin=True)
    socket = await slack.socket()
    await slack.do("app", events=["message.groups"])
    root = (await slack.good("chat.postMessage", text="card", blocks=[section("card")], **HERE))["ts"]
    await socket.event()
    reply = await posted(slack, socket, "reply", thread_ts=root)
    assert "own messages" in await slack.refused("delete", user="UADA", ts=root, **HERE)
    await slack.do("delete", user="UBEN", ts=root, **HERE)
    event = await socket.event()
    assert event["subtype"] == "message_changed" and event["previous_message"]["text"] == "card"
    after = event["message"]
    assert (after["subtype"], after["text"], after["user"]) == ("tombstone", "This message was deleted.", "USLACKBOT")
    assert (after["thread_ts"], after["reply_count"], after["hidden"]) == (root, 1, True)
    assert "blocks" not in after and "bot_id" not in after
    assert (await slack.api("chat.update", ts=root, text="x", **HERE))["error"] == "message_not_found"
    await slack.good("chat.postMessage", text="still a thread", thread_ts=root, **HERE)
    await socket.event()
    await slack.do("delete", user="UBEN", ts=reply, **HERE)
    assert (await socket.event())["subtype"] == "message_deleted"


async def test_the_app_deletes_its_own(slack: Slack) -> None:
    socket = await slack.socket()
    ts = (await slack.good("chat.postMessage", text="a", **HERE))["ts"]
    await socket.event()
    await slack.good("chat.delete", ts=ts, **HERE)
    event = await socket.event()
    assert (event["subtype"], event["previous_message"]["bot_id"]) == ("message_deleted", "B0001")


async def test_what_expires_is_there_no_more_and_nobody_is_told(slack: Slack) -> None:
    """The oldest goes first; a root that has younger replies stays as a tombstone."""
    socket = await slack.socket()
    root = await posted(slack, socket, "root")
    old, young = [await posted(slack, socket, "reply", thread_ts=root) for _ in range(2)]
    asked = {"ts": young, "oldest": young, "latest": young, "inclusive": "true", **HERE}
    assert [m["ts"] for m in (await slack.good("conversations.replies", **asked))["messages"]] == [root, young]
    assert (await slack.do("expire", before=young, **HERE))["ts"] == [root, old]
    assert await socket.silent()
    left = (await slack.good("conversations.replies", ts=root, **HERE))["messages"]
    assert [(m["ts"], m.get("subtype")) for m in left] == [(root, "tombstone"), (young, None)]
    assert (await slack.api("conversations.replies", ts=old, **HERE))["error"] == "thread_not_found"
    assert (await slack.do("expire", before="9999999999", **HERE))["ts"] == [young]
    assert (await slack.api("conversations.replies", ts=root, **HERE))["error"] == "thread_not_found"
    assert "a ts" in await slack.refused("expire", before="soon", **HERE)
    assert "no channel" in await slack.refused("expire", channel="C404", before="1")


# -- reactions


async def test_reactions_of_people_and_of_the_app(slack: Slack) -> None:
    socket = await slack.socket()
    ts = await posted(slack, socket)
    await slack.do("react", user="UBEN", ts=ts, emoji=":eyes:", **HERE)
    event = await socket.event()
    assert (event["type"], event["user"], event["reaction"]) == ("reaction_added", "UBEN", "eyes")
    assert event["item"] == {"type": "message", "channel": "CDESK", "ts": ts} and event["item_user"] == "UADA"
    await slack.good("reactions.add", timestamp=ts, name="thumbsup::skin-tone-3", **HERE)
    event = await socket.event()
    assert (event["user"], event["reaction"]) == (BOT, "thumbsup::skin-tone-3")
    found = (await slack.good("reactions.get", timestamp=ts, **HERE))["message"]["reactions"]
    assert found == [
        {"name": "eyes", "users": ["UBEN"], "count": 1},
        {"name": "thumbsup::skin-tone-3", "users": [BOT], "count": 1},
    ]
    await slack.do("unreact", user="UBEN", ts=ts, emoji="eyes", **HERE)
    event = await socket.event()
    assert (event["type"], event["reaction"], event["item_user"]) == ("reaction_removed", "eyes", "UADA")


async def test_what_has_no_author_has_no_item_user(slack: Slack) -> None:
    socket = await slack.socket()
    ts = (await slack.good("chat.postMessage", text="a", username="Anna", **HERE))["ts"]
    await socket.event()
    await slack.do("react", user="UBEN", ts=ts, emoji="eyes", **HERE)
    event = await socket.event()
    assert event["type"] == "reaction_added" and "item_user" not in event


async def test_a_message_takes_so_many_emoji_and_of_each_person_fewer(slack: Slack) -> None:
    await slack.do("app", events=[])
    ts = (await slack.do("post", user="UADA", text="x", **HERE))["ts"]
    for n in range(23):
        await slack.good("reactions.add", timestamp=ts, name=f"a{n}", **HERE)
    assert (await slack.api("reactions.add", timestamp=ts, name="a23", **HERE))["error"] == "too_many_reactions"
    for n in range(23):
        await slack.do("react", user="UADA", ts=ts, emoji=f"b{n}", **HERE)
    assert "too_many_reactions" in await slack.refused("react", user="UADA", ts=ts, emoji="a0", **HERE)
    for n in range(4):
        await slack.do("react", user="UBEN", ts=ts, emoji=f"c{n}", **HERE)
    assert "too_many_emoji" in await slack.refused("react", user="UBEN", ts=ts, emoji="c4", **HERE)
    await slack.do("react", user="UBEN", ts=ts, emoji="a0", **HERE)
