"""What waits, drawn: as a private message, and as the app's Home. Pure.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks in a message, 100 in a Home, 3,000 characters in a
section); https://docs.slack.dev/surfaces/app-home.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatdesk.adapters import acts
from chatdesk.adapters.slack.markup import literal
from chatdesk.adapters.slack.render import Block, fact, mrkdwn, plain_text
from chatdesk.agent_console.call import find
from chatdesk.agent_console.overview import Overview, Row, Section, heading
from chatdesk.core.markup import shorten
from chatdesk.core.messages import Act

SECTION_TEXT = 3000  # characters
MESSAGE_BLOCKS, HOME_BLOCKS = 50, 100
HOME_ROWS = 72  # what is left of the blocks when headings and buttons are drawn
TITLE_TEXT = 60  # of a ticket in a row
TICK, MANY = "tick", "many"
STRANGER = "The tickets of a group are shown here to its agents: the members of its channel."
Links = Mapping[str, str]  # the way to a card's thread, by the card's key


def thread_link(team_url: str, channel: str, ts: str) -> str:
    """Where a click opens the thread under this message, as `chat.getPermalink` writes links to replies.

    https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    return f"{team_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}?thread_ts={ts}&cid={channel}"


def row(shown: Row, links: Links) -> str:
    """`#42 · I cannot log in`, leading to its thread, and how it stands."""
    title = literal(f"#{shown.ticket} · {shorten(shown.title, TITLE_TEXT)}")
    link = links.get(shown.card)
    head = f"*<{link}|{title.replace('|', '¦')}>*" if link else f"*{title}*"
    priority = "" if shown.priority == "low" else f" · {shown.priority}"
    owner = f" · {literal(shown.owner)}" if shown.owner else ""
    tags = f" · {literal(', '.join(shown.tags))}" if shown.tags else ""
    return f"{head}\n{fact(shown.turn)} · {shown.state}{priority}{owner}{tags}"


def message(overviews: Sequence[Overview], links: Links) -> list[Block]:
    """What only the caller sees, wherever they asked."""
    found = list[Block]()
    for overview in overviews:
        for section in overview.sections:
            if section.count:
                head = f"*{literal(heading(overview, section, len(overviews) > 1))}*"
                texts = [head, *(row(r, links) for r in section.rows), *_more(section)]
                found += [{"type": "section", "text": mrkdwn(text)} for text in _joined(texts)]
    return found[:MESSAGE_BLOCKS]


def _joined(texts: Sequence[str]) -> Iterator[str]:
    """As few texts as hold all of them."""
    done = ""
    for text in texts:
        if done and len(done) + len(text) + 1 > SECTION_TEXT:
            yield done
            done = text
        else:
            done = f"{done}\n{text}" if done else text
    if done:
        yield done


def _more(section: Section) -> list[str]:
    return [f"… and {section.more} more"] if section.more else []


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person's Home shows."""

    overviews: Sequence[Overview]
    links: Links
    away: str | None = None  # since they are away: until when, in words
    ticked: frozenset[int] = frozenset()
    generation: int = 0  # differs from what it was where no tick shall stay
    several: tuple[str, ...] = ("reply", "tag", "resolve")  # the commands for those that are ticked


def most_rows(groups: int) -> int:
    """How many rows each of the three sections of so many groups may have."""
    return max(1, HOME_ROWS // (3 * groups)) if groups else 0


def home(page: HomePage) -> Block:
    """The Home as https://docs.slack.dev/reference/views/home-tab-views describes it."""
    if not page.overviews:
        return _view([{"type": "section", "text": plain_text(STRANGER)}])
    blocks: list[Block] = [_buttons(page)]
    for overview in page.overviews:
        for section in overview.sections:
            blocks.append({"type": "header", "text": plain_text(heading(overview, section, len(page.overviews) > 1))})
            blocks += [_row_block(r, page) for r in section.rows]
            blocks += [_small(text) for text in _more(section)]
    return _view(blocks)


def _view(blocks: list[Block]) -> Block:
    return {"type": "home", "blocks": blocks[:HOME_BLOCKS]}


def _buttons(page: HomePage) -> Block:
    """What can be done with those that are ticked, and whether one is there."""
    several = [
        _button(f"{find(name).label}…", f"{MANY}:{name}", "", primary=n == 0) for n, name in enumerate(page.several)
    ]
    if page.away is None:
        presence = _button("I am away…", "away", acts.to_text(Act("away", {"asks": "yes"})))
    else:
        presence = _button(f"I am back (away{page.away})", "back", acts.to_text(Act("back")))
    return {"type": "actions", "elements": [*several, presence]}


def _button(label: str, action: str, value: str, primary: bool = False) -> Block:
    made: Block = {"type": "button", "action_id": action, "text": plain_text(shorten(label, 75))}
    return made | ({"value": value} if value else {}) | ({"style": "primary"} if primary else {})


def _row_block(shown: Row, page: HomePage) -> Block:
    option = {"text": plain_text(f"#{shown.ticket}"), "value": str(shown.ticket)}
    ticks: Block = {"type": "checkboxes", "action_id": TICK, "options": [option]}
    if shown.ticket in page.ticked:
        ticks["initial_options"] = [option]
    return {
        "type": "section",
        "block_id": f"{TICK}:{page.generation}:{shown.ticket}",
        "text": mrkdwn(row(shown, page.links)),
        "accessory": ticks,
    }


def _small(text: str) -> Block:
    return {"type": "context", "elements": [plain_text(text)]}


def ticked(view: Mapping[str, Any]) -> tuple[int, ...]:
    """The tickets that are ticked in a Home, in the order in which they stand there."""
    values = (view.get("state") or {}).get("values") or {}
    chosen = [
        int(option["value"])
        for elements in values.values()
        for option in (elements.get(TICK) or {}).get("selected_options") or ()
    ]
    return tuple(dict.fromkeys(chosen))


def notice(title: str, sentence: str) -> Block:
    """A modal with something to read and nothing to do."""
    return {
        "type": "modal",
        "title": plain_text(shorten(title, 24)),
        "close": plain_text("Close"),
        "blocks": [{"type": "section", "text": plain_text(sentence[:SECTION_TEXT])}],
    }
