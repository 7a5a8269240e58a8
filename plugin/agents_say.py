"""What an agent says in the sidebar, on its way to the work: a hint with a body of our own."""

import json
from collections.abc import Iterable
from typing import Any, Final

from plugin.domain.events import ReasonChosen

SOURCE: Final = "sidebar"
"""The source of these hints."""
OUR_OWN: Final = frozenset({SOURCE, "store", "outbox"})
"""Sources of hints that tell of nothing that happened in the helpdesk."""
OPENED: Final = "opened"
"""Topic: somebody looks at a ticket that is not known, or wants it read again."""
REASON_CHOSEN: Final = "reason_chosen"
"""Topic: this is why the customer wrote ({"code"})."""
ORDER_SEARCHED: Final = "order_searched"
"""Topic: it is about this order ({"order"}), whoever the address says it is from."""


def body_of(**said: Any) -> bytes:
    """The body of a hint that says this."""
    return json.dumps(said).encode()


def chosen_reason(ticket_id: str, hints: Iterable[tuple[str, bytes]]) -> list[ReasonChosen]:
    """The code that was chosen last, as an event; none where nobody chose one."""
    codes = [json.loads(body)["code"] for topic, body in hints if topic == REASON_CHOSEN]
    return [ReasonChosen(ticket_id, codes[-1])] if codes else []


def searched_order(hints: Iterable[tuple[str, bytes]]) -> str | None:
    """The order that was named last; None where nobody named one."""
    orders: list[str] = [json.loads(body)["order"] for topic, body in hints if topic == ORDER_SEARCHED]
    return orders[-1] if orders else None
