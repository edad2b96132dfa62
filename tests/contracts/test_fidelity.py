"""docs/fidelity.md: every kind of message crosses in each direction, by a story that passes, or has a reason."""

from __future__ import annotations

import pytest

from tests.fidelity import CANNOT, DIRECTIONS, KINDS, PAGE, page, rows


def test_the_page_is_what_the_marks_say() -> None:
    assert PAGE.read_text() == page(), "make docs writes it anew"


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_crosses_or_has_a_reason(kind: str, direction: str) -> None:
    shown = [r for r in rows() if (r.kind, r.direction) == (kind, direction)]
    assert bool(shown) is not ((kind, direction) in CANNOT), shown


def test_no_mark_names_something_else() -> None:
    assert [r for r in rows() if r.kind not in KINDS or r.direction not in DIRECTIONS or not r.looks] == []
    assert {kind for kind, _ in CANNOT} <= set(KINDS)
