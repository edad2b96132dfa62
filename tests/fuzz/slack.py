"""Slack's requests, real ones and spoilt ones, by HTTP: https://docs.slack.dev/apis/events-api/using-http-request-urls."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.fuzz.mutation import Mutation
from tests.fuzz.slack_payloads import NOWHERE, TEAM, Payloads, Raw

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
COMMANDS = (
    "queue",
    "mine",
    "show 1",
    "claim 1",
    "take_over 1",
    "release 1",
    "assign 1 ingrid",
    "reply 1 words",
    "note 1 words",
    "title 1 words",
    "resolve 1 fixed",
    "reopen 1",
    "priority 1 high",
    "help",
    "",
    "dance",
    "show 99999999999999999999",
    "show -1",
    "claim",
    'note 1 "a" b',
    "show ٣",
)


@dataclass(frozen=True)
class Request:
    kind: str  # event, interaction, command, noise
    body: bytes
    type: str = JSON
    signed: bool = True
    payload: Any = None  # what was encoded


class Requests:
    """`next(requests)`: one request to the desk. `threads`: roots of threads that are there."""

    def __init__(self, chance: random.Random, threads: tuple[str, ...] = ("1772446500.000100",)) -> None:
        self._chance = chance
        self._mutation = Mutation(chance)
        self._payloads = Payloads(chance, self._mutation, threads)
        self._number = 0

    def __iter__(self) -> Iterator[Request]:
        return self

    def __next__(self) -> Request:
        make = self._chance.choices((self._event, self._interaction, self._command, self._noise), (10, 6, 3, 2))[0]
        return make()

    # -- what Slack sends ---------------------------------------------------------------------------------------

    def _event(self) -> Request:
        payload = self.envelope(self._spoilt(self._payloads.event()))
        payload = self._spoilt(payload) if self._chance.random() < 0.15 else payload
        return Request("event", json.dumps(payload).encode(), payload=payload)

    def _interaction(self) -> Request:
        payload = self._spoilt(self._payloads.interaction())
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return Request("interaction", body, FORM, payload=payload)

    def _command(self) -> Request:
        words = self._chance.choice((*COMMANDS, self._mutation.words()))
        given = {
            "token": "t",
            "team_id": self._payloads.team(),
            "channel_id": self._payloads.channel(),
            "user_id": self._payloads.user(),
            "command": "/desk",
            "text": words,
            "response_url": NOWHERE,
            "trigger_id": "1.2.3",
            "api_app_id": "A0DESK",
        }
        given = self._spoilt(given)
        fields = given if isinstance(given, dict) else {"x": given}
        made = {str(k): v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}
        body = urlencode(made, errors="surrogatepass").encode()
        return Request("command", body, FORM, payload=made)

    def _noise(self) -> Request:
        """No JSON, another content type, another signature, nothing at all."""
        event = json.dumps(self.envelope(self._payloads.event())).encode()
        whole = self._chance.choice(
            (event, b"payload=" + event, urlencode({"payload": event}).encode(), b"", b"{", b"\xff\xfe", b"null", b"[]")
        )
        body = whole[: self._chance.randint(0, len(whole))]
        kind = self._chance.choice(
            (
                JSON,
                FORM,
                "text/plain",
                "application/xml",
                "multipart/form-data",
                "application/json; charset=utf-16",
                "x",
            )
        )
        return Request("noise", body, kind, signed=self._chance.random() < 0.7)

    def _spoilt(self, thing: Any) -> Any:
        return self._mutation(thing) if self._chance.random() < 0.6 else thing

    def envelope(self, event: Any) -> Raw:
        self._number += 1
        who = {
            "enterprise_id": None,
            "team_id": TEAM,
            "user_id": "U0BOT",
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "t",
            "team_id": self._payloads.team(),
            "api_app_id": "A0DESK",
            "type": "event_callback",
            "event_id": f"Ev{self._number}",
            "event_time": int(time.time()),
            "authorizations": [who],
            "is_ext_shared_channel": False,
            "event": event,
        }
