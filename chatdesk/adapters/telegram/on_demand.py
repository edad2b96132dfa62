"""aiogram's models, each built when it is first used.

`import aiogram.types` builds the validators of all its 450 models, each with every model inside it: three quarters of
the time that chatdesk took to start, and more than a hundred megabytes that stay. The desk uses some thirty of them.
pydantic builds a model by itself when it is first used; it only has to be told where the names are that a
model of aiogram mentions, which aiogram says in a call of `model_rebuild`. That call is heard here and put off.

Import this before anything of aiogram; where aiogram is loaded already its models are built, and nothing is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_names: dict[str, Any] = {}
_original: Any = BaseModel.__dict__["model_rebuild"]


def _put_off(model: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **_: Any) -> None:
    _names.update(_types_namespace or {})


def _with_names(model: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **how: Any) -> Any:
    return _original.__func__(model, _types_namespace=_types_namespace or _names, **how)


def _rebuild_by(family: Any, method: Any) -> None:
    family.model_rebuild = method


def _load() -> None:
    _rebuild_by(BaseModel, classmethod(_put_off))
    try:
        from aiogram.methods.base import Response, TelegramMethod  # noqa: PLC0415 - while `model_rebuild` is ours
        from aiogram.types.base import TelegramObject  # noqa: PLC0415
    finally:
        _rebuild_by(BaseModel, _original)
    for family in (TelegramObject, TelegramMethod, Response):
        _rebuild_by(family, classmethod(_with_names))


if "aiogram" not in sys.modules:
    _load()
