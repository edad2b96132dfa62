"""desk.yaml: what it says, and every fault with its line, its field, the reason and an example, all at once."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chatdesk.areas.area import ONE_WORKING_DAY, AfterEnd, Area, DayOpens, Emoji, Lease, Thread
from chatdesk.areas.desk_file import BotEntry
from chatdesk.areas.directory import Directory
from chatdesk.areas.loader import Loaded, WrongDesk, load, parse
from chatdesk.conversations.card import status_of
from chatdesk.core.language import best
from chatdesk.core.messages import Address
from chatdesk.plan import phrases
from tests.builders import a_case, a_group, a_ticket

EXAMPLE = Path(__file__).parents[2] / "deploy" / "desk.example.yaml"
ENVIRONMENT = {"GRID_TOKEN": "123456:ABC-DEF", "OTHER_TOKEN": "234567:ABC-DEF", "SECRET": "a-long-word", "EMPTY": ""}
TOKEN = "7654321:AAF-a-token-that-nobody-may-read"


def read(text: str) -> Loaded:
    return parse(text, "desk.yaml", ENVIRONMENT, phrases())


def faults(text: str) -> list[str]:
    with pytest.raises(WrongDesk) as wrong:
        read(text)
    return str(wrong.value).splitlines()


def in_group(line: str, more: str = "") -> str:
    """A file that is well but for this line, its sixth."""
    return f"areas:\n  - id: lab\ngroups:\n  - {{id: a, name: A, channel: a}}\n  - id: b\n    {line}\n    {more}\n"


def filter_of(when: str, then: str) -> str:
    """A file with one filter: what must hold stands in its fifth line, what becomes of it in its sixth."""
    return f"{GROUP}filters:\n  - name: x\n    when: {{{when}}}\n    then: {{{then}}}\n"


GROUP = "groups:\n  - {id: grid, name: Grid, channel: grid}\n"
TWO = "areas: [{id: x}, {id: y}]\n"
LENGTH = "must be a number with m, h or d behind it, such as 30m, 4h or 2d"
NO_TOKENS = "is a token, and this file is no place for one"

# (the text, its line, the field, the reason)
WRONG = [
    # YAML itself
    ("", 1, "", "is empty: it needs groups"),
    ("# nothing\n", 1, "", "is empty: it needs groups"),
    ("groups", 1, "", "must begin with a name and a colon, such as groups:"),
    ("- id: a", 1, "", "must begin with a name and a colon, such as groups:"),
    ("groups:\n\t- id: a\n", 2, "", "it begins with a tab: YAML wants spaces"),
    ("groups:\n  - id: a: b\n", 2, "", "a colon stands where none can be"),
    ("groups:\n  - id: 'a\n", 2, "", "quotes are opened and not closed"),
    ("groups:\n  - id: a\n   name: b\n", 3, "", "it is indented otherwise than the lines that it belongs to"),
    ("groups: [a, b\nbots: []\n", 1, "", "a [ is not closed, or a comma is missing"),
    ("emoji: {claim: eyes\n", 1, "", "a { is not closed, or a comma is missing"),
    ("groups:\n  - id: @a\n", 2, "", "a text that begins with such a sign needs quotes"),
    (f"{GROUP}---\n{GROUP}", 3, "", "a second document begins here (---), and only one is read"),
    (f'{GROUP}emoji:\n  claim: "\\d"\n', 4, "", "in double quotes a backslash means something else"),
    (f"{GROUP}emoji: \x01\n", 3, "", "it holds a sign that no text should have"),
    (f"{GROUP}emoji: !python/object x\n", 3, "", "the tag !python/object has no meaning here"),
    ("groups:\n  - &a {id: a, name: A, channel: a}\n  - *a\n", 3, "", "*a stands for something above"),
    ("[", 1, "", "a value is missing"),
    ("[" * 500 + "]" * 500, 1, "", "is nested too deeply to be read"),
    (f"{GROUP}? [a, b]\n: c\n", 3, "", "a name must be one word"),
    (f"{GROUP}groups: []\n", 3, "groups", "stands here and in line 1 already"),
    ("groups:\n  - id: a\n    name: A\n    channel: a\n    name: B\n", 5, "groups.a.name", "stands here and in line 3"),
    # fields
    ("bots: []\n", 1, "groups", "is missing"),
    ("groups: []\n", 1, "groups", "is empty: it needs one group at least"),
    ("groups:\n", 1, "groups", "is empty: give it a value, or leave it out"),
    ("groups: grid\n", 1, "groups", "must be a list, each item behind a dash: - ..."),
    ("groups:\n  - grid\n", 2, "groups.#1", "has fields of its own, which stand indented below it"),
    (f"{GROUP}group: []\n", 3, "group", "there is no such field (did you mean groups?)"),
    (f"{GROUP}xyzzy: 1\n", 3, "xyzzy", "there is no such field; there are areas, groups, bots, managers"),
    (in_group("chanel: b", "name: B"), 6, "groups.b.chanel", "there is no such field (did you mean channel?)"),
    (
        in_group("lease: {remind: 4h}"),
        6,
        "groups.b.lease.remind",
        "there is no such field (did you mean remind_after?)",
    ),
    ("groups:\n  - name: A\n    channel: a\n", 2, "groups.#1.id", "is missing"),
    ("groups:\n  - id: a\n    channel: a\n", 2, "groups.a.name", "is missing"),
    ("groups:\n  - id: Grid Support\n", 2, "groups.#1.id", "must be 1 to 40 of a-z, 0-9 and -"),
    (f"groups:\n  - id: {'x' * 41}\n", 2, "groups.#1.id", "must be 1 to 40 of a-z, 0-9 and -"),
    (in_group("name: B", "channel: #b"), 7, "groups.b.channel", "is empty: a # after a space begins a comment"),
    (in_group("channel: help desk"), 6, "groups.b.channel", "must be one channel's name or id, without spaces"),
    (in_group("channel: [b]"), 6, "groups.b.channel", "must be text"),
    (in_group("agents: {otto: 1}"), 6, "groups.b.agents", "must be a list, each item behind a dash: - ..."),
    (in_group("agents: ', '"), 6, "groups.b.agents", "names nobody: leave it out, or list people"),
    (in_group(f"name: {'x' * 61}"), 6, "groups.b.name", "has 61 characters, and may have 60"),
    (in_group("name: [B]"), 6, "groups.b.name", "must be a text, or texts by language"),
    (in_group("name: {en: B, german: C}"), 6, "groups.b.name", "german is no language: those are written as en, de"),
    (in_group("name: {en: B, de: [C]}"), 6, "groups.b.name", "de: must be text"),
    (in_group('name: {en: B, de: "  "}'), 6, "groups.b.name", "de: is empty"),
    (in_group("name: {}"), 6, "groups.b.name", "must be a text, or texts by language"),
    (in_group("languages: [en, klingon]"), 6, "groups.b.languages", "klingon is no language"),
    (in_group("languages: []"), 6, "groups.b.languages", "names no language"),
    (in_group("hold: ten"), 6, "groups.b.hold", "must be a number"),
    (in_group("hold: 301"), 6, "groups.b.hold", "must be 300 or less"),
    (in_group("thread: both"), 6, "groups.b.thread", "must be reply or note"),
    (in_group("after_end: close"), 6, "groups.b.after_end", "must be ask, reopen or new"),
    (in_group("reopen_days: 0"), 6, "groups.b.reopen_days", "must be 1 or more"),
    (in_group("reopen_days: 1.5"), 6, "groups.b.reopen_days", "must be a whole number"),
    (in_group("lease: on"), 6, "groups.b.lease", "has fields of its own, which stand indented below it"),
    (in_group("lease: {remind_after: soon}"), 6, "groups.b.lease.remind_after", LENGTH),
    (in_group("lease: {remind_after: 0m}"), 6, "groups.b.lease.remind_after", LENGTH),
    (
        in_group("lease: {remind_after: 8h}"),
        6,
        "groups.b.lease",
        "its return_after must be longer than its remind_after",
    ),
    (in_group("flood: -1"), 6, "groups.b.flood", "must be 0 or more"),
    (in_group("mute_minutes: long"), 6, "groups.b.mute_minutes", "must be a whole number"),
    (in_group("day_opens: 8:30"), 6, "groups.b.day_opens", "must be a time of day from 00:00 to 23:59"),
    (in_group("day_opens: 24:00"), 6, "groups.b.day_opens", "must be a time of day from 00:00 to 23:59"),
    (in_group("time_zone: Europe/Warsow"), 6, "groups.b.time_zone", "(did you mean Europe/Warsaw?)"),
    (f"{GROUP}areas:\n  - id: a\n    retention_days: 0\n", 5, "areas.a.retention_days", "must be 1 or more"),
    (f"{GROUP}areas:\n  - id: a\n    privacy: ''\n", 5, "areas.a.privacy", "is empty"),
    (
        f"{GROUP}areas:\n  - id: a\n    privacy: {'x' * 3501}\n",
        5,
        "areas.a.privacy",
        "has 3501 characters, and may have",
    ),
    (f"{GROUP}areas:\n  - id: a\n    texts: Bye\n", 5, "areas.a.texts", "has names of its own, which stand indented"),
    (
        f"{GROUP}areas:\n  - id: a\n    texts: {{endet: x}}\n",
        5,
        "areas.a.texts.endet",
        "there is no such phrase (did you mean ended?)",
    ),
    (f"{GROUP}texts:\n  frobnicate: x\n", 4, "texts.frobnicate", "there is no such phrase; docs/desk-yaml.md lists"),
    (
        f"{GROUP}areas:\n  - id: a\n    texts:\n      ended: '{{nummber}}'\n",
        6,
        "areas.a.texts.ended",
        "{nummber} is not known there (did you mean number?); what can be filled in is {number}",
    ),
    (
        f"{GROUP}texts:\n  kept: Fine\n  muted:\n    en: '{{why}}'\n    de: '{{wer}}'\n",
        7,
        "texts.muted",
        "de: {wer} is not known there; what can be filled in is {until}, {why}",
    ),
    (f"{GROUP}texts:\n  kept: '{{number:>9}}'\n", 4, "texts.kept", "between { and } stands a name alone: {number}"),
    (f"{GROUP}texts:\n  help: '{{}}'\n", 4, "texts.help", "{} is not known there; what can be filled in is {mark}"),
    (f"{GROUP}texts:\n  button.end: {'x' * 41}\n", 4, "texts.button.end", "must be one line of at most 40 characters"),
    (f"{GROUP}areas:\n  - id: a\n    texts:\n      ended: '{{'\n", 6, "areas.a.texts.ended", "a { or } stands alone"),
    (f"{GROUP}areas:\n  - id: a\n    texts:\n      ended: {{xx: x}}\n", 6, "areas.a.texts.ended", "xx is no language"),
    (f"{GROUP}emoji:\n  claim: two words\n", 4, "emoji.claim", "must be an emoji's name as Slack writes it"),
    (f"{GROUP}emoji:\n  claim: ':lock:'\n", 3, "emoji.note", "lock means claim already"),
    # what refers to something else
    (in_group("area: lob"), 6, "groups.b.area", "there is no area lob (did you mean lab?)"),
    ("groups:\n  - {id: a, area: lab}\n", 2, "groups.a.area", "there is no area lab"),
    (f"areas:\n  - id: a\n  - id: b\n{GROUP}", 5, "groups.grid.area", "is missing: there are the areas a, b"),
    (f"areas:\n  - id: a\n  - id: a\n{GROUP}", 3, "areas.a.id", "line 2 has the same id, and each area needs its own"),
    (f"{GROUP}  - {{id: grid, name: B, channel: b}}\n", 3, "groups.grid.id", "line 2 has the same id"),
    (
        f"{TWO}groups:\n  - {{id: a, area: x, name: A, channel: a}}\n  - {{id: b, area: y, name: B, channel: '#a'}}\n",
        4,
        "groups.b.channel",
        "line 3 has the same channel for a group of another area, which sees all there",
    ),
    (
        "groups:\n  - {id: a, name: A}\n",
        2,
        "groups.a.channel",
        "is missing: a group needs a channel, or a mail address",
    ),
    (
        in_group("mail: b@example.org", "channel: b"),
        6,
        "groups.b.mail",
        "stands beside channel, and a group has one of the two",
    ),
    (in_group("redirect: true", "channel: b"), 6, "groups.b.redirect", "needs mail: the address that tickets are"),
    (in_group("mail: help desk"), 6, "groups.b.mail", "is no mail address, such as help@example.org"),
    (in_group("level: L4"), 6, "groups.b.level", "must be L1, L2, L3, provider or sub-group"),
    (in_group("parent: lob"), 6, "groups.b.parent", "there is no group lob"),
    (in_group("parent: b"), 6, "groups.b.parent", "b is a part of this group itself"),
    (
        f"{TWO}groups:\n  - {{id: a, area: x, name: A, channel: a}}\n"
        "  - {id: b, area: y, name: B, channel: b, parent: a}\n",
        4,
        "groups.b.parent",
        "a is of another area, and only groups of one area are parts of each other",
    ),
    (f"{GROUP}services:\n  - {{id: s, group: gird}}\n", 4, "services.s.group", "there is no group gird (did you"),
    (f"{GROUP}services:\n  - {{id: s, area: lob}}\n", 4, "services.s.area", "there is no area lob"),
    (f"{GROUP}services:\n  - {{id: s}}\n  - {{id: s}}\n", 5, "services.s.id", "line 4 has the same id"),
    (
        filter_of("text: {contains: x}", "group: gird"),
        6,
        "filters.#1.then.group",
        "there is no group gird (did you mean",
    ),
    (filter_of("text: {contains: x}", "service: s"), 6, "filters.#1.then.service", "there is no service s"),
    (
        filter_of("text: {contains: x}", "priority: urgent"),
        6,
        "filters.#1.then.priority",
        "must be low, medium, high or",
    ),
    (filter_of("text: {contains: x}", "tags: [a b]"), 6, "filters.#1.then.tags.#1", "is no tag: one word of letters"),
    (
        filter_of("text: {contains: ''}", "spam: true"),
        5,
        "filters.#1.when.text.contains",
        "is empty, or holds an empty",
    ),
    (filter_of("text: {matches: '('}", "spam: true"), 5, "filters.#1.when.text.matches", "is no regular expression"),
    (filter_of("text: {matches: '(a+)+'}", "spam: true"), 5, "filters.#1.when.text.matches", "repeats what repeats"),
    (filter_of("bot: man", "spam: true"), 5, "filters.#1.when.bot", "there is no bot man"),
    (
        f"{GROUP}filters:\n  - {{name: x, when: {{}}, then: {{spam: true}}}}\n",
        4,
        "filters.#1.when",
        "says nothing, and",
    ),
    (f"areas:\n  - id: x\n    greeting: Hi {{nam}}\n{GROUP}", 3, "areas.x.greeting", "{nam} is not known there"),
    (
        f"areas:\n  - id: x\n    greeting: Hi\n    texts: {{greeting: Ho}}\n{GROUP}",
        4,
        "areas.x.texts.greeting",
        "stands under greeting of the area already",
    ),
    (f"{GROUP}managers: ', '\n", 3, "managers", "names nobody: leave it out, or list people"),
    (
        f"{GROUP}bots:\n  - {{id: b, group: gird, token: GRID_TOKEN}}\n",
        4,
        "bots.b.group",
        "there is no group gird (did you",
    ),
    (f"{GROUP}bots:\n  - id: b\n    group: grid\n", 4, "bots.b.token", "is missing"),
    (
        f"{GROUP}bots:\n  - {{id: b, group: grid, token: NOWHERE}}\n",
        4,
        "bots.b.token",
        "the environment has no variable NOWHERE",
    ),
    (
        f"{GROUP}bots:\n  - {{id: b, group: grid, token: EMPTY}}\n",
        4,
        "bots.b.token",
        "no variable EMPTY, or it is empty",
    ),
    (
        f"{GROUP}bots:\n  - {{id: b, group: grid, token: SECRET}}\n",
        4,
        "bots.b.token",
        "what the variable SECRET holds is no bot",
    ),
    (
        f"{GROUP}bots:\n  - {{id: b, group: grid, token: my token}}\n",
        4,
        "bots.b.token",
        "must be the name of a variable",
    ),
    (f"{GROUP}bots:\n  - {{id: b, group: grid, token: CHATDESK_MINE}}\n", 4, "bots.b.token", "begins with CHATDESK_"),
    (f"{GROUP}bots:\n  - {{id: b, group: grid, token: '{TOKEN}'}}\n", 4, "bots.b.token", NO_TOKENS),
    (f"{GROUP}bots:\n  - {{id: b, group: grid, token: '1:x'}}\n", 4, "bots.b.token", NO_TOKENS),
    (f"{GROUP}emoji:\n  claim: xoxb-1-2-secret\n", 4, "emoji.claim", NO_TOKENS),
    (f"{GROUP}{TOKEN}: x\n", 3, "", NO_TOKENS),
    (
        f"{GROUP}bots:\n  - {{id: b, group: grid, token: GRID_TOKEN, webhook_secret: GONE}}\n",
        *(4, "bots.b.webhook_secret", "the environment has no variable GONE"),
    ),
    (
        f"{GROUP}bots:\n  - {{id: b, group: grid, token: GRID_TOKEN}}\n  - {{id: c, group: grid, token: GRID_TOKEN}}\n",
        *(5, "bots.c.token", "is the token of the bot in line 4 too: Telegram gives it to one program"),
    ),
]


@pytest.mark.parametrize(("text", "line", "field", "reason"), WRONG)
def test_a_fault_is_named_with_its_line(text: str, line: int, field: str, reason: str) -> None:
    said = faults(text)
    begin = f"desk.yaml, line {line}: {f'{field}: ' if field else ''}"
    (found,) = [s for s in said if s.startswith(begin) and reason in s[len(begin) :]] or ["\n".join(said)]
    assert found.startswith(begin) and reason in found
    assert "ABC-DEF" not in "".join(said) and TOKEN not in "".join(said)
    last = field.rpartition(".")[2]
    if (field.startswith("bots.") and last in BotEntry.model_fields) or last in ("hold", "channel"):
        assert f" Example: {last}: " in found


def test_all_is_said_at_once_in_the_order_of_the_lines() -> None:
    said = faults(
        "areas:\n"
        "  - id: Lab\n"
        "groups:\n"
        "  - id: a\n"
        "    name: A\n"
        "    channel: #a\n"
        "    hold: -1\n"
        "    colour: red\n"
        "  - id: a\n"
        "    name: B\n"
        "    channel: b\n"
        "    area: physics\n"
        "bots:\n"
        "  - id: bot\n"
        "    group: c\n"
        "    token: NOWHERE\n"
        "emoji:\n"
        "  note: eyes\n"
    )
    assert [s.partition(":")[0].removeprefix("desk.yaml, line ") for s in said] == [
        *("2", "6", "7", "8", "9", "12", "15", "16", "18")
    ]
    assert all(s.endswith((".", "?)", "needed")) or " Example: " in s for s in said)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(WrongDesk, match=r"nowhere\.yaml: cannot be read: No such file or directory\."):
        load(tmp_path / "nowhere.yaml", {}, {})
    (tmp_path / "desk.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(WrongDesk, match=r"desk\.yaml: cannot be read: it is no text in UTF-8\."):
        load(tmp_path / "desk.yaml", {}, {})


def test_the_least_there_can_be() -> None:
    found = read('groups:\n  - id: grid\n    name: Grid\n    channel: "#grid"\n')
    (group,) = found.directory.groups
    assert found.directory.areas == [Area("default", "Default")]
    assert (group.area, group.name, group.home) == ("default", "Grid", Address("slack", "#grid"))
    assert (group.hold, group.thread, group.after_end, group.reopen_days) == (10, Thread.REPLY, AfterEnd.ASK, 10)
    assert (group.lease, group.flood, group.mute_minutes, group.day_opens) == (None, 30, 10, None)
    assert (group.languages, group.agents, group.answer_within) == (("en",), (), ONE_WORKING_DAY)
    assert found.bots == [] and found.directory.emoji == Emoji()
    assert found.directory.entry_for(Address("telegram", "main/7")) == group


def test_the_example_is_well() -> None:
    tokens = {"GRID_BOT_TOKEN": "1234567:a", "LIBRARY_BOT_TOKEN": "1234568:b", "LIBRARY_BOT_SECRET": "word"}
    found = load(EXAMPLE, tokens, phrases())
    grid, lending = found.directory.groups
    assert grid.lease == Lease(timedelta(hours=4), timedelta(days=1))
    assert grid.day_opens == DayOpens(time(8, 30), ZoneInfo("Europe/Warsaw"))
    assert (grid.hold, grid.languages) == (15, ("en", "de"))
    assert [best(grid.answer_within, language) for language in ("en", "de", "pl")] == [
        *("four hours", "vier Stunden", "four hours")
    ]
    assert (lending.thread, lending.after_end, lending.reopen_days) == (Thread.NOTE, AfterEnd.REOPEN, 5)
    assert lending.agents == ("otto@example.org", "U012ABC")
    assert (lending.name, lending.name_in("de"), lending.name_in("fr")) == ("Lending Desk", "Ausleihe", "Lending Desk")
    assert [(b.id, b.group) for b in found.bots] == [("grid-bot", "grid"), ("library-bot", "lending")]
    physics, library = found.directory.areas
    assert physics.retention_days == 365 and "ein Jahr" in best(physics.privacy, "de")
    assert "until ten" in library.texts["ended"] and set(library.texts["kept"]) == {"en", "de"}
    assert physics.texts == {"button.ask": "Ask us"}
    assert found.directory.entry_for(Address("telegram", "library-bot/7")) == lending


def test_an_areas_own_text_comes_before_that_of_all_areas() -> None:
    areas = "areas:\n  - {id: a, texts: {kept: Fine, button.end: End it}}\n  - {id: b}\n"
    found = read(f"texts: {{kept: Well, ended: {{de: Ende}}}}\n{areas}{GROUP.replace('}', ', area: a}')}")
    own, other = found.directory.areas
    assert own.texts == {"kept": "Fine", "ended": {"de": "Ende"}, "button.end": "End it"}
    assert other.texts == {"kept": "Well", "ended": {"de": "Ende"}}
    assert [area.texts for area in read(f"texts: {{kept: Well}}\n{GROUP}").directory.areas] == [{"kept": "Well"}]


def test_a_text_is_what_stands_there() -> None:
    """YAML 1.1 would make false of `no`, a number of 010, nothing of `null` in quotes."""
    found = read(
        'groups:\n  - {id: a, name: {no: "null", en: yes}, channel: 010, languages: [no, en], answer_within: on}\n'
    )
    (group,) = found.directory.groups
    assert (group.name, group.name_in("no"), group.home.room) == ("yes", "null", "010")
    assert (group.languages, group.answer_within) == (("no", "en"), "on")


def test_a_variable_of_the_settings_may_be_a_bots() -> None:
    text = f"{GROUP}bots:\n  - {{id: b, group: grid, token: CHATDESK_TELEGRAM__TOKEN}}\n"
    found = parse(text, "desk.yaml", {"CHATDESK_TELEGRAM__TOKEN": "1234567:abc"}, phrases())
    assert [b.token for b in found.bots] == ["CHATDESK_TELEGRAM__TOKEN"]


def test_each_bot_has_its_entry_and_everywhere_else_the_first_group_is() -> None:
    text = (
        f"{GROUP}  - {{id: b, name: B, channel: b}}\n"
        "bots:\n  - {id: x, group: b, token: GRID_TOKEN}\n  - {id: y, group: grid, token: OTHER_TOKEN}\n"
    )
    directory = read(text).directory
    rooms = ("x/1", "y/1", "z/1", "x/-100")
    assert [directory.entry_for(Address("telegram", room)).id for room in rooms] == ["b", "grid", "grid", "b"]


def test_a_group_that_is_gone_leaves_its_place_to_the_entry() -> None:
    directory = read(GROUP).directory
    assert isinstance(directory, Directory)
    assert directory.answering("gone", Address("telegram", "main/1")).id == "grid"
    assert directory.answering("grid", Address("telegram", "main/1")).id == "grid"


def test_users_read_the_groups_name_in_their_language() -> None:
    group = a_group(name="Lending Desk", names={"en": "Lending Desk", "de": "Ausleihe"})
    for language, name in (("de", "Ausleihe"), ("fr", "Lending Desk")):
        said = status_of(a_case(a_ticket(), language=language, group=group))
        assert said.body and name in said.body.text.text


def test_an_area_gives_its_groups_a_greeting_a_signature_and_languages() -> None:
    area = "areas:\n  - {id: x, greeting: 'Hi {name}', signature: {en: Lab, de: Labor}, languages: [de, en]}\n"
    found = read(area + GROUP + "  - {id: b, name: B, channel: b, languages: fr}\n").directory
    assert found.areas[0].texts == {"greeting": "Hi {name}"}
    assert found.areas[0].signature == {"en": "Lab", "de": "Labor"}
    assert [g.languages for g in found.groups] == [("de", "en"), ("fr",)]
