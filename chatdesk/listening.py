"""The address that the web server listens on, taken before anybody outside is talked to."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterable
from contextlib import suppress

from chatdesk.settings import Http, example

HOST, PORT = "CHATDESK_HTTP__HOST", "CHATDESK_HTTP__PORT"


class CannotListen(Exception):
    """Why not, as a sentence that names the setting."""


async def take(http: Http) -> list[socket.socket]:
    """A socket for each address of the host, bound and not listening yet; raises CannotListen."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            http.host, http.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        raise CannotListen(f"{HOST}: this machine knows no {http.host}.{example(HOST)}") from None
    taken, fault = list[socket.socket](), OSError(errno.EADDRNOTAVAIL, "no address")
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            taken.append(_bound(socket.socket(family, kind, protocol), address))
        except OSError as why:
            fault = why
            if why.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                close(taken)
                break
    if not taken:
        raise CannotListen(sentence(http, fault)) from None
    return taken


def _bound(made: socket.socket, address: tuple[object, ...]) -> socket.socket:
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if made.family is socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setblocking(False)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def close(taken: Iterable[socket.socket]) -> None:
    for one in taken:
        with suppress(OSError):
            one.close()


def sentence(http: Http, fault: OSError) -> str:
    """Which setting is at fault, why, and an example."""
    other = f" Example: {PORT}={http.port + 1 if 1024 <= http.port < 65535 else 8080}"
    if fault.errno == errno.EADDRINUSE:
        return f"{PORT}: another program has port {http.port} of {http.host}. Stop it, or choose another port.{other}"
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"{PORT}: this user may not listen on port {http.port}; from 1024 on everybody may.{other}"
    return f"{HOST}: {http.host} is no address of this machine ({fault.strerror}).{example(HOST)}"
