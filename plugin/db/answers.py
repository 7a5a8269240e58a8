"""Answers to writes of the JSON API, kept under their Idempotency-Key: the repeat gets the first one's answer."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plugin.db.tables import AnswerRow

LONGEST_KEY = 200


class OtherRequest(Exception):
    """The key was used for another request before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer; `again` is true when it was given before."""

    status: int
    body: Mapping[str, Any]
    again: bool = False


class Answers:
    """The kept answers of one tenant."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def once(self, key: str, request: str, now: datetime, work: Callable[[], Answer]) -> Answer:
        """Do the work and keep its answer, or give the kept one. What the work raises keeps nothing.

        The row is made before the work, in the same transaction: a second request with this key that comes at
        the same moment waits for the first one's end. `request` is a digest (`request_digest`).
        """
        new = self._reserve(key, request, now)
        if new is None:
            return self._kept(key, request)
        answer = work()
        given = {"status": answer.status, "body": dict(answer.body)}
        self._session.execute(update(AnswerRow).where(AnswerRow.id == new).values(**given))
        return answer

    def _reserve(self, key: str, request: str, now: datetime) -> int | None:
        lite = self._session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if lite else postgresql.insert
        row = insert(AnswerRow).values(
            tenant_id=self._tenant_id, key=key, request=request, status=0, body={}, created_at=now
        )
        return self._session.scalar(row.on_conflict_do_nothing().returning(AnswerRow.id))

    def _kept(self, key: str, request: str) -> Answer:
        mine = AnswerRow.tenant_id == self._tenant_id, AnswerRow.key == key
        row = self._session.scalars(select(AnswerRow).where(*mine)).one()
        if row.request != request:
            raise OtherRequest
        return Answer(row.status, row.body, again=True)


def request_digest(*parts: str | bytes) -> str:
    """What makes two requests the same, as one short text."""
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big") + raw)
    return whole.hexdigest()
