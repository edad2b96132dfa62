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


class Health:
    """A load balancer and a person ask the same question: does this process hear, decide and deliver?"""

    def __init__(self, desk: Desk, channels: Mapping[str, Channel]) -> None:
        self._desk = desk
        self._channels = channels

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.healthz), web.get("/metrics", self.metrics)]

    async def healthz(self, request: web.Request) -> web.Response:
        """200 while the database answers and every channel listens, else 503 with what is wrong."""
        states = {name: channel.trouble or "listening" for name, channel in self._channels.items()}
        found: dict[str, Any] = {"channels": states}
        try:
            waiting, oldest = await waiting_since(self._desk)
            found |= {"database": "ok", "unsent": waiting, "oldest_unsent_seconds": 0.0}
            if oldest:
                found["oldest_unsent_seconds"] = round((self._desk.clock.now() - oldest).total_seconds(), 1)
        except (SQLAlchemyError, OSError):
            log.exception("health.database")
            found["database"] = "does not answer"
        well = found["database"] == "ok" and all(state == "listening" for state in states.values())
        return web.json_response({"status": "ok" if well else "ill"} | found, status=200 if well else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
