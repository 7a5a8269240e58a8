"""Agents' own codes as the settings give them: nobody gets another's, and each is made in the store, once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from plugin.db.coupons import Coupons, Wanted, share_of
from plugin.db.ledger_tables import CouponRow
from plugin.db.outbox import Outbox
from plugin.db.storable import storable
from plugin.domain.agent_terms import AgentTerms
from plugin.domain.coupons import OUT_OF_USE, WHOSE_BEFORE
from plugin.domain.effects import create_coupon
from plugin.domain.settings import TenantSettings
from plugin.ports import Connection
from plugin.settings_file import SettingError

FAILED = ("dead", "unknown", "held", "skipped")
"""How a write ends that has made nothing."""


def refused_codes(session: Session, tenant_id: int, settings: TenantSettings) -> list[SettingError]:
    """The codes that these settings give to an agent though they were another's, or were rotated out."""
    coupons = Coupons(session, tenant_id)
    known = coupons.named([one.folded for one in wanted_codes(settings)])
    errors = []
    for number, agent in enumerate(settings.agents):
        wanted = _wanted(agent)
        row = None if wanted is None else known.get(wanted.folded)
        if wanted and row and (why := _why_not(coupons, row, wanted.agent)):
            errors.append(SettingError(f"agents[{number}].coupon", why))
    return errors


def _why_not(coupons: Coupons, row: CouponRow, agent: str) -> str:
    if row.state == "rotated":
        return OUT_OF_USE.format(code=row.code)
    if row.agent == agent or coupons.is_unused(row):
        return ""
    return WHOSE_BEFORE.format(code=row.code, agent=row.agent)


def keep_coupons(
    session: Session,
    tenant_id: int,
    settings: TenantSettings,
    stores: Sequence[Connection],
    now: datetime,
    *,
    again: bool = False,
) -> int:
    """Keep the agents' codes, and have those made that are not: in the tenant's first store, and never while we only
    watch. How many writes that took. `again` also tries those that failed: somebody has changed something.
    """
    coupons = Coupons(session, tenant_id)
    rows = coupons.keep(wanted_codes(settings), stores[0].id if stores else None, now)
    makings = coupons.settle(rows)
    if not settings.live:
        return 0
    tried = {number for number, effect in makings.items() if not (again and effect.state in FAILED)}
    number = 0
    for row in rows:
        share = share_of(row)
        if row.state == "wanted" and share and row.connection_id is not None and row.id not in tried:
            effect = create_coupon(row.code, str(share), row.agent)
            Outbox(session).put(tenant_id, row.connection_id, [effect], now)
            number += 1
    return number


def wanted_codes(settings: TenantSettings) -> list[Wanted]:
    """The codes that the settings give, agent by agent."""
    return [one for one in map(_wanted, settings.agents) if one is not None]


def _wanted(agent: AgentTerms) -> Wanted | None:
    if not agent.coupon:
        return None
    return Wanted(storable(agent.email.casefold(), 320), agent.coupon, agent.coupon_share)
