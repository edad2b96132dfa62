"""Who and what there is in the demo's Slack and Telegram beside what its emulators begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

DESK = Path(__file__).with_name("demo.yaml")
CLOUD_BOT = {"token": "100002:demo-token-of-the-cloud-centre", "username": "cloud_centre_bot", "name": "Cloud Centre"}
PEOPLE: Mapping[str, str] = {
    "U0OTTO": "Otto Novak",
    "U0MIREK": "Mirek Dvořák",
    "U0LENA": "Lena Bauer",
    "U0EVA": "Eva Lund",
}
CHANNELS: Mapping[str, Sequence[str]] = {
    "notebooks": ("U0INGRID",),
    "login": ("U0PIOTR", "U0INGRID"),
    "cloud": ("U0OTTO", "U0MIREK"),
    "cloud-storage": ("U0MIREK",),
    "cloud-network": ("U0OTTO",),
    "archive": ("U0LENA",),
}


async def make(url: str) -> None:
    """Make what is not there yet: a visitor may have changed the rest. `url`: of the emulators."""
    async with ClientSession(f"{url}control/") as session:

        async def put(path: str, body: Mapping[str, Any]) -> None:
            async with session.post(path, json=body) as answer:
                answer.raise_for_status()

        async def known(path: str, field: str) -> set[str]:
            async with session.get(path) as answer:
                return {str(one[field]) for one in await answer.json()}

        if CLOUD_BOT["token"] not in await known("telegram/bots", "token"):
            await put("telegram/bots", CLOUD_BOT)
        there = await known("slack/users", "id")
        for id, name in PEOPLE.items():
            first = name.split()[0]
            if id not in there:
                called = {"name": first.lower(), "real_name": name, "display_name": first}
                await put("slack/users", {"id": id, **called, "email": f"{first.lower()}@example.com"})
        async with session.get("slack/app") as answer:
            bot = (await answer.json())["bot_user_id"]
        there = await known("slack/channels", "name")
        for name, members in CHANNELS.items():
            if name not in there:
                id = f"C0{name.replace('-', '').upper()}"
                await put("slack/channels", {"id": id, "name": name, "private": True, "members": [*members, bot]})
