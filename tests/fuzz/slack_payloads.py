"""What Slack tells an app, as it may be told in earnest: events, and what people press, fill in and choose."""

from __future__ import annotations

import copy
import json
import random
import time
from typing import Any

from tests.adapters.examples import examples
from tests.fuzz.mutation import Mutation
from tests.golden import load

Raw = dict[str, Any]
TEAM, CHANNEL, BOT = "T0001", "C0SUPPORT", "B0BOT"
PEOPLE = ("U0PIOTR", "U0INGRID", "U0BOT", "U0NOBODY", "USLACKBOT", "W1", "")
NOWHERE = "http://127.0.0.1:9/"  # nobody listens there
KINDS = (
    *[None] * 12,
    "file_share",
    "file_share",
    "thread_broadcast",
    "bot_message",
    "channel_join",
    "me_message",
    "tombstone",
    "of_tomorrow",
)
FILE = {"id": "F1", "name": "a.txt", "mimetype": "text/plain", "size": 3, "mode": "hosted", "file_access": "visible"}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "user", "user_id": "U0INGRID"},
                {"type": "link", "url": "https://x.org", "text": "x"},
                {"type": "emoji", "name": "+1", "unicode": "1f44d"},
                {"type": "broadcast", "range": "here"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "date", "timestamp": 1, "fallback": "then"},
                {"type": "color", "value": "#fff"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 2,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
    ],
}


