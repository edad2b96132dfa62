"""All methods of the Web API: importing them fills their table."""

from __future__ import annotations

from . import methods_chat, methods_files, methods_lookup, methods_pins, methods_reactions, methods_views
from .calls import METHODS

__all__ = [
    "METHODS",
    "methods_chat",
    "methods_files",
    "methods_lookup",
    "methods_pins",
    "methods_reactions",
    "methods_views",
]
