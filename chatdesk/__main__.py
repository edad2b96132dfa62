"""The command line. `chatdesk --help` lists what it can do."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="A chat-first help desk: users in Telegram, agents in Slack.",
)


def main() -> None:
    cli()


def _do(name: str, *args: Any) -> None:
    import_module(f"chatdesk.cli.{name}").run(*args)


@cli.command()
def serve() -> None:
    """Run the desk against Telegram and Slack until stopped."""
    _do("serve")


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    _do("migrate")


if __name__ == "__main__":
    main()
