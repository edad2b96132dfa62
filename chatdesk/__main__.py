"""The command line. `chatdesk --help` lists what it can do."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print values, and some values are secret
    help="A chat-first help desk: users in Telegram, agents in Slack.",
)


MOST = 2**31 - 1  # the largest number that a ticket can have


def main() -> None:
    cli()


def _do(name: str, *args: Any) -> None:
    import_module(f"chatdesk.cli.{name}").run(*args)


def whole(least: int, most: int) -> Callable[[str | int], int]:
    """Reads a whole number, and says in words of ours what is wrong with one; typer would say pydantic's."""

    def parse(given: str | int) -> int:
        if not str(given).isdecimal() or not least <= int(given) <= most:
            raise typer.BadParameter(f"{given} is no whole number from {least} to {most}.")
        return int(given)

    return parse


def _version(wanted: bool) -> None:
    if wanted:
        print(f"chatdesk {version('chatdesk')}")
        raise typer.Exit


@cli.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print it, and no more"),
) -> None:
    pass


@cli.command()
def serve() -> None:
    """Run the desk against Telegram and Slack until stopped."""
    _do("serve")


@cli.command()
def demo(port: int = typer.Option(8800, parser=whole(0, 65535), metavar="PORT", help="The page's port")) -> None:
    """Play Telegram and Slack in a browser, with the real desk between them."""
    _do("demo", port)


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    _do("migrate")


@cli.command()
def apply(
    file: Path = typer.Argument(Path("desk.yaml"), metavar="[FILE]", help="The file; desk.yaml when it is left out"),
    plan: bool = typer.Option(False, "--plan", help="Say what would change, and change nothing"),
) -> None:
    """Check a desk.yaml, say what it changes, and put it in force for all desks on this database."""
    _do("applying", file, plan)


@cli.command()
def export(
    out: Path | None = typer.Option(None, metavar="FILE", help="Where to, instead of the terminal"),
) -> None:
    """Write the desk.yaml that is in force, as it was applied."""
    _do("exporting", out)


@cli.command()
def doctor() -> None:
    """Check the configuration against the live services, and say how to mend what is wrong."""
    _do("doctor")


@cli.command()
def slack_manifest(
    out: Path | None = typer.Option(None, metavar="FILE", help="Where to, instead of the terminal"),
) -> None:
    """Print the Slack app's manifest for the configured mode."""
    _do("manifest", out)


@cli.command()
def ticket(number: int = typer.Argument(parser=whole(1, MOST), metavar="NUMBER", help="The ticket's number")) -> None:
    """Show a ticket with its messages, events and deliveries, each with its state."""
    _do("ticket", number)


@cli.command()
def messages(
    state: str | None = typer.Option(None, metavar="STATE", help="Only those in this state, such as failed"),
) -> None:
    """List messages by state over all tickets, and deliveries that wait or failed."""
    _do("messages", state)


filters = typer.Typer(help="Look at the filters that sort what comes in.", no_args_is_help=True)
cli.add_typer(filters, name="filters")


@filters.command("try")
def filters_try(
    text: str = typer.Argument(metavar="TEXT", help="What a user may write"),
    channel: str = typer.Option("telegram", metavar="CHANNEL", help="The channel that it comes by"),
    bot: str | None = typer.Option(None, metavar="BOT", help="The id of the bot; the first one when left out"),
    address: str = typer.Option("", metavar="ADDRESS", help="Who writes: an account's number or a mail address"),
    language: str | None = typer.Option(None, metavar="LANGUAGE", help="What it is in; recognised when left out"),
) -> None:
    """Say which filter matches a text, what becomes of the ticket, and why each filter before it does not match."""
    _do("filtering", text, channel, bot, address, language)


parked = typer.Typer(help="List inputs that could not be processed; show one, or try it again.")
cli.add_typer(parked, name="parked")


@parked.callback(invoke_without_command=True)
def parked_list(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _do("parked")


@parked.command("show")
def parked_show(id: str = typer.Argument(metavar="ID", help="Its number")) -> None:
    """Print a parked input as it came, as JSON."""
    _do("parked", "show", id)


@parked.command("retry")
def parked_retry(which: str = typer.Argument(metavar="ID", help="Its number, or all")) -> None:
    """Try a parked input again, or all of them; a running desk delivers what follows from it."""
    _do("parked", "retry", which)


person = typer.Typer(help="Write out what the desk keeps of a person, or overwrite it.")
cli.add_typer(person, name="person")
WHO = typer.Argument(metavar="WHO", help="An account, such as telegram:1001, or the number of a ticket of theirs")


@person.command("export")
def person_export(
    who: str = WHO,
    out: Path | None = typer.Option(None, metavar="FILE", help="Where to; person-N.json when left out"),
    with_notes: bool = typer.Option(False, "--with-notes", help="The agents' internal notes, too"),
) -> None:
    """Write a person's accounts, tickets and messages to a file, as JSON."""
    _do("person", "export", who, out, with_notes)


@person.command("erase")
def person_erase(
    who: str = WHO,
    yes: bool = typer.Option(False, "--yes", help="Do not ask"),
) -> None:
    """Overwrite a person's words, names and accounts; numbers, states and times stay."""
    _do("person", "erase", who, None, False, yes)


@cli.command(hidden=True)
def docs(folder: Path = Path("docs")) -> None:
    """Write docs/settings.md, docs/commands.md and docs/http.md anew."""
    _do("docs", cli, folder)


if __name__ == "__main__":
    main()
