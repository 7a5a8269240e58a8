"""A store told something new about an order."""

from plugin.context import OrderContext
from plugin.domain.accounting import account_for
from plugin.domain.events import OrderChanged


def handle(event: OrderChanged, ctx: OrderContext) -> None:
    """An order was paid, changed, refunded or cancelled: whose merit it is, and what the ledger says of it now."""
    ctx.apply(event.order_id, account_for(ctx.facts_for(event.order_id), ctx.terms))
