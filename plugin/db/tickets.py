"""Our memory of tickets, and why each decision was made; one tenant's at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from plugin.db.customer_documents import (
    customer_document,
    look_document,
    read_customer,
    read_look,
    read_offered,
    read_tier,
)
from plugin.db.tables import DecisionRow, TicketRow
from plugin.domain.customer_keys import CustomerKey
from plugin.domain.decisions import TraceLine
from plugin.domain.facts import Gone, MacroSuggestion, Person, Ranked, Reason, Record, Snapshot, Ticket
from plugin.ports import Connection


class Tickets:
    """The tickets of one tenant."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def row(self, connection_id: int, ticket_id: str, lock: bool = False) -> TicketRow | None:
        """The stored row of a ticket of this connection; `lock` it to change it."""
        query = select(TicketRow).where(
            TicketRow.tenant_id == self._tenant_id,
            TicketRow.connection_id == connection_id,
            TicketRow.ticket_id == ticket_id,
        )
        return self._session.scalar(query.with_for_update() if lock else query)

    def record(self, connection_id: int, ticket_id: str) -> Record:
        """What we remember of the ticket; an empty record when we never saw it."""
        row = self.row(connection_id, ticket_id)
        return Record() if row is None else record_of(row)

    def save(
        self,
        connection: Connection,
        ticket: Ticket,
        record: Record,
        now: datetime,
        customer_id: int | None = None,
        keys: Sequence[CustomerKey] = (),
    ) -> int:
        """Remember the ticket as just read, our record of it, and whose it is; its key.

        What had landed when the record was read is part of the snapshot now; what landed since then is kept.
        """
        row = self.row(connection.id, ticket.id, lock=True) or self._new(connection, ticket.id)
        row.state = ticket.state
        row.subject = ticket.subject
        row.language = ticket.language
        row.requester = _person(ticket.requester)
        row.snapshot = _snapshot(record.snapshot)
        row.reason = None if record.reason is None else asdict(record.reason)
        row.suggestions = [asdict(ranked) for ranked in record.suggestions]
        row.sent = dict(record.sent)
        row.landed = {slot: value for slot, value in row.landed.items() if record.landed.get(slot) != value}
        row.seen_at = now
        row.memory, row.no_bots = _memory(record), record.no_bots
        row.customer, row.customer_id = customer_document(record.customer), customer_id
        row.keys = [[key.kind, key.value] for key in keys]
        row.tier = None if record.tier is None else asdict(record.tier)
        row.macros, row.offers = [asdict(macro) for macro in record.macros], list(map(asdict, record.offers))
        self._session.add(row)
        self._session.flush()
        return row.id

    def never_sent(self, connection_id: int, ticket_id: str, slots: Iterable[str]) -> None:
        """What we asked for in these slots never got there: nothing of it can come back as an echo."""
        row = self.row(connection_id, ticket_id, lock=True)
        if row is not None:
            gone = frozenset(slots)
            row.sent = {slot: value for slot, value in row.sent.items() if slot not in gone}

    def of_customer(self, customer_id: int, since: datetime, limit: int = 50) -> Sequence[TicketRow]:
        """The tickets of a store's customer that were seen since, and still take changes; the latest first."""
        query = select(TicketRow).where(
            TicketRow.tenant_id == self._tenant_id,
            TicketRow.customer_id == customer_id,
            TicketRow.seen_at >= since,
            TicketRow.state == "open",
        )
        return self._session.scalars(query.order_by(TicketRow.seen_at.desc()).limit(limit)).all()

    def last_of_customer(self, customer_id: int, limit: int) -> Sequence[TicketRow]:
        """The tickets of a store's customer that were seen last, in whatever state."""
        query = select(TicketRow).where(
            TicketRow.tenant_id == self._tenant_id, TicketRow.customer_id == customer_id
        )
        newest = query.order_by(TicketRow.seen_at.desc(), TicketRow.id.desc())
        return self._session.scalars(newest.limit(limit)).all()

    def landed(self, connection_id: int, ticket_id: str, values: Mapping[str, str]) -> None:
        """The helpdesk has taken these values (by slot), after the snapshot that we hold."""
        row = self.row(connection_id, ticket_id, lock=True)
        if row is not None:
            row.landed = {**row.landed, **values}

    def save_gone(self, connection: Connection, gone: Gone, now: datetime) -> None:
        """Remember that a ticket we know is out of reach; one we never saw is not worth a row."""
        row = self.row(connection.id, gone.ticket_id)
        if row is not None:
            row.state = gone.state
            row.seen_at = now

    def find(self, vendor: str, ticket_id: str) -> TicketRow | None:
        """The ticket of this helpdesk by its number, the latest seen where two accounts share the number."""
        query = select(TicketRow).where(
            TicketRow.tenant_id == self._tenant_id,
            TicketRow.vendor == vendor,
            TicketRow.ticket_id == ticket_id,
        )
        return self._session.scalars(query.order_by(TicketRow.seen_at.desc()).limit(1)).first()

    def latest(self, limit: int, before: tuple[datetime, int] | None = None) -> Sequence[TicketRow]:
        """The tickets seen last, or the next ones after the ticket with this `seen_at` and key."""
        query = select(TicketRow).where(TicketRow.tenant_id == self._tenant_id)
        if before is not None:
            query = query.where(tuple_(TicketRow.seen_at, TicketRow.id) < tuple_(*before))
        return self._session.scalars(
            query.order_by(TicketRow.seen_at.desc(), TicketRow.id.desc()).limit(limit)
        ).all()

    def add_decision(
        self,
        ticket_key: int,
        trace: Sequence[TraceLine],
        deliveries: Sequence[int],
        now: datetime,
        *,
        live: bool,
        settings_version: int,
    ) -> int:
        """Keep why; its key."""
        values = {
            "tenant_id": self._tenant_id,
            "ticket_key": ticket_key,
            "at": now,
            "mode": "live" if live else "shadow",
            "settings_version": settings_version,
            "deliveries": [str(delivery) for delivery in deliveries],
            "trace": [line.as_json() for line in trace],
        }
        return self._session.scalars(insert(DecisionRow).returning(DecisionRow.id), values).one()

    def decisions(self, ticket_key: int, limit: int = 50) -> Sequence[DecisionRow]:
        """The decisions about a ticket, newest first."""
        query = select(DecisionRow).where(
            DecisionRow.tenant_id == self._tenant_id, DecisionRow.ticket_key == ticket_key
        )
        return self._session.scalars(query.order_by(DecisionRow.id.desc()).limit(limit)).all()

    def _new(self, connection: Connection, ticket_id: str) -> TicketRow:
        return TicketRow(
            tenant_id=self._tenant_id,
            connection_id=connection.id,
            vendor=connection.vendor,
            ticket_id=ticket_id,
            landed={},
        )


