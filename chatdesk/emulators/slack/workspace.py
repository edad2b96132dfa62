"""The team, its app, its people, channels and messages: all that outlives a restart."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict

from .basics import Json, Wrong
from .records import TEAM, App, Channel, Ephemeral, File, Message, Opened, ResponseUrl, Share


class Workspace:
    def __init__(self) -> None:
        self.team: Json = dict(TEAM)
        self.app = App()
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.shares: list[Share] = []
        self.ephemerals: list[Ephemeral] = []
        self.away: set[str] = set()  # users who are not active now
        self.modals: dict[str, list[Opened]] = {}  # a user's stack, the topmost last
        self.homes: dict[str, Opened] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._counters: dict[str, int] = {}
        self._last_ts = 0
        bot = self.put_user(
            {"id": self.app.bot_user_id, "name": self.app.name, "real_name": "chatdesk", "is_bot": True}
        )
        bot["profile"] |= {"api_app_id": self.app.id, "bot_id": self.app.bot_id}

    # -- numbers

    def number(self, kind: str) -> int:
        self._counters[kind] = self._counters.get(kind, 0) + 1
        return self._counters[kind]

    def new_ts(self) -> str:
        """A message's ts is its id within the channel and tells the order: never the same twice."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # -- people

    def put_user(self, given: Json) -> Json:
        """Make or change a user (https://docs.slack.dev/reference/objects/user-object)."""
        user_id = str(given.get("id") or f"U1{self.number('user'):07d}")
        old = self.users.get(user_id) or _new_user(user_id, self.team["id"], given)
        user = deepcopy(old)
        user |= {k: given[k] for k in ("name", "real_name", "deleted", *_FLAGS) if k in given}
        user["profile"] |= {k: given[k] for k in ("real_name", "display_name", "email") if k in given}
        for key in ("real_name", "display_name"):
            user["profile"][f"{key}_normalized"] = user["profile"][key]
        if user["is_bot"]:
            user["profile"].setdefault("bot_id", f"B{user_id[1:]}")
        user["updated"] = int(time.time())
        self.users[user_id] = user
        return user

    def person(self, user_id: object) -> Json:
        """Someone who can act: known, not deactivated, not the app itself."""
        user = self.users.get(str(user_id))
        if user is None:
            raise Wrong(f"There is no user {user_id}.")
        if user["deleted"]:
            raise Wrong(f"{user['name']} is deactivated.")
        if user["id"] == self.app.bot_user_id:
            raise Wrong("The app acts through the Web API, not here.")
        return user

    # -- channels

    def find_channel(self, named: object) -> Channel | None:
        name = str(named or "")
        by_id = self.channels.get(name)
        if by_id:
            return by_id
        return next((c for c in self.channels.values() if not c.is_im and c.name == name.removeprefix("#")), None)

    def put_channel(self, given: Json) -> Channel:
        channel_id = str(given.get("id") or f"C{self.number('channel'):08d}")
        old = self.channels.get(channel_id)
        channel = old or Channel(channel_id, "", int(time.time()))
        channel.name = str(given.get("name", channel.name))
        channel.private = bool(given.get("private", channel.private))
        channel.is_ext_shared = bool(given.get("is_ext_shared", channel.is_ext_shared))
        channel.is_archived = bool(given.get("is_archived", channel.is_archived))
        if "members" in given:
            channel.members = list(dict.fromkeys(map(str, given["members"])))
        self.channels[channel_id] = channel
        return channel

    def direct(self, user_id: str) -> Channel:
        """The direct conversation of the app and a user, opened when there is none."""
        for channel in self.channels.values():
            if channel.is_im and user_id in channel.members:
                return channel
        members = [self.app.bot_user_id, user_id]
        channel = Channel(f"D{self.number('im'):08d}", "", int(time.time()), True, members, is_im=True)
        self.channels[channel.id] = channel
        return channel

    def sees(self, user: Json, channel: Channel) -> bool:
        """Everyone but guests may look into a public channel (https://slack.com/help/articles/202518103)."""
        guest = user["is_restricted"] or user["is_ultra_restricted"]
        return user["id"] in channel.members or not (channel.private or guest)

    def bot_in(self, channel: Channel) -> bool:
        return self.app.bot_user_id in channel.members

    # -- views

    def opened(self, view_id: str) -> Opened | None:
        return next((o for o in self.all_views() if o.id == view_id), None)

    def all_views(self) -> Iterator[Opened]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def new_response_url(self, channel: str, user: str, source_ts: str = "", ephemeral: bool = False) -> str:
        key = secrets.token_hex(16)
        self.response_urls[key] = ResponseUrl(channel, user, time.time(), source_ts, ephemeral)
        return key

    # -- keeping

    def snapshot(self) -> Json:
        plain: Json = {k: deepcopy(getattr(self, k)) for k in ("team", "users", "_counters", "_last_ts")}
        plain["app"] = asdict(self.app)
        for name in ("channels", "homes", "response_urls", "files"):
            plain[name] = {k: asdict(v) for k, v in getattr(self, name).items()}
        plain["shares"] = [asdict(s) for s in self.shares]
        plain["ephemerals"] = [asdict(e) for e in self.ephemerals]
        plain["modals"] = {user: [asdict(o) for o in stack] for user, stack in self.modals.items()}
        return plain

    def restore(self, plain: Json) -> None:
        plain = deepcopy(plain)
        for name in ("team", "users", "_counters", "_last_ts"):
            setattr(self, name, plain[name])
        self.app = App(**plain["app"])
        for channel in plain["channels"].values():
            channel["messages"] = {ts: Message(**m) for ts, m in channel["messages"].items()}
        self.channels = {k: Channel(**v) for k, v in plain["channels"].items()}
        self.homes = {k: Opened(**v) for k, v in plain["homes"].items()}
        self.response_urls = {k: ResponseUrl(**v) for k, v in plain["response_urls"].items()}
        self.files = {k: File(**v) for k, v in plain.get("files", {}).items()}
        self.shares = [Share(**s) for s in plain.get("shares", [])]
        self.ephemerals = [Ephemeral(**e) for e in plain["ephemerals"]]
        self.modals = {user: [Opened(**o) for o in stack] for user, stack in plain["modals"].items()}


_FLAGS = ("is_bot", "is_restricted", "is_ultra_restricted", "is_admin")


def _new_user(user_id: str, team_id: str, given: Json) -> Json:
    name = str(given.get("name") or user_id.lower())
    real_name = str(given.get("real_name") or name)
    return {
        "id": user_id,
        "team_id": team_id,
        "name": name,
        "real_name": real_name,
        "deleted": False,
        "tz": "Europe/Amsterdam",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_owner": False,
        "is_app_user": False,
        **dict.fromkeys(_FLAGS, False),
        "profile": {"real_name": real_name, "display_name": "", "team": team_id},
    }
