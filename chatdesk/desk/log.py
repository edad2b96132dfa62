"""Rows of the log: what happened, where, when, by whom and by what surface."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from chatdesk.core.events import Event, stored_fields


def row(
    event: Event,
    area: str,
    at: datetime,
    by: str,
    via: str,
    *,
    conversation: int | None = None,
    ticket: int | None = None,
    seq: int = 0,
) -> dict[str, Any]:
    """`by`: an account, or what of the desk itself; `conversation` None: of nobody's chat."""
    return {
        "conversation_id": conversation,
        "ticket": ticket,
        "seq": seq,
        "area_id": area,
        "at": at,
        "by_account": by,
        "via": via,
        "name": type(event).__name__,
        "version": event.VERSION,
        "content": json.dumps(stored_fields(event)),
    }
