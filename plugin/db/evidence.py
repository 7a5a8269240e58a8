"""What agents did in tickets that may lead to an order: written down once, found by customer, mark, link or code."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from plugin.db.customer_tables import CustomerRow
from plugin.db.ledger_tables import EvidenceRow
from plugin.db.sidebar_tables import AgentRow
from plugin.db.storable import storable, storable_key
from plugin.db.upserts import upsert
from plugin.domain.evidence import Evidence, EvidenceKind, Handed

LONGEST_VALUE = 200
SURE = ("agreed", "child_code", "link")
"""Kinds that are found by their value alone, whoever the customer says to be."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose ticket it is: the folded e-mail address, and the row in our customers' table."""

    email: str | None
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """Evidence together with whose ticket it was found in."""

    evidence: Evidence
    whose: Whose


class EvidenceBook:
    """The evidence of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def add(
        self,
        connection_id: int,
        helpdesk: str,
        ticket_id: str,
        channel: str,
        whose: Whose,
        found: Iterable[Handed],
    ) -> int:
        """Write these down, each once; how many were new."""
        new = 0
        for one in found:
            row = upsert(self._session, EvidenceRow).values(
                tenant_id=self._tenant_id,
                connection_id=connection_id,
                helpdesk=helpdesk,
                ticket_id=storable(ticket_id, 100),
                kind=one.kind,
                value=storable_key(one.value, LONGEST_VALUE),
                agent_id=one.agent_id,
                agent=None if one.agent is None else storable(one.agent.casefold(), 320),
                email=whose.email,
                customer_id=whose.customer_id,
                channel=storable(channel, 50),
                at=one.at,
                source=storable_key(f"{connection_id}:{ticket_id}:{one.source}:{one.kind}:{one.value}", 300),
            )
            made = row.on_conflict_do_nothing(index_elements=["tenant_id", "source"])
            new += self._session.scalar(made.returning(EvidenceRow.id)) is not None
        return new

    def join(self, connection_id: int, ticket_id: str, whose: Whose) -> datetime | None:
        """The ticket is this customer's, by what is known now; since when, where that is news for any evidence."""
        other = or_(
            EvidenceRow.email.is_distinct_from(whose.email),
            EvidenceRow.customer_id.is_distinct_from(whose.customer_id),
        )
        mine = (
            EvidenceRow.tenant_id == self._tenant_id,
            EvidenceRow.connection_id == connection_id,
            EvidenceRow.ticket_id == storable(ticket_id, 100),
        )
        changed = update(EvidenceRow).where(*mine, other)
        values = {"email": whose.email, "customer_id": whose.customer_id}
        rows = self._session.scalars(changed.values(**values).returning(EvidenceRow.at)).all()
        return min(rows, default=None)

    def find(
        self,
        emails: Collection[str],
        customers: Collection[int],
        values: Collection[str],
        since: datetime,
    ) -> list[Told]:
        """Everything since then about these customers, and whatever of ours carries one of these values."""
        who: list[Any] = []
        if emails:
            who.append(EvidenceRow.email.in_(emails))
        if customers:
            who.append(EvidenceRow.customer_id.in_(customers))
        if values:
            who.append(and_(EvidenceRow.kind.in_(SURE), EvidenceRow.value.in_(values)))
        found: dict[int, Told] = {}
        for one in who:  # one by one, each by its own index: together SQLite would read all of a tenant's
            rows = self._session.execute(self._about(one, since))
            found |= {row.id: _told(row, email) for row, email in rows}
        return sorted(found.values(), key=lambda told: (told.evidence.at, told.evidence.ticket))

    def _about(self, one: Any, since: datetime) -> Any:
        """The rows that this is true of, each with the address of its agent."""
        known = and_(
            AgentRow.connection_id == EvidenceRow.connection_id,
            AgentRow.agent_id == EvidenceRow.agent_id,
        )
        query = select(EvidenceRow, AgentRow.email).outerjoin(AgentRow, known)
        return query.where(EvidenceRow.tenant_id == self._tenant_id, EvidenceRow.at >= since, one)

    def customers_of(self, connection_id: int, store_ids: Collection[str]) -> dict[str, int]:
        """Our numbers of a store's customers."""
        if not store_ids:
            return {}
        query = select(CustomerRow.store_id, CustomerRow.id).where(
            CustomerRow.tenant_id == self._tenant_id,
            CustomerRow.connection_id == connection_id,
            CustomerRow.store_id.in_(store_ids),
        )
        return dict(self._session.execute(query).all())

    def store_customer(self, customer_id: int | None) -> Sequence[tuple[int, str]]:
        """The store, and its own number, of a customer of ours."""
        if customer_id is None:
            return ()
        row = self._session.get(CustomerRow, customer_id)
        return () if row is None or row.tenant_id != self._tenant_id else ((row.connection_id, row.store_id),)


def _told(row: EvidenceRow, known_email: str | None) -> Told:
    kind: EvidenceKind = row.kind  # type: ignore[assignment]  # written by `add` alone
    agent = (known_email or row.agent or "").casefold() or None
    evidence = Evidence(
        kind, row.value, agent, row.helpdesk, row.connection_id, row.ticket_id, row.channel, row.at
    )
    return Told(evidence, Whose(row.email, row.customer_id))
