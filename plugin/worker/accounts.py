"""The clock's hints about one vendor account: the sweep for missed changes, its macros, and retention."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from plugin.context import AccountContext
from plugin.db.connections import Connections
from plugin.db.corrections import Corrections
from plugin.db.inbox import Arrival, Claim, Inbox
from plugin.db.macros import Macros
from plugin.db.retention import forget_bodies, forget_budgets
from plugin.db.tickets import Tickets
from plugin.domain.effects import ticket_resource
from plugin.domain.events import DayStarted, SweepDue
from plugin.macro_books import read_macros
from plugin.ports import Changed, Connection, TemporaryError
from plugin.worker.shop import KEEP_BODIES, ClaimLost, Shop

MOST_PAGES = 20
"""Pages of one sweep; what is left waits for the next one, from where this one stopped."""

log = structlog.get_logger(__name__)


def work_account(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Each topic among the hints is worked once, however many ticks have piled up."""
    context = AccountContext(shop.now(), Chores(shop, connection), KEEP_BODIES)
    for topic in sorted({hint.topic for hint in claim.hints}):
        event = EVENTS[topic](context.now)
        shop.routes[type(event)](event, context)
    with shop.database.write() as session:
        if not Inbox(session).finish(claim, [hint.delivery_id for hint in claim.hints], shop.now()):
            raise ClaimLost


EVENTS: dict[str, type[SweepDue] | type[DayStarted]] = {"sweep_due": SweepDue, "day_started": DayStarted}


@dataclass(frozen=True)
class Chores:
    """The chores of one vendor account."""

    shop: Shop
    connection: Connection

    def forget_old_bodies(self, before: datetime) -> int:
        """Drop the raw bodies of deliveries worked before this instant; how many."""
        with self.shop.database.write() as session:
            gone = forget_bodies(session, self.connection.tenant_id, self.connection.id, before)
            forget_budgets(session, self.connection.id, before)
        log.info("raw bodies forgotten", count=gone)
        return gone

    def sweep(self) -> int:
        """Put a hint for every ticket that changed and that no webhook told us about; how many."""
        helpdesk = self.shop.helpdesks[self.connection.vendor]
        api = self.shop.open_api(self.connection)
        found = 0
        for _ in range(MOST_PAGES):
            with self.shop.database.read() as session:
                cursor, since = Connections(session, self.shop.vault).sweep_position(self.connection.id)
            page = helpdesk.changed(api, cursor, since)
            found += self._hint(page)
            if not page.more:
                break
        return found

    def refresh_macros(self) -> bool:
        """Read the macros where that is due; an account that does not let us keeps what is known of it."""
        with self.shop.database.read() as session:
            macros = Macros(session, self.connection.tenant_id)
            if not macros.is_due(self.connection.id, self.shop.now()):
                return False
        problem = self._read_macros()
        if problem is not None:
            log.warning("macros not read", why=problem)
        return problem is None

    def forget_old_lessons(self) -> int:
        """Drop corrections that were taken back, and the oldest where there are too many; how many."""
        with self.shop.database.write() as session:
            return Corrections(session, self.connection.tenant_id).trim(self.shop.now())

    def _read_macros(self) -> str | None:
        """What kept us from it, if anything; the next sweep tries again, unless the vendor wants a rest."""
        helpdesk = self.shop.helpdesks[self.connection.vendor]
        try:
            return read_macros(
                self.shop.database, helpdesk, self.shop.open_api(self.connection), self.shop.now()
            )
        except TemporaryError as error:
            if error.whole_account:
                raise
            return str(error)

    def _hint(self, page: Changed) -> int:
        now = self.shop.now()
        with self.shop.database.write() as session:
            news = [
                self._arrival(ticket_id, updated_at, now)
                for ticket_id, updated_at in page.tickets
                if not self._is_known(session, ticket_id, updated_at)
            ]
            put = [receipt for receipt in Inbox(session).put(news) if not receipt.duplicate]
            Connections(session, self.shop.vault).swept(self.connection.id, page.cursor, now)
        return len(put)

    def _arrival(self, ticket_id: str, updated_at: datetime, now: datetime) -> Arrival:
        return Arrival(
            tenant_id=self.connection.tenant_id,
            connection_id=self.connection.id,
            source="sweep",
            topic="changed",
            event_id=f"sweep:{ticket_id}:{updated_at.isoformat()}",
            resource=ticket_resource(ticket_id),
            state="pending",
            body=b"",
            headers={},
            received_at=now,
        )

    def _is_known(self, session: Session, ticket_id: str, updated_at: datetime) -> bool:
        record = Tickets(session, self.connection.tenant_id).record(self.connection.id, ticket_id)
        return record.snapshot is not None and record.snapshot.updated_at >= updated_at
