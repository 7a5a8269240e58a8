"""The ledger: signed amounts, never changed, and what is missing in it to say what is true now.

What is true is told as *lines*: each has a key that stays the same however often its order is worked, and the amount
that should stand under that key. Posting adds the difference to what stands there already, so that working anything
twice adds nothing, and a late refund, an edit, a cost that became known or a credit given to somebody else are all one
entry more. Entries of closed months are never touched: the difference goes into the month that is open.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from plugin.domain.periods import open_period, period_of

REVENUE: Final = ("revenue.coupon", "revenue.link", "revenue.agreed", "revenue.renewal")
KINDS: Final = (
    *REVENUE,
    "recovery.claim",
    "cogs",
    "cost.staff",
    "cost.platform",
    "cost.refund_share",
    "cost.gesture",
    "cost.automation",
    "cost.variable",
    "cost.commission",
)
"""In the order in which a statement tells them."""


@dataclass(frozen=True, slots=True)
class Line:
    """What should stand in the ledger under `key`, in minor units of the statement's currency, as profit counts it.

    `subject` is what it is about ("order:3:450789469", "month:2026-11"): the key begins with it, and whoever posts
    speaks for all keys of a subject. `rate` turned `original_currency` into `currency`. `credit` names the credit it
    belongs to, "" for none (`credit_id` its row, of what stands already); `connection_id` is the helpdesk's account,
    `store_id` the store's. `order` is the order's name.
    """

    subject: str
    key: str
    kind: str
    amount: int
    currency: str
    occurred_on: date
    agent: str | None = None
    ticket: str | None = None
    connection_id: int | None = None
    store_id: int | None = None
    order: str | None = None
    order_key: int | None = None
    channel: str | None = None
    campaign: str | None = None
    credit: str = ""
    credit_id: int | None = None
    original_currency: str | None = None
    rate: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """What stands under a key: the sum and the number of its entries, and whose it is."""

    amount: int
    entries: int
    line: Line


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry to be added. `source` is unique; `period` is frozen; `belongs_to` is the month it came too late for."""

    source: str
    line: Line
    amount: int
    period: str
    belongs_to: str | None = None


def due(lines: Iterable[Line], posted: Mapping[str, Posted], closed: Collection[str]) -> list[Entry]:
    """The entries that are missing: for each line the difference, and for what is true no longer its opposite.

    `posted` holds, by key, everything that stands under the subjects that these lines speak for.
    """
    wanted = {line.key: line for line in lines}
    gone = [_nothing_of(one.line) for key, one in posted.items() if key not in wanted]
    found = (_missing(line, posted.get(line.key), closed) for line in (*wanted.values(), *gone))
    return [entry for entry in found if entry is not None]


def _missing(line: Line, stands: Posted | None, closed: Collection[str]) -> Entry | None:
    amount = line.amount - (stands.amount if stands else 0)
    if not amount or (stands is not None and stands.line.currency != line.currency):
        return None  # what was begun in one currency is never continued in another
    number = stands.entries + 1 if stands else 1
    belongs = period_of(line.occurred_on)
    period = open_period(belongs, closed)
    source = line.key if number == 1 else f"{line.key}#{number}"
    return Entry(source, line, amount, period, None if period == belongs else belongs)


def _nothing_of(line: Line) -> Line:
    return replace(line, amount=0)
