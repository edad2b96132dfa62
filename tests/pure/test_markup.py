"""Formatted text as characters and spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatdesk.core.markup import Markup, Span, Style, bold, pieces, shorten, split, styled, units
from chatdesk.core.messages import Identity

BOLD, ITALIC, LINK, MENTION = Style.BOLD, Style.ITALIC, Style.LINK, Style.MENTION


@pytest.mark.parametrize(
    ("markup", "cut"),
    [
        (Markup(""), []),
        (Markup("plain"), [("plain", [])]),
        (bold("all"), [("all", [BOLD])]),
        (Markup("one two", (Span(BOLD, 0, 3),)), [("one", [BOLD]), (" two", [])]),
        (
            Markup("abcdef", (Span(BOLD, 0, 4), Span(ITALIC, 2, 6))),
            [("ab", [BOLD]), ("cd", [BOLD, ITALIC]), ("ef", [ITALIC])],
        ),
        (
            Markup("abc", (Span(BOLD, 0, 3), Span(LINK, 1, 2, "https://x.org"))),
            [("a", [BOLD]), ("b", [BOLD, LINK]), ("c", [BOLD])],
        ),
        (Markup("ab", (Span(BOLD, 1, 9),)), [("a", []), ("b", [BOLD])]),  # it ends with the text
        (Markup("ab", (Span(BOLD, 1, 1),)), [("a", []), ("b", [])]),
    ],
)
def test_pieces_are_cut_where_a_style_begins_or_ends(markup: Markup, cut: list[tuple[str, list[Style]]]) -> None:
    assert [(text, [s.style for s in spans]) for text, spans in pieces(markup)] == cut


@given(st.text(max_size=30), st.lists(st.tuples(st.sampled_from(Style), st.integers(0, 30), st.integers(0, 30))))
def test_pieces_put_together_are_the_text(text: str, spans: list[tuple[Style, int, int]]) -> None:
    markup = Markup(text, tuple(Span(style, start, end) for style, start, end in spans))
    assert "".join(piece for piece, _ in pieces(markup)) == text


@pytest.mark.parametrize(
    ("markup", "count", "rest"),
    [
        (Markup(";; note"), 2, Markup("note")),
        (Markup(";;note"), 2, Markup("note")),
        (Markup(";;"), 2, Markup("")),
        (Markup("note:\n  two\nlines "), 5, Markup("two\nlines ")),
        (Markup(";; a bold", (Span(BOLD, 5, 9),)), 2, Markup("a bold", (Span(BOLD, 2, 6),))),
        (Markup(";; bold", (Span(BOLD, 0, 7),)), 2, Markup("bold", (Span(BOLD, 0, 4),))),
        (Markup(";; x", (Span(BOLD, 0, 2),)), 2, Markup("x")),
        (Markup("whole"), 0, Markup("whole")),
    ],
)
def test_without_start_moves_the_spans(markup: Markup, count: int, rest: Markup) -> None:
    assert markup.without_start(count) == rest


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("short", 60, "short"),
        ("  two\n lines\t", 60, "two lines"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three four", 10, "one two…"),
        ("one two three four", 15, "one two three…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("a Donaudampfschifffahrt", 10, "a Donauda…"),  # the word's cut loses less than the whole word
        ("wait, what happens", 7, "wait…"),
        ("👩‍🔬" * 10, 5, "👩‍🔬" + "👩…"),
        ("....................", 5, "…"),
        ("", 5, ""),
    ],
)
def test_shorten(text: str, most: int, short: str) -> None:
    assert shorten(text, most) == short


@given(st.text(), st.integers(1, 80))
def test_shorten_never_gives_more_nor_a_second_line(text: str, most: int) -> None:
    short = shorten(text, most)
    assert len(short) <= most
    assert len(short.splitlines()) <= 1


def test_adding_moves_the_second_spans() -> None:
    assert bold("Piotr") + "\n" + styled("here", LINK, "https://x.org") == Markup(
        "Piotr\nhere", (Span(BOLD, 0, 5), Span(LINK, 6, 10, "https://x.org"))
    )


def test_an_empty_text_has_no_style_and_is_false() -> None:
    assert styled("", BOLD) == Markup("")
    assert not Markup(" \n\t")
    assert Markup(" x")
    assert str(bold("x")) == "x"


def test_mentions_are_the_accounts_in_the_text() -> None:
    said = styled("@Ingrid", MENTION, "T1/U2") + " and " + styled("here", LINK, "https://x.org")
    assert list(said.mentions()) == ["T1/U2"]


@pytest.mark.parametrize(
    ("start", "end", "text", "found"),
    [
        (0, 1, "", Markup("bcd", (Span(BOLD, 0, 2), Span(ITALIC, 1, 3)))),
        (1, 1, "-", Markup("a-bcd", (Span(BOLD, 1, 4), Span(ITALIC, 3, 5)))),
        (3, 3, "-", Markup("abc-d", (Span(BOLD, 1, 3), Span(ITALIC, 2, 5)))),
        (1, 3, "xyz", Markup("axyzd", (Span(BOLD, 1, 4), Span(ITALIC, 3, 5)))),
        (4, 4, "!", Markup("abcd!", (Span(BOLD, 1, 3), Span(ITALIC, 2, 4)))),
    ],
)
def test_styles_keep_to_their_words_when_others_change(start: int, end: int, text: str, found: Markup) -> None:
    markup = Markup("abcd", (Span(BOLD, 1, 3), Span(ITALIC, 2, 4)))
    assert markup.with_instead(start, end, text) == found


def test_who_is_mentioned_is_called_by_name_alone() -> None:
    said = styled("@Ingrid", MENTION, "T1/U2") + " and " + bold("you") + ": " + styled("@here", MENTION, "T1/!here")
    bare = said.with_bare_names()
    assert bare.text == "Ingrid and you: here"
    assert [bare.text[s.start : s.end] for s in bare.spans] == ["Ingrid", "you", "here"]
    assert Markup("@plain").with_bare_names() == Markup("@plain")


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("short", 10, ["short"]),
        ("", 10, [""]),
        ("exactly te", 10, ["exactly te"]),
        ("one two three", 10, ["one two", "three"]),
        ("one two\nthree", 10, ["one two", "three"]),
        ("line\nline\nx y z", 13, ["line\nline", "x y z"]),  # a line rather than a word
        ("para\ngraph\n\nx\ny", 14, ["para\ngraph", "x\ny"]),  # a paragraph rather than a line
        ("a bcdefghijklmn", 10, ["a bcdefghi", "jklmn"]),  # a space near the beginning is no place
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("👩" * 12, 9, ["👩" * 4, "👩" * 4, "👩" * 4]),  # two units each
        ("abcdef👩‍🔬", 9, ["abcdef", "👩‍🔬"]),
        ("abcdefgh👍🏽", 10, ["abcdefgh", "👍🏽"]),
        ("abcdefghié", 10, ["abcdefghi", "é"]),
        ("a" + "\n" * 30 + "b", 10, ["a", "b"]),  # a blank part is none
        ("\n" * 30, 10, []),
    ],
)
def test_split_at_a_sensible_place(text: str, most: int, parts: list[str]) -> None:
    assert [part.text.strip() for part in split(Markup(text), most)] == (parts or [""])


def test_a_style_over_the_cut_is_in_both_parts() -> None:
    link = Span(LINK, 0, 13, "https://x.org")
    assert split(Markup("one two three", (link, Span(BOLD, 4, 13))), 10) == [
        Markup("one two", (Span(LINK, 0, 7, "https://x.org"), Span(BOLD, 4, 7))),
        Markup("three", (Span(LINK, 0, 5, "https://x.org"), Span(BOLD, 0, 5))),
    ]


@given(st.text(max_size=200), st.integers(2, 40))
def test_parts_fit_and_lose_nothing_but_white_space(text: str, most: int) -> None:
    parts = split(Markup(text), most)
    assert all(units(part.text) <= most for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202eTenil \u202dMargo", "Tenil Margo"),  # it would turn what stands behind it on a card
        ("\u2067نادية\u2069", "نادية"),  # what is written from the right needs no sign for it
        ("\u202e", "(no name)"),
        ("", ""),
    ],
)
def test_a_name_turns_nothing_around_it(name: str, shown: str) -> None:
    assert Identity("telegram", "1", name).name == shown
