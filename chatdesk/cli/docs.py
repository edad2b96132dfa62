"""Writes docs/settings.md, desk-yaml.md, commands.md and http.md from what the program itself knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import cleandoc
from itertools import groupby
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from chatdesk.adapters.slack.channel import HTTP_PATH
from chatdesk.agent_console.catalogue import catalogue, usage
from chatdesk.agent_console.command import Command
from chatdesk.agent_console.shortcuts import SHORTCUTS
from chatdesk.areas.area import Emoji
from chatdesk.areas.desk_file import DeskFile
from chatdesk.areas.desk_file import described as described_fields
from chatdesk.areas.policies import section_of
from chatdesk.conversations.acts import menu
from chatdesk.conversations.phrases import ENGLISH
from chatdesk.core.forms import Field as Asked
from chatdesk.core.forms import Kind
from chatdesk.plan import BOT, phrases
from chatdesk.settings import FILE, described, shown

SCHEMA = "desk.schema.json"
MADE = "<!-- Made by `chatdesk docs`; a test compares. Change the program, not this page. -->"


def run(cli: typer.Typer, folder: Path) -> None:
    for name, text in pages(cli).items():
        (folder / name).write_text(text)
        print(f"Written: {folder / name}")


def pages(cli: typer.Typer) -> dict[str, str]:
    """Every made page by its file's name."""
    return {
        "settings.md": settings_page(),
        "commands.md": commands_page(cli),
        "http.md": http_page(),
        "desk-yaml.md": desk_page(),
        SCHEMA: json.dumps(DeskFile.model_json_schema(), indent=1, ensure_ascii=False) + "\n",
    }


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, *parts]) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


# -- settings ---------------------------------------------------------------------------------------------------


def settings_page() -> str:
    rows = [(_code(variable), what, _code(default), _code(example)) for variable, what, default, example in described()]
    return _page(
        "Settings",
        f"Every setting is a variable of the environment, or stands in `{FILE}` in the folder where chatdesk is "
        "started; the environment wins. In the file the part between the prefix and the two underscores is a section:",
        '```toml\nlog_level = "info"\n\n[telegram]\ntoken = "123456:ABC-DEF"\n\n[slack]\nchannel = "#support"\n```',
        "A wrong value, a name that does not exist and a broken file are named, with an example, and nothing starts. "
        "`chatdesk doctor` checks all of them against the live services. Secrets are never printed or logged.",
        "`chatdesk serve` ends with status 2 and a sentence when, at its start, Telegram or Slack refuses a token, a "
        "scope or the channel is missing, or the port is taken: only a person can mend that. Where a service is away, "
        "ill or asks to wait, it goes on trying; and so it does, with the other side at work, when a token is revoked "
        "later: the log and `/healthz` say so.",
        _table(("variable", "what it is", "default", "example"), rows),
        "`chatdesk serve` needs the Telegram bot's token, Slack's bot token and, in socket mode, the app token; "
        "in http mode the signing secret; in webhook mode the webhook secret and the public URL. "
        "Several processes need PostgreSQL, and the Redis URL in each of them.",
    )


# -- desk.yaml --------------------------------------------------------------------------------------------------


SECTIONS: Mapping[str, type[BaseModel]] = {
    name: section for name, field in DeskFile.model_fields.items() if (section := section_of(field))
}


