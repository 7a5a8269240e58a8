"""Between reason codes and what the field on this account holds for them. No calls.

A code is the option `mgn_<code with _>`, unless the admin's own field has an option of that name already: then
`option_values` of the connection says which. Codes hold both dots and underscores, so the way back goes by the
tenant's list.
"""

from collections.abc import Mapping

from plugin.domain.reason_codes import option_value
from plugin.helpdesks.zendesk.fields import Part
from plugin.ports import Connection, PermanentError


def field_id(connection: Connection) -> str | None:
    """The reason-code field of this connection; None where there is none to read."""
    found = str(connection.options.get("reason_field") or "")
    return found if found.isascii() and found.isdigit() else None


def needed_field_id(connection: Connection) -> str:
    """The reason-code field of this connection; PermanentError where there is none to write to."""
    found = field_id(connection)
    if found is None:
        raise PermanentError(
            f"zendesk account {connection.account} has no reason-code field to write to: run `marginalia connect "
            f"zendesk --account {connection.account}` without --no-provision, or with the number of your drop-down "
            "field as --reason-field"
        )
    return found


def stored_values(connection: Connection) -> Mapping[str, str]:
    """Code → option value, of the codes that go by an option of the admin's own."""
    found = connection.options.get("option_values")
    return found if isinstance(found, Mapping) else {}


def value_of(connection: Connection, code: str) -> str:
    """What the field holds for a code."""
    return stored_values(connection).get(code) or option_value(code)


def code_of(connection: Connection, value: str | None) -> str | None:
    """The code that a value stands for; None for none of ours."""
    codes = connection.options.get("codes") or ()
    return next((code for code in codes if value_of(connection, code) == value), None)


def field_part(ticket: Part, wanted: str) -> Part | None:
    """The value of a custom field as a ticket shows it; None where the ticket does not show the field."""
    for field in ticket.at("custom_fields").items():
        if field.at("id").id() == wanted:
            return field.at("value")
    return None


def field_value(ticket: Part, wanted: str | None) -> str | None:
    """What a custom field of a ticket holds; None for nothing."""
    part = None if wanted is None else field_part(ticket, wanted)
    if part is None or part.value in (None, "", []):
        return None
    return part.text() if isinstance(part.value, str) else str(part.value)
