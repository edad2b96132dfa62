"""What every part of the emulator works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..pace import Pace
from .deliveries import Deliveries
from .later import Later
from .sockets import Links
from .triggers import Triggers
from .workspace import Workspace


@dataclass(slots=True)
class Core:
    pace: Pace
    changed: Callable[[], None]
    workspace: Workspace
    links: Links
    deliveries: Deliveries
    later: Later = field(default_factory=Later)
    triggers: Triggers = field(default_factory=Triggers)
    host: str = "127.0.0.1"  # as the last request named it
    scheme: str = "http"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}{path}"

    def socket_url(self, path: str) -> str:
        return f"{'wss' if self.scheme == 'https' else 'ws'}://{self.host}{path}"
