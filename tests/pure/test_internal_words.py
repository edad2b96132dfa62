"""Words that look internal leave the desk by no surface: thread, command or form."""

from __future__ import annotations

import pytest

from chatdesk.conversations.replying import why_internal


@pytest.mark.parametrize(
    "text", [";; not for her", "note: not for her", "*Note:* hm", "  ;; hm", "<@U0INGRID> look", "<!here> look"]
)
def test_looks_internal(text: str) -> None:
    assert why_internal(text)


@pytest.mark.parametrize(
    "text", ["Please note: it is back", "a ;; b", "x < y @home", "mail me at a@b.org", "<b>bold</b>"]
)
def test_is_for_the_customer(text: str) -> None:
    assert why_internal(text) is None
