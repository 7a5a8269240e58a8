"""Whose e-mail address, phone number, order or number that is.

https://shopify.dev/docs/api/admin-graphql/latest/queries/customerByIdentifier
"""

from plugin.documents import Part, answer_of
from plugin.domain.customer_keys import CustomerKey
from plugin.domain.money import Digits
from plugin.ports import StoreCustomer
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.customers import GID, read_customer
from plugin.stores.shopify.queries import BY_EMAIL, BY_ID, BY_ORDER, BY_PHONE


def find_customer(admin: Admin, key: CustomerKey, digits: Digits) -> StoreCustomer | None:
    """The customer of this key, None where the shop has none.

    A guest's order has no customer, whatever address stands on it: it makes somebody known for nothing. A phone number
    without its country is kept by no shop, so it is nobody's.
    """
    with answer_of(admin.api):
        found = _found(admin, key)
        return None if found is None or found.value is None else read_customer(found, digits)


def _found(admin: Admin, key: CustomerKey) -> Part | None:
    if key.kind == "order":
        return _of_order(admin, key.value)
    if key.kind == "id":
        return admin.ask(BY_ID, value=f"{GID}{key.value}").at("customer")
    if key.kind == "phone":
        if not key.value.startswith("+"):
            return None
        return admin.ask(BY_PHONE, value=key.value).at("customerByIdentifier")
    return admin.ask(BY_EMAIL, value=key.value).at("customerByIdentifier")


def _of_order(admin: Admin, name: str) -> Part | None:
    """The customer of the newest order of exactly this name."""
    answer = admin.ask(BY_ORDER, value=f"name:{quoted(name)}")
    for order in answer.at("orders").at("nodes").items():
        if _same(order.at("name").text(), name):
            return order.at("customer")
    return None


def quoted(text: str) -> str:
    """A value for the search language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _same(name: str, wanted: str) -> bool:
    return name.removeprefix("#").casefold() == wanted.removeprefix("#").casefold()
