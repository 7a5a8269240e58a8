"""Commissions of one tenant: what was earned by each credit, and its way from pending to approved to paid.

What is earned stands in the ledger and grows and shrinks with the credit; here only its state moves, each step once and
in the audit log. What the ledger takes back after a commission was paid is *clawed back*.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.disputes import Disputes
from plugin.db.ledger_tables import CreditRow, LedgerRow, OrderRow
from plugin.db.storable import storable
from plugin.domain.commissions import RETURN_WINDOW, Commission, CommissionState, may_approve, may_pay
from plugin.domain.periods import first_day, following
from plugin.payroll import Earned, PayrollState

KIND: Final = "cost.commission"
CLAWED_BACK: Final = "clawed_back"
STATES: Final = ("pending", "approved", "paid", CLAWED_BACK)
"""What can be asked for; *clawed_back* are those that were paid and of which something was taken back since."""
LONGEST: Final = 200
"""Characters that say why a commission is held back."""


@dataclass(frozen=True, slots=True)
class Accrued:
    """The commission of one credit. `amount` is what stands in the ledger for it now, as the agent gets it.

    `period` is the month it was posted to first, `taken_back` what was taken back of it after it was paid.
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
        state: CommissionState = self.credit.state  # type: ignore[assignment]  # only steps below write it
        return Commission(state, self.credit.at, self.credit.held, self.disputed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step for many credits: those that took it, and in one word why the others did not.

    Words: those of plugin/domain/commissions.py; unknown (no such credit), none (nothing is earned by it), free
    (nobody holds it back).
    """

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Step:
    """A step of commissions: its name in the audit log, when it cannot be taken, and what it changes.

    One that may be taken more than once (`often`) has its instant in the key of its deed; one that moves `money` needs
    some.
    """

    action: str
    why_not: Callable[[Commission], str]
    changes: Mapping[str, Any]
    money: bool = False
    often: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)


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
        """The newest credits that a commission was ever posted for, by their orders; or the next after this number.

        `month` is the one that the commission was posted to first.
        """
        query = self._credits().where(*self._after(before))
        if agent is not None:
            query = query.where(CreditRow.agent == storable(agent.casefold()))
        if state is not None:
            query = query.where(*_in_state(state))
        query = query.where(_entries(func.count()) > 0 if month is None else _first_posted_in(month))
        newest = query.order_by(CreditRow.at.desc(), CreditRow.id.desc()).limit(limit)
        return self._accrued(self._session.scalars(newest).all())

    def of(self, credit_ids: Collection[int]) -> list[Accrued]:
        """The commissions of these credits; one for which none was ever posted is left out."""
        query = self._credits().where(CreditRow.id.in_(credit_ids)).order_by(CreditRow.id)
        return self._accrued(self._session.scalars(query).all())

    def approve(
        self, credit_ids: Collection[int], by: str, now: datetime, window: timedelta = RETURN_WINDOW
    ) -> Outcome:
        """Approve those whose return window is over, and that nobody holds back or contests."""
        changes = {"state": "approved", "approved_at": now}
        step = _Step("commission_approved", lambda one: may_approve(one, now, window), changes, money=True)
        return self._take(step, credit_ids, by, now)

    def pay(self, credit_ids: Collection[int], by: str, now: datetime) -> Outcome:
        """Note that these were paid out."""
        step = _Step("commission_paid", may_pay, {"state": "paid", "paid_at": now}, money=True)
        return self._take(step, credit_ids, by, now)

    def hold(self, credit_ids: Collection[int], by: str, reason: str, now: datetime) -> Outcome:
        """Hold these back, and say why: they are neither approved nor paid before they are released."""
        said = storable(reason.strip(), LONGEST)
        if not said:
            raise ValueError("say in a few words why it is held back: whoever releases it reads that")
        step = _Step("commission_held", _may_hold, {"held": said}, often=True, told={"text": said})
        return self._take(step, credit_ids, by, now)

    def release(self, credit_ids: Collection[int], by: str, now: datetime) -> Outcome:
        """Hold these back no more."""
        step = _Step("commission_released", _may_release, {"held": ""}, often=True)
        return self._take(step, credit_ids, by, now)

    def payroll(self, month: str) -> list[Earned]:
        """What is to be paid, and was, for the credits of a month; and what was taken back in it of paid ones."""
        after = LedgerRow.posted_at > CreditRow.paid_at
        query = (
            select(
                CreditRow,
                func.min(LedgerRow.period),
                func.max(LedgerRow.currency),
                -func.sum(case((after, 0), else_=LedgerRow.amount)),
                -func.sum(case((after & (LedgerRow.period == month), LedgerRow.amount), else_=0)),
            )
            .join(LedgerRow, LedgerRow.credit_id == CreditRow.id)
            .where(CreditRow.tenant_id == self._tenant_id, CreditRow.state.in_(("approved", "paid")))
            .where(LedgerRow.kind == KIND, CreditRow.id.in_(self._posted_in(month)))
            .group_by(CreditRow.id)
        )
        rows = self._session.execute(query).all()
        contested = self._contested([row[0].id for row in rows])
        found: list[Earned] = []
        for credit, first, currency, earned, corrected in rows:
            if first == month and earned:
                state = _payroll_state(credit, credit.id in contested)
                found.append(Earned(credit.agent, month, state, int(earned), currency))
            if corrected:
                found.append(Earned(credit.agent, month, "clawed_back", int(corrected), currency))
        return found

    def _take(self, step: _Step, credit_ids: Collection[int], by: str, now: datetime) -> Outcome:
        """One step for all that may take it; the rows are held, so that of two clicks at once one is too late."""
        outcome = Outcome()
        query = self._credits().where(CreditRow.id.in_(credit_ids)).order_by(CreditRow.id)
        rows = self._session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
        there = {row.id for row in rows}
        accrued = {one.credit.id: one for one in self._accrued(rows)}
        for number in dict.fromkeys(credit_ids):
            one = accrued.get(number)
            why = _why_not(step, one) if number in there else "unknown"
            if why or one is None:
                outcome.refused[number] = why
                continue
            self._do(step, one, by, now)
            outcome.done.append(number)
        self._session.flush()
        return outcome

    def _do(self, step: _Step, accrued: Accrued, by: str, now: datetime) -> None:
        credit = accrued.credit
        for name, value in step.changes.items():
            setattr(credit, name, value)
        details = {
            "credit": credit.id,
            "agent": credit.agent,
            "order": accrued.order,
            "amount": accrued.amount,
            "currency": accrued.currency,
            **step.told,
        }
        key = f"{step.action}:{credit.id}" + (f":{now.isoformat()}" if step.often else "")
        Audit(self._session, self._tenant_id).add(None, None, by, step.action, key, details, now)

    def _accrued(self, rows: Sequence[CreditRow]) -> list[Accrued]:
        """With what stands in the ledger for them, in the order of the rows."""
        numbers = [row.id for row in rows]
        taken_back = case((LedgerRow.posted_at > CreditRow.paid_at, LedgerRow.amount), else_=0)
        query = (
            select(
                CreditRow.id,
                OrderRow.name,
                func.max(LedgerRow.currency),
                func.min(LedgerRow.period),
                -func.sum(LedgerRow.amount),
                func.sum(taken_back),
            )
            .join(LedgerRow, LedgerRow.credit_id == CreditRow.id)
            .join(OrderRow, OrderRow.id == CreditRow.order_key)
            .where(LedgerRow.kind == KIND, CreditRow.id.in_(numbers))
            .group_by(CreditRow.id, OrderRow.name)
        )
        sums = {row[0]: row for row in self._session.execute(query)}
        contested = self._contested(numbers)
        return [
            Accrued(row, order, int(amount), currency, period, int(taken), row.id in contested)
            for row in rows
            if row.id in sums
            for _, order, currency, period, amount, taken in [sums[row.id]]
        ]

    def _after(self, number: int | None) -> tuple[ColumnElement[bool], ...]:
        """What comes after the credit of this number in the list; nothing where there is no such credit."""
        if number is None:
            return ()
        at = self._session.scalar(
            self._credits().where(CreditRow.id == number).with_only_columns(CreditRow.at)
        )
        if at is None:
            return (false(),)
        return (CreditRow.at <= at, or_(CreditRow.at < at, CreditRow.id < number))

    def _contested(self, credit_ids: Collection[int]) -> frozenset[int]:
        return Disputes(self._session, self._tenant_id).contested(credit_ids)

    def _posted_in(self, month: str) -> Select[int | None]:
        """The credits that commission was posted for in this month."""
        query = select(LedgerRow.credit_id).where(
            LedgerRow.tenant_id == self._tenant_id, LedgerRow.period == month
        )
        return query.where(LedgerRow.kind == KIND, LedgerRow.credit_id.is_not(None))

    def _credits(self) -> Select[CreditRow]:
        return select(CreditRow).where(CreditRow.tenant_id == self._tenant_id)


def _why_not(step: _Step, accrued: Accrued | None) -> str:
    if accrued is None:
        return "none"
    return step.why_not(accrued.commission) or ("none" if step.money and accrued.amount <= 0 else "")


def _entries(told: ColumnElement[Any], *of: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Something about the entries of a credit's commission."""
    query = select(told).where(LedgerRow.credit_id == CreditRow.id, LedgerRow.kind == KIND, *of)
    return query.correlate(CreditRow).scalar_subquery()


def _first_posted_in(month: str) -> ColumnElement[bool]:
    """Whether a commission was posted to this month first: then its order was not placed after it, in any zone."""
    ended = datetime.combine(first_day(following(month)), time(), UTC) + timedelta(days=1)
    return and_(CreditRow.at < ended, _entries(func.min(LedgerRow.period)) == month)


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    if state != CLAWED_BACK:
        return (CreditRow.state == state,)
    taken_back = _entries(func.sum(LedgerRow.amount), LedgerRow.posted_at > CreditRow.paid_at)
    return (CreditRow.state == "paid", taken_back > 0)


def _may_hold(commission: Commission) -> str:
    """What was paid cannot be held back any more, and what is held back keeps its first reason."""
    return "paid" if commission.state == "paid" else "held" if commission.held else ""


def _may_release(commission: Commission) -> str:
    return "" if commission.held else "free"


def _payroll_state(credit: CreditRow, contested: bool) -> PayrollState:
    if credit.state == "paid":
        return "paid"
    return "held" if credit.held or contested else "approved"