class Payloads:
    """`threads`: roots of threads that are there."""

    def __init__(self, chance: random.Random, mutation: Mutation, threads: tuple[str, ...]) -> None:
        self._chance = chance
        self._mutation = mutation
        self._threads = threads
        self._number = 0
        self._events = [load(path)["given"] for path in examples("slack", "in")]
        self._calls = [load(path)["given"] for path in examples("slack", "calls")]

    # -- events -------------------------------------------------------------------------------------------------

    def event(self) -> Any:
        made = (
            self._message,
            self._message,
            self._message,
            self._message,
            self._message,
            self._changed,
            self._deleted,
            self._reaction,
            self._example,
            self._around,
        )
        return self._chance.choice(made)()

    def _example(self) -> Any:
        event = copy.deepcopy(self._chance.choice(self._events))
        return {**event, "ts": self._ts()} if isinstance(event, dict) else event

    def _message(self) -> Raw:
        ts, kind = self._ts(), self._chance.choice(KINDS)
        said: Raw = {
            "type": "message",
            "user": self.user(),
            "channel": self.channel(),
            "channel_type": "group",
            "ts": ts,
            "event_ts": ts,
        }
        said["text"] = self._mutation.words()
        if self._chance.random() < 0.8:
            said["thread_ts"] = self._thread()
        if self._chance.random() < 0.4:
            said["blocks"] = [copy.deepcopy(RICH)]
        if kind:
            said["subtype"] = kind
        if kind == "file_share" or self._chance.random() < 0.1:
            said["files"] = [dict(FILE) for _ in range(self._chance.choice((1, 1, 3, 60)))]
        if kind == "bot_message":
            said["bot_id"] = self._chance.choice((BOT, "B1"))
        return said

    def _changed(self) -> Raw:
        before = self._message()
        message = {**before, "text": self._mutation.words(), "edited": {"user": before["user"], "ts": self._ts()}}
        about = {"message": message, "previous_message": before, "ts": self._ts(), "event_ts": self._ts()}
        return {"type": "message", "subtype": "message_changed", "channel": before["channel"], "hidden": True, **about}

    def _deleted(self) -> Raw:
        before = self._message()
        about = {"deleted_ts": before["ts"], "previous_message": before, "ts": self._ts(), "event_ts": self._ts()}
        return {"type": "message", "subtype": "message_deleted", "channel": before["channel"], **about}

    def _reaction(self) -> Raw:
        item = {
            "type": self._chance.choice(("message", "message", "file", "x")),
            "channel": self.channel(),
            "ts": self._thread(),
        }
        sign = self._chance.choice(
            ("+1", "eyes", "white_check_mark", "lock", "parrot", "thumbsup::skin-tone-2", "", "x" * 900)
        )
        name = self._chance.choice(("reaction_added", "reaction_removed"))
        return {
            "type": name,
            "user": self.user(),
            "reaction": sign,
            "item": item,
            "item_user": "U0BOT",
            "event_ts": self._ts(),
        }

    def _around(self) -> Raw:
        """What happens around a conversation."""
        user = {"id": self.user(), "name": "x", "profile": {"real_name": self._mutation.words()}}
        return self._chance.choice(
            (
                {
                    "type": "member_joined_channel",
                    "user": self.user(),
                    "channel": self.channel(),
                    "event_ts": self._ts(),
                },
                {
                    "type": "member_left_channel",
                    "user": self.user(),
                    "channel": self.channel(),
                    "event_ts": self._ts(),
                },
                {"type": "user_change", "user": user, "event_ts": self._ts()},
                {
                    "type": "app_home_opened",
                    "user": self.user(),
                    "channel": "D1",
                    "tab": "home",
                    "event_ts": self._ts(),
                },
                # Of the desk's own channel this would be believed, and rightly: nobody could be served there.
                {"type": "channel_archive", "channel": "C0ELSEWHERE", "user": self.user(), "event_ts": self._ts()},
                {"type": "group_rename", "channel": {"id": self.channel(), "name": "x", "created": 1}},
                {"type": "pin_removed", "channel_id": self.channel(), "item": {"type": "message"}, "has_pins": False},
                {"type": "file_shared", "file_id": "F1", "user_id": self.user(), "channel_id": self.channel()},
                {
                    "type": "app_mention",
                    "text": "<@U0BOT> hi",
                    "user": self.user(),
                    "channel": self.channel(),
                    "ts": self._ts(),
                },
                {"type": "of_tomorrow", "x": [1]},
            )
        )

    # -- interactions ---------------------------------------------------------------------------------------------

    def interaction(self) -> Raw:
        made = (self._press, self._press, self._form, self._form, self._call, self._shortcut, self._at_home)
        return self._chance.choice(made)()

    def _call(self) -> Raw:
        return copy.deepcopy(self._chance.choice(self._calls))

    def _interactive(self, kind: str, **more: Any) -> Raw:
        user = {"id": self.user(), "username": "x", "name": "x", "team_id": TEAM}
        return {
            "type": kind,
            "team": {"id": self.team(), "domain": "desk"},
            "user": user,
            "api_app_id": "A0DESK",
            "trigger_id": "1.2.3",
            **more,
        }

    def _press(self) -> Raw:
        value = self._chance.choice(
            ("claim?ticket=1", "resolve?ticket=1", "note?ticket=1", "release?ticket=1", self._mutation.words(), "dance")
        )
        line = {"value": value, "text": {"type": "plain_text", "text": "x"}}
        action = self._chance.choice(
            (
                {"type": "button", "action_id": "claim:0", "block_id": "b", "action_ts": self._ts(), "value": value},
                {
                    "type": "static_select",
                    "action_id": "more:0",
                    "block_id": "b",
                    "action_ts": self._ts(),
                    "selected_option": line,
                },
                {
                    "type": "static_select",
                    "action_id": "more:0",
                    "block_id": "b",
                    "action_ts": self._ts(),
                    "selected_option": None,
                },
            )
        )
        thread, private = self._thread(), self._chance.random() < 0.2
        container = {"type": "message", "message_ts": thread, "channel_id": self.channel(), "is_ephemeral": private}
        message = {"ts": thread, "thread_ts": thread, "type": "message", "text": "#1", "bot_id": BOT}
        where = {
            "container": container,
            "message": message,
            "channel": {"id": self.channel()},
            "response_url": NOWHERE,
        }
        return self._interactive("block_actions", actions=[action], **where)

    def _form(self) -> Raw:
        place = {"channel": CHANNEL, "user": "U0PIOTR", "thread": self._thread()}
        command = self._chance.choice(("resolve", "note", "reply", "title", "priority", "assign", "dance", "help"))
        waiting: Raw = {"command": command, "ticket": self._chance.choice((1, 2, 99)), "answers": {}, "place": place}
        waiting["tickets"] = self._chance.choice(([1, 2], [99], []))
        metadata = self._chance.choice(
            (json.dumps(waiting), json.dumps(self._mutation(waiting)), self._mutation.words(), "[]", "7")
        )
        chosen = {"type": "static_select", "selected_option": {"value": self._chance.choice(("fixed", "high", "x"))}}
        values = {
            "solution": {"answer": {"type": "plain_text_input", "value": self._mutation.words()}},
            "text": {"answer": {"type": "plain_text_input", "value": None}},
            "to": {"answer": {"type": "users_select", "selected_user": self.user()}},
            "qualifier": {"answer": chosen},
            "priority": {"answer": chosen},
        }
        some = {name: values[name] for name in self._chance.sample(sorted(values), self._chance.randint(0, 3))}
        form = self._chance.choice(("form", "form", "form", "many", "another", ""))
        view = {
            "id": "V1",
            "hash": "1.h",
            "type": "modal",
            "callback_id": form,
            "private_metadata": metadata,
            "state": {"values": some},
        }
        button = {
            "type": "button",
            "action_id": "x:0",
            "block_id": "presses",
            "action_ts": self._ts(),
            "value": "preview",
        }
        kind = self._chance.choice(("view_submission", "view_submission", "view_closed", "block_actions"))
        return self._interactive(kind, view=view, **({"actions": [button]} if kind == "block_actions" else {}))

    def _at_home(self) -> Raw:
        """Something pressed in the app's Home."""
        done = self._chance.choice(("tick", "many:resolve", "many:reply", "many:dance", "claim:0", "away:0"))
        action = {
            "type": "button",
            "action_id": done,
            "block_id": "b",
            "action_ts": self._ts(),
            "value": "claim?ticket=1",
        }
        option = {"value": self._chance.choice(("1", "2", "99"))}
        values = {"tick:0:1": {"tick": {"type": "checkboxes", "selected_options": [option]}}}
        view = {"id": "V2", "type": "home", "hash": "1.h", "private_metadata": "", "state": {"values": values}}
        return self._interactive(
            "block_actions", actions=[action], view=view, container={"type": "view", "view_id": "V2"}
        )

    def _shortcut(self) -> Raw:
        kind = self._chance.choice(
            (*["message_action"] * 4, "shortcut", "block_suggestion", "dialog_submission", "of_tomorrow")
        )
        return self._interactive(
            kind,
            callback_id=self._chance.choice(("make_ticket", "add_note", "user_history", "another")),
            channel={"id": self.channel(), "name": "x"},
            message=self._message(),
            response_url=NOWHERE,
            action_id="x",
            value="y",
        )

    # -- who, where, when -----------------------------------------------------------------------------------------

    def team(self) -> str:
        return self._chance.choice((TEAM, TEAM, TEAM, "T0STRANGE"))

    def user(self) -> str:
        return self._chance.choice((*PEOPLE[:2], *PEOPLE))

    def channel(self) -> str:
        return self._chance.choice((*[CHANNEL] * 9, "C0ELSEWHERE", "D1", ""))

    def _thread(self) -> str:
        return self._chance.choice((*self._threads, *self._threads, "1700000000.000001", self._ts()))

    def _ts(self) -> str:
        self._number += 1
        return f"{int(time.time())}.{self._number % 1_000_000:06d}"