def record_of(row: TicketRow) -> Record:
    """The record in our own types."""
    return Record(
        snapshot=None if row.snapshot is None else _read_snapshot(row.snapshot),
        reason=None if row.reason is None else _reason(row.reason),
        suggestions=tuple(_ranked(item) for item in row.suggestions),
        sent=row.sent,
        landed=row.landed,
        by_person=frozenset(row.memory.get("by_person", ())),
        firings=_firings(row.memory.get("firings", {})),
        look=read_look(row.memory.get("look")),
        customer=read_customer(row.customer),
        tier=read_tier(row.tier),
        no_bots_rule=row.memory.get("no_bots_rule", ""),
        macros=tuple(MacroSuggestion(**macro) for macro in row.macros),
        offers=tuple(map(read_offered, row.offers)),
        chosen=row.memory.get("chosen"),
        searched=row.memory.get("searched", ""),
    )


def keys_in(row: TicketRow) -> tuple[CustomerKey, ...]:
    """What the customer of a ticket is looked up by."""
    return tuple(CustomerKey(kind, value) for kind, value in row.keys)


def requester_of(row: TicketRow) -> Person:
    """Who asks, as the helpdesk last had them."""
    return Person(**{**row.requester, "tags": tuple(row.requester.get("tags", ()))})


def _memory(record: Record) -> dict[str, Any]:
    """What the next decision needs, and nobody else."""
    return {
        "by_person": sorted(record.by_person),
        "firings": {rule: [_told(at) for at in times] for rule, times in record.firings.items()},
        "look": None if record.look is None else look_document(record.look),
        "no_bots_rule": record.no_bots_rule,
        "chosen": record.chosen,
        "searched": record.searched,
    }


def _firings(stored: Mapping[str, Sequence[str]]) -> dict[str, tuple[datetime, ...]]:
    return {rule: tuple(map(datetime.fromisoformat, times)) for rule, times in stored.items()}


def _told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _person(person: Person) -> dict[str, Any]:
    return asdict(person)


def _snapshot(snapshot: Snapshot | None) -> dict[str, Any] | None:
    if snapshot is None:
        return None
    return asdict(snapshot) | {"updated_at": _told(snapshot.updated_at)}


def _read_snapshot(stored: dict[str, Any]) -> Snapshot:
    values = stored | {
        "tags": tuple(stored["tags"]),
        "updated_at": datetime.fromisoformat(stored["updated_at"]),
    }
    return Snapshot(**values)


def _reason(stored: dict[str, Any]) -> Reason:
    return Reason(**(stored | {"evidence": tuple(stored["evidence"])}))


def _ranked(stored: dict[str, Any]) -> Ranked:
    return Ranked(**(stored | {"evidence": tuple(stored["evidence"])}))
