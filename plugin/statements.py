"""The statements of one tenant: read from the ledger while a month is open, and as it was kept once it is closed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.db.periods import ClosedMonth, Periods
from plugin.db.statements import EVERYTHING, Only, Statements
from plugin.domain.money import Money
from plugin.domain.periods import day_of, months, months_back, period_of
from plugin.domain.settings import TenantSettings
from plugin.domain.statement import AgentLine, Late, Share, Statement, Sum, share_of, statement
from plugin.monthly_costs import keep_monthly_costs
from plugin.ports import Connection, Store
from plugin.tenant_books import currency_of, zone_of
from plugin.tenant_view import TenantViews
from plugin.vault import Vault

Document = dict[str, Any]
MONTHS_SHOWN: Final = 13
"""A year and the same month of the year before."""


@dataclass(frozen=True)
class Terms:
    """How a tenant's statements are drawn up now: its currency and zone, and whether its orders' costs are whole."""

    currency: str
    zone: str
    fulfilment_known: bool = False


def terms_of(settings: TenantSettings, stores: Sequence[Connection]) -> Terms:
    """The terms by the settings in force and the stores connected."""
    variable = bool(settings.costs.variable_per_order)
    return Terms(currency_of(settings, stores), zone_of(settings, stores), variable)


class StatementBook:
    """The statements of one tenant. Each method is one part of the caller's transaction."""

    def __init__(
        self,
        session: Session,
        tenant_id: int,
        terms: Terms,
        keep_costs: Callable[[datetime], int] = lambda now: 0,
    ) -> None:
        """`keep_costs` posts what every month costs, where it is missing: asked before a month is closed."""
        self._statements = Statements(session, tenant_id)
        self._periods = Periods(session, tenant_id)
        self._keep_costs = keep_costs
        self.terms = terms

    def document(self, month: str, only: Only = EVERYTHING) -> Document:
        """The statement of a month as JSON has it. A closed month's is the one that was kept, word for word.

        Narrowed to less than everything, a closed month is read from its entries, which do not change any more.
        """
        closed = self._periods.find(month)
        if closed is None:
            return statement_document(self._read(month, only, self.terms), None, only)
        if only == EVERYTHING:
            return dict(closed.document)
        return statement_document(self._read(month, only, _terms_kept(closed, self.terms)), closed, only)

    def close(self, month: str, by: str, now: datetime) -> Document:
        """Close a month that has ended; its statement as it is kept. NotClosable says why it cannot be."""

        def keep() -> Document:
            read = self._read(month, EVERYTHING, self.terms)
            return statement_document(read, ClosedMonth(month, by, now, {}), EVERYTHING)

        self._keep_costs(now)
        return dict(self._periods.close(month, self.terms.zone, by, keep, now).document)

    def late_for(self, month: str) -> list[Document]:
        """What came too late for a closed month, by the month that it was posted to."""
        closed = self._periods.find(month)
        currency = self.terms.currency if closed is None else _terms_kept(closed, self.terms).currency
        return [_late(one) for one in self._statements.came_late_for(month, currency)]

    def chart(self, now: datetime, number: int = MONTHS_SHOWN) -> list[tuple[str, Share]]:
        """What the last months add up to in the statement's currency, the current one last."""
        last = period_of(day_of(now, self.terms.zone))
        first = months_back(last, number)
        read = self._statements.months(first, last, self.terms.currency)
        return [(month, share_of(read.get(month, []))) for month in months(first, last)]

    def _read(self, month: str, only: Only, terms: Terms) -> Statement:
        sums = self._statements.sums(month, only)
        return statement(
            month,
            terms.currency,
            terms.zone,
            sums,
            self._statements.commissions(month, sums, only),
            beside=self._statements.beside(month, terms.zone, only),
            fulfilment_known=terms.fulfilment_known,
        )


def statement_book(
    session: Session, tenant_id: int, views: TenantViews, vault: Vault, stores: Mapping[str, Store]
) -> StatementBook:
    """The statements of a tenant by what is in force now. `stores` are the vendors that sell."""
    settings = views.of(session, tenant_id).settings
    known = Connections(session, vault).of_tenant(tenant_id)
    selling = [one for one in known if one.vendor in stores]

    def keep_costs(now: datetime) -> int:
        return keep_monthly_costs(session, tenant_id, settings, selling, now)

    return StatementBook(session, tenant_id, terms_of(settings, selling), keep_costs)


def statement_document(made: Statement, closed: ClosedMonth | None, only: Only = EVERYTHING) -> Document:
    """The statement as JSON has it: amounts as decimal strings of its currency."""
    shown = _Shown(made.currency)
    beside = made.beside
    return {
        "month": made.month,
        "currency": made.currency,
        "zone": made.zone,
        "closed": closed is not None,
        "closed_at": None if closed is None else _instant(closed.at),
        "closed_by": None if closed is None else closed.by,
        "filters": _filters(only),
        "lines": [
            {"kind": line.kind, "amount": shown.amount(line.amount), "entries": line.entries}
            for line in made.lines
        ],
        **shown.share(made.total),
        "last_line": made.last_line,
        "agents": [shown.agent(line) for line in made.agents],
        "department": shown.share(made.department),
        "unproven": [
            {"credits": one.credits, "net": _amount(one.net, one.currency), "currency": one.currency}
            for one in beside.unproven
        ],
        "waiting": [
            {"currency": one.currency, "on": one.on.isoformat(), "orders": one.orders, "why": one.why}
            for one in beside.waiting
        ],
        "lacking_cost": [{"state": one.state, "orders": one.orders} for one in beside.lacking_cost],
        "late": [_late(one) for one in beside.late],
        "other_currencies": _others(made.others),
    }


@dataclass(frozen=True)
class _Shown:
    """Amounts in the currency of a statement."""

    currency: str

    def amount(self, minor: int) -> str:
        return _amount(minor, self.currency)

    def share(self, share: Share) -> Document:
        return {
            name: self.amount(getattr(share, name))
            for name in ("revenue", "cogs", "recovery", "costs", "profit")
        }

    def agent(self, line: AgentLine) -> Document:
        share = self.share(line.share)
        del share["recovery"]  # the department's
        commission = {state: self.amount(amount) for state, amount in line.commission.items()}
        return {"agent": line.agent, **share, "commission": commission}


def _filters(only: Only) -> Document | None:
    if only == EVERYTHING:
        return None
    store = None if only.store is None else str(only.store)
    return {"agent": only.agent, "campaign": only.campaign, "channel": only.channel, "store": store}


def _others(sums: Iterable[Sum]) -> list[Document]:
    return [
        {
            "kind": one.kind,
            "agent": one.agent,
            "amount": _amount(one.amount, one.currency),
            "currency": one.currency,
            "entries": one.entries,
        }
        for one in sums
    ]


def _late(one: Late) -> Document:
    amount = _amount(one.amount, one.currency)
    return {"month": one.month, "amount": amount, "currency": one.currency, "entries": one.entries}


def _terms_kept(closed: ClosedMonth, now: Terms) -> Terms:
    """As the kept statement was drawn up, whatever the settings say now."""
    kept = closed.document
    return Terms(
        kept.get("currency", now.currency), kept.get("zone", now.zone), kept.get("last_line") == "profit"
    )


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).text(digits)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
