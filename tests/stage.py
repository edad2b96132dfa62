"""Stage: the real desk between both emulators, with people who write, click visible words, and look.

Everything goes over HTTP and WebSocket: the desk through aiogram and slack-bolt, the people through the
emulators' control surface. `docs/emulators.md` describes what they can do.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from chatdesk.adapters.slack.manifest import EVENTS, SCOPES
from chatdesk.app import App
from chatdesk.emulators.playground import SLACK_APP, SLACK_CHANNEL, TELEGRAM_BOT, Playground
from chatdesk.settings import Group, Http, Settings, Slack, SlackMode, Telegram, TelegramMode
from chatdesk.storage.database import Database
from tests.servers import free_port

PACE = 100.0  # stories run a hundred times faster than the published limits
PATIENCE = 20.0  # seconds that a story waits for something to appear
CHANNEL: str = SLACK_CHANNEL["id"]
BOT = TELEGRAM_BOT["username"]
PIOTR, INGRID = "U0PIOTR", "U0INGRID"
ANNA, MAREK, CHLOE = 1001, 1002, 1003


@dataclass(frozen=True)
class Mode:
    """How the desk is wired: every story passes in all of them."""

    database: str = "sqlite"  # or postgres
    telegram: TelegramMode = TelegramMode.POLLING
    slack: SlackMode = SlackMode.SOCKET

    def __str__(self) -> str:
        return f"{self.database}-{self.telegram}-{self.slack}"


class Control:
    """The emulators' control surface."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self._session = session

    async def post(self, path: str, **body: Any) -> Any:
        said = io.BytesIO(json.dumps(body).encode())  # in pieces: a hundred fuzzed updates may be large
        headers = {"Content-Type": "application/json"}
        async with self._session.post(f"{self.url}/control/{path}", data=said, headers=headers) as answer:
            found = await answer.json()
            assert answer.status == 200, f"{path} {body}: {found}"
            return found

    async def get(self, path: str, **query: Any) -> Any:
        async with self._session.get(f"{self.url}/control/{path}", params=query) as answer:
            found = await answer.json()
            assert answer.status == 200, f"{path} {query}: {found}"
            return found

    async def delete(self, path: str) -> None:
        async with self._session.delete(f"{self.url}/control/{path}") as answer:
            assert answer.status == 200


async def until(look: Callable[[], Awaitable[Any]], what: str, patience: float = PATIENCE) -> Any:
    """Look again and again until it is there; the failure says what was seen last."""
    end, seen = time.monotonic() + patience, None
    while time.monotonic() < end:
        seen = await look()
        if seen:
            return seen
        await asyncio.sleep(0.03)
    raise AssertionError(f"never appeared: {what}; last look: {seen!r}")


def said(message: dict[str, Any]) -> str:
    """The words of a message in Telegram."""
    return str(message["text"] or message["caption"] or "")


