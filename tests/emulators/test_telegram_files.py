"""Files that people send: the kinds, albums, getFile and the download, and what is refused."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import aiogram
import aiohttp
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from chatdesk.emulators.playground import TELEGRAM_BOT, TELEGRAM_USERS, Playground
from chatdesk.emulators.telegram import files
from chatdesk.emulators.telegram.files import Files

from .telegram_fixtures import BOT, PNG, TOKEN, Stage, encoded, stage

__all__ = ["stage"]

REPORT = b"%PDF-1.7 what went wrong"


async def received(stage: Stage) -> list[dict[str, Any]]:
    return [update["message"] for update in await stage.api("getUpdates")]


async def download(stage: Stage, path: str, token: str = TOKEN) -> tuple[int, bytes]:
    async with stage.http.get(f"{stage.base}/file/bot{token}/{path}") as answer:
        return answer.status, await answer.read()


async def test_document_comes_with_its_name_and_bytes(stage: Stage) -> None:
    file = {"name": "report.pdf", "mime_type": "application/pdf", "content": encoded(REPORT)}
    sent = await stage.person("send", kind="document", files=[file], caption="See @desk_bot")
    (message,) = await received(stage)
    assert sent == {"message_ids": [2], "update_ids": [stage.emulator.world.bots[TOKEN].queue.next_id - 1]}
    assert (message["caption"], message["caption_entities"][0]["type"]) == ("See @desk_bot", "mention")
    document = message["document"]
    assert (document["file_name"], document["mime_type"]) == ("report.pdf", "application/pdf")
    assert document["file_size"] == len(REPORT)
    file_info = await stage.api("getFile", file_id=document["file_id"])
    assert file_info.keys() == {"file_id", "file_unique_id", "file_size", "file_path"}
    assert file_info["file_path"] == "documents/file_1.pdf"
    assert await download(stage, file_info["file_path"]) == (200, REPORT)
    (entry,) = await stage.journal("download")
    assert (entry["arguments"], entry["status"], entry["done"]) == ({"file_path": "documents/file_1.pdf"}, 200, True)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("photo", {}),
        ("document", {"file_name": "x.bin", "mime_type": "application/octet-stream"}),
        ("video", {"file_name": "x.bin", "duration": 12}),
        ("video_note", {"length": 384}),
        ("voice", {"mime_type": "audio/ogg", "duration": 7}),
        ("audio", {"file_name": "x.bin", "duration": 180}),
        ("animation", {"file_name": "x.bin"}),
        ("sticker", {"is_animated": False, "type": "regular"}),
    ],
)
async def test_every_kind_of_file(stage: Stage, kind: str, fields: dict[str, Any]) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    await stage.person("send", kind=kind, files=[{"name": "x.bin", "size": 5000}])
    (message,) = await received(stage)
    held = message[kind][-1] if kind == "photo" else message[kind]
    assert fields.items() <= held.items()
    async with aiogram.Bot(TOKEN, session=session) as bot:
        (update,) = await bot.get_updates()
        assert update.message is not None and update.message.content_type == kind
        read = await bot.download(held["file_id"])
        assert read is not None and len(read.read()) == 5000
    shown = (await stage.chat())["messages"][-1]["media"]
    assert (shown["kind"], shown["size"], shown["file_unique_id"]) == (kind, 5000, held["file_unique_id"])


async def test_photo_comes_in_sizes_the_largest_last(stage: Stage) -> None:
    await stage.person("send", kind="photo", files=[{"name": "shot.png", "content": encoded(PNG)}])
    (message,) = await received(stage)
    small, large = message["photo"]
    assert (large["width"], large["height"], large["file_size"]) == (3, 2, len(PNG))
    assert small["file_unique_id"] != large["file_unique_id"]
    path = (await stage.api("getFile", file_id=large["file_id"]))["file_path"]
    assert path.startswith("photos/file_") and path.endswith(".jpg")
    assert await download(stage, path) == (200, PNG)
    assert (await stage.api("getFile", file_id=small["file_id"]))["file_path"].startswith("thumbnails/")


async def test_animation_is_a_document_too(stage: Stage) -> None:
    await stage.person("send", kind="animation")
    (message,) = await received(stage)
    assert message["document"]["file_id"] == message["animation"]["file_id"]
    assert "duration" not in message["document"]


async def test_album_is_one_update_per_item(stage: Stage) -> None:
    items = [{"name": "a.png"}, {"kind": "video", "name": "b.mp4", "caption": "second"}, {"name": "c.png"}]
    begun = time.monotonic()
    sent = await stage.person("send", kind="photo", files=items, caption="*first*", pause=0.1)
    assert time.monotonic() - begun >= 0.2
    messages = await received(stage)
    assert [m["message_id"] for m in messages] == sent["message_ids"] == [2, 3, 4]
    assert len({m["media_group_id"] for m in messages}) == 1
    assert [m.get("caption") for m in messages] == ["*first*", "second", None]
    assert ["video" in m for m in messages] == [False, True, False]
    await stage.person("send", kind="document", files=[{}, {}])
    assert (await received(stage))[-1]["media_group_id"] != messages[0]["media_group_id"]
    shown = (await stage.chat())["messages"]
    assert [m["media_group_id"] for m in shown[1:4]] == [messages[0]["media_group_id"]] * 3
    assert shown[0]["media_group_id"] is None


async def test_more_than_20_megabytes_cannot_be_downloaded(stage: Stage) -> None:
    limit = 20 * 1024 * 1024
    await stage.person("send", kind="document", files=[{"name": "fits", "size": limit}])
    await stage.person("send", kind="video", files=[{"name": "large", "size": limit + 1}])
    fits, large = await received(stage)
    assert (await stage.api("getFile", file_id=fits["document"]["file_id"]))["file_size"] == limit
    assert await stage.refusal("getFile", file_id=large["video"]["file_id"]) == "400 Bad Request: file is too big"


async def test_links_are_asked_for_and_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.person("send", kind="voice")
    (message,) = await received(stage)
    file_id = message["voice"]["file_id"]
    assert (await download(stage, "voice/file_1.oga"))[0] == 404
    path = (await stage.api("getFile", file_id=file_id))["file_path"]
    assert (await download(stage, path))[0] == 200
    assert (await download(stage, path, "9:nobody"))[0] == 401
    monkeypatch.setattr(files, "LINK_SECONDS", -1)
    await stage.api("getFile", file_id=file_id)
    assert (await download(stage, path))[0] == 404


async def test_file_ids_belong_to_one_bot(stage: Stage) -> None:
    await stage.act("bots", token="77:other", username="other_bot", name="Other")
    await stage.person("send", kind="document")
    (message,) = await received(stage)
    body = {"file_id": message["document"]["file_id"]}
    async with stage.http.post(stage.url("getFile", "77:other"), json=body) as answer:
        assert (answer.status, (await answer.json())["description"]) == (400, "Bad Request: invalid file_id")
    assert await stage.refusal("getFile", file_id="nonsense") == "400 Bad Request: invalid file_id"
    assert await stage.refusal("getFile") == "400 Bad Request: file_id not specified"


async def test_faults_of_a_download(stage: Stage) -> None:
    await stage.person("send", kind="document")
    (message,) = await received(stage)
    path = (await stage.api("getFile", file_id=message["document"]["file_id"]))["file_path"]
    await stage.act("faults", kind="fail", method="download", status=502)
    assert (await download(stage, path))[0] == 502
    assert (await download(stage, path))[0] == 200
    assert [e["fault"] for e in await stage.journal("download")] == ["fail", None]


async def test_page_can_show_a_file_and_must_not_run_it(stage: Stage) -> None:
    page = b"<script>alert(1)</script>"
    file = {"name": "x.html", "mime_type": "text/html", "content": encoded(page)}
    await stage.person("send", kind="document", files=[file])
    media = (await stage.chat())["messages"][-1]["media"]
    async with stage.http.get(stage.server.make_url(media["url"])) as answer:
        assert (await answer.read(), answer.content_type) == (page, "text/html")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    async with stage.http.get(stage.server.make_url("/control/telegram/file/none")) as answer:
        assert answer.status == 404


async def test_files_survive_a_restart(stage: Stage, tmp_path: Path) -> None:
    await stage.person("send", kind="document", files=[{"name": "a.txt", "content": encoded(REPORT)}])
    saved = json.loads(json.dumps(stage.emulator.snapshot()))
    again = await Stage().open(saved)
    (message,) = [u["message"] for u in await again.api("getUpdates")]
    path = (await again.api("getFile", file_id=message["document"]["file_id"]))["file_path"]
    assert await download(again, path) == (200, REPORT)
    await again.close()
    beside = Files(tmp_path / "files")
    stored = beside.add("document", "b.txt", "", REPORT)
    assert beside.snapshot()["contents"] == {}
    later = Files(tmp_path / "files")
    later.restore(beside.snapshot())
    assert b"".join(later.chunks(stored)) == REPORT


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "fax"}, "kind must be one of photo, document"),
        ({"kind": "voice", "files": [{}, {}]}, "An album holds photos and videos"),
        ({"kind": "photo", "files": [{}, {"kind": "document"}]}, "An album holds photos and videos"),
        ({"kind": "photo", "files": [{}] * 11}, "An album has at most 10 items."),
        ({"kind": "photo", "files": ["x"]}, "Each file must be an object."),
        ({"kind": "photo", "files": [{"kind": "fax"}]}, "A file is one of"),
        ({"kind": "photo", "files": [{"duration": 3}]}, "duration is not known of a photo."),
        ({"kind": "photo", "files": [{"size": "3"}]}, "size must be of the type int."),
        ({"kind": "photo", "files": [{"size": 0}]}, "A file has 1 to"),
        ({"kind": "photo", "files": [{"content": "?"}]}, "The content of a file must be base64."),
        ({"kind": "photo", "files": [{"content": ""}]}, "A file must not be empty."),
        ({"kind": "photo", "files": [{"content": "eA==", "size": 1}]}, "A file has a content or a size."),
        ({"kind": "photo", "caption": "x" * 1025}, "A caption has at most 1024 characters."),
        ({"kind": "sticker", "caption": "x"}, "A sticker has no caption."),
        ({"kind": "photo", "question": "x"}, "question is not known of a photo."),
    ],
)
async def test_wrong_files(stage: Stage, body: dict[str, Any], words: str) -> None:
    before = stage.emulator.snapshot()
    status, answer = await stage.control("send", bot=BOT, user=stage.user, **body)
    assert (status, answer["error"][: len(words)]) == (400, words)
    assert stage.emulator.snapshot() == before


async def test_files_lie_beside_the_state_of_the_demo(tmp_path: Path) -> None:
    playground = Playground(port=0, state=tmp_path / "state.json")
    await playground.start()
    async with aiohttp.ClientSession(playground.url) as http:
        user, bot = TELEGRAM_USERS[0]["id"], TELEGRAM_BOT["username"]
        body = {"bot": bot, "user": user, "kind": "document", "files": [{"content": encoded(REPORT)}]}
        async with http.post("/control/telegram/send", json=body) as answer:
            assert answer.status == 200
    await playground.stop()
    assert encoded(REPORT) not in (tmp_path / "state.json").read_text()
    again = Playground(port=0, state=tmp_path / "state.json")
    await again.start()
    async with aiohttp.ClientSession(again.url) as http:
        query = {"bot": bot, "user": user}
        async with http.get("/control/telegram/chat", params=query) as answer:
            url = (await answer.json())["messages"][-1]["media"]["url"]
        async with http.get(url) as answer:
            assert await answer.read() == REPORT
    await again.stop()
