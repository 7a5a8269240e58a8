"""One ticket: read it, see what is new, let the handlers decide, and commit all of it together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.orm import Session

from plugin.agents_say import OUR_OWN, SOURCE, chosen_reason, searched_order
from plugin.context import TicketContext
from plugin.db.breaches import Breaches
from plugin.db.corrections import Corrections
from plugin.db.customers import Customers, Found
from plugin.db.evidence import EvidenceBook, Whose
from plugin.db.inbox import Claim, Inbox
from plugin.db.macros import Macros
from plugin.db.outbox import Outbox
from plugin.db.tickets import Tickets
from plugin.deciding import decide, on_sight
from plugin.domain.compare import is_older
from plugin.domain.customer_keys import CustomerKey, email_key, keys_of, keys_with
from plugin.domain.effects import ticket_of
from plugin.domain.events import ReasonChosen
from plugin.domain.facts import Facts, Gone, Record, Snapshot, snapshot_of
from plugin.domain.judging import due_again
from plugin.domain.macros import Usage
from plugin.known_customers import playbook_for, who_is
from plugin.known_offers import with_offers
from plugin.ports import Connection, TemporaryError
from plugin.questions import ask
from plugin.tenant_view import TenantView
from plugin.worker.order_hints import look_again_at_orders
from plugin.worker.shop import ClaimLost, Shop

OVERTAKEN = "write_overtaken"
"""Topic of our own hint that a write came too late."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Work:
    """A ticket in work: whose, in which account, by which settings, what we knew `before`, and who wrote."""

    shop: Shop
    claim: Claim
    connection: Connection
    view: TenantView
    before: Record
    keys: tuple[CustomerKey, ...]
    found: Found

    @property
    def overtaken(self) -> bool:
        return any(hint.topic == OVERTAKEN for hint in self.claim.hints)

    def only_looked_at(self, record: Record) -> bool:
        """Whether nothing has happened to this ticket yet that we know of, but that somebody looks at it."""
        return record.snapshot is None and all(hint.source in OUR_OWN for hint in self.claim.hints)

    def usage(self, codes: Sequence[str]) -> Usage:
        """How often agents used which macro on tickets of these codes."""
        with self.shop.database.read() as session:
            return Macros(session, self.claim.tenant_id).usage(self.connection.id, codes)


