"""What Slack's answers mean for a message."""

from __future__ import annotations

from typing import cast

import pytest
from aiohttp import ClientSession, ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack import speak
from chatdesk.core.errors import DeliveryError, Rejected, TryLater
from chatdesk.core.messages import Outgoing, plain
from chatdesk.desk.channel import Delivery
from chatdesk.desk.files import Files
from tests.adapters.answers import CUT, PROXY, Answer, answering, nowhere
from tests.builders import HOME

TIMEOUT = 0.3  # seconds
NO_FILES = cast("Files", None)  # what is delivered here brings none
MESSAGE = Delivery(Outgoing(to=HOME, key="t42:3", body=plain("«Zoë» 👩‍🔬")))
MARK = Delivery(Outgoing(to=HOME, key="mark", marks="slack:T1/C1:9", mark="sent"), native="9.000001")


async def deliver(url: str, delivery: Delivery = MESSAGE) -> str | None:
    async with ClientSession(timeout=ClientTimeout(total=TIMEOUT)) as session:
        client = AsyncWebClient("xoxb-test", base_url=f"{url}/api/", session=session, retry_handlers=[])
        return await speak.deliver(client, NO_FILES, delivery)


async def failure(answer: Answer) -> DeliveryError:
    async with answering(answer) as url:
        with pytest.raises(DeliveryError) as seen:
            await deliver(url)
    return seen.value


def refusal(error: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {"ok": False, "error": error}, headers)


async def test_a_message_that_was_posted_has_its_ts() -> None:
    async with answering(Answer(body={"ok": True, "channel": "C1", "ts": "5.000001"})) as url:
        assert await deliver(url) == "5.000001"


@pytest.mark.parametrize("body", [{"ok": True}, {"ok": False, "error": "already_reacted"}])
async def test_a_mark_has_none_and_may_be_there_already(body: dict[str, object]) -> None:
    async with answering(Answer(body=body)) as url:
        assert await deliver(url, MARK) is None


async def test_what_slack_does_not_take_is_rejected() -> None:
    fault = await failure(refusal("msg_too_long"))
    assert isinstance(fault, Rejected)
    assert "msg_too_long" in fault.why


@pytest.mark.parametrize(
    ("answer", "after", "perhaps_done"),
    [
        (refusal("channel_not_found"), speak.WAIT_FOR_SETUP, False),
        (refusal("invalid_auth"), speak.WAIT_FOR_SETUP, False),
        (refusal("ratelimited", 429, **{"retry-after": "7"}), 7, False),
        (refusal("ratelimited", 429, **{"Retry-After": "7"}), 7, False),
        (Answer(429, "slow down", {"retry-after": "7"}), 7, False),
        (refusal("ratelimited"), 1, False),
        (refusal("internal_error", 500), None, False),
        (PROXY, None, False),
        (CUT, None, True),
        (Answer(late=2 * TIMEOUT), None, True),
    ],
    ids=["setup", "token", "429", "429 Upper", "429 text", "200 limited", "500", "502", "cut", "late"],
)
async def test_what_is_not_the_messages_fault_is_tried_later(
    answer: Answer, after: float | None, perhaps_done: bool
) -> None:
    fault = await failure(answer)
    assert isinstance(fault, TryLater), repr(fault)
    assert (fault.after, fault.perhaps_done) == (after, perhaps_done)


@pytest.mark.parametrize("status", [200, 403, 404])
async def test_what_something_in_between_answers_is_no_word_of_slacks(status: int) -> None:
    """The message is not at fault, and must not be given up for it."""
    fault = await failure(Answer(status, "<html>Log in to this network</html>"))
    assert isinstance(fault, TryLater), repr(fault)


async def test_a_refused_connection_has_sent_nothing() -> None:
    with pytest.raises(TryLater) as seen:
        await deliver(nowhere())
    assert not seen.value.perhaps_done
