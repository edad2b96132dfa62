"""Files: up, shared, seen, down and away (https://docs.slack.dev/messaging/working-with-files)."""

from __future__ import annotations

import base64
import io
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.emulators.slack import SlackEmulator
from chatdesk.emulators.slack.calls import METHODS

from .slack_fixtures import BOT, Json, Slack, running, section, slack, until

__all__ = ["slack"]

PICTURE = b"\x89PNG not really"
BEARER = {"Authorization": "Bearer xoxb-chatdesk"}


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


async def promised(slack: Slack, size: int = len(PICTURE), name: str = "a b.png") -> tuple[str, str]:
    answer = await slack.good("files.getUploadURLExternal", filename=name, length=size)
    return answer["file_id"], answer["upload_url"]


async def uploaded(slack: Slack, content: bytes = PICTURE, name: str = "a b.png") -> str:
    file_id, url = await promised(slack, len(content), name)
    async with slack.http.post(url, data=io.BytesIO(content)) as response:
        assert (response.status, await response.text()) == (200, f"OK - {len(content)}")
    return file_id


async def messages(slack: Slack) -> list[Json]:
    found: list[Json] = (await slack.good("conversations.history", channel="CDESK"))["messages"]
    return found


async def shared(slack: Slack, file_id: str, **more: Any) -> Json:
    """The message that the app's file became."""
    await slack.good("files.completeUploadExternal", files=[{"id": file_id}], channel_id="CDESK", **more)
    found: list[Json] = await until(lambda: messages(slack))
    return found[0]