def work_ticket(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Ten hints of one ticket are one read, one decision, one write."""
    ticket_id = ticket_of(claim.resource)
    with shop.database.read() as session:
        view = shop.views.reading(session, claim.tenant_id)
        record = Tickets(session, claim.tenant_id).record(connection.id, ticket_id)
        book = shop.books.of(session, claim.tenant_id, connection.id)
        said = Inbox(session).bodies([hint for hint in claim.hints if hint.source == SOURCE])
    record = replace(_begun(record), searched=searched_order(said) or record.searched)
    last = record.snapshot.last_message if record.snapshot else None
    loaded = shop.helpdesks[connection.vendor].load(shop.open_api(connection), ticket_id, last)
    if isinstance(loaded, Gone):
        return _leave(shop, claim, connection, loaded)
    if is_older(record, loaded):
        raise TemporaryError(
            f"{connection.account} answered with an older state of ticket {ticket_id} than it gave before"
        )
    keys = keys_with(record.searched, keys_of(loaded))
    with shop.database.read() as session:
        found = who_is(shop, session, claim.tenant_id, keys, view)
    work = _Work(shop, claim, connection, view, record, keys, found)
    playbook = replace(playbook_for(view, found), book=book, usage=work.usage)
    playbook = with_offers(playbook, shop.database, claim.tenant_id)
    facts = Facts(
        loaded, record, view.settings.live, shop.now(), _can_write(connection), found.customer, found.waiting
    )
    _commit(work, _decide(work, TicketContext(facts, view.read, playbook), said))
    return None


def _decide(work: _Work, context: TicketContext, said: Sequence[tuple[str, bytes]]) -> TicketContext:
    """What is decided about it; a ticket that was merely opened beside us is left as it is."""
    ticket, record = context.facts.ticket, context.facts.record
    chosen = chosen_reason(ticket.id, said)
    if not work.only_looked_at(record):
        return decide(work.shop.routes, context, work.overtaken, chosen)
    if work.overtaken and record.chosen is not None and not chosen:
        chosen = [ReasonChosen(ticket.id, record.chosen)]
    return on_sight(work.shop.routes, context, chosen)


def _begun(record: Record) -> Record:
    """The record to go on from: of a ticket that was merely looked at, no more than what agents said of it."""
    if record.snapshot is not None:
        return record
    return Record(searched=record.searched, chosen=record.chosen)


def _can_write(connection: Connection) -> bool:
    return bool(connection.options.get("reason_field"))


def _commit(work: _Work, context: TicketContext) -> None:
    """Snapshot, record, trace, effects, questions to the shop and finished hints: all of it, or none."""
    shop, claim, now = work.shop, work.claim, context.now
    hints = [hint.delivery_id for hint in claim.hints]
    with shop.database.write() as session:
        key = _keep(session, work, context)
        decision = None
        if context.trace:
            decision = Tickets(session, claim.tenant_id).add_decision(
                key,
                context.trace,
                hints,
                now,
                live=work.view.settings.live,
                settings_version=work.view.version,
            )
        Outbox(session).put(
            claim.tenant_id,
            work.connection.id,
            context.effects,
            now,
            stamp=context.facts.ticket.stamp,
            decision_id=decision,
            live=work.view.settings.live,
        )
        ask(session, claim.tenant_id, work.found.to_ask, now)
        if not Inbox(session).finish(claim, hints, now):
            raise ClaimLost
        _look_again(session, work, context)
    log.info("worked", hints=len(hints), effects=len(context.effects), live=work.view.settings.live)


def _keep(session: Session, work: _Work, context: TicketContext) -> int:
    """What we remember of the ticket, and what was learnt by it; the ticket's key."""
    tenant_id, now = work.claim.tenant_id, context.now
    facts = context.facts
    seen = None if work.only_looked_at(work.before) else _next_snapshot(facts)
    record = replace(facts.record, snapshot=seen)
    key = Tickets(session, tenant_id).save(
        work.connection, facts.ticket, record, now, work.found.customer_id, work.keys
    )
    Corrections(session, tenant_id).add(context.corrections, now, "an agent", key)
    Macros(session, tenant_id).count_uses(work.connection.id, context.macro_uses)
    _hand(session, work, context)
    tier = record.tier.tier if record.tier else None
    Breaches(session, tenant_id).add(key, "host", context.breaches, tier, now)
    if work.found.waiting:
        Customers(session, tenant_id).wait(work.found.to_ask, work.connection.id, work.claim.resource)
    return key


def _hand(session: Session, work: _Work, context: TicketContext) -> None:
    """What an agent handed to the customer; the orders that it may have led to already are brought to account again."""
    ticket, connection = context.facts.ticket, work.connection
    email = email_key(ticket.requester.email)
    whose = Whose(None if email is None else email.value, work.found.customer_id)
    book = EvidenceBook(session, work.claim.tenant_id)
    new = book.add(connection.id, connection.vendor, ticket.id, ticket.channel, whose, context.handed)
    since = book.join(connection.id, ticket.id, whose)
    if new:
        told = min(one.at for one in context.handed)
        since = told if since is None else min(since, told)
    if since is not None:
        look_again_at_orders(session, work.claim.tenant_id, whose, since, context.now)


def _look_again(session: Session, work: _Work, context: TicketContext) -> None:
    """Rules that wait for the shop are run without it when the wait is over, however often we look meanwhile."""
    due = due_again(context.facts.record, context.playbook)
    if due is not None:
        Inbox(session).make_due(work.claim.tenant_id, work.connection.id, work.claim.resource, due)


def _next_snapshot(facts: Facts) -> Snapshot:
    """What was read, keeping the last message known where none was read this time."""
    snapshot, before = snapshot_of(facts.ticket), facts.record.snapshot
    if snapshot.last_message is None and before is not None:
        return replace(snapshot, last_message=before.last_message)
    return snapshot


def _leave(shop: Shop, claim: Claim, connection: Connection, gone: Gone) -> None:
    log.info("left alone", why=gone.why)
    with shop.database.write() as session:
        Tickets(session, claim.tenant_id).save_gone(connection, gone, shop.now())
        if not Inbox(session).finish(claim, [hint.delivery_id for hint in claim.hints], shop.now()):
            raise ClaimLost
