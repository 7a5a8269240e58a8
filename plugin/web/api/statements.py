"""/api/v1/statements: what service earned and cost in a month, and closing it."""

from typing import Any, Final

from flask import Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from plugin.db.answers import Answer
from plugin.db.connections import Connections
from plugin.db.periods import NotClosable
from plugin.db.statements import Only
from plugin.domain.periods import is_period
from plugin.statements import StatementBook, statement_book
from plugin.web.api.auth import api_blueprint, caller, tenant_id
from plugin.web.api.paging import ListQuery, list_query
from plugin.web.api.writing import write
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = api_blueprint("statements")
NO_MONTH = "{month} is no month: write year and month, as 2026-11"
NO_STORE = "is no store of this account: write its number or its name, as the connections name it"


def text_filter(longest: int) -> fields.String:
    """A filter by a text that stands in the rows."""
    error = f"must be 1 to {longest} characters"
    return fields.String(validate=validate.Regexp(rf"[^\x00]{{1,{longest}}}\Z", error=error))


class StatementQuery(Schema):
    """What a statement is narrowed to."""

    class Meta:
        """A misspelt filter would silently tell of everything."""

        unknown = ListQuery.Meta.unknown

    error_messages = ListQuery.error_messages
    agent = text_filter(320)
    campaign = text_filter(200)
    channel = text_filter(50)
    store = text_filter(200)


FILTERS: Final = ("agent", "campaign", "channel", "store")


@blueprint.get("/statements/<month>")
def one_statement(month: str) -> Response:
    """The statement of a month; a closed month's as it was when it was closed."""
    query = list_query(StatementQuery)
    with services().database.read() as session:
        return jsonify(book_of(session).document(the_month(month), only_of(session, query)))


@blueprint.get("/statements/<month>/late")
def came_late(month: str) -> Response:
    """What came too late for a closed month, by the month that it was posted to instead."""
    with services().database.read() as session:
        return jsonify({"month": month, "late": book_of(session).late_for(the_month(month))})


@blueprint.post("/statements/<month>/close")
def close(month: str) -> Response:
    """Close a month that has ended, for good: its statement stands from now on as it is."""
    return write(lambda session: _close(session, the_month(month)))


def _close(session: Session, month: str) -> Answer:
    try:
        return Answer(200, book_of(session).close(month, caller(), services().now()))
    except NotClosable as error:
        raise Problem(409, str(error)) from None


def book_of(session: Session) -> StatementBook:
    """The statements of the caller's tenant."""
    used = services()
    return statement_book(session, tenant_id(), used.views, used.vault, used.stores)


def the_month(text: str) -> str:
    """The month in a path; a Problem for what is none."""
    if not is_period(text):
        raise Problem(404, NO_MONTH.format(month=repr(text[:20])))
    return text


def only_of(session: Session, query: dict[str, Any]) -> Only:
    """What these parameters narrow to; a Problem for a store that this tenant does not have."""
    agent, store = query.get("agent"), query.get("store")
    return Only(
        agent=None if agent is None else agent.strip().casefold(),
        campaign=query.get("campaign"),
        channel=query.get("channel"),
        store=None if store is None else _store(session, store),
    )


def _store(session: Session, named: str) -> int:
    """The number of a store that is named by its number or its account."""
    for one in Connections(session, services().vault).of_tenant(tenant_id()):
        if one.vendor in services().stores and named in (str(one.id), one.account):
            return one.id
    raise Problem(400, f"store: {NO_STORE}", members={"errors": [{"path": "store", "message": NO_STORE}]})
