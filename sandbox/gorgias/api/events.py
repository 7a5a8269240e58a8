"""Events: everything that happened, to reconcile with what calls did not bring."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, request

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, asked, number, paged
from sandbox.gorgias.errors import invalid
from sandbox.gorgias.records import Event, Json
from sandbox.gorgias.state import found
from sandbox.gorgias.writes import instant

blueprint = Blueprint("gorgias_events", __name__)

SINCE: dict[str, Callable[[datetime, datetime], bool]] = {
    "created_datetime[gte]": lambda at, given: at >= given,
    "created_datetime[gt]": lambda at, given: at > given,
    "created_datetime[lte]": lambda at, given: at <= given,
    "created_datetime[lt]": lambda at, given: at < given,
}


@blueprint.get("/events")
def events() -> Json:
    """Those of an object, of some types, by some users, of some time."""
    args = asked("object_id", "object_type", "types", "user_ids", *SINCE)
    if "object_type" in args and "object_id" not in args:
        raise invalid("object_id", "Missing data for required field.")
    checks = [_when(name, args[name]) for name in SINCE if name in args]
    wanted = [
        one for one in list(account().events.values()) if _fits(one) and all(each(one) for each in checks)
    ]
    return paged(wanted, rendering.event, order="created_datetime:desc")


@blueprint.get("/events/<int:event_id>")
def show(event_id: int) -> Json:
    """One event."""
    return rendering.event(found(account().events, event_id))


def _when(name: str, text: str) -> Callable[[Event], bool]:
    given: Any = instant(name, text)
    return lambda one: SINCE[name](one.created_at, given)


def _fits(one: Event) -> bool:
    types, users = _listed("types"), _listed("user_ids")
    return (
        number("object_id") in {None, one.object_id}
        and request.args.get("object_type") in {None, one.object_type}
        and (not types or one.type in types)
        and (not users or str(one.user_id) in users)
    )


def _listed(name: str) -> list[str]:
    """Several values: the parameter again and again, or with commas between."""
    return [part for text in request.args.getlist(name) for part in text.split(",") if part]
