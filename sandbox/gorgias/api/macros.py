"""Macros: listed, made, changed."""

from dataclasses import replace
from typing import Any

from flask import Blueprint

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, asked, flag, paged, sent
from sandbox.gorgias.errors import invalid
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Json
from sandbox.gorgias.state import found

blueprint = Blueprint("gorgias_macros", __name__)

ALLOWED = ("name", "actions", "language", "intent", "external_id")
KEYS = {
    **CREATED,
    "name": lambda one: one.name,
    "usage": lambda one: one.usage,
    "updated_datetime": lambda one: one.updated_at.timestamp(),
    "relevance": lambda one: one.usage,
}
"""What macros may be sorted by. What the vendor holds for relevant is not known; here it is how much one is used."""


@blueprint.get("/macros")
def macros() -> Json:
    """All macros, the archived ones too unless `archived=false`."""
    args = asked(
        "search",
        "tags",
        "languages",
        "archived",
        "ticket_id",
        "number_predictions",
        "message_id",
        "properties_only",
    )
    if args.get("order_by", "").startswith("relevance") and "ticket_id" not in args:
        raise invalid("ticket_id", "Missing data for required field.")
    wanted = [
        one
        for one in list(account().macros.values())
        if args.get("search", "").lower() in one.name.lower()
        and ("archived" not in args or flag("archived", False) == (one.archived_at is not None))
        and ("languages" not in args or one.language in {None, *args["languages"].split(",")})
    ]
    return paged(wanted, rendering.macro, KEYS)


@blueprint.post("/macros")
def create() -> tuple[Any, ...]:
    """A new macro."""
    body = sent(ALLOWED, ("name",))
    more = {name: body[name] for name in ("language", "intent") if name in body}
    made = account().add_macro(str(body["name"]), *(body.get("actions") or ()), **more)
    return rendering.macro(made), 201


@blueprint.get("/macros/<int:macro_id>")
def show(macro_id: int) -> Json:
    """One macro."""
    return rendering.macro(found(account().macros, macro_id))


@blueprint.put("/macros/<int:macro_id>")
def update(macro_id: int) -> tuple[Any, ...]:
    """Change what is named; its actions are replaced as a whole."""
    body = sent(ALLOWED)
    changes: Json = {name: body[name] for name in ("name", "language", "intent") if name in body}
    if "actions" in body:
        changes["actions"] = tuple(body["actions"])
    with account().lock:
        one = found(account().macros, macro_id)
        made = account().macros[one.id] = replace(one, updated_at=account().now(), **changes)
    return rendering.macro(made), 202


@blueprint.put("/macros/archive")
def archive() -> Json:
    """Put some away: {"ids"}."""
    return _archived(True)


@blueprint.put("/macros/unarchive")
def unarchive() -> Json:
    """Take some out again: {"ids"}."""
    return _archived(False)


def _archived(away: bool) -> Json:
    with account().lock:
        for number in sent({"ids"}, ("ids",))["ids"]:
            one = found(account().macros, number)
            account().macros[one.id] = replace(one, archived_at=account().now() if away else None)
    return {}
