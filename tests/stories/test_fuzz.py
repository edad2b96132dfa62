"""Whatever the two services send: no loop stops, nothing is lost without a word, neighbours are served as ever.

Each input ends in one of these ways, and the story counts them (printed with its seed):

- ticket: it is a message in a ticket; answered: a command, a button or a greeting, and the chat got an answer;
- noted: an edit, a reaction, a block of what the desk knows; parked: kept, with the field and the reason;
- ignored: none of the desk's business, as `nobody_is_meant` says from the raw update, without the desk's own code;
- unknown: about a message that the desk has never seen; again: the same input as an earlier one.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import aiohttp
import pytest

from chatdesk.adapters.telegram import groups
from chatdesk.adapters.telegram.inbound import UPDATES, to_incoming, update_key
from chatdesk.adapters.texts import all_cleaned
from chatdesk.core.messages import Deed, Incoming
from chatdesk.emulators.playground import TELEGRAM_BOT
from chatdesk.emulators.slack.basics import Undelivered
from chatdesk.emulators.slack.deliveries import Kind
from chatdesk.emulators.slack.signed_http import signature
from chatdesk.settings import SlackMode, TelegramMode
from tests.fuzz.slack import Request, Requests
from tests.fuzz.telegram import Updates
from tests.processes import SOAK, seeded, soak
from tests.stage import BOT, PIOTR, Customer, Stage, until

pytestmark = pytest.mark.timeout(3600 if SOAK else 120)
UPDATES_SENT = soak(20_000, 800)
REQUESTS_SENT = soak(5_000, 300)
AT_ONCE = 100
SHOWN = ("send", "edit", "chat.", "views.")  # beginnings of the methods by which people are shown something
NO_USER_READS = (
    "Traceback",
    "Error",
    "Exception",
    'File "',
    "object at 0x",
    "sqlalchemy",
    "pydantic",
    "asyncpg",
    "NoneType",
)


def in_portions(things: Iterator[Any], count: int) -> Iterator[list[Any]]:
    for begin in range(0, count, AT_ONCE):
        yield list(islice(things, min(AT_ONCE, count - begin)))


# -- Telegram -----------------------------------------------------------------------------------------------------


def _calls_the_bot(message: dict[str, Any]) -> bool:
    """Whether words in a group begin with the bot's name."""
    name, author = {"type": "mention", "offset": 0, "length": len(BOT) + 1}, message.get("from")
    named = message.get("entities") == [name] and str(message.get("text")).startswith(f"@{BOT}")
    return named and isinstance(author, dict) and not author.get("is_bot") and not message.get("is_automatic_forward")


def nobody_is_meant(update: dict[str, Any]) -> bool:
    """Whether an update is none of the desk's business: of a kind that it has not asked for, from a channel, from a
    group without calling the bot, by a bot or by nobody, or without anything in it that a person sent."""
    kinds = [kind for kind in UPDATES if isinstance(update.get(kind), dict)]
    return not any(_means_the_desk(kind, update[kind]) for kind in kinds)


def _means_the_desk(kind: str, thing: dict[str, Any]) -> bool:
    if kind == "callback_query":
        return bool(thing.get("message"))
    chat: Any = thing.get("chat")
    if isinstance(chat, dict) and chat.get("type") in ("group", "supergroup"):
        return kind == "message" and _calls_the_bot(thing)
    if not isinstance(chat, dict) or chat.get("type") != "private":
        return False
    if kind == "message_reaction":
        return bool(thing.get("user"))
    if kind == "my_chat_member":
        return True
    author: Any = thing.get("from")
    return isinstance(author, dict) and not author.get("is_bot") and any(thing.get(name) for name in CONTENT)


CONTENT = (
    "text",
    "caption",
    "photo",
    "video",
    "animation",
    "document",
    "audio",
    "voice",
    "video_note",
    "sticker",
    "story",
    "paid_media",
    "game",
    "invoice",
    "giveaway",
    "checklist",
    "venue",
    "location",
    "contact",
    "poll",
    "dice",
)


async def ends_of(stage: Stage, updates: Iterable[dict[str, Any]]) -> Counter[str]:
    """How each update ended; one that ended in no way is a failure."""
    heard = {row["key"] for row in await stage.rows("SELECT key FROM inputs")}
    parked = {row["key"] for row in await stage.rows("SELECT key FROM parked")}
    tickets = {row["key"]: row["ticket"] for row in await stage.rows("SELECT key, ticket FROM messages")}
    spoken = {row["room"] for row in await stage.rows("SELECT DISTINCT room FROM outbox WHERE channel = 'telegram'")}
    ends, seen = Counter[str](), set[str]()
    for update in map(all_cleaned, updates):
        if update_key(update, "main") in parked:
            ends["parked"] += 1
            continue
        said = to_incoming(_heard(update), "main")
        ends[_end(update, said, heard, tickets, spoken, seen)] += 1
        seen |= {said.key} if said else set()
    return ends


