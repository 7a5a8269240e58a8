"""How often each offer of a tenant was taken and declined: what makes a margin an expected one."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.sidebar_tables import OfferAnswerRow
from plugin.db.upserts import upsert


class OfferAnswers:
    """The answers to one tenant's offers. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """Offer → how often it was taken, and how often declined."""
        query = select(OfferAnswerRow).where(OfferAnswerRow.tenant_id == self._tenant_id)
        return {row.offer: (row.taken, row.declined) for row in self._session.scalars(query)}

    def taken(self, offer: str) -> None:
        """A customer wanted it."""
        self._count(offer, taken=1)

    def declined(self, offer: str) -> None:
        """A customer did not want it."""
        self._count(offer, declined=1)

    def _count(self, offer: str, taken: int = 0, declined: int = 0) -> None:
        row = upsert(self._session, OfferAnswerRow).values(
            tenant_id=self._tenant_id, offer=offer, taken=taken, declined=declined
        )
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=["tenant_id", "offer"],
                set_={
                    "taken": OfferAnswerRow.taken + taken,
                    "declined": OfferAnswerRow.declined + declined,
                },
            )
        )
