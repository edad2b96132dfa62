"""The demo page over the real desk: what one side does, the other sees, in a browser, by visible words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from chatdesk.settings import Group
from tests.conftest import NewDatabase
from tests.emulators.playground_fixtures import browser, looking
from tests.stage import Mode, Stage, open_stage

__all__ = ["browser"]

HOLD = 6.0  # seconds: time to press Undo on a slow machine


@pytest.fixture
async def stage(new_database: NewDatabase) -> AsyncIterator[Stage]:
    async with open_stage(Mode(), await new_database("sqlite"), group=Group(hold=HOLD)) as opened:
        yield opened


def chat(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages with the bot")


def thread(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages in the thread")


async def asks(page: Page, words: str) -> None:
    """Anna asks, Piotr claims the ticket and opens its thread."""
    await page.get_by_role("textbox", name="Message to the bot").fill(words)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.get_by_role("log", name="Messages in the channel").get_by_role("button", name="Last reply").click()
    await expect(thread(page).get_by_text(words, exact=True)).to_be_visible()


async def replies(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Reply…").fill(words)
    await page.keyboard.press("Enter")


async def test_a_reply_waits_where_it_can_be_undone(stage: Stage, browser: Browser) -> None:
    async with looking(browser, stage.playground.url) as page:
        await asks(page, "I cannot log in")
        await replies(page, "That was for Marek")
        waiting = thread(page).get_by_role("article").filter(has_text="Only visible to you")
        await expect(waiting).to_contain_text("Your reply leaves for Anna Keller in 6 seconds.")
        await waiting.get_by_role("button", name="Undo").click()
        undone = thread(page).get_by_role("button", name="leftwards_arrow_with_hook, 1")
        await expect(undone).to_be_visible()
        await replies(page, "Sign in *again*, please")
        await thread(page).get_by_role("button", name="Send to Anna Keller").last.click()
        await expect(chat(page).locator("b", has_text="again")).to_be_visible()
        await expect(chat(page).get_by_text("That was for Marek")).to_have_count(0)


async def test_an_album_an_edit_a_quote_and_a_reaction_reach_the_agent(stage: Stage, browser: Browser) -> None:
    async with looking(browser, stage.playground.url) as page:
        await asks(page, "I cannot log in")
        await page.locator("#user").get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name="An album of three").click()
        await expect(page.get_by_role("group", name="Files to be sent")).to_contain_text("screenshot-3.png")
        await page.get_by_role("textbox", name="Message to the bot").fill("What I see")
        await page.keyboard.press("Enter")
        await expect(thread(page).locator(".sl-file img")).to_have_count(3)
        await chooses(page, "What I see", "Edit caption")
        await page.get_by_role("textbox", name="Message to the bot").fill("What I see today")
        await page.keyboard.press("Enter")
        await expect(thread(page).get_by_text("What I see today")).to_be_visible()
        await replies(page, "Which page is it?")
        await thread(page).get_by_role("button", name="Send to Anna Keller").last.click()
        await expect(chat(page).get_by_text("Which page is it?")).to_be_visible()
        await chooses(page, "Which page is it?", "🤔")
        await expect(thread(page).get_by_role("button", name="thinking_face, 1")).to_be_visible()
        await chooses(page, "Which page is it?", "Reply")
        await page.get_by_role("textbox", name="Message to the bot").fill("The first one")
        await page.keyboard.press("Enter")
        answer = thread(page).get_by_role("article").filter(has_text="The first one").last
        await expect(answer.get_by_text("Which page is it?")).to_be_visible()


async def chooses(page: Page, words: str, what: str) -> None:
    row = chat(page).locator(".tg-row", has_text=words).last
    await row.hover()
    await row.get_by_role("button", name="React, reply, edit or delete").click()
    await page.get_by_role("menuitem", name=what).click()
