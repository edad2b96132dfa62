"""Files that bots send: uploads and file_ids, albums, captions, formats and limits, and their edits."""

from __future__ import annotations

import json
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InputMediaPhoto, InputMediaVideo

from .telegram_fixtures import PNG, TOKEN, Stage, picture, stage

__all__ = ["stage"]

Files = dict[str, tuple[str, bytes]]
MEGABYTE = 1024 * 1024
PHOTO: Files = {"photo": ("a.png", PNG)}


async def sent(stage: Stage, method: str, files: Files, **arguments: Any) -> Any:
    status, body = await stage.upload(method, files, chat_id=stage.user, **arguments)
    assert status == 200, body
    return body["result"]


async def refused(stage: Stage, method: str, files: Files, **arguments: Any) -> str:
    status, body = await stage.upload(method, files, chat_id=stage.user, **arguments)
    assert (body["ok"], body["error_code"]) == (False, status)
    return f"{status} {body['description']}"


@pytest.mark.parametrize(
    ("method", "kind", "name"),
    [
        ("sendPhoto", "photo", "a.png"),
        ("sendDocument", "document", "a.pdf"),
        ("sendVideo", "video", "a.mp4"),
        ("sendAudio", "audio", "a.mp3"),
        ("sendVoice", "voice", "a.ogg"),
        ("sendVideoNote", "video_note", "a.mp4"),
        ("sendAnimation", "animation", "a.gif"),
        ("sendSticker", "sticker", "a.webp"),
    ],
)
async def test_upload_and_send_again(stage: Stage, method: str, kind: str, name: str) -> None:
    first = await sent(stage, method, {kind: (name, PNG)}, reply_parameters={"message_id": 1})
    assert first["reply_to_message"]["message_id"] == 1
    held = first[kind][-1] if kind == "photo" else first[kind]
    again = await stage.api(method, chat_id=stage.user, **{kind: held["file_id"]})
    assert again[kind] == first[kind]
    attached = await sent(stage, method, {"any": (name, PNG)}, **{kind: "attach://any"})
    assert kind in attached
    (entry, *_) = await stage.journal(method)
    assert entry["arguments"]["uploads"][kind] == {
        "name": name,
        "mime_type": entry["arguments"]["uploads"][kind]["mime_type"],
        "size": len(PNG),
    }
    media = (await stage.chat())["messages"][1]["media"]
    async with stage.http.get(stage.server.make_url(media["url"])) as answer:
        assert await answer.read() == PNG


async def test_names_of_files(stage: Stage) -> None:
    document = await sent(stage, "sendDocument", {"document": ("Bericht ü.pdf", b"x")})
    assert (document["document"]["file_name"], document["document"]["mime_type"]) == (
        "Bericht ü.pdf",
        "application/pdf",
    )
    photo = await sent(stage, "sendPhoto", PHOTO, caption="<b>x</b>", parse_mode="HTML", has_spoiler=True)
    assert (photo["caption"], photo["caption_entities"][0]["type"], photo["has_media_spoiler"]) == ("x", "bold", True)
    assert [(p["width"], p["height"]) for p in photo["photo"]][-1] == (3, 2)
    audio = await sent(stage, "sendAudio", {"audio": ("a.mp3", b"x")}, performer="P", title="T", duration=5)
    assert {"performer": "P", "title": "T", "duration": 5}.items() <= audio["audio"].items()


async def test_other_formats_arrive_as_documents(stage: Stage) -> None:
    message = await sent(stage, "sendVideo", {"video": ("a.avi", b"x")}, duration=5)
    assert ("video" in message, message["document"]["file_name"]) == (False, "a.avi")


