"""What an agent can do in the page's Slack: files, formatting, reactions, shortcuts, pins, the Home, every modal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from slack_bolt.async_app import AsyncApp

from chatdesk.emulators.playground import Playground
from chatdesk.emulators.slack.records import EVENTS

from .playground_fixtures import CARD, PICTURE, PIOTR, SUPPORT, World, browser, connected, looking, served

__all__ = ["browser", "served"]

Json = dict[str, Any]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    return {"text": words(text), "value": text.lower()}


def asked(name: str, element: Json) -> Json:
    whole = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": words(name.capitalize()), "optional": True, "element": whole}


MANY: Json = {
    "type": "modal",
    "callback_id": "many",
    "title": words("Move tickets"),
    "submit": words("Move"),
    "blocks": [
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "*Three* are open"}]},
        asked("area", {"type": "external_select", "min_query_length": 2}),
        asked("tags", {"type": "checkboxes", "options": [option("Urgent"), option("Login")]}),
        asked("channel", {"type": "conversations_select"}),
        asked("note", {"type": "plain_text_input"}),
        {"type": "actions", "elements": [{"type": "button", "action_id": "preview", "text": words("Preview")}]},
    ],
}
HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": words("Your tickets")},
        {
            "type": "actions",
            "block_id": "ticked",
            "elements": [{"type": "checkboxes", "action_id": "tick", "options": [option("#1"), option("#2")]}],
        },
        {"type": "actions", "elements": [{"type": "button", "action_id": "open", "text": words("Move ticked")}]},
    ],
}


Heard = list[tuple[str, Any]]  # what the app heard, in order


@pytest.fixture
def heard() -> Heard:
    return []


@pytest.fixture
async def world(served: Playground, heard: Heard) -> AsyncIterator[World]:
    async with connected(served, lambda made: app_of(made, heard)) as made:
        yield made


def app_of(world: World, heard: Heard) -> AsyncApp:
    """An app with a Home, a modal and a shortcut."""
    app = AsyncApp(client=world.web)

    @app.event("app_home_opened")
    async def opened(event: Json) -> None:
        heard.append(("home", event["tab"]))
        await world.web.views_publish(user_id=event["user"], view=HOME)

    @app.action("tick")
    async def tick(ack: Any) -> None:
        await ack()

    @app.action("open")
    async def move(ack: Any, body: Json) -> None:
        await ack()
        chosen = body["view"]["state"]["values"]["ticked"]["tick"]["selected_options"]
        heard.append(("ticked", [o["value"] for o in chosen]))
        await world.web.views_open(trigger_id=body["trigger_id"], view=MANY)

    @app.options("area")
    async def areas(ack: Any, payload: Json) -> None:
        await ack(options=[option(a) for a in ("Compute", "Computing school") if payload["value"] in a.lower()])

    @app.action("preview")
    async def preview(ack: Any, body: Json) -> None:
        await ack()
        note = body["view"]["state"]["values"]["note"]["note"]["value"]
        heard.append(("preview", note))
        shown = {"type": "section", "text": {"type": "mrkdwn", "text": f"They read: {note}"}}
        await world.web.views_update(view_id=body["view"]["id"], view={**MANY, "blocks": [*MANY["blocks"], shown]})

    @app.view("many")
    async def many(ack: Any, view: Json) -> None:
        await ack()
        state = view["state"]["values"]
        tags = [o["value"] for o in state["tags"]["tags"]["selected_options"]]
        area = state["area"]["area"]["selected_option"]["value"]
        heard.append(("moved", (area, tags, state["channel"]["channel"]["selected_conversation"])))

    @app.shortcut("ticket_of")
    async def ticket_of(ack: Any, shortcut: Json) -> None:
        await ack()
        heard.append(("shortcut", shortcut["message"]["text"]))

    @app.event("message")
    async def message() -> None: ...

    return app


async def configure(world: World, **app: Any) -> None:
    async with world.http.post(f"{world.playground.url}control/slack/app", json=app) as response:
        assert response.status == 200, await response.text()


def thread(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages in the thread")


def channel(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages in the channel")


async def choose(page: Page, place: Locator, said: str, tool: str, item: str) -> None:
    """Use a tool of the message with these words, and take what it offers."""
    post = place.get_by_role("article").filter(has_text=said).last
    await post.hover()
    await post.get_by_role("button", name=tool).click()
    await page.get_by_role("menuitem", name=item).click()


async def open_thread(world: World, page: Page) -> None:
    await world.web.chat_postMessage(channel=SUPPORT, text="Request 1042", blocks=CARD)
    await channel(page).get_by_role("article").hover()
    await channel(page).get_by_role("button", name="Reply in thread").click()


async def test_files_go_up_in_a_thread(world: World, browser: Browser, tmp_path: Path) -> None:
    picture, report = tmp_path / "seen.png", tmp_path / "report.pdf"
    picture.write_bytes(PICTURE)
    report.write_bytes(b"x" * 3000)
    async with looking(browser, world.playground.url) as page:
        await open_thread(world, page)
        side = page.get_by_role("complementary", name="Thread")
        async with page.expect_file_chooser() as chooser:
            await side.get_by_role("button", name="Attach").click()
            await page.get_by_role("menuitem", name="Upload from your computer").click()
        await (await chooser.value).set_files([picture, report])
        await expect(side.get_by_role("group", name="Files to be sent")).to_contain_text("report.pdf")
        await side.get_by_role("textbox", name="Reply…").fill("Have a look")
        await page.keyboard.press("Enter")
        said = thread(page).get_by_role("article").filter(has_text="Have a look")
        await expect(said.get_by_role("img", name="seen.png")).to_be_visible()
        await expect(said.get_by_role("link", name="Save report.pdf")).to_contain_text("PDF · 2.9 KB")


async def test_formatting_by_buttons_and_a_mention(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        typing = page.get_by_role("textbox", name="Message #support")
        await typing.fill("Important")
        await typing.select_text()
        await page.get_by_role("button", name="Bold").click()
        await expect(typing).to_have_value("*Important*")
        await typing.press("End")
        await typing.press("Shift+Enter")
        await page.keyboard.type("> as they wrote")
        await page.keyboard.press("Shift+Enter")
        await page.get_by_role("button", name="Mention somebody").click()
        await page.get_by_role("menuitem", name="Ingrid Solberg").click()
        await page.keyboard.press("Enter")
        said = channel(page).get_by_role("article")
        await expect(said.locator("b", has_text="Important")).to_have_text("Important")
        await expect(said.locator("blockquote")).to_have_text("as they wrote")
        await expect(said.locator(".mention")).to_have_text("@Ingrid Solberg")
        await choose(page, channel(page), "Important", "More actions on this message", "Edit message")
        await expect(typing).to_have_value("*Important*\n> as they wrote\n@Ingrid Solberg")


async def test_edit_react_and_delete(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        typing = page.get_by_role("textbox", name="Message #support")
        await typing.fill("Restart you browser")
        await page.keyboard.press("Enter")
        await choose(page, channel(page), "Restart you", "More actions on this message", "Edit message")
        await typing.fill("Restart your browser")
        await page.keyboard.press("Enter")
        await expect(channel(page).get_by_role("article")).to_contain_text("Restart your browser (edited)")
        await choose(page, channel(page), "Restart your", "Find another reaction", ":tada:")
        await page.get_by_role("button", name="Be Ingrid Solberg").click()
        pill = channel(page).get_by_role("button", name="tada, 1, by Piotr Zieliński")
        await expect(pill).to_have_attribute("aria-pressed", "false")
        await pill.click()
        await expect(channel(page).get_by_role("button", name="tada, 2, by Piotr Zieliński, Ingrid")).to_be_visible()
        await page.get_by_role("button", name="Be Piotr Zieliński").click()
        await choose(page, channel(page), "Restart your", "More actions on this message", "Delete message")
        await page.get_by_role("dialog", name="Delete message").get_by_role("button", name="Delete").click()
        await expect(channel(page).get_by_role("article")).to_have_count(0)


async def test_a_shortcut_of_the_app_in_a_messages_menu(world: World, browser: Browser, heard: Heard) -> None:
    await configure(world, shortcuts=[{"name": "Make a ticket", "type": "message", "callback_id": "ticket_of"}])
    await world.web.chat_postMessage(channel=SUPPORT, text="Somebody should see to this")
    async with looking(browser, world.playground.url) as page:
        await choose(page, channel(page), "Somebody should", "More actions on this message", "Make a ticket")
        await expect(page.locator(".toast")).to_have_count(0)
        assert heard == [("shortcut", "Somebody should see to this")]


async def test_the_home_and_a_modal_with_everything(world: World, browser: Browser, heard: Heard) -> None:
    await configure(world, events=[*EVENTS, "app_home_opened"])
    async with looking(browser, world.playground.url) as page:
        await page.get_by_role("button", name="Home", exact=True).click()
        home = page.get_by_role("region", name="Home of the app")
        await expect(home.get_by_role("heading", name="Your tickets")).to_be_visible()
        await home.get_by_role("checkbox", name="#2").check()
        await home.get_by_role("button", name="Move ticked").click()
        dialog = page.get_by_role("dialog", name="Move tickets")
        await expect(dialog).to_contain_text("Three are open")
        await dialog.get_by_role("combobox", name="Area").press_sequentially("compu")
        await expect(dialog.get_by_role("listbox").get_by_role("option")).to_have_text(["Compute", "Computing school"])
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await dialog.get_by_role("checkbox", name="Urgent").check()
        await dialog.get_by_role("combobox", name="Channel").select_option("support")
        await dialog.get_by_role("textbox", name="Note").fill("half a sentence")
        await dialog.get_by_role("button", name="Preview").click()
        await expect(dialog).to_contain_text("They read: half a sentence")
        await expect(dialog.get_by_role("button", name="Preview")).to_be_focused()
        await expect(dialog.get_by_role("textbox", name="Note")).to_have_value("half a sentence")
        await dialog.get_by_role("button", name="Move", exact=True).click()
        await expect(dialog).to_have_count(0)
        await expect(home.get_by_role("checkbox", name="#2")).to_be_checked()
    assert heard == [
        ("home", "home"),
        ("ticked", ["#2"]),
        ("preview", "half a sentence"),
        ("moved", ("compute", ["urgent"], SUPPORT)),
    ]


async def test_several_channels(world: World, browser: Browser) -> None:
    bot = (await world.web.auth_test())["user_id"]
    other: Json = {"id": "C0COMPUTE", "name": "compute", "members": [PIOTR, bot]}
    async with world.http.post(f"{world.playground.url}control/slack/channels", json=other) as response:
        assert response.status == 200
    async with looking(browser, world.playground.url) as page:
        await world.web.chat_postMessage(channel="C0COMPUTE", text="Over here")
        places = page.get_by_role("navigation", name="Home and channels")
        await places.get_by_role("button", name="compute").click()
        await expect(channel(page).get_by_text("Over here")).to_be_visible()
        await page.get_by_role("textbox", name="Message #compute").fill("Seen, #support")
        await page.keyboard.press("Enter")
        await expect(channel(page).locator(".mention")).to_have_text("#support")
        await page.get_by_role("button", name="Be Ingrid Solberg").click()
        await expect(places.get_by_role("button", name="compute")).to_have_count(0)
        await expect(page.get_by_role("textbox", name="Message #support")).to_be_visible()


async def test_what_is_pinned_is_found_again(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        for words in ("The board", *(f"Number {n}" for n in range(30))):
            await world.web.chat_postMessage(channel=SUPPORT, text=words)
        board = channel(page).get_by_role("article").filter(has_text="The board")
        await expect(board).not_to_be_in_viewport()
        await choose(page, channel(page), "The board", "More actions on this message", "Pin to channel")
        await expect(board).to_contain_text("Pinned")
        await channel(page).get_by_text("Number 29").scroll_into_view_if_needed()
        await page.get_by_role("button", name="1 pinned").click()
        await page.get_by_role("menuitem", name="The board").click()
        await expect(board).to_be_in_viewport()


async def test_shortcuts_are_told_as_in_a_manifest(world: World) -> None:
    url = f"{world.playground.url}control/slack/app"
    async with world.http.post(url, json={"shortcuts": [{"name": "A", "type": "other", "callback_id": "a"}]}) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].startswith("shortcuts: a list of objects with name, type")


async def test_what_the_app_says_to_one_agent_alone(world: World, browser: Browser) -> None:
    async with looking(browser, world.playground.url) as page:
        await world.web.chat_postMessage(channel=PIOTR, text="You hold three tickets")
        await page.get_by_role("button", name="Messages", exact=True).click()
        await expect(channel(page).get_by_text("You hold three tickets")).to_be_visible()
        await page.get_by_role("button", name="Be Ingrid Solberg").click()
        await expect(page.get_by_role("button", name="Messages", exact=True)).to_have_count(0)
