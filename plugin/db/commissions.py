"""Commissions of one tenant: what was earned by each credit, and its way from pending to approved to paid.

What is earned stands in the ledger and grows and shrinks with the credit; here only its state moves, each step once and
in the audit log. What the ledger takes back after a commission was paid is *clawed back*.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.disputes import Disputes
from plugin.db.ledger_tables import CreditRow, LedgerRow, OrderRow
from plugin.db.storable import storable
from plugin.domain.commissions import RETURN_WINDOW, Commission, CommissionState, may_approve, may_pay
from plugin.payroll import Earned, PayrollState

KIND: Final = "cost.commission"
CLAWED_BACK: Final = "clawed_back"
STATES: Final = ("pending", "approved", "paid", CLAWED_BACK)
"""What can be asked for; *clawed_back* are those that were paid and of which something was taken back since."""
APPROVED: Final = "commission_approved"
PAID: Final = "commission_paid"
HELD: Final = "commission_held"
RELEASED: Final = "commission_released"
"""What the audit log calls it."""


@dataclass(frozen=True, slots=True)
class Accrued:
    """The commission of one credit. `amount` is what stands in the ledger for it now, as the agent gets it.

    `period` is the month it was posted to, `taken_back` what was taken back of it after it was paid.
    """

    credit: CreditRow
    order: str
    amount: int
    currency: str
    period: str
    taken_back: int
    disputed: bool

    @property
    def commission(self) -> Commission:
        """How far its way has gone."""
        return commission_of(self.credit, self.disputed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step for many credits: those that took it, and in one word why the others did not.

    Words: those of plugin/domain/commissions.py; unknown (no such credit), none (nothing is earned by it).
    """

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


