"""files.* of the Web API (https://docs.slack.dev/messaging/working-with-files)."""

from __future__ import annotations

import time
from typing import Any

from . import files
from .basics import Json, Refusal
from .blocks import check_message_blocks
from .calls import TIER_3, TIER_4, Call, method
from .messages import fill_ids, root_of
from .records import Channel, File, Share

MOST_BYTES = 1_000_000_000  # https://slack.com/help/articles/201330736: files of 1 GB at most
SNIPPET_MOST = 1_000_000
ALT_MOST = 1000
_FILE_FIELDS = {"id", "title", "highlight_type"}


@method("files.getUploadURLExternal", "filename length snippet_type alt_txt", "files:write", TIER_4)
def get_upload_url(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
    name, size = call.need("filename"), call.need("length")
    if not size.isdigit():
        raise Refusal("invalid_arguments", ["[ERROR] must be an integer: length"])
    if int(size) == 0:
        raise Refusal("missing_argument")
    if int(size) > MOST_BYTES:
        raise Refusal("file_upload_size_restricted")
    if call.text("snippet_type") and int(size) > SNIPPET_MOST:
        raise Refusal("snippet_too_large")
    if len(call.text("alt_txt")) > ALT_MOST:
        raise Refusal("alt_txt_too_large")
    bot = call.core.workspace.app.bot_user_id
    snippet = bool(call.text("snippet_type"))
    file = files.promise(call.core, bot, name, int(size), call.text("alt_txt"), snippet)
    return {"upload_url": call.core.url(f"/slack/upload/v1/{file.upload_key}"), "file_id": file.id}


@method(
    "files.completeUploadExternal",
    "files channel_id channels thread_ts initial_comment blocks",
    "files:write",
    TIER_4,
)
def complete_upload(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal

    The answer comes before the message: "files are processed asynchronously".
    """
    channels = _channels(call)
    thread = call.text("thread_ts")
    if thread and len(channels) != 1:
        raise Refusal("invalid_arguments", ["[ERROR] thread_ts goes with one channel"])
    root = root_of(channels[0], thread) if thread else None
    if thread and root is None:
        raise Refusal("thread_not_found")
    message = _message(call)
    done = _uploaded(call)
    for file, title in done:
        file.state = "complete"
        file.body["title"] = title or file.body["title"]
    due = time.time() + call.core.workspace.app.share_after
    for channel in channels:
        shared = Share(channel.id, root.ts if root else "", message, [file.id for file, _ in done], due)
        files.share_later(call.core, shared)
    return {"files": [{"id": file.id, "title": file.body["title"]} for file, _ in done]}


def _channels(call: Call) -> list[Channel]:
    """`channel_id` takes an id, `channels` also those of users."""
    workspace = call.core.workspace
    found = []
    for named in (call.text("channel_id"), *call.text("channels").split(",")):
        if not named.strip():
            continue
        user = named.strip() in workspace.users
        channel = workspace.direct(named.strip()) if user else workspace.channels.get(named.strip())
        if channel is None or (channel.private and not workspace.bot_in(channel)):
            raise Refusal("channel_not_found")
        if not workspace.bot_in(channel):
            raise Refusal("not_in_channel")
        if channel.is_archived:
            raise Refusal("posting_to_channel_denied")
        found.append(channel)
    return found


def _message(call: Call) -> Json:
    """`blocks` are ignored when there is an initial comment."""
    app = call.core.workspace.app
    body: Json = {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.id, "text": call.text("initial_comment")}
    if not body["text"] and call.arguments.get("blocks") is not None:
        body["blocks"] = fill_ids(check_message_blocks(call.parsed("blocks", "invalid_blocks_format")))
    return body


def _uploaded(call: Call) -> list[tuple[File, str]]:
    given: Any = call.parsed("files", "invalid_arguments")
    if given is None:
        call.need("files")
    fits = isinstance(given, list) and all(isinstance(f, dict) and set(f) <= _FILE_FIELDS for f in given)
    if not given or not fits or not all(isinstance(v, str) for f in given for v in f.values()):
        raise Refusal("invalid_arguments", ["[ERROR] must be an array of objects with id and title: files"])
    found = []
    for one in given:
        file = call.core.workspace.files.get(str(one.get("id")))
        if file is None or file.state != "uploaded":
            raise Refusal("file_not_found")
        found.append((file, str(one.get("title", ""))))
    return found


def _known(call: Call) -> File:
    file = call.core.workspace.files.get(call.need("file"))
    if file is None or not files.visible(call.core, file) or file.state in ("promised", "uploaded"):
        raise Refusal("file_not_found")
    if file.state == "deleted":
        raise Refusal("file_deleted")
    return file


@method("files.info", "file count cursor limit page", "files:read", TIER_4)
def files_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.info: Tier 4"""
    return {"file": files.whole(call.core, _known(call)), "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", "file", "files:write", TIER_3)
def files_delete(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.delete: Tier 3"""
    file = _known(call)
    if file.body["user"] != call.core.workspace.app.bot_user_id:
        raise Refusal("cant_delete_file")
    files.delete_file(call.core, file)
    return {}
