"""Disputes of one tenant: an agent contests a credit, a manager decides, with a reason; both stand in the audit log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.ledger_tables import CreditRow, DisputeRow, OrderRow
from plugin.db.storable import storable

Verdict = Literal["upheld", "rejected"]
VERDICTS: Final[tuple[Verdict, ...]] = ("upheld", "rejected")
"""upheld: the agent is right, and a manager gives the credit to who should have it · rejected: it stays as it is."""
STATES: Final = ("open", *VERDICTS)
CONTESTED: Final = "credit_contested"
DECIDED: Final = "dispute_decided"
"""What the audit log calls it."""
LONGEST: Final = 2_000
"""Characters of a reason."""


class NoReason(ValueError):
    """Nothing was said; the message says what to write."""


class AlreadyDecided(Exception):
    """Somebody has decided it before, otherwise; the message says who, what and when."""

    def __init__(self, dispute: DisputeRow) -> None:
        at = "" if dispute.decided_at is None else f" at {dispute.decided_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(
            f"this dispute was {dispute.state} already by {dispute.decided_by}{at}: that stands; the agent may "
            "contest the credit again"
        )


class Place(NamedTuple):
    """Where a list goes on: after the dispute with this number, which is open or is not."""

    is_open: bool
    number: int


@dataclass(frozen=True, slots=True)
class Contested:
    """A dispute with the credit that it is about, and the name of its order."""

    dispute: DisputeRow
    credit: CreditRow
    order: str

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.dispute.state == "open", self.dispute.id)


class Disputes:
    """The disputes of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def contest(self, credit_id: int, by: str, reason: str, now: datetime) -> DisputeRow | None:
        """The agent contests a credit, theirs or not: the dispute; None where there is no such credit.

        While one of the same agent about it is open, that one is answered, and nothing is added. NoReason where none
        is given.
        """
        said = _said(reason, "say in a few words why the credit is wrong: the manager decides by it")
        credit = self._credit(credit_id)
        if credit is None:
            return None
        who = storable(by, 320)
        return self._open_one(credit_id, who) or self._add(credit, who, said, now)

    def decide(
        self, dispute_id: int, by: str, verdict: Verdict, decision: str, now: datetime
    ) -> DisputeRow | None:
        """A manager decides: the dispute; None where there is none. The same verdict again changes nothing.

        AlreadyDecided where it was decided otherwise, NoReason where none is given. What follows from *upheld* (the
        credit goes to somebody else) is a deed of its own.
        """
        said = _said(decision, "say in a few words why: the agent reads it")
        row = self._session.scalar(self._rows().where(DisputeRow.id == dispute_id).with_for_update())
        if row is None or row.state == verdict:
            return row
        if row.state != "open":
            raise AlreadyDecided(row)
        row.state, row.decision = verdict, said
        row.decided_by, row.decided_at = storable(by, 320), now
        self._session.flush()
        self._write_down(DECIDED, row, by, {"verdict": verdict, "text": said}, now)
        return row

    def find(self, dispute_id: int) -> DisputeRow | None:
        """One dispute."""
        return self._session.scalar(self._rows().where(DisputeRow.id == dispute_id))

    def of_credit(self, credit_id: int) -> Sequence[DisputeRow]:
        """The disputes about a credit, the newest first."""
        query = self._rows().where(DisputeRow.credit_id == credit_id)
        return self._session.scalars(query.order_by(DisputeRow.id.desc())).all()

    def contested(self, credit_ids: Collection[int]) -> frozenset[int]:
        """Which of these credits are contested, and nobody has decided yet."""
        query = select(DisputeRow.credit_id).where(
            DisputeRow.tenant_id == self._tenant_id,
            DisputeRow.state == "open",
            DisputeRow.credit_id.in_(credit_ids),
        )
        return frozenset(self._session.scalars(query))

    def latest(self, limit: int, after: Place | None = None, state: str | None = None) -> list[Contested]:
        """The open ones first, then those that were decided, the newest first of each."""
        decided = case((DisputeRow.state == "open", 0), else_=1)
        query = (
            select(DisputeRow, CreditRow, OrderRow.name)
            .join(CreditRow, CreditRow.id == DisputeRow.credit_id)
            .join(OrderRow, OrderRow.id == CreditRow.order_key)
            .where(DisputeRow.tenant_id == self._tenant_id)
        )
        if state is not None:
            query = query.where(DisputeRow.state == state)
        if after is not None:
            rank = 0 if after.is_open else 1
            query = query.where(or_(decided > rank, and_(decided == rank, DisputeRow.id < after.number)))
        rows = self._session.execute(query.order_by(decided, DisputeRow.id.desc()).limit(limit))
        return [Contested(*row) for row in rows]

    def _credit(self, credit_id: int) -> CreditRow | None:
        """The credit, held: two clicks at once are one dispute."""
        mine = select(CreditRow).where(CreditRow.tenant_id == self._tenant_id, CreditRow.id == credit_id)
        return self._session.scalar(mine.with_for_update())

    def _open_one(self, credit_id: int, by: str) -> DisputeRow | None:
        mine = self._rows().where(DisputeRow.credit_id == credit_id, DisputeRow.raised_by == by)
        return self._session.scalar(mine.where(DisputeRow.state == "open").limit(1))

    def _add(self, credit: CreditRow, by: str, reason: str, now: datetime) -> DisputeRow:
        row = DisputeRow(
            tenant_id=self._tenant_id,
            credit_id=credit.id,
            raised_by=by,
            reason=reason,
            raised_at=now,
            state="open",
        )
        self._session.add(row)
        self._session.flush()
        self._write_down(CONTESTED, row, by, {"text": reason}, now)
        return row

    def _write_down(
        self, action: str, row: DisputeRow, by: str, more: Mapping[str, Any], now: datetime
    ) -> None:
        credit = self._session.get_one(CreditRow, row.credit_id)
        about = {"dispute": row.id, "credit": credit.id, "agent": credit.agent, "ticket": credit.ticket_id}
        audit = Audit(self._session, self._tenant_id)
        audit.add(None, None, by, action, f"{action}:{row.id}", {**about, **more}, now)

    def _rows(self) -> Select[DisputeRow]:
        return select(DisputeRow).where(DisputeRow.tenant_id == self._tenant_id)


def _said(text: str, wanted: str) -> str:
    said = storable(text.strip(), LONGEST)
    if not said:
        raise NoReason(wanted)
    return said
