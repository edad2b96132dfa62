"""Trigger ids: the short leave to open a modal that an interaction gives."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from .basics import Refusal

# https://docs.slack.dev/interactivity/handling-user-interaction: "expires in 3 seconds", usable once. A person's
# patience does not scale with the pace of the rate limits.
TRIGGER_SECONDS = 3.0


@dataclass(slots=True)
class Trigger:
    user: str
    in_modal: bool
    made: float
    used: bool = False


class Triggers:
    def __init__(self) -> None:
        self._known: dict[str, Trigger] = {}

    def issue(self, user: str, in_modal: bool = False) -> str:
        now = time.monotonic()
        trigger_id = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = Trigger(user, in_modal, now)
        return trigger_id

    def spend(self, trigger_id: object) -> Trigger:
        trigger = self._known.get(str(trigger_id))
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if time.monotonic() - trigger.made > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger
