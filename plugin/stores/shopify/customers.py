"""A customer as the Admin API shows them, in our words; and their number, which is all we keep of Shopify's ids.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Customer
"""

from typing import Final

from plugin.documents import Part
from plugin.domain.money import Digits
from plugin.ports import StoreCustomer
from plugin.stores.shopify.orders import read_last_order, read_orders
from plugin.stores.shopify.values import read_count, read_money, read_texts

GID: Final = "gid://shopify/Customer/"
"""How GraphQL names a customer; webhooks give the bare number."""


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
        spent=read_money(part.at("amountSpent"), digits),
        orders=read_count(part.at("numberOfOrders")),
        tags=read_texts(part.at("tags")),
        last_order=read_last_order(part.at("lastOrder"), digits),
        updated_at=part.at("updatedAt").instant(),
        latest_orders=read_orders(part.at("orders"), digits),
    )


def _one_of(part: Part, named: tuple[str, str], older: str) -> tuple[str, ...]:
    """An address by its present name, else by the one it had; none where it is hidden from the app."""
    outer, inner = named
    present = part.at(outer)
    text = part.at(older).text() if present.value is None else present.at(inner).text()
    return (text,) if text else ()
