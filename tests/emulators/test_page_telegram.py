"""What a person can do in the page's Telegram: files, albums, other kinds, edits, reactions, quotes, several chats."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from chatdesk.emulators import playground

from .playground_fixtures import ANNA, PICTURE, World, browser, looking, served, world

__all__ = ["browser", "served", "world"]

BOT = playground.TELEGRAM_BOT["username"]


def chat(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages with the bot")


async def write(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Message to the bot").fill(words)
    await page.keyboard.press("Enter")


async def say(page: Page, words: str) -> None:
    """Write words, and wait until Telegram has them."""
    await write(page, words)
    await expect(chat(page).locator(".tg-row", has_text=words).last).to_be_visible()


async def attach(page: Page, what: str) -> None:
    await page.locator("#user").get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name=re.compile(f"^{what}")).click()


async def pick(page: Page, what: str, *files: Path) -> None:
    async with page.expect_file_chooser() as chooser:
        await attach(page, what)
    await (await chooser.value).set_files(list(files))
    await expect(page.get_by_role("group", name="Files to be sent")).to_contain_text(files[0].name)


async def choose(page: Page, words: str, what: str) -> None:
    """Open the menu of the message with these words, and take what it offers."""
    row = chat(page).locator(".tg-row", has_text=words).last
    await row.hover()
    await row.get_by_role("button", name="React, reply, edit or delete").click()
    await page.get_by_role("menuitem", name=what).click()


async def seen(world: World) -> list[dict[str, Any]]:
    url = f"{world.playground.url}control/telegram/chat"
    async with world.http.get(url, params={"bot": BOT, "user": ANNA}) as response:
        found: list[dict[str, Any]] = (await response.json())["messages"]
    return found


async def test_an_album_with_its_caption(world: World, browser: Browser, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.png" for name in ("one", "two", "three")]
    for file in files:
        file.write_bytes(PICTURE)
    async with looking(browser, world.playground.url) as page:
        await pick(page, "Photo or video", *files)
        await expect(page.get_by_role("group", name="Files to be sent")).to_contain_text("two.png")
        await page.get_by_role("button", name="Remove two.png").click()
        await write(page, "What I **see**")
        album = page.get_by_role("group", name="Album of 2")
        await expect(album.get_by_role("img", name="Photo")).to_have_count(2)
        await expect(chat(page).locator(".tg-row", has=album)).to_contain_text("What I see")
        await expect(page.get_by_role("group", name="Files to be sent")).to_be_hidden()
    first, second = await seen(world)
    assert (first["media"]["kind"], first["caption"], second["caption"]) == ("photo", "What I see", None)
    assert first["caption_entities"] == [{"type": "bold", "offset": 7, "length": 3}]
    assert first["media_group_id"] == second["media_group_id"]


async def test_a_document_has_its_name_and_size_and_can_be_saved(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    report = tmp_path / "log of node 12.txt"
    report.write_bytes(b"x" * 2048)
    async with looking(browser, world.playground.url) as page:
        await pick(page, "File", report)
        await write(page, "")
        card = chat(page).get_by_role("link", name="Save log of node 12.txt")
        await expect(card).to_contain_text("TXT · 2.0 KB")
        async with page.expect_download() as download:
            await card.click()
        assert (await (await download.value).path()).read_bytes() == report.read_bytes()


async def test_pictures_as_files_and_files_that_are_dropped(world: World, browser: Browser) -> None:
    drop = """([zone, content]) => {
      const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
      for (const kind of ["dragenter", "dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
      }
    }"""
    async with looking(browser, world.playground.url) as page:
        zone = await page.locator("#user").element_handle()
        await page.evaluate(drop, [zone, base64.b64encode(PICTURE).decode()])
        await page.get_by_role("checkbox", name="Send as files, without compression").check()
        await page.locator("#user").get_by_role("button", name="Send", exact=True).click()
        await expect(chat(page).get_by_role("link", name="Save dropped.png")).to_be_visible()
    assert [m["media"]["kind"] for m in await seen(world)] == ["document"]


async def test_sound_plays_in_place(world: World, browser: Browser, tmp_path: Path) -> None:
    sound = tmp_path / "hello.ogg"
    sound.write_bytes(b"OggS no sound")
    async with looking(browser, world.playground.url) as page:
        await pick(page, "Voice message", sound)
        await write(page, "")
        await expect(chat(page).get_by_label("Voice message")).to_have_js_property("controls", True)
    assert [m["media"]["kind"] for m in await seen(world)] == ["voice"]


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ("Location", "59.94006, 10.72117"),
        ("My contact", "+47 22 85 50 50"),
        ("Poll", "Which day suits you?"),
        ("Dice", "🎲"),
        ("Forwarded message", "Forwarded from Cluster news"),
    ],
)
async def test_other_kinds(world: World, browser: Browser, what: str, shown: str) -> None:
    async with looking(browser, world.playground.url) as page:
        await attach(page, what)
        await expect(chat(page).locator(".tg-bubble")).to_contain_text(shown)


async def test_a_sticker_stands_without_a_bubble(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        await attach(page, "Sticker")
        await expect(chat(page).get_by_role("img", name="Sticker 🎉")).to_be_visible()


async def test_edit_quote_and_delete(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        await write(page, "It says `403`")
        await world.telegram("sendMessage", chat_id=ANNA, text="Which page?")
        await choose(page, "It says 403", "Edit")
        typing = page.get_by_role("textbox", name="Message to the bot")
        await expect(typing).to_have_value("It says `403`")
        await typing.fill("It says `404`")
        await page.keyboard.press("Enter")
        await expect(chat(page).locator(".tg-row", has_text="It says 404")).to_contain_text("edited")
        await choose(page, "Which page?", "Reply")
        await expect(page.get_by_text("Reply to Research Desk")).to_be_visible()
        await write(page, "The first")
        answer = chat(page).locator(".tg-row", has_text="The first")
        await expect(answer.get_by_role("button", name="Show the message that this answers")).to_contain_text(
            "Which page?"
        )
        await choose(page, "The first", "Delete")
        question = page.get_by_role("dialog", name="Delete message")
        await expect(question).to_contain_text("Telegram tells bots nothing about this")
        await question.get_by_role("button", name="Delete").click()
        await expect(answer).to_have_count(0)
    updates = await world.telegram("getUpdates", timeout=0)
    assert [next(k for k in u if k != "update_id") for u in updates] == ["message", "edited_message", "message"]


async def test_reactions_are_put_and_taken_back(world: World, browser: Browser) -> None:
    await world.telegram("getUpdates", timeout=0, allowed_updates=["message", "message_reaction"])
    async with looking(browser, world.playground.url) as page:
        await say(page, "Hello")
        await world.telegram("sendMessage", chat_id=ANNA, text="It is mended.")
        await choose(page, "It is mended.", "🎉")
        pill = chat(page).get_by_role("button", name="🎉, 1")
        await expect(pill).to_have_attribute("aria-pressed", "true")
        await pill.click()
        await expect(pill).to_have_count(0)
    updates = await world.telegram("getUpdates", timeout=0)
    assert [len(u["message_reaction"]["new_reaction"]) for u in updates if "message_reaction" in u] == [1, 0]


async def test_formatting_and_a_spoiler_that_is_opened(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        await say(page, "Hello")
        text = "<b>b</b><u>u</u><blockquote>q</blockquote><pre>p</pre><tg-spoiler>42</tg-spoiler>"
        await world.telegram("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML")
        bubble = chat(page).locator(".tg-row").last
        for tag, words in (("b", "b"), ("u", "u"), ("blockquote", "q"), ("pre", "p")):
            await expect(bubble.locator(f".tg-text {tag}")).to_have_text(words)
        spoiler = bubble.get_by_role("button", name="Hidden text")
        await expect(spoiler).not_to_have_class("spoiler shown")
        await spoiler.press("Enter")
        await expect(spoiler).to_have_class("spoiler shown")


async def test_block_and_unblock(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        await say(page, "Hello")
        await page.get_by_role("button", name="More about this chat").click()
        await page.get_by_role("menuitem", name="Block the bot").click()
        await page.get_by_role("button", name="Unblock and restart the bot").click()
        await expect(page.get_by_role("textbox", name="Message to the bot")).to_be_visible()


async def test_a_person_has_other_chats(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        await expect(page.get_by_role("button", name="Other chats")).to_be_hidden()
        url = f"{world.playground.url}control/telegram/groups"
        group = {"bot": BOT, "title": "Detector group", "members": [ANNA, 1002]}
        async with world.http.post(url, json=group) as response:
            assert response.status == 200
        await page.get_by_role("button", name="Other chats").click()
        await page.get_by_role("menuitem", name="Detector group").click()
        await expect(page.get_by_text("2 members")).to_be_visible()
        await write(page, "Who knows this error?")
        await page.get_by_role("button", name="Be Marek Nowak").click()
        await page.get_by_role("button", name="Other chats").click()
        await page.get_by_role("menuitem", name="Detector group").click()
        said = chat(page).locator(".tg-row", has_text="Who knows this error?")
        await expect(said.get_by_text("Anna Keller", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Be Chloé Dubois").click()
        await expect(page.get_by_role("button", name="Other chats")).to_be_hidden()


async def test_a_bot_with_topics(world: World, browser: Browser) -> None:
    url = f"{world.playground.url}control/telegram/bots"
    async with world.http.post(url, json={**playground.TELEGRAM_BOT, "topics": True}) as response:
        assert response.status == 200
    async with looking(browser, world.playground.url) as page:
        await say(page, "Hello")
        topic = (await world.telegram("createForumTopic", chat_id=ANNA, name="Ticket #1"))["message_thread_id"]
        await world.telegram("sendMessage", chat_id=ANNA, message_thread_id=topic, text="Here it goes on")
        await page.get_by_role("button", name="Ticket #1", exact=True).click()
        await expect(chat(page).get_by_text("Here it goes on")).to_be_visible()
        await expect(chat(page).get_by_text("Hello", exact=True)).to_have_count(0)
        await write(page, "Thank you")
        await expect(chat(page).get_by_text("Thank you")).to_be_visible()
    assert [m["topic"] for m in await seen(world) if m["text"] in ("Hello", "Thank you")] == [None, topic]