def _heard(update: dict[str, Any]) -> dict[str, Any]:
    """With what the channel notes beside an update of a group."""
    bot = {"id": int(TELEGRAM_BOT["token"].split(":")[0]), "username": BOT, "people": 1}
    return update | ({groups.HEARD_BY: bot} if groups.chat_in(update) is not None else {})


def _end(
    update: dict[str, Any],
    said: Incoming | None,
    heard: set[str],
    tickets: dict[str, Any],
    spoken: set[str],
    seen: set[str],
) -> str:
    if said is None:
        assert nobody_is_meant(update), update
        return "ignored"
    if said.key in seen:
        return "again"
    if said.key not in heard:
        assert said.needs_another, f"lost: {update}"
        return "unknown"
    if said.deed is not Deed.SAID:
        return "noted"
    if tickets.get(said.message):
        return "ticket"
    assert said.at.room in spoken, f"no answer: {update}"
    return "answered"


async def test_no_update_stops_the_desk(stage: Stage) -> None:
    chance = seeded(f"fuzzed updates, {stage.mode}")
    make, anna = Updates(chance), stage.customer()
    sent: list[dict[str, Any]] = []
    for number, some in enumerate(in_portions(make, UPDATES_SENT)):
        told = await stage.control.post("telegram/updates", bot=anna.bot, updates=list(some))
        sent += [{"update_id": i, **update} for i, update in zip(told["update_ids"], some, strict=True)]
        await anna.says(f"neighbour {number}")
        await all_taken(stage)
    if stage.mode.telegram is TelegramMode.WEBHOOK:
        await noise_at_the_webhook(stage, chance)
    await stage.is_quiet(600)
    await neighbours_are_served(stage, anna, -(-UPDATES_SENT // AT_ONCE))
    ends = await ends_of(stage, sent)
    print(f"{stage.mode}: {sum(ends.values())} updates: {dict(ends)}")
    assert (
        sum(ends.values()) == UPDATES_SENT and min(ends[end] for end in ("ticket", "answered", "parked", "ignored")) > 0
    )
    await no_user_reads_what_is_not_theirs(stage)


async def all_taken(stage: Stage) -> None:
    async def look() -> bool:
        (bot,) = await stage.control.get("telegram/bots")
        return not bot["pending"]

    await until(look, "all updates taken", 60)


async def neighbours_are_served(stage: Stage, anna: Customer, said: int) -> None:
    """All that a neighbour wrote in between stands in one thread, in order, and an answer reaches her."""
    piotr = stage.agent()
    (row,) = await stage.rows("SELECT number FROM tickets WHERE title = 'neighbour 0'")
    await piotr.thread_shows(row["number"], f"neighbour {said - 1}") if said > 1 else None
    heard = await stage.rows("SELECT body FROM messages WHERE ticket = :n ORDER BY seq", n=row["number"])
    assert [json.loads(r["body"])["text"]["text"] for r in heard] == [f"neighbour {n}" for n in range(said)]
    await piotr.writes(row["number"], "All is well.")
    await anna.sees("Piotr Zieliński\nAll is well.")


async def no_user_reads_what_is_not_theirs(stage: Stage) -> None:
    """No secret and nothing of the program's inside in all that was said to either service."""
    calls = [c for side in ("telegram", "slack") for c in await stage.control.get(f"{side}/journal")]
    assert len(calls) > 10
    calls = [call for call in calls if call["method"].startswith(SHOWN)]
    said = json.dumps([call["arguments"] for call in calls], ensure_ascii=False)
    for words in (*secrets(stage), *NO_USER_READS):
        assert words not in said, said[max(0, said.index(words) - 200) :][:500]


def secrets(stage: Stage) -> Sequence[str]:
    telegram, slack = stage.settings.telegram, stage.settings.slack
    held = (telegram.token, telegram.webhook_secret, slack.bot_token, slack.app_token, slack.signing_secret)
    return [one.get_secret_value() for one in held if one]


async def noise_at_the_webhook(stage: Stage, chance: random.Random) -> None:
    """What no Telegram sends is refused in words, or parked."""
    secret = stage.settings.telegram.webhook_secret
    url = f"{stage.settings.public_url}/telegram/main"
    right = {"X-Telegram-Bot-Api-Secret-Token": secret.get_secret_value() if secret else ""}
    deep = b'{"update_id": 9, "message": ' + b"[" * 400 + b"]" * 400 + b"}"
    bodies = (b"", b"{", b"null", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"update_id": ' + b"9" * 5000 + b"}")
    async with aiohttp.ClientSession() as session:
        for body, status in [(b, 400) for b in bodies] + [(deep, 200), (b"{}", 200), (b'{"update_id": null}', 200)]:
            async with session.post(url, data=body, headers=right) as answer:
                assert answer.status == status, body[:80]
                no_inside(await answer.text())
            async with session.post(url, data=body, headers={**right, **dict.fromkeys(right, "x")}) as answer:
                assert answer.status == 401


def no_inside(said: str) -> None:
    assert not [words for words in NO_USER_READS if words in said], said


# -- Slack --------------------------------------------------------------------------------------------------------


async def test_no_request_of_slacks_stops_the_desk(stage: Stage) -> None:
    chance = seeded(f"fuzzed Slack, {stage.mode}")
    anna, piotr = stage.customer(), stage.agent()
    for customer in (anna, stage.customer(1002)):
        await customer.says(f"neighbour of {customer.id}")
        await piotr.card(f"neighbour of {customer.id}")
    threads = tuple(card["ts"] for card in await piotr.cards())
    make, ends = Requests(chance, threads), Counter[str]()
    for number, some in enumerate(in_portions(make, REQUESTS_SENT)):
        via = by_http if stage.mode.slack is SlackMode.HTTP else by_socket
        ends.update(await via(stage, some))
        ticket = await a_fresh_ticket(stage, number)
        await piotr.writes(ticket, f"answer {number}")
        await stage.customer(3000 + number).sees(f"answer {number}")
    await stage.is_quiet(600)
    parked = (await stage.rows("SELECT count(*) AS n FROM parked"))[0]["n"]
    heard = (await stage.rows("SELECT count(*) AS n FROM inputs WHERE key LIKE 'slack:%'"))[0]["n"]
    print(f"{stage.mode}: {sum(ends.values())} requests: {dict(ends)}; {heard} heard, {parked} parked")
    assert sum(ends.values()) == REQUESTS_SENT and parked and heard > REQUESTS_SENT // AT_ONCE
    await no_user_reads_what_is_not_theirs(stage)


async def a_fresh_ticket(stage: Stage, number: int) -> int:
    """Of somebody whom no spoilt request has touched."""
    customer = stage.customer(3000 + number)
    await stage.control.post("telegram/users", id=customer.id, first_name=f"User{number}")
    await customer.says(f"neighbour {number}")
    await stage.agent(PIOTR).card(f"neighbour {number}")
    (row,) = await stage.rows("SELECT number FROM tickets WHERE title = :t", t=f"neighbour {number}")
    return int(row["number"])


async def by_http(stage: Stage, requests: Sequence[Request]) -> list[str]:
    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(_posted(stage, session, request) for request in requests))


async def _posted(stage: Stage, session: aiohttp.ClientSession, request: Request) -> str:
    secret = stage.settings.slack.signing_secret
    assert secret is not None and stage.app is not None
    now = str(int(time.time()))
    signed = signature(secret.get_secret_value() if request.signed else "another", now, request.body)
    headers = {"Content-Type": request.type, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": signed}
    url = f"http://127.0.0.1:{stage.app.port}/slack/events"
    async with session.post(url, data=request.body, headers=headers) as answer:
        said = await answer.text()
        no_inside(said)
        assert answer.status in (200, 400, 401), f"{answer.status} to {request.body[:2000]!r}"
        if not request.signed:
            assert answer.status != 200, request.body
        return f"{request.kind}: {answer.status}{' with words' if said else ''}"


FRAMES: Mapping[str, Kind] = {"event": "events_api", "interaction": "interactive", "command": "slash_commands"}


async def by_socket(stage: Stage, requests: Sequence[Request]) -> list[str]:
    return await asyncio.gather(*(_by_frame(stage, request) for request in requests))


async def _by_frame(stage: Stage, request: Request) -> str:
    deliveries = stage.playground.slack._core.deliveries
    if request.kind == "noise" or not isinstance(request.payload, dict):
        return "no frame can carry it"
    try:
        answer = await deliveries.ask(f"fuzz{id(request)}", FRAMES[request.kind], request.kind, request.payload)
    except Undelivered as lost:
        return f"{request.kind}: {lost}"
    no_inside(json.dumps(answer))
    return f"{request.kind}: acknowledged{' with words' if answer else ''}"
