"""`python -m chatdesk.emulators`: both emulators and the demo page on one port, until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path

from chatdesk.emulators.playground import Playground


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chatdesk.emulators", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8800, help="the port to listen on (8800; 0 = any free one)")
    parser.add_argument("--pace", type=float, default=1.0, help="factor on the published rate limits (1); 0 = none")
    parser.add_argument("--state", type=Path, help="a JSON file that keeps chats, users and channels")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    playground = Playground(arguments.host, arguments.port, arguments.pace, arguments.state)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    try:
        await playground.start()
    except (OSError, ValueError) as error:
        await playground.stop()
        raise SystemExit(f"The emulators cannot start: {error}") from error
    print(f"Telegram, Slack and the demo page: {playground.url}", flush=True)
    try:
        await stopped.wait()
    finally:
        await playground.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_arguments()))
