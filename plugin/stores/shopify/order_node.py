"""An order as the Admin API shows it: the same order that webhooks write, told in other words.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Order
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from plugin.documents import Part
from plugin.domain.money import Digits
from plugin.domain.sales import Refund, StoreOrder, UsedCode
from plugin.ports import Unreadable
from plugin.stores.shopify.amounts import ZERO, currency_of, exact, total
from plugin.stores.shopify.customers import customer_number
from plugin.stores.shopify.reckoning import Terms, ToldLine, ToldRefund, ToldReturn, refunded, sold_lines
from plugin.stores.shopify.values import inside, read_count, read_texts

SENT: Final = "success"
PARTLY_SENT: Final = frozenset({"fulfilled", "partially_fulfilled"})
"""Where the app may not see the parcels, this is what tells that one has left."""


def read_order_node(
    part: Part, lines: Sequence[Part], refunds: Sequence[Refund], digits: Digits
) -> StoreOrder:
    """The order with all its lines and refunds, which may have been read on their own."""
    terms = terms_of(part, digits)
    visit = inside(part, "customerJourneySummary", "lastVisit")
    discounts = _amount(part, "totalDiscountsSet")
    return StoreOrder(
        id=bare(part.at("id")),
        name=part.at("name").text(),
        placed_at=(
            part.at("createdAt") if part.at("processedAt").value is None else part.at("processedAt")
        ).instant(),
        updated_at=part.at("updatedAt").instant(),
        currency=terms.currency.code,
        status=part.at("displayFinancialStatus").word() or "",
        lines=sold_lines([_line(one) for one in lines], refunds, terms),
        codes=_codes(part, lines, discounts, terms),
        refunds=tuple(refunds),
        email=part.at("email").text() or None,
        phone=part.at("phone").text() or None,
        customer_id=None
        if part.at("customer").value is None
        else customer_number(part.at("customer").at("id")),
        cancelled_at=None if part.at("cancelledAt").value is None else part.at("cancelledAt").instant(),
        test=part.at("test").value is True,
        tags=tuple(sorted(read_texts(part.at("tags")))),
        note=part.at("note").text(),
        attributes={
            one.at("key").text(): one.at("value").text() for one in part.at("customAttributes").items()
        },
        landing=inside(visit, "landingPage").text(),
        referrer=inside(visit, "referrerUrl").text(),
        source=part.at("sourceName").text(),
        presented=part.at("presentmentCurrencyCode").text(),
        shipped=_shipped(part),
        discounts=terms.currency.minor(discounts, part.at("totalDiscountsSet").path),
    )


def terms_of(part: Part, digits: Digits) -> Terms:
    """How the order is counted."""
    return Terms(currency_of(part.at("currencyCode"), digits), part.at("taxesIncluded").value is True)


def read_refund_node(part: Part, returns: Sequence[Part], terms: Terms) -> Refund:
    """A refund of this order, with all pieces that came back."""
    shipping = [
        terms.with_tax(_amount(one, "subtotalAmountSet"), _amount(one, "taxAmountSet"))
        for one in part.at("refundShippingLines").at("nodes").items()
    ]
    told = ToldRefund(
        id=bare(part.at("id")),
        at=part.at("createdAt").instant(),
        returns=tuple(map(_return, returns)),
        shipping=total(shipping),
        money=total([_money(one) for one in part.at("transactions").at("nodes").items()]),
        note=part.at("note").text(),
        path=part.path,
    )
    return refunded(told, terms)


def bare(part: Part) -> str:
    """The number in GraphQL's name of something."""
    number = part.key().rpartition("/")[2]
    return Part(number, part.path).own_id()


def _line(part: Part) -> ToldLine:
    variant = part.at("variant")
    return ToldLine(
        id=bare(part.at("id")),
        unit="" if variant.value is None else bare(variant.at("id")),
        sku=part.at("sku").text(),
        title=part.at("title").text(),
        quantity=read_count(part.at("quantity")),
        current=read_count(part.at("currentQuantity")),
        price=_amount(part, "originalUnitPriceSet"),
        off=total([_amount(one, "allocatedAmountSet") for one in part.at("discountAllocations").items()]),
        tax=total([_amount(one, "priceSet") for one in part.at("taxLines").items()]),
        gift_card=part.at("isGiftCard").value is True,
        path=part.path,
    )


def _codes(order: Part, lines: Sequence[Part], discounts: Decimal, terms: Terms) -> tuple[UsedCode, ...]:
    """The codes as they were typed. One that took nothing off the lines took its discount off the shipping."""
    off: dict[str, Decimal] = {}
    for one in (each for line in lines for each in line.at("discountAllocations").items()):
        code = inside(one, "discountApplication", "code").text().casefold()
        off[code] = off.get(code, ZERO) + _amount(one, "allocatedAmountSet")
    rest = max(ZERO, discounts - total(list(off.values())))
    return tuple(
        UsedCode(one.text(), terms.currency.minor(off.get(one.text().casefold(), rest), one.path))
        for one in order.at("discountCodes").items()
    )


def _return(part: Part) -> ToldReturn:
    line = part.at("lineItem")
    return ToldReturn(
        line=bare(line.at("id")),
        quantity=read_count(part.at("quantity")),
        value=_amount(part, "subtotalSet"),
        tax=_amount(part, "totalTaxSet"),
        gift_card=line.at("isGiftCard").value is True,
    )


def _money(part: Part) -> Decimal:
    arrived = part.at("kind").word() == "refund" and part.at("status").word() == "success"
    return _amount(part, "amountSet") if arrived else ZERO


def _shipped(part: Part) -> bool:
    parcels = part.at("fulfillments")
    if parcels.value is None:
        return part.at("displayFulfillmentStatus").word() in PARTLY_SENT
    return any(one.at("status").word() == SENT for one in parcels.items())


def _amount(part: Part, name: str) -> Decimal:
    """An amount in the shop's currency; there must be one, for nothing is not 0 here."""
    found = inside(part, name, "shopMoney", "amount")
    if found.value is None:
        raise Unreadable(found.path, "is missing")
    return exact(found)
