"""The app's Home: what waits, for each agent who has it open. See https://docs.slack.dev/surfaces/app-home.

Slack tells when somebody opens it, and never that they have closed it: whoever opened it or did something in it lately
is taken to look at it still. What they see is drawn anew when something has changed, for all of them together and for
each at most every few seconds; a Home in which nothing has changed is not published again.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError

from chatdesk.adapters.slack import forms, overviews
from chatdesk.adapters.slack.inbound import Workspace, place_of
from chatdesk.adapters.slack.render import Block, plain_text
from chatdesk.adapters.slack.shapes import part
from chatdesk.agent_console import many, overview
from chatdesk.agent_console.call import Call, find
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.agent_console.overview import Overview
from chatdesk.conversations.absence import until_words
from chatdesk.conversations.parts import Queues
from chatdesk.desk import queues
from chatdesk.desk.channel import Limit
from chatdesk.desk.desk import Desk
from chatdesk.desk.pace import Pacer

log = structlog.get_logger()
EVERY = 3.0  # seconds between two looks for what has changed
OPEN_FOR = 1800.0  # seconds that a Home is taken to be open
MOST_OPEN = 500  # people; whose Home was opened first is forgotten
PER_MINUTE = 95  # views.publish is in tier 4: https://docs.slack.dev/apis/web-api/rate-limits
NO_ONE = ("user_not_found", "not_enabled")  # https://docs.slack.dev/reference/methods/views.publish
NOT_FOR_MANY = "That cannot be done to several tickets at once."
FORM = "many"  # callback_id of the form about several tickets
Raw = Mapping[str, Any]


class Slack(Protocol):
    """What the Home needs of the channel."""

    client: Any
    team_url: str

    @property
    def where(self) -> Workspace: ...
    def aside(self, work: Any) -> None: ...


@dataclass(slots=True)
class Viewer:
    """Somebody who looks at their Home."""

    user: str
    seen: float  # when they last opened it or did something in it
    ticked: frozenset[int] = frozenset()
    generation: int = 0
    shown: str = ""  # the view that was published last


def is_home(payload: Raw) -> bool:
    return part(payload, "view").get("type") == "home"


def _label(command: str) -> str:
    known = catalogue().get(command)
    return known.label if known else "Not done"


class AppHome:
    def __init__(self, slack: Slack, desk: Desk, pacer: Pacer, pace: float) -> None:
        self._slack = slack
        self._desk = desk
        self._pacer = pacer
        self._pace = pace
        self._viewers: dict[str, Viewer] = {}
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled: look every few seconds whether something has changed, and draw it."""
        seen = 0
        while True:
            await asyncio.sleep(EVERY / self._pace if self._pace else EVERY / 100)
            self._forget()
            if not self._viewers:
                await self._wanted.wait()
            try:
                last = await queues.last_event(self._desk.database)
                if last != seen or self._wanted.is_set():
                    self._wanted.clear()
                    await self._draw(self._viewers)
                    seen = last
            except Exception as fault:
                log.warning("slack.homes_not_drawn", why=repr(fault))

    def _forget(self) -> None:
        end = time.monotonic() - OPEN_FOR
        kept = [v for v in self._viewers.values() if v.seen > end][-MOST_OPEN:]
        self._viewers = {v.user: v for v in kept}

    def _viewer(self, user: str) -> Viewer:
        viewer = self._viewers.pop(user, None) or Viewer(user, 0)
        viewer.seen = time.monotonic()
        self._viewers[user] = viewer
        return viewer

    # -- what people do -------------------------------------------------------------------------------------

    async def opened(self, event: Raw) -> None:
        """https://docs.slack.dev/reference/events/app_home_opened"""
        if event.get("tab") == "home":
            self._viewer(str(event["user"]))
            await self._draw([str(event["user"])])
            self._wanted.set()

    async def pressed(self, ack: AsyncAck, body: Raw, call: Call) -> None:
        """A tick, a button for those that are ticked, or one about the agent."""
        viewer = self._viewer(body["user"]["id"])
        viewer.ticked = frozenset(overviews.ticked(body["view"]))
        action = str(body["actions"][0]["action_id"])
        kind, _, command = action.partition(":")
        if kind == overviews.TICK:
            await ack()
            return
        if kind == overviews.MANY and command in many.COMMANDS:
            await ack()
            await self._open(body, self._form(command, overviews.ticked(body["view"]), body))
        else:
            reply = await self._desk.run(call)
            await ack()
            if reply.form:
                await self._open(body, forms.modal(reply.form, call, place_of(body)))
            elif reply.text:
                await self._open(body, overviews.notice(_label(call.command), reply.text))
        self._wanted.set()

    def _form(self, command: str, tickets: Sequence[int], body: Raw) -> Block:
        """The command's form, once for all that are ticked."""
        known = find(command)
        if not tickets:
            return overviews.notice(known.label, "Tick the tickets first that are meant.")
        by = self._slack.where.identity(body["user"]["id"])
        call = Call(command, by, "slack:home", self._slack.where.room(""))
        form = many.form(command, self._desk.directory.groups)
        view = forms.modal(replace(form, submit=_submit(tickets)), call, place_of(body))
        waiting = json.loads(view["private_metadata"]) | {"tickets": tickets}
        which = {"type": "context", "elements": [plain_text(", ".join(f"#{n}" for n in tickets))]}
        return view | {
            "callback_id": FORM,
            "private_metadata": json.dumps(waiting),
            "blocks": [which, *view["blocks"]],
        }

    async def submitted(self, ack: AsyncAck, body: Raw) -> None:
        """A form about several tickets: each is a call of its own, and all of them are decided before the answer."""
        call, _ = forms.call_of_form(body, self._slack.where)
        tickets: list[int] = json.loads(body["view"]["private_metadata"])["tickets"]
        if call.command not in many.COMMANDS:
            await ack(response_action="update", view=overviews.notice(_label(call.command), NOT_FOR_MANY))
            return
        calls = many.calls(replace(call, via="slack:home"), tickets)
        replies = await asyncio.gather(*map(self._desk.run, calls))
        if faults := many.faults(replies):
            await ack(response_action="errors", errors=faults)
            return
        if sentence := many.told(call.command, tickets, replies):
            view = overviews.notice(find(call.command).label, sentence)
            await ack(response_action="update", view=view)
        else:
            await ack()
        viewer = self._viewer(body["user"]["id"])
        viewer.ticked, viewer.generation = frozenset(), viewer.generation + 1
        self._wanted.set()

    async def _open(self, body: Raw, view: Block) -> None:
        try:
            await self._slack.client.views_open(trigger_id=body["trigger_id"], view=view)
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.answer_lost", why=str(fault))

    # -- what they see --------------------------------------------------------------------------------------

    async def links(self, shown: Iterable[Overview]) -> dict[str, str]:
        """The ways to the threads of these rows, by the keys of their cards."""
        keys = {row.card for one in shown for section in one.sections for row in section.rows}
        found = await queues.posted(self._desk.database, keys)
        if len(found) < len(keys):  # a card is on its way: its link is no event that would be noticed
            self._wanted.set()
        team = self._slack.team_url
        return {k: overviews.thread_link(team, at.room.split("/")[-1], ts) for k, (at, ts) in found.items()}

    async def _draw(self, users: Collection[str]) -> None:
        """Publish what has changed for these people."""
        waiting = await queues.look(self._desk.database)
        viewers = [viewer for user in users if (viewer := self._viewers.get(user))]
        pages = [self._page(viewer, waiting) for viewer in viewers]
        links = await self.links(one for page in pages for one in page.overviews)
        for viewer, page in zip(viewers, pages, strict=True):
            await self._publish(viewer, replace(page, links=links))

    def _page(self, viewer: Viewer, waiting: Queues) -> overviews.HomePage:
        """What this person sees, as yet without ways to the threads."""
        account, now = self._slack.where.identity(viewer.user).account, self._desk.clock.now()
        own = waiting.of(account)
        agent = next((g.roster.by_account(account) for g in own), None)
        away = until_words(agent) if agent and agent.is_away(now) else None
        shown = [overview.home(queue, account, now, overviews.most_rows(len(own))) for queue in own]
        groups = len(self._desk.directory.groups)
        return overviews.HomePage(shown, {}, away, viewer.ticked, viewer.generation, tuple(many.offered(groups)))

    async def _publish(self, viewer: Viewer, page: overviews.HomePage) -> None:
        """Slack keeps what is ticked as long as its block stays: a tick alone is nothing to draw."""
        view = overviews.home(page)
        drawn = json.dumps(overviews.home(replace(page, ticked=frozenset())))
        if drawn == viewer.shown:
            return
        await self._pause()
        try:
            await self._slack.client.views_publish(user_id=viewer.user, view=view)
            viewer.shown = drawn
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.home_not_published", user=viewer.user, why=str(fault))
            if isinstance(fault, SlackApiError) and fault.response.get("error") in NO_ONE:
                self._viewers.pop(viewer.user, None)
            else:
                self._wanted.set()

    async def _pause(self) -> None:
        """Until Slack's limits allow another one."""
        if not self._pace:
            return
        name = f"slack:{self._slack.where.team}:views.publish"
        limits = (Limit(name, PER_MINUTE / 60 * self._pace, PER_MINUTE * 0.8),)
        while True:
            wait = await self._pacer.take(limits)
            if not wait:
                return
            await asyncio.sleep(wait)


def _submit(tickets: Sequence[int]) -> str:
    return "Do it" if len(tickets) == 1 else f"Do it for all {len(tickets)}"
