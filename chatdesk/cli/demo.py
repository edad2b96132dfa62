"""`chatdesk demo`: both emulators with their page, and the real desk between them, until stopped.

The desk is a child process that knows nothing of the demo: what a visitor sees is what an installation runs.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aiohttp import ClientError, ClientSession

from chatdesk.adapters.slack.manifest import manifest
from chatdesk.cli import common, demo_world
from chatdesk.emulators.playground import SLACK_APP, TELEGRAM_BOT, Playground
from chatdesk.plan import FILE

HOME = Path("var/demo")
LOG = HOME / "desk.log"
PAGE_PORT, DESK_PORT, HIGHEST = 8800, 8801, 65535
DATABASE = f"CHATDESK_DATABASE_URL=sqlite:///{HOME}/desk.db"  # how the other commands find the demo's tickets
READY = 120.0  # seconds that a slow machine may take to start the desk
STOP = 20.0  # seconds that the desk may take to end
_LINUX = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: after a fork nothing may be imported
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def run(port: int) -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    with _alone():
        asyncio.run(_play(port))


@contextmanager
def _alone() -> Iterator[None]:
    """Two demos would share one state; the operating system frees the lock of one that was killed."""
    with (HOME / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            common.refuse(f"The demo runs already, with its state in {HOME.resolve()}. Stop it first.")
        yield


async def _play(port: int) -> None:
    stop = asyncio.Event()
    told = asyncio.create_task(common.until_told_to_stop(stop))
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, stop.set)
    playground = Playground(port=port, state=HOME / "emulators.json")
    try:
        await _open(playground)
        await _install(playground.url)
        await demo_world.make(playground.url)
        if not (HOME / FILE).exists():  # a visitor may have changed it
            (HOME / FILE).write_text(demo_world.DESK.read_text())
        desk = DemoDesk(playground.url)
        watched = asyncio.create_task(desk.keep_running(playground.url))
        try:
            await asyncio.wait((told, watched), return_when=asyncio.FIRST_COMPLETED)
        finally:
            watched.cancel()
            await asyncio.wait((watched,))
            await desk.stop()
        if not watched.cancelled() and (fault := watched.exception()):
            common.refuse(str(fault))
    finally:
        await playground.stop()
    print("Stopped. Everything that was said is kept; start again to go on.", flush=True)


async def _open(playground: Playground) -> None:
    try:
        await playground.start()
    except OSError as fault:
        why = {errno.EADDRINUSE: "taken by another program", errno.EACCES: "for the system's administrator alone"}
        if fault.errno not in why:
            raise
        other = _free(playground.port + 10 if 1024 <= playground.port <= HIGHEST - 10 else PAGE_PORT)
        common.refuse(
            f"Port {playground.port} is {why[fault.errno]}. "
            f"Choose another: make demo PORT={other}, or chatdesk demo --port {other}"
        )
    except ValueError as fault:  # a state file that holds something else
        common.refuse(f"{fault}. Move it away, and the demo starts anew.")


async def _install(url: str) -> None:
    """Give the emulated Slack's app what the real one gets from its manifest: commands, shortcuts, events, scopes."""
    made = manifest(requests=None)
    features, heard = made["features"], made["settings"]["event_subscriptions"]
    app = {
        "commands": [c["command"] for c in features["slash_commands"]],
        "shortcuts": features.get("shortcuts", []),
        "events": heard["bot_events"],
        "scopes": made["oauth_config"]["scopes"]["bot"],
    }
    async with ClientSession() as session, session.post(f"{url}control/slack/app", json=app) as answer:
        answer.raise_for_status()


class CannotPlay(Exception):
    """Why the desk does not come up, in its own words."""


class DemoDesk:
    """`chatdesk serve` between the emulators: started, watched, started again when it dies."""

    def __init__(self, emulators: str) -> None:
        self._emulators = emulators
        self.port = 0
        self._child: asyncio.subprocess.Process | None = None

    async def keep_running(self, page: str) -> None:
        """Say the page's address when the desk is ready; raises CannotPlay if it never is."""
        await self._start()
        if not await self._ready():
            raise CannotPlay(f"The desk does not start. The end of {LOG}:\n{_last_lines(LOG)}")
        print(f"\n  {page}\n\nOpen it in a browser; Ctrl-C stops the demo. The desk's log: {LOG}")
        print(f"Its tickets, from this folder: {DATABASE} {_program()} ticket 1", flush=True)
        wait = 1
        while self._child:
            code = await self._child.wait()
            print(f"The desk has ended ({code}); it is started again in {wait} s. Its log: {LOG}", flush=True)
            await asyncio.sleep(wait)
            await self._start()
            wait = 1 if await self._ready() else min(wait * 2, 30)
            if wait == 1:
                print("The desk is back.", flush=True)

    async def stop(self) -> None:
        if self._child is None or self._child.returncode is not None:
            return
        self._child.terminate()
        try:
            await asyncio.wait_for(self._child.wait(), STOP)
        except TimeoutError:
            self._child.kill()
            await self._child.wait()

    async def _start(self) -> None:
        self.port = _free(DESK_PORT)  # another demo may have taken the last one between our look and our start
        with LOG.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "chatdesk", "serve"),
                cwd=HOME,  # where no chatdesk.toml of the real desk lies
                env=environment(self._emulators, self.port),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the demo, which then ends the desk in order
                preexec_fn=_die_with_parent,
            )

    async def _ready(self) -> bool:
        """Wait for a healthy desk; false when it ends instead, or takes too long."""
        end = asyncio.get_running_loop().time() + READY
        async with ClientSession() as session:
            while self._child and self._child.returncode is None and asyncio.get_running_loop().time() < end:
                with suppress(ClientError):
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.status == 200:
                            return True
                await asyncio.sleep(0.1)
        return False


def environment(emulators: str, port: int) -> dict[str, str]:
    """The desk's settings for the demo, and none of the settings of a real desk that this shell may hold."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHATDESK_")}
    return own | {
        "CHATDESK_DATABASE_URL": "sqlite:///desk.db",
        "CHATDESK_HTTP__PORT": str(port),
        "CHATDESK_TELEGRAM__TOKEN": TELEGRAM_BOT["token"],
        "CLOUD_BOT_TOKEN": demo_world.CLOUD_BOT["token"],
        "CHATDESK_TELEGRAM__API_URL": f"{emulators}telegram",
        "CHATDESK_SLACK__BOT_TOKEN": SLACK_APP["bot_token"],
        "CHATDESK_SLACK__APP_TOKEN": SLACK_APP["app_token"],
        "CHATDESK_SLACK__API_URL": f"{emulators}slack/api/",
    }


def _program() -> str:
    """How this program was called, so that what is printed can be copied."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "chatdesk" else f"{sys.executable} -m chatdesk"


def _die_with_parent() -> None:
    """Runs in the child before the desk: a demo that is killed outright leaves no desk behind (on Linux)."""
    if _LINUX:
        _LINUX.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _free(port: int) -> int:
    """This port, or any free one when it is taken."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            s.bind(("127.0.0.1", 0))
        found: int = s.getsockname()[1]
        return found


def _last_lines(path: Path, count: int = 5) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
