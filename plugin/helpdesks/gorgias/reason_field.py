"""The two fields that reason codes may stand in: the merchant's contact reason, never changed, and ours beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plugin.domain.reason_codes import plain_name
from plugin.helpdesks.gorgias.custom_fields import (
    TICKET,
    CustomField,
    bring_choices,
    drop_down,
    make_field,
    read_field,
)
from plugin.helpdesks.gorgias.reasons import (
    Place,
    contact_choices,
    mapped_choices,
    needed_field_id,
    own_choices,
)
from plugin.ports import Api, Connection, PermanentError

LABEL: Final = "Marginalia reason"
DESCRIPTION: Final = "Why the customer wrote. Kept by Marginalia; what an agent chooses stays."
CONTACT_REASON: Final = "contact_reason"


@dataclass(frozen=True, slots=True)
class ReasonFields:
    """Which field holds which codes. `contact` is None where no choice of it is a code's; `made` where none of ours is
    needed."""

    contact: CustomField | None
    choices: Mapping[str, str]
    made: CustomField | None


def bring_fields(api: Api, fields: Sequence[CustomField], codes: Mapping[str, str]) -> ReasonFields:
    """A place for every code (`codes`: code → name path): in the contact reason where its choices say the same."""
    contact = next((one for one in fields if one.managed == CONTACT_REASON and one.active), None)
    mapped = mapped_choices(api.connection)
    _check_mapped(api.connection, contact, codes, mapped)
    remembered = {
        code: choice
        for code, choice in contact_choices(api.connection).items()
        if code not in mapped and choice not in mapped.values()
    }
    choices = {} if contact is None else match(contact, codes, {**remembered, **mapped})
    own = {code: choice for code, choice in own_choices(codes).items() if code not in choices}
    made = _ours(api.connection, fields)
    if own and made is None:
        made = make_field(api, TICKET, LABEL, DESCRIPTION, drop_down(own.values()))
    elif own and made is not None:
        bring_choices(api, made, own.values())
    return ReasonFields(contact if choices else None, choices, made)


def match(field: CustomField, codes: Mapping[str, str], known: Mapping[str, str]) -> Mapping[str, str]:
    """Code → choice that stands for it: the one it went by so far, or one of the same name."""
    if not field.is_drop_down:
        return {}
    by_name = {plain_name(choice): choice for choice in reversed(field.choices)}
    found = {code: choice for code, choice in known.items() if code in codes and choice in field.choices}
    for code, path in codes.items():
        choice = by_name.get(plain_name(path))
        if code not in found and choice is not None and choice not in found.values():
            found[code] = choice
    return found


def why_not_taken(api: Api, place: Place) -> str:
    """What to do where Gorgias refused to hold this, as far as looking tells; "" where it does not."""
    account = api.connection.account
    again = f"run `marginalia connect gorgias --account {account}`"
    field = read_field(api, place.field_id)
    if field is None:
        return f"the custom field {place.field_id} is gone; {again}, which makes one, then retry this"
    name = f"the field “{field.label}” ({field.id})"
    if not field.active:
        return f"{name} is archived; bring it back in Gorgias (Settings, Fields), or {again}, then retry this"
    if place.value not in field.choices:
        return (
            f"{name} has no choice “{place.value}” any more; add it again, or {again}, which does or finds another "
            "place for it; then retry this"
        )
    return ""


def offer(api: Api, codes: Mapping[str, str]) -> None:
    """Make sure that our field offers the codes that have no choice of the merchant's own; safe to repeat."""
    known = contact_choices(api.connection)
    own = [choice for code, choice in own_choices(codes).items() if code not in known]
    if not own:
        return
    field = read_field(api, needed_field_id(api.connection))
    if field is None or field.managed is not None:
        raise PermanentError(
            f"there are reason codes now that no field of gorgias account {api.connection.account} has a choice for: "
            f"run `marginalia connect gorgias --account {api.connection.account}` again, which makes one of our own"
        )
    bring_choices(api, field, own)


def _check_mapped(
    connection: Connection, contact: CustomField | None, codes: Mapping[str, str], mapped: Mapping[str, str]
) -> None:
    """What the admin said about their own choices must be so, or nothing would be written there in silence."""
    offered = contact.choices if contact is not None and contact.is_drop_down else ()
    for code, choice in mapped.items():
        said = f"--reason-choice {code}={choice}"
        if code not in codes:
            raise PermanentError(f"{said}: this tenant has no reason code {code}")
        if choice not in offered:
            raise PermanentError(
                f"{said}: the contact reason of gorgias account {connection.account} has no such choice "
                f"(it has: {'; '.join(offered) or 'none'})"
            )
    if len(set(mapped.values())) < len(mapped):
        raise PermanentError("--reason-choice: two codes cannot share a choice, or it could not be read back")


def _ours(connection: Connection, fields: Sequence[CustomField]) -> CustomField | None:
    """The field that an earlier run made: by its number, else by its name."""
    made = connection.options.get("made_field")
    named = (one for one in fields if one.label == LABEL and one.is_drop_down and one.managed is None)
    return next((one for one in fields if one.id == made), None) or next(named, None)
