"""Lists on pages: a filter that is one of the known words, and a link to the older rows."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.tables import ConnectionRow, DeliveryRow, EffectRow
from plugin.web.problems import Problem

PAGE = 50
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Numbered(Protocol):
    """A row with a number."""

    @property
    def id(self) -> Any:
        """Its number."""
        ...


def filter_of(name: str, known: Sequence[str]) -> str | None:
    """The filter in the address; None for none, and for a word that is no filter."""
    given = request.args.get(name)
    return given if given in known else None


def before() -> int | None:
    """The row that this page starts after."""
    given = request.args.get("before", "")
    return int(given) if _NUMBER.fullmatch(given) else None


def older(rows: Sequence[Numbered]) -> int | None:
    """Where the next page starts, of rows asked for with one more than a page."""
    return rows[PAGE - 1].id if len(rows) > PAGE else None


def number_or_missing(text: str) -> int:
    """The row number in a path."""
    if not _NUMBER.fullmatch(text):
        raise missing()
    return int(text)


def ticket_pages(session: Session, tenant_id: int) -> Callable[[DeliveryRow | EffectRow], str | None]:
    """How a delivery or an effect of this tenant finds the page of its ticket; None where it is about none."""
    mine = select(ConnectionRow.id, ConnectionRow.vendor).where(ConnectionRow.tenant_id == tenant_id)
    vendors = dict(session.execute(mine).all())

    def page(row: DeliveryRow | EffectRow) -> str | None:
        kind, _, ticket = (row.resource or "").partition(":")
        if kind != "ticket" or not ticket:
            return None
        return url_for("admin_tickets.one", helpdesk=vendors[row.connection_id], ticket=ticket)

    return page


def missing() -> Problem:
    """The refusal of a row that this tenant does not have."""
    return Problem(404, gettext("There is nothing here under this number. It may belong to another account."))
