"""Whatever the two services send: no loop stops, nothing is lost without a word, neighbours are served as ever.

Each input ends in one of these ways, and the story counts them (printed with its seed):

- ticket: it is a message in a ticket; answered: a command, a button or a greeting, and the chat got an answer;
- noted: an edit, a reaction, a block of what the desk knows; parked: kept, with the field and the reason;
- ignored: none of the desk's business, as `nobody_is_meant` in tests/fuzz/ends.py says;
- unknown: about a message that the desk has never seen; again: the same input as an earlier one.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import aiohttp
import pytest

from chatdesk.emulators.slack.basics import Undelivered
from chatdesk.emulators.slack.deliveries import Kind
from chatdesk.emulators.slack.signed_http import signature
from chatdesk.settings import SlackMode, TelegramMode
from tests.fuzz.ends import ends_of, ends_of_requests
from tests.fuzz.slack import Request, Requests
from tests.fuzz.telegram import Updates
from tests.processes import SOAK, seeded, soak
from tests.stage import PIOTR, Customer, Stage, until

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
    await until(lambda: albums_are_complete(stage), "albums that wait for no more parts")
    await stage.is_quiet(600)
    await neighbours_are_served(stage, anna, -(-UPDATES_SENT // AT_ONCE))
    ends = await ends_of(stage, sent)
    print(f"{stage.mode}: {sum(ends.values())} updates: {dict(ends)}")
    assert (
        sum(ends.values()) == UPDATES_SENT and min(ends[end] for end in ("ticket", "answered", "parked", "ignored")) > 0
    )
    await no_user_reads_what_is_not_theirs(stage)


async def albums_are_complete(stage: Stage) -> bool:
    return not await stage.rows("SELECT key FROM messages WHERE state = 'held' AND key LIKE '%:album:%'")


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
    make, answered = Requests(chance, threads), list[tuple[Request, str]]()
    for number, some in enumerate(in_portions(make, REQUESTS_SENT)):
        via = by_http if stage.mode.slack is SlackMode.HTTP else by_socket
        answered += zip(some, await via(stage, some), strict=True)
        ticket = await a_fresh_ticket(stage, number)
        await piotr.writes(ticket, f"answer {number}")
        await stage.customer(3000 + number).sees(f"answer {number}")
    await stage.is_quiet(600)
    ends = await ends_of_requests(stage, answered)
    print(f"{stage.mode}: {sum(ends.values())} requests: {dict(sorted(ends.items()))}")
    assert sum(ends.values()) == REQUESTS_SENT
    assert min(ends[f"event: {end}"] for end in ("taken", "parked", "ignored", "unknown")) > 0
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
        assert answer.status in (200, 400, 401, 500), f"{answer.status} to {request.body[:2000]!r}"
        if not request.signed:
            assert answer.status != 200, request.body
        return f"{answer.status}{' with words' if said else ''}"


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
        return str(lost)
    no_inside(json.dumps(answer))
    return f"acknowledged{' with words' if answer else ''}"