def desk_page() -> str:
    tables = [part for name, model in SECTIONS.items() for part in _fields(f"`{name}`", model)]
    return _page(
        "desk.yaml",
        "Areas, groups and bots of a desk with more than one of them, read at the start from `desk.yaml` in the folder "
        "where chatdesk is started, or from the file that `CHATDESK_DESK` names. Without it there is one group with "
        "one bot, as `CHATDESK_GROUP__...` and `CHATDESK_SLACK__CHANNEL` say, which say nothing beside it. "
        "[deploy/desk.example.yaml](../deploy/desk.example.yaml) is one to begin with; this is the least there can be:",
        '```yaml\ngroups:\n  - id: grid\n    name: Grid Support\n    channel: "#grid"\n```',
        "Whatever is wrong is named at once, with its line, the reason and an example, and nothing starts. "
        "`chatdesk doctor` asks Telegram for each bot and Slack for each channel, and says which rule makes agents "
        "there. A group cannot be taken out while a ticket of it is not over.",
        "`chatdesk apply desk.yaml` puts a file in force while the desk runs: it says what would be another, refuses "
        "as a whole what cannot be, and writes the rest in one transaction; running desks go by it within seconds. "
        "`--plan` changes nothing. From then on the database is what the desk goes by, and the file is read by `apply` "
        "alone; `chatdesk export` gives it back as it was applied. An area's id may change: its groups bring all that "
        f"is theirs along. Editors that know JSON Schema check the file with [{SCHEMA}]({SCHEMA}): its first line may "
        "be `# yaml-language-server: $schema=desk.schema.json`.",
        "Every value is a text or a number. A text by language has one for each, such as `{en: Library, de: "
        "Bibliothek}`; whoever reads none of them gets the English one, else the first. Lengths of time are written "
        "`30m`, `4h` or `2d`.",
        *tables,
        "The file as a whole:",
        _table(("field", "what it is", "default", "example"), _field_rows(DeskFile, deep=False)),
        "## Phrases",
        "All that users read, in English; French and German are as complete. Under `texts` each of them can be said "
        "otherwise, for an area or, at the head of the file, for all: in one text, which then serves in every "
        "language, or by language, and in a language that is left out the desk's own stays. A name between `{` and "
        "`}` is filled in, and may be left out; there are no others (`{mark}` is the sign that says that a "
        "message has been received). In what is told of a ticket's state (`status`) "
        "the words before the first empty line are bold. Buttons and kinds of files hold 40 characters, commands 256.",
        '```yaml\nareas:\n  - id: library\n    texts:\n      kept: "Ticket #{number} stays open."\n'
        "      button.keep: {en: Leave it open, de: Offen lassen}\n```",
        _table(("phrase", "in English"), _phrases()),
    )


def _phrases() -> Iterator[Sequence[str]]:
    """One that counts has a form for one and a form for several."""
    for phrase, text in phrases(between=" / ").items():
        yield _code(phrase), text.strip().replace("\n", "<br>")


def _fields(name: str, model: type[BaseModel]) -> list[str]:
    what = cleandoc(model.__doc__ or "")
    return [f"## {name}", what, _table(("field", "what it is", "default", "example"), _field_rows(model))]


def _field_rows(model: type[BaseModel], deep: bool = True) -> Iterator[Sequence[str]]:
    own_first = sorted(described_fields(model), key=lambda described: described[0] not in model.__annotations__)
    for name, field in own_first:
        if deep or "." not in name:
            default = "needed" if field.is_required() else _code(shown(field))
            yield _code(name), field.description or "", default, _code(str((field.examples or [""])[0]))


# -- commands ---------------------------------------------------------------------------------------------------


def commands_page(cli: typer.Typer) -> str:
    listed = sorted((c for c in catalogue().values() if c.listed), key=lambda c: c.group)
    groups = [f"### {name.capitalize()}\n\n{_agents(list(own))}" for name, own in groupby(listed, lambda c: c.group)]
    return _page(
        "Commands",
        "## Agents, in Slack",
        "Each command is typed as `/desk <command> <ticket's number> ...`, and those about a ticket are buttons or "
        "lines of the menu on its card, while they are possible. What is missing is asked for in a form.",
        "### In a thread",
        "A message in the card's thread is a reply to the user, or a note where the group says so "
        "(`CHATDESK_GROUP__THREAD`, `thread` in `desk.yaml`); the card and the first message of the thread say which. "
        "One that begins with `;;` or `note:` is an internal note everywhere, one that begins with `!!` or `reply:` a "
        "reply. The sign is not sent.",
        "### Emoji",
        "Agents' reactions in the group's channel do what they are used for anyway. `emoji` in `desk.yaml` gives them "
        "other names. These do not cross to the user, and taking one back undoes nothing; all other emoji cross where "
        "Telegram has them. What cannot be done is told to who reacted, alone.",
        _table(("emoji", "on", "does"), _emoji()),
        "### On any message",
        "Shortcuts are in the menu of every message (*More actions*), in channels too in which the app is not.",
        _table(("shortcut", "what it does"), ((s.label, s.help) for s in SHORTCUTS)),
        *groups,
        "## Users, in Telegram",
        _table(("command", "what it does"), _customers()),
        "Whatever else they write goes to their current ticket, or opens one.",
        "## The command line",
        *(_lines(cli)),
    )


