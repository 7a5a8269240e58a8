"""The helpdesk's macros as last read, and what agents did with them; one tenant's at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugin.db.storable import storable
from plugin.db.tables import MacroReadingRow, MacroRow, MacroUseRow
from plugin.db.upserts import upsert
from plugin.domain.facts import Macro
from plugin.domain.macros import MacroUse

READ_EVERY = timedelta(hours=1)
LONGEST_ID = 100
LONGEST_TITLE = 500
LONGEST_TEXT = 20_000
LONGEST_LANGUAGE = 35


class Macros:
    """The macros of one tenant's accounts. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def version(self, connection_id: int) -> int:
        """Grows whenever a reading brings news, or a macro turns out to be gone; 0 before the first reading."""
        query = select(MacroReadingRow.version).where(*self._reading_of(connection_id))
        return self._session.scalar(query) or 0

    def is_due(self, connection_id: int, now: datetime) -> bool:
        """Whether it is time to read the macros (again)."""
        query = select(MacroReadingRow.read_at).where(*self._reading_of(connection_id))
        read_at = self._session.scalar(query)
        return read_at is None or now - read_at >= READ_EVERY

    def all(self, connection_id: int) -> list[Macro]:
        """The macros that the account has."""
        living = select(MacroRow).where(*self._of(connection_id), MacroRow.gone_at.is_(None))
        rows = self._session.scalars(living.order_by(MacroRow.id))
        return [Macro(row.macro_id, row.title, row.text, row.language) for row in rows]

    def keep(self, connection_id: int, macros: Sequence[Macro], now: datetime) -> None:
        """Remember what the account has now; what it has no more is no longer suggested."""
        reading = self._reading(connection_id)
        rows = self._session.scalars(select(MacroRow).where(*self._of(connection_id))).all()
        known = {row.macro_id: row for row in rows}
        found = {one.id: one for one in map(_fitting, macros) if 0 < len(one.id) <= LONGEST_ID}
        news = [self._keep_one(connection_id, known.get(one.id), one, now) for one in found.values()]
        gone = [row for row in rows if row.gone_at is None and row.macro_id not in found]
        for row in gone:
            row.gone_at = now
        reading.read_at = now
        reading.version += bool(gone or any(news))

    def not_readable(self, connection_id: int, now: datetime) -> None:
        """The account did not let us read them: what is known stays, and it is tried again when due."""
        self._reading(connection_id).read_at = now

    def gone(self, connection_id: int, macro_id: str, now: datetime) -> None:
        """The helpdesk has no such macro any more: found out when somebody clicked."""
        living = *self._of(connection_id), MacroRow.macro_id == macro_id, MacroRow.gone_at.is_(None)
        ended = update(MacroRow).where(*living).values(gone_at=now).returning(MacroRow.id)
        if self._session.scalars(ended).all():
            self._reading(connection_id).version += 1

    def still_there(self, connection_id: int, macro_ids: Iterable[str]) -> frozenset[str]:
        """Which of these the account still has: what was suggested once may be gone by now."""
        living = *self._of(connection_id), MacroRow.gone_at.is_(None), MacroRow.macro_id.in_(list(macro_ids))
        return frozenset(self._session.scalars(select(MacroRow.macro_id).where(*living)))

    def count_uses(self, connection_id: int, uses: Iterable[MacroUse]) -> None:
        """Agents answered with these macros."""
        for use in uses:
            row = upsert(self._session, MacroUseRow).values(
                tenant_id=self._tenant_id,
                connection_id=connection_id,
                code=use.code,
                macro_id=storable(use.macro, LONGEST_ID),
                count=1,
            )
            self._session.execute(
                row.on_conflict_do_update(
                    index_elements=["connection_id", "code", "macro_id"],
                    set_={"count": MacroUseRow.count + 1},
                )
            )

    def usage(self, connection_id: int, codes: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """(code, macro id) → how often agents used it there, for these codes."""
        query = select(MacroUseRow.code, MacroUseRow.macro_id, MacroUseRow.count).where(
            MacroUseRow.tenant_id == self._tenant_id,
            MacroUseRow.connection_id == connection_id,
            MacroUseRow.code.in_(list(codes)),
        )
        return {(code, macro): count for code, macro, count in self._session.execute(query)}

    def _keep_one(self, connection_id: int, row: MacroRow | None, macro: Macro, now: datetime) -> bool:
        """Bring a macro's row up to date; whether that is news."""
        if row is None:
            row = MacroRow(tenant_id=self._tenant_id, connection_id=connection_id, macro_id=macro.id)
            self._session.add(row)
        before = (row.title, row.text, row.language, row.gone_at)
        row.title, row.text, row.language, row.gone_at = macro.title, macro.text, macro.language, None
        row.seen_at = now
        return before != (macro.title, macro.text, macro.language, None)

    def _reading(self, connection_id: int) -> MacroReadingRow:
        """The row about the readings, held until the transaction ends: two readings at once come one by one."""
        new = upsert(self._session, MacroReadingRow).values(
            connection_id=connection_id, tenant_id=self._tenant_id, version=0
        )
        self._session.execute(new.on_conflict_do_nothing())
        query = select(MacroReadingRow).where(*self._reading_of(connection_id)).with_for_update()
        return self._session.scalars(query).one()

    def _reading_of(self, connection_id: int) -> tuple[Any, ...]:
        return MacroReadingRow.tenant_id == self._tenant_id, MacroReadingRow.connection_id == connection_id

    def _of(self, connection_id: int) -> tuple[Any, ...]:
        return MacroRow.tenant_id == self._tenant_id, MacroRow.connection_id == connection_id


def _fitting(macro: Macro) -> Macro:
    """The macro as it can be kept."""
    language = None if macro.language is None else storable(macro.language, LONGEST_LANGUAGE)
    title, text = storable(macro.title, LONGEST_TITLE), storable(macro.text, LONGEST_TEXT)
    return Macro(storable(macro.id), title, text, language)
