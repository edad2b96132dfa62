"""The short way to Telegram fails as aiogram's own does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiogram.exceptions as faults
import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientConnectorError

from chatdesk.adapters.telegram.session import Session
from tests.adapters.answers import CUT, PROXY, Answer, answering, nowhere

TIMEOUT = 0.3  # seconds
CALL = ("sendMessage", {"chat_id": 1001, "text": "«Zoë» 👩‍🔬"})
SENT = {"ok": True, "result": {"message_id": 5, "chat": {"id": 1001}}}


@asynccontextmanager
async def a_bot(url: str) -> AsyncIterator[tuple[Bot, Session]]:
    session = Session(api=TelegramAPIServer.from_base(url), timeout=TIMEOUT)
    try:
        yield Bot("42:TEST", session=session), session
    finally:
        await session.close()


async def post(url: str) -> Any:
    async with a_bot(url) as (bot, session):
        return await session.post(bot, *CALL)


def refusal(status: int, description: str = "no", **parameters: int) -> Answer:
    body = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


async def test_the_answer_comes_as_it_is() -> None:
    async with answering(Answer(body=SENT)) as url:
        assert await post(url) == SENT["result"]


@pytest.mark.parametrize(
    ("answer", "fault", "words"),
    [
        (refusal(400), faults.TelegramBadRequest, "no"),
        (refusal(401), faults.TelegramUnauthorizedError, "no"),
        (refusal(403), faults.TelegramForbiddenError, "no"),
        (refusal(404), faults.TelegramNotFound, "no"),
        (refusal(409), faults.TelegramConflictError, "no"),
        (refusal(500), faults.TelegramServerError, "no"),
        (refusal(500, "Internal Server Error: restart"), faults.RestartingTelegram, "restart"),
        (PROXY, faults.ClientDecodeError, "502 Bad Gateway"),
        (CUT, faults.TelegramNetworkError, "ServerDisconnectedError"),
        (Answer(200, "<html>Log in to this network</html>"), faults.ClientDecodeError, "Log in"),
        (Answer(late=2 * TIMEOUT), faults.TelegramNetworkError, "timeout"),
    ],
    ids=["400", "401", "403", "404", "409", "500", "restart", "502", "cut", "200 of another", "late"],
)
async def test_each_answer_is_its_own_fault(answer: Answer, fault: type[Exception], words: str) -> None:
    async with answering(answer) as url, a_bot(url) as (bot, session):
        with pytest.raises(fault, match=words) as theirs:
            await bot.send_message(1001, "hello")
        with pytest.raises(Exception) as mine:  # noqa: PT011 - the same, whatever that is
            await session.post(bot, *CALL)
    assert type(mine.value) is type(theirs.value) is fault, repr(mine.value)
    assert words in str(mine.value)


async def test_who_asks_to_wait_says_how_long() -> None:
    async with answering(refusal(429, "Too Many Requests: retry after 7", retry_after=7)) as url:
        with pytest.raises(faults.TelegramRetryAfter) as seen:
            await post(url)
    assert seen.value.retry_after == 7


async def test_a_refused_connection_is_known_as_one() -> None:
    with pytest.raises(faults.TelegramNetworkError) as seen:
        await post(nowhere())
    assert isinstance(seen.value.__cause__, ClientConnectorError)
