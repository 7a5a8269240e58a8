"""An order as webhooks write it: amounts in the shop's currency, numbers as texts, ids as numbers.

https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from decimal import Decimal

from plugin.documents import Part
from plugin.domain.money import Digits
from plugin.domain.sales import StoreOrder, UsedCode
from plugin.stores.shopify.amounts import currency_of, exact, total
from plugin.stores.shopify.customers import customer_number
from plugin.stores.shopify.reckoning import Terms, ToldLine, sold_lines
from plugin.stores.shopify.refund_body import happened_at, rate_of, read_refund
from plugin.stores.shopify.values import inside, read_count

SENT = "success"
"""The state of a fulfilment that has left the house."""


def read_order(part: Part, digits: Digits) -> StoreOrder:
    """The order; Unreadable with the field where something is not as documented."""
    terms = Terms(currency_of(part.at("currency"), digits), part.at("taxes_included").value is True)
    rate = rate_of([part.at("total_price_set")])
    refunds = tuple(read_refund(one, terms, rate) for one in part.at("refunds").items())
    return StoreOrder(
        id=part.at("id").own_id(),
        name=part.at("name").text(),
        placed_at=happened_at(part),
        updated_at=part.at("updated_at").instant(),
        currency=terms.currency.code,
        status=part.at("financial_status").word() or "",
        lines=sold_lines([_line(one) for one in part.at("line_items").items()], refunds, terms),
        codes=tuple(_code(one, terms) for one in part.at("discount_codes").items()),
        refunds=refunds,
        email=part.at("email").text() or part.at("contact_email").text() or None,
        phone=part.at("phone").text() or None,
        customer_id=_customer(part.at("customer")),
        cancelled_at=None if part.at("cancelled_at").value is None else part.at("cancelled_at").instant(),
        test=part.at("test").value is True,
        tags=tuple(sorted(tag for one in part.at("tags").text().split(",") if (tag := one.strip()))),
        note=part.at("note").text(),
        attributes={
            one.at("name").text(): _said(one.at("value")) for one in part.at("note_attributes").items()
        },
        landing=part.at("landing_site").text(),
        referrer=part.at("referring_site").text(),
        source=part.at("source_name").text(),
        presented=part.at("presentment_currency").text(),
        shipped=any(one.at("status").word() == SENT for one in part.at("fulfillments").items()),
        new_customer=_is_new(part.at("customer")),
        discounts=terms.currency.minor(exact(part.at("total_discounts")), part.at("total_discounts").path),
    )


def _line(part: Part) -> ToldLine:
    left = part.at("current_quantity")
    return ToldLine(
        id=part.at("id").own_id(),
        unit=part.at("variant_id").id() or "",
        sku=part.at("sku").text(),
        title=part.at("title").text(),
        quantity=read_count(part.at("quantity")),
        current=None if left.value is None else read_count(left),
        price=exact(part.at("price")),
        off=_taken_off(part),
        tax=total([exact(one.at("price")) for one in part.at("tax_lines").items()]),
        gift_card=part.at("gift_card").value is True,
        path=part.path,
    )


def _taken_off(line: Part) -> Decimal:
    """What discounts took off the line, its share of those on the whole order too."""
    allocated = [exact(one.at("amount")) for one in line.at("discount_allocations").items()]
    return total(allocated) if allocated else exact(line.at("total_discount"))


def _code(part: Part, terms: Terms) -> UsedCode:
    amount = part.at("amount")
    return UsedCode(part.at("code").text(), terms.currency.minor(exact(amount), amount.path))


def _customer(part: Part) -> str | None:
    """Their number; None for a guest, and for somebody who was deleted."""
    number = inside(part, "id")
    return None if number.value is None else customer_number(number)


def _is_new(customer: Part) -> bool | None:
    """Whether it is their first order; None where that is not told, as in all bodies since 2022."""
    told = inside(customer, "orders_count")
    return None if told.value is None else read_count(told) <= 1


def _said(part: Part) -> str:
    """What somebody wrote there: a text mostly, a number or a yes now and then."""
    plain = isinstance(part.value, bool | int | float)
    return Part(str(part.value) if plain else part.value, part.path).text()
