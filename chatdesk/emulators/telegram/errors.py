"""Refusals in Telegram's own codes and words (https://core.telegram.org/bots/api#making-requests)."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """A call of the Bot API that is answered `ok: false`."""

    def __init__(self, status: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        # https://core.telegram.org/bots/api#responseparameters
        self.parameters = {} if retry_after is None else {"retry_after": whole_seconds(retry_after)}

    def answer(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class ControlError(Exception):
    """A wrong call of the control surface; the message is a sentence for the person who made it."""


def bad_request(words: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    return ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {words}")


def conflict(words: str) -> ApiError:
    return ApiError(HTTPStatus.CONFLICT, f"Conflict: {words}")


def too_many(seconds: float) -> ApiError:
    """https://core.telegram.org/bots/api#responseparameters: `retry_after` is an Integer."""
    return ApiError(
        HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {whole_seconds(seconds)}", retry_after=seconds
    )


def whole_seconds(seconds: float) -> int:
    return max(1, math.ceil(seconds))
