"""Plays deeds on a stage: people write, press visible words, and look. Nothing here calls the desk's decisions."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from chatdesk.desk import timers
from tests.stage import CHANNEL, INGRID, PIOTR, Agent, Customer, Stage, until, words_of
from tests.two_chats.by_users import GREETING, THANKS
from tests.two_chats.deeds import SIGNS, Done
from tests.two_chats.seen import holds, speaks
from tests.two_chats.world import Said, World

HOLD = 300.0  # seconds of the desk's clock, which only a deed turns on
PART_OF_ALBUM = 2.0  # seconds, after which no further part is expected


def phrase(text: str) -> str:
    """What is typed for these words."""
    return text if text in ("", GREETING, THANKS) else f"What about {text}, please?"


def content(name: str) -> bytes:
    return f"This is what {name} holds.\n".encode()


@dataclass
class People:
    """They know what they wrote where; `numbers`: what the cards call the tickets."""

    stage: Stage
    world: World = field(default_factory=World)  # before what is being done
    numbers: dict[str, int] = field(default_factory=dict)
    at: dict[str, Any] = field(default_factory=dict)  # label -> message id or ts

    async def do(self, done: Done) -> None:
        await asyncio.gather(*(getattr(self, f"_{d.name}")(**d.what) for d in (done, *done.at_once)))

    def _user(self, who: int) -> Customer:
        return self.stage.customer(who)

    def _agent(self, who: str) -> Agent:
        return self.stage.agent(who)

    async def _pass(self, **by: float) -> None:
        await self.stage.turn(**by)
        assert self.stage.app is not None
        await timers.tick(self.stage.app.desk)

    # -- in Telegram --------------------------------------------------------------------------------------------

    async def _write(self, who: int, label: str, text: str) -> None:
        self.at[label] = await self._user(who).says(phrase(text))

    async def _write_after_an_end(self, who: int, label: str, text: str) -> None:
        await self._write(who, label, text)

    async def _write_in_one_breath(self, who: int, label: str, text: str) -> None:
        for n in range(3):
            await self._write(who, f"{label}.{n}", f"{text}{n}")

    async def _greet(self, who: int, label: str) -> None:
        await self._write(who, label, GREETING)

    async def _thank(self, who: int, label: str) -> None:
        await self._write(who, label, THANKS)

    async def _send_file(self, who: int, label: str, files: tuple[str, ...], text: str = "") -> None:
        given = [(name, content(name)) for name in files]
        self.at[label] = (await self._user(who).sends("document", *given, caption=phrase(text)))[0]

    async def _send_file_alone(self, who: int, label: str, files: tuple[str, ...]) -> None:
        await self._send_file(who, label, files)

    async def _send_album(self, who: int, label: str, text: str, files: tuple[str, ...]) -> None:
        await self._send_file(who, label, files, text)
        await self._is_quiet()
        await self._pass(seconds=PART_OF_ALBUM)

    async def _edit(self, who: int, label: str, text: str) -> None:
        part = "caption" if self.world.said[label].files else "text"
        user = self._user(who)
        given = {"bot": user.bot, "user": who, "message_id": self.at[label], part: phrase(text)}
        await user.control.post("telegram/edit", **given)

    async def _delete(self, who: int, label: str) -> None:
        user = self._user(who)
        await user.control.post("telegram/delete", bot=user.bot, user=who, message_id=self.at[label])

    async def _react(self, who: int, label: str, sign: str) -> None:
        user = self._user(who)
        message = await self._heard(user, self.world.said[label])
        await user.control.post("telegram/react", bot=user.bot, user=who, message_id=message, emoji=sign)

    async def _quote(self, who: int, label: str, text: str, quotes: str) -> None:
        quoted, user = self.world.said[quotes], self._user(who)
        message = self.at[quotes] if quoted.by == who else await self._heard(user, quoted)
        self.at[label] = await user.says(phrase(text), reply_to=message)

    async def _heard(self, user: Customer, reply: Said) -> int:
        """The message in the chat that shows an agent's reply."""

        def shows(m: dict[str, Any]) -> bool:
            return m["from"] == "bot" and (reply.text or reply.files[0]) in json.dumps(m)

        return next(int(m["message_id"]) for m in await user.messages() if shows(m))

    async def _block(self, who: int) -> None:
        await self._user(who).blocks()

    async def _unblock(self, who: int) -> None:
        """The tickets learn of it at the next look at the clock, which is not waited for."""
        await self._user(who).unblocks()

    async def _new(self, who: int) -> None:
        await self._user(who).says("/new")

    async def _new_with_words(self, who: int, label: str, text: str) -> None:
        self.at[label] = await self._user(who).says(f"/new {phrase(text)}")

    async def _choose(self, who: int, name: str) -> None:
        user = self._user(who)
        await self._asks(user, "/tickets")
        labels = [label for label in await user.buttons() if label.startswith(f"#{self.numbers[name]} ")]
        await user.presses(labels[-1])

    async def _end(self, who: int, name: str) -> None:
        user = self._user(who)
        await self._asks(user, f"/end {self.numbers[name]}")
        await user.presses("End it")

    async def _asks(self, user: Customer, command: str) -> None:
        """The buttons that are pressed next are those of the answer."""
        before = len(await user.bot_said())
        await user.says(command)

        async def look() -> bool:
            return len(await user.bot_said()) > before

        await until(look, f"an answer to {command}")

    async def _say_solved(self, who: int, name: str) -> None:
        await self._answers(who, f"Does this solve ticket #{self.numbers[name]}?", "Yes, it is solved")

    async def _say_not_solved(self, who: int, name: str) -> None:
        await self._answers(who, f"Does this solve ticket #{self.numbers[name]}?", "No, not yet")

    async def _answer_reopen(self, who: int, name: str) -> None:
        await self._answers_after_an_end(who, name, f"It is about #{self.numbers[name]}: open it again")

    async def _answer_new(self, who: int, name: str) -> None:
        await self._answers_after_an_end(who, name, "It is something new")

    async def _answer_thanks(self, who: int, name: str) -> None:
        await self._answers_after_an_end(who, name, "Just thanks")

    async def _answers_after_an_end(self, who: int, name: str, label: str) -> None:
        """Below the question about this ticket."""
        user, mark = self._user(who), f"It is about #{self.numbers[name]}: open it again"

        async def look() -> int | None:
            asked = (m for m in await user.messages() if mark in str(m["buttons"]))
            return next((int(m["message_id"]) for m in asked), None)

        message = await until(look, f"the question about {name}")
        await user.control.post("telegram/press", bot=user.bot, user=who, message_id=message, label=label)

    async def _answers(self, who: int, words: str, label: str) -> None:
        user = self._user(who)
        message = (await user.sees(words))["message_id"]
        await user.control.post("telegram/press", bot=user.bot, user=who, message_id=message, label=label)

    # -- in Slack -----------------------------------------------------------------------------------------------

    async def _post(self, who: str, label: str, name: str, words: str, files: tuple[str, ...] = ()) -> None:
        agent = self._agent(who)
        card = await agent.card(f"#{self.numbers[name]} ·")
        given = [{"name": f, "mimetype": "text/plain", "content": base64.b64encode(content(f)).decode()} for f in files]
        more = {"files": given} if given else {}
        posted = await agent.control.post(
            "slack/post", user=who, channel=CHANNEL, text=words, thread_ts=card["ts"], **more
        )
        self.at[label] = posted["ts"]

    async def _reply(self, who: str, label: str, name: str, text: str) -> None:
        await self._post(who, label, name, phrase(text))

    async def _reply_by_command(self, who: str, label: str, name: str, text: str) -> None:
        await self._agent(who).types(f"/desk reply {self.numbers[name]} {phrase(text)}")

    async def _reply_with_file(self, who: str, label: str, name: str, text: str, files: tuple[str, ...]) -> None:
        await self._post(who, label, name, phrase(text), files)

    async def _reply_with_album(self, who: str, label: str, name: str, text: str, files: tuple[str, ...]) -> None:
        await self._post(who, label, name, phrase(text), files)

    async def _mention(self, who: str, label: str, name: str, text: str) -> None:
        other = INGRID if who == PIOTR else PIOTR
        await self._post(who, label, name, f"<@{other}> {phrase(text)}")

    async def _note(self, who: str, label: str, name: str, text: str) -> None:
        await self._post(who, label, name, f";; {phrase(text)}")

    async def _note_by_button(self, who: str, label: str, name: str, text: str) -> None:
        await self._agent(who).clicks(self.numbers[name], "Note")
        await self._agent(who).submits(text=phrase(text))

    async def _undo(self, who: str, label: str) -> None:
        await self._decides(who, label, "Undo")

    async def _keep(self, who: str, label: str) -> None:
        await self._decides(who, label, "Keep as internal note")

    async def _send(self, who: str, label: str) -> None:
        await self._decides(who, label, "Send to ")

    async def _decides(self, who: str, label: str, button: str) -> None:
        """Press a button of the newest private question about that reply."""
        agent, reply = self._agent(who), self.world.said[label]
        key = (await self._key(reply)) if reply.form else self.at[label]

        async def look() -> Any:
            told = (await agent.channel())["ephemerals"]
            return next((e for e in reversed(told) if key in json.dumps(e) and button in words_of(e)), None)

        told = await until(look, f"{button} for {label}")
        labels = [e["text"]["text"] for b in told["blocks"] for e in b.get("elements", []) if e["type"] == "button"]
        await agent.presses(told["ts"], next(name for name in labels if name.startswith(button)))

    async def _key(self, message: Said) -> str:
        rows = await self.stage.rows("SELECT key FROM messages WHERE body LIKE :words", words=f"%{message.text}%")
        return f'message={quote(rows[0]["key"], safe="")}"'

    async def _edit_agents(self, who: str, label: str, text: str) -> None:
        await self._agent(who).edits(self.at[label], phrase(text))

    async def _edit_into_note(self, who: str, label: str, text: str) -> None:
        await self._agent(who).edits(self.at[label], f";; {phrase(text)}")

    async def _delete_agents(self, who: str, label: str) -> None:
        await self._agent(who).deletes(self.at[label])

    async def _react_on_copy(self, who: str, label: str, sign: str) -> None:
        message = self.world.said[label]
        replies = await self._agent(who).thread(self.numbers[message.ticket or ""])
        words = message.text or message.files[0]
        copy = next(m for m in replies if m["bot"] and words in json.dumps(m))
        await self._agent(who).reacts(copy["ts"], SIGNS[sign])

    async def _react_on_reply(self, who: str, label: str, sign: str) -> None:
        message = self.world.said[label]
        replies = await self._agent(who).thread(self.numbers[message.ticket or ""])
        shown = next(m for m in replies if speaks(m, message) and holds(m, message))
        await self._agent(who).reacts(shown["ts"], SIGNS[sign])

    async def _claim(self, who: str, name: str) -> None:
        await self._agent(who).clicks(self.numbers[name], "Claim")

    async def _claim_by_command(self, who: str, name: str) -> None:
        await self._agent(who).types(f"/desk claim {self.numbers[name]}")

    async def _take_over(self, who: str, name: str) -> None:
        await self._agent(who).clicks(self.numbers[name], "Take over")

    async def _release(self, who: str, name: str) -> None:
        await self._agent(who).clicks(self.numbers[name], "Release")

    async def _resolve(self, who: str, label: str, name: str, text: str) -> None:
        await self._agent(who).clicks(self.numbers[name], "Resolve")
        await self._agent(who).submits(solution=phrase(text))

    async def _resolve_by_command(self, who: str, label: str, name: str, text: str) -> None:
        await self._agent(who).types(f"/desk resolve {self.numbers[name]} {phrase(text)}")

    async def _reopen(self, who: str, name: str) -> None:
        await self._agent(who).clicks(self.numbers[name], "Reopen")

    # -- time ---------------------------------------------------------------------------------------------------

    async def _time_passes(self) -> None:
        await self._pass(seconds=HOLD + 1)

    async def _half_an_hour_passes(self) -> None:
        await self._pass(minutes=31)

    async def _is_quiet(self) -> None:
        """Nothing waits anywhere: no update, no event, no delivery; nobody waits for a look at the clock."""
        app, control = self.stage.app, self.stage.control
        assert app is not None

        async def look() -> bool:
            await timers.tick(app.desk)
            if [bot for bot in await control.get("telegram/bots") if bot["pending"]]:
                return False
            if [d for d in await control.get("slack/deliveries") if d["state"] in ("pending", "sent")]:
                return False
            return (await timers.waiting_since(app.desk))[0] == 0

        await until(look, "an end of all that waits")
        if not await look():
            await self._is_quiet()

    async def done(self, done: Done) -> None:
        """Do it, and wait until all that follows has been delivered."""
        await self.do(done)
        await self._is_quiet()