@pytest.mark.parametrize(
    ("method", "files", "arguments", "words"),
    [
        ("sendPhoto", {}, {}, "400 Bad Request: there is no photo in the request"),
        ("sendVideoNote", {}, {}, "400 Bad Request: there is no video note in the request"),
        ("sendPhoto", {}, {"photo": "attach://x"}, "400 Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {}, {"photo": "nonsense"}, "400 Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {}, {"photo": "https://a.example/x.png"}, "400 Bad Request: failed to get HTTP URL content"),
        ("sendPhoto", {"photo": ("a.png", b"")}, {}, "400 Bad Request: file must be non-empty"),
        ("sendPhoto", {"photo": ("a.png", b"text")}, {}, "400 Bad Request: IMAGE_PROCESS_FAILED"),
        ("sendPhoto", {"photo": ("a.png", picture(9999, 2))}, {}, "400 Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", {"photo": ("a.png", picture(41, 2))}, {}, "400 Bad Request: PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", PHOTO, {"caption": "x" * 1025}, "400 Bad Request: message caption is too long"),
        ("sendPhoto", PHOTO, {"thumbnail": "x"}, "400 Bad Request: unknown argument 'thumbnail'"),
        ("sendVideoNote", {"video_note": ("a.mp4", b"x")}, {"caption": "x"}, "400 Bad Request: unknown argument"),
        ("sendPhoto", {**PHOTO, "other": ("b", b"x")}, {}, "400 Bad Request: no argument names the file 'other'"),
        ("sendMediaGroup", {}, {"media": [{}]}, "400 Bad Request: an album must have 2 to 10 items"),
        ("sendMediaGroup", {}, {"media": [{}] * 11}, "400 Bad Request: an album must have 2 to 10 items"),
        ("sendMediaGroup", {}, {"media": [{"type": "animation"}] * 2}, "400 Bad Request: can't parse InputMedia: type"),
        ("sendMediaGroup", {}, {"media": [{"type": "photo"}] * 2}, "400 Bad Request: can't parse InputMedia: Can't"),
        ("sendMediaGroup", {}, {"media": "x"}, "400 Bad Request: can't parse media JSON object"),
        (
            "sendMediaGroup",
            PHOTO,
            {"media": [{"type": k, "media": "attach://photo"} for k in ("photo", "document")]},
            "400 Bad Request: documents can't be mixed with other media types",
        ),
    ],
)
async def test_refused(stage: Stage, method: str, files: Files, arguments: dict[str, Any], words: str) -> None:
    before = len(stage.emulator.world.files.snapshot()["files"])
    assert (await refused(stage, method, files, **arguments)).startswith(words)
    assert len((await stage.chat())["messages"]) == 1
    assert len(stage.emulator.world.files.snapshot()["files"]) == before


async def test_sizes(stage: Stage) -> None:
    large = PNG + b"\0" * (10 * MEGABYTE - len(PNG) + 1)
    assert await refused(stage, "sendPhoto", {"photo": ("a.png", large)}) == (
        "400 Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
    )
    await sent(stage, "sendPhoto", {"photo": ("a.png", large[:-1])})
    await sent(stage, "sendDocument", {"document": ("a.bin", b"x" * 50 * MEGABYTE)})
    too_large: Files = {"document": ("a.bin", b"x" * (50 * MEGABYTE + 1))}
    assert await refused(stage, "sendDocument", too_large) == "413 Request Entity Too Large"


async def test_a_file_id_is_of_one_kind(stage: Stage) -> None:
    photo = await sent(stage, "sendPhoto", PHOTO)
    file_id = photo["photo"][-1]["file_id"]
    assert await stage.refusal("sendDocument", chat_id=stage.user, document=file_id) == (
        "400 Bad Request: can't use file of type Photo as Document"
    )


async def test_album(stage: Stage) -> None:
    media = [
        {"type": "photo", "media": "attach://a", "caption": "_first_", "parse_mode": "MarkdownV2"},
        {"type": "video", "media": "attach://b", "duration": 4},
    ]
    files: Files = {"a": ("a.png", PNG), "b": ("b.mp4", b"film")}
    first, second = await sent(stage, "sendMediaGroup", files, media=media, reply_parameters={"message_id": 1})
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], first["caption_entities"][0]["type"], "caption" in second) == ("first", "italic", False)
    assert (first["message_id"], second["message_id"], second["video"]["duration"]) == (2, 3, 4)
    assert first["reply_to_message"]["message_id"] == second["reply_to_message"]["message_id"] == 1
    other = await sent(stage, "sendMediaGroup", files, media=media)
    assert other[0]["media_group_id"] != first["media_group_id"]
    place = {"chat_id": stage.user, "message_id": second["message_id"]}
    status, body = await stage.upload(
        "editMessageMedia", {"c": ("c.pdf", b"x")}, **place, media={"type": "document", "media": "attach://c"}
    )
    assert (status, body["description"]) == (400, "Bad Request: message can't be edited")


