"""Structured logs: one JSON object a line, with the update or message that a line belongs to.

What libraries log goes the same way. Tracebacks carry no local variables: those hold what people wrote, and secrets.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

SHORTEST_HIDDEN = 8  # characters; a shorter secret would blot out words that mean something else
HANDLER = "chatdesk"


class _Stderr:
    """Wherever stderr is now. One that is closed or full costs the line, never the delivery that wrote it."""

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(line)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class _Veil:
    """The last step: whatever found its way into a line, no secret leaves in it."""

    def __init__(self) -> None:
        self._forms: list[str] = []

    def hide(self, secrets: Iterable[str]) -> None:
        """These, too, from now on."""
        forms = {form for s in secrets if len(s) >= SHORTEST_HIDDEN for form in (s, json.dumps(s)[1:-1])}
        self._forms = sorted({*self._forms, *forms}, key=len, reverse=True)

    def __call__(self, logger: Any, name: str, line: Any) -> str:
        said = str(line)
        for form in self._forms:
            if form in said:
                said = said.replace(form, "<secret>")
        return said


_VEIL = _Veil()
hide = _VEIL.hide


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Log from this level on, and from libraries what is a warning or worse."""
    hide(secrets)
    begin: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(ensure_ascii=False),
        _VEIL,
    ]
    stderr = cast(TextIO, _Stderr())
    structlog.configure(
        processors=[*begin, *render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stderr)
    handler.set_name(HANDLER)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*begin, structlog.stdlib.add_logger_name],
            processors=[ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if h.get_name() != HANDLER] + [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
