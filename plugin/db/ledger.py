"""The ledger of one tenant: what stands in it, and adding what is missing. Nothing in it is ever changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import LedgerRow
from plugin.db.periods import Periods
from plugin.db.upserts import upsert
from plugin.domain.ledger import Entry, Line, Posted, due

MOST_AT_ONCE = 500
"""Subjects asked for in one statement."""


class Ledger:
    """The ledger of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def post(
        self,
        wanted: Mapping[str, Sequence[Line]],
        now: datetime,
        credits: Mapping[tuple[int, str], int] | None = None,
    ) -> int:
        """Add what is missing so that exactly these lines stand under each subject; how many entries that took.

        `wanted` is by subject: an empty list takes back whatever stands there. `credits` are the credits' rows, by
        order row and key. A line of a closed month is posted to the next open one.
        """
        posted = self._posted(list(wanted))
        lines = [line for each in wanted.values() for line in each]
        if not posted and not lines:
            return 0
        closed = Periods(self._session, self._tenant_id).closed_for_posting()
        entries = due(lines, posted, closed)
        if entries:
            rows = [self._row(entry, now, credits or {}) for entry in entries]
            new = upsert(
                self._session, LedgerRow
            )  # somebody may post the same at this moment: theirs is as good
            self._session.execute(new.on_conflict_do_nothing(index_elements=["tenant_id", "source"]), rows)
        return len(entries)

    def _posted(self, subjects: Sequence[str]) -> dict[str, Posted]:
        found: dict[str, Posted] = {}
        for start in range(0, len(subjects), MOST_AT_ONCE):
            rows = self._session.execute(self._sums(subjects[start : start + MOST_AT_ONCE]))
            found |= {row.line: Posted(int(row.total), row.entries, _line(row)) for row in rows}
        return found

    def _sums(self, subjects: Sequence[str]) -> Any:
        """What stands under each line; what says whose it is, is the same in all its entries but for the last one."""
        last = select(
            LedgerRow.line, func.sum(LedgerRow.amount).label("total"), func.count().label("entries"),
            func.max(LedgerRow.id).label("last"),
        )  # fmt: skip
        mine = last.where(LedgerRow.tenant_id == self._tenant_id, LedgerRow.subject.in_(subjects))
        sums = mine.group_by(LedgerRow.line).subquery()
        columns = [getattr(LedgerRow, name) for name in _KEPT]
        return select(sums.c.line, sums.c.total, sums.c.entries, *columns).join(
            LedgerRow, LedgerRow.id == sums.c.last
        )

    def _row(self, entry: Entry, now: datetime, credits: Mapping[tuple[int, str], int]) -> dict[str, Any]:
        line = entry.line
        credit = credits.get((line.order_key, line.credit)) if line.order_key is not None else None
        return {
            "tenant_id": self._tenant_id,
            "subject": line.subject,
            "line": line.key,
            "source": entry.source,
            "kind": line.kind,
            "amount": entry.amount,
            "currency": line.currency,
            "occurred_on": line.occurred_on,
            "period": entry.period,
            "belongs_to": entry.belongs_to,
            "agent": line.agent,
            "ticket_id": line.ticket,
            "connection_id": line.connection_id,
            "store_id": line.store_id,
            "order_key": line.order_key,
            "order_name": line.order,
            "credit_id": line.credit_id if line.credit_id is not None else credit,
            "channel": line.channel,
            "campaign": line.campaign,
            "original_currency": line.original_currency,
            "rate": line.rate,
            "note": line.note,
            "posted_at": now,
        }


_KEPT = (
    *("subject", "kind", "currency", "occurred_on", "agent", "ticket_id", "connection_id", "store_id"),
    *("order_key", "order_name", "credit_id", "channel", "campaign", "original_currency", "rate"),
)


def _line(row: Any) -> Line:
    """The line as it stands; its amount does not matter."""
    return Line(
        subject=row.subject,
        key=row.line,
        kind=row.kind,
        amount=0,
        currency=row.currency,
        occurred_on=row.occurred_on,
        agent=row.agent,
        ticket=row.ticket_id,
        connection_id=row.connection_id,
        store_id=row.store_id,
        order=row.order_name,
        order_key=row.order_key,
        channel=row.channel,
        campaign=row.campaign,
        credit_id=row.credit_id,
        original_currency=row.original_currency,
        rate=row.rate,
    )


def subjects_of(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Lines by what they are about."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.subject, []).append(line)
    return found
