"""What a panel tells of money: credits, budget and gestures, from one read of our own database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.ledger_tables import CreditRow, DisputeRow
from plugin.db.panel_money import Credited, MoneyReads, PanelMoney
from plugin.domain.money import Money, money
from plugin.domain.periods import day_of, period_of
from plugin.sidebar import BudgetShown, CreditShown, DisputeShown, GestureShown
from plugin.tenant_books import currency_of, zone_of
from plugin.web.services import services
from plugin.web.sidebar.case import Case

GESTURE: Final = "gesture_given"


@dataclass(frozen=True, slots=True)
class MoneyShown:
    """What a panel tells of money."""

    credits: tuple[CreditShown, ...] = ()
    budget: BudgetShown | None = None
    gestures: tuple[GestureShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Where a gesture of today is written: in which currency, on which day."""

    currency: str
    today: date

    @property
    def month(self) -> str:
        """The month that a budget is for."""
        return period_of(self.today)


def book_of(case: Case, now: datetime) -> Book:
    """The statement's currency and the tenant's day, as the ledger counts them."""
    stores = sorted((one for one in case.accounts if one.vendor in services().stores), key=lambda one: one.id)
    settings = case.view.settings
    return Book(currency_of(settings, stores), day_of(now, zone_of(settings, stores)))


def money_of(session: Session, case: Case, now: datetime) -> MoneyShown:
    """All of it; nothing is asked for where there is neither a credit nor a budget."""
    whole, gestures = case.budget, _gestures(case)
    if not case.row.credited and whole is None:
        return MoneyShown(gestures=gestures)
    book = book_of(case, now)
    told = read_money(session, case, book) if case.row.credited else _budget_alone(session, case, book)
    budget = None if whole is None else budget_left(money(whole, book.currency, digits), told.given_away)
    return MoneyShown(tuple(_credit(one, case.actor) for one in told.credits), budget, gestures)


def read_money(session: Session, case: Case, book: Book) -> PanelMoney:
    """The credits of this ticket, and what whoever looks gave away this month."""
    reads = MoneyReads(session, case.looker.tenant_id)
    return reads.of_panel(case.ticket, case.row.customer, case.actor, book.month, book.currency)


def _budget_alone(session: Session, case: Case, book: Book) -> PanelMoney:
    """Beside a ticket without credits, as most are: one sum, half the work of reading all."""
    reads = MoneyReads(session, case.looker.tenant_id)
    return PanelMoney(reads.given_away(case.actor.casefold(), book.month, book.currency), ())


def budget_left(whole: Money, given_away: int) -> BudgetShown:
    """The budget with what is left of it; nothing, where it was made smaller than what is given already."""
    return BudgetShown(whole, Money(max(0, whole.minor - given_away), whole.currency))


def _gestures(case: Case) -> tuple[GestureShown, ...]:
    """What was given to this customer in this ticket, the newest first."""
    given = [one for one in case.ticket.deeds.values() if one["did"] == GESTURE]
    shown = [
        GestureShown(
            one["what"],
            Money(one["minor"], one["currency"]),
            one.get("name") or one["by"],
            datetime.fromisoformat(one["at"]),
            one.get("occasion", ""),
        )
        for one in given
    ]
    return tuple(sorted(shown, key=lambda one: one.at, reverse=True))


def _credit(one: Credited, actor: str) -> CreditShown:
    credit = one.credit
    earned = None
    if one.earned is not None and one.currency is not None:
        earned = Money(one.earned, one.currency)
    return CreditShown(
        id=credit.id,
        order=one.order,
        agent=credit.agent,
        mine=credit.agent == actor.casefold(),
        grade=credit.grade,
        counts=credit.counts,
        evidence=tuple(credit.evidence),
        worth=Money(credit.net, credit.currency),
        commission=earned,
        state="" if earned is None else _state(credit, one),
        held=credit.held,
        contested=one.contested,
        dispute=None if one.dispute is None else _dispute(one.dispute),
    )


def _state(credit: CreditRow, one: Credited) -> str:
    """How far the commission's way has gone, in one word; what keeps it from going on comes first."""
    if credit.state == "paid":
        return "taken_back" if one.taken_back > 0 else "paid"
    if credit.held:
        return "held"
    return "contested" if one.contested else credit.state


def _dispute(row: DisputeRow) -> DisputeShown:
    at, by = row.decided_at or row.raised_at, row.decided_by or row.raised_by
    return DisputeShown(row.state, row.reason, by, at, row.decision or "")


def named(credits: Sequence[Credited], number: int) -> Credited | None:
    """The credit of this number among those that are shown; None for another one's."""
    return next((one for one in credits if one.credit.id == number), None)
