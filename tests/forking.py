"""Starts the program as a process of its own without loading it anew: forked from one that has loaded it.

Loading takes seconds, and the suite starts the program some hundred times. It is as real a process as any other, with
its own environment, folder and streams, and may be killed; `tests/stories/test_demo.py` starts it as a person does.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_LOADED = ["serve", "doctor", "erasing", "messages", "migrate", "parked", "person", "retrying", "ticket"]
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["chatdesk.__main__", *(f"chatdesk.cli.{name}" for name in _LOADED)])


def chatdesk(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, stdout: Path, stderr: Path
) -> ForkServerProcess:
    """`chatdesk ...`, started; what it says is added to these files."""
    child = _forks.Process(target=_run, args=(list(words), dict(environment), folder, (stdout, stderr)), daemon=True)
    child.start()
    return child


def _run(words: list[str], environment: dict[str, str], folder: Path, streams: tuple[Path, Path]) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in enumerate(streams, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.argv = ["chatdesk", *words]
    from chatdesk.__main__ import main  # noqa: PLC0415 - in the child

    main()
