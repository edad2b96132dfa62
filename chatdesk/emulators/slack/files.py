"""Files: how they are kept, shown, shared and removed (https://docs.slack.dev/messaging/working-with-files)."""

from __future__ import annotations

import base64
import mimetypes
import secrets
import time
from copy import deepcopy
from urllib.parse import quote

from .basics import Json
from .core import Core
from .events import emit, emit_file
from .messages import add_message, change_message
from .records import Channel, File, Message, Share

# What a message keeps of a deleted file, and what stands for one of another workspace until files.info is asked
# (https://docs.slack.dev/reference/objects/file-object).
_GONE: Json = {"mode": "tombstone"}
_ELSEWHERE: Json = {"mode": "file_access", "file_access": "check_file_info", "created": 0, "timestamp": 0, "user": ""}
_THUMBS = (64, 80, 160, 360)


def new_file(core: Core, user: str, name: str, size: int, mimetype: str = "", **more: Json | str | bool) -> File:
    """A file that has an id and no bytes yet."""
    mimetype = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
    ending = name.rpartition(".")[2].lower() if "." in name else (mimetypes.guess_extension(mimetype) or ".binary")[1:]
    now = int(time.time())
    body: Json = {
        "id": f"F{core.workspace.number('file'):08d}",
        **{"created": now, "timestamp": now, "name": name, "title": name},
        **{"mimetype": mimetype, "filetype": ending, "pretty_type": ending.upper()},
        **{"user": user, "user_team": core.workspace.team["id"], "editable": False, "size": size},
        **{"mode": "hosted", "is_external": False, "external_type": "", "is_public": False, "public_url_shared": False},
        **{"display_as_bot": False, "username": ""},
    }
    file = File(body)
    _locate(core, file)
    body |= {"has_rich_preview": False, "file_access": "visible", **more}
    core.workspace.files[file.id] = file
    return file


def _locate(core: Core, file: File) -> None:
    body, team = file.body, core.workspace.team
    name = quote(body["name"], safe="")
    base = core.url(f"/slack/files-pri/{team['id']}-{file.id}")
    body |= {"url_private": f"{base}/{name}", "url_private_download": f"{base}/download/{name}"}
    if body["mimetype"].startswith("image/"):
        body |= {f"thumb_{n}": f"{base}/thumb_{n}/{name}" for n in _THUMBS}
    body["permalink"] = f"https://{team['domain']}.slack.com/files/{body['user']}/{file.id}/{name}"


def content_of(file: File) -> bytes:
    return base64.b64decode(file.content) if file.content else bytes(file.body["size"])


def promise(core: Core, user: str, name: str, size: int, alt_txt: str, snippet: bool) -> File:
    file = new_file(core, user, name, size, **({"alt_txt": alt_txt} if alt_txt else {}))
    if snippet:
        file.body |= {"mode": "snippet", "editable": True}
    file.upload_key = secrets.token_urlsafe(24)
    return file


def in_message(file: File) -> Json:
    """What a message shows of it: all but where it is shared, which files.info tells."""
    if file.state == "deleted":
        return {"id": file.id, **_GONE}
    return deepcopy(file.body)


def elsewhere(file: File) -> Json:
    """A file of another workspace in a Slack Connect channel: its details have to be asked for."""
    return {"id": file.id, **_ELSEWHERE}


def places(core: Core, file: File) -> list[tuple[Channel, Message]]:
    """The living messages that show it."""
    return [
        (channel, message)
        for channel in core.workspace.channels.values()
        for message in channel.messages.values()
        if not message.deleted and any(f["id"] == file.id for f in message.body.get("files", []))
    ]


def whole(core: Core, file: File) -> Json:
    """With the channels and messages in which it is shared."""
    shares: Json = {}
    channels: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for channel, message in places(core, file):
        entry = {"ts": message.ts, "channel_name": channel.name, "team_id": core.workspace.team["id"]}
        entry |= {"reply_users": [], "reply_users_count": 0, "reply_count": len(message.replies)}
        if message.is_reply:
            entry["thread_ts"] = message.root_ts
        shares.setdefault("private" if channel.private else "public", {}).setdefault(channel.id, []).append(entry)
        listed = channels[{"channel": "channels", "group": "groups", "im": "ims"}[channel.type]]
        if channel.id not in listed:
            listed.append(channel.id)
    return {**deepcopy(file.body), "is_public": bool(channels["channels"]), "shares": shares, **channels}


def visible(core: Core, file: File) -> bool:
    """To the app: its own, and what is shared where it is."""
    own = file.body["user"] == core.workspace.app.bot_user_id
    return own or any(core.workspace.bot_in(channel) for channel, _ in places(core, file))


def share_later(core: Core, shared: Share) -> None:
    core.workspace.shares.append(shared)
    wait_to_share(core, shared)


def wait_to_share(core: Core, shared: Share) -> None:
    core.later.at(shared.due, lambda: _share(core, shared))


def _share(core: Core, shared: Share) -> None:
    """Nobody is told when the channel has gone meanwhile."""
    core.workspace.shares.remove(shared)
    channel = core.workspace.channels.get(shared.channel)
    if channel is not None and not channel.is_archived:
        root = channel.messages.get(shared.thread_ts)
        shown = [in_message(core.workspace.files[f]) for f in shared.files]
        post_files(core, channel, deepcopy(shared.message), shown, root)


def post_files(core: Core, channel: Channel, body: Json, shown: list[Json], root: Message | None) -> Message:
    """https://docs.slack.dev/reference/events/message/file_share"""
    about = {"subtype": "file_share", "files": shown, "upload": False, "display_as_bot": False}
    message = add_message(core, channel, about | body, root)
    for file in shown:
        emit_file(core, channel, file["id"], str(body["user"]))
    return message


def delete_file(core: Core, file: File) -> None:
    """Its messages stay, and show that it is gone (https://docs.slack.dev/reference/events/file_deleted)."""
    seen = places(core, file)
    file.state, file.content = "deleted", ""
    for channel, message in seen:
        files = [in_message(file) if f["id"] == file.id else f for f in message.body["files"]]
        change_message(core, channel, message, {"files": files}, str(file.body["user"]))
    told = next((channel for channel, _ in seen if core.workspace.bot_in(channel)), None)
    if told is not None:
        emit(core, "file_deleted", {"type": "file_deleted", "file_id": file.id}, told)
    core.changed()
