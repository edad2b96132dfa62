"""A service that answers every call in the same way, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers import free_port


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Any = None  # a text as it is, all else as JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False  # the connection breaks instead
    late: float = 0.0  # seconds


PROXY = Answer(502, "<html><h1>502 Bad Gateway</h1></html>")
CUT = Answer(cut=True)


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """The server's URL."""

    async def handle(request: web.Request) -> web.StreamResponse:
        await request.read()
        await asyncio.sleep(answer.late)
        if answer.cut:
            assert request.transport is not None
            request.transport.abort()
        if isinstance(answer.body, str):
            return web.Response(
                status=answer.status, text=answer.body, content_type="text/html", headers=answer.headers
            )
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    app = web.Application()
    app.router.add_post("/{tail:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", free_port())
    await site.start()
    try:
        yield site.name
    finally:
        await runner.cleanup()


def nowhere() -> str:
    """A URL at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
