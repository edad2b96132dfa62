"""What Bolt calls: each listener commits before it acknowledges, then answers the person who clicked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import structlog
from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from chatdesk.adapters.slack import app_home, forms, overviews, render, talks
from chatdesk.adapters.slack.app_home import AppHome
from chatdesk.adapters.slack.home import LAST_WORDS, LIFE
from chatdesk.adapters.slack.inbound import Workspace, call_of_press, place_of
from chatdesk.adapters.slack.markup import escape
from chatdesk.adapters.slack.members import Members
from chatdesk.adapters.slack.rich_text import user_of
from chatdesk.agent_console.call import Call, parse_line
from chatdesk.agent_console.catalogue import catalogue
from chatdesk.agent_console.command import Reply
from chatdesk.agent_console.shortcuts import SHORTCUTS, TICKET, form_for
from chatdesk.core.errors import DeskError
from chatdesk.core.forms import Kind
from chatdesk.desk.desk import Desk

log = structlog.get_logger()
Raw = Mapping[str, Any]


NOT_THERE = "The app is not in that channel and cannot answer there: /invite @chatdesk, or name a ticket."


class Slack(Protocol):
    """What the listeners need of the channel."""

    client: Any
    members: Members
    app_home: AppHome

    @property
    def where(self) -> Workspace: ...
    async def hear(self, event: Raw) -> None: ...
    async def react(self, event: Raw) -> None: ...
    async def unpinned(self, event: Raw) -> None: ...
    async def changed(self, event: Raw) -> None: ...
    async def refresh_roster(self, channel: str | None = None, via: str = ...) -> None: ...
    def aside(self, work: Any) -> None: ...


class Listeners:
    def __init__(self, slack: Slack, desk: Desk) -> None:
        self._slack = slack
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        app.event("message")(self.message)
        for joined in ("member_joined_channel", "member_left_channel"):
            app.event(joined)(self.membership)
        app.event("user_change")(self.user_change)
        for reaction in ("reaction_added", "reaction_removed"):
            app.event(reaction)(self.reaction)
        app.event("pin_removed")(self.pin_removed)
        for kind in (*(f"{which}_{what}" for which in ("channel", "group") for what in LIFE), *LAST_WORDS):
            app.event(kind)(self.changed)
        app.action({"type": "block_actions", "action_id": re.compile(".*")})(self.press)  # and no older kind
        app.view(forms.CALLBACK)(self.form)
        app.view_closed(forms.CALLBACK)(self.closed)
        app.view(app_home.FORM)(self.form_of_many)
        app.event("app_home_opened")(self.home_opened)
        app.command(re.compile(".*"))(self.slash)
        for shortcut in SHORTCUTS:
            app.message_shortcut(shortcut.name)(self.shortcut)

    async def message(self, event: dict[str, Any]) -> None:
        await self._slack.hear(event)

    async def membership(self, event: dict[str, Any]) -> None:
        await self._slack.refresh_roster(str(event.get("channel")), f"slack:{event.get('type')}")

    async def user_change(self, event: dict[str, Any]) -> None:
        self._slack.members.learn(event["user"])
        await self._slack.refresh_roster(via="slack:user_change")

    async def reaction(self, event: dict[str, Any]) -> None:
        await self._slack.react(event)

    async def changed(self, event: dict[str, Any]) -> None:
        await self._slack.changed(event)

    async def pin_removed(self, event: dict[str, Any]) -> None:
        await self._slack.unpinned(event)

    async def press(self, ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        if forms.is_form(body):
            await self._redraw(ack, body)
            return
        if answered := talks.pressed_in(body, self._slack.where):
            there = await self._desk.talkers(answered.at)
            if answered.author.account in there:
                await self._desk.receive(answered)
            elif there:
                self._slack.aside(respond(text=talks.NOT_YOURS, response_type="ephemeral", replace_original=False))
            if there:
                await ack()
                return
        call = await self._in_their_zone(call_of_press(body, self._slack.where))
        if app_home.is_home(body):
            await self._slack.app_home.pressed(ack, body, call)
            return
        reply = await self._desk.run(call)
        await ack()
        self._slack.aside(self._tell(reply, call, body, place_of(body)))
        if (body.get("container") or {}).get("is_ephemeral") and reply.ok:
            self._slack.aside(respond(delete_original=True))

    async def form(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        call, place = forms.call_of_form(body, self._slack.where)
        if call.at and not await self._is_in(place["channel"]):
            await ack(response_action="errors", errors={TICKET: NOT_THERE})
            return
        reply = await self._desk.run(call)
        if reply.form:  # more is asked: in its place, so that what was typed stays
            await ack(response_action="update", view=forms.modal(reply.form, call, place))
            return
        blocks = forms.blocks_of(body)
        last = blocks.get(TICKET) or next(reversed(blocks.values()), "")
        faults = {blocks.get(name, last): why for name, why in (reply.faults or {}).items()}
        if not reply.ok and not faults and not reply.buttons:  # refused: the form stays with what was typed
            faults = {last: reply.text}
        if faults and not last:  # a form in which nothing is asked has no place for a fault
            await ack(response_action="update", view=forms.notice(reply.text))
            return
        if faults:
            await ack(response_action="errors", errors=faults)
            return
        await ack()
        self._slack.aside(self._tell(reply, call, body, place))

    async def _is_in(self, channel: str) -> bool:
        """Whether the app can answer in that channel."""
        try:
            return bool((await self._slack.members.channel(channel)).get("is_member"))
        except (SlackApiError, ClientError, TimeoutError):
            return False

    async def closed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        if call := forms.call_of_closing(body, self._slack.where):
            await self._desk.run(call)
        await ack()

    async def _redraw(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Something was pressed within a form: it is drawn anew in its place."""
        call, place = forms.call_of_change(body, self._slack.where)
        reply = await self._desk.run(call)
        await ack()
        self._slack.aside(self._show(reply, call, body["view"], place))

    async def _show(self, reply: Reply, call: Call, view: Raw, place: dict[str, str]) -> None:
        """In the form, or where it was asked for when there is no form to show; nothing depends on it."""
        if reply.form is None:
            await self._tell(reply, call, {}, place)
            return
        drawn = forms.modal(reply.form, call, place)
        try:
            await self._slack.client.views_update(view_id=view["id"], hash=view["hash"], view=drawn)
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.form_not_drawn", command=call.command, why=str(fault))

    async def home_opened(self, event: dict[str, Any]) -> None:
        await self._slack.app_home.opened(event)

    async def form_of_many(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._slack.app_home.submitted(ack, body)

    async def slash(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        where = self._slack.where
        by, home = where.identity(body["user_id"]), where.room(body["channel_id"])
        try:
            call = parse_line(body.get("text") or "", by, "slack:slash", home)
        except DeskError as refusal:
            await ack(text=escape(refusal.sentence))
            return
        call = await self._in_their_zone(call)
        reply = await self._desk.run(call)
        if reply.form:
            await ack()
            place = {"channel": body["channel_id"], "user": body["user_id"], "thread": ""}
            self._slack.aside(self._tell(reply, call, body, place))
            return
        text, blocks = await self._words(_or_done(reply))
        await ack(text=text, blocks=blocks)

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        """Of a message, wherever it stands; what is told goes back by its own address, also where the app is not."""
        chosen = next(s for s in SHORTCUTS if s.name == body["callback_id"])
        where = self._slack.where
        place, message = place_of(body), body["message"]
        home = where.room(place["channel"])
        natives = [ts for ts in (message.get("ts"), message.get("thread_ts")) if ts]
        if user := message.get("user"):
            with suppress(SlackApiError, ClientError, TimeoutError):  # without it, nobody's name
                await self._slack.members.user(user)
        quoted = forms.quoted(body, where, await self._desk.ticket_of(home, natives))
        call = forms.call_of_shortcut(chosen, quoted, body, where)
        if chosen.asks:
            await ack()
            self._slack.aside(self._tell(Reply(form=form_for(chosen, quoted)), call, body, place))
            return
        reply = await self._desk.run(call)
        await ack()
        text, blocks = render.reply(_or_done(reply))
        self._slack.aside(respond(text=text, blocks=blocks, response_type="ephemeral"))

    async def _words(self, reply: Reply) -> tuple[str, list[dict[str, Any]]]:
        """(text, blocks) of what only the caller sees; tickets are one click from their threads."""
        text, blocks = render.reply(reply)
        if not reply.overviews:
            return text, blocks
        return text, overviews.message(reply.overviews, await self._slack.app_home.links(reply.overviews))

    async def _in_their_zone(self, call: Call) -> Call:
        """What asks for the caller's time zone is told it; only Slack knows."""
        known = catalogue().get(call.command)
        zones = [f.name for f in known.form.fields if f.kind is Kind.ZONE] if known else []
        if not zones:
            return call
        zone = await self._slack.members.zone(user_of(call.by.account))
        return replace(call, answers={**call.answers, **dict.fromkeys(zones, zone)})

    async def _tell(self, reply: Reply, call: Call, body: Raw, place: dict[str, str]) -> None:
        """The immediate answer; it may be lost and nothing depends on it."""
        try:
            if reply.form:
                view = forms.modal(reply.form, call, place)
                await self._slack.client.views_open(trigger_id=body["trigger_id"], view=view)
            elif reply.text:
                text, blocks = await self._words(reply)
                await self._slack.client.chat_postEphemeral(
                    channel=place["channel"],
                    user=place["user"],
                    thread_ts=place["thread"] or None,
                    text=text,
                    blocks=blocks,
                )
        except (SlackApiError, ClientError, TimeoutError) as fault:
            log.warning("slack.answer_lost", command=call.command, why=str(fault))


def _or_done(reply: Reply) -> Reply:
    """A typed command is always answered in words."""
    return reply if reply.text else replace(reply, text=reply.done)
