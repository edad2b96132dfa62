"""`GET /healthz` and `GET /metrics`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from chatdesk.desk.desk import Desk
from chatdesk.desk.timers import waiting_since

log = structlog.get_logger()


class Health:
    """`channels` tells of each whether it is listening and, if not, why."""

    def __init__(self, desk: Desk, channels: Mapping[str, str]) -> None:
        self._desk = desk
        self._channels = channels

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.healthz), web.get("/metrics", self.metrics)]

    async def healthz(self, request: web.Request) -> web.Response:
        """200 while the database answers and every channel listens, else 503 with what is wrong."""
        found: dict[str, Any] = {"channels": dict(self._channels)}
        try:
            waiting, oldest = await waiting_since(self._desk)
            found |= {"database": "ok", "unsent": waiting, "oldest_unsent_seconds": 0.0}
            if oldest:
                found["oldest_unsent_seconds"] = round((self._desk.clock.now() - oldest).total_seconds(), 1)
        except (SQLAlchemyError, OSError):
            log.exception("health.database")
            found["database"] = "does not answer"
        well = found["database"] == "ok" and all(state == "listening" for state in self._channels.values())
        return web.json_response({"status": "ok" if well else "ill"} | found, status=200 if well else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
