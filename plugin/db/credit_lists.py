"""The credits of a tenant for people: listed with their orders and disputes, newest first, one tenant's at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, cast, select, tuple_
from sqlalchemy.orm import Session

from plugin.db.credits import WITHDRAWN
from plugin.db.ledger_tables import CreditRow, DisputeRow, OrderRow

STATES: Final = ("pending", "approved", "paid")
Place = tuple[datetime, int]
"""Where a list goes on: after the credit of this instant with this number."""


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit with what is told of its order, and the dispute about it that was raised last."""

    credit: CreditRow
    order: str
    order_id: str
    host: Mapping[str, Any] | None
    ruling: Mapping[str, Any] | None
    dispute: DisputeRow | None = None


class CreditList:
    """The credits of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def latest(
        self,
        limit: int,
        after: Place | None = None,
        *,
        agent: str | None = None,
        grade: str | None = None,
        state: str | None = None,
    ) -> list[Credited]:
        """The newest credits, by when their orders were placed, or those after a place in that list."""
        wanted = ((CreditRow.agent, agent), (CreditRow.grade, grade), (CreditRow.state, state))
        query = self._credits(column == value for column, value in wanted if value is not None)
        return self._page(query, limit, after)

    def redemptions(self, limit: int, after: Place | None = None, code: str | None = None) -> list[Credited]:
        """The codes that were used on orders that count, newest first; not what was withdrawn since."""
        used = [CreditRow.code != "", OrderRow.counts.is_(True), ~_withdrawn()]
        if code is not None:
            used.append(CreditRow.code == code)
        return self._page(self._credits(used), limit, after)

    def find(self, credit_id: int) -> Credited | None:
        """One credit; None where this tenant has none of that number."""
        found = self._with_disputes(self._session.execute(self._credits([CreditRow.id == credit_id])))
        return found[0] if found else None

    def of_ticket(self, connection_id: int, ticket_id: str) -> list[Credited]:
        """The credits of a ticket, newest first."""
        mine = CreditRow.connection_id == connection_id, CreditRow.ticket_id == ticket_id
        return self._page(self._credits(mine), 100, None)

    def _credits(self, wanted: Iterable[ColumnElement[bool]]) -> Select[Any]:
        order = OrderRow.name, OrderRow.order_id, OrderRow.host, OrderRow.ruling
        query = select(CreditRow, *order).join(OrderRow, OrderRow.id == CreditRow.order_key)
        return query.where(CreditRow.tenant_id == self._tenant_id, *wanted)

    def _page(self, query: Select[Any], limit: int, after: Place | None) -> list[Credited]:
        if after is not None:
            query = query.where(tuple_(CreditRow.at, CreditRow.id) < tuple_(*after))
        newest = query.order_by(CreditRow.at.desc(), CreditRow.id.desc()).limit(limit)
        return self._with_disputes(self._session.execute(newest))

    def _with_disputes(self, rows: Iterable[Any]) -> list[Credited]:
        found = list(rows)
        disputes = self._disputes([row[0].id for row in found])
        return [
            Credited(credit, order, order_id, host, ruling, disputes.get(credit.id))
            for credit, order, order_id, host, ruling in found
        ]

    def _disputes(self, credit_ids: Sequence[int]) -> dict[int, DisputeRow]:
        """The latest dispute about each of these credits that was ever contested."""
        if not credit_ids:
            return {}
        query = select(DisputeRow).where(
            DisputeRow.tenant_id == self._tenant_id, DisputeRow.credit_id.in_(credit_ids)
        )
        return {row.credit_id: row for row in self._session.scalars(query.order_by(DisputeRow.id))}


def _withdrawn() -> ColumnElement[bool]:
    """What once was a credit and is none any more: its evidence ends with the word that says so."""
    return (CreditRow.counts.is_(False)) & cast(CreditRow.evidence, Text).like(f"%{WITHDRAWN}%")
