"""Refusals in the vendor's own words and shapes."""

import math
from typing import Any


class ApiError(Exception):
    """An answer that is a refusal: status, body, headers."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def unauthenticated() -> ApiError:
    """No token, or none that lives."""
    return ApiError(401, {"error": "Couldn't authenticate you"})


def forbidden() -> ApiError:
    """Scope or role is missing; here `error` is an object, as it sometimes is."""
    message = "You do not have access to this page. Please contact the account owner of this help desk."
    return ApiError(403, {"error": {"title": "Forbidden", "message": message}})


def not_found() -> ApiError:
    """No such record."""
    return ApiError(404, {"error": "RecordNotFound", "description": "Not found"})


def conflict() -> ApiError:
    """The ticket has moved since it was read."""
    text = (
        "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data."
    )
    return ApiError(409, {"error": "UpdateConflict", "description": text})


def invalid(name: str, text: str, error: str = "InvalidValue") -> ApiError:
    """A value that the record does not take."""
    details = {name: [{"description": text, "error": error}]}
    return ApiError(
        422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    )


def bad_request(error: str, text: str) -> ApiError:
    """A request that makes no sense."""
    return ApiError(400, {"error": error, "description": text})


def too_many(wait: float, text: str) -> ApiError:
    """A limit is used up; `wait` seconds from now there is room again."""
    headers = {"Retry-After": str(max(1, math.ceil(wait)))}
    return ApiError(429, {"error": "TooManyRequests", "description": text}, headers)