class Commissions:
    """The commissions of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def latest(
        self,
        limit: int,
        before: int | None = None,
        *,
        agent: str | None = None,
        state: str | None = None,
        month: str | None = None,
    ) -> list[Accrued]:
        """The newest credits that a commission was ever posted for; or the next ones before this number.

        `month` is the one that the commission was posted to.
        """
        query = self._credits().where(CreditRow.id.in_(self._credited(month)))
        if before is not None:
            query = query.where(CreditRow.id < before)
        if agent is not None:
            query = query.where(CreditRow.agent == agent.casefold())
        if state is not None:
            query = query.where(*_in_state(state))
        if month is not None:
            query = query.where(_first_period() == month)
        return self._accrued(self._session.scalars(query.order_by(CreditRow.id.desc()).limit(limit)).all())

    def of(self, credit_ids: Collection[int]) -> list[Accrued]:
        """The commissions of these credits, in their order; credits that earn nothing are left out."""
        query = self._credits().where(CreditRow.id.in_(credit_ids)).order_by(CreditRow.id)
        return self._accrued(self._session.scalars(query).all())

    def approve(
        self, credit_ids: Collection[int], by: str, now: datetime, window: timedelta = RETURN_WINDOW
    ) -> Outcome:
        """Approve those whose return window is over, and that nobody holds back or contests."""

        def step(row: CreditRow) -> None:
            row.state, row.approved_at = "approved", now

        return self._take(credit_ids, by, now, APPROVED, lambda one: may_approve(one, now, window), step)

    def pay(self, credit_ids: Collection[int], by: str, now: datetime) -> Outcome:
        """Note that these were paid out."""

        def step(row: CreditRow) -> None:
            row.state, row.paid_at = "paid", now

        return self._take(credit_ids, by, now, PAID, may_pay, step)

    def hold(self, credit_ids: Collection[int], by: str, reason: str, now: datetime) -> Outcome:
        """Hold these back, and say why: they are neither approved nor paid before they are released."""
        said = storable(reason.strip(), 200)
        if not said:
            raise ValueError("say in a few words why it is held back: whoever releases it reads that")

        def step(row: CreditRow) -> None:
            row.held = said

        return self._take(credit_ids, by, now, HELD, _may_hold, step, often=True, text=said)

    def release(self, credit_ids: Collection[int], by: str, now: datetime) -> Outcome:
        """Hold these back no more."""

        def step(row: CreditRow) -> None:
            row.held = ""

        return self._take(credit_ids, by, now, RELEASED, _may_release, step, often=True)

    def payroll(self, month: str) -> list[Earned]:
        """What is to be paid, and was, for the credits of a month; and what was taken back in it of paid ones."""
        after = LedgerRow.posted_at > CreditRow.paid_at
        here = after & (LedgerRow.period == month)
        query = (
            select(
                CreditRow,
                func.min(LedgerRow.period),
                func.max(LedgerRow.currency),
                func.sum(case((after, 0), else_=LedgerRow.amount)),
                func.sum(case((here, LedgerRow.amount), else_=0)),
            )
            .join(LedgerRow, LedgerRow.credit_id == CreditRow.id)
            .where(*self._mine(), LedgerRow.kind == KIND, CreditRow.id.in_(self._credited(month)))
            .where(CreditRow.state.in_(("approved", "paid")))
            .group_by(CreditRow.id)
        )
        rows = [(row[0], row[1], row[2], -int(row[3]), -int(row[4])) for row in self._session.execute(query)]
        contested = Disputes(self._session, self._tenant_id).contested([row[0].id for row in rows])
        found: list[Earned] = []
        for credit, first, currency, earned, corrected in rows:
            if first == month and earned:
                state = _payroll_state(credit, credit.id in contested)
                found.append(Earned(credit.agent, month, state, earned, currency))
            if corrected:
                found.append(Earned(credit.agent, month, CLAWED_BACK, corrected, currency))
        return found

    def _take(
        self,
        credit_ids: Collection[int],
        by: str,
        now: datetime,
        action: str,
        why_not: Callable[[Commission], str],
        step: Callable[[CreditRow], None],
        *,
        often: bool = False,
        **told: Any,
    ) -> Outcome:
        """One step for all that may take it; the rows are held, so that of two clicks at once one is too late.

        A step that can be taken `often` has its instant in its key.
        """
        outcome = Outcome()
        query = self._credits().where(CreditRow.id.in_(credit_ids)).order_by(CreditRow.id)
        rows = self._session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
        known = {one.credit.id: one for one in self._accrued(rows)}
        there = {row.id for row in rows}
        for number in dict.fromkeys(credit_ids):
            accrued = known.get(number)
            why = _missing(number in there, accrued) or why_not(accrued.commission if accrued else _NOTHING)
            if why or accrued is None:
                outcome.refused[number] = why
                continue
            step(accrued.credit)
            self._write_down(action, accrued, by, now, f":{now.isoformat()}" if often else "", told)
            outcome.done.append(number)
        self._session.flush()
        return outcome

    def _write_down(
        self, action: str, accrued: Accrued, by: str, now: datetime, suffix: str, told: Mapping[str, Any]
    ) -> None:
        credit = accrued.credit
        details = {
            "credit": credit.id,
            "agent": credit.agent,
            "order": accrued.order,
            "amount": accrued.amount,
            "currency": accrued.currency,
            **told,
        }
        audit = Audit(self._session, self._tenant_id)
        audit.add(None, None, by, action, f"{action}:{credit.id}{suffix}", details, now)

    def _accrued(self, rows: Sequence[CreditRow]) -> list[Accrued]:
        """With what stands in the ledger for them, in the order of the rows."""
        numbers = [row.id for row in rows]
        after = case((LedgerRow.posted_at > CreditRow.paid_at, LedgerRow.amount), else_=0)
        query = (
            select(
                LedgerRow.credit_id,
                func.sum(LedgerRow.amount),
                func.max(LedgerRow.currency),
                func.min(LedgerRow.period),
                func.sum(after),
                OrderRow.name,
            )
            .join(CreditRow, CreditRow.id == LedgerRow.credit_id)
            .join(OrderRow, OrderRow.id == CreditRow.order_key)
            .where(LedgerRow.tenant_id == self._tenant_id, LedgerRow.kind == KIND)
            .where(LedgerRow.credit_id.in_(numbers))
            .group_by(LedgerRow.credit_id, OrderRow.name)
        )
        sums = {row[0]: row for row in self._session.execute(query)}
        contested = Disputes(self._session, self._tenant_id).contested(numbers)
        return [
            Accrued(row, name, -int(total), currency, period, int(taken), row.id in contested)
            for row in rows
            if row.id in sums
            for _, total, currency, period, taken, name in [sums[row.id]]
        ]

    def _credited(self, month: str | None) -> Select[int | None]:
        """The credits that a commission was ever posted for; `month` narrows it to entries of that one."""
        query = select(LedgerRow.credit_id).where(LedgerRow.tenant_id == self._tenant_id)
        query = query.where(LedgerRow.kind == KIND, LedgerRow.credit_id.is_not(None))
        return query if month is None else query.where(LedgerRow.period == month)

    def _credits(self) -> Select[CreditRow]:
        return select(CreditRow).where(*self._mine())

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (CreditRow.tenant_id == self._tenant_id,)


def commission_of(row: CreditRow, disputed: bool) -> Commission:
    """The commission of a credit, for the rules that say what may be done with it."""
    state: CommissionState = row.state  # type: ignore[assignment]  # written by this module alone
    return Commission(state, row.at, row.held, disputed)


_NOTHING: Final = Commission("paid", datetime.min)
