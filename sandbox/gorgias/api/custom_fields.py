"""Custom fields of tickets and customers. They are archived, never deleted."""

from dataclasses import replace
from typing import Any

from flask import Blueprint

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, asked, paged, sent
from sandbox.gorgias.errors import duplicate, invalid
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Field, Json
from sandbox.gorgias.state import found
from sandbox.gorgias.writes import instant

blueprint = Blueprint("gorgias_custom_fields", __name__)

REQUIRED = ("object_type", "label", "definition")
ALLOWED = (*REQUIRED, "description", "required", "priority", "managed_type", "deactivated_datetime", "id")
OBJECTS = ("Ticket", "Customer")
INPUTS = {"text": ("input", "dropdown"), "number": ("input_number",), "boolean": ("dropdown",)}
MOST_ACTIVE = 25
MOST_CHOICES = 2000
KEYS = {**CREATED, "priority": lambda one: one.priority}


@blueprint.get("/custom-fields")
def fields() -> Json:
    """Fields of tickets or of customers: which is asked for, must be said."""
    args = asked("object_type", "archived", "search")
    if args.get("object_type") not in OBJECTS:
        raise invalid("object_type", f"Must be one of {', '.join(OBJECTS)}.")
    wanted = [
        one
        for one in list(account().fields.values())
        if one.object_type == args["object_type"]
        and args.get("search", "").lower() in one.label.lower()
        and args.get("archived") in {None, str(one.archived_at is not None).lower()}
    ]
    return paged(wanted, rendering.field, KEYS)


@blueprint.post("/custom-fields")
def create() -> tuple[Any, ...]:
    """A new field."""
    body = sent(ALLOWED, REQUIRED)
    with account().lock:
        at = account().now()
        blank = Field(account().next_id("field"), "", "", "", "", at, at)
        made = _kept(_with(blank, body))
    return rendering.field(made), 201


@blueprint.get("/custom-fields/<int:field_id>")
def show(field_id: int) -> Json:
    """One field."""
    return rendering.field(found(account().fields, field_id))


@blueprint.put("/custom-fields/<int:field_id>")
def update(field_id: int) -> tuple[Any, ...]:
    """Change a field: object type, label and definition must be said each time; the choices are replaced."""
    body = sent(ALLOWED, REQUIRED)
    with account().lock:
        one = found(account().fields, field_id)
        if body["object_type"] != one.object_type:
            raise invalid("object_type", "Cannot be changed.")
        made = _kept(replace(_with(one, body), updated_at=account().now()))
    return rendering.field(made), 202


def _with(one: Field, body: Json) -> Field:
    definition = body["definition"] if isinstance(body["definition"], dict) else {}
    settings = definition.get("input_settings") or {}
    made = replace(
        one,
        object_type=body["object_type"],
        label=str(body["label"]).strip(),
        data_type=str(definition.get("data_type")),
        input=str(settings.get("input_type")),
        choices=tuple(settings.get("choices") or ()),
        description=body.get("description", one.description),
        required=bool(body.get("required", one.required)),
        priority=int(body.get("priority") or one.priority),
    )
    if "deactivated_datetime" in body:
        made = replace(made, archived_at=instant("deactivated_datetime", body["deactivated_datetime"]))
    return made


def _kept(one: Field) -> Field:
    if one.object_type not in OBJECTS:
        raise invalid("object_type", f"Must be one of {', '.join(OBJECTS)}.")
    if one.input not in INPUTS.get(one.data_type, ()):
        raise invalid("definition", "This data type has no such input.")
    if len(one.choices) > MOST_CHOICES or len(set(one.choices)) != len(one.choices):
        raise invalid("definition", f"Choices must differ, and be {MOST_CHOICES} at most.")
    others = [each for each in list(account().fields.values()) if each.id != one.id]
    active = [each for each in others if each.object_type == one.object_type and each.archived_at is None]
    if any(each.label == one.label for each in active):
        raise duplicate(f"There is a field {one.label} already.")
    if one.archived_at is None and len(active) >= MOST_ACTIVE:
        raise invalid("object_type", f"There are {MOST_ACTIVE} active fields already.")
    account().fields[one.id] = one
    return one
