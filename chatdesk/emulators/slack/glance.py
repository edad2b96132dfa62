"""What one person sees: for the demo's page and for tests."""

from __future__ import annotations

from .basics import Json
from .elements_state import view_object
from .records import TOMBSTONE, Channel, Message
from .workspace import Workspace


def channel_as_seen(workspace: Workspace, channel: Channel, user: Json) -> Json:
    """Messages with their threads, and the ephemeral ones that only this user was shown.

    What was deleted stays in the list, marked and without its words.
    """
    replies: dict[str, list[Message]] = {}
    roots = []
    for message in channel.messages.values():
        if message.is_reply:
            replies.setdefault(message.root_ts, []).append(message)
        else:
            roots.append(message)
    messages = [
        _seen(workspace, m) | {"replies": [_seen(workspace, r) | {"replies": []} for r in replies.get(m.ts, [])]}
        for m in roots
    ]
    whispered = [
        {key: e.body.get(key) for key in ("ts", "thread_ts")}
        | {"text": e.body.get("text", ""), "blocks": e.body.get("blocks", [])}
        for e in workspace.ephemerals
        if e.channel == channel.id and e.user == user["id"]
    ]
    return {"messages": messages, "ephemerals": whispered, "pins": [p["ts"] for p in channel.pins]}


def _seen(workspace: Workspace, message: Message) -> Json:
    body = message.body
    bot = body.get("bot_id")
    author = body.get("user") or (workspace.app.bot_user_id if bot == workspace.app.bot_id else "")
    reactions = [{"name": r["name"], "users": list(r["users"])} for r in body.get("reactions", [])]
    gone = message.deleted
    return {
        "ts": message.ts,
        "user": author,
        "bot": bool(bot),
        "username": body.get("username"),
        "text": TOMBSTONE if gone else body.get("text", ""),
        "blocks": [] if gone else body.get("blocks", []),
        "reactions": [] if gone else reactions,
        "edited": "edited" in body,
        "deleted": gone,
        "metadata": None if gone else body.get("metadata"),
        "files": [] if gone else [_file_seen(workspace, f["id"]) for f in body.get("files", [])],
    }


def _file_seen(workspace: Workspace, file_id: str) -> Json:
    """`url` shows or saves it, without a token; what was deleted has none."""
    file = workspace.files[file_id]
    url = f"/control/slack/file?id={file_id}" if file.state == "complete" else ""
    return {"id": file_id, **{k: file.body[k] for k in ("name", "mimetype", "size")}, "url": url}


def views_as_seen(workspace: Workspace, user: Json) -> list[Json]:
    stack = workspace.modals.get(user["id"], [])
    return [{"view_id": o.id, "view": view_object(o), "errors": dict(o.errors)} for o in stack]
