"""What a view asks about the call it answers."""

from typing import Any, cast

from flask import current_app, g, request

from sandbox.zendesk.errors import ApiError, forbidden
from sandbox.zendesk.paging import page
from sandbox.zendesk.records import Json, User
from sandbox.zendesk.state import Account


def account() -> Account:
    """The account that is served here."""
    return cast(Account, current_app.extensions["zendesk"])


def caller() -> User:
    """The user whose token this is."""
    return cast(User, g.user)


def admin() -> User:
    """The caller, refused where that is no admin."""
    if caller().role != "admin":
        raise forbidden()
    return caller()


def root() -> str:
    """The address that this host was called by, with a slash at its end."""
    return request.host_url


def writing() -> bool:
    """Whether this call may change something."""
    return request.method not in {"GET", "HEAD"}


def sent() -> Json:
    """The JSON document of the request."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise ApiError(422, {"error": "Unprocessable Entity", "message": "Server could not parse JSON"})
    return found


def sent_record(name: str) -> Json:
    """The record under this name in the request."""
    found = sent().get(name)
    if not isinstance(found, dict):
        text = f"Parameter {name} is required"
        raise ApiError(400, {"error": {"title": "Invalid attribute", "message": text}})
    return found


def paged(name: str, records: list[Any]) -> Json:
    """The page of these that the query asks for."""
    return page(name, records, request.args, request.base_url)


def wanted_ids() -> list[int]:
    """The numbers in `?ids=`."""
    return [int(one) for one in request.args.get("ids", "").split(",") if one.strip().isdigit()]


def includes(name: str) -> bool:
    """Whether `?include=` names this."""
    return name in request.args.get("include", "").split(",")
