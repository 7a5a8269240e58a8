"""The adapter against the stand-in shop over HTTP, which was written from Shopify's own documentation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests

from plugin.currencies import digits
from plugin.domain.customer_keys import CustomerKey, KeyKind
from plugin.domain.effects import create_code, create_coupon, create_draft_order, end_coupon
from plugin.domain.money import Money
from plugin.domain.sales import OrderNews, merged
from plugin.http import VendorApi, vendor_session
from plugin.ports import AccessError, Connection, Forged, StoreCustomer, TemporaryError
from plugin.stores.shopify import Shopify
from plugin.stores.shopify.provision import NEEDED, USEFUL
from sandbox.server import Handle
from sandbox.shopify.edits import Edit, edit_order
from sandbox.shopify.reversals import Back, refund
from sandbox.shopify.seed import SECRET, TOKEN
from sandbox.shopify.stock import change_product
from sandbox.shopify.writes import Bought, change_customer, give_back, new_customer, place_order, ship
from tests.conftest import wait_until
from tests.sandbox.conftest import Listener
from tests.stores.shopify.till import shop_connection

ANN = "ann.moss@example.com"


class Tokens:
    """The token that the connection holds, and no other."""

    def access_token(self, connection: Connection) -> str:
        return connection.credentials["access_token"]

    def refused(self, connection: Connection, token: str) -> str | None:
        return None


@dataclass
class Counter:
    """A connected shop: the stand-in, our API to it, and what connecting gave."""

    served: Handle
    api: VendorApi
    hook_url: str
    store: Shopify

    def connect(self) -> None:
        """Provision and keep what came of it, as the product does."""
        made = self.store.provision(self.api, self.hook_url)
        held = self.api.connection
        self.api.connection = replace(held, options={**held.options, **made.options})

    def find(self, kind: KeyKind, value: str) -> StoreCustomer | None:
        return self.store.find_customer(self.api, CustomerKey(kind, value))

    def pointed(self, listener: Listener) -> dict[str, str | None]:
        """What the webhooks point to that came in, each proven first, by topic."""
        wait_until(self.served.shop.dispatcher.idle)
        found = {}
        for headers, body in listener.received:
            self.store.verify(self.api.connection, headers, body, datetime.now(UTC), 300)
            hint = self.store.parse(headers, body)
            found[hint.topic] = hint.resource
        return found

    def news(self, listener: Listener) -> list[OrderNews]:
        """What was told of orders and refunds, by signed webhooks."""
        found = []
        for headers, body in listener.received:
            self.store.verify(self.api.connection, headers, body, datetime.now(UTC), 300)
            topic = self.store.parse(headers, body).topic
            if topic.startswith(("orders/", "refunds/")):
                found.append(self.store.news(self.api.connection, topic, body))
        return found


@pytest.fixture
def counter(served: Handle, listener: Listener) -> Iterator[Counter]:
    held = {"access_token": TOKEN, "signing_secret": SECRET}
    connection = replace(shop_connection(credentials=held), api_url=served.url)
    store = Shopify(digits)
    with vendor_session() as session:
        api = VendorApi(
            connection,
            session,
            Tokens(),
            lambda *_: 0.0,
            lambda: datetime.now(UTC),
            authorised=store.authorised,
        )
        made = Counter(served, api, listener.url, store)
        made.connect()
        yield made


def test_connecting_again_makes_nothing_new(counter: Counter) -> None:
    before, made = counter.api.connection.options, dict(counter.served.shop.subscriptions)
    counter.connect()
    assert (counter.api.connection.options, counter.served.shop.subscriptions) == (before, made)
    assert sorted(one.topic for one in made.values()) == sorted((*NEEDED, *USEFUL))


def test_who_registers_is_told_by_a_proven_webhook(counter: Counter, listener: Listener) -> None:
    made = new_customer(counter.served.shop, "Ann Moss", ANN)
    assert counter.pointed(listener) == {"customers/create": f"customer:id:{made.id}"}


def test_tags_have_webhooks_of_their_own(counter: Counter, listener: Listener) -> None:
    made = new_customer(counter.served.shop, "Ann Moss", ANN)
    change_customer(counter.served.shop, made.id, tags=("VIP",))
    assert counter.pointed(listener)["customer.tags_added"] == f"customer:id:{made.id}"


def test_what_is_bought_points_to_its_order_under_every_topic(counter: Counter, listener: Listener) -> None:
    made = new_customer(counter.served.shop, "Ann Moss", ANN)
    order = place_order(counter.served.shop, Bought({"BELT-1": 1}, ANN))
    give_back(counter.served.shop, order.id, Decimal("5.00"), {}, "")
    found = counter.pointed(listener)
    about_orders = {topic: resource for topic, resource in found.items() if not topic.startswith("customer")}
    assert set(about_orders) >= {"orders/create", "orders/paid", "orders/updated"}
    assert set(about_orders.values()) == {f"order:{order.id}"}
    assert found["customers/purchasing_summary"] == f"customer:id:{made.id}"


def test_what_a_guest_buys_points_to_its_order_alone(counter: Counter, listener: Listener) -> None:
    order = place_order(counter.served.shop, Bought({"BELT-1": 1}, "guest@example.com", guest=True))
    assert set(counter.pointed(listener).values()) == {f"order:{order.id}"}


def test_what_deliveries_tell_together_is_what_the_shop_has(counter: Counter, listener: Listener) -> None:
    shop = counter.served.shop
    new_customer(shop, "Ann Moss", ANN)
    order = place_order(shop, Bought({"BELT-1": 2, "VASE-1": 1}, ANN, more={"tax_rate": Decimal("0.2")}))
    refund(shop, order.id, Back({"BELT-1": 1}, note="too small"))
    edit_order(shop, order.id, Edit({"LAMP-1": 1}, {"VASE-1": 1}))
    refund(shop, order.id, Back(amount=Decimal("3.00")))
    asked = counter.store.order(counter.api, str(order.id))
    wait_until(shop.dispatcher.idle)
    news = counter.news(listener)
    assert {len(one.refund.units) for one in news if one.refund is not None} == {0, 1}
    for told in (news, news[::-1]):
        assert merged(None, told) == asked


def test_a_new_cost_and_a_changed_code_are_told(counter: Counter, listener: Listener) -> None:
    shop = counter.served.shop
    change_product(shop, "BELT-1", cost=Decimal("19.50"))
    counter.store.perform(counter.api, [create_coupon("ANA10", "0.10", "ana")], None, False)
    counter.store.perform(counter.api, [end_coupon("ANA10")], None, False)
    found = counter.pointed(listener)
    assert found["discounts/create"] == found["discounts/update"] == "codes"
    assert found["inventory_items/update"] == f"item:{shop.products['BELT-1'].id + 2}"


def test_a_webhook_that_somebody_else_signed_is_forged(counter: Counter, listener: Listener) -> None:
    shop = counter.served.shop
    shop.dispatcher.forge(next(iter(shop.subscriptions.values())), "x", {"id": 7}, shop.now())
    wait_until(shop.dispatcher.idle)
    headers, body = listener.received[0]
    with pytest.raises(Forged):
        counter.store.verify(counter.api.connection, headers, body, datetime.now(UTC), 300)


def test_a_customer_is_found_by_every_key_with_all_that_they_bought(counter: Counter) -> None:
    made = new_customer(counter.served.shop, "Ann Moss", ANN, phone="+12125550199", tags=("VIP",))
    order = place_order(counter.served.shop, Bought({"TABLE-1": 1, "BELT-1": 2}, ANN))
    keys: list[tuple[KeyKind, str]] = [
        ("email", ANN),
        ("phone", "+12125550199"),
        ("order", order.name),
        ("id", str(made.id)),
    ]
    found = [counter.find(*key) for key in keys]
    first = found[0]
    assert first is not None
    assert found == [first] * 4
    assert (first.spent, first.orders, first.tags) == (Money(int(order.total * 100), "USD"), 1, ("VIP",))


def test_the_latest_orders_say_where_their_parcels_are(counter: Counter) -> None:
    new_customer(counter.served.shop, "Ann Moss", ANN)
    order = place_order(counter.served.shop, Bought({"TABLE-1": 1}, ANN))
    ship(counter.served.shop, order.id, "UPS", "1Z1", "out_for_delivery")
    found = counter.find("email", ANN)
    assert found is not None
    assert found.latest_orders is not None
    (parcel,) = found.latest_orders[0].parcels
    assert (parcel.carrier, parcel.number, parcel.state) == ("UPS", "1Z1", "out_for_delivery")


def test_a_parcel_that_moves_points_to_whom_it_goes_to(counter: Counter, listener: Listener) -> None:
    new_customer(counter.served.shop, "Ann Moss", ANN)
    order = place_order(counter.served.shop, Bought({"TABLE-1": 1}, ANN))
    for state in ("in_transit", "delayed"):
        ship(counter.served.shop, order.id, "UPS", "1Z1", state)
    found = counter.pointed(listener)
    assert found["fulfillments/create"] == found["fulfillments/update"] == f"customer:email:{ANN}"


def test_goods_on_offer_are_told_with_cost_and_stock(counter: Counter) -> None:
    (belt,) = counter.store.products(counter.api, ["BELT-1", "NONE"])
    assert (belt.price, belt.unit_cost, belt.stock) == (Money(5000, "USD"), Money(1800, "USD"), 12)


def test_a_code_is_made_once(counter: Counter) -> None:
    effect = create_code("ANA10-7K2", "ANA10", "0.10", "5158", "ANA10-2B2")
    references = [counter.store.perform(counter.api, [effect], None, again) for again in (False, True)]
    assert (references, len(counter.served.shop.codes)) == (["ANA10-7K2"] * 2, 1)


def test_a_draft_order_is_made_once_and_its_page_is_there(counter: Counter) -> None:
    effect = create_draft_order("mgn-1", "BELT-1", "45.00", "USD", ANN, "Offered in ticket 5158")
    first, again = (counter.store.perform(counter.api, [effect], None, look) for look in (False, True))
    assert first == again
    page = requests.get(str(first), timeout=10).text
    assert "45.00 USD" in page


def test_somebody_unknown_is_nobody(counter: Counter) -> None:
    assert counter.find("email", "nobody@example.com") is None


def test_every_customer_is_read_without_any_webhook(counter: Counter) -> None:
    cursor, more, found = None, True, set()
    while more:
        page = counter.store.customers_changed(counter.api, cursor, datetime(1970, 1, 1, tzinfo=UTC))
        found |= {int(one.id) for one in page.customers}
        cursor, more = page.cursor, page.more
    assert found == set(counter.served.shop.customers)


def test_a_change_without_a_webhook_is_found_by_when_it_happened(counter: Counter) -> None:
    made = new_customer(counter.served.shop, "Ann Moss", ANN)
    since = datetime.now(UTC) - timedelta(minutes=1)
    page = counter.store.customers_changed(counter.api, None, since)
    assert str(made.id) in [one.id for one in page.customers]


def test_an_empty_bucket_says_how_long_to_wait(counter: Counter) -> None:
    shop = counter.served.shop
    shop.bucket.change(shop.now(), size=2000, restore_rate=10, available=0)
    with pytest.raises(TemporaryError) as raised:
        counter.find("email", ANN)
    assert raised.value.whole_account
    assert raised.value.retry_after is not None
    assert 5 < raised.value.retry_after < 15


def test_a_token_that_was_taken_away_is_refused_with_the_command_to_run(counter: Counter) -> None:
    counter.served.shop.access.revoke_all()
    with pytest.raises(AccessError, match="marginalia connect shopify --account acme"):
        counter.find("email", ANN)


def test_a_pair_of_tokens_is_renewed_by_the_next(counter: Counter) -> None:
    access, now = counter.served.shop.access, datetime.now(UTC)
    pair = access.issue(now)
    held = {"access_token": pair.access, "refresh_token": pair.refresh}
    connection = replace(counter.api.connection, credentials=held)
    plain = replace(counter.api, connection=connection, tokens=None)
    store = Shopify(digits, access.client_id, access.secret)
    renewed = store.renew(plain, now)
    counter.api.connection = replace(connection, credentials=renewed)
    assert counter.find("email", "nobody@example.com") is None
    with pytest.raises(AccessError, match="not valid"):
        store.renew(plain, now)


def test_a_missing_scope_is_told_with_the_command_to_run(counter: Counter) -> None:
    counter.served.shop.scopes = frozenset({"read_orders"})
    with pytest.raises(AccessError, match="`read_customers` access scope"):
        counter.find("email", ANN)
