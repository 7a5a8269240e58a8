"""Whether the prices of a refund include the tax: it does not say so itself, but its taxes and their rates do.

Of 100.00 at 20 %, a tax of 20.00 came on top, and one of 16.67 stands in it.
"""

from decimal import Decimal

from plugin.documents import Part
from plugin.stores.shopify.amounts import ONE, ZERO, Currency, exact, total
from plugin.stores.shopify.values import inside


def taxes_included(refund: Part, currency: Currency) -> bool | None:
    """What the amounts say; None where there is no tax, or where they fit neither or both."""
    lines = [(exact(one.at("subtotal")), _rate(one)) for one in refund.at("refund_line_items").items()]
    tax = total([exact(one.at("total_tax")) for one in refund.at("refund_line_items").items()])
    slack = ONE.scaleb(-currency.digits) * len(lines)
    on_top = abs(total([value * rate for value, rate in lines]) - tax) <= slack
    inside_it = abs(total([value * rate / (ONE + rate) for value, rate in lines]) - tax) <= slack
    return None if not tax or on_top == inside_it else inside_it


def _rate(line: Part) -> Decimal:
    """All taxes on the line together, as a share; 0 for what cannot be one."""
    rates = [exact(one.at("rate")) for one in inside(line, "line_item", "tax_lines").items()]
    return max(ZERO, total(rates))
