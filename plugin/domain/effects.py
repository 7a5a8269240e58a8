"""What we want done outside, as data. One place performs it, so dry run, replay and audit cost nothing.

Every effect names its class, and the class says what a repeat means after an unknown outcome:

* `state`  holds a value; repeat after looking, a newer one for the same slot replaces an unsent older one
* `keyed`  carries a key that the vendor honours; repeat with the same key
* `marked` leaves a mark in the outside world; look for the mark after a settling delay, then repeat
* `once`   can be neither looked up nor keyed; never repeated by itself, a person decides
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EffectClass(StrEnum):
    """What "once" means for an effect, towards vendors that have no keys."""

    STATE = "state"
    KEYED = "keyed"
    MARKED = "marked"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Effect:
    """One write to a vendor.

    `resource` is what it writes to ("ticket:5158"): effects of one resource go out together, in order.
    `slot` is which part of it ("reason_code"); only `state` effects replace each other, slot by slot.
    `args` is what `kind` needs, JSON values only.
    """

    kind: str
    resource: str
    slot: str
    effect_class: EffectClass
    args: Mapping[str, Any] = field(default_factory=dict)


def ticket_resource(ticket_id: str) -> str:
    """The name of a ticket as a thing that hints point to and effects write to."""
    return f"ticket:{ticket_id}"


def ticket_of(resource: str) -> str:
    """The ticket id in a resource name made by `ticket_resource`."""
    kind, _, ticket_id = resource.partition(":")
    if kind != "ticket" or not ticket_id:
        raise ValueError(f"{resource!r} names no ticket")
    return ticket_id


def set_reason_code(ticket_id: str, code: str) -> Effect:
    """Write this reason code into the ticket's field."""
    return Effect(
        "set_reason_code", ticket_resource(ticket_id), "reason_code", EffectClass.STATE, {"code": code}
    )


def held_value(effect: Effect) -> str | None:
    """What a ticket holds in this effect's slot once it has landed; None where that is not a matter of holding."""
    return effect.args["code"] if effect.kind == "set_reason_code" else None


def offer_reason_codes(options: Mapping[str, str]) -> Effect:
    """Make sure that the reason-code field offers these codes (code → displayed name path)."""
    return Effect(
        "offer_reason_codes", "reason_field", "options", EffectClass.STATE, {"options": dict(options)}
    )
