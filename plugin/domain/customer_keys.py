"""What a customer is looked up by: e-mail address, phone number, or the number of an order they name.

Keys are asked for in this order, and the first that the shop knows decides. People are never joined by a name, and
an order number that somebody mentions proves no address: it only says whose order they write about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from plugin.domain.facts import Ticket
from plugin.domain.folding import fold

KeyKind = Literal["email", "phone", "order", "id"]
ORDER: Final[tuple[KeyKind, ...]] = ("email", "phone", "order", "id")
"""The better proof first."""

RESOURCE: Final = "customer:"
MOST_ORDERS: Final = 3
"""Order numbers looked up for one ticket; who names more of them is quoting a list."""
READ: Final = 4_000
LONGEST: Final = 120
_EMAIL: Final = re.compile(r"[^@\s:]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+?[0-9]{7,15}")
_NAMED: Final = re.compile(
    r"(?:\border(?: (?:number|no|nr|id))?|\bcommande|\bpedido|\bbestellung|\bbestellnummer|سفارش|الطلب|طلب)"
    r"[ .:#]{0,3}([0-9]{3,12})\b"
)
_HASH: Final = re.compile(r"#([0-9]{3,12})\b")


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """What a customer is looked up by; `value` is folded (lower-case e-mail, +digits, order name as "#1001")."""

    kind: KeyKind
    value: str


def customer_resource(key: CustomerKey) -> str:
    """The name of a customer as a thing that hints point to: "customer:email:ann@shop.example"."""
    return f"{RESOURCE}{key.kind}:{key.value}"


def key_of(resource: str) -> CustomerKey:
    """The key in a resource name made by `customer_resource`."""
    kind, _, value = resource.removeprefix(RESOURCE).partition(":")
    for known in ORDER:
        if resource.startswith(RESOURCE) and kind == known and value:
            return CustomerKey(known, value)
    raise ValueError(f"{resource!r} names no customer")


def email_key(email: str | None) -> CustomerKey | None:
    """The key of an e-mail address, without case; None for what is none."""
    folded = (email or "").strip().casefold()
    return CustomerKey("email", folded) if _EMAIL.fullmatch(folded) and len(folded) <= LONGEST else None


def phone_key(phone: str | None) -> CustomerKey | None:
    """The key of a phone number: its digits, with the + it was written with; None for what is none."""
    digits = re.sub(r"[\s()./-]", "", phone or "")
    return CustomerKey("phone", digits) if _PHONE.fullmatch(digits) else None


def keys_of(ticket: Ticket) -> tuple[CustomerKey, ...]:
    """What the customer of a ticket can be looked up by, the better proof first."""
    person = ticket.requester
    found = (email_key(person.email), phone_key(person.phone), *_orders(ticket))
    return tuple(dict.fromkeys(key for key in found if key is not None))


def keys_with(order: str, keys: tuple[CustomerKey, ...]) -> tuple[CustomerKey, ...]:
    """The keys, and the order that an agent named: theirs is the last word of those about orders, "" for none."""
    if not order:
        return keys
    named = CustomerKey("order", order)
    proofs = [key for key in keys if key.kind != "order"]
    orders = [key for key in keys if key.kind == "order" and key != named]
    return (*proofs, named, *orders)


def _orders(ticket: Ticket) -> list[CustomerKey]:
    """The orders that the customer names, as shops write them."""
    said = [message.text for message in ticket.messages if message.from_customer and message.public]
    numbers = dict.fromkeys(number for text in (ticket.subject, *said) for number in _numbers(text[:READ]))
    return [CustomerKey("order", f"#{number}") for number in list(numbers)[:MOST_ORDERS]]


def _numbers(text: str) -> Iterator[str]:
    folded = fold(text)
    yield from _HASH.findall(folded)
    yield from _NAMED.findall(folded)