async def get(slack: Slack, url: str, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
    async with slack.http.get(url, headers=headers or {}) as response:
        return response.status, response.content_type, await response.read()


# -- the app's files


async def test_a_file_is_shared_later_than_the_answer(slack: Slack) -> None:
    await slack.allow(events=("file_shared",))
    await slack.do("app", share_after=0.3)
    socket = await slack.socket()
    root = (await slack.good("chat.postMessage", channel="CDESK", text="card"))["ts"]
    await socket.event()
    first, second = await uploaded(slack), await uploaded(slack, b"x,y", "t.csv")
    answer = await slack.good(
        "files.completeUploadExternal",
        files=[{"id": first, "title": "A picture"}, {"id": second}],
        channel_id="CDESK",
        thread_ts=root,
        initial_comment="see",
    )
    assert answer["files"] == [{"id": first, "title": "A picture"}, {"id": second, "title": "t.csv"}]
    assert len((await slack.good("conversations.replies", channel="CDESK", ts=root))["messages"]) == 1
    event = await socket.event()
    assert (event["type"], event["subtype"], event["user"], event["bot_id"]) == ("message", "file_share", BOT, "B0001")
    assert (event["thread_ts"], event["text"], event["upload"]) == (root, "see", False)
    assert [(f["id"], f["title"], f["name"], f["size"]) for f in event["files"]] == [
        (first, "A picture", "a b.png", len(PICTURE)),
        (second, "t.csv", "t.csv", 3),
    ]
    told = [await socket.event(), await socket.event()]
    assert [(e["type"], e["file_id"], e["file"], e["channel_id"], e["user_id"]) for e in told] == [
        ("file_shared", f, {"id": f}, "CDESK", BOT) for f in (first, second)
    ]
    _, reply = (await slack.good("conversations.replies", channel="CDESK", ts=root))["messages"]
    assert [f["id"] for f in reply["files"]] == [first, second]


async def test_what_a_file_object_holds(slack: Slack) -> None:
    message = await shared(slack, await uploaded(slack))
    (file,) = message["files"]
    assert (file["mimetype"], file["filetype"], file["mode"], file["user"]) == ("image/png", "png", "hosted", BOT)
    assert file["url_private"] == f"{slack.base}/slack/files-pri/T0001-{file['id']}/a%20b.png"
    assert file["url_private_download"] == f"{slack.base}/slack/files-pri/T0001-{file['id']}/download/a%20b.png"
    assert file["permalink"] == f"https://research-desk.slack.com/files/{BOT}/{file['id']}/a%20b.png"
    assert file["thumb_360"].startswith(slack.base) and "shares" not in file
    info = (await slack.good("files.info", file=file["id"]))["file"]
    assert info["shares"]["private"]["CDESK"][0]["ts"] == message["ts"]
    assert (info["groups"], info["channels"], info["is_public"]) == (["CDESK"], [], False)


async def test_multipart_takes_the_same_and_each_url_one_file(slack: Slack) -> None:
    file_id, url = await promised(slack)
    async with slack.http.post(url, data=PICTURE + b"more") as response:
        assert response.status == 400
    form = aiohttp.FormData()
    form.add_field("filename", PICTURE, filename="a.png")
    async with slack.http.post(url, data=form) as response:
        assert response.status == 200
    for again in (url, url + "x"):
        async with slack.http.post(again, data=PICTURE) as response:
            assert response.status == 404
    (file,) = (await shared(slack, file_id))["files"]
    assert (await get(slack, file["url_private"], BEARER))[2] == PICTURE


async def test_a_file_larger_than_a_form_may_be(slack: Slack) -> None:
    content = bytes(range(256)) * 20_000
    (file,) = (await shared(slack, await uploaded(slack, content, "big.bin")))["files"]
    assert (await get(slack, file["url_private_download"], BEARER))[2] == content


async def test_blocks_go_without_a_comment_only(slack: Slack) -> None:
    message = await shared(slack, await uploaded(slack), blocks=[section("words")])
    assert message["blocks"][0]["text"]["text"] == "words"
    file_id = await uploaded(slack)
    await slack.good(
        "files.completeUploadExternal",
        files=[{"id": file_id}],
        channel_id="CDESK",
        initial_comment="c",
        blocks=[section("ignored")],
    )
    message, _ = await until(lambda: two(slack))
    assert message["text"] == "c" and "blocks" not in message


async def two(slack: Slack) -> list[Json] | None:
    found = await messages(slack)
    return found if len(found) == 2 else None


async def test_without_a_channel_a_file_stays_private(slack: Slack) -> None:
    file_id = await uploaded(slack)
    assert (await slack.api("files.info", file=file_id))["error"] == "file_not_found"
    await slack.good("files.completeUploadExternal", files=[{"id": file_id}])
    assert (await slack.good("files.info", file=file_id))["file"]["shares"] == {}
    answer = await slack.api("files.completeUploadExternal", files=[{"id": file_id}])
    assert answer["error"] == "file_not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a", "length": 0}, "missing_argument"),
        ({"filename": "a", "length": "many"}, "invalid_arguments"),
        ({"filename": "a"}, "invalid_arguments"),
        ({"length": 3}, "invalid_arguments"),
        ({"filename": "a", "length": 3, "alt_text": "x"}, "invalid_arguments"),
        ({"filename": "a", "length": 3, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a", "length": 1_000_001, "snippet_type": "python"}, "snippet_too_large"),
        ({"filename": "a", "length": 2_000_000_000}, "file_upload_size_restricted"),
    ],
)
async def test_refused_uploads(slack: Slack, arguments: Json, error: str) -> None:
    assert (await slack.api("files.getUploadURLExternal", **arguments))["error"] == error


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"files": []}, "invalid_arguments"),
        ({"files": "no json"}, "invalid_arguments"),
        ({"files": [{"id": "F1", "name": "x"}]}, "invalid_arguments"),
        ({"files": [{"id": "F404"}]}, "file_not_found"),
        ({"channel_id": "C404"}, "channel_not_found"),
        ({"channel_id": "#desk"}, "channel_not_found"),
        ({"channel_id": "CPUB"}, "not_in_channel"),
        ({"channel_id": "CDESK", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channels": "CDESK,UADA", "thread_ts": "1.1"}, "invalid_arguments"),
        ({"channel_id": "CDESK", "blocks": [{"type": "x"}]}, "invalid_blocks"),
    ],
)
async def test_refused_completions_change_nothing(slack: Slack, arguments: Json, error: str) -> None:
    file_id = await uploaded(slack)
    given = {"files": [{"id": file_id}], **arguments}
    assert (await slack.api("files.completeUploadExternal", **given))["error"] == error
    await slack.good("files.completeUploadExternal", files=[{"id": file_id}], channel_id="CDESK")


async def test_an_archived_channel_takes_no_files(slack: Slack) -> None:
    file_id = await uploaded(slack)
    await slack.do("channels", id="CDESK", is_archived=True)
    answer = await slack.api("files.completeUploadExternal", files=[{"id": file_id}], channel_id="CDESK")
    assert answer["error"] == "posting_to_channel_denied"


async def test_to_a_persons_direct_messages(slack: Slack) -> None:
    await slack.good("files.completeUploadExternal", files=[{"id": await uploaded(slack)}], channels="UADA")
    direct = (await slack.good("conversations.open", users="UADA"))["channel"]["id"]
    found = await until(lambda: shown(slack, direct))
    assert found[0]["files"][0]["name"] == "a b.png"


async def shown(slack: Slack, channel: str) -> list[Json]:
    found: list[Json] = (await slack.see("channel", channel=channel, user="UADA"))["messages"]
    return found


async def test_scopes(slack: Slack) -> None:
    file_id = await uploaded(slack)
    await slack.without("files:write")
    for method, arguments in (
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}),
        ("files.completeUploadExternal", {"files": [{"id": file_id}]}),
        ("files.delete", {"file": file_id}),
    ):
        assert (await slack.api(method, **arguments))["needed"] == "files:write"
    await slack.without("files:read")
    assert (await slack.api("files.info", file=file_id))["needed"] == "files:read"


