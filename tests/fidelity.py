"""What crosses between Telegram and Slack, as marks on the stories that show it, and the page made of them.

    @pytest.mark.crosses("photo", TO_AGENTS, "a picture in the thread, its words above it")

A kind has a passing row in each direction, or a reason why it cannot cross. `python -m tests.fidelity` writes
docs/fidelity.md; tests/contracts/test_fidelity.py holds the page and the rows to each other.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests import stories

PAGE = Path(__file__).parents[1] / "docs" / "fidelity.md"
TO_AGENTS, TO_USERS = "to agents", "to users"
DIRECTIONS = {TO_AGENTS: "From Telegram to Slack", TO_USERS: "From Slack to Telegram"}

KINDS: Sequence[str] = (
    *("text", "formatting", "emoji", "list", "quotation", "mention", "what looks like a command", "long text"),
    *("photo", "document", "video", "video note", "voice", "audio", "animation", "sticker", "album"),
    *("location", "venue", "contact", "poll", "dice", "story", "paid media", "file that is too big"),
    *("forward", "answer to an earlier message", "edit", "deletion", "reaction", "block", "message in a group"),
)

NO_SUCH_THING = "Slack has no such message"
CANNOT: Mapping[tuple[str, str], str] = {
    ("video note", TO_USERS): "Slack has none; a film is sent as a film",
    ("voice", TO_USERS): "Slack's clips are films or sounds, and are sent as such",
    ("sticker", TO_USERS): "Slack has none; a team's own emoji keeps its name",
    ("location", TO_USERS): NO_SUCH_THING,
    ("venue", TO_USERS): NO_SUCH_THING,
    ("contact", TO_USERS): NO_SUCH_THING,
    ("poll", TO_USERS): NO_SUCH_THING,
    ("dice", TO_USERS): NO_SUCH_THING,
    ("story", TO_USERS): NO_SUCH_THING,
    ("paid media", TO_USERS): NO_SUCH_THING,
    ("forward", TO_USERS): "a message that is shared into a thread has its words there, and these are sent",
    ("deletion", TO_AGENTS): "Telegram tells no bot when a user deletes a message, and nothing is guessed",
    ("block", TO_USERS): "an agent blocks nobody; a user who floods is muted, and told so",
}


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    direction: str
    looks: str
    story: str


def rows() -> Iterator[Row]:
    """All marks on stories."""
    for module in pkgutil.iter_modules(stories.__path__, f"{stories.__name__}."):
        for name, thing in vars(import_module(module.name)).items():
            for mark in getattr(thing, "pytestmark", ()) if name.startswith("test_") else ():
                if mark.name == "crosses":
                    kind, direction, looks = mark.args
                    yield Row(kind, direction, looks, f"{module.name.rsplit('.', 1)[-1]}.py: {name}")


def page() -> str:
    found = list(rows())
    parts = [
        "# What crosses, and how it looks\n\nMade by `make docs` from marks on the stories in `tests/stories`, each of "
        "which plays it over the wire, in both modes of each channel and on both databases.\n"
    ]
    for direction, title in DIRECTIONS.items():
        parts += [f"\n## {title}\n", "| what | how it looks there | shown by |", "|---|---|---|"]
        for kind in KINDS:
            mine = [r for r in found if (r.kind, r.direction) == (kind, direction)]
            parts += [f"| {kind} | {r.looks} | `{r.story}` |" for r in mine]
            if (kind, direction) in CANNOT:
                parts.append(f"| {kind} | cannot: {CANNOT[kind, direction]} | |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
