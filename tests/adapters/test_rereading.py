"""What differs between what agents wrote in a thread and what stands there now, and which events that makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chatdesk.adapters.slack.inbound import Workspace, message_key, to_incoming
from chatdesk.adapters.slack.rereading import changes, vanished
from chatdesk.core.messages import Deed
from chatdesk.desk.watched import Thread

WHERE = Workspace("T0DESK", {"U0PIOTR": "Piotr Zieliński"})
ROOT, FIRST, SECOND = "1700000000.000100", "1700000060.000200", "1700000120.000300"
THREAD = Thread(ROOT, {FIRST: "T0DESK/U0PIOTR", SECOND: "T0DESK/U0PIOTR"})
NOW = 1700000200.5
EDITED = {"edited": {"user": "U0PIOTR", "ts": "1700000180.000000"}}
CARD = {"type": "message", "ts": ROOT, "thread_ts": ROOT, "bot_id": "B0DESK", "text": "#1"}
TOMBSTONE = {"type": "message", "subtype": "tombstone", "ts": ROOT, "thread_ts": ROOT, "user": "USLACKBOT"}


def reply(ts: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U0PIOTR", "ts": ts, "thread_ts": ROOT, "text": "words", **more}


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (reply(FIRST), []),
        (reply(FIRST, **EDITED), [FIRST]),
        (reply(FIRST, attachments=[{"from_url": "https://a.example"}]), []),
        (reply(FIRST, edited=None), []),
        (reply(FIRST, edited="now"), []),
        (reply("1700000190.000000", **EDITED), []),
        (reply(FIRST, bot_id="B0DESK", **EDITED), []),
        ({**CARD, **EDITED}, []),
    ],
    ids=["as it was", "edited", "unfurled", "null", "malformed", "not watched", "an app's", "the card"],
)
def test_what_counts_as_an_edit(shown: Mapping[str, Any], found: list[str]) -> None:
    assert [event["message"]["ts"] for event in changes("C1", [CARD, shown], THREAD)] == found


def test_an_edit_is_what_its_event_would_have_been() -> None:
    (event,) = changes("C1", [CARD, reply(FIRST, **EDITED)], THREAD)
    heard = {**event, "ts": "1700000180.000001", "event_ts": "1700000180.000001", "previous_message": reply(FIRST)}
    assert to_incoming(event, WHERE) == to_incoming(heard, WHERE)
    assert message_key(event, "T0DESK") == f"slack:T0DESK/C1:{FIRST}:edit:1700000180.000000"


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ([CARD, reply(FIRST), reply(SECOND)], []),
        ([CARD, reply(SECOND)], [FIRST]),
        ([CARD], [FIRST, SECOND]),
        ([TOMBSTONE, reply(SECOND)], []),
        ([reply(SECOND)], []),
        ([], []),
    ],
    ids=["all there", "one gone", "both gone", "card deleted", "no card", "nothing"],
)
def test_what_counts_as_deleted(shown: list[Mapping[str, Any]], found: list[str]) -> None:
    assert [event["deleted_ts"] for event in vanished("C1", shown, THREAD, NOW)] == found


def test_what_is_older_than_the_root_stands_in_another_thread() -> None:
    """Its card was deleted, and said again below."""
    assert vanished("C1", [CARD], Thread(ROOT, {"1699999999.000000": "T0DESK/U0PIOTR"}), NOW) == []


def test_a_deletion_is_what_its_event_would_have_been() -> None:
    (event,) = vanished("C1", [CARD, reply(SECOND)], THREAD, NOW)
    ts = f"{NOW:.6f}"
    heard = {**event, "ts": ts, "event_ts": ts, "previous_message": reply(FIRST, text="")}
    said = to_incoming(event, WHERE)
    assert said == to_incoming(heard, WHERE) and said is not None
    assert (said.key, said.deed, said.about) == (f"slack:T0DESK/C1:{FIRST}:removed", Deed.REMOVED, FIRST)
    assert (said.author.account, said.author.name) == ("T0DESK/U0PIOTR", "Piotr Zieliński")
