"""The shop: everything it holds, in memory, behind one lock for those who write."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sandbox.shopify.bucket import Bucket
from sandbox.shopify.records import ZERO, Bulk, Code, Customer, Draft, Order, Product, Subscription
from sandbox.shopify.tokens import Access
from sandbox.shopify.webhooks import Dispatcher

LARGE = 7_304_211_300_000
"""Where ids start: the vendor's do not fit into 32 bits."""
FIRST_ORDER = 1001
SCOPES = frozenset(
    {
        *("read_customers", "read_orders", "read_all_orders", "read_products", "read_inventory"),
        *("read_fulfillments", "read_returns", "write_discounts", "write_draft_orders"),
    }
)
"""What the app of a merchant may do; who may write may read. `read_all_orders` opens what is older than sixty days."""


def wall_clock() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


@dataclass
class Shop:
    """One shop. Whoever writes holds `lock`; records are replaced whole, so readers need none.

    `code_seconds` is how long it takes to add codes to a discount.
    """

    access: Access
    domain: str = "demo.myshopify.com"
    name: str = "Demo shop"
    currency: str = "USD"
    zone: str = "America/New_York"
    tax_rate: Decimal = ZERO
    taxes_included: bool = False
    now: Callable[[], datetime] = wall_clock
    lock: threading.RLock = field(default_factory=threading.RLock)
    scopes: frozenset[str] = SCOPES
    customers: dict[int, Customer] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    codes: dict[int, Code] = field(default_factory=dict)
    bulks: dict[int, Bulk] = field(default_factory=dict)
    code_seconds: float = 0.0
    drafts: dict[int, Draft] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    bucket: Bucket = field(default_factory=Bucket)
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.domain, self.access.secret, self._drop)
        self._ids = count(LARGE)
        self._numbers = count(FIRST_ORDER)

    def next_id(self) -> int:
        """The next id of anything."""
        with self.lock:
            return next(self._ids)

    def instant(self) -> datetime:
        """Now, as records keep it: in whole seconds."""
        return self.now().replace(microsecond=0)

    def next_number(self) -> int:
        """The next order number that nobody has."""
        taken = {one.number for one in self.orders.values()}
        return next(number for number in self._numbers if number not in taken)

    # ------------------------------------------------------------------------------------- finding

    def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this address."""
        low = email.strip().lower()
        return next((one for one in list(self.customers.values()) if (one.email or "").lower() == low), None)

    def customer_by_phone(self, phone: str) -> Customer | None:
        """The customer with this number, written as the shop keeps it."""
        return next((one for one in list(self.customers.values()) if one.phone and one.phone == phone), None)

    def orders_of(self, customer_id: int) -> list[Order]:
        """What this customer bought, oldest first."""
        return [one for one in in_order(self.orders.values()) if one.customer_id == customer_id]

    def spent(self, customer_id: int) -> Decimal:
        """What this customer has spent in all."""
        return sum((one.spent for one in self.orders_of(customer_id)), ZERO)

    def code(self, text: str) -> Code | None:
        """The discount with this code, whatever its case."""
        return next((one for one in list(self.codes.values()) if one.spelt(text)), None)

    def uses(self, text: str) -> int:
        """How often a code was used."""
        low = text.lower()
        return sum(used.code.lower() == low for one in list(self.orders.values()) for used in one.typed)

    def readable(self, order: Order) -> bool:
        """Whether the app may see an order of this age."""
        young = (self.now() - order.created_at).days < 60
        return young or "read_all_orders" in self.scopes

    # --------------------------------------------------------------------------------------- making

    def add_product(
        self,
        sku: str,
        title: str,
        price: Decimal,
        cost: Decimal | None,
        stock: int | None = None,
        **more: Any,
    ) -> Product:
        """A new product; it takes the two ids that follow its own, too."""
        made = self.products[sku] = Product(self.next_id(), sku, title, price, cost, stock, **more)
        return made

    def _drop(self, subscription_id: int) -> None:
        """A subscription that failed too often is deleted, as the vendor does."""
        with self.lock:
            self.subscriptions.pop(subscription_id, None)


def in_order(orders: Iterable[Order]) -> list[Order]:
    """Orders, oldest first."""
    return sorted(orders, key=lambda one: (one.created_at, one.id))
