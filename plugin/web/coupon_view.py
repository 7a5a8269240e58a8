"""An agent's code as API and pages show it: what stands in the store, what is wrong, and what it brought this month."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from plugin.coupons import FAILED, wanted_codes
from plugin.db.connections import Connections
from plugin.db.coupon_uses import Redeemed, redeemed
from plugin.db.coupons import Coupons
from plugin.db.ledger_tables import CouponRow
from plugin.db.tables import EffectRow
from plugin.domain.money import Money
from plugin.domain.periods import day_of, instants_of, period_of
from plugin.tenant_books import zone_of
from plugin.web.customer_view import amount
from plugin.web.known_texts import N_
from plugin.web.services import services

NO_SHOP: Final = "no shop is connected that it could be made in"
LEFT: Final = "it is no longer in the settings, and works in the store until somebody ends it"
STATES: Final[Mapping[str, str]] = {
    "wanted": N_("to be made"),
    "made": N_("in use"),
    "changed": N_("changed"),
    "gone": N_("gone from the store"),
    "rotated": N_("out of use"),
}
"""What the states of a code are called."""


class CouponShow:
    """Shows the codes of one tenant, with what they brought in the month of this instant."""

    def __init__(self, session: Session, tenant_id: int, now: datetime) -> None:
        self._coupons = Coupons(session, tenant_id)
        settings = services().views.of(session, tenant_id).settings
        known = Connections(session, services().vault).of_tenant(tenant_id)
        zone = zone_of(settings, [one for one in known if one.vendor in services().stores])
        first, after = instants_of(period_of(day_of(now, zone)), zone)
        self._redeemed = redeemed(session, tenant_id, first, after)
        self._given = {one.folded for one in wanted_codes(settings)}

    def lines(self, rows: Sequence[CouponRow]) -> list[dict[str, Any]]:
        """These codes."""
        makings = self._coupons.makings([row for row in rows if row.state == "wanted"])
        return [self._line(row, makings.get(row.id)) for row in rows]

    def _line(self, row: CouponRow, making: EffectRow | None) -> dict[str, Any]:
        made = making is not None and making.state == "done"
        state = "made" if row.state == "wanted" and made else row.state
        return {
            "id": str(row.id),
            "agent": row.agent,
            "code": row.code,
            "share": row.share,
            "state": state,
            "in_settings": row.folded in self._given,
            "problem": _problem(row, state, making, self._given) or None,
            "held": row.held or None,
            "held_at": row.held_at,
            "month": [_told(one) for one in self._redeemed.get((row.agent, row.folded), ())],
        }


def _problem(row: CouponRow, state: str, making: EffectRow | None, given: Collection[str]) -> str:
    """What is wrong with the code; a write that failed says so itself."""
    if row.problem or state == "rotated":
        return row.problem
    if row.folded not in given:
        return LEFT if state == "made" else ""
    if state != "wanted":
        return ""
    if making is not None and making.state in FAILED:
        return making.error or ""
    return NO_SHOP if row.connection_id is None else ""


def _told(one: Redeemed) -> dict[str, Any]:
    return {"grade": one.grade, "orders": one.orders, "net": amount(Money(one.net, one.currency))}


def held_codes(session: Session, tenant_id: int) -> list[str]:
    """The codes that may have leaked, for whoever comes in."""
    return [row.code for row in Coupons(session, tenant_id).held()]
