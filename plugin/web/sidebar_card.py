"""The card that a helpdesk fetches by itself: flat JSON, from stored rows alone; no vendor is called for it.

Contract §3: the header that our integration registered proves who asks, and nothing is told without it.
"""

import re
from collections.abc import Callable, Mapping

import structlog
from babel.numbers import format_currency
from flask import Blueprint, Response, g, jsonify, request
from flask_babel import get_locale, gettext
from requests.structures import CaseInsensitiveDict
from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.domain.customer_keys import email_key
from plugin.domain.facts import Customer, LastOrder, Person, Record
from plugin.domain.money import Money
from plugin.known_customers import playbook_for, who_is
from plugin.ports import Connection, Forged
from plugin.sidebar import CreditShown, SidebarFacts, SidebarView, sidebar_view
from plugin.tenant_view import TenantView
from plugin.web.api.schemas import instant
from plugin.web.credit_words import grade_name
from plugin.web.language import exact, number
from plugin.web.problems import Problem
from plugin.web.saying import say_macro
from plugin.web.services import services
from plugin.web.sidebar.case import open_case
from plugin.web.sidebar.looker import Looker
from plugin.web.sidebar.panel import is_ticket_id
from plugin.web.sidebar.rows import facts_of

_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
UNKNOWN = "no connection has this address: run `marginalia connect` again, it registers the right one"

blueprint = Blueprint("sidebar_card", __name__)
log = structlog.get_logger(__name__)


@blueprint.get("/sidebar/<helpdesk>/<key>")
def card(helpdesk: str, key: str) -> Response:
    """What is known of a ticket (`?ticket_id=`) and its customer (`?email=`); `{}` when that is nothing."""
    connection = _proven(helpdesk, key)
    with services().database.read() as session:
        view = services().views.of(session, connection.tenant_id)
        g.tenant_locale, g.tenant_zone = view.settings.locale, view.settings.timezone
        g.native_digits = view.settings.native_digits
        shown = _view(session, connection, view)
    if shown is None:
        return jsonify({})
    rows = flat(shown, lambda code: view.tree.path(code, view.settings.locale) if code in view.tree else code)
    return jsonify(rows | _panel_row(helpdesk))


def _panel_row(helpdesk: str) -> dict[str, str]:
    """Where the whole panel is; the address holds ids only."""
    ticket_id = request.args.get("ticket_id", "").strip()
    if not is_ticket_id(ticket_id):
        return {}
    return {"panel_url": f"{services().config.public_url}/panel/{helpdesk}/{ticket_id}"}


def flat(view: SidebarView, name_of: Callable[[str], str]) -> dict[str, str]:
    """The view as rows of one text each, in the tenant's language; what is not known has no row.

    `as_of` is for programs (RFC 3339), `as_of_text` and `tier_text` for people; `macros` are short, for a card that
    cuts long rows.
    """
    no_bots = str(gettext("Only a person may answer")) if view.no_bots else None
    rows = {
        "reason": _reason(view, name_of),
        "reason_code": view.reason,
        "tier": view.tier,
        "no_bots": no_bots,
        "tier_text": " · ".join(part for part in (view.tier, no_bots) if part),
        **_customer_rows(view),
        "macros": " · ".join(one.title for one in view.macros) or None,
        "macros_why": "\n".join(f"{one.title}: {say_macro(one.why).striptags()}" for one in view.macros)
        or None,
        "offer": ", ".join(view.offers) or None,
        "credits": "\n".join(map(_credit, view.credits)) or None,
        "as_of": instant(view.as_of) if view.as_of else None,
        "as_of_text": exact(view.as_of) if view.as_of else None,
    }
    return {name: text for name, text in rows.items() if text}


def connection_of(helpdesk: str, key: str) -> Connection:
    """The connection of this address; a Problem where it is nobody's."""
    if helpdesk not in services().helpdesks or not _KEY.fullmatch(key):
        raise Problem(404, UNKNOWN)
    with services().database.read() as session:
        connection = Connections(session, services().vault).by_hook_key(helpdesk, key)
    if connection is None:
        raise Problem(404, UNKNOWN)
    return connection


def _proven(helpdesk: str, key: str) -> Connection:
    """The connection of this address, once the call has shown its secret."""
    connection = connection_of(helpdesk, key)
    try:
        headers = CaseInsensitiveDict(request.headers.items())
        services().helpdesks[helpdesk].verify(
            connection, headers, b"", services().now(), services().config.hook_max_age
        )
    except Forged as reason:
        log.warning("card refused", tenant=connection.tenant, why=str(reason))
        raise Problem(401, str(reason), headers={"WWW-Authenticate": "Signature"}) from None
    return connection


def _view(session: Session, connection: Connection, tenant: TenantView) -> SidebarView | None:
    """The view of the ticket that is asked about; without a ticket, of whoever has the address."""
    ticket_id = request.args.get("ticket_id", "").strip()
    if is_ticket_id(ticket_id):
        case = open_case(session, Looker(connection.tenant_id, connection.id, None), ticket_id)
        if case is not None:
            return sidebar_view(facts_of(session, case))
    key = email_key(request.args.get("email"))
    found = who_is(services(), session, connection.tenant_id, () if key is None else (key,), tenant)
    if found.customer.state != "known":
        return None
    tier = playbook_for(tenant, found).tier_of(found.customer, Person(""))
    allowed = "agent" in tenant.settings.amounts_visible_to
    facts = SidebarFacts(
        Record(),
        services().now(),
        services().now(),
        Person(""),
        found.customer,
        tier,
        has_shop=True,
        allowed=allowed,
    )
    return sidebar_view(facts)


def _reason(view: SidebarView, name_of: Callable[[str], str]) -> str | None:
    if view.reason is None:
        return None
    name = name_of(view.reason)
    return name if view.reason_sure else str(gettext("%(reason)s (suggested)", reason=name))


def _customer_rows(view: SidebarView) -> Mapping[str, str | None]:
    customer = view.customer
    if customer.state != "known":
        return {"customer": _unknown(view)}
    return {
        "customer": customer.name or customer.email,
        "matched_by": _matched(customer),
        "spent": _amount(customer.spent),
        "average": _amount(view.average),
        "orders": None if customer.orders is None else number(customer.orders),
        "last_order": _last_order(customer.last_order),
    }


def _unknown(view: SidebarView) -> str | None:
    if not view.asked:
        return None
    if view.customer.state == "nobody":
        return str(gettext("No customer of the shop by this address (guests are none)"))
    return str(gettext("The shop has not said yet who this is"))


def _matched(customer: Customer) -> str | None:
    words = {
        "email": gettext("by e-mail address"),
        "phone": gettext("by phone number"),
        "order": gettext("by the order number in the text"),
    }
    return None if customer.matched_by is None else words[customer.matched_by]


def _amount(amount: Money | None) -> str | None:
    if amount is None:
        return None
    return format_currency(amount.text(digits), amount.currency, locale=get_locale() or "en")


def _credit(credit: CreditShown) -> str:
    """Which order is whose merit, and how sure that is; what it is worth where everybody may see amounts."""
    told = (credit.order, credit.agent, _amount(credit.worth), grade_name(credit.grade))
    return " · ".join(part for part in told if part)


def _last_order(order: LastOrder | None) -> str | None:
    if order is None:
        return None
    told = (order.name, _amount(order.total), order.status, order.fulfilment, exact(order.at))
    return ", ".join(part for part in told if part)
