"""Orders of a store: what was told of them is merged, and brought to account; all of it together, or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from plugin.bookkeeping import Bookkeeper, by_order
from plugin.context import OrderContext
from plugin.db.connections import Connections
from plugin.db.inbox import Claim, Inbox
from plugin.domain.accounting import Terms
from plugin.domain.customer_keys import CustomerKey, email_key
from plugin.domain.events import OrderChanged
from plugin.domain.sales import OrderNews, StoreOrder
from plugin.leak_watch import LeakWatch
from plugin.order_marks import order_of
from plugin.ports import Connection, Unreadable
from plugin.questions import ask
from plugin.tenant_books import owners_before, terms_for
from plugin.worker.order_hints import hint
from plugin.worker.shop import ClaimLost, Shop, compile_settings

COSTS_DUE = "costs_due"
"""Topic of our own hint that a store must be asked what the goods of an order cost."""

log = structlog.get_logger(__name__)


def work_order(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Ten webhooks about one order are one merge and one account."""
    order_id, now = order_of(claim.resource), shop.now()
    told = {hint.delivery_id for hint in claim.hints if hint.source == connection.vendor}
    compile_settings(shop, claim.tenant_id)
    with shop.database.write() as session:
        news, wrong = _read(shop, session, claim, connection, told)
        for delivery, problem in wrong.items():
            Inbox(session).unreadable([delivery], problem, now)
        orders = keep_orders(shop, session, connection, {order_id: news}, now)
        if told:
            ask(session, claim.tenant_id, _buyers(connection, orders), now)
        worked = [one.delivery_id for one in claim.hints if one.delivery_id not in wrong]
        if not Inbox(session).finish(claim, worked, now):
            raise ClaimLost
    log.info("order", news=len(news))


def keep_orders(
    shop: Shop,
    session: Session,
    connection: Connection,
    news: Mapping[str, Sequence[OrderNews]],
    now: datetime,
) -> list[StoreOrder]:
    """Bring these orders of one store to account, within the caller's transaction; those that are known by now."""
    view = shop.views.of(session, connection.tenant_id)
    terms = tenant_terms(shop, session, connection.tenant_id)
    book = Bookkeeper(session, connection, terms, now, view.settings.costs.replacement_tags)
    context = OrderContext(book.take_in(news), terms)
    for order_id in context.facts:
        shop.routes[OrderChanged](OrderChanged(order_id), context)
    book.keep(context.accounts)
    watch = LeakWatch(session, connection.tenant_id, connection.id, view.settings.attribution, now)
    watch.watch(context.facts, context.accounts)
    _ask_costs(session, connection, context, now)
    return [facts.order for facts in context.facts.values()]


def keep_states(
    shop: Shop, session: Session, connection: Connection, orders: Sequence[StoreOrder], now: datetime
) -> None:
    """The same for whole orders as a sweep reads them."""
    keep_orders(shop, session, connection, by_order(OrderNews(one.id, one) for one in orders), now)


def tenant_terms(shop: Shop, session: Session, tenant_id: int) -> Terms:
    """How this tenant's orders are accounted."""
    settings = shop.views.of(session, tenant_id).settings
    known = Connections(session, shop.vault).of_tenant(tenant_id)
    stores = [one for one in known if one.vendor in shop.stores]
    return terms_for(settings, stores, owners_before(session, tenant_id))


def _read(
    shop: Shop, session: Session, claim: Claim, connection: Connection, told: set[int]
) -> tuple[list[OrderNews], dict[int, str]]:
    """What the deliveries say, and what is wrong with those that cannot be read."""
    store = shop.stores[connection.vendor]
    news: list[OrderNews] = []
    wrong: dict[int, str] = {}
    for one in claim.hints:
        for topic, body in Inbox(session).bodies([one]) if one.delivery_id in told else ():
            try:
                news.append(store.news(connection, topic, body))
            except Unreadable as problem:
                wrong[one.delivery_id] = str(problem)
    return news, wrong


def _buyers(connection: Connection, orders: Sequence[StoreOrder]) -> list[tuple[int, CustomerKey]]:
    """Whom the store is asked about: who bought is worth something else now."""
    keys = dict.fromkeys(map(_buyer, orders))
    return [(connection.id, key) for key in keys if key is not None]


def _buyer(order: StoreOrder) -> CustomerKey | None:
    if order.customer_id is not None:
        return CustomerKey("id", order.customer_id)
    return email_key(order.email)


def _ask_costs(session: Session, connection: Connection, context: OrderContext, now: datetime) -> None:
    """The store is asked what goods cost, by a hint of its own: no sale waits for the answer."""
    asked = [order_id for order_id, account in context.accounts.items() if account.to_ask]
    Inbox(session).put(
        [hint(connection.tenant_id, connection.id, f"costs:{one}", COSTS_DUE, now) for one in asked]
    )
