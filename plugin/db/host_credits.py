"""What the helpdesks' own definition would credit: every order to the newest ticket shortly before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import OrderRow
from plugin.domain.periods import instants_of

PAGE = 2_000
"""Rows read at once."""


@dataclass(frozen=True, slots=True)
class HostSum:
    """What an agent would have, in minor units of a store's currency, without what came back."""

    agent: str
    currency: str
    orders: int
    net: int


class HostCredits:
    """The orders of one tenant by the helpdesks' definition. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def of_month(self, period: str, zone: str) -> list[HostSum]:
        """The sums of a month by agent and currency, the largest first."""
        first, after = instants_of(period, zone)
        query = select(OrderRow.host, OrderRow.currency, OrderRow.net - OrderRow.refunded).where(
            OrderRow.tenant_id == self._tenant_id,
            OrderRow.placed_at >= first,
            OrderRow.placed_at < after,
            OrderRow.counts.is_(True),
        )
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for host, currency, net in self._session.execute(query.execution_options(yield_per=PAGE)):
            if host:
                orders, total = found.get((_agent(host), currency), (0, 0))
                found[_agent(host), currency] = orders + 1, total + net
        sums = [HostSum(agent, currency, *counted) for (agent, currency), counted in found.items()]
        return sorted(sums, key=lambda one: (one.currency, -one.net, one.agent))


def _agent(host: Mapping[str, Any]) -> str:
    return str(host["agent"])
