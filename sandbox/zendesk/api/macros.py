"""Macros: listed, and previewed. Both `apply` calls are previews and change nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, request

from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, paged, root
from sandbox.zendesk.records import Json, Macro

blueprint = Blueprint("zendesk_macros", __name__)

CHANNEL = "channel:all"


@blueprint.get("/macros")
def macros() -> Json:
    """All macros, or the active ones with `active=true`."""
    wanted = request.args.get("active")
    return _listed(lambda one: wanted is None or one.active == (wanted == "true"))


@blueprint.get("/macros/active")
def active() -> Json:
    """The active ones."""
    return _listed(lambda one: one.active)


@blueprint.get("/macros/search")
def search() -> Json:
    """Those with these words in their title."""
    query = request.args.get("query", "").lower()
    return _listed(lambda one: query in one.title.lower())


@blueprint.get("/macros/<int:macro_id>")
def show(macro_id: int) -> Json:
    """One macro."""
    return {"macro": rendering.macro(account().macro(macro_id), root())}


@blueprint.get("/macros/<int:macro_id>/apply")
def preview(macro_id: int) -> Json:
    """The changes alone."""
    return {"result": {"ticket": _changes(account().macro(macro_id))}}


@blueprint.get("/tickets/<int:ticket_id>/macros/<int:macro_id>/apply")
def preview_on(ticket_id: int, macro_id: int) -> Json:
    """The whole ticket as it would be."""
    ticket = rendering.ticket(account(), account().ticket(ticket_id), root())
    return {"result": {"ticket": {**ticket, **_changes(account().macro(macro_id))}}}


def _listed(wanted: Callable[[Macro], bool]) -> Json:
    found = [rendering.macro(one, root()) for one in list(account().macros.values()) if wanted(one)]
    return paged("macros", found)


def _changes(macro: Macro) -> Json:
    """Actions as a ticket body; a custom field comes as one object, as the vendor sometimes gives it."""
    made: dict[str, Any] = {}
    for action in macro.actions:
        name, value = str(action["field"]), action["value"]
        if name.startswith("comment_value"):
            made["comment"] = {"body": value, "public": _is_public(macro), "scoped_body": [[CHANNEL, value]]}
        elif name.startswith("custom_fields_"):
            made["fields"] = {"id": int(name.removeprefix("custom_fields_")), "value": value}
        elif name != "comment_mode_is_public":
            made[name] = value
    return made


def _is_public(macro: Macro) -> bool:
    modes: list[Mapping[str, Any]] = [
        one for one in macro.actions if one["field"] == "comment_mode_is_public"
    ]
    return not modes or str(modes[0]["value"]).lower() == "true"
