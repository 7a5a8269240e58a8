"""What goods cost: asked of the store when an order is credited, and heard when it changes there."""

from collections.abc import Mapping

import structlog

from plugin.db.inbox import Claim, Inbox
from plugin.db.order_documents import read_order
from plugin.db.orders import Orders
from plugin.db.unit_costs import UnitCosts
from plugin.order_marks import order_of
from plugin.ports import AccessError, Connection, PermanentError, UnitCost, Unreadable
from plugin.worker.order_hints import look_again
from plugin.worker.shop import ClaimLost, Shop

log = structlog.get_logger(__name__)


def work_costs(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Ask what the goods of an order cost now, and bring it to account with the answer.

    A store that does not let us know says so by that: the cost is unknown, and the order is listed so.
    """
    order_id = order_of(claim.resource)
    with shop.database.read() as session:
        row = Orders(session, claim.tenant_id).held(connection.id, [order_id]).get(order_id)
        order = None if row is None else read_order(row.document)
        known = UnitCosts(session, claim.tenant_id)
        units = [] if order is None else [line.unit for line in order.lines if line.unit]
        told: Mapping[str, int | None] = known.of(connection.id, units, order.currency) if order else {}
    asked = [unit for unit in dict.fromkeys(units) if unit not in told]
    found = _asked(shop, connection, asked)
    now = shop.now()
    with shop.database.write() as session:
        if order is not None:
            UnitCosts(session, claim.tenant_id).keep(connection.id, asked, found, order.currency, now)
            look_again(
                session, Orders(session, claim.tenant_id).held(connection.id, [order_id]).values(), now
            )
        if not Inbox(session).finish(claim, [hint.delivery_id for hint in claim.hints], now):
            raise ClaimLost


def work_item(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Something costs something else now: what was sold before keeps its cost, what lacked one is mended by it."""
    store, now = shop.stores[connection.vendor], shop.now()
    with shop.database.write() as session:
        wrong: set[int] = set()
        for one in claim.hints:
            for _, body in Inbox(session).bodies([one]) if one.source == connection.vendor else ():
                try:
                    news = store.item_cost(connection, body)
                except Unreadable as problem:
                    wrong.add(one.delivery_id)
                    Inbox(session).unreadable([one.delivery_id], str(problem), now)
                    continue
                currency = str(connection.options.get("currency") or "")
                UnitCosts(session, claim.tenant_id).changed(connection.id, news, currency, now)
                look_again(session, Orders(session, claim.tenant_id).lacking_cost(connection.id), now)
        worked = [one.delivery_id for one in claim.hints if one.delivery_id not in wrong]
        if not Inbox(session).finish(claim, worked, now):
            raise ClaimLost


def _asked(shop: Shop, connection: Connection, units: list[str]) -> list[UnitCost]:
    if not units:
        return []
    try:
        return list(shop.stores[connection.vendor].unit_costs(shop.open_api(connection), units))
    except AccessError:
        raise
    except PermanentError as error:
        log.warning("costs not told", why=str(error))
        return []