def test_tiers_are_those_of_the_documentation() -> None:
    four = {"files.getUploadURLExternal", "files.completeUploadExternal", "files.info"}
    assert {METHODS[m].tier.name for m in four} == {"tier 4"}
    assert METHODS["files.delete"].tier.name == "tier 3"


async def test_through_the_sdk(slack: Slack) -> None:
    client = AsyncWebClient(token="xoxb-chatdesk", base_url=slack.api_url)
    uploads: list[Json] = [
        {"content": "a,b", "filename": "t.csv", "title": "T"},
        {"content": PICTURE, "filename": "p.png"},
    ]
    answer = await client.files_upload_v2(file_uploads=uploads, channel="CDESK", initial_comment="two")
    assert [f["title"] for f in answer["files"]] == ["T", "p.png"]
    (message,) = await until(lambda: messages(slack))
    assert [f["mimetype"] for f in message["files"]] == ["text/csv", "image/png"]
    assert (await client.files_info(file=message["files"][0]["id"]))["file"]["title"] == "T"


# -- down


async def test_downloads_need_a_token_that_may_read(slack: Slack) -> None:
    (file,) = (await shared(slack, await uploaded(slack)))["files"]
    for url in (file["url_private"], file["url_private_download"], file["thumb_360"]):
        assert await get(slack, url, BEARER) == (200, "image/png", PICTURE)
    for headers in ({}, {"Authorization": "Bearer xoxb-other"}, {"Authorization": "Bearer xapp-chatdesk"}):
        status, kind, page = await get(slack, file["url_private"], headers)
        assert (status, kind) == (200, "text/html") and b"Sign in" in page
    await slack.without("files:read")
    assert (await get(slack, file["url_private"], BEARER))[1] == "text/html"


async def test_what_the_bot_cannot_see_it_cannot_have(slack: Slack) -> None:
    picture = {"name": "p.png", "content": in_base64(PICTURE)}
    (file_id,) = (await slack.do("post", user="UADA", channel="CPUB", files=[picture]))["files"]
    assert (await slack.api("files.info", file=file_id))["error"] == "file_not_found"
    assert (await get(slack, f"{slack.base}/slack/files-pri/T0001-{file_id}/p.png", BEARER))[0] == 404
    await slack.do("join", user=BOT, channel="CPUB")
    assert (await get(slack, f"{slack.base}/slack/files-pri/T0001-{file_id}/p.png", BEARER))[2] == PICTURE


async def test_faults_of_uploads_and_downloads(slack: Slack) -> None:
    file_id, url = await promised(slack)
    await slack.do("faults", kind="fail", method="upload_url", status=503)
    async with slack.http.post(url, data=PICTURE) as response:
        assert response.status == 503
    await slack.do("faults", kind="lose_answer", method="upload_url")
    with pytest.raises(aiohttp.ClientError):
        await slack.http.post(url, data=PICTURE)
    (file,) = (await shared(slack, file_id))["files"]
    await slack.do("faults", kind="fail", method="url_private", status=500, only={"file": file_id})
    assert (await get(slack, file["url_private"], BEARER))[0] == 500
    assert (await get(slack, file["url_private"], BEARER))[0] == 200
    journal = [(e["method"], e["fault"], e["done"]) for e in await slack.see("journal")]
    assert ("upload_url", "lose_answer", True) in journal and ("url_private", None, True) in journal


# -- people's files


async def test_people_share_files(slack: Slack) -> None:
    await slack.allow(events=("file_shared",))
    socket = await slack.socket()
    root = (await slack.good("chat.postMessage", channel="CDESK", text="card"))["ts"]
    await socket.event()
    files = [{"name": "log.txt", "content": in_base64(b"line")}, {"name": "film.mp4", "size": 30_000_000}]
    posted = await slack.do("post", user="UADA", channel="CDESK", text="*see*", files=files, thread_ts=root)
    event = await socket.event()
    assert (event["subtype"], event["user"], event["upload"], event["ts"]) == (
        "file_share",
        "UADA",
        False,
        posted["ts"],
    )
    assert event["text"] == "*see*" and event["blocks"][0]["type"] == "rich_text" and event["thread_ts"] == root
    assert [f["id"] for f in event["files"]] == posted["files"]
    assert [(f["mimetype"], f["size"]) for f in event["files"]] == [("text/plain", 4), ("video/mp4", 30_000_000)]
    assert [(await socket.event())["user_id"] for _ in files] == ["UADA", "UADA"]
    assert (await get(slack, event["files"][0]["url_private_download"], BEARER))[2] == b"line"
    assert len((await get(slack, event["files"][1]["url_private_download"], BEARER))[2]) == 30_000_000
    (reply,) = (await slack.see("channel", channel="CDESK", user="UBEN"))["messages"][0]["replies"]
    first = reply["files"][0]
    assert {k: first[k] for k in ("name", "mimetype", "size")} == {
        "name": "log.txt",
        "mimetype": "text/plain",
        "size": 4,
    }
    async with slack.http.get(f"{slack.base}{first['url']}") as response:
        assert await response.read() == b"line"
        assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''log.txt"
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_files_without_words_have_no_blocks(slack: Slack) -> None:
    socket = await slack.socket()
    await slack.do("post", user="UADA", channel="CDESK", files=[{"name": "a.png", "size": 3}])
    event = await socket.event()
    assert event["text"] == "" and "blocks" not in event


