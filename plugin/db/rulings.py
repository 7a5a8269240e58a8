"""What a manager decides about an order: that an unproven code counts, or who gets the order instead.

The word is kept with the order and the order is brought to account again within seconds: the ledger gets what it lacks
then, and nothing is changed in it. Whoever decides, when and why stands in the audit log.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.inbox import Arrival, Inbox
from plugin.db.ledger_tables import CreditRow, OrderRow
from plugin.db.sidebar_tables import AgentRow
from plugin.db.storable import storable

ACCEPTED: Final = "credit_accepted"
REASSIGNED: Final = "credit_reassigned"
"""What the audit log calls it."""
SOURCE: Final = "manager"
RULED: Final = "ruled"
"""Source and topic of the hint that an order is to be brought to account again."""
LONGEST: Final = 2_000
"""Characters of a reason."""


class NotRulable(Exception):
    """There is nothing to decide; the message says why, and stands for itself."""


class Rulings:
    """What managers of one tenant decide. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def accept(self, credit_id: int, by: str, reason: str, now: datetime) -> OrderRow | None:
        """An unproven code counts after all: its order; None where there is no such credit.

        NotRulable where it is proven, or accepted already.
        """
        found = self._held(credit_id)
        if found is None:
            return None
        credit, order = found
        if credit.grade != "unproven" or not credit.code:
            raise NotRulable(
                f"this credit is {credit.grade}: only one that nothing proves can be accepted; to give it to "
                "somebody else, reassign it"
            )
        before, code = _ruling(order), credit.code.strip().casefold()
        if code in before["accepted"]:
            raise NotRulable(f"{credit.code} was accepted on {order.name} already")
        after = {**before, "accepted": sorted({*before["accepted"], code})}
        self._rule(ACCEPTED, credit, order, after, by, reason, now)
        return order

    def reassign(
        self, credit_id: int, agents: Mapping[str, int], by: str, reason: str, now: datetime
    ) -> OrderRow | None:
        """These agents get the whole order instead, by weight: the order; None where there is no such credit."""
        found = self._held(credit_id)
        if found is None:
            return None
        credit, order = found
        given = {agent.strip().casefold(): weight for agent, weight in agents.items()}
        self._rule(REASSIGNED, credit, order, {**_ruling(order), "agents": given}, by, reason, now)
        return order

    def works_here(self, email: str) -> bool:
        """Whether somebody of this address is an agent of a helpdesk, or has been given a credit before."""
        folded = email.strip().casefold()
        for table, column in ((AgentRow, AgentRow.email), (CreditRow, CreditRow.agent)):
            query = select(table.id).where(table.tenant_id == self._tenant_id, column == folded)
            if self._session.scalar(query.limit(1)) is not None:
                return True
        return False

    def _held(self, credit_id: int) -> tuple[CreditRow, OrderRow] | None:
        """The credit and its order, the order held: two managers decide one after the other."""
        query = (
            select(CreditRow, OrderRow)
            .join(OrderRow, OrderRow.id == CreditRow.order_key)
            .where(CreditRow.tenant_id == self._tenant_id, CreditRow.id == credit_id)
        )
        row = self._session.execute(query.with_for_update(of=OrderRow)).first()
        return None if row is None else (row[0], row[1])

    def _rule(
        self,
        action: str,
        credit: CreditRow,
        order: OrderRow,
        ruling: Mapping[str, Any],
        by: str,
        reason: str,
        now: datetime,
    ) -> None:
        said = storable(reason.strip(), LONGEST)
        told = {"by": by, "reason": said, "at": now.astimezone(UTC).isoformat()}
        details = {"credit": credit.id, "order": order.name, "text": said, "before": order.ruling}
        order.ruling = {**ruling, **told}
        self._session.flush()
        key = f"{action}:{credit.id}:{now.isoformat()}"
        Audit(self._session, self._tenant_id).add(
            credit.connection_id, credit.ticket_id, by, action, key, {**details, **ruling}, now
        )
        Inbox(self._session).put([_again(order, now)])


def _ruling(order: OrderRow) -> dict[str, Any]:
    """What was decided about the order so far."""
    kept = order.ruling or {}
    return {"accepted": kept.get("accepted", []), "agents": kept.get("agents", {})}


def _again(order: OrderRow, now: datetime) -> Arrival:
    return Arrival(
        tenant_id=order.tenant_id,
        connection_id=order.connection_id,
        source=SOURCE,
        topic=RULED,
        event_id=None,
        resource=f"order:{order.order_id}",
        state="pending",
        body=b"",
        headers={},
        received_at=now,
    )
