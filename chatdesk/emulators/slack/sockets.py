"""Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from contextlib import suppress

from aiohttp import WSMsgType, web

from .basics import Json, Undelivered
from .deliveries import Delivery

MOST_LINKS = 10  # "up to 10 open WebSocket connections at the same time"
ACK_SECONDS = 3.0
TICKET_SECONDS = 30.0  # the URL of apps.connections.open is temporary; Slack does not publish for how long
PING_SECONDS = 10.0


class Link:
    """One open WebSocket and the envelopes that wait for their ack on it."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.id = secrets.token_hex(4)
        self.opened = time.time()
        self.socket = socket
        self._request = request
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    async def send(self, envelope: Json) -> Json:
        acked: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = acked
        try:
            await self.socket.send_json(envelope)
            return await asyncio.wait_for(acked, ACK_SECONDS)
        except TimeoutError as late:
            raise Undelivered("timeout") from late
        except ConnectionError as gone:
            raise Undelivered("connection_failed") from gone
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    def hear(self, text: str) -> None:
        """An ack may carry the answer; whatever is no ack of ours is ignored, as is one that comes too late."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        envelope_id = said.get("envelope_id") if isinstance(said, dict) else None
        acked = self._waiting.get(str(envelope_id))
        if acked is not None and not acked.done():
            payload = said.get("payload")
            acked.set_result(payload if isinstance(payload, dict) else {})

    def drop(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    def died(self) -> None:
        for acked in self._waiting.values():
            if not acked.done():
                acked.set_exception(Undelivered("connection_failed"))


class Links:
    def __init__(self) -> None:
        self.open: list[Link] = []
        self._tickets: dict[str, float] = {}
        self._turn = 0

    def issue_ticket(self) -> str:
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = time.monotonic()
        return ticket

    async def serve(self, request: web.Request, app_id: str) -> web.StreamResponse:
        made = self._tickets.pop(request.match_info["ticket"], None)
        if made is None or time.monotonic() - made > TICKET_SECONDS:
            raise web.HTTPNotFound(text="This link was used or has expired.")
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await socket.prepare(request)
        if len(self.open) >= MOST_LINKS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        link = Link(request, socket)
        await socket.send_json(self._hello(app_id, len(self.open) + 1))
        self.open.append(link)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    link.hear(message.data)
        finally:
            self._forget(link)
        return socket

    def _hello(self, app_id: str, number: int) -> Json:
        debug = {"host": "emulator", "started": time.strftime("%Y-%m-%d %H:%M:%S"), "approximate_connection_time": 3600}
        info = {"app_id": app_id}
        return {"type": "hello", "num_connections": number, "connection_info": info, "debug_info": debug}

    def _forget(self, link: Link) -> None:
        if link in self.open:
            self.open.remove(link)
        link.died()

    async def deliver(self, delivery: Delivery) -> Json:
        """Each delivery goes to one of the connections only."""
        if not self.open:
            raise Undelivered("no_open_socket")
        self._turn += 1
        link = self.open[self._turn % len(self.open)]
        delivery.socket = link.id
        envelope: Json = {
            "envelope_id": _uuid(),
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": _takes_answer(delivery),
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.error if delivery.attempt else ""}
        return await link.send(envelope)

    def cut(self) -> int:
        links = list(self.open)
        for link in links:
            self._forget(link)
            link.drop()
        return len(links)

    async def refresh(self, reason: str) -> int:
        """Slack recycles connections: it warns, then closes; a `warning` announces it only."""
        links = list(self.open)
        for link in links:
            with suppress(ConnectionError):
                await link.socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "emulator"}}
                )
        if reason != "warning":
            for link in links:
                self._forget(link)
                await self._close(link)
        return len(links)

    async def stop(self) -> None:
        for link in list(self.open):
            self._forget(link)
            await self._close(link)

    async def _close(self, link: Link) -> None:
        with suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(link.socket.close(), 1.0)


def _takes_answer(delivery: Delivery) -> bool:
    return delivery.kind == "slash_commands" or delivery.type in ("view_submission", "block_suggestion")


def _uuid() -> str:
    h = secrets.token_hex(16)
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
