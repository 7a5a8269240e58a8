"""The agents' codes in a store: looked at when it says that one has changed, and every hour; made where they lack."""

from collections.abc import Sequence

import structlog

from plugin.coupons import keep_coupons
from plugin.db.connections import Connections
from plugin.db.coupons import Coupons, Look
from plugin.db.inbox import Claim, Inbox
from plugin.domain.coupons import InStore
from plugin.ports import Connection, StoreDiscount, TemporaryError, VendorError
from plugin.worker.shop import ClaimLost, Shop

log = structlog.get_logger(__name__)


def work_codes(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Some discount of the store was changed: perhaps one of the agents'. However often it said so, one look."""
    changed = _look(shop, connection)
    with shop.database.write() as session:
        if not Inbox(session).finish(claim, [hint.delivery_id for hint in claim.hints], shop.now()):
            raise ClaimLost
    log.info("codes looked at", changed=changed)


def care_for_codes(shop: Shop, connection: Connection) -> bool:
    """Look at the codes where that is due, then have those made that are still missing; whether anything was done.

    A store that does not show its discounts says why in the log, and is asked again next time.
    """
    with shop.database.read() as session:
        due = Coupons(session, connection.tenant_id).is_due(connection.id, shop.now())
    try:
        looked = due and _look(shop, connection) >= 0
    except VendorError as error:
        if isinstance(error, TemporaryError) and error.whole_account:
            raise
        log.warning("codes not looked at", why=str(error))
        looked = False
    return bool(_make(shop, connection)) or looked


def _look(shop: Shop, connection: Connection) -> int:
    """Ask the store for each code, outside any transaction; how many are in another state by that."""
    with shop.database.write() as session:
        coupons = Coupons(session, connection.tenant_id)
        rows = coupons.of_store(connection.id)
        coupons.settle(rows)
        asked = [(row.id, row.state, row.code) for row in rows]
    looks = _asked(shop, connection, asked)
    with shop.database.write() as session:
        return Coupons(session, connection.tenant_id).looked_at(looks, shop.now())


def _asked(shop: Shop, connection: Connection, asked: Sequence[tuple[int, str, str]]) -> list[Look]:
    store, api = shop.stores[connection.vendor], shop.open_api(connection)
    return [Look(number, state, _in_store(store.discount(api, code))) for number, state, code in asked]


def _in_store(found: StoreDiscount | None) -> InStore | None:
    return None if found is None else InStore(found.ref, found.share, found.active, found.single_use)


def _make(shop: Shop, connection: Connection) -> int:
    tenant_id = connection.tenant_id
    with shop.database.read() as session:
        shop.views.of(session, tenant_id)  # compiled while nobody waits for us
    with shop.database.write() as session:
        Coupons(session, tenant_id).alone()
        settings = shop.views.of(session, tenant_id).settings
        known = Connections(session, shop.vault).of_tenant(tenant_id)
        stores = [one for one in known if one.vendor in shop.stores]
        return keep_coupons(session, tenant_id, settings, stores, shop.now())
