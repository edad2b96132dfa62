"""A message that comes after one that was written later is shown with its time."""

from __future__ import annotations

import time

from tests.processes import everything_is_done
from tests.stage import Stage
from tests.stories.test_shuffled import a_message


async def test_what_comes_late_is_shown_with_its_time(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    now = int(time.time())
    first, later, late = (a_message(anna.id, n) for n in (501, 503, 502))
    later["message"]["date"], late["message"]["date"] = now, now - 90
    first["message"]["date"] = now - 120
    for update in (first, later, late):  # each is handled before the next one comes
        await stage.control.post("telegram/updates", bot=anna.bot, updates=[update])
        await everything_is_done(stage)
    (card,) = await piotr.cards()
    said = {m["text"]: m["username"] for m in card["replies"] if m["text"].startswith("message ")}
    assert list(said) == [f"message {n} of {anna.id}." for n in (501, 503, 502)]
    *timely, held_up = (who.partition("(")[2] for who in said.values())
    assert timely == ["Telegram)", "Telegram)"]
    assert held_up.startswith("Telegram, written at ")
    assert time.strftime("%H:%M", time.gmtime(now - 90)) in held_up
