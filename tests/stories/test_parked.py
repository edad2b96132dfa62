"""What cannot be processed is kept, harms no other, is listed, and can be tried again beside a running desk."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from chatdesk.desk.parking import park
from chatdesk.storage import schema
from chatdesk.storage.database import Database
from tests.cli.command import chatdesk
from tests.processes import environment
from tests.stage import ANNA, CHANNEL, CHLOE, MAREK, PIOTR, Mode, Stage, until

NO_DATE = "I have no date, and so nobody can tell when I was written, whoever tries to read me"


def message(user: int, number: int, text: str, **more: Any) -> dict[str, Any]:
    """A message as Telegram tells of it, but for its date."""
    who = {"id": user, "first_name": "Somebody"}
    chat = {**who, "type": "private"}
    return {"message_id": number, "from": {**who, "is_bot": False}, "chat": chat, "text": text, **more}


async def parked(stage: Stage) -> list[dict[str, Any]]:
    return await stage.rows("SELECT * FROM parked ORDER BY id")


async def test_a_malformed_update_is_parked_and_its_neighbours_are_handled(stage: Stage, tmp_path: Path) -> None:
    anna, marek = stage.customer(ANNA), stage.customer(MAREK)
    now = int(time.time())
    batch = [
        {"message": message(ANNA, 101, "My first question", date=now)},
        {"message": message(ANNA, 102, NO_DATE)},
        {"message": message(MAREK, 101, "Where is my data?", date=now)},
        {"message": message(ANNA, 103, "It is about the archive", date=now)},
    ]
    await stage.control.post("telegram/updates", bot=anna.bot, updates=batch)
    await marek.sees(": Where is my data?")
    await anna.sees(": My first question")
    number = (await stage.rows("SELECT number FROM tickets WHERE title = 'My first question'"))[0]["number"]
    await stage.agent().thread_shows(number, "It is about the archive")
    (row,) = await until(lambda: parked(stage), "a parked update")
    assert row["tries"] == 3

    desk = environment(stage.settings, log_level="warning")
    code, said = await chatdesk(desk, tmp_path, "parked")
    assert code == 0, said
    head, was, why = said.splitlines()
    assert head.startswith(f"{row['id']}  telegram  20") and head.endswith(" UTC  3 tries")
    assert was == "   was: I have no date, and so nobody can tell when I was written, whoever tries to…"
    assert why.startswith("   why: ValueError: not an update") and "message.date" in why

    code, said = await chatdesk(desk, tmp_path, "parked", "show", str(row["id"]))
    assert (code, json.loads(said)["message"]) == (0, batch[1]["message"])

    code, said = await chatdesk(desk, tmp_path, "parked", "retry", str(row["id"]))
    assert code == 1
    assert said.startswith(f"{row['id']}: fails again: ValueError: not an update") and "message.date" in said
    assert [r["tries"] for r in await parked(stage)] == [4]

    code, said = await chatdesk(desk, tmp_path, "parked", "retry", "77")
    assert (code, said) == (2, f"There is no parked input 77. There are: {row['id']}.\n")


async def test_what_failed_for_a_passing_reason_goes_through(stage: Stage, tmp_path: Path) -> None:
    """Rows as `accept` would have left them, had the desk's own fault been mended since."""
    assert stage.app is not None
    chloe, piotr, marek = stage.customer(CHLOE), stage.agent(), stage.customer(MAREK)
    await chloe.says("Hello!")
    await chloe.sees("This is the help desk")
    await marek.says("Where is my data?")
    await marek.sees("Ticket #")
    number = (await stage.rows("SELECT number FROM tickets"))[0]["number"]
    card = await piotr.card(f"#{number} ·")
    update = {"update_id": 1, "message": message(CHLOE, 900, "My quota is used up", date=int(time.time()))}
    ts = f"{time.time():.6f}"
    written = {"type": "message", "user": PIOTR, "channel": CHANNEL, "ts": ts, "text": "It is on the new disk"}
    reply = {**written, "thread_ts": card["ts"]}
    astray = {**written, "ts": f"{time.time() + 1:.6f}", "thread_ts": "1700000000.000001", "text": "Who is there?"}
    for key, channel, raw in (
        ("telegram:main:update:1", "telegram", update),
        ("b", "slack", reply),
        ("c", "slack", astray),
    ):
        await park(stage.app.desk, channel, key, raw, "RuntimeError: the disk was full")
    rows = await parked(stage)

    code, said = await chatdesk(environment(stage.settings, log_level="warning"), tmp_path, "parked", "retry", "all")
    assert code == 1, said
    assert said.splitlines() == [
        f"{rows[0]['id']}: done.",
        f"{rows[1]['id']}: done.",
        f"{rows[2]['id']}: fails again: It was written in a thread that this desk does not know.",
    ]
    await chloe.sees("My quota is used up")
    await piotr.card("My quota is used up")
    await marek.sees("Piotr Zieliński\nIt is on the new disk")
    (left,) = await parked(stage)
    assert (left["key"], left["tries"]) == ("c", 4)


@pytest.mark.parametrize("mode", [Mode("sqlite")], ids=str)
async def test_the_same_input_twice_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    """Parked by one process, and handled meanwhile because the service delivered it again."""
    assert stage.app is not None
    anna = stage.customer()
    await anna.says("My transfer hangs")
    await anna.sees("Ticket #1")
    (told,) = await stage.rows("SELECT native FROM links WHERE key LIKE 'telegram:%' ORDER BY native LIMIT 1")
    again = message(ANNA, int(told["native"]), "My transfer hangs", date=int(time.time()))
    await park(
        stage.app.desk, "telegram", "telegram:main:update:1", {"update_id": 1, "message": again}, "it was locked"
    )
    assert await chatdesk(environment(stage.settings, log_level="warning"), tmp_path, "parked", "retry", "all") == (
        0,
        "1: done.\n",
    )
    assert await stage.rows("SELECT count(*) AS n FROM messages") == [{"n": 1}]


async def test_nothing_is_parked_and_no_desk_is_there(tmp_path: Path) -> None:
    desk = {"CHATDESK_DATABASE_URL": f"sqlite:///{tmp_path}/none/desk.db"}
    code, said = await chatdesk(desk, tmp_path, "parked")
    assert code == 2 and f"there is no database {tmp_path}/none/desk.db yet" in said
    assert not (tmp_path / "none").exists()
    await chatdesk(desk, tmp_path, "migrate")
    assert await chatdesk(desk, tmp_path, "parked") == (0, "Nothing is parked.\n")
    assert await chatdesk(desk, tmp_path, "parked", "retry", "all") == (0, "Nothing is parked.\n")
    assert await chatdesk(desk, tmp_path, "parked", "retry", "1") == (
        2,
        "There is no parked input 1. There are: none.\n",
    )


async def test_a_desk_that_was_never_started_tries_nothing_again(tmp_path: Path) -> None:
    desk = {"CHATDESK_DATABASE_URL": f"sqlite:///{tmp_path}/desk.db"}
    await chatdesk(desk, tmp_path, "migrate")
    database = Database(desk["CHATDESK_DATABASE_URL"])
    row = {"channel": "telegram", "key": "a", "raw": "{}", "why": "the disk was full", "tries": 3}
    async with database.begin() as c:
        await c.execute(insert(schema.parked).values(row | {"at": datetime.now(UTC)}))
    await database.close()
    code, said = await chatdesk(desk, tmp_path, "parked", "retry", "all")
    assert (code, said) == (2, "This desk has never been started, so that there is nothing it could work on.\n")
