"""What a person does about an agent's code: release it, or rotate it out for a new one. Each once, with who and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.coupon_uses import CouponUses
from plugin.db.coupons import Coupons
from plugin.db.ledger_tables import CouponRow
from plugin.db.outbox import Outbox
from plugin.db.settings import SettingsVersions
from plugin.domain.coupons import next_code
from plugin.domain.effects import end_coupon
from plugin.leak_watch import held_text

LONGEST = 500
"""Characters of a reason."""


class NotPossible(Exception):
    """Nothing was changed; the message says why, and stands for itself."""


class ImportSettings(Protocol):
    """Puts a settings document in force, all or nothing."""

    def __call__(
        self,
        session: Session,
        tenant_id: int,
        document: Mapping[str, Any],
        made_by: str,
        expected: int | None = None,
    ) -> int: ...


def release(
    session: Session, tenant_id: int, number: int, by: str, reason: str, now: datetime
) -> CouponRow | None:
    """Hold the commission for this code back no more; None where there is none. Nothing where it is not held."""
    said = reason.strip()[:LONGEST]
    if not said:
        raise NotPossible("say in a few words why it is no leak: whoever asks later reads that")
    coupons = Coupons(session, tenant_id)
    row = coupons.show(number)
    if row is None or not coupons.release(number, now):
        return row
    uses = CouponUses(session, row)
    uses.look_again(uses.held_by(held_text(row)), now)
    details = {"code": row.code, "agent": row.agent, "text": said}
    key = f"coupon_released:{row.id}:{now.isoformat()}"
    Audit(session, tenant_id).add(None, None, by, "coupon_released", key, details, now)
    session.refresh(row)
    return row


@dataclass(frozen=True)
class Rotation:
    """Rotates codes out. `choose` is the dice: one of some signs."""

    import_settings: ImportSettings
    choose: Callable[[Sequence[str]], str]

    def __call__(
        self, session: Session, tenant_id: int, number: int, by: str, now: datetime
    ) -> CouponRow | None:
        """End the code in the store and give its agent a new one; None where there is none of this number.

        Nothing where it was rotated before: of two clicks at once, the second finds it done. NotPossible while we only
        watch, for then nothing may be written.
        """
        coupons = Coupons(session, tenant_id)
        coupons.alone()
        row = coupons.show(number)
        if row is None or row.state == "rotated":
            return row
        version, document = SettingsVersions(session, tenant_id).newest()
        if document.get("mode") != "live":
            raise NotPossible(
                "Marginalia only watches here: a code is ended and made in live mode alone; save `mode: live` first"
            )
        self._end(session, row, now)
        made = self._given(coupons, document, row)
        row.state, row.problem = "rotated", ""
        session.flush()
        if made is not None:
            self.import_settings(session, tenant_id, made[1], by, expected=version)
        details = {"code": row.code, "agent": row.agent, "result": "" if made is None else made[0]}
        Audit(session, tenant_id).add(
            None, None, by, "coupon_rotated", f"coupon_rotated:{row.id}", details, now
        )
        return row

    def _given(
        self, coupons: Coupons, document: Mapping[str, Any], row: CouponRow
    ) -> tuple[str, Mapping[str, Any]] | None:
        """The new code, and the settings that give it to the agent; None for a code that left the settings before."""
        agents = list(document.get("agents") or ())
        mine = [number for number, one in enumerate(agents) if _has(one, row)]
        if not mine:
            return None
        taken = {other.folded for other in coupons.all()}
        taken |= {str(one.get("coupon") or "").casefold() for one in agents}
        code = next_code(row.code, taken, self.choose)
        agents[mine[0]] = {**agents[mine[0]], "coupon": code}
        return code, {**document, "agents": agents}

    def _end(self, session: Session, row: CouponRow, now: datetime) -> None:
        """The code stops working; one that was never to be made anywhere has nothing to end."""
        if row.connection_id is not None:
            Outbox(session).put(row.tenant_id, row.connection_id, [end_coupon(row.code)], now)


def _has(agent: Mapping[str, Any], row: CouponRow) -> bool:
    """Whether the settings give this code to this agent."""
    return str(agent.get("coupon") or "").strip().casefold() == row.code.casefold()