async def test_captions_and_media_are_edited(stage: Stage) -> None:
    photo = await sent(stage, "sendPhoto", PHOTO, caption="one")
    place = {"chat_id": stage.user, "message_id": photo["message_id"]}
    edited = await stage.api("editMessageCaption", caption="<b>two</b>", parse_mode="HTML", **place)
    assert (edited["caption"], edited["caption_entities"][0]["type"]) == ("two", "bold")
    assert "edit_date" in edited
    same = await stage.refusal("editMessageCaption", caption="<b>two</b>", parse_mode="HTML", **place)
    assert same.startswith("400 Bad Request: message is not modified")
    assert "caption" not in await stage.api("editMessageCaption", **place)
    media = {"type": "document", "media": "attach://d", "caption": "three"}
    status, body = await stage.upload("editMessageMedia", {"d": ("d.pdf", b"x")}, **place, media=media)
    assert (status, body["result"]["document"]["file_name"], body["result"]["caption"]) == (200, "d.pdf", "three")
    assert "photo" not in body["result"]
    shown = (await stage.chat())["messages"][-1]
    assert (shown["media"]["kind"], shown["caption"], shown["edited"]) == ("document", "three", True)
    text = await stage.send()
    words = {"chat_id": stage.user, "message_id": text["message_id"], "caption": "x"}
    assert await stage.refusal("editMessageCaption", **words) == (
        "400 Bad Request: there is no caption in the message to edit"
    )
    assert await stage.refusal("editMessageText", text="x", **place) == (
        "400 Bad Request: there is no text in the message to edit"
    )


async def test_quotes_of_bots(stage: Stage) -> None:
    bold = {"type": "bold", "offset": 0, "length": 3}
    said = await stage.say("one 😀 one two", entities=[{**bold, "offset": 7}])
    reply: dict[str, Any] = {"message_id": said["message_id"], "quote": "one"}
    first = await stage.send(reply_parameters=reply)
    assert first["quote"] == {"text": "one", "position": 0, "is_manual": True}
    formatted = await stage.send(reply_parameters={**reply, "quote": "<b>one</b>", "quote_parse_mode": "HTML"})
    assert formatted["quote"] == {"text": "one", "position": 7, "is_manual": True, "entities": [bold]}
    again = await stage.send(reply_parameters={**reply, "quote_entities": [bold], "quote_position": 9})
    assert again["quote"]["position"] == 7
    for wrong in ({"quote": "one two"}, {"quote": "two", "quote_entities": [bold]}, {"quote": "x"}):
        assert await stage.refusal(
            "sendMessage", chat_id=stage.user, text="x", reply_parameters={**reply, **wrong}
        ) == ("400 Bad Request: QUOTE_TEXT_INVALID")
    assert (await stage.chat())["messages"][-1]["quote"] == "one"


async def test_quote_of_a_caption(stage: Stage) -> None:
    (photo,) = (await stage.person("send", kind="photo", caption="look here"))["message_ids"]
    quoted = await stage.send(reply_parameters={"message_id": photo, "quote": "here"})
    assert quoted["quote"]["position"] == 5


async def test_many_are_deleted_at_once(stage: Stage) -> None:
    ids = [(await stage.send())["message_id"] for _ in range(2)]
    assert await stage.api("deleteMessages", chat_id=stage.user, message_ids=[*ids, 99]) is True
    assert [m["deleted"] for m in (await stage.chat())["messages"]] == [False, True, True]
    for wrong, words in (
        ([], "message identifiers are not specified"),
        (list(range(101)), "too many message identifiers specified"),
        (["x"], "can't parse message_ids JSON object"),
    ):
        assert await stage.refusal("deleteMessages", chat_id=stage.user, message_ids=wrong) == (
            f"400 Bad Request: {words}"
        )


