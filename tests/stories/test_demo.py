"""`chatdesk demo` as a visitor's machine runs it: kept over stops and kills, and leaving nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from chatdesk.adapters.slack.manifest import manifest
from tests.servers import free_port
from tests.stage import ANNA, Agent, Control, Customer, until

PATIENCE = 90.0  # seconds until the address is printed


class Demo:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def begin(self, port: int | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "chatdesk", "demo", "--port", str(port or self.port)]
        with (self.folder / "said").open("a") as out:
            return subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out, text=True)

    async def start(self) -> None:
        shown = (self.said if (self.folder / "said").exists() else "").count(self.url)
        self._process = self.begin()

        async def ready() -> Any:
            assert self.process.poll() is None, self.said
            return self.said.count(self.url) > shown

        await until(ready, "the demo's address", PATIENCE)

    def desks(self) -> list[int]:
        """The process ids of desks that live in this folder."""
        return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and self._is_desk(p)]

    def _is_desk(self, process: Path) -> bool:
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            here = (process / "cwd").resolve() == (self.folder / "var/demo").resolve()
        except OSError:  # it has ended meanwhile
            return False
        return here and b"serve" in command

    async def are_desks(self, count: int) -> None:
        async def look() -> Any:
            return len(self.desks()) == count

        await until(look, f"{count} desk(s) in the demo's folder")

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path)
    yield made
    if made._process is not None:
        made._process.kill()
        made._process.wait(10)


@asynccontextmanager
async def people(demo: Demo) -> AsyncIterator[tuple[Customer, Agent]]:
    async with aiohttp.ClientSession() as session:
        control = Control(demo.url, session)
        yield Customer(control, ANNA), Agent(control, "U0PIOTR")


async def test_what_was_said_is_kept_over_a_stop_and_a_kill(demo: Demo) -> None:
    await demo.start()
    async with people(demo) as (anna, piotr):
        await anna.says("I cannot log in")
        await piotr.thread_shows(1, "I cannot log in")
    assert demo.end(signal.SIGTERM) == 0
    await demo.are_desks(0)

    await demo.start()
    assert demo.said.count("http") == 2, "one address a start"
    async with people(demo) as (anna, piotr):
        await anna.sees("Ticket #1")
        await anna.says("It says 403")
        await piotr.thread_shows(1, "It says 403")
        await asyncio.sleep(1)  # the emulators write down what they know within a fifth of a second
    demo.end(signal.SIGKILL)
    await demo.are_desks(0)

    await demo.start()
    async with people(demo) as (anna, piotr):
        await piotr.writes(1, "It is mended.")
        await anna.sees("It is mended.")
        assert [m["text"] for m in await anna.messages() if m["from"] == "user"] == ["I cannot log in", "It says 403"]
    assert demo.end(signal.SIGINT) == 0
    await demo.are_desks(0)


async def test_its_slack_has_the_app_that_the_manifest_describes(demo: Demo) -> None:
    await demo.start()
    async with aiohttp.ClientSession() as session:
        app = await Control(demo.url, session).get("slack/app")
    described = manifest(requests=None)
    assert app["events"] == described["settings"]["event_subscriptions"]["bot_events"]
    assert app["scopes"] == described["oauth_config"]["scopes"]["bot"]
    assert app["commands"] == ["/desk"]
    assert app["shortcuts"] == described["features"].get("shortcuts", [])


async def test_it_says_how_the_command_line_finds_its_tickets(demo: Demo) -> None:
    await demo.start()
    async with people(demo) as (anna, piotr):
        await anna.says("I cannot log in")
        await piotr.thread_shows(1, "I cannot log in")
    (line,) = [line for line in demo.said.splitlines() if line.startswith("Its tickets, from this folder: ")]
    typed = await asyncio.create_subprocess_shell(
        line.partition(": ")[2], cwd=demo.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    shown, _ = await typed.communicate()
    assert shown.decode().startswith("Ticket #1: I cannot log in\n"), shown.decode()


async def test_a_desk_that_dies_is_started_again(demo: Demo) -> None:
    await demo.start()
    (desk,) = demo.desks()
    os.kill(desk, signal.SIGKILL)

    async def back() -> Any:
        return "The desk is back." in demo.said

    await until(back, "the desk after its death", PATIENCE)
    assert "The desk has ended" in demo.said
    assert len(demo.desks()) == 1 and demo.desks() != [desk]


async def test_it_does_not_start_twice_nor_on_a_port_that_is_taken(demo: Demo, tmp_path: Path) -> None:
    await demo.start()
    second = demo.begin(free_port())
    assert second.wait(30) == 2
    assert "The demo runs already" in demo.said
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Demo(elsewhere)
    assert other.begin(demo.port).wait(30) == 2
    assert f"Port {demo.port} is taken by another program. Choose another: make demo PORT=" in other.said
    assert "Traceback" not in other.said + demo.said


async def test_two_areas_exchange_a_ticket_and_one_goes_back(demo: Demo) -> None:
    """The demo's desk.yaml: a first line, experts, three providers; a bot of a provider's own; a filter."""
    await demo.start()
    async with aiohttp.ClientSession() as session:
        control = Control(demo.url, session)
        anna, marek = Customer(control, ANNA, "research_desk_bot"), Customer(control, 1002, "cloud_centre_bot")
        piotr, ingrid = Agent(control, "U0PIOTR"), Agent(control, "U0INGRID", "C0LOGIN")
        otto, mirek = Agent(control, "U0OTTO", "C0CLOUD"), Agent(control, "U0MIREK", "C0CLOUDSTORAGE")
        await anna.says("I cannot log in")
        await piotr.card("#1 · I cannot log in")
        assert "is with Login Experts now" in str(await piotr.types("/desk move 1 login It is the login"))
        await ingrid.clicks(1, "Return")
        await piotr.thread_shows(1, "Ingrid Solberg of Login Experts gave this ticket back")
        assert "is with Cloud Support now" in str(await piotr.types("/desk move 1 cloud Your machine"))
        await otto.card_shows(1, "*Read by* eosc")
        await marek.says("Hello Cloud Centre, my machine is slow")
        await otto.card("#2 ·")
        await anna.says("/new")
        await anna.says("My volume vol-17 is gone")
        await mirek.card_shows(3, "*Priority* high")
