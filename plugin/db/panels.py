"""What a panel shows, in one read: the ticket, its customer, who is looking, and the settings in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from plugin.db.customer_tables import CustomerRow
from plugin.db.panel_money import CREDITED
from plugin.db.sidebar_tables import AgentRow
from plugin.db.tables import ConnectionRow, DeliveryRow, EffectRow, MacroRow, TicketRow

SLOT = "reason_code"


# What every panel asks is built once: building it anew costs several times what the database takes to answer.
OPEN: Final = (
    select(TicketRow, CustomerRow, AgentRow, CREDITED)
    .outerjoin(CustomerRow, and_(CustomerRow.id == TicketRow.customer_id, CustomerRow.gone_at.is_(None)))
    .outerjoin(
        AgentRow,
        and_(
            AgentRow.connection_id == TicketRow.connection_id,
            AgentRow.agent_id == bindparam("agent"),
            AgentRow.gone_at.is_(None),
        ),
    )
    .where(
        TicketRow.tenant_id == bindparam("tenant"),
        TicketRow.connection_id == bindparam("connection"),
        TicketRow.ticket_id == bindparam("ticket"),
    )
)
OPEN_LOCKED: Final = OPEN.with_for_update(of=TicketRow)
ACCOUNTS: Final = select(
    ConnectionRow.id,
    ConnectionRow.vendor,
    ConnectionRow.account,
    ConnectionRow.trouble,
    ConnectionRow.paused_until,
    ConnectionRow.options,
).where(ConnectionRow.tenant_id == bindparam("tenant"))
MACRO_TEXTS: Final = select(MacroRow.macro_id, MacroRow.text).where(
    MacroRow.tenant_id == bindparam("tenant"),
    MacroRow.connection_id == bindparam("connection"),
    MacroRow.macro_id.in_(bindparam("macros", expanding=True)),
    MacroRow.gone_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class PanelRow:
    """The rows of a panel; `customer` is None where nobody is known, `agent` where nobody of that id is.

    `credited` says whether there are credits to tell of beside it.
    """

    ticket: TicketRow
    customer: CustomerRow | None
    agent: AgentRow | None
    credited: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A vendor account as far as a panel tells of it; `trouble` is what the admin must mend."""

    id: int
    vendor: str
    account: str
    trouble: str | None
    paused_until: datetime | None
    options: Mapping[str, Any]


class Panels:
    """The panels of one tenant. Each method is one indexed read."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def open(
        self, connection_id: int, ticket_id: str, agent_id: str | None, lock: bool = False
    ) -> PanelRow | None:
        """The rows of this ticket, its own one to be changed with `lock`; None where it is not known."""
        whose = {"tenant": self._tenant_id, "connection": connection_id}
        wanted = {**whose, "ticket": ticket_id, "agent": agent_id}
        found = self._session.execute(OPEN_LOCKED if lock else OPEN, wanted).first()
        return None if found is None else PanelRow(*found)

    def accounts(self) -> list[Account]:
        """The tenant's vendor accounts."""
        return [Account(*row) for row in self._session.execute(ACCOUNTS, {"tenant": self._tenant_id})]

    def macro_texts(self, connection_id: int, macro_ids: Iterable[str]) -> Mapping[str, str]:
        """What these macros would write, by their id; those that the helpdesk has no more are left out."""
        ids = list(macro_ids)
        if not ids:
            return {}
        wanted = {"tenant": self._tenant_id, "connection": connection_id, "macros": ids}
        return {row.macro_id: row.text for row in self._session.execute(MACRO_TEXTS, wanted)}

    def effects(self, numbers: Sequence[int]) -> Mapping[int, EffectRow]:
        """What became of these effects."""
        if not numbers:
            return {}
        mine = EffectRow.tenant_id == self._tenant_id, EffectRow.id.in_(numbers)
        return {row.id: row for row in self._session.scalars(select(EffectRow).where(*mine))}

    def last_reason_effect(self, connection_id: int, resource: str) -> EffectRow | None:
        """The newest write of a ticket's reason code."""
        query = select(EffectRow).where(
            EffectRow.tenant_id == self._tenant_id,
            EffectRow.connection_id == connection_id,
            EffectRow.resource == resource,
            EffectRow.slot == SLOT,
        )
        return self._session.scalar(query.order_by(EffectRow.id.desc()).limit(1))

    def last_question(self, connection_id: int, resource: str, since: datetime) -> Any:
        """The newest delivery by which the sidebar asked for this object, since an instant: (state, error); or None."""
        query = select(DeliveryRow.state, DeliveryRow.error).where(
            DeliveryRow.tenant_id == self._tenant_id,
            DeliveryRow.connection_id == connection_id,
            DeliveryRow.resource == resource,
            DeliveryRow.source == "sidebar",
            DeliveryRow.received_at > since,
        )
        return self._session.execute(query.order_by(DeliveryRow.id.desc()).limit(1)).first()
