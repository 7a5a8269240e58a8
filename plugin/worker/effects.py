"""Working the outbox: one write, and what its outcome means for each class of effect."""

from collections.abc import Sequence

import structlog

from plugin.db.away import is_away
from plugin.db.connections import Connections
from plugin.db.inbox import Arrival, Inbox
from plugin.db.outbox import UNKNOWN, Batch, Outbox
from plugin.db.tickets import Tickets
from plugin.domain.effects import EffectClass, ticket_of
from plugin.domain.people import held_values
from plugin.domain.retry import DYING_ATTEMPTS, SETTLING, delay, given_up
from plugin.ports import (
    AccessError,
    Connection,
    Helpdesk,
    NotFound,
    Overtaken,
    PermanentError,
    Rejected,
    Store,
    TemporaryError,
)
from plugin.worker.no_bots import note_breach, withheld
from plugin.worker.shop import ClaimLost, Shop, defect_of_ours
from plugin.worker.tickets import OVERTAKEN

log = structlog.get_logger(__name__)


class Withheld(PermanentError):
    """A bot's words to somebody who shall meet none: not sent."""


def claim_effects(shop: Shop, worker: str, barred: Sequence[int] = ()) -> Batch | None:
    """Take the effects of one resource; None when nothing may go out."""
    with shop.database.write() as session:
        return Outbox(session).claim(worker, shop.now(), barred)


def send_effects(shop: Shop, batch: Batch) -> None:
    """Perform claimed effects and keep what came of it."""
    with structlog.contextvars.bound_contextvars(tenant=batch.tenant_id, resource=batch.resource):
        try:
            _perform(shop, batch)
        except ClaimLost:
            log.warning("another worker took over", effects=batch.ids)


def _perform(shop: Shop, batch: Batch) -> None:
    if batch.attempts > DYING_ATTEMPTS and batch.failing_since is None:
        return _end(shop, batch, "dead", f"given up: its worker died {DYING_ATTEMPTS} times while sending it")
    try:
        reference = _send(shop, batch)
    except Overtaken as error:
        return _overtaken(shop, batch, str(error))
    except TemporaryError as error:
        return _put_off(shop, batch, error)
    except PermanentError as error:
        return _refused(shop, batch, error)
    except Exception as error:  # one defect of ours must not stop everything else
        if is_away(error):
            raise  # the database's trouble: the lease brings the batch back, as one whose outcome is unknown
        log.exception("a defect of ours while sending", effects=batch.ids)
        return _put_off(shop, batch, TemporaryError(defect_of_ours(error), unknown=True))
    return _done(shop, batch, reference)


def _send(shop: Shop, batch: Batch) -> str | None:
    with shop.database.read() as session:
        connection = Connections(session, shop.vault).by_id(batch.connection_id)
        why = withheld(shop, session, batch)
    if connection is None:
        raise PermanentError("the account was disconnected")
    if why is not None:
        raise Withheld(why)
    return _performer(shop, connection).perform(
        shop.open_api(connection), batch.effects, batch.stamp, batch.look_first
    )


def _performer(shop: Shop, connection: Connection) -> Helpdesk | Store:
    """Whoever performs what is written to this account, of whichever family."""
    store = shop.stores.get(connection.vendor)
    return shop.helpdesks[connection.vendor] if store is None else store


def _done(shop: Shop, batch: Batch, reference: str | None) -> None:
    log.info("done", effects=batch.ids)
    held = {slot: value for effect in batch.effects for slot, value in held_values(effect).items()}
    with shop.database.write() as session:
        _kept(Outbox(session).finish(batch, "done", shop.now(), reference=reference, error=None))
        note_breach(shop, session, batch)
        if held:
            Tickets(session, batch.tenant_id).landed(batch.connection_id, ticket_of(batch.resource), held)


def _end(shop: Shop, batch: Batch, state: str, error: str, trouble: bool = False) -> None:
    log.warning(state, effects=batch.ids, error=error)
    with shop.database.write() as session:
        if trouble:
            Connections(session, shop.vault).set_trouble(batch.connection_id, error)
        _kept(Outbox(session).finish(batch, state, shop.now(), error=error, blocked=trouble))


def _refused(shop: Shop, batch: Batch, error: PermanentError) -> None:
    """A ticket that is gone is left alone; everything else needs somebody to change something."""
    if isinstance(error, NotFound) and batch.resource.startswith("ticket:"):
        return _end(shop, batch, "skipped", f"the helpdesk has no such ticket any more: {error}")
    if isinstance(error, Withheld):
        return _end(shop, batch, "withheld", str(error))
    if isinstance(error, Rejected) and len(batch.ids) > 1:
        return _one_by_one(shop, batch, error)
    return _end(shop, batch, "dead", str(error), trouble=isinstance(error, AccessError))


def _one_by_one(shop: Shop, batch: Batch, error: Rejected) -> None:
    """One refused value (a group that is gone) must not keep the others from the ticket."""
    log.warning("refused together, sent one by one", effects=batch.ids, error=str(error))
    with shop.database.write() as session:
        _kept(Outbox(session).separate(batch, shop.now(), str(error)))


def _overtaken(shop: Shop, batch: Batch, why: str) -> None:
    """The ticket changed after our read: this write is off, and the ticket is read and decided again."""
    rests_on_nothing = batch.stamp is None or not batch.resource.startswith("ticket:")
    if rests_on_nothing:  # a person's own word, or tags of a customer: nobody would decide it again
        return _put_off(shop, batch, TemporaryError(why))
    now = shop.now()
    log.info("overtaken", effects=batch.ids)
    with shop.database.write() as session:
        _kept(Outbox(session).finish(batch, "overtaken", now, error=why))
        slots = [effect.slot for effect in batch.effects]
        Tickets(session, batch.tenant_id).never_sent(batch.connection_id, ticket_of(batch.resource), slots)
        connection = Connections(session, shop.vault).by_id(batch.connection_id)
        if connection is not None:
            Inbox(session).put([_look_again(batch, connection, shop)])
    return None


def _look_again(batch: Batch, connection: Connection, shop: Shop) -> Arrival:
    return Arrival(
        tenant_id=batch.tenant_id,
        connection_id=connection.id,
        source="outbox",
        topic=OVERTAKEN,
        event_id=f"overtaken:{batch.token}",
        resource=batch.resource,
        state="pending",
        body=b"",
        headers={},
        received_at=shop.now(),
    )


def _put_off(shop: Shop, batch: Batch, error: TemporaryError) -> None:
    """Try again later, in the sense of the effect's class."""
    now = shop.now()
    if error.unknown and batch.effect_class is EffectClass.ONCE:
        return _end(shop, batch, "unknown", f"{UNKNOWN} ({error})")
    if given_up(batch.failing_since, now):
        return _end(shop, batch, "dead", f"given up after days of trying: {error}")
    wait = delay(batch.attempts, error.retry_after, shop.chance())
    if error.unknown and batch.effect_class is EffectClass.MARKED:
        wait = max(wait, SETTLING)
    log.info("put off", effects=batch.ids, error=str(error), seconds=wait.total_seconds())
    with shop.database.write() as session:
        if error.whole_account:
            Connections(session, shop.vault).pause(batch.connection_id, now + wait)
        _kept(Outbox(session).postpone(batch, now + wait, str(error), now, tried=error.unknown))
    return None


def _kept(claim_held: bool) -> None:
    if not claim_held:
        raise ClaimLost
