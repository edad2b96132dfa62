"""Messages that a service shows as one, and those that it shows alone."""

from __future__ import annotations

from chatdesk.desk.together import own, posts


def test_which_stand_in_one_message() -> None:
    shown = {"b": ("7#2", "9"), "a": ("7", "7#1"), "c": ("8",), "d": ("7#10",), "e": ("6#2",), "f": ("6", "6#1")}
    one, other = ("a", "b", "d"), ("f", "e")
    assert posts(shown) == {"a": one, "b": one, "d": one, "e": other, "f": other}


def test_where_it_stands_alone() -> None:
    assert own(("7", "7#1")) == ()
    assert own(("7", "7#1", "9")) == ("9",)
    assert own(("7#2", "9", "10")) == ("9", "10")
    assert own(("8",)) == ("8",)