async def test_places_contacts_and_dice(stage: Stage) -> None:
    place = {"chat_id": stage.user, "latitude": 50.1, "longitude": 14.4}
    assert (await stage.api("sendLocation", **place))["location"] == {"latitude": 50.1, "longitude": 14.4}
    venue = await stage.api("sendVenue", **place, title="CERN", address="Meyrin")
    assert (venue["venue"]["title"], venue["location"]["latitude"]) == ("CERN", 50.1)
    contact = await stage.api("sendContact", chat_id=stage.user, phone_number="+41", first_name="Ada")
    assert contact["contact"] == {"phone_number": "+41", "first_name": "Ada"}
    dice = await stage.api("sendDice", chat_id=stage.user, emoji="🎯")
    assert dice["dice"]["value"] in range(1, 7)
    for method, wrong, words in (
        ("sendLocation", {"latitude": 91, "longitude": 0}, "wrong location specified"),
        ("sendLocation", {"latitude": "x", "longitude": 0}, "invalid latitude specified"),
        ("sendLocation", {"longitude": 0}, "latitude is empty"),
        ("sendVenue", {"latitude": 1, "longitude": 0, "title": "x"}, "address is empty"),
        ("sendContact", {"phone_number": "+41"}, "first name is empty"),
        ("sendContact", {"phone_number": "+41", "first_name": "A", "vcard": "x" * 2049}, "vCard is too long"),
        ("sendDice", {"emoji": "🍀"}, "wrong dice emoji specified"),
    ):
        assert await stage.refusal(method, chat_id=stage.user, **wrong) == f"400 Bad Request: {words}"


async def test_forwards_and_copies(stage: Stage) -> None:
    (photo,) = (await stage.person("send", kind="photo", caption="look"))["message_ids"]
    here = {"chat_id": stage.user, "from_chat_id": stage.user, "message_id": photo}
    forwarded = await stage.api("forwardMessage", **here)
    assert forwarded["forward_origin"]["sender_user"]["id"] == stage.user
    assert (forwarded["caption"], forwarded["from"]["is_bot"]) == ("look", True)
    again = await stage.api("forwardMessage", **{**here, "message_id": forwarded["message_id"]})
    assert again["forward_origin"] == forwarded["forward_origin"]
    assert (await stage.api("copyMessage", **here)).keys() == {"message_id"}
    await stage.api("copyMessage", **here, caption="<b>see</b>", parse_mode="HTML")
    *_, kept, changed = (await stage.chat())["messages"]
    assert (kept["caption"], kept["forward_origin"], kept["media"]["kind"]) == ("look", None, "photo")
    assert (changed["caption"], changed["caption_entities"][0]["type"]) == ("see", "bold")
    secret = await stage.send(protect_content=True)
    await stage.person("send", kind="story")
    story = {**here, "message_id": secret["message_id"] + 1}
    for method, wrong, words in (
        ("forwardMessage", {**here, "message_id": 99}, "message to forward not found"),
        ("copyMessage", {**here, "message_id": 99}, "message to copy not found"),
        ("forwardMessage", {**here, "message_id": secret["message_id"]}, "message can't be forwarded"),
        ("copyMessage", {**here, "message_id": secret["message_id"]}, "message can't be copied"),
        ("copyMessage", story, "message can't be copied"),
        ("copyMessage", {"chat_id": stage.user, "message_id": photo}, "from_chat_id is empty"),
    ):
        assert await stage.refusal(method, **wrong) == f"400 Bad Request: {words}"


async def test_limit_counts_files_as_messages() -> None:
    stage = await Stage(pace=1).open()
    await stage.say()
    statuses = [(await stage.upload("sendPhoto", PHOTO, chat_id=stage.user))[0] for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert len((await stage.chat())["messages"]) == 4
    await stage.close()


async def test_libraries(stage: Stage) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    async with aiogram.Bot(TOKEN, session=session) as bot:
        document = await bot.send_document(stage.user, BufferedInputFile(b"x", "a.txt"), caption="c")
        assert document.document is not None and document.document.file_name == "a.txt"
        album = await bot.send_media_group(
            stage.user,
            [
                InputMediaPhoto(media=BufferedInputFile(PNG, "a.png"), caption="first"),
                InputMediaVideo(media=BufferedInputFile(b"x", "b.mp4")),
            ],
        )
        assert [m.content_type for m in album] == ["photo", "video"]
        replaced = await bot.edit_message_media(
            InputMediaPhoto(media=BufferedInputFile(PNG, "c.png")), chat_id=stage.user, message_id=album[1].message_id
        )
        assert isinstance(replaced, aiogram.types.Message) and replaced.photo is not None
    async with telegram.Bot(TOKEN, base_url=f"{stage.base}/bot", base_file_url=f"{stage.base}/file/bot") as other:
        photo = await other.send_photo(stage.user, PNG, filename="a.png", caption="*x*", parse_mode="MarkdownV2")
        assert photo.caption_markdown_v2 == "*x*"
        read = await (await photo.photo[-1].get_file()).download_as_bytearray()
        assert bytes(read) == PNG
        assert json.loads(photo.to_json())["photo"][-1]["width"] == 3
