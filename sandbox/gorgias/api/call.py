"""What a view asks about the call it answers."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from sandbox.gorgias.errors import ApiError, forbidden, invalid
from sandbox.gorgias.paging import CREATED, ORDER, Keys, page
from sandbox.gorgias.records import ADMIN, Json, User
from sandbox.gorgias.state import Account
from sandbox.gorgias.writes import by_api

Record = TypeVar("Record")
PAGED = frozenset({"limit", "cursor", "order_by"})


def account() -> Account:
    """The account that is served here."""
    return cast(Account, current_app.extensions["gorgias"])


def caller() -> User:
    """The user whose key or app this is."""
    return cast(User, g.gorgias_user)


def author() -> Any:
    """Who a change by this call is by."""
    return by_api(caller())


def admin() -> User:
    """The caller, refused where that is no admin."""
    if caller().role != ADMIN:
        raise forbidden("Only admins can manage integrations.")
    return caller()


def sent(allowed: Collection[str], required: Collection[str] = ()) -> Json:
    """The JSON object of the request; what it names that there is none of is refused, as is what it lacks."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise ApiError(400, "The body is not a JSON object.")
    for name in found:
        if name not in allowed:
            raise invalid(name, "Unknown field.")
    for name in required:
        if found.get(name) is None:
            raise invalid(name, "Missing data for required field.")
    return found


def asked(*allowed: str) -> dict[str, str]:
    """The query; a parameter that there is none of is refused."""
    for name in request.args:
        if name not in {*allowed, *PAGED}:
            raise invalid(name, "Unknown field.")
    return request.args.to_dict()


def paged(
    records: Sequence[Record], show: Callable[[Record], Json], keys: Keys = CREATED, order: str = ORDER
) -> Json:
    """The page of these that the query asks for."""
    return page(records, request.args, request.full_path.rstrip("?"), show, keys, order)


def number(name: str) -> int | None:
    """A number in the query, if it is there."""
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit():
        raise invalid(name, "Not a valid integer.")
    return int(text)


def flag(name: str, default: bool) -> bool:
    """A yes or no in the query."""
    return request.args.get(name, str(default)).lower() in {"true", "1"}


def with_fields() -> bool:
    """Whether custom fields shall come along."""
    return "custom_fields" in request.args.getlist("relationships")
