"""What an agent does in the panel: one address, one schema for each deed, and the panel again as the answer."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from flask import Blueprint, Response, request
from flask_babel import gettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from plugin.sidebar import GestureAsked
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.sidebar import doing, money_deeds
from plugin.web.sidebar.case import open_case
from plugin.web.sidebar.doing import Doing
from plugin.web.sidebar.looker import Looker, looker_of_request
from plugin.web.sidebar.panel import check_ticket_id, missing, render_panel, with_token

blueprint = Blueprint("sidebar_deeds", __name__)
log = structlog.get_logger(__name__)


Act = Callable[..., GestureAsked | None]
"""Does a deed; one that wants a second word answers with the question."""


def _text(longest: int, least: int = 1) -> fields.String:
    return fields.String(required=True, validate=validate.Length(least, longest))


def _optional(*checks: Any) -> fields.String:
    return fields.String(load_default="", validate=checks)


STYLES: Final = ("", "analytical", "decisive", "friendly", "emotional")
DEEDS: Final[Mapping[str, tuple[Mapping[str, fields.Field[Any]], Act]]] = {
    "reason": ({"code": _text(100)}, doing.choose_reason),
    "macro": ({"macro": _text(100)}, doing.apply_macro),
    "macro_gone": ({"macro": _text(100)}, doing.macro_gone),
    "offer_taken": ({"offer": _text(200)}, doing.take_offer),
    "offer_declined": ({"offer": _text(200)}, doing.decline_offer),
    "coupon": ({}, doing.make_coupon),
    "note": (
        {"style": fields.String(required=True, validate=validate.OneOf(STYLES)), "text": _text(500, least=0)},
        doing.write_note,
    ),
    "video": ({"url": fields.Url(required=True, schemes={"https"})}, doing.add_video),
    "link": ({"page": fields.Url(required=True, schemes={"https"})}, money_deeds.mark_link),
    "gesture": (
        {
            "what": _text(200),
            "amount": _text(20),
            "occasion": _optional(validate.Length(0, 100)),
            "once": _optional(validate.Regexp(r"([0-9a-f]{16})?\Z")),
        },
        money_deeds.give,
    ),
    "dispute": (
        {"credit": fields.Integer(required=True, strict=True), "reason": _text(500)},
        money_deeds.contest,
    ),
    "search": ({"order": _text(40)}, doing.search_order),
    "retry": (
        {"source": fields.String(required=True, validate=validate.OneOf(("shop", "helpdesk")))},
        doing.ask_again,
    ),
}
"""What can be done, what each deed says of itself, and who does it."""


@blueprint.post("/sidebar/<helpdesk>/tickets/<ticket_id>/deeds")
def do(helpdesk: str, ticket_id: str) -> Response:
    """Do it, all or nothing, and show the panel as it is then."""
    looker = looker_of_request()
    check_ticket_id(ticket_id)
    act, given = read(request.get_json(silent=True))
    question = perform(looker, helpdesk, ticket_id, act, given)
    return with_token(render_panel(looker, helpdesk, ticket_id, question), looker)


def perform(
    looker: Looker, helpdesk: str, ticket_id: str, act: Act, given: Mapping[str, Any]
) -> GestureAsked | None:
    """Do it in one transaction, on a ticket that nobody else changes meanwhile; what is to be asked first, if any."""
    with services().database.write() as session:
        case = open_case(session, looker, ticket_id, lock=True)
        if case is None or case.ticket.vendor != helpdesk:
            raise missing()
        question = act(Doing(session, case, services().now()), **given)
    log.info("done in the sidebar", tenant=looker.tenant_id, ticket=ticket_id, did=act.__name__)
    return question


def read(document: Any) -> tuple[Act, Mapping[str, Any]]:
    """Who does it, and with what; a Problem where it is no deed of ours."""
    did = document.get("did") if isinstance(document, dict) else None
    if not isinstance(did, str) or did not in DEEDS:
        raise Problem(422, gettext("This is nothing that can be done here."))
    shape, act = DEEDS[did]
    given = {name: value for name, value in document.items() if name != "did"}
    try:
        return act, Schema.from_dict(dict(shape))(unknown=RAISE).load(given)
    except ValidationError as error:
        told = "; ".join(f"{name}: {' '.join(map(str, said))}" for name, said in error.messages_dict.items())
        raise Problem(422, told) from None
