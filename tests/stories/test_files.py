"""Files and albums cross as files, with their names; what cannot cross is named to both sides."""

from __future__ import annotations

import base64
from typing import Any

import aiohttp
import pytest

from tests.fidelity import TO_AGENTS, TO_USERS
from tests.stage import CHANNEL, Agent, Customer, Stage, until, words_of

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LOG = "Grüße aus dem Logbuch\n".encode() * 100
MB = 1024 * 1024


async def content(stage: Stage, url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(f"{stage.playground.url.rstrip('/')}{url}") as answer:
        assert answer.status == 200
        return await answer.read()


async def shared(agent: Agent, ticket: int, *names: str) -> dict[str, Any]:
    """Wait for the message in the thread that shares files of these names."""

    async def look() -> Any:
        messages = await agent.thread(ticket)
        return next((m for m in messages if [f["name"] for f in m["files"]] == list(names)), None)

    found: dict[str, Any] = await until(look, f"files {names} in the thread of #{ticket}")
    return found


async def media(customer: Customer, *kinds: str) -> list[dict[str, Any]]:
    """Wait until the bot has sent these kinds, in this order."""

    async def look() -> Any:
        sent = [m for m in await customer.messages() if m["from"] == "bot" and m["media"]]
        return sent if [m["media"]["kind"] for m in sent] == list(kinds) else None

    found: list[dict[str, Any]] = await until(look, f"{kinds} from the bot")
    return found


async def posts(agent: Agent, *files: tuple[str, str, bytes], text: str = "") -> str:
    """An agent shares files under the card of ticket #1: (name, type, content)."""
    card = await agent.card("#1 ·")
    given = [{"name": n, "mimetype": t, "content": base64.b64encode(c).decode()} for n, t, c in files]
    posted = await agent.control.post(
        "slack/post", user=agent.id, channel=CHANNEL, text=text, thread_ts=card["ts"], files=given
    )
    return str(posted["ts"])


@pytest.mark.crosses("document", TO_AGENTS, "a file in the thread, with its name, and its words above it")
async def test_a_file_goes_up_with_its_name_and_words(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = (await anna.sends("document", ("lög 1.txt", LOG), caption="The log of node 12"))[0]
    await piotr.card("#1 · The log of node 12")
    found = await shared(piotr, 1, "lög 1.txt")
    assert "The log of node 12" in words_of(found)
    assert "Anna Keller (Telegram)" in words_of(found)
    assert await content(stage, found["files"][0]["url"]) == LOG
    await anna.says("And what now?")
    await piotr.thread_shows(1, "And what now?")
    await piotr.reacts(found["ts"], "fire")
    await anna.sees_mark(first, "🔥")
    await edits(anna, first, caption="The log of node 21")
    edited = words_of(await piotr.thread_shows(1, "node 21"))
    assert "edited" in edited
    assert "Anna Keller (Telegram)" in edited


@pytest.mark.crosses("photo", TO_AGENTS, "a picture in the thread; alone it opens a ticket that is called after it")
async def test_a_photo_without_words_opens_a_ticket(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.sends("photo", ("p.jpg", PIXEL))
    await piotr.card("#1 · photo.jpg")
    found = await shared(piotr, 1, "photo.jpg")
    assert await content(stage, found["files"][0]["url"]) == PIXEL


@pytest.mark.crosses("album", TO_AGENTS, "one message with all files and captions; each is edited alone")
async def test_an_album_is_one_message(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    parts = await anna.sends(
        "photo", ("a.jpg", PIXEL), ("b.jpg", PIXEL + b"b"), ("c.jpg", PIXEL + b"c"), caption="See?"
    )
    await anna.says("That is all")
    found = await shared(piotr, 1, "photo.jpg", "photo.jpg", "photo.jpg")
    assert "See?" in words_of(found)
    last = await piotr.thread_shows(1, "That is all")
    assert found["ts"] < last["ts"]
    album = "SELECT native FROM links WHERE key LIKE '%:album:%' AND channel = 'telegram' ORDER BY part"
    natives = await stage.rows(album)
    assert [row["native"] for row in natives if row["native"] in map(str, parts)] == list(map(str, parts))
    states = await stage.rows("SELECT state FROM messages WHERE side = 'customer' ORDER BY seq")
    await stage.is_quiet()
    assert len(states) == 3


async def test_all_of_an_album_is_removed(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    parts = await anna.sends("photo", ("a.jpg", PIXEL), ("b.jpg", PIXEL + b"b"), ("c.jpg", PIXEL + b"c"))
    await shared(piotr, 1, "photo.jpg", "photo.jpg", "photo.jpg")
    await stage.is_quiet()
    await piotr.types("/desk redact 1 2 personal")

    async def look() -> bool:
        return not {m["message_id"] for m in await anna.messages()} & set(parts)

    await until(look, "no part of the album in Telegram")


async def edits(customer: Customer, message: int, **what: Any) -> None:
    """Change the caption or the file of a message."""
    await customer.control.post("telegram/edit", bot=customer.bot, user=customer.id, message_id=message, **what)


async def test_an_edited_caption_of_an_album_leaves_the_others(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    one, two = await anna.sends("photo", ("a.jpg", PIXEL), ("b.jpg", PIXEL + b"b"), caption="first")
    await anna.says("That is all")
    found = await shared(piotr, 1, "photo.jpg", "photo.jpg")
    await edits(anna, two, caption="second")
    assert "first second" in " ".join(words_of(await piotr.thread_shows(1, "second")).split())
    await edits(anna, one, caption="")

    async def look() -> Any:
        now = next(m for m in await piotr.thread(1) if m["ts"] == found["ts"])
        return "first" not in words_of(now) and "second" in words_of(now)

    await until(look, "the caption that is left")
    (album,) = await stage.rows("SELECT body FROM messages WHERE key LIKE '%:album:%'")
    assert album["body"].count('"source":"telegram:') == 2


async def test_an_album_that_is_changed_while_it_arrives_is_shown_as_it_reads_then(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    one, _ = await anna.sends("document", ("a.txt", LOG), ("b.txt", LOG), caption="The logs")
    await edits(anna, one, caption="The logs of node 12")
    await piotr.card("#1 · The logs of node 12")
    found = await shared(piotr, 1, "a.txt", "b.txt")
    assert "node 12" in words_of(found)


@pytest.mark.crosses("edit", TO_AGENTS, "a file that replaces another: below, with what it replaces; both stay")
async def test_a_replaced_file_comes_below(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    first = (await anna.sends("document", ("old.txt", LOG), caption="The log"))[0]
    await shared(piotr, 1, "old.txt")
    file = {"name": "new.txt", "content": base64.b64encode(b"what came later").decode()}
    await edits(anna, first, file=file)
    found = await shared(piotr, 1, "new.txt")
    assert "Anna Keller (Telegram, in place of old.txt)" in words_of(found)
    assert await content(stage, found["files"][0]["url"]) == b"what came later"
    old = words_of(await shared(piotr, 1, "old.txt"))
    assert "The log" in old
    assert "edited: a file was replaced, and the new one is below" in old
    await edits(anna, first, caption="The log of node 12")
    assert "a file was replaced" in words_of(await piotr.thread_shows(1, "node 12"))
    _, two = await anna.sends("photo", ("a.jpg", PIXEL), ("b.jpg", PIXEL + b"b"), caption="See?")
    await shared(piotr, 1, "photo.jpg", "photo.jpg")
    await edits(anna, two, file={"content": base64.b64encode(PIXEL + b"c").decode()})
    shown = await shared(piotr, 1, "photo.jpg")
    assert await content(stage, shown["files"][0]["url"]) == PIXEL + b"c"
    assert "See?" in words_of(await shared(piotr, 1, "photo.jpg", "photo.jpg"))


async def test_an_album_alone_arrives_after_a_moment(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.sends("document", ("a.txt", LOG), ("b.txt", LOG))
    await piotr.card("#1 · a.txt, b.txt")
    await shared(piotr, 1, "a.txt", "b.txt")


async def test_an_album_belongs_to_the_ticket_that_was_spoken_of(stage: Stage) -> None:
    """What is said right after it may be about another one: a further ticket, or an answer to an earlier message."""
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.writes(1, "Which browser?")
    await anna.sees("Which browser?")
    await anna.sends("document", ("a.txt", LOG), ("b.txt", LOG))
    await anna.says("/new Where is my quota?")
    await piotr.card("#2 · Where is my quota?")
    await shared(piotr, 1, "a.txt", "b.txt")
    await anna.sends("document", ("c.txt", LOG), ("d.txt", LOG))
    await anna.answers("Which browser?", "Firefox")
    await piotr.thread_shows(1, "Firefox")
    await shared(piotr, 2, "c.txt", "d.txt")
    await anna.says("The newest")
    await piotr.thread_shows(1, "The newest")
    assert not await stage.rows("SELECT key FROM parked")


async def test_an_album_and_a_new_question_right_after_it_are_two_tickets(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.sends("document", ("a.txt", LOG), ("b.txt", LOG))
    await anna.says("/new Where do these belong?")
    await piotr.card("#1 · a.txt, b.txt")
    await shared(piotr, 1, "a.txt", "b.txt")
    await piotr.card("#2 · Where do these belong?")
    await anna.says("I mean the logs")
    await piotr.thread_shows(2, "I mean the logs")
    assert not await stage.rows("SELECT key FROM parked")


@pytest.mark.crosses("photo", TO_USERS, "a picture with the reply as its caption")
@pytest.mark.crosses("album", TO_USERS, "one album: pictures and films, or documents, or sounds")
@pytest.mark.crosses("document", TO_USERS, "a file with its name")
async def test_an_agents_files_arrive_as_what_they_are(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await posts(piotr, ("how.png", "image/png", PIXEL), ("two.png", "image/png", PIXEL), text="Like this")
    sent = await media(anna, "photo", "photo")
    assert sent[0]["media_group_id"] == sent[1]["media_group_id"]
    assert sent[0]["caption"] == "Piotr Zieliński\nLike this"
    await piotr.sees_mark(1, reply, "incoming_envelope")
    await posts(piotr, ("lög.txt", "text/plain", LOG))
    sent = await media(anna, "photo", "photo", "document")
    assert sent[2]["media"]["name"] == "lög.txt"
    assert await content(stage, sent[2]["media"]["url"]) == LOG
    await piotr.deletes(reply)
    await media(anna, "document")


async def test_an_edited_caption_and_a_removed_file(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await posts(piotr, ("how.png", "image/png", PIXEL), text="Like this")
    await media(anna, "photo")
    await piotr.edits(reply, "Like that")

    async def look() -> Any:
        return [m["caption"] for m in await anna.messages() if m["media"]] == ["Piotr Zieliński\nLike that"]

    await until(look, "the new caption")


async def test_of_a_reply_that_failed_in_part_what_arrived_is_changed_and_removed(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    reply = await posts(piotr, ("x.png", "image/png", PIXEL), ("z.txt", "text/plain", b""), text="Like this")
    await piotr.thread_shows(1, "z.txt, part 3 of 3: Not delivered")
    await media(anna, "photo")
    await anna.sees("Like this")
    await piotr.edits(reply, "Like that")
    await anna.sees("Like that")
    await anna.never_sees("Like this")
    await piotr.deletes(reply)

    async def look() -> Any:
        said = [m for m in await anna.messages() if m["from"] == "bot"]
        return not [m for m in said if m["media"] or "Like" in str(m["text"])]

    await until(look, "neither words nor picture")
    await stage.is_quiet()
    assert len([m for m in await piotr.thread(1) if "Not delivered" in words_of(m)]) == 1


@pytest.mark.crosses("video", TO_USERS, "a film")
@pytest.mark.crosses("audio", TO_USERS, "a sound")
@pytest.mark.crosses("animation", TO_USERS, "an animation")
async def test_what_moves_or_sounds_arrives_as_such(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await posts(piotr, ("film.mp4", "video/mp4", b"film"))
    await media(anna, "video")
    await posts(piotr, ("song.mp3", "audio/mpeg", b"song"))
    await media(anna, "video", "audio")
    await posts(piotr, ("cat.gif", "image/gif", b"GIF89a"))
    sent = await media(anna, "video", "audio", "animation")
    assert [m["media"]["name"] for m in sent] == ["film.mp4", "song.mp3", "cat.gif"]


@pytest.mark.crosses(
    "file that is too big",
    TO_AGENTS,
    "its name, and why; the user is told what to do (20 MB)",
)
@pytest.mark.crosses("story", TO_AGENTS, "named as something that no bot is shown; the user is told")
@pytest.mark.crosses("paid media", TO_AGENTS, "named as something that no bot is shown; the user is told")
@pytest.mark.crosses("file that is too big", TO_USERS, "nothing; its author is told privately (50 MB)")
async def test_what_cannot_cross_is_named_to_both(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    film = {"name": "film.mp4", "mime_type": "video/mp4", "size": 21 * MB}
    await anna.control.post(
        "telegram/send", bot=anna.bot, user=anna.id, kind="video", files=[film], caption="See the film"
    )
    await anna.sees("Not passed on: film.mp4. Telegram lets bots fetch files of up to 20 MB.")
    assert "film.mp4 (too big)" in words_of(await piotr.thread_shows(1, "See the film"))
    await anna.sends("story")
    await anna.sees("Not passed on (story)")
    await anna.sends("paid_media", stars=5)
    await anna.sees("Not passed on (paid media)")
    await piotr.thread_shows(1, "story (shown to no bot)")
    await piotr.writes(1, "Thanks")
    card = await piotr.card("#1 ·")
    big = {"name": "dump.bin", "mimetype": "application/octet-stream", "size": 51 * MB}
    await stage.control.post(
        "slack/post", user=piotr.id, channel=CHANNEL, text="The dump", thread_ts=card["ts"], files=[big]
    )
    await piotr.is_told("Not all was sent: dump.bin is bigger than the user's channel takes (50 MB).")
    await anna.sees("The dump")


@pytest.mark.crosses("location", TO_AGENTS, "its place and a link to a map")
@pytest.mark.crosses("venue", TO_AGENTS, "its name, address, place and a link to a map")
@pytest.mark.crosses("contact", TO_AGENTS, "name and number")
@pytest.mark.crosses("poll", TO_AGENTS, "the question and its answers as lines")
@pytest.mark.crosses("dice", TO_AGENTS, "the emoji and what was thrown")
@pytest.mark.crosses("video", TO_AGENTS, "a film")
@pytest.mark.crosses("audio", TO_AGENTS, "a sound file")
@pytest.mark.crosses("animation", TO_AGENTS, "a film")
@pytest.mark.crosses("voice", TO_AGENTS, "a sound file")
@pytest.mark.crosses("video note", TO_AGENTS, "a film")
@pytest.mark.crosses("sticker", TO_AGENTS, "a picture file")
@pytest.mark.crosses("forward", TO_AGENTS, "its words, and above them who wrote it first and when")
async def test_every_other_kind_is_a_fitting_line(stage: Stage) -> None:
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("I cannot log in")
    await piotr.card("#1 ·")
    place = {"latitude": 52.52, "longitude": 13.4}
    for kind, given, shown in (
        ("location", place, "📍 52.520000, 13.400000"),
        ("venue", {**place, "title": "Library", "address": "Main St 1"}, "📍 Library, Main St 1"),
        ("contact", {"phone_number": "+49123", "first_name": "Otto"}, "👤 Otto, +49123"),
        ("poll", {"question": "When?", "options": ["Now", "Later"]}, "📊 When?\n• Now\n• Later"),
        ("dice", {"value": 4}, "🎲 4"),
    ):
        await anna.sends(kind, **given)
        await piotr.thread_shows(1, shown)
    for kind, name in (
        ("voice", "voice.ogg"),
        ("video_note", "video_note.mp4"),
        ("sticker", "sticker.webp"),
        ("video", "film.mp4"),
        ("audio", "song.mp3"),
        ("animation", "cat.mp4"),
    ):
        await anna.sends(kind, (name, b"RIFF....WEBP" + name.encode()))
        await shared(piotr, 1, name)
    await anna.says("I told him", forward_from="Marek")
    await piotr.thread_shows(1, "Forwarded: Marek")
