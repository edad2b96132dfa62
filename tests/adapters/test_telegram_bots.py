"""Several bots as one channel."""

from __future__ import annotations

import pytest

from chatdesk.adapters.telegram.bots import TelegramBots
from chatdesk.core.errors import TryLater
from chatdesk.core.messages import Address, Outgoing, plain
from chatdesk.desk.channel import Delivery


async def test_what_is_for_a_bot_that_the_desk_has_no_more_waits() -> None:
    bots = TelegramBots({})
    said = Delivery(Outgoing(to=Address("telegram", "gone/7"), key="t1:2:conversations:0", body=plain("Hello")))
    assert bots.limits(said) == ()
    with pytest.raises(TryLater, match="The desk has no bot gone now"):
        await bots.send(said)
    assert await bots.find(said) is None
    assert bots.doors == {}
    await bots.close()