async def test_external_files_and_those_of_another_workspace(slack: Slack) -> None:
    files = [
        {"name": "Plan", "mimetype": "application/vnd.google-apps.document", "external_url": "https://doc.example/1"},
        {"name": "theirs.pdf", "content": in_base64(b"%PDF"), "file_access": "check_file_info"},
    ]
    await slack.do("post", user="UADA", channel="CDESK", files=files)
    (message,) = await messages(slack)
    outside, theirs = message["files"]
    assert (outside["mode"], outside["is_external"], outside["url_private"]) == (
        "external",
        True,
        "https://doc.example/1",
    )
    assert "url_private_download" not in outside
    assert (theirs["file_access"], "name" in theirs) == ("check_file_info", False)
    whole = (await slack.good("files.info", file=theirs["id"]))["file"]
    assert whole["name"] == "theirs.pdf"
    assert (await get(slack, whole["url_private"], BEARER))[2] == b"%PDF"


async def test_a_deleted_file_is_a_tombstone_in_its_message(slack: Slack) -> None:
    await slack.allow(events=("file_deleted",))
    posted = await slack.do(
        "post", user="UADA", channel="CDESK", text="see", files=[{"name": "a", "size": 1}, {"name": "b", "size": 1}]
    )
    gone, stays = posted["files"]
    url = (await slack.good("files.info", file=gone))["file"]["url_private"]
    assert (await slack.api("files.delete", file=gone))["error"] == "cant_delete_file"
    assert "own files" in await slack.refused("delete_file", user="UBEN", file=gone)
    socket = await slack.socket()
    await slack.do("delete_file", user="UADA", file=gone)
    changed, deleted = await socket.event(), await socket.event()
    assert changed["subtype"] == "message_changed" and "edited" not in changed["message"]
    assert changed["message"]["files"][0] == {"id": gone, "mode": "tombstone"}
    assert changed["message"]["files"][1]["id"] == stays and len(changed["previous_message"]["files"]) == 2
    assert (deleted["type"], deleted["file_id"]) == ("file_deleted", gone)
    assert (await slack.api("files.info", file=gone))["error"] == "file_deleted"
    assert (await get(slack, url, BEARER))[0] == 404
    (seen,) = (await slack.see("channel", channel="CDESK", user="UBEN"))["messages"]
    assert [bool(f["url"]) for f in seen["files"]] == [False, True]


async def test_the_app_deletes_its_own_file(slack: Slack) -> None:
    message = await shared(slack, await uploaded(slack), initial_comment="c")
    (file,) = message["files"]
    await slack.good("files.delete", file=file["id"])
    assert (await slack.api("files.delete", file=file["id"]))["error"] == "file_deleted"
    (message,) = await messages(slack)
    assert message["files"] == [{"id": file["id"], "mode": "tombstone"}]
    await slack.good("chat.delete", channel="CDESK", ts=message["ts"])
    assert await messages(slack) == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "a list"),
        ("x", "a list"),
        ([{"size": 1}], "needs a name"),
        ([{"name": "a", "content": "?"}], "base64"),
        ([{"name": "a", "size": -1}], "how many bytes"),
        ([{"name": "a", "colour": "red"}], "no field colour"),
        ([{"name": "a", "file_access": "never"}], "file_access"),
    ],
)
async def test_files_that_nobody_could_share(slack: Slack, files: Any, words: str) -> None:
    assert words in await slack.refused("post", user="UADA", channel="CDESK", text="x", files=files)
    assert await messages(slack) == []


async def test_a_restart_shares_what_was_to_be_shared(slack: Slack) -> None:
    await slack.do("app", share_after=0.5)
    file_id = await uploaded(slack)
    await slack.good("files.completeUploadExternal", files=[{"id": file_id}], channel_id="CDESK")
    other = SlackEmulator(pace=0)
    other.restore(slack.emulator.snapshot())
    async with running(other) as again:
        (message,) = await until(lambda: messages(again))
        assert message["files"][0]["id"] == file_id
        assert (await again.good("files.info", file=file_id))["file"]["size"] == len(PICTURE)
