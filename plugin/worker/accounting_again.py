"""Bringing the orders of open months to account again, where settings that they rest on have changed."""

from datetime import timedelta
from typing import Final

import structlog

from plugin.db.connections import Connections
from plugin.db.orders import Orders
from plugin.db.periods import Periods
from plugin.db.settings import SettingsVersions
from plugin.domain.periods import first_day, following
from plugin.order_marks import ACCOUNTED_BY, digest_of
from plugin.ports import Connection
from plugin.worker.order_hints import look_again
from plugin.worker.orders import keep_orders
from plugin.worker.shop import Shop, compile_settings

PAGE: Final = 200

log = structlog.get_logger(__name__)


def account_again(shop: Shop, connection: Connection) -> bool:
    """Bring every order to account again that is of a month after the closed ones, or waits; whether that was due."""
    tenant_id = connection.tenant_id
    with shop.database.read() as session:
        wanted = digest_of(SettingsVersions(session, tenant_id).newest()[1])
        known = Connections(session, shop.vault).by_id(connection.id)
        closed = max(Periods(session, tenant_id).closed(), default=None)
    if known is None or known.options.get(ACCOUNTED_BY) == wanted:
        return False
    compile_settings(shop, tenant_id)
    last, count = 0, 0
    since = None if closed is None else first_day(following(closed)) - timedelta(days=1)
    while True:
        with shop.database.write() as session:
            rows = Orders(session, tenant_id).page(connection.id, last, PAGE, since)
            keep_orders(shop, session, connection, {row.order_id: () for row in rows}, shop.now())
            if not rows:
                look_again(session, Orders(session, tenant_id).waiting(), shop.now())
                Connections(session, shop.vault).note(connection.id, {ACCOUNTED_BY: wanted})
                break
            last, count = rows[-1].id, count + len(rows)
    log.info("accounted again", orders=count)
    return True
