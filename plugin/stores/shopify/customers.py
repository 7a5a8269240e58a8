"""A customer as the Admin API shows them, in our words; and their number, which is all we keep of Shopify's ids.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Customer
"""

import re
from datetime import datetime
from typing import Final

from plugin.documents import Part
from plugin.domain.facts import LastOrder
from plugin.domain.money import Digits, Money, money
from plugin.ports import StoreCustomer, Unreadable

GID: Final = "gid://shopify/Customer/"
"""How GraphQL names a customer; webhooks give the bare number."""
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_MOST: Final = 2**63
"""More minor units than any database keeps in a number."""
_COUNT: Final = re.compile(r"[0-9]{1,9}")


def customer_number(part: Part) -> str:
    """The number of a customer, however they are named."""
    bare = part.value.removeprefix(GID) if isinstance(part.value, str) else part.value
    return Part(bare, part.path).own_id()


def read_customer(part: Part, digits: Digits) -> StoreCustomer:
    """The customer; Unreadable with the field where something is not as documented."""
    return StoreCustomer(
        id=customer_number(part.at("id")),
        emails=_one_of(part, ("defaultEmailAddress", "emailAddress"), "email"),
        phones=_one_of(part, ("defaultPhoneNumber", "phoneNumber"), "phone"),
        name=part.at("displayName").text(),
        spent=_money(part.at("amountSpent"), digits),
        orders=_count(part.at("numberOfOrders")),
        tags=_texts(part.at("tags")),
        last_order=_order(part.at("lastOrder"), digits),
        updated_at=part.at("updatedAt").instant(),
    )


def _one_of(part: Part, named: tuple[str, str], older: str) -> tuple[str, ...]:
    """An address by its present name, else by the one it had; none where it is hidden from the app."""
    outer, inner = named
    present = part.at(outer)
    text = part.at(older).text() if present.value is None else present.at(inner).text()
    return (text,) if text else ()


def _order(part: Part, digits: Digits) -> LastOrder | None:
    if part.value is None:
        return None
    return LastOrder(
        name=part.at("name").text(),
        at=_ordered_at(part),
        total=_money(part.at("totalPriceSet").at("shopMoney"), digits),
        status=part.at("displayFinancialStatus").word() or "",
        fulfilment=part.at("displayFulfillmentStatus").word() or "",
        skus=tuple(dict.fromkeys(filter(None, _skus(part)))),
        tags=_texts(part.at("tags")),
    )


def _ordered_at(part: Part) -> datetime:
    """When it was bought; an order that was imported tells that as the time it was processed."""
    processed = part.at("processedAt")
    return part.at("createdAt").instant() if processed.value is None else processed.instant()


def _skus(part: Part) -> list[str]:
    lines = part.at("lineItems")
    return [] if lines.value is None else [one.at("sku").text() for one in lines.at("nodes").items()]


def _money(part: Part, digits: Digits) -> Money:
    amount, currency = part.at("amount"), part.at("currencyCode").key()
    if not _CURRENCY.fullmatch(currency):
        raise Unreadable(f"{part.path}.currencyCode", "must be a currency, as USD")
    if isinstance(amount.value, bool) or not isinstance(amount.value, str | int | float):
        raise Unreadable(amount.path, "must be an amount")
    try:
        found = money(str(amount.value), currency, digits)
    except (ValueError, ArithmeticError):
        raise Unreadable(amount.path, "must be an amount") from None
    if not -_MOST < found.minor < _MOST:
        raise Unreadable(amount.path, "is too large")
    return found


def _count(part: Part) -> int:
    """A count, which comes as a text for it may be larger than other numbers."""
    text = "0" if part.value is None else str(part.value)
    if isinstance(part.value, bool) or not _COUNT.fullmatch(text):
        raise Unreadable(part.path, "must be a count")
    return int(text)


def _texts(part: Part) -> tuple[str, ...]:
    return tuple(text for one in part.items() if (text := one.text()))
