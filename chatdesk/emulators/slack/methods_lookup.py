"""Looking up the team, its people and its conversations."""

from __future__ import annotations

import time
from copy import deepcopy

from .basics import Json, Refusal
from .calls import CONNECTING, GENEROUS, TIER_2, TIER_3, TIER_4, Call, method
from .events import emit_membership
from .messages import root_of, shown, shown_root
from .records import Channel

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_FAR = "9999999999.999999"


@method("auth.test", tier=GENEROUS)
def auth_test(call: Call) -> Json:
    app, team = call.core.workspace.app, call.core.workspace.team
    bot = call.core.workspace.users[app.bot_user_id]
    names = {"url": f"https://{team['domain']}.slack.com/", "team": team["name"], "user": bot["name"]}
    ids = {"team_id": team["id"], "user_id": app.bot_user_id, "bot_id": app.bot_id}
    return {**names, **ids, "is_enterprise_install": False}


@method("apps.connections.open", tier=CONNECTING, by_app_token=True)
def connections_open(call: Call) -> Json:
    return {"url": call.core.socket_url(f"/slack/link/{call.core.links.issue_ticket()}")}


@method("team.info", "team domain", "team:read", TIER_3)
def team_info(call: Call) -> Json:
    return {"team": {**call.core.workspace.team, "email_domain": "", "icon": {"image_default": True}}}


@method("bots.info", "bot", "users:read", TIER_3)
def bots_info(call: Call) -> Json:
    app, team = call.core.workspace.app, call.core.workspace.team
    if call.text("bot", app.bot_id) != app.bot_id:
        raise Refusal("bot_not_found")
    bot = call.core.workspace.users[app.bot_user_id]
    about = {"name": app.name, "deleted": False, "updated": bot["updated"], "app_id": app.id, "team_id": team["id"]}
    return {"bot": {"id": app.bot_id, "user_id": app.bot_user_id, "icons": {}, **about}}


# -- users


def _seen(call: Call, user: Json) -> Json:
    """Without users:read.email the address is left out (https://docs.slack.dev/reference/scopes/users.read.email)."""
    user = deepcopy(user)
    if "users:read.email" not in call.core.workspace.app.scopes:
        user["profile"].pop("email", None)
    return user


@method("users.info", "user include_locale", "users:read", TIER_4)
def users_info(call: Call) -> Json:
    user = call.core.workspace.users.get(call.text("user"))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": _seen(call, user)}


