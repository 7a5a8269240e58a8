"""What people said texts are about: the lessons of one tenant, found again by what is new since."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from plugin.db.tables import CorrectionRow, TenantRow
from plugin.db.upserts import upsert
from plugin.domain.learning import Correction, Gist
from plugin.domain.memory import Lesson

MOST_KEPT = 20_000
"""Lessons kept of a tenant, the newest; each is one text of one code."""
TAKEN_BACK_FOR = timedelta(days=1)
"""How long a lesson that is taken back keeps its row, for the processes that still know it."""
_AT_ONCE = 500
_CHANGED = ("words", "revision", "made_at", "made_by", "ticket_key")
_NEWEST = (CorrectionRow.revision.desc(), CorrectionRow.id.desc())
_OLDEST = (CorrectionRow.revision, CorrectionRow.id)


class Corrections:
    """The corrections of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def revision(self) -> int:
        """The number of the latest change; 0 where nothing was ever learnt."""
        latest = select(func.max(CorrectionRow.revision)).where(CorrectionRow.tenant_id == self._tenant_id)
        return self._session.scalar(latest) or 0

    def newest(self, limit: int = MOST_KEPT) -> list[Lesson]:
        """The lessons in force that changed last, oldest change first."""
        rows = self._lessons().where(CorrectionRow.count > 0).order_by(*_NEWEST).limit(limit)
        return [_lesson(row) for row in reversed(self._session.execute(rows).all())]

    def after(self, revision: int) -> list[Lesson]:
        """The lessons that changed since, those taken back (count 0) among them; oldest change first."""
        rows = self._lessons().where(CorrectionRow.revision > revision)
        return [_lesson(row) for row in self._session.execute(rows.order_by(*_OLDEST))]

    def add(
        self, corrections: Iterable[Correction], now: datetime, made_by: str, ticket_key: int | None = None
    ) -> None:
        """Learn these; what a person had said about the same ticket before counts no more."""
        taught = list(corrections)
        if not taught:
            return
        revision = self._next_revision()
        if ticket_key is not None:
            self._take_back(ticket_key, {one.instead_of for one in taught}, revision)
        same = {"made_at": now, "made_by": made_by, "ticket_key": ticket_key}
        rows = [
            {"digest": gist.digest, "words": list(gist.words), "code": code, "count": times, **same}
            for (gist, code), times in _counted(taught).items()
        ]
        for number, start in enumerate(range(0, len(rows), _AT_ONCE)):
            self._put(rows[start : start + _AT_ONCE], revision + number)

    def forget(self, ticket_keys: Iterable[int], now: datetime) -> int:
        """Forget what was learnt from these tickets, words and all (a customer is erased); how many lessons."""
        theirs = CorrectionRow.tenant_id == self._tenant_id, CorrectionRow.ticket_key.in_(list(ticket_keys))
        nothing = {"count": 0, "words": [], "made_at": now, "revision": self._next_revision()}
        gone = update(CorrectionRow).where(*theirs).values(**nothing).returning(CorrectionRow.id)
        return len(self._session.scalars(gone).all())

    def trim(self, now: datetime, keep: int = MOST_KEPT) -> int:
        """Drop what was taken back long enough ago, and all but the newest lessons; how many.

        The latest change stays whatever it is: its number must not be given out again.
        """
        mine = CorrectionRow.tenant_id == self._tenant_id
        newest_first = select(CorrectionRow.id).where(mine).order_by(*_NEWEST)
        surplus = CorrectionRow.id.in_(newest_first.offset(keep))
        old = and_(CorrectionRow.count == 0, CorrectionRow.made_at < now - TAKEN_BACK_FOR)
        unwanted = and_(or_(surplus, old), CorrectionRow.revision < self.revision())
        gone = delete(CorrectionRow).where(mine, unwanted).returning(CorrectionRow.id)
        return len(self._session.scalars(gone).all())

    def _put(self, rows: list[dict[str, Any]], revision: int) -> None:
        same = {"tenant_id": self._tenant_id, "revision": revision}
        new = upsert(self._session, CorrectionRow).values([{**row, **same} for row in rows])
        changed = {name: new.excluded[name] for name in _CHANGED}
        self._session.execute(
            new.on_conflict_do_update(
                index_elements=["tenant_id", "digest", "code"],
                set_={**changed, "count": CorrectionRow.count + new.excluded.count},
            )
        )

    def _take_back(self, ticket_key: int, codes: Iterable[str | None], revision: int) -> None:
        theirs = CorrectionRow.tenant_id == self._tenant_id, CorrectionRow.ticket_key == ticket_key
        said = CorrectionRow.code.in_([code for code in codes if code]), CorrectionRow.count > 0
        less = {"count": CorrectionRow.count - 1, "revision": revision}
        self._session.execute(update(CorrectionRow).where(*theirs, *said).values(**less))

    def _next_revision(self) -> int:
        """The number of this change. Changes of one tenant come one by one, so that none hides behind another."""
        mine = select(TenantRow.id).where(TenantRow.id == self._tenant_id)
        self._session.scalars(mine.with_for_update(key_share=True)).one()
        return self.revision() + 1

    def _lessons(self) -> Select[Any]:
        columns = (CorrectionRow.digest, CorrectionRow.words, CorrectionRow.code, CorrectionRow.count)
        mine = CorrectionRow.tenant_id == self._tenant_id
        return select(*columns, CorrectionRow.revision).where(mine)


def _counted(corrections: Iterable[Correction]) -> dict[tuple[Gist, str], int]:
    """The same said several times is one lesson; taking back alone is none."""
    counted: dict[tuple[Gist, str], int] = {}
    for one in corrections:
        if one.code is not None:
            counted[one.gist, one.code] = counted.get((one.gist, one.code), 0) + one.times
    return counted


def _lesson(row: Any) -> Lesson:
    digest, words, code, count, revision = row
    return Lesson(Gist(digest, tuple(words)), code, count, revision)
