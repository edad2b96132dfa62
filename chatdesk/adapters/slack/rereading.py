"""Reads threads again for what agents changed or deleted while nobody listened.

Slack keeps no event for later (see `missed.py`), and neither a thread's `latest_reply` nor anything else tells of an
edit or a deletion: what agents wrote lately (`desk/watched.py`) is compared with what stands there now. What differs
becomes the event that Slack would have sent, under the same key, so that both together are one.

- Changed is what carries a mark of an edit (`edited.ts`) that the desk has not heard of. Previews of links leave none,
  and our own messages are not compared.
- Deleted is what its thread shows no more and what Slack does not find by its ts either, as long as the thread's root
  still stands. Workspaces let messages expire (https://slack.com/help/articles/203457187), and the oldest first: where
  the root is gone too, or is younger than the message, nobody knows whether the author or the calendar took it, and the
  user keeps what they have.
- Reactions are left as they are: Slack shows who reacted and not when, and an old one must claim or resolve nothing.

Nobody waits for it: it is paced below half of what Slack allows, and stops nothing but changes within the one thread
that is being read, which are later than what is read there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError

from chatdesk.adapters.slack.asking import messages, retry_after
from chatdesk.adapters.slack.home import Home
from chatdesk.adapters.slack.inbound import Workspace, changed, message_key, removed, root_of
from chatdesk.adapters.slack.rich_text import user_of
from chatdesk.adapters.slack.shapes import part, seconds_of
from chatdesk.adapters.slack.speak import NO_MORE, error_of
from chatdesk.desk import watched
from chatdesk.desk.channel import Limit
from chatdesk.desk.desk import Desk
from chatdesk.desk.pace import Pacer
from chatdesk.desk.watched import Thread

log = structlog.get_logger()
PER_MINUTE = 20  # of the 50 that conversations.replies takes: https://docs.slack.dev/apis/web-api/rate-limits
BURST = 20
AGAIN = 30.0  # seconds until it is tried anew after Slack or the database was away
Raw = Mapping[str, Any]


class Slack(Protocol):
    """What it needs of the channel."""

    client: Any

    @property
    def where(self) -> Workspace: ...
    @property
    def homes(self) -> Sequence[Home]: ...
    async def take(self, event: Raw) -> None: ...


def changes(channel: str, shown: Iterable[Raw], thread: Thread) -> list[Raw]:
    """The last edit of each message of the thread that has one, as its event."""
    edited = [m for m in shown if m.get("ts") in thread.messages and part(m, "edited").get("ts")]
    return [e for m in edited if changed(e := _event(channel, "message_changed", message=m))]


def vanished(channel: str, shown: Sequence[Raw], thread: Thread, now: float) -> list[Raw]:
    """The deletions of what the thread shows no more, as events; none without its root. `now`: their time, seconds."""
    root = next((m for m in shown if m.get("ts") == thread.root), None)
    if root is None or root.get("subtype") == "tombstone":
        return []
    there = {str(m.get("ts")) for m in shown}
    gone = [ts for ts in thread.messages if ts not in there and seconds_of(ts) > seconds_of(thread.root)]
    return [_deletion(channel, thread, ts, now) for ts in gone]


def _deletion(channel: str, thread: Thread, ts: str, now: float) -> Raw:
    before = {"type": "message", "user": user_of(thread.messages[ts]), "ts": ts, "thread_ts": thread.root, "text": ""}
    return _event(channel, "message_deleted", deleted_ts=ts, event_ts=f"{now:.6f}", previous_message=before)


def _event(channel: str, subtype: str, **more: Any) -> Raw:
    """Without a ts of its own: by that a channel counts how far it has been read."""
    return {"type": "message", "subtype": subtype, "channel": channel, "hidden": True, **more}


class Rereading:
    def __init__(self, slack: Slack, desk: Desk, pacer: Pacer, pace: float) -> None:
        self._slack = slack
        self._desk = desk
        self._pacer = pacer
        self._pace = pace
        self._wanted = {home.channel: asyncio.Event() for home in slack.homes}
        self._reading: dict[tuple[str, str], asyncio.Event] = {}  # channel and root of each thread -> it has been read
        self._unsure = set(self._wanted)  # channels where replies may wait that were changed or deleted
        self.sure = asyncio.Event()  # what waited at the start is as its authors want it

    def want(self, home: Home) -> None:
        """Its threads may have changed unheard."""
        self._wanted[home.channel].set()

    async def run(self) -> None:
        """Until cancelled: read what is wanted, each channel for itself."""
        async with asyncio.TaskGroup() as jobs:
            for home in self._slack.homes:
                jobs.create_task(self._keep(home))

    async def _keep(self, home: Home) -> None:
        """What could not be read is read later."""
        wanted = self._wanted[home.channel]
        while True:
            await wanted.wait()
            wanted.clear()
            try:
                await self._home(home)
            except Exception as fault:
                log.warning("slack.changes_not_read", group=home.group, why=repr(fault))
                await asyncio.sleep(AGAIN)
                wanted.set()

    async def done_with(self, event: Raw) -> None:
        """A change that comes while its thread is being read waits until that has been taken in."""
        if changed(event) or removed(event):
            while over := self._reading.get((str(event.get("channel")), root_of(event))):
                await over.wait()

    async def _home(self, home: Home) -> None:
        async with self._desk.database.read() as c:
            threads = await watched.threads(c, self._slack.where.room(home.channel), self._desk.clock.now())
        for thread in threads:
            if not thread.waits:
                self._is_sure_of(home)
            await self._thread(home.channel, thread)
        self._is_sure_of(home)

    def _is_sure_of(self, home: Home) -> None:
        self._unsure.discard(home.channel)
        if not self._unsure:
            self.sure.set()

    async def _thread(self, channel: str, thread: Thread) -> None:
        while True:
            try:
                await self._compare(channel, thread)
                return
            except SlackApiError as fault:
                if error_of(fault) in NO_MORE:
                    return  # all of it is gone
                if (wait := retry_after(fault)) is None:
                    raise
                await asyncio.sleep(wait)

    async def _compare(self, channel: str, thread: Thread) -> None:
        await self._turn()
        async with self._alone(channel, thread.root):
            asked = {"channel": channel, "ts": thread.root, "oldest": min(thread.messages), "inclusive": True}
            shown = [m async for m in messages(self._slack.client.conversations_replies, **asked)]
            for event in await self._unheard(changes(channel, shown, thread)):
                await self._slack.take(event)
        now = self._desk.clock.now().timestamp()
        for event in await self._unheard(vanished(channel, shown, thread, now)):
            if not await self._stands(channel, event["deleted_ts"]):
                await self._slack.take(event)

    @asynccontextmanager
    async def _alone(self, channel: str, root: str) -> AsyncIterator[None]:
        over = self._reading[channel, root] = asyncio.Event()
        try:
            yield
        finally:
            del self._reading[channel, root]
            over.set()

    async def _unheard(self, events: Sequence[Raw]) -> list[Raw]:
        keys = {message_key(event, self._slack.where.team): event for event in events}
        if not keys:
            return []
        async with self._desk.database.read() as c:
            known = await watched.heard(c, keys)
        return [event for key, event in keys.items() if key not in known]

    async def _stands(self, channel: str, ts: str) -> bool:
        """Whether Slack finds a message by its ts: a deletion cannot be taken back, so that it is asked twice."""
        await self._turn()
        asked = {"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": True}
        try:
            return any([m["ts"] == ts async for m in messages(self._slack.client.conversations_replies, **asked)])
        except SlackApiError as fault:
            if error_of(fault) in NO_MORE:
                return False
            raise

    async def _turn(self) -> None:
        if not self._pace:
            return
        limit = Limit(f"slack:{self._slack.where.team}:rereading", PER_MINUTE / 60 * self._pace, BURST)
        wait = await self._pacer.take([limit])
        while wait:
            await asyncio.sleep(wait)
            wait = await self._pacer.take([limit])
