"""What a rich_text block may hold (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

from .elements import ANY
from .shapes import Check, anything, array, boolean, integer, one_of, record, string, typed

_MOST_INDENT = 8
_NAME = string(ANY)
_SIZE = integer(0, ANY)
_TEXT_STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_REFERENCE_STYLE = record(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink"), boolean)
)


def _element(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return record({"type": anything, **required}, optional)


_INLINE = typed(
    {
        "text": _element({"text": _NAME}, {"style": _TEXT_STYLE}),
        "link": _element({"url": _NAME}, {"text": _NAME, "unsafe": boolean, "style": _TEXT_STYLE}),
        "emoji": _element(
            {"name": _NAME},
            {"unicode": _NAME, "skin_tone": integer(2, 6), "display_url": _NAME, "style": _REFERENCE_STYLE},
        ),
        "user": _element({"user_id": _NAME}, {"style": _REFERENCE_STYLE}),
        "usergroup": _element({"usergroup_id": _NAME}, {"style": _REFERENCE_STYLE}),
        "channel": _element({"channel_id": _NAME}, {"style": _REFERENCE_STYLE}),
        "broadcast": _element({"range": one_of("here", "channel", "everyone")}, {"style": _REFERENCE_STYLE}),
        "date": _element(
            {"timestamp": _SIZE, "format": _NAME}, {"url": _NAME, "fallback": _NAME, "style": _REFERENCE_STYLE}
        ),
        "color": _element({"value": _NAME}, {"style": _REFERENCE_STYLE}),
    }
)
_WORDS = {"elements": array(_INLINE, ANY, least=0)}
_SECTION = _element(_WORDS, {})
RICH_PART = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": _element(
            {
                "style": one_of("bullet", "ordered"),
                "elements": array(typed({"rich_text_section": _SECTION}), ANY),
            },
            {"indent": integer(0, _MOST_INDENT), "offset": _SIZE, "border": integer(0, 1)},
        ),
        "rich_text_quote": _element(_WORDS, {"border": integer(0, 1)}),
        "rich_text_preformatted": _element(_WORDS, {"border": integer(0, 1), "language": _NAME}),
    }
)
