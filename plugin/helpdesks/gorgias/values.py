"""What custom fields hold on a ticket or a customer: shown as a map by id, or as a list at their own address.

https://developers.gorgias.com/reference/list-ticket-custom-fields
"""

from plugin.documents import Part


def entry_of(fields: Part, field_id: str) -> Part | None:
    """The entry of this field, with its `value`; None where there is none."""
    if isinstance(fields.value, dict):
        found = fields.at(field_id)
        return None if found.value is None else found
    return next((one for one in fields.items() if _field_id(one) == field_id), None)


def value_of(entry: Part | None) -> str | None:
    """What the field holds, as text; None for nothing."""
    value = Part(None) if entry is None else entry.at("value")
    if value.value in (None, "", []):
        return None
    return value.text() if isinstance(value.value, str) else str(value.value)


def _field_id(entry: Part) -> str | None:
    field = entry.at("field")
    return None if field.value is None else field.at("id").id()
