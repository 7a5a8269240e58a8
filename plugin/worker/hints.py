"""Working the inbox: one object at a time, one read, one decision, one commit; and what failure means."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from plugin.db.away import is_away
from plugin.db.connections import Connections
from plugin.db.inbox import Claim, Inbox
from plugin.domain.retry import DYING_ATTEMPTS, delay, given_up
from plugin.ports import AccessError, Connection, PermanentError, TemporaryError
from plugin.worker.accounts import work_account
from plugin.worker.codes import work_codes
from plugin.worker.costs import work_costs, work_item
from plugin.worker.customers import work_customer
from plugin.worker.orders import work_order
from plugin.worker.shop import ClaimLost, Shop, defect_of_ours
from plugin.worker.tickets import work_ticket

log = structlog.get_logger(__name__)


def claim_hints(shop: Shop, worker: str, barred: Sequence[int] = ()) -> Claim | None:
    """Take the next due object; None when nothing is due."""
    with shop.database.write() as session:
        return Inbox(session).claim(worker, shop.now(), barred)


def work_hints(shop: Shop, claim: Claim) -> None:
    """Bring a claimed object to an end: worked, put off, or dead."""
    with structlog.contextvars.bound_contextvars(tenant=claim.tenant_id, resource=claim.resource):
        _bring_to_an_end(shop, claim)


def _bring_to_an_end(shop: Shop, claim: Claim) -> None:
    if claim.attempts > DYING_ATTEMPTS and claim.failing_since is None:
        return _bury(
            shop, claim, f"given up: its worker died {DYING_ATTEMPTS} times while working it; then replay it"
        )
    try:
        _work(shop, claim)
    except ClaimLost:
        log.warning("another worker took over", attempts=claim.attempts)
    except TemporaryError as error:
        _put_off(shop, claim, error)
    except PermanentError as error:
        _bury(shop, claim, str(error), trouble=isinstance(error, AccessError))
    except Exception as error:  # one defect of ours must not stop everything else
        if is_away(error):
            raise  # the database's trouble, not this object's: the loop waits, the lease brings it back
        log.exception("a defect of ours while working a hint")
        _put_off(shop, claim, TemporaryError(defect_of_ours(error)))


def _work(shop: Shop, claim: Claim) -> None:
    with shop.database.read() as session:
        connection = Connections(session, shop.vault).by_id(claim.connection_id)
    if connection is None:
        raise PermanentError("the account was disconnected")
    _way(claim)(shop, claim, connection)
    _out_of_trouble(shop, connection)


def _way(claim: Claim) -> Callable[[Shop, Claim, Connection], None]:
    """What is done about an object, by what it is."""
    return WAYS.get(claim.resource.partition(":")[0], work_account)


WAYS: Mapping[str, Callable[[Shop, Claim, Connection], None]] = {
    "ticket": work_ticket,
    "customer": work_customer,
    "order": work_order,
    "costs": work_costs,
    "item": work_item,
    "codes": work_codes,
}


def _out_of_trouble(shop: Shop, connection: Connection) -> None:
    """The account answers: what stood against it is over."""
    with shop.database.read() as session:
        stands = Connections(session, shop.vault).trouble(connection.id)
    if stands is not None:
        with shop.database.write() as session:
            Connections(session, shop.vault).set_trouble(connection.id, None)


def _put_off(shop: Shop, claim: Claim, error: TemporaryError) -> None:
    """Try again when the vendor says so, or after a growing while; after days a person must look at it."""
    now = shop.now()
    if given_up(claim.failing_since, now):
        return _bury(shop, claim, f"given up after days of trying: {error}")
    until = now + delay(claim.attempts, error.retry_after, shop.chance())
    log.info("put off", error=str(error), until=until.isoformat())
    with shop.database.write() as session:
        if error.whole_account:
            Connections(session, shop.vault).pause(claim.connection_id, until)
        if not Inbox(session).postpone(claim, until, str(error), now):
            log.warning("another worker took over", attempts=claim.attempts)
    return None


def _bury(shop: Shop, claim: Claim, error: str, trouble: bool = False) -> None:
    log.warning("dead", error=error)
    with shop.database.write() as session:
        if trouble:
            Connections(session, shop.vault).set_trouble(claim.connection_id, error)
        hints = [hint.delivery_id for hint in claim.hints]
        if not Inbox(session).fail(claim, hints, error, shop.now(), blocked=trouble):
            log.warning("another worker took over", attempts=claim.attempts)
