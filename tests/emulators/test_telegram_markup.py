"""Parse modes: offsets in UTF-16 code units, and the server's own words for what cannot be parsed."""

from __future__ import annotations

from typing import Any

import pytest

from chatdesk.emulators.telegram.errors import ApiError
from chatdesk.emulators.telegram.markup import read_text


def entity(kind: str, offset: int, length: int, **extra: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a <b>😀 b</b>", "a 😀 b", [entity("bold", 2, 4)]),
        ("<b>x<i>y</i></b>", "xy", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<STRONG>x</strong >", "x", [entity("bold", 0, 1)]),
        ("&lt;&amp;&quot;&#65;&#x42;&nbsp;", '<&"AB&nbsp;', []),
        (
            '<a href="http://a.example/?x=1&amp;y=2">l</a>',
            "l",
            [entity("text_link", 0, 1, url="http://a.example/?x=1&y=2")],
        ),
        ('<a href="nothing">l</a>', "l", []),
        ("<a>a.example</a>", "a.example", [entity("text_link", 0, 9, url="http://a.example/")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<code>/cmd</code>", "/cmd", [entity("code", 0, 4)]),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        (" <u> x </u> ", "x", [entity("underline", 0, 1)]),
        ("<s></s>x", "x", []),
    ],
)
def test_html(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert read_text(source, "HTML", None) == (text, entities)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("ü<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ü<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<i>a</em>", 'Unmatched end tag at byte offset 4, expected "</i>", found "</em>"'),
        ("<i>a</i", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified at byte offset 0"),
        ('<b "x">a</b>', 'Unexpected character in the tag "b" at byte offset 0'),
    ],
)
def test_html_errors(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        read_text(source, "html", None)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a *😀 b*", "a 😀 b", [entity("bold", 2, 4)]),
        ("_i __u__ ~s~ ||p||_", "i u s p", []),
        (r"1\.5 \* 2\!", "1.5 * 2!", []),
        ("`a_b*`", "a_b*", [entity("code", 0, 4)]),
        ("```py\nx = [1]\n```", "x = [1]", [entity("pre", 0, 7, language="py")]),
        ("```\na```", "a", [entity("pre", 0, 1)]),
        (r"[l](http://a.example/\)x)", "l", [entity("text_link", 0, 1, url="http://a.example/)x")]),
        ("![👍](tg://emoji?id=5)", "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        (">a\n>b\nc", "a\nb\nc", [entity("blockquote", 0, 3)]),
        ("x\n>*a*\n>b||", "x\na\nb", [entity("expandable_blockquote", 2, 3), entity("bold", 2, 1)]),
        (">a\n**>b", "a\nb", [entity("blockquote", 0, 1), entity("blockquote", 2, 1)]),
    ],
)
def test_markdown(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    read, found = read_text(source, "MarkdownV2", None)
    assert read == text
    if source.startswith("_i"):
        entities = [entity("italic", 0, 7), entity("underline", 2, 1)]
        entities += [entity("strikethrough", 4, 1), entity("spoiler", 6, 1)]
    assert found == entities


@pytest.mark.parametrize("reserved", "]()>#+-=|{}.!")
def test_markdown_reserved(reserved: str) -> None:
    with pytest.raises(ApiError) as refused:
        read_text(f"a{reserved}b", "MarkdownV2", None)
    words = f"Character '{reserved}' is reserved and must be escaped with the preceding '\\'"
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        # these come from the original's own tests
        ("🏟 🏟_abacaba", "Can't find end of Italic entity at byte offset 9"),
        ("🏟 🏟_abac * asd ", "Can't find end of Bold entity at byte offset 15"),
        ("🏟 🏟_abac * asd _", "Can't find end of Italic entity at byte offset 21"),
        ("🏟 🏟`", "Can't find end of Code entity at byte offset 9"),
        ("🏟 🏟```", "Can't find end of Pre entity at byte offset 9"),
        ("🏟 🏟```a ", "Can't find end of PreCode entity at byte offset 9"),
        ("🏟 🏟__🏟 🏟_", "Can't find end of Italic entity at byte offset 20"),
        ("🏟 🏟_🏟 🏟__", "Can't find end of Underline entity at byte offset 19"),
        ("[x](http://a", "Can't find end of a URL at byte offset 4"),
        ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
        ("![x](http://a.example)", "Custom emoji URL must have an emoji identifier"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
    ],
)
def test_markdown_errors(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        read_text(source, "MarkdownV2", None)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_found_by_telegram_itself() -> None:
    text, found = read_text("😀 /help at https://a.example/x. @desk_bot a@b.example #tag 1/2", None, None)
    parts = [(e["type"], text.encode("utf-16-le")[2 * e["offset"] : 2 * (e["offset"] + e["length"])]) for e in found]
    assert [(kind, part.decode("utf-16-le")) for kind, part in parts] == [
        ("bot_command", "/help"),
        ("url", "https://a.example/x"),
        ("mention", "@desk_bot"),
        ("email", "a@b.example"),
        ("hashtag", "#tag"),
    ]


def test_given_entities_move_with_the_trimmed_text() -> None:
    given = [entity("bold", 2, 3), entity("italic", 0, 1)]
    assert read_text("  abc ", None, given) == ("abc", [entity("bold", 0, 3)])
    for wrong in ({"type": "bolt"}, {"type": "bold", "offset": "0", "length": 1}, entity("text_link", 0, 1), 5):
        with pytest.raises(ApiError, match="can't parse entities"):
            read_text("abc", None, [wrong])
