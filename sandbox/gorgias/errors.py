"""Refusals as the API tells them. What is inside `error` is nowhere documented: readers must not rely on it."""

import math
from typing import Any


class ApiError(Exception):
    """An answer that is a refusal: status, what is wrong, headers."""

    def __init__(
        self,
        status: int,
        text: str,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text
        self.details = [one for several in (data or {}).values() for one in several]
        self.body = {"error": {"msg": text, **({"data": data} if data else {})}}
        self.headers = headers or {}


def unauthenticated() -> ApiError:
    """No key or token, or none that lives."""
    return ApiError(401, "Authentication is required to access this resource.")


def forbidden(text: str = "You don't have the permission to do this.") -> ApiError:
    """Scope or role is missing."""
    return ApiError(403, text)


def not_found(what: str = "The requested resource was not found.") -> ApiError:
    """No such record."""
    return ApiError(404, what)


def duplicate(text: str) -> ApiError:
    """Another one has this already."""
    return ApiError(409, text)


def invalid(name: str, text: str) -> ApiError:
    """A parameter that is missing, unknown, or not taken."""
    return ApiError(400, "The request is not valid.", {name: [text]})


def too_many(wait: float, headers: dict[str, str]) -> ApiError:
    """The bucket is full; in `wait` seconds there is room again."""
    return ApiError(
        429, "Too many requests.", headers={**headers, "Retry-after": str(max(1, math.ceil(wait)))}
    )
