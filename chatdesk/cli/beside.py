"""A desk that decides and writes for one command, beside the one that serves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from chatdesk.app import App, CannotServe
from chatdesk.cli import common
from chatdesk.core.errors import DeskError
from chatdesk.desk.desk import Desk
from chatdesk.plan import Plan
from chatdesk.settings import Settings


@asynccontextmanager
async def desk(settings: Settings, plan: Plan) -> AsyncIterator[Desk]:
    """What hinders it is refused in a sentence."""
    try:
        async with App(settings, plan).desk_only() as alone:
            yield alone
    except (CannotServe, DeskError) as fault:
        raise common.Refused(str(fault)) from None
    except (SQLAlchemyError, OSError) as fault:
        raise common.Refused(f"The database does not let itself be written: {common.reason(fault)}.") from fault
