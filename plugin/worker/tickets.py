"""One ticket: read it, see what is new, let the handlers decide, and commit all of it together."""

from dataclasses import replace

import structlog

from plugin.context import TicketContext
from plugin.db.corrections import Corrections
from plugin.db.inbox import Claim, Inbox
from plugin.db.outbox import Outbox
from plugin.db.tickets import Tickets
from plugin.domain.compare import compare, is_older
from plugin.domain.effects import ticket_of
from plugin.domain.events import TicketEvent, WriteOvertaken
from plugin.domain.facts import Facts, Gone, Record, Snapshot, Ticket, snapshot_of
from plugin.domain.triage import left_alone
from plugin.ports import Connection, TemporaryError
from plugin.tenant_view import TenantView
from plugin.worker.shop import ClaimLost, Shop

OVERTAKEN = "write_overtaken"
"""Topic of our own hint that a write came too late."""

log = structlog.get_logger(__name__)


def work_ticket(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Ten hints of one ticket are one read, one decision, one write."""
    ticket_id = ticket_of(claim.resource)
    with shop.database.read() as session:
        view = shop.views.reading(session, claim.tenant_id)
        record = Tickets(session, claim.tenant_id).record(connection.id, ticket_id)
    last = record.snapshot.last_message if record.snapshot else None
    loaded = shop.helpdesks[connection.vendor].load(shop.open_api(connection), ticket_id, last)
    if isinstance(loaded, Gone):
        return _leave(shop, claim, connection, loaded)
    if is_older(record, loaded):
        raise TemporaryError(
            f"{connection.account} answered with an older state of ticket {ticket_id} than it gave before"
        )
    context = _decide(shop, claim, connection, view, record, loaded)
    _commit(shop, claim, connection, view, context)
    return None


def _decide(
    shop: Shop, claim: Claim, connection: Connection, view: TenantView, record: Record, ticket: Ticket
) -> TicketContext:
    overtaken = any(hint.topic == OVERTAKEN for hint in claim.hints)
    if overtaken:
        record = replace(record, sent={})  # it never got there, so nothing of it can come back as an echo
    facts = Facts(ticket, record, view.settings.live, shop.now(), _can_write(connection))
    context = TicketContext(facts, view.read)
    if ticket.state != "open":
        context.apply(left_alone(facts))
        return context
    events: list[TicketEvent] = compare(record, ticket)
    if overtaken:
        events.append(WriteOvertaken(ticket.id))
    for event in events:
        handle = shop.routes.get(type(event))
        if handle is not None:
            handle(event, context)
    return context


def _can_write(connection: Connection) -> bool:
    return bool(connection.options.get("reason_field"))


def _commit(
    shop: Shop, claim: Claim, connection: Connection, view: TenantView, context: TicketContext
) -> None:
    """Snapshot, record, trace, effects and finished hints: all of it, or none."""
    ticket, now = context.facts.ticket, context.now
    record = replace(context.facts.record, snapshot=_next_snapshot(context.facts))
    hints = [hint.delivery_id for hint in claim.hints]
    live = view.settings.live
    with shop.database.write() as session:
        tickets = Tickets(session, claim.tenant_id)
        key = tickets.save(connection, ticket, record, now)
        Corrections(session, claim.tenant_id).add(context.corrections, now, "an agent", key)
        decision = None
        if context.trace:
            decision = tickets.add_decision(
                key, context.trace, hints, now, live=live, settings_version=view.version
            )
        Outbox(session).put(
            claim.tenant_id,
            connection.id,
            context.effects,
            now,
            stamp=ticket.stamp,
            decision_id=decision,
            live=live,
        )
        if not Inbox(session).finish(claim, hints, now):
            raise ClaimLost
    log.info("worked", hints=len(hints), effects=len(context.effects), live=live)


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
