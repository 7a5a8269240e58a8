"""The monthly statement: an account that opens to its entries, the months before it, closing it, and its files."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.db.host_credits import HostCredits
from plugin.db.ledger_tables import LedgerRow
from plugin.db.periods import NotClosable
from plugin.db.statements import Only, Statements
from plugin.domain.ledger import KINDS
from plugin.domain.money import Money
from plugin.domain.periods import day_of, following, is_period, months_back, period_of
from plugin.domain.statement import Share
from plugin.ports import Connection
from plugin.statements import StatementBook, statement_book
from plugin.web.admin.lists import PAGE, missing
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.charts import Bar, Month, chart
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = admin_blueprint("statement")
ADMIN: Final = "admin"
FILTERS: Final = ("agent", "channel", "campaign")


@blueprint.get("/statement")
def current() -> Response:
    """The statement of the month that runs."""
    with services().database.read() as session:
        month = period_of(day_of(services().now(), book_in(session).terms.zone))
    return redirect(url_for("admin_statement.month", month=month), 303)


@blueprint.get("/statement/<month>")
def month(month: str) -> str:
    """One month: what service earned and cost, by kind and by agent."""
    _check(month)
    with services().database.read() as session:
        check_right(session)
        book, stores = book_in(session), _stores(session)
        only = _only(stores)
        document = book.document(month, only)
        ended = month < period_of(day_of(services().now(), book.terms.zone))
        return render_template(
            "statement.html",
            statement=document,
            month=month,
            before=months_back(month, 2),
            after=following(month),
            chart=_chart(book, month),
            late_for=book.late_for(month) if document["closed"] else [],
            closable=ended and not document["closed"] and only == Only(),
            stores=stores,
            only=_given(),
            done=request.args.get("done"),
        )


@blueprint.get("/statement/<month>/entries")
def entries(month: str) -> str:
    """The entries behind a figure, each with its ticket and its order."""
    _check(month)
    kind = request.args.get("kind")
    if kind is not None and kind not in KINDS:
        raise missing()
    with services().database.read() as session:
        check_right(session)
        stores = _stores(session)
        late = request.args.get("late") == "1"
        rows = Statements(session, tenant_id()).entries(
            PAGE + 1,
            _after(),
            period=None if late else month,
            kind=kind,
            belongs_to=month if late else None,
            only=_only(stores),
        )
        return render_template(
            "entries.html",
            month=month,
            kind=kind,
            late=late,
            rows=[_entry(row, _vendors(session)) for row in rows[:PAGE]],
            older=_place(rows),
            only=_given(),
        )


@blueprint.get("/statement/<month>/compare")
def compare(month: str) -> str:
    """What the helpdesk's own definition of service revenue would say, beside ours."""
    _check(month)
    with services().database.read() as session:
        check_right(session)
        book = book_in(session)
        ours = {one["agent"]: one["revenue"] for one in book.document(month)["agents"]}
        host = HostCredits(session, tenant_id()).of_month(month, book.terms.zone)
        return render_template(
            "compare.html",
            month=month,
            currency=book.terms.currency,
            ours=ours,
            host=[_hosts(one) for one in host],
        )


@blueprint.post("/statement/<month>/close")
def close(month: str) -> Response:
    """Close it, for good."""
    _check(month)
    if request.form.get("sure") != "yes":
        raise Problem(422, gettext("Nothing was closed: tick the box that says that you are sure."))
    with services().database.write() as session:
        check_right(session)
        try:
            book_in(session).close(month, ADMIN, services().now())
        except NotClosable as why:
            raise Problem(409, str(why)) from None
    return redirect(url_for("admin_statement.month", month=month, done="closed"), 303)


def book_in(session: Session) -> StatementBook:
    """The statements of whoever is signed in."""
    kept = services()
    return statement_book(session, tenant_id(), kept.views, kept.vault, kept.stores)


def _stores(session: Session) -> list[Connection]:
    known = Connections(session, services().vault).of_tenant(tenant_id())
    return [one for one in known if one.vendor in services().stores]


def _vendors(session: Session) -> Mapping[int, str]:
    known = Connections(session, services().vault).of_tenant(tenant_id())
    return {one.id: one.vendor for one in known}


def _check(month: str) -> None:
    if not is_period(month):
        raise missing()


def check_right(session: Session) -> None:
    """Amounts are for those whom the settings name; whoever is signed in here is an admin."""
    if ADMIN not in services().views.of(session, tenant_id()).settings.amounts_visible_to:
        raise Problem(
            403, gettext("Amounts are hidden here: the settings leave admins out of `amounts_visible_to`.")
        )


def _given() -> dict[str, str]:
    """The filters in the address."""
    names = (*FILTERS, "store")
    return {name: request.args[name][:320] for name in names if request.args.get(name)}


def _only(stores: Sequence[Connection]) -> Only:
    given = _given()
    store = next((one.id for one in stores if one.account == given.get("store")), None)
    if given.get("store") and store is None:
        raise missing()
    return Only(given.get("agent"), given.get("campaign"), given.get("channel"), store)


def _after() -> tuple[str, int] | None:
    """Where the list of entries goes on."""
    period, _, number = request.args.get("after", "").partition(":")
    return (period, int(number)) if is_period(period) and number.isascii() and number.isdigit() else None


def _place(rows: Sequence[LedgerRow]) -> str | None:
    return f"{rows[PAGE - 1].period}:{rows[PAGE - 1].id}" if len(rows) > PAGE else None


def _entry(row: LedgerRow, vendors: Mapping[int, str]) -> dict[str, Any]:
    vendor = vendors.get(row.connection_id or 0)
    page = None
    if vendor is not None and row.ticket_id is not None:
        page = url_for("admin_tickets.one", helpdesk=vendor, ticket=row.ticket_id)
    return {
        "id": row.id,
        "kind": row.kind,
        "amount": {"amount": Money(row.amount, row.currency).text(digits), "currency": row.currency},
        "occurred_on": row.occurred_on,
        "period": row.period,
        "belongs_to": row.belongs_to,
        "agent": row.agent,
        "ticket": row.ticket_id,
        "page": page,
        "order": row.order_name,
        "note": row.note,
        "source": row.source,
    }


def _hosts(one: Any) -> dict[str, Any]:
    text = Money(one.net, one.currency).text(digits)
    return {"agent": one.agent, "orders": one.orders, "net": {"amount": text, "currency": one.currency}}


def _chart(book: StatementBook, month: str) -> Any:
    """The last thirteen months as a picture; each leads to its month."""
    shown = [_month(one, share, book.terms.currency, month) for one, share in book.chart(services().now())]
    return chart(shown, gettext("Revenue, costs and result by month"))


def _month(month: str, share: Share, currency: str, here: str) -> Month:
    spent = -(share.cogs + share.costs)
    amounts = {"earned": share.revenue + share.recovery, "spent": spent, "left": share.profit}
    bars = [Bar(name, minor, Money(minor, currency).text(digits)) for name, minor in amounts.items()]
    return Month(month, bars, currency, url_for("admin_statement.month", month=month), here == month)
