"""The card of the sidebar: one widget beside tickets and one on customers, both over the data of our integration.

Gorgias documents rows of texts. Its own cards have links, buttons and rows that open a tab, too; whether the API takes
those is written nowhere, so a card that is refused for them is made of texts alone.
https://developers.gorgias.com/reference/the-widget-object
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from plugin.documents import Part
from plugin.helpdesks.gorgias.buttons import buttons
from plugin.helpdesks.gorgias.paging import listed
from plugin.ports import Api, Rejected

WIDGETS: Final = "/api/widgets"
TICKET: Final = "ticket"
CONTEXTS: Final = (TICKET, "customer")
TEXT: Final = "text"
ROWS: Final = (
    ("reason", "Reason", TEXT),
    ("tier_text", "Tier", TEXT),
    ("customer", "Customer", TEXT),
    ("spent", "Spent", TEXT),
    ("orders", "Orders", TEXT),
    ("last_order", "Last order", TEXT),
    ("macros", "Macros", TEXT),
    ("offer", "Offer", TEXT),
    ("credits", "Credits", TEXT),
    ("panel_url", "Panel", "url"),
    ("as_of_text", "As of", TEXT),
)
"""What the card shows, by the names that its data has, and as what; a row without a value shows a dash."""
OPEN: Final = "Open panel"
PLAIN: Final = (
    "Gorgias takes no links and buttons in a card ({problem}): the card has texts alone, and the panel's address is "
    "one of them."
)


@dataclass(frozen=True, slots=True)
class Extras:
    """What a card leads to: where panels are, and where its buttons post, with which secret; None for no buttons."""

    panels: str
    deeds: str
    secret: str | None = field(default=None, repr=False)


def template(context: str, extras: Extras | None) -> dict[str, Any]:
    """The card; without extras from the node types alone that Gorgias documents."""
    rows = [{"type": kind if extras else TEXT, "path": path, "title": title} for path, title, kind in ROWS]
    custom = _custom(extras) if extras and context == TICKET else {}
    meta = {"displayCard": True, **({"custom": custom} if custom else {})}
    card = {"type": "card", "path": "", "title": "Marginalia", "meta": meta, "widgets": rows}
    return {"type": "wrapper", "widgets": [card]}


def bring_widgets(api: Api, integration_id: str, extras: Extras) -> tuple[str, ...]:
    """One widget for each context, made where it is missing and written anew where it is not the present one; a note
    where Gorgias does not take all of it.
    """
    known = {context: one for one, context in _of_integration(api, integration_id)}
    refused = [_bring(api, integration_id, context, known.get(context), extras) for context in CONTEXTS]
    return tuple(dict.fromkeys(PLAIN.format(problem=one) for one in refused if one is not None))


def _bring(
    api: Api, integration_id: str, context: str, found: Part | None, extras: Extras
) -> Rejected | None:
    """One of them; what Gorgias said where it takes only the plain one."""
    try:
        _write(api, integration_id, context, found, template(context, extras))
    except Rejected as error:
        _write(api, integration_id, context, found, template(context, None))
        return error
    return None


def _write(api: Api, integration_id: str, context: str, found: Part | None, wanted: dict[str, Any]) -> None:
    body = {
        "type": "http",
        "context": context,
        "integration_id": int(integration_id),
        "order": 0,
        "template": wanted,
    }
    if found is None:
        api.send("POST", WIDGETS, body)
    elif not _is_present(found, wanted):
        order = found.at("order").value
        kept = {"order": order} if isinstance(order, int) else {}
        api.send("PUT", f"{WIDGETS}/{found.at('id').own_id()}", {**body, **kept})


def _custom(extras: Extras) -> dict[str, Any]:
    """The link beside the card's title, and buttons where they are wanted; a link holds nothing but the ticket's id."""
    links = [{"label": OPEN, "url": f"{extras.panels}/{{{{ticket.id}}}}"}]
    if extras.secret is None:
        return {"links": links}
    return {"links": links, "buttons": buttons(extras.deeds, extras.secret)}


def _of_integration(api: Api, integration_id: str) -> Iterator[tuple[Part, str]]:
    for one in listed(api, WIDGETS):
        if one.at("integration_id").id() == integration_id:
            yield one, one.at("context").word() or CONTEXTS[0]


def _is_present(found: Part, wanted: dict[str, Any]) -> bool:
    active = found.at("deactivated_datetime").value is None
    return active and found.at("template").value == wanted