@dataclass
class Customer:
    """A person in Telegram's chat with the bot."""

    control: Control
    id: int
    bot: str = BOT

    async def says(self, words: str, **more: Any) -> int:
        said = await self.control.post("telegram/say", bot=self.bot, user=self.id, text=words, **more)
        return int(said["message_id"])

    async def sends(self, kind: str, *files: tuple[str, bytes], caption: str = "", **more: Any) -> list[int]:
        """Send something that is no text; several files are an album. A file is its name and its content."""
        given = [{"name": name, "content": base64.b64encode(content).decode()} for name, content in files]
        told: dict[str, Any] = {"caption": caption} if caption else {}
        sent = await self.control.post(
            "telegram/send",
            bot=self.bot,
            user=self.id,
            kind=kind,
            **({"files": given} if given else {}),
            **told,
            **more,
        )
        return list(sent["message_ids"])

    async def chat(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.control.get("telegram/chat", bot=self.bot, user=self.id)
        return found

    async def messages(self) -> list[dict[str, Any]]:
        return [m for m in (await self.chat())["messages"] if not m["deleted"]]

    async def bot_said(self) -> list[str]:
        return [said(m) for m in await self.messages() if m["from"] == "bot"]

    async def sees(self, words: str) -> dict[str, Any]:
        """Wait for a message with these words in it."""

        async def look() -> Any:
            return next((m for m in reversed(await self.messages()) if words in said(m)), None)

        found: dict[str, Any] = await until(look, f"{words!r} in the chat of {self.id}")
        return found

    async def sees_mark(self, message: int, sign: str) -> None:
        async def look() -> Any:
            found = next(m for m in await self.messages() if m["message_id"] == message)
            return any(r["emoji"] == sign and r["from"] == "bot" for r in found["reactions"])

        await until(look, f"{sign} on message {message}")

    async def never_sees(self, words: str) -> None:
        """Once all is delivered: no message has these words."""
        assert not [m for m in await self.messages() if words in said(m)]

    async def edits(self, message: int, words: str) -> None:
        await self.control.post("telegram/edit", bot=self.bot, user=self.id, message_id=message, text=words)

    async def reacts(self, words: str, emoji: str) -> None:
        """Put an emoji on the newest message with these words; none takes it back."""
        message = (await self.sees(words))["message_id"]
        await self.control.post("telegram/react", bot=self.bot, user=self.id, message_id=message, emoji=emoji)

    async def answers(self, words: str, with_: str) -> int:
        """Reply to the newest message with these words."""
        return await self.says(with_, reply_to=(await self.sees(words))["message_id"])

    async def blocks(self) -> None:
        await self.control.post("telegram/block", bot=self.bot, user=self.id)

    async def unblocks(self) -> None:
        await self.control.post("telegram/unblock", bot=self.bot, user=self.id)

    async def presses(self, label: str) -> None:
        """Press the newest visible button with this label."""

        async def look() -> Any:
            for message in reversed(await self.messages()):
                if any(b["label"] == label for row in message["buttons"] for b in row):
                    return message["message_id"]
            return None

        message = await until(look, f"a button {label!r}")
        await self.control.post("telegram/press", bot=self.bot, user=self.id, message_id=message, label=label)

    async def buttons(self) -> list[str]:
        return [b["label"] for m in await self.messages() for row in m["buttons"] for b in row]


def key_of(message: dict[str, Any]) -> str:
    """Our key of what the desk posted."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("key") or "")


def words_of(message: dict[str, Any]) -> str:
    """All that can be read of a Slack message."""
    return " ".join([message.get("text") or "", *_strings(message.get("blocks") or [])])


def lines_of(message: dict[str, Any]) -> list[str]:
    """The lines of what a person wrote, as a Slack message shows them."""
    parts = [p for b in message.get("blocks") or [] if b["type"] == "rich_text" for p in b["elements"]]
    return "\n".join("".join(str(e.get("text") or "") for e in part["elements"]) for part in parts).split("\n")


def _strings(thing: Any) -> list[str]:
    if isinstance(thing, dict):
        own = [thing["text"]] if isinstance(thing.get("text"), str) else []
        return own + [s for v in thing.values() for s in _strings(v) if not isinstance(v, str)]
    if isinstance(thing, list):
        return [s for v in thing for s in _strings(v)]
    return []


@dataclass
class Agent:
    """A person in Slack, in the support channel unless told otherwise."""

    control: Control
    id: str
    home: str = CHANNEL

    async def channel(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.control.get("slack/channel", channel=self.home, user=self.id)
        return found

    async def said_in_channel(self) -> list[dict[str, Any]]:
        """All that the desk says beside threads."""
        return [m for m in (await self.channel())["messages"] if m["bot"] and not m["deleted"]]

    async def cards(self) -> list[dict[str, Any]]:
        return [m for m in await self.said_in_channel() if key_of(m).startswith("card:")]

    async def lines(self) -> list[str]:
        """What it says there for a while, beside the cards and the board."""
        others = [m for m in await self.said_in_channel() if not key_of(m).startswith(("card:", "board:"))]
        return [str(m["text"]) for m in others]

    async def sees_line(self, words: str) -> dict[str, Any]:
        async def look() -> Any:
            return next((m for m in await self.said_in_channel() if words in m["text"]), None)

        found: dict[str, Any] = await until(look, f"{words!r} in the channel")
        return found

    async def sees_no_line(self) -> None:
        async def look() -> Any:
            return not await self.lines()

        await until(look, "no line beside the cards")

    async def card(self, words: str) -> dict[str, Any]:
        """Wait for the card with these words on it."""

        async def look() -> Any:
            return next((c for c in await self.cards() if words in words_of(c)), None)

        found: dict[str, Any] = await until(look, f"a card with {words!r}")
        return found

    async def card_of(self, ticket: int) -> dict[str, Any]:
        """Wait for the ticket's card: the newest, where it was in this channel before."""

        async def look() -> Any:
            return next((c for c in reversed(await self.cards()) if c["text"].startswith(f"#{ticket} ·")), None)

        found: dict[str, Any] = await until(look, f"a card of #{ticket}")
        return found

    async def card_shows(self, ticket: int, words: str) -> dict[str, Any]:
        """Wait until the ticket's card has these words on it."""

        async def look() -> Any:
            return next((c for c in await self.cards() if f"#{ticket} ·" in words_of(c) and words in words_of(c)), None)

        found: dict[str, Any] = await until(look, f"{words!r} on the card of #{ticket}")
        return found

    async def thread(self, ticket: int) -> list[dict[str, Any]]:
        card = await self.card_of(ticket)
        return list(card["replies"])

    async def thread_shows(self, ticket: int, words: str) -> dict[str, Any]:
        """Wait for a message in the ticket's thread with these words."""

        async def look() -> Any:
            return next((m for m in await self.thread(ticket) if words in words_of(m)), None)

        found: dict[str, Any] = await until(look, f"{words!r} in the thread of #{ticket}")
        return found

    async def writes(self, ticket: int, words: str) -> str:
        """Write in the thread under the ticket's card; the message's ts."""
        card = await self.card_of(ticket)
        posted = await self.control.post(
            "slack/post", user=self.id, channel=self.home, text=words, thread_ts=card["ts"]
        )
        return str(posted["ts"])

    async def edits(self, ts: str, words: str) -> None:
        await self.control.post("slack/edit", user=self.id, channel=self.home, ts=ts, text=words)

    async def deletes(self, ts: str) -> None:
        await self.control.post("slack/delete", user=self.id, channel=self.home, ts=ts)

    async def reacts(self, ts: str, emoji: str) -> None:
        await self.control.post("slack/react", user=self.id, channel=self.home, ts=ts, emoji=emoji)

    async def unreacts(self, ts: str, emoji: str) -> None:
        await self.control.post("slack/unreact", user=self.id, channel=self.home, ts=ts, emoji=emoji)

    async def marks(self, ticket: int, ts: str) -> set[str]:
        """The emoji on a message of the thread."""
        message = next(m for m in await self.thread(ticket) if m["ts"] == ts)
        return {r["name"] for r in message["reactions"]}

    async def has_marks(self, ticket: int, ts: str, *signs: str) -> None:
        """Wait until exactly these emoji are on the message."""

        async def look() -> Any:
            return await self.marks(ticket, ts) == set(signs)

        await until(look, f"{signs} and nothing else on {ts}")

    async def sees_mark(self, ticket: int, ts: str, sign: str) -> None:
        async def look() -> Any:
            found = next((m for m in await self.thread(ticket) if m["ts"] == ts), None)
            return found and sign in [r["name"] for r in found["reactions"]]

        await until(look, f":{sign}: on {ts}")

    async def clicks(self, ticket: int, label: str) -> dict[str, Any]:
        """Press a button of the card, or choose from its menu, by visible words."""
        card = await self.card_of(ticket)
        found: dict[str, Any] = await self.control.post(
            "slack/press", user=self.id, channel=self.home, ts=card["ts"], label=label
        )
        return found

    async def presses(self, ts: str, label: str) -> None:
        """Press a button of any message in the channel."""
        await self.control.post("slack/press", user=self.id, channel=self.home, ts=ts, label=label)

    async def is_told(self, words: str) -> dict[str, Any]:
        """Wait for a message that only this person sees."""

        async def look() -> Any:
            return next((e for e in (await self.channel())["ephemerals"] if words in words_of(e)), None)

        found: dict[str, Any] = await until(look, f"{words!r} told to {self.id} alone")
        return found

    async def clicks_private(self, words: str, label: str) -> None:
        """Press a button of a message that only this person sees."""
        told = await self.is_told(words)
        await self.control.post("slack/press", user=self.id, channel=self.home, ts=told["ts"], label=label)

    async def modal(self) -> dict[str, Any]:
        async def look() -> Any:
            views = await self.control.get("slack/views", user=self.id)
            return views[-1] if views else None

        found: dict[str, Any] = await until(look, f"a modal of {self.id}")
        return found

    async def submits(self, **values: str) -> dict[str, Any]:
        """Fill the open modal by block ids and send it."""
        view = await self.modal()
        found: dict[str, Any] = await self.control.post(
            "slack/submit", user=self.id, view_id=view["view_id"], values=values
        )
        return found

    async def types(self, command: str) -> dict[str, Any]:
        """A slash command, as typed: `/desk queue`."""
        name, _, rest = command.partition(" ")
        found: dict[str, Any] = await self.control.post(
            "slack/command", user=self.id, channel=self.home, command=name, text=rest
        )
        return found


@dataclass
class Stage:
    mode: Mode
    playground: Playground
    control: Control
    settings: Settings
    app: App | None = None
    _life: AsyncExitStack = field(default_factory=AsyncExitStack)

    def customer(self, id: int = ANNA, bot: str = BOT) -> Customer:
        return Customer(self.control, id, bot)

    def agent(self, id: str = PIOTR, channel: str = CHANNEL) -> Agent:
        return Agent(self.control, id, channel)

    async def start(self) -> None:
        """Start the desk in this process."""
        self.app = await self._life.enter_async_context(App(self.settings).running())
        await self.is_ready()
        if self.mode.slack is SlackMode.HTTP:
            requests = f"http://127.0.0.1:{self.app.port}/slack/events"
            await self.control.post("slack/app", request_url=requests)

    async def stop(self) -> None:
        await self._life.aclose()
        self._life = AsyncExitStack()
        self.app = None

    async def is_ready(self) -> None:
        """Wait until the desk listens on both sides."""

        async def listens() -> Any:
            bots = await self.control.get("telegram/bots")
            if self.mode.telegram is TelegramMode.WEBHOOK and not all(bot["webhook"] for bot in bots):
                return False
            sockets = (await self.control.get("slack/app"))["sockets"]
            return all(bot["commands"] for bot in bots) and (sockets or self.mode.slack is SlackMode.HTTP)

        await until(listens, "the desk at both emulators")

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Look into the desk's database."""
        database = Database(self.settings.database_url)
        try:
            async with database.read() as c:
                return [dict(r) for r in (await c.execute(text(statement), values)).mappings()]
        finally:
            await database.close()

    async def states(self) -> set[str]:
        """How deliveries stand; the board of a channel is left out, which is drawn anew every few seconds."""
        found = await self.rows("SELECT DISTINCT state FROM outbox WHERE key NOT LIKE 'board:%'")
        return {r["state"] for r in found}

    async def turn(self, **by: float) -> None:
        """Set the desk's clock ahead, as `timedelta` counts."""
        assert self.app is not None
        await self.app.clock.turn(timedelta(**by))

    async def is_quiet(self, patience: float = 60) -> None:
        """Wait until nothing is left to be delivered."""

        async def look() -> Any:
            waiting = (await self.rows("SELECT count(*) AS n FROM outbox WHERE pending"))[0]["n"]
            return waiting == 0

        await until(look, "an empty outbox", patience)


def settings_for(mode: Mode, emulators: str, database_url: str, pace: float = PACE, **more: Any) -> Settings:
    port = free_port()
    url = emulators.rstrip("/")
    given: dict[str, Any] = {
        "database_url": database_url,
        "public_url": f"http://127.0.0.1:{port}",
        "http": Http(port=port),
        "group": Group(hold=0, flood=0),
        "log_level": "warning",
        "telegram": Telegram(
            token=TELEGRAM_BOT["token"],
            api_url=f"{url}/telegram",
            mode=mode.telegram,
            webhook_secret="a-secret-of-the-stage",
            pace=pace,
        ),
        "slack": Slack(
            bot_token=SLACK_APP["bot_token"],
            app_token=SLACK_APP["app_token"],
            signing_secret=SLACK_APP["signing_secret"],
            api_url=f"{url}/slack/api/",
            mode=mode.slack,
            pace=pace,
        ),
    }
    return Settings(**(given | more))


@asynccontextmanager
async def open_stage(
    mode: Mode, database_url: str, *, pace: float = PACE, start: bool = True, state: Path | None = None, **more: Any
) -> AsyncIterator[Stage]:
    """Emulators on a free port and, unless told not to, the desk between them."""
    playground = Playground(port=0, pace=pace, state=state)
    await playground.start()
    folder = Path(tempfile.mkdtemp(prefix="chatdesk-"))
    async with aiohttp.ClientSession() as session:
        control = Control(playground.url, session)
        await control.post("slack/app", scopes=list(SCOPES), events=[e for heard in EVENTS.values() for e in heard])
        settings = settings_for(mode, playground.url, database_url, pace, **{"files": folder, **more})
        stage = Stage(mode, playground, control, settings)
        try:
            if start:
                await stage.start()
            yield stage
        finally:
            with contextlib.suppress(Exception):
                await stage.stop()
            await playground.stop()
            shutil.rmtree(folder)
