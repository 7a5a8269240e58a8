"""The watch over agents' own codes: as orders are brought to account, one that strangers use is held back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.coupon_uses import CouponUses
from plugin.db.coupons import Coupons
from plugin.db.ledger_tables import CouponRow, CreditRow
from plugin.db.order_documents import read_order
from plugin.db.orders import folded_email
from plugin.db.storable import storable_key
from plugin.domain.accounting import Account, OrderFacts
from plugin.domain.attribution import Credit
from plugin.domain.leaks import Suspicion, Use, coupon_site, spans, suspicion
from plugin.domain.money_settings import AttributionTerms
from plugin.domain.sales import StoreOrder

BY: Final = "Marginalia"
WATCHED: Final = timedelta(days=14)
"""Older orders are read when a store is connected, or looked at again: no leak is stopped by them any more."""
HELD: Final = "the code {code} may have leaked: look at the coupons, and release or rotate it"


@dataclass(frozen=True, slots=True)
class Used:
    """An order in work that has an agent's own code, and what it is credited by it."""

    facts: OrderFacts
    credit: Credit

    @property
    def explained(self) -> bool:
        """Whether a ticket, or a manager, says how the customer came by the code."""
        return self.credit.grade != "unproven" or self.credit.counts


@dataclass(frozen=True)
class LeakWatch:
    """The watch over the codes of one tenant, within the transaction that brings orders of this store to account."""

    session: Session
    tenant_id: int
    store_id: int
    terms: AttributionTerms
    now: datetime

    def watch(self, facts: Mapping[str, OrderFacts], accounts: Mapping[str, Account]) -> None:
        """Look at the codes on these orders; the commission for one that may have leaked is held back."""
        found: dict[str, list[Used]] = {}
        for one, account in accounts.items():
            for credit in account.attribution.credits:
                if credit.code:
                    code = storable_key(credit.code.casefold(), 100)
                    found.setdefault(code, []).append(Used(facts[one], credit))
        coupons = Coupons(self.session, self.tenant_id)
        for folded, row in coupons.named(list(found)).items() if found else ():
            sign = self._sign(row, found[folded])
            if sign is not None and coupons.hold(row, sign.since, sign.reason):
                self._tell(row, sign, found[folded])
            self._hold_back(row, found[folded])

    def _sign(self, row: CouponRow, used: Sequence[Used]) -> Suspicion | None:
        """What says that this code has leaked: of these orders, and of those shortly before and after."""
        fresh = [one for one in used if one.facts.order.placed_at >= self.now - WATCHED]
        odd = [one.facts.order.placed_at for one in fresh if not one.explained or self._site(one.facts.order)]
        if not odd or (row.state == "rotated" and not row.held):
            return None
        uses = CouponUses(self.session, row)
        here = {one.facts.key: self._use(uses, one.facts.order, one.explained) for one in used}
        others = {
            other.id: self._use(uses, read_order(other.document), False, other.connection_id)
            for first, last in spans(odd)
            for other in uses.unexplained(first, last)
            if other.id not in here
        }
        after = row.released_at
        counted = [one for one in [*here.values(), *others.values()] if after is None or one.at > after]
        return suspicion(counted, self.terms.leak_new_customers)

    def _use(self, uses: CouponUses, order: StoreOrder, explained: bool, store_id: int | None = None) -> Use:
        stranger = None if explained else self._stranger(uses, order, store_id or self.store_id)
        return Use(order.name, order.placed_at, explained, stranger, self._site(order))

    def _stranger(self, uses: CouponUses, order: StoreOrder, store_id: int) -> str | None:
        """Who bought for the first time; by the store's word, else by the orders that are known here."""
        who = order.customer_id or folded_email(order.email)
        if who is None or order.new_customer is False:
            return None
        return who if order.new_customer or uses.is_first_order(store_id, order) else None

    def _site(self, order: StoreOrder) -> str:
        return coupon_site(order.referrer, self.terms.coupon_sites) if order.referrer else ""

    def _tell(self, row: CouponRow, sign: Suspicion, used: Sequence[Used]) -> None:
        """Write it down, and look at the other orders again that it concerns."""
        details = {"code": row.code, "agent": row.agent, "text": sign.reason, "orders": list(sign.orders)}
        key = f"coupon_held:{row.id}:{self.now.isoformat()}"
        Audit(self.session, self.tenant_id).add(None, None, BY, "coupon_held", key, details, self.now)
        in_work = {one.facts.key for one in used}
        uses = CouponUses(self.session, row)
        uses.look_again((one for one in uses.since(sign.since) if one.id not in in_work), self.now)

    def _hold_back(self, row: CouponRow, used: Sequence[Used]) -> None:
        """Hold the commissions back that the suspicion is about, and no others any more."""
        if not row.held and row.released_at is None:
            return
        uses, text = CouponUses(self.session, row), held_text(row)
        for credit in uses.credits_of([one.facts.key for one in used]):
            if not _is_suspected(row, credit):
                credit.held = "" if credit.held == text else credit.held
            elif not credit.held and credit.state != "paid" and not uses.was_released(credit):
                credit.held = text


def _is_suspected(row: CouponRow, credit: CreditRow) -> bool:
    return bool(row.held) and (row.held_at is None or credit.at >= row.held_at)


def held_text(row: CouponRow) -> str:
    """What stands beside a commission that is held back for this code."""
    return HELD.format(code=row.code)
