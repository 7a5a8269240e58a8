"""What came in, for people: list, show and replay the deliveries of one tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from plugin.db.inbox import Inbox
from plugin.db.storable import storable
from plugin.db.tables import DeliveryRow
from plugin.ports import Hint, Unreadable, Vendor

STATES = ("pending", "worked", "unreadable", "dead")
LONGEST_RESOURCE = 200
FORGOTTEN = "the raw body of this delivery is no longer kept, and it had pointed to nothing: there is nothing to replay"


class NotReplayable(Exception):
    """This delivery cannot be worked again; the message says why, and stands for itself."""


class Deliveries:
    """The deliveries of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def list(
        self,
        *,
        state: str | None = None,
        source: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[DeliveryRow]:
        """The newest deliveries, of one state and source where given, older than delivery `before`."""
        query = self._rows()
        if state is not None:
            query = query.where(DeliveryRow.state == state)
        if source is not None:
            query = query.where(DeliveryRow.source == source)
        if before is not None:
            query = query.where(DeliveryRow.id < before)
        return self._session.scalars(query.order_by(DeliveryRow.id.desc()).limit(limit)).all()

    def show(self, delivery_id: int) -> DeliveryRow | None:
        """One delivery; None where this tenant has none of that number."""
        return self._session.scalar(self._rows().where(DeliveryRow.id == delivery_id))

    def of_resource(self, connection_id: int, resource: str, limit: int = 50) -> Sequence[DeliveryRow]:
        """The newest deliveries that pointed to this object."""
        same = DeliveryRow.connection_id == connection_id, DeliveryRow.resource == resource
        return self._session.scalars(
            self._rows().where(*same).order_by(DeliveryRow.id.desc()).limit(limit)
        ).all()

    def last_at(self, connection_id: int, source: str) -> datetime | None:
        """When the newest delivery of this source came in on a connection."""
        same = DeliveryRow.connection_id == connection_id, DeliveryRow.source == source
        newest = select(DeliveryRow.received_at).where(DeliveryRow.tenant_id == self._tenant_id, *same)
        return self._session.scalar(newest.order_by(DeliveryRow.id.desc()).limit(1))

    def replay(self, delivery_id: int, vendors: Mapping[str, Vendor], now: datetime) -> DeliveryRow | None:
        """Read the delivery again with today's code and queue what it points to; None where there is none.

        Safe to repeat: one that is pending already stays as it is. Ours (sweep, clock) have no vendor to read
        them and go by the object they name. NotReplayable when there is nothing to go by.
        """
        row = self._session.scalar(self._rows().where(DeliveryRow.id == delivery_id).with_for_update())
        if row is None or row.state == "pending":
            return row
        vendor = vendors.get(row.source)
        if vendor is not None and row.body is not None:
            self._read_again(row, row.body, vendor, now)
        elif row.resource is not None:
            self._queue(row, row.resource, now)
        else:
            raise NotReplayable(FORGOTTEN)
        self._session.flush()
        return row

    def _read_again(self, row: DeliveryRow, body: bytes, vendor: Vendor, now: datetime) -> None:
        try:
            hint = read_hint(vendor, row.headers, body)
        except Unreadable as problem:
            row.state, row.error, row.worked_at = "unreadable", storable(str(problem)), None
            return
        row.topic = hint.topic or row.topic
        if hint.resource is None:
            row.state, row.error, row.worked_at = "worked", None, now
            return
        self._queue(row, hint.resource, now)

    def _queue(self, row: DeliveryRow, resource: str, now: datetime) -> None:
        row.resource = resource
        row.state, row.error, row.worked_at, row.blocked = "pending", None, None, False
        Inbox(self._session).make_due(row.tenant_id, row.connection_id, resource, now)

    def _rows(self) -> Select[DeliveryRow]:
        return select(DeliveryRow).where(DeliveryRow.tenant_id == self._tenant_id)


def read_hint(vendor: Vendor, headers: Mapping[str, str], body: bytes) -> Hint:
    """What the vendor's code reads in a delivery, its texts storable; Unreadable where an object's name is none."""
    hint = vendor.parse(headers, body)
    if hint.resource is not None and storable(hint.resource, LONGEST_RESOURCE) != hint.resource:
        raise Unreadable("", "it names an object whose name is too long or holds no text")
    return Hint(storable(hint.topic, 200), hint.resource, hint.event_id)
