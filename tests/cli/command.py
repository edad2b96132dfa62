"""Runs `chatdesk ...` as a person does: as a process of its own, beside whatever runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path


async def chatdesk(environment: Mapping[str, str], folder: Path, *words: str) -> tuple[int, str]:
    """(exit status, all that it said on either stream)"""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chatdesk", *words),
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return child.returncode or 0, said.decode()