def _emoji() -> list[tuple[str, str, str]]:
    names = Emoji()
    return [
        (_code(f":{names.claim}:"), "a card, or any message in its thread", "claims the ticket"),
        (
            _code(f":{names.resolve}:"),
            "one's own reply",
            "resolves the ticket with it; the user, who has it already, is asked whether it solves the ticket",
        ),
        (_code(f":{names.resolve}:"), "the card, any other message", "offers Resolve, with its form"),
        (_code(f":{names.note}:"), "one's own reply that waits", "keeps it as a note; says so when it has left"),
    ]


def _agents(commands: Sequence[Command[Any]]) -> str:
    rows = [(_code(usage(c)), c.label, " ".join(c.help.split()), _asked(c)) for c in commands]
    return _table(("typed", "button", "what it does", "asks for"), rows)


def _asked(command: Command[Any]) -> str:
    return "; ".join(map(_field, command.form.asked))


def _field(asked: Asked) -> str:
    choices = f" ({', '.join(c.value for c in asked.choices)})" if asked.choices else ""
    agent = " (name or user id)" if asked.kind is Kind.AGENT else ""
    default = "" if asked.required else f", {asked.default} when left out" if asked.default else ", or nothing"
    return f"{asked.name}: {asked.ask.rstrip('?')}{choices}{agent}{default}"


def _customers() -> list[tuple[str, str]]:
    return [(_code(f"/{name}"), what) for name, what in menu(ENGLISH)]


def _lines(cli: typer.Typer) -> list[str]:
    group = typer.main.get_command(cli)
    version = "`chatdesk --version`: Print it, and no more. `--help` behind any command says what it takes."
    return [_line("chatdesk", command) for command in _visible(group)] + [version]


def _visible(command: Any) -> list[Any]:
    return [c for c in getattr(command, "commands", {}).values() if not c.hidden]


def _line(before: str, command: Any) -> str:
    words = [f"{before} {command.name}", *(_parameter(p) for p in command.params if p.name != "help")]
    told = [f"`{' '.join(words)}`: {cleandoc(command.help or '')}"]
    return "\n".join(told + [_line(f"{before} {command.name}", inner) for inner in _visible(command)]).replace(
        "\n", "  \n"
    )


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).upper()
    return f"[{parameter.opts[0]} {parameter.metavar or str(parameter.name).upper()}]"


# -- http -------------------------------------------------------------------------------------------------------


def endpoints() -> list[tuple[str, str, str]]:
    """(method, path, what it answers)"""
    return [
        ("GET", "/healthz", "200 while the database answers and every channel listens, else 503; JSON that says which"),
        (
            "GET",
            "/metrics",
            "Prometheus: messages in and out, seconds from received to sent, what waits, parked inputs",
        ),
        (
            "POST",
            f"/telegram/{BOT}",
            "in webhook mode: Telegram's updates, with the webhook secret in their header; a bot of desk.yaml has its "
            "id there",
        ),
        ("POST", HTTP_PATH, "in http mode: Slack's events, interactions and slash commands, signed"),
    ]


def http_page() -> str:
    return _page(
        "HTTP",
        "The web server listens on `CHATDESK_HTTP__HOST` and `CHATDESK_HTTP__PORT`; a proxy with TLS leads "
        "`CHATDESK_PUBLIC_URL` to it. Without webhook and http mode nothing outside has to reach it.",
        _table(("method", "path", "what"), [(m, _code(path), what) for m, path, what in endpoints()]),
        "Telegram and Slack are answered after the commit: 200 means that the input is durable. 401 is a wrong secret "
        "or signature, 400 no update. Anything that fails is answered 500, and delivered again by the service.",
    )
