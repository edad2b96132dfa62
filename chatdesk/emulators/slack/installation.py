"""The app loses its tokens, is removed, and comes back.

https://docs.slack.dev/reference/events/tokens_revoked
https://docs.slack.dev/reference/events/app_uninstalled
"""

from __future__ import annotations

from .basics import Json, Wrong
from .core import Core
from .events import emit


async def revoke(core: Core, given: Json) -> Json:
    """The bot's token only; with the app's own it still hears of it."""
    _lose(core, "token_revoked")
    return {}


async def uninstall(core: Core, given: Json) -> Json:
    """A bot's token of a removed app is answered account_inactive."""
    _lose(core, "account_inactive")
    emit(core, "app_uninstalled", {"type": "app_uninstalled"})
    return {}


def _lose(core: Core, error: str) -> None:
    app = core.workspace.app
    if app.lost:
        raise Wrong("The app has no tokens to lose.")
    app.lost = error
    emit(core, "tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user_id]}})
    core.changed()


async def install(core: Core, given: Json) -> Json:
    """With a new token, or the one it had."""
    app = core.workspace.app
    app.lost = ""
    app.bot_token = str(given.get("bot_token") or app.bot_token)
    core.changed()
    return {"bot_token": app.bot_token}
