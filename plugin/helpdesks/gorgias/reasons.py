"""Between reason codes and what the fields of this account hold for them. No calls.

A drop-down of Gorgias holds the text of its choice. A code stands in the merchant's own contact reason where that
has a choice of the same name, or one that was mapped to it (`contact_choices` of the connection), else in our field,
under its name path. On the ticket it also shows as the tag `mgn_<code with _>`, by which we know it for ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugin.documents import Part
from plugin.domain.reason_codes import SEPARATOR, option_value, plain_name
from plugin.helpdesks.gorgias.values import entry_of, value_of
from plugin.helpdesks.gorgias.words import tags_of
from plugin.ports import Connection, PermanentError, Rejected

NESTED = "::"
"""In a choice, what opens the next level of the menu."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a code is written: which field, and what it then holds."""

    field_id: str
    value: str


def field_ids(connection: Connection) -> tuple[str, ...]:
    """The fields that hold reason codes: the merchant's contact reason first, where it is used."""
    found = (str(connection.options.get(name) or "") for name in ("contact_field", "reason_field"))
    return tuple(dict.fromkeys(field for field in found if field.isascii() and field.isdigit()))


def place_of(connection: Connection, code: str) -> Place:
    """Where to write a code; Rejected for one that the tenant has not, PermanentError where there is no field."""
    mapped, contact = contact_choices(connection).get(code), connection.options.get("contact_field")
    if mapped is not None and contact:
        return Place(str(contact), mapped)
    choice = own_choices(codes_of(connection)).get(code)
    if choice is None:
        raise Rejected(
            f"{code} is none of this tenant's reason codes any more: nothing is written for it in Gorgias", {}
        )
    return Place(needed_field_id(connection), choice)


def needed_field_id(connection: Connection) -> str:
    """The reason-code field of this connection; PermanentError where there is none to write to."""
    found = str(connection.options.get("reason_field") or "")
    if not (found.isascii() and found.isdigit()):
        raise PermanentError(
            f"gorgias account {connection.account} has no reason-code field to write to: run `marginalia connect "
            f"gorgias --account {connection.account}` without --no-provision, which makes one"
        )
    return found


def codes_of(connection: Connection) -> Mapping[str, str]:
    """Code → name path of every code that the tenant has."""
    found = connection.options.get("codes")
    return found if isinstance(found, Mapping) else {}


def contact_choices(connection: Connection) -> Mapping[str, str]:
    """Code → choice of the merchant's contact reason."""
    found = connection.options.get("contact_choices")
    return found if isinstance(found, Mapping) else {}


def mapped_choices(connection: Connection) -> Mapping[str, str]:
    """Code → choice of the merchant's contact reason, as the admin said (`connect … --reason-choice`)."""
    found = connection.options.get("mapped_choices")
    return found if isinstance(found, Mapping) else {}


def former_choices(connection: Connection) -> Mapping[str, str]:
    """Code → choice in our own field when the account was connected: a code may have been named anew since."""
    found = connection.options.get("own_choices")
    return found if isinstance(found, Mapping) else {}


def own_choices(codes: Mapping[str, str]) -> Mapping[str, str]:
    """Code → choice in our own field; of two codes of one name the later also shows its code."""
    choices: dict[str, str] = {}
    for code, path in codes.items():
        choice = path.replace(SEPARATOR, NESTED)
        while choice in choices.values():
            choice = f"{choice} ({code})"
        choices[code] = choice
    return choices


def code_of(connection: Connection, value: str | None) -> str | None:
    """The code that a value stands for; None for none of ours."""
    if value is None:
        return None
    codes = codes_of(connection)
    for known in (contact_choices(connection), own_choices(codes), former_choices(connection)):
        for code, choice in known.items():
            if choice == value and code in codes:
                return code
    plain = plain_name(value)
    return next((code for code, path in codes.items() if plain_name(path) == plain), None)


def reason_tags(connection: Connection) -> frozenset[str]:
    """The tags that stand for codes."""
    return frozenset(map(option_value, codes_of(connection)))


def held_by_fields(connection: Connection, ticket: Part, fields: Part) -> tuple[Place, ...]:
    """What the reason-code fields of a ticket hold, as far as a person or we put it there: what counts most first.

    That is a code by a person, then one of ours, then what stands for no code of this tenant: where agents fill in
    the contact reason by a list of their own, this says nothing about our field beside it.
    """
    found = tuple(_put_by_somebody(connection, ticket, fields))
    ours = ours_of(connection, ticket, found)
    return tuple(sorted(found, key=lambda place: (code_of(connection, place.value) is None, place in ours)))


def ours_of(connection: Connection, ticket: Part, held: Iterable[Place]) -> frozenset[Place]:
    """Those that we wrote: the ticket carries the tag of the code."""
    tags = frozenset(tags_of(ticket))
    return frozenset(place for place in held if _tag_of(code_of(connection, place.value)) in tags)


def _put_by_somebody(connection: Connection, ticket: Part, fields: Part) -> Iterator[Place]:
    for field_id in field_ids(connection):
        entry = entry_of(fields, field_id)
        value = value_of(entry)
        if entry is None or value is None:
            continue
        place = Place(field_id, value)
        if ours_of(connection, ticket, [place]) or not _is_a_guess(entry, value):
            yield place


def _tag_of(code: str | None) -> str | None:
    return None if code is None else option_value(code)


def _is_a_guess(entry: Part, value: str) -> bool:
    """Whether the value is nothing but what Gorgias' own AI foretold, with no person having said yes to it."""
    prediction = entry.at("prediction").value
    if not isinstance(prediction, Mapping):
        return bool(prediction == value)
    if prediction.get("confirmed") is True or prediction.get("modified") is True:
        return False
    return value in (prediction.get("predicted"), prediction.get("value"))
