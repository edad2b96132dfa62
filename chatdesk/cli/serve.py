"""`chatdesk serve`: the desk against Telegram and Slack, until stopped."""

from __future__ import annotations

import gc

from chatdesk.app import App, CannotServe
from chatdesk.cli import common


def run() -> None:
    settings, plan = common.desk()

    async def job() -> None:
        while await _until_reconfigured():
            print("The desk is configured anew.", flush=True)

    async def _until_reconfigured() -> bool:
        try:
            desk = App(settings, plan)
        except common.UNUSABLE as fault:
            raise common.unusable(fault) from fault
        async with desk.running() as app:
            gc.freeze()  # aiogram's hundreds of classes stay for good: they need not be looked through again and again
            print(f"chatdesk serves. Health: http://{settings.http.host}:{app.port}/healthz", flush=True)
            told = await common.until_told_to_stop(app.broken, app.reconfigured)
        if app.broken.is_set():
            raise CannotServe("A part of the desk has ended by a fault of its own; the log says which. Start it again.")
        return not told

    try:
        common.run(job())
    except CannotServe as fault:
        common.refuse(str(fault))
