"""The agents' own codes: what the settings want, what the store has of it, and what is suspected of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from plugin.db.ledger_tables import CouponRow, CreditRow
from plugin.db.periods import Periods
from plugin.db.storable import storable_key
from plugin.db.tables import EffectRow, TenantRow
from plugin.db.upserts import upsert
from plugin.domain.coupons import CouponState, InStore, looked_at, other_share

MAKING: Final = "create_coupon"
UNDER_WAY: Final = ("pending", "sending")
LOOKED_AT: Final = ("wanted", "made", "changed", "gone")
LOOK_EVERY: Final = timedelta(hours=1)
"""So often a store is asked for a code, beside whenever it says that one has changed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A code that the settings give to an agent (an address in lower case)."""

    agent: str
    code: str
    share: Decimal | None

    @property
    def folded(self) -> str:
        """The code as it is compared."""
        return storable_key(self.code.casefold(), 100)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into the store found of the code with this number, which was in this state when it was asked for."""

    number: int
    state: str
    found: InStore | None


class Coupons:
    """The codes of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def alone(self) -> None:
        """Nobody else puts settings in force or posts to the books before the caller's transaction has ended."""
        tenant = select(TenantRow.id).where(TenantRow.id == self._tenant_id)
        self._session.scalars(tenant.with_for_update()).one()

    def all(self) -> Sequence[CouponRow]:
        """Every code, by agent, the latest first; also those that are out of use."""
        return self._session.scalars(self._rows().order_by(CouponRow.agent, CouponRow.id.desc())).all()

    def latest(self, limit: int, before: int | None = None) -> Sequence[CouponRow]:
        """The codes, the latest first, or those before the one with this number."""
        query = self._rows() if before is None else self._rows().where(CouponRow.id < before)
        return self._session.scalars(query.order_by(CouponRow.id.desc()).limit(limit)).all()

    def show(self, number: int) -> CouponRow | None:
        """One code; None where this tenant has none of that number."""
        return self._session.scalar(self._rows().where(CouponRow.id == number))

    def named(self, folded: Collection[str]) -> Mapping[str, CouponRow]:
        """Those of these codes that are agents' own, by the code as it is compared."""
        query = self._rows().where(CouponRow.folded.in_(folded))
        return {row.folded: row for row in self._session.scalars(query)}

    def held(self) -> Sequence[CouponRow]:
        """The codes that may have leaked, the latest suspicion first."""
        query = self._rows().where(CouponRow.held != "")
        return self._session.scalars(query.order_by(CouponRow.held_at.desc(), CouponRow.id)).all()

    def keep(self, wanted: Sequence[Wanted], store_id: int | None, now: datetime) -> Sequence[CouponRow]:
        """Keep the codes that the settings give now, beside those they gave before; the rows of those given now."""
        if wanted:
            new = upsert(self._session, CouponRow).on_conflict_do_nothing(
                index_elements=["tenant_id", "folded"]
            )
            self._session.execute(new, [self._columns(one, store_id, now) for one in wanted])
        rows = self.named([one.folded for one in wanted])
        for one in wanted:
            _bring_up_to_date(rows[one.folded], one, store_id)
        self._session.flush()
        return [rows[one.folded] for one in wanted]

    def is_unused(self, row: CouponRow) -> bool:
        """Whether nothing can have come of it: it was never to be made in a store, and no order has it."""
        key = storable_key(f"{row.agent}:{row.folded}", 400)
        credits = select(CreditRow.id).where(CreditRow.tenant_id == self._tenant_id, CreditRow.key == key)
        mine = credits.where(CreditRow.agent == row.agent).limit(1)
        nothing = row.state == "wanted" and row.id not in self.makings([row])
        return nothing and self._session.scalar(mine) is None

    def makings(self, rows: Sequence[CouponRow]) -> Mapping[int, EffectRow]:
        """The last write that was to make each of these codes in its store, by the code's number."""
        places = {(row.connection_id, f"code:{row.code}"): row.id for row in rows}
        query = select(EffectRow).where(
            EffectRow.tenant_id == self._tenant_id,
            EffectRow.connection_id.in_({store for store, _ in places if store is not None}),
            EffectRow.resource.in_({resource for _, resource in places}),
            EffectRow.kind == MAKING,
        )
        found = self._session.scalars(query.order_by(EffectRow.id))
        return {places[one.connection_id, one.resource]: one for one in found if _place(one) in places}

    def settle(self, rows: Sequence[CouponRow]) -> Mapping[int, EffectRow]:
        """Take up what came of making these: what was made is made. The last writes for those that still are not."""
        makings = self.makings([row for row in rows if row.state == "wanted"])
        for row in rows:
            effect = makings.get(row.id)
            if effect is not None and effect.state == "done":
                row.state, row.ref = "made", effect.reference
        self._session.flush()
        return {number: one for number, one in makings.items() if one.state != "done"}

    def is_due(self, store_id: int, now: datetime) -> bool:
        """Whether a code in this store was not looked at for an hour."""
        old = or_(CouponRow.checked_at.is_(None), CouponRow.checked_at <= now - LOOK_EVERY)
        return self._session.scalar(self._in_store(store_id).where(old).limit(1)) is not None

    def of_store(self, store_id: int) -> Sequence[CouponRow]:
        """The codes that are, or are to be, in this store."""
        return self._session.scalars(self._in_store(store_id).order_by(CouponRow.id)).all()

    def looked_at(self, looks: Sequence[Look], now: datetime) -> int:
        """Keep what a look into the store found; how many codes are in another state by that.

        A code that was made while we looked is not gone because it was not there yet.
        """
        found = {one.number: one for one in looks}
        changed = 0
        for row in self._session.scalars(self._rows().where(CouponRow.id.in_(found))):
            look, row.checked_at = found[row.id], now
            if look.found is None and look.state == "wanted":
                continue
            state, problem = looked_at(cast(CouponState, row.state), share_of(row), look.found)
            changed += (row.state, row.problem) != (state, problem)
            row.state, row.problem = state, problem
            row.ref = row.ref if look.found is None else look.found.ref
        self._session.flush()
        return changed

    def hold(self, row: CouponRow, since: datetime, reason: str) -> bool:
        """Hold the commission for a code back, from this instant on; False where it is held from before that on."""
        Periods(self._session, self._tenant_id).hold()
        earlier = or_(CouponRow.held == "", CouponRow.held_at > since)
        mine = update(CouponRow).where(
            CouponRow.id == row.id, CouponRow.tenant_id == self._tenant_id, earlier
        )
        changed = mine.values(held=reason, held_at=since).returning(CouponRow.id)
        done = self._session.scalar(changed.execution_options(synchronize_session=False)) is not None
        self._session.refresh(row)
        return done

    def release(self, number: int, now: datetime) -> bool:
        """Hold it back no more; False where it was not held."""
        Periods(self._session, self._tenant_id).hold()
        mine = update(CouponRow).where(CouponRow.id == number, CouponRow.tenant_id == self._tenant_id)
        freed = mine.where(CouponRow.held != "").values(held="", held_at=None, released_at=now)
        return self._session.scalar(freed.returning(CouponRow.id)) is not None

    def _columns(self, one: Wanted, store_id: int | None, now: datetime) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant_id,
            "connection_id": store_id,
            "agent": one.agent,
            "code": one.code,
            "folded": one.folded,
            "share": _text(one.share),
            "state": "wanted",
            "made_at": now,
        }

    def _in_store(self, store_id: int) -> Select[CouponRow]:
        return self._rows().where(CouponRow.connection_id == store_id, CouponRow.state.in_(LOOKED_AT))

    def _rows(self) -> Select[CouponRow]:
        return select(CouponRow).where(CouponRow.tenant_id == self._tenant_id)


def share_of(row: CouponRow) -> Decimal | None:
    """What the settings want the code to take off."""
    return None if row.share is None else Decimal(row.share)


def _bring_up_to_date(row: CouponRow, wanted: Wanted, store_id: int | None) -> None:
    """What the settings say now; a code that stands in the store is not touched there, but called changed."""
    row.agent = wanted.agent
    if row.connection_id is None:
        row.connection_id = store_id
    before = share_of(row)
    if before == wanted.share:
        return
    row.share, row.checked_at = _text(wanted.share), None
    if row.state in ("made", "changed") and before is not None and wanted.share is not None:
        row.state, row.problem = "changed", other_share(before, wanted.share)


def _text(share: Decimal | None) -> str | None:
    return None if share is None else str(share)


def _place(effect: EffectRow) -> tuple[int | None, str]:
    return effect.connection_id, effect.resource
