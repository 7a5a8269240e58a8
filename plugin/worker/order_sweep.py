"""The sweep of a store's orders: what no webhook told, and all there are when the store was just connected."""

from datetime import UTC, datetime
from typing import Any, Final

import structlog

from plugin.db.connections import Connections
from plugin.order_marks import CURSOR, READ
from plugin.ports import ChangedOrders, Connection, TemporaryError, VendorError
from plugin.worker.orders import keep_states
from plugin.worker.shop import Shop, compile_settings

MOST_PAGES: Final = 20
"""Pages of one sweep; what is left waits for the next one, from where this one stopped."""
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


def sweep_orders(shop: Shop, connection: Connection) -> tuple[int, bool]:
    """Bring every order that changed to account: how many there were, and whether there are more.

    A store that does not show its orders says why in the log, and is asked again next time: customers go on.
    """
    found, more = 0, True
    try:
        for _ in range(MOST_PAGES):
            count, more = _page(shop, connection)
            found += count
            if not more:
                break
    except VendorError as error:
        if isinstance(error, TemporaryError) and error.whole_account:
            raise
        log.warning("orders not read", why=str(error))
        return found, False
    return found, more


def _page(shop: Shop, connection: Connection) -> tuple[int, bool]:
    """One page: read outside any transaction, kept together with the place where the next one starts."""
    options = _options(shop, connection)
    store, api = shop.stores[connection.vendor], shop.open_api(connection)
    page = store.orders_changed(api, options.get(CURSOR), BEGINNING)
    now = shop.now()
    compile_settings(shop, connection.tenant_id)
    with shop.database.write() as session:
        keep_states(shop, session, connection, page.orders, now)
        Connections(session, shop.vault).note(
            connection.id, {CURSOR: page.cursor, READ: _progress(options, page)}
        )
    return len(page.orders), page.more


def _options(shop: Shop, connection: Connection) -> dict[str, Any]:
    """The options as they are by now: an earlier page has moved the cursor."""
    with shop.database.read() as session:
        found = Connections(session, shop.vault).by_id(connection.id)
    return dict(found.options) if found is not None else {}


def _progress(options: dict[str, Any], page: ChangedOrders) -> dict[str, Any]:
    """How far the first sweep is."""
    before: dict[str, Any] = options.get(READ) or {"orders": 0, "done": False}
    if before["done"]:
        return before
    return {"orders": before["orders"] + len(page.orders), "done": not page.more}
