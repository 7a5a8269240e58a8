"""A refund as webhooks write it: values of goods as numbers, the money that moved as texts.

https://shopify.dev/docs/api/admin-rest/latest/resources/refund
"""

from datetime import datetime
from decimal import Decimal
from typing import Final

from plugin.documents import Part
from plugin.domain.sales import Refund
from plugin.ports import Unreadable
from plugin.stores.shopify.amounts import ZERO, exact, total
from plugin.stores.shopify.reckoning import Terms, ToldRefund, ToldReturn, refunded
from plugin.stores.shopify.values import inside, read_count

FOR_SHIPPING: Final = "shipping_refund"
FOR_MONEY: Final = "refund_discrepancy"


def read_refund(part: Part, terms: Terms, rate: Decimal | None = None) -> Refund:
    """The refund. `rate` is what one of the customer's money is in the shop's, None where only the refund tells."""
    lines, adjustments = (list(part.at(name).items()) for name in ("refund_line_items", "order_adjustments"))
    both = [one.at("subtotal_set") for one in lines] + [one.at("amount_set") for one in adjustments]
    rate = rate or rate_of(both)
    told = ToldRefund(
        id=part.at("id").own_id(),
        at=happened_at(part),
        returns=tuple(map(_return, lines)),
        shipping=_shipping(part, terms),
        money=total([_money(one, terms, rate) for one in part.at("transactions").items()]),
        note=part.at("note").text(),
        path=part.path,
        converted=any(_is_foreign(one, terms) for one in part.at("transactions").items()),
        difference=total(
            [exact(one.at("amount")) for one in adjustments if one.at("kind").word() == FOR_MONEY]
        ),
    )
    return refunded(told, terms)


def happened_at(part: Part) -> datetime:
    """When it was processed: an import tells by this when it really was."""
    processed = part.at("processed_at")
    return part.at("created_at").instant() if processed.value is None else processed.instant()


def rate_of(sets: list[Part]) -> Decimal | None:
    """What one of the customer's money is in the shop's, by amounts that are told in both."""
    shop = total([abs(exact(inside(one, "shop_money", "amount"))) for one in sets])
    shown = total([abs(exact(inside(one, "presentment_money", "amount"))) for one in sets])
    return shop / shown if shop > 0 and shown > 0 else None


def _return(part: Part) -> ToldReturn:
    return ToldReturn(
        line=part.at("line_item_id").own_id(),
        quantity=read_count(part.at("quantity")),
        value=exact(part.at("subtotal")),
        tax=exact(part.at("total_tax")),
        gift_card=inside(part, "line_item", "gift_card").value is True,
    )


def _shipping(part: Part, terms: Terms) -> Decimal:
    """What was given back of the shipping: told by lines of its own, earlier by adjustments, which are below 0."""
    lines = [
        terms.with_tax(
            exact(inside(one, "subtotal_amount_set", "shop_money", "amount")),
            exact(inside(one, "tax_amount_set", "shop_money", "amount")),
        )
        for one in part.at("refund_shipping_lines").items()
    ]
    adjustments = [
        terms.with_tax(abs(exact(one.at("amount"))), abs(exact(one.at("tax_amount"))))
        for one in part.at("order_adjustments").items()
        if one.at("kind").word() == FOR_SHIPPING
    ]
    return total(lines or adjustments)


def _money(part: Part, terms: Terms, rate: Decimal | None) -> Decimal:
    """What this transaction has really brought back, in the shop's money."""
    if part.at("kind").word() != "refund" or part.at("status").word() != "success":
        return ZERO
    own = inside(part, "amount_set", "shop_money", "amount")
    amount = exact(part.at("amount") if own.value is None else own)
    if not amount or not _is_foreign(part, terms):
        return amount
    if rate is None:
        raise Unreadable(part.at("currency").path, f"nothing tells what it is in {terms.currency.code}")
    return amount * rate


def _is_foreign(transaction: Part, terms: Terms) -> bool:
    """Whether the amount is told in the customer's currency alone."""
    told_in_both = inside(transaction, "amount_set", "shop_money", "amount").value is not None
    return not told_in_both and transaction.at("currency").text() not in {"", terms.currency.code}
