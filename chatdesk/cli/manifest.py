"""`chatdesk slack-manifest`: prints the Slack app's manifest for the configured mode, as JSON, which Slack takes."""

from __future__ import annotations

import json
from pathlib import Path

from chatdesk.adapters.slack.channel import HTTP_PATH
from chatdesk.adapters.slack.manifest import manifest
from chatdesk.cli import common
from chatdesk.settings import Settings, SlackMode


def run(out: Path | None) -> None:
    text = json.dumps(manifest(requests(common.settings())), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text)
    except OSError as fault:
        common.refuse(f"{out} cannot be written: {fault.strerror}.")
    print(f"Written to {out}. In Slack: https://api.slack.com/apps, Create New App, From a manifest, JSON.")


def requests(settings: Settings) -> str | None:
    """Where Slack posts to; None in Socket Mode."""
    if settings.slack.mode is SlackMode.SOCKET:
        return None
    url = settings.public_url
    if url is None:
        common.refuse("CHATDESK_PUBLIC_URL is missing: in http mode Slack must know where to post, https://...")
    if not url.startswith("https://"):
        common.refuse("CHATDESK_PUBLIC_URL: Slack posts to https:// only. Example: https://desk.example.org")
    return f"{url.rstrip('/')}{HTTP_PATH}"