@method("users.getPresence", "user", "users:read", TIER_3)
def users_presence(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.getPresence: of others it tells only this."""
    user = call.text("user")
    if user not in call.core.workspace.users:
        raise Refusal("user_not_found")
    return {"presence": "away" if user in call.core.workspace.away else "active"}


@method("users.list", "cursor limit include_locale", "users:read", TIER_2)
def users_list(call: Call) -> Json:
    users = sorted(call.core.workspace.users.items())
    page, cursor = call.page(users, call.limit(default=1000, most=1000))
    seen = [_seen(call, u) for u in page]
    return {"members": seen, "cache_ts": int(time.time()), "response_metadata": {"next_cursor": cursor}}


@method("users.lookupByEmail", "email", "users:read.email", TIER_3)
def users_lookup(call: Call) -> Json:
    email = call.text("email").lower()
    for user in call.core.workspace.users.values():
        if email and user["profile"].get("email", "").lower() == email and not user["deleted"]:
            return {"user": _seen(call, user)}
    raise Refusal("users_not_found")


# -- conversations


def _scope(channel: Channel, deed: str) -> str:
    """Each kind of conversation has its own scope (https://docs.slack.dev/reference/scopes)."""
    return f"{_PREFIX[channel.type]}:{deed}"


def channel_object(channel: Channel, bot: str) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    if channel.is_im:
        other = next(m for m in channel.members if m != bot)
        return {"id": channel.id, "created": channel.created, "is_im": True, "user": other, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "is_channel": not channel.private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_member": bot in channel.members,
        "previous_names": list(channel.previous_names),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


@method("conversations.info", "channel include_locale include_num_members", _READ, TIER_3)
def conversations_info(call: Call) -> Json:
    channel = call.channel(must_be_in=False)
    call.must_have(_scope(channel, "read"))
    body = channel_object(channel, call.core.workspace.app.bot_user_id)
    if call.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


@method("conversations.list", "cursor exclude_archived limit team_id types", _READ, TIER_2)
def conversations_list(call: Call) -> Json:
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    asked = [t.strip() for t in call.text("types", "public_channel").split(",")]
    if not set(asked) <= set(names):
        raise Refusal("invalid_types")
    types = {names[t] for t in asked}
    for kind in sorted(types):
        call.must_have(f"{_PREFIX[kind]}:read")
    workspace = call.core.workspace
    found = [
        (c.id, channel_object(c, workspace.app.bot_user_id))
        for c in sorted(workspace.channels.values(), key=lambda c: c.id)
        if c.type in types
        and (workspace.bot_in(c) or not c.private)
        and not (c.is_archived and call.flag("exclude_archived"))
    ]
    page, cursor = call.page(found, call.limit(default=100, most=1000))
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.members", "channel cursor limit", _READ, TIER_4)
def conversations_members(call: Call) -> Json:
    channel = call.channel(must_be_in=False)
    call.must_have(_scope(channel, "read"))
    members = [(m, m) for m in sorted(channel.members)]
    page, cursor = call.page(members, call.limit(default=100, most=1000))
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _within(call: Call, ts: str) -> bool:
    oldest, latest = call.text("oldest", "0"), call.text("latest", _FAR)
    try:
        low, high, at = float(oldest), float(latest), float(ts)
    except ValueError as bad:
        raise Refusal("invalid_ts_oldest") from bad
    return low <= at <= high if call.flag("inclusive") else low < at < high


_PAGING = "cursor include_all_metadata inclusive latest limit oldest"


@method("conversations.history", f"channel {_PAGING}", _HISTORY, TIER_3)
def conversations_history(call: Call) -> Json:
    """Newest first; replies are only there when they were broadcast."""
    channel = call.channel()
    call.must_have(_scope(channel, "history"))
    found = [
        (m.ts, shown_root(channel, m, call.flag("include_all_metadata")))
        for m in reversed(channel.messages.values())
        if (not m.deleted or m.replies)
        and (not m.is_reply or m.body.get("subtype") == "thread_broadcast")
        and _within(call, m.ts)
    ]
    page, cursor = call.page(found, call.limit(default=100, most=999), newest_first=True)
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": page, "has_more": bool(cursor), "pin_count": len(channel.pins), **more}


@method("conversations.replies", f"channel ts {_PAGING}", _HISTORY, TIER_3)
def conversations_replies(call: Call) -> Json:
    """Oldest first, the root always at the head of the first page."""
    channel = call.channel()
    call.must_have(_scope(channel, "history"))
    root = root_of(channel, call.need("ts", "thread_not_found"))
    if root is None:
        raise Refusal("thread_not_found")
    with_metadata = call.flag("include_all_metadata")
    replies = [(ts, shown(channel.messages[ts], with_metadata)) for ts in root.replies if _within(call, ts)]
    found = [(root.ts, shown_root(channel, root, with_metadata)), *replies]
    page, cursor = call.page(found, call.limit(default=1000, most=1000))
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": page, "has_more": bool(cursor), **more}


@method("conversations.join", "channel", "channels:join", TIER_3)
def conversations_join(call: Call) -> Json:
    channel = call.channel(must_be_in=False)
    bot = call.core.workspace.app.bot_user_id
    if channel.private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    if bot not in channel.members:
        channel.members.append(bot)
        emit_membership(call.core, channel, bot, joined=True)
        call.core.changed()
    return {"channel": channel_object(channel, bot)}


@method("conversations.open", "channel users return_im prevent_creation", ("im:write", "mpim:write"), TIER_3)
def conversations_open(call: Call) -> Json:
    """With one user only: conversations of several need mpim:write, which this emulator does not model."""
    workspace = call.core.workspace
    if call.text("channel"):
        channel = call.channel()
    else:
        users = [u.strip() for u in call.text("users").split(",") if u.strip()]
        if not users:
            raise Refusal("users_list_not_supplied")
        if len(users) > 1:
            raise Refusal("missing_scope", needed="mpim:write", provided=",".join(workspace.app.scopes))
        if users[0] not in workspace.users:
            raise Refusal("user_not_found")
        if workspace.users[users[0]]["deleted"]:
            raise Refusal("user_disabled")
        channel = workspace.direct(users[0])
    full = channel_object(channel, workspace.app.bot_user_id)
    return {"channel": full if call.flag("return_im") else {"id": channel.id}}
