"""The report on leniency: a month's refunds and replacements, held against the written playbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.leniency import LeniencyBook, PaidBack
from plugin.db.order_documents import read_order
from plugin.domain.accounting import Terms, goods_cost
from plugin.domain.leniency import Given, Leniency, limits, measure
from plugin.domain.periods import day_of, instants_of
from plugin.domain.rates import NoRate
from plugin.domain.reason_codes import ReasonTree
from plugin.ports import Connection
from plugin.tenant_books import terms_for
from plugin.tenant_view import TenantView


@dataclass(frozen=True, slots=True)
class LeniencyReport:
    """A month's. `written` is whether there is a playbook; `unlinked` are replacements that name no order."""

    month: str
    currency: str
    written: bool
    leniency: Leniency
    unlinked: tuple[Given, ...]


def leniency_report(
    session: Session, tenant_id: int, view: TenantView, stores: Sequence[Connection], month: str
) -> LeniencyReport:
    """The report of a month, by the settings in force; within the caller's transaction."""
    terms = terms_for(view.settings, stores)
    currency, playbook = terms.books.exchange.currency, view.settings.costs.playbook
    found = LeniencyBook(session, tenant_id).given(*instants_of(month, terms.books.zone))
    linked = [_given(one, terms) for one in found if _is_linked(one)]
    return LeniencyReport(
        month=month,
        currency=currency,
        written=bool(playbook),
        leniency=measure(linked, limits(playbook, currency, digits), _above(view.tree)),
        unlinked=tuple(_given(one, terms) for one in found if not _is_linked(one)),
    )


def _is_linked(one: PaidBack) -> bool:
    return one.money is not None or bool(one.order.replaces)


def _given(one: PaidBack, terms: Terms) -> Given:
    promise = one.promise
    return Given(
        kind="replacement" if one.money is None else "refund",
        order=one.order.name,
        at=one.at,
        amount=_amount(one, terms),
        agent=None if promise is None else promise.agent,
        helpdesk=None if promise is None else promise.helpdesk,
        ticket=None if promise is None else promise.ticket,
        reason=None if promise is None else promise.reason,
    )


def _amount(one: PaidBack, terms: Terms) -> int | None:
    """In the statement's currency, at the rate of the order's day; None where cost or rate is not known."""
    minor = _goods(one, terms) if one.money is None else one.money
    exchange, order = terms.books.exchange, one.order
    if minor is None:
        return None
    try:
        rate = exchange.rate(order.currency, day_of(order.placed_at, terms.books.zone))
    except NoRate:
        return None
    return exchange.convert(minor, order.currency, rate)


def _goods(one: PaidBack, terms: Terms) -> int | None:
    if one.order.cost_state not in ("known", "estimated"):
        return None
    return goods_cost(read_order(one.order.document), one.order.costs, terms.default_cost_share)


def _above(tree: ReasonTree) -> Callable[[str], Sequence[str]]:
    """The codes above one; of a code that is no longer there, those that its name tells."""

    def above(code: str) -> Sequence[str]:
        if code in tree:
            return tree.ancestors(code)
        parts = code.split(".")
        return [".".join(parts[:number]) for number in range(len(parts) - 1, 0, -1)]

    return above
