"""The demo page in a real browser: both sides played, and what it must never do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, expect

from chatdesk.emulators.playground import Playground

from .playground_fixtures import (
    ANNA,
    CARD,
    PIOTR,
    SUPPORT,
    World,
    browser,
    connected,
    fits,
    looking,
    served,
    world,
)

__all__ = ["browser", "served", "world"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
async def test_a_person_plays_both_sides(world: World, browser: Browser, width: int, scheme: str) -> None:
    async with looking(browser, world.playground.url, width, color_scheme=scheme) as page:
        assert await page.locator("html").get_attribute("data-theme") == scheme
        await play_user(world, page)
        await fits(page)
        await world.web.chat_postMessage(channel=SUPPORT, text="Request 1042", blocks=CARD)
        if width < 500:
            await expect(page.get_by_role("tab", name="Agent")).to_have_class("news")
            await page.get_by_role("tab", name="Agent").click()
        await play_agent(world, page)


async def play_user(world: World, page: Page) -> None:
    chat = page.get_by_role("log", name="Messages with the bot")
    await expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    await page.get_by_role("textbox", name="Message to the bot").fill("I need <b>the</b> 2019 data 🙂")
    await page.keyboard.press("Enter")
    await expect(chat.get_by_text("I need <b>the</b> 2019 data 🙂")).to_be_visible()
    keyboard = {"inline_keyboard": [[{"text": "Yes, please", "callback_data": "yes"}]]}
    text = "🙂 <b>Bold</b> and <i>slanted</i>?"
    await world.telegram("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML", reply_markup=keyboard)
    await expect(chat.locator(".tg-bubble b", has_text="Bold")).to_have_text("Bold")
    await chat.get_by_role("button", name="Yes, please").click()
    updates = await world.telegram("getUpdates", timeout=2, allowed_updates=["message", "callback_query"])
    query = next(u["callback_query"] for u in updates if "callback_query" in u)
    await world.telegram("answerCallbackQuery", callback_query_id=query["id"], text="Noted.")
    await expect(page.locator(".tg-toast")).to_have_text("Noted.")


async def play_agent(world: World, page: Page) -> None:
    channel = page.get_by_role("log", name="Messages in the channel")
    await expect(page.get_by_text("The desk is not connected.")).to_be_hidden()
    await expect(channel.get_by_role("heading", name="📨 Request 1042")).to_be_visible()
    await expect(channel.get_by_text("Anna <says> this")).to_be_visible()
    await channel.get_by_role("button", name="Tell me").click()
    await expect(channel.locator(".ephemeral")).to_contain_text("A word for you 🔒")
    await channel.get_by_role("button", name="Dismiss message").click()
    await expect(channel.locator(".ephemeral")).to_have_count(0)
    await channel.get_by_role("button", name="Close…").click()
    await play_modal(world, page)
    await page.get_by_role("textbox", name="Message #support").fill("Mine & <yours>")
    await page.keyboard.press("Enter")
    await expect(channel.get_by_text("Mine & <yours>")).to_be_visible()
    await channel.locator(".sl-post").first.hover()
    await channel.get_by_role("button", name="Reply in thread").first.click()
    await page.get_by_role("textbox", name="Reply…").fill("Hello Anna")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Messages in the thread").get_by_text("Hello Anna")).to_be_visible()


async def play_modal(world: World, page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Close request")
    await expect(dialog.get_by_role("textbox", name="Reason")).to_be_focused()
    await dialog.get_by_role("button", name="Close it").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please complete this required field.")
    await dialog.get_by_role("textbox", name="Reason").fill("no")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_have_text("Say more.")
    await expect(dialog.get_by_role("textbox", name="Reason")).to_have_value("no")
    await dialog.get_by_role("textbox", name="Reason").fill("answered")
    await dialog.get_by_role("button", name="Close it").click()
    await expect(dialog).to_have_count(0)
    assert world.submitted == ["no", "answered"]


async def test_what_is_being_typed_stays_while_messages_arrive(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        typing = page.get_by_role("textbox", name="Message #support")
        await typing.fill("half a sen")
        for number in range(40):
            await world.web.chat_postMessage(channel=SUPPORT, text=f"Number {number}")
        await expect(page.get_by_text("Number 39")).to_be_in_viewport()
        await expect(typing).to_have_value("half a sen")
        await expect(typing).to_be_focused()
        await page.get_by_role("button", name="Change between light and dark").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_page_says_when_the_desk_is_not_connected(served: Playground, browser: Browser) -> None:
    async with looking(browser, served.url) as page:
        banner = page.get_by_text("The desk is not connected.")
        await expect(banner).to_be_visible()
        async with connected(served):
            await expect(banner).to_be_hidden()
        await expect(banner).to_be_visible()


async def test_the_page_may_load_nothing_from_elsewhere(world: World) -> None:
    async with world.http.get(world.playground.url) as response:
        rules = response.headers["Content-Security-Policy"]
    expected = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; "
    )
    assert rules.startswith(expected)
    async with world.http.get(f"{world.playground.url}page/..%2Fstate.py") as response:
        assert response.status == 404


async def test_other_sites_cannot_act_for_the_people(world: World) -> None:
    body = {"user": PIOTR, "channel": SUPPORT, "text": "forged"}
    url = f"{world.playground.url}control/slack/post"
    async with world.http.post(url, json=body, headers={"Origin": "https://elsewhere.example"}) as response:
        assert response.status == 403
    seen = await world.web.conversations_history(channel=SUPPORT)
    assert seen["messages"] == []


async def test_the_stream_names_the_service_that_changed(world: World) -> None:
    async with world.http.get(f"{world.playground.url}control/stream") as stream:
        await stream.content.readuntil(b"\n\n")
        await world.web.chat_postMessage(channel=SUPPORT, text="Hello")
        said = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 2)
        assert said == b'data: {"service": "slack"}\n\n'


async def test_a_state_file_outlives_the_process(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    served = Playground(port=0, pace=0, state=file)
    await served.start()
    async with ClientSession(f"{served.url}control/") as http:
        body = {"user": PIOTR, "channel": SUPPORT, "text": "Kept"}
        async with http.post("slack/post", json=body) as response:
            ts = (await response.json())["ts"]
        await asyncio.sleep(0.5)
        assert ts in file.read_text()
    await served.stop()
    assert set(json.loads(file.read_text())) == {"telegram", "slack"}
    again = Playground(port=0, pace=0, state=file)
    await again.start()
    async with ClientSession(f"{again.url}control/") as http:
        async with http.get("slack/channel", params={"channel": SUPPORT, "user": PIOTR}) as response:
            assert [m["text"] for m in (await response.json())["messages"]] == ["Kept"]
        async with http.get("telegram/users") as response:
            assert len(await response.json()) == 3
    await again.stop()


async def test_a_broken_state_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("{")
    with pytest.raises(ValueError, match=r"state\.json holds no state of the emulators"):
        await Playground(port=0, pace=0, state=file).start()
    assert file.read_text() == "{"
