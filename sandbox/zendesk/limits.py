"""The vendor's limits, as an Enterprise account has them."""

from dataclasses import dataclass, field, fields
from datetime import datetime

from sandbox.limits import Window
from sandbox.zendesk.errors import too_many

ACCOUNT = "account"


@dataclass
class Limits:
    """All calls of the account, its ticket updates, updates of one ticket by one user, and exports."""

    calls: Window = field(default_factory=lambda: Window(700, 60))
    updates: Window = field(default_factory=lambda: Window(100, 60))
    ticket_updates: Window = field(default_factory=lambda: Window(30, 600))
    exports: Window = field(default_factory=lambda: Window(10, 60))

    def call(self, now: datetime) -> None:
        """Count one call, or refuse it."""
        self._take(self.calls, ACCOUNT, now, "Number of allowed API requests per minute exceeded")

    def update(self, user_id: int, ticket_id: int, now: datetime) -> None:
        """Count one update of a ticket, or refuse it."""
        text = "Too many updates of this ticket by this user"
        self._take(self.ticket_updates, (user_id, ticket_id), now, text)
        self._take(self.updates, ACCOUNT, now, "Number of allowed ticket updates per minute exceeded")

    def edit(self, now: datetime) -> None:
        """Count an agent's edit in the pages: it uses up the account's updates, and is never refused."""
        self.updates.note(ACCOUNT, now)

    def export(self, now: datetime) -> None:
        """Count one page of an incremental export, or refuse it."""
        self._take(self.exports, ACCOUNT, now, "Number of allowed incremental export API requests exceeded")

    def headers(self, now: datetime) -> dict[str, str]:
        """What every answer says about the account's budget."""
        if not self.calls.number:
            return {}
        left = self.calls.left(ACCOUNT, now)
        return {"X-Rate-Limit": str(self.calls.number), "X-Rate-Limit-Remaining": str(left)}

    def change(self, name: str, number: int, seconds: float | None = None) -> None:
        """Another limit from now on; 0 lifts it. KeyError for a name that there is none of."""
        if name not in {one.name for one in fields(self)}:
            raise KeyError(name)
        window: Window = getattr(self, name)
        window.change(number, seconds)

    def _take(self, window: Window, key: object, now: datetime, text: str) -> None:
        wait = window.take(key, now)
        if wait:
            raise too_many(wait, text)
