"""Custom fields of tickets and the options of drop-downs; making them takes an admin."""

from dataclasses import replace
from typing import Any

from flask import Blueprint

from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, admin, paged, root, sent_record
from sandbox.zendesk.errors import invalid, not_found
from sandbox.zendesk.records import Json, Option, TicketField

blueprint = Blueprint("zendesk_ticket_fields", __name__)

TYPES = frozenset(
    {
        *("text", "textarea", "checkbox", "date", "integer", "decimal"),
        *("regexp", "partialcreditcard", "multiselect", "tagger", "lookup"),
    }
)
MOST_OPTIONS = 2000
SYSTEM = {"subject": "Subject", "description": "Description", "status": "Status", "group": "Group"}
"""Fields that every account has; they take no custom value."""


@blueprint.get("/ticket_fields")
def fields() -> Json:
    """The account's own fields, then the custom ones."""
    custom = [rendering.ticket_field(one, root()) for one in list(account().fields.values())]
    return paged("ticket_fields", [*_system(), *custom])


@blueprint.post("/ticket_fields")
def create() -> tuple[Any, ...]:
    """A new field."""
    admin()
    body = sent_record("ticket_field")
    kind, title = str(body.get("type") or ""), str(body.get("title") or "")
    if kind not in TYPES:
        raise invalid("type", "Type is invalid")
    if not title.strip():
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    made = account().add_field(kind, title, _options(body), str(body.get("description") or ""))
    return {"ticket_field": rendering.ticket_field(made, root())}, 201


@blueprint.get("/ticket_fields/<int:field_id>")
def show(field_id: int) -> Json:
    """One field."""
    return {"ticket_field": rendering.ticket_field(account().ticket_field(field_id), root())}


@blueprint.put("/ticket_fields/<int:field_id>")
def update(field_id: int) -> Json:
    """Change a field; options that are given replace all it had."""
    admin()
    body = sent_record("ticket_field")
    with account().lock:
        found = account().ticket_field(field_id)
        if "custom_field_options" in body:
            found = replace(found, options=account().new_options(found, _options(body)))
        plain = {name: body[name] for name in ("title", "active", "description") if name in body}
        found = account().keep_field(replace(found, **plain))
    return {"ticket_field": rendering.ticket_field(found, root())}


@blueprint.delete("/ticket_fields/<int:field_id>")
def delete(field_id: int) -> tuple[Any, ...]:
    """Take a field away, with the values that tickets had in it."""
    admin()
    with account().lock:
        account().ticket_field(field_id)
        del account().fields[field_id]
    return "", 204


@blueprint.get("/ticket_fields/<int:field_id>/options")
def options(field_id: int) -> Json:
    """The choices of a drop-down."""
    found = account().ticket_field(field_id)
    return paged("custom_field_options", [rendering.option(found, one, root()) for one in found.options])


@blueprint.post("/ticket_fields/<int:field_id>/options")
def put_option(field_id: int) -> tuple[Any, ...]:
    """A new choice, or with an `id` a changed one."""
    admin()
    body = sent_record("custom_field_option")
    with account().lock:
        found = account().ticket_field(field_id)
        known = next((one for one in found.options if one.id == body.get("id")), None)
        kept = account().keep_field(replace(found, options=_with(found, known, body)))
    option = known or kept.options[-1]
    fresh = next(one for one in kept.options if one.id == option.id)
    return {"custom_field_option": rendering.option(kept, fresh, root())}, 200 if known else 201


@blueprint.delete("/ticket_fields/<int:field_id>/options/<int:option_id>")
def delete_option(field_id: int, option_id: int) -> tuple[Any, ...]:
    """Take a choice away."""
    admin()
    with account().lock:
        found = account().ticket_field(field_id)
        left = tuple(one for one in found.options if one.id != option_id)
        if len(left) == len(found.options):
            raise not_found()
        account().keep_field(replace(found, options=left))
    return "", 204


def _with(found: TicketField, known: Option | None, body: Json) -> tuple[Option, ...]:
    name, value = str(body.get("name") or ""), str(body.get("value") or "")
    if known is None:
        made = account().new_options(found, [{"name": name, "value": value}])[0]
        if found.option(value):
            raise invalid("value", f"Tag {value} is already used by another field option")
        return _checked((*found.options, made))
    changed = replace(known, name=name or known.name, value=value or known.value)
    return tuple(changed if one.id == known.id else one for one in found.options)


def _options(body: Json) -> list[Json]:
    given = body.get("custom_field_options") or []
    _checked(tuple(given))
    return [one for one in given if isinstance(one, dict)]


def _checked(options: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(options) > MOST_OPTIONS:
        raise invalid("custom_field_options", f"A field has at most {MOST_OPTIONS} options")
    return options


def _system() -> list[Json]:
    return [
        {"id": number, "type": kind, "title": title, "raw_title": title, "active": True, "removable": False}
        for number, (kind, title) in enumerate(SYSTEM.items(), 1001)
    ]
