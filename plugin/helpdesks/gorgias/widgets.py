"""The card of the sidebar: one widget beside tickets and one on customers, both over the data of our integration.

https://developers.gorgias.com/reference/the-widget-object
"""

from collections.abc import Iterator
from typing import Any, Final

from plugin.documents import Part
from plugin.helpdesks.gorgias.paging import listed
from plugin.ports import Api

WIDGETS: Final = "/api/widgets"
CONTEXTS: Final = ("ticket", "customer")
ROWS: Final = (
    ("reason", "Reason"),
    ("tier", "Tier"),
    ("no_bots", "Bots"),
    ("customer", "Customer"),
    ("spent", "Spent"),
    ("orders", "Orders"),
    ("last_order", "Last order"),
    ("macros", "Macros"),
    ("offer", "Offer"),
    ("as_of_text", "As of"),
)
"""What the card shows, by the names that its data has; a row without a value shows a dash."""


def template() -> dict[str, Any]:
    """The card, from the node types that Gorgias documents."""
    rows = [{"type": "text", "path": path, "title": title} for path, title in ROWS]
    meta = {"displayCard": True}
    card = {"type": "card", "path": "", "title": "Marginalia", "meta": meta, "widgets": rows}
    return {"type": "wrapper", "widgets": [card]}


def bring_widgets(api: Api, integration_id: str) -> None:
    """One widget for each context, made where it is missing and written anew where it is not the present one."""
    known = {context: one for one, context in _of_integration(api, integration_id)}
    for context in CONTEXTS:
        found = known.get(context)
        body = {
            "type": "http",
            "context": context,
            "integration_id": int(integration_id),
            "order": 0,
            "template": template(),
        }
        if found is None:
            api.send("POST", WIDGETS, body)
        elif not _is_present(found):
            order = found.at("order").value
            kept = {"order": order} if isinstance(order, int) else {}
            api.send("PUT", f"{WIDGETS}/{found.at('id').own_id()}", {**body, **kept})


def _of_integration(api: Api, integration_id: str) -> Iterator[tuple[Part, str]]:
    for one in listed(api, WIDGETS):
        if one.at("integration_id").id() == integration_id:
            yield one, one.at("context").word() or CONTEXTS[0]


def _is_present(found: Part) -> bool:
    active = found.at("deactivated_datetime").value is None
    return active and found.at("template").value == template()
