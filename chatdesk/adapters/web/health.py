"""`GET /healthz` and `GET /metrics`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from chatdesk.desk.channel import Channel
from chatdesk.desk.desk import Desk
from chatdesk.desk.timers import waiting_since

log = structlog.get_logger()
WELL = "listening"


class Health:
    """A load balancer and a person ask the same question: does this process hear, decide and deliver?"""

    def __init__(self, desk: Desk, channels: Mapping[str, Channel]) -> None:
        self._desk = desk
        self._channels = channels

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.healthz), web.get("/metrics", self.metrics)]

    async def healthz(self, request: web.Request) -> web.Response:
        """200 while the database answers and every channel listens, else 503 with what is wrong."""
        states = {name: _trouble(channel) or WELL for name, channel in self._channels.items()}
        doors = {f"{name}/{door}": why or WELL for name, c in self._channels.items() for door, why in c.doors.items()}
        found: dict[str, Any] = {"channels": states, "doors": doors}
        try:
            waiting, oldest = await waiting_since(self._desk)
            found |= {"database": "ok", "unsent": waiting, "oldest_unsent_seconds": 0.0}
            if oldest:
                found["oldest_unsent_seconds"] = round((self._desk.clock.now() - oldest).total_seconds(), 1)
        except (SQLAlchemyError, OSError):
            log.exception("health.database")
            found["database"] = "does not answer"
        well = found["database"] == "ok" and all(state == WELL for state in states.values())
        return web.json_response({"status": "ok" if well else "ill"} | found, status=200 if well else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _trouble(channel: Channel) -> str:
    """What is wrong with a channel, and with which of its doors, when there are several."""
    ill = {door: why for door, why in channel.doors.items() if why}
    if channel.trouble or len(channel.doors) == 1:
        return channel.trouble or "".join(ill.values())
    return "; ".join(f"{door}: {why}" for door, why in ill.items())
