"""What we want done outside, as data. One place performs it, so dry run, replay and audit cost nothing.

Every effect names its class, and the class says what a repeat means after an unknown outcome:

* `state`  holds a value; repeat after looking, a newer one for the same slot replaces an unsent older one
* `keyed`  carries a key that the vendor honours; repeat with the same key
* `marked` leaves a mark in the outside world; look for the mark after a settling delay, then repeat
* `once`   can be neither looked up nor keyed; never repeated by itself, a person decides
"""

from collections.abc import Mapping, Sequence
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


def set_group(ticket_id: str, group: str) -> Effect:
    """Hand the ticket to this group (team) of the helpdesk, by its id."""
    return _hold(ticket_id, "set_group", "group", {"group": group})


def set_assignee(ticket_id: str, assignee: str) -> Effect:
    """Hand the ticket to this agent, by e-mail address or id."""
    return _hold(ticket_id, "set_assignee", "assignee", {"assignee": assignee})


def set_priority(ticket_id: str, priority: str) -> Effect:
    """low, normal, high or urgent."""
    return _hold(ticket_id, "set_priority", "priority", {"priority": priority})


def set_status(ticket_id: str, status: str) -> Effect:
    """open, pending or solved, in our words; a helpdesk that has fewer takes the nearest."""
    return _hold(ticket_id, "set_status", "status", {"status": status})


def change_tags(ticket_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Effect:
    """Add and remove these tags; all others stay."""
    return _hold(ticket_id, "change_tags", "tags", {"add": list(add), "remove": list(remove)})


def add_note(ticket_id: str, text: str, mark: str) -> Effect:
    """An internal note. `mark` is a short reference that stands in it ("mgn-7f3a"), so that a repeat can find it."""
    args = {"text": text, "mark": mark}
    return Effect("add_note", ticket_resource(ticket_id), f"note:{mark}", EffectClass.MARKED, args)


def send_reply(ticket_id: str, text: str) -> Effect:
    """A public answer written by a rule, never by a person: withheld where the customer shall meet no bot."""
    return Effect("send_reply", ticket_resource(ticket_id), "reply", EffectClass.ONCE, {"text": text})


def tag_customer(customer_id: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Effect:
    """Tags on the customer's own record in the helpdesk, for the host's triggers and bots to see.

    `customer_id` is the helpdesk's, or "email:ann@shop.example" for somebody who may not have written yet.
    """
    args = {"add": list(add), "remove": list(remove)}
    return Effect("tag_customer", f"customer:{customer_id}", "tags", EffectClass.STATE, args)


def create_coupon(code: str, share: str, agent: str) -> Effect:
    """An agent's own discount code, in the store; `share` of the order is taken off ("0.10"). Keyed by the code."""
    args = {"code": code, "share": share, "agent": agent}
    return Effect("create_coupon", f"code:{code}", "code", EffectClass.KEYED, args)


def end_coupon(code: str) -> Effect:
    """The code stops working from now on; orders that used it stay as they are."""
    return Effect("end_coupon", f"code:{code}", "ended", EffectClass.STATE, {"code": code})


def create_code(code: str, parent: str, share: str, ticket: str, anchor: str) -> Effect:
    """A discount code that can be used once, in the store; `share` of the order is taken off ("0.10").

    `parent` is the agent's own code that it stands for, `ticket` what it was made for; `anchor` is the first of the
    single-use codes under this parent, by which the store's discount is found that all of them belong to. Keyed by
    the code itself.
    """
    args = {"code": code, "parent": parent, "share": share, "ticket": ticket, "anchor": anchor}
    return Effect("create_code", f"code:{code}", "code", EffectClass.KEYED, args)


def create_draft_order(
    mark: str, sku: str, price: str, currency: str, email: str | None, note: str
) -> Effect:
    """An order that the customer can pay for by a link, of one piece at this price ("50.00").

    `mark` is a short reference that it carries as a tag ("mgn-7f3a"), so that a repeat can find it.
    """
    args = {"mark": mark, "sku": sku, "price": price, "currency": currency, "email": email, "note": note}
    return Effect("create_draft_order", f"draft_order:{mark}", "draft_order", EffectClass.MARKED, args)


def is_automatic_message(effect: Effect) -> bool:
    """Whether a customer would read words that no person wrote."""
    return effect.kind == "send_reply"


def _hold(ticket_id: str, kind: str, slot: str, args: Mapping[str, Any]) -> Effect:
    return Effect(kind, ticket_resource(ticket_id), slot, EffectClass.STATE, args)


def held_value(effect: Effect) -> str | None:
    """What a ticket holds in this effect's slot once it has landed; None where that is not a matter of holding."""
    return effect.args["code"] if effect.kind == "set_reason_code" else None


def offer_reason_codes(options: Mapping[str, str]) -> Effect:
    """Make sure that the reason-code field offers these codes (code → displayed name path)."""
    return Effect(
        "offer_reason_codes", "reason_field", "options", EffectClass.STATE, {"options": dict(options)}
    )
