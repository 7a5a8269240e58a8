"""Custom fields of tickets and customers: found, made, and offered more choices. Nothing of them is ever removed.

https://developers.gorgias.com/reference/the-custom-field-object
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from plugin.documents import Part
from plugin.helpdesks.gorgias.paging import listed
from plugin.ports import Api, NotFound, PermanentError, Rejected

FIELDS: Final = "/api/custom-fields"
TICKET: Final = "Ticket"
CUSTOMER: Final = "Customer"
DROP_DOWN: Final = "dropdown"
MOST_ACTIVE: Final = 25
"""Active fields of one kind that an account may have."""


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field as far as we look at it. `whole` is what the API showed: a change must say much of it again."""

    id: str
    object_type: str
    label: str
    managed: str | None
    kind: str
    active: bool
    choices: tuple[str, ...]
    whole: Mapping[str, Any]

    @property
    def is_drop_down(self) -> bool:
        """Whether it holds one of its choices."""
        return self.kind == DROP_DOWN


def list_fields(api: Api, object_type: str) -> list[CustomField]:
    """All fields of tickets, or of customers."""
    return [_field(part) for part in listed(api, FIELDS, {"object_type": object_type})]


def read_field(api: Api, field_id: str) -> CustomField | None:
    """The field; None where it is gone (never NotFound: that would say so of a ticket)."""
    try:
        return _field(Part(api.get(f"{FIELDS}/{field_id}")))
    except NotFound:
        return None


def make_field(api: Api, object_type: str, label: str, description: str, settings: Any) -> CustomField:
    """A new text field; PermanentError that says so where the account has as many as it may have."""
    body = {
        "object_type": object_type,
        "label": label,
        "description": description,
        "required": False,
        "definition": {"data_type": "text", "input_settings": settings},
    }
    try:
        return _field(Part(api.send("POST", FIELDS, body)))
    except Rejected as error:
        active = sum(field.active for field in list_fields(api, object_type))
        if active < MOST_ACTIVE:
            raise
        account = api.connection.account
        raise PermanentError(
            f"gorgias account {account} has {active} active {object_type.lower()} fields already, and more than "
            f"{MOST_ACTIVE} are not allowed ({error}): archive one in Gorgias (Settings, Fields), then run "
            f"`marginalia connect gorgias --account {account}` again"
        ) from None


def bring_choices(api: Api, field: CustomField, wanted: Iterable[str]) -> None:
    """Offer these choices too, and let agents see the field again; those it has stay, in their order."""
    choices = list(dict.fromkeys((*field.choices, *wanted)))
    if field.active and len(choices) == len(field.choices):
        return
    kept = {
        name: field.whole[name] for name in ("description", "required", "priority") if name in field.whole
    }
    body = {
        **kept,
        "object_type": field.object_type,
        "label": field.label,
        "definition": {**field.whole["definition"], "input_settings": drop_down(choices)},
        **({} if field.active else {"deactivated_datetime": None}),
    }
    api.send("PUT", f"{FIELDS}/{field.id}", body)


def drop_down(choices: Iterable[str]) -> dict[str, Any]:
    """The settings of a field that holds one of these."""
    return {"input_type": DROP_DOWN, "choices": list(choices)}


def _field(part: Part) -> CustomField:
    definition = part.at("definition")
    settings = Part(None) if definition.value is None else definition.at("input_settings")
    shown = settings if settings.value is not None else Part({})
    return CustomField(
        id=part.at("id").own_id(),
        object_type=part.at("object_type").text(),
        label=part.at("label").text(),
        managed=part.at("managed_type").word(),
        kind=shown.at("input_type").text(),
        active=part.at("deactivated_datetime").value is None,
        choices=tuple(choice.text() for choice in shown.at("choices").items())
        if _is_text(definition)
        else (),
        whole=part.value,
    )


def _is_text(definition: Part) -> bool:
    """Fields of numbers have no choices, and those of yes and no have choices that are no texts."""
    return definition.value is not None and definition.at("data_type").word() == "text"
