"""The helpdesk's macros in memory: read from the account now and then, compiled once for each reading with news."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from sqlalchemy.orm import Session

from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.domain.macro_text import MacroBook
from plugin.ports import Api, Helpdesk, PermanentError

MOST_KEPT = 200
"""Accounts whose compiled macros are kept in a process; a fleet with more compiles some again."""


class MacroBooks:
    """Compiled macros by account; safe to share between threads."""

    def __init__(self) -> None:
        self._books: OrderedDict[int, tuple[int, MacroBook]] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, tenant_id: int, connection_id: int) -> MacroBook:
        """The macros that this account has, as far as this session sees."""
        macros = Macros(session, tenant_id)
        version = macros.version(connection_id)
        with self._lock:
            known = self._books.get(connection_id)
        if known is not None and known[0] == version:
            return known[1]
        return self._keep(connection_id, version, MacroBook(macros.all(connection_id)))

    def _keep(self, connection_id: int, version: int, book: MacroBook) -> MacroBook:
        with self._lock:
            self._books[connection_id] = (version, book)
            self._books.move_to_end(connection_id)
            if len(self._books) > MOST_KEPT:
                self._books.popitem(last=False)
        return book


def read_macros(database: Database, helpdesk: Helpdesk, api: Api, now: datetime) -> str | None:
    """Read the account's macros and keep them; what the vendor said where it does not let us.

    The call is made outside any transaction. TemporaryError where it is worth trying again sooner than in an hour.
    """
    connection = api.connection
    try:
        found = helpdesk.macros(api)
    except PermanentError as error:
        with database.write() as session:
            Macros(session, connection.tenant_id).not_readable(connection.id, now)
        return str(error)
    with database.write() as session:
        Macros(session, connection.tenant_id).keep(connection.id, found, now)
    return None
