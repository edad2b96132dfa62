"""Runs `chatdesk ...` as a person does: as a process of its own, beside whatever runs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests import forking


async def chatdesk(environment: Mapping[str, str], folder: Path, *words: str) -> tuple[int, str]:
    """(exit status, all that it said on either stream)"""
    with tempfile.TemporaryDirectory() as apart:
        output = Path(apart) / "said"
        child = forking.chatdesk(words, environment, folder, output, output)
        await asyncio.to_thread(child.join)
        return child.exitcode or 0, output.read_text()
