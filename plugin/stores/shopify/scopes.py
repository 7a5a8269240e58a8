"""What the app may do in the shop.

https://shopify.dev/docs/api/usage/access-scopes
"""

from typing import Final

from plugin.documents import answer_of
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.order_queries import SCOPES

ALL_ORDERS: Final = "read_all_orders"
"""Without it only the orders of the last 60 days are shown."""


def reads_all_orders(admin: Admin) -> bool:
    """Whether orders of any age are shown to the app."""
    with answer_of(admin.api):
        held = admin.ask(SCOPES).at("currentAppInstallation").at("accessScopes").items()
        return ALL_ORDERS in {one.at("handle").text() for one in held}
