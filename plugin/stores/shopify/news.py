"""What a delivery says: of an order, of a refund, or of what something in the stock costs now.

https://shopify.dev/docs/api/webhooks
"""

from plugin.documents import Part, read_document
from plugin.domain.money import Digits, Money
from plugin.domain.sales import OrderNews
from plugin.ports import Connection, ItemCost, Unreadable
from plugin.stores.shopify.amounts import Currency, currency_of, exact
from plugin.stores.shopify.order_body import read_order
from plugin.stores.shopify.parse import ABOUT_ORDERS, REFUNDED, order_number
from plugin.stores.shopify.reckoning import Terms
from plugin.stores.shopify.refund_body import read_refund
from plugin.stores.shopify.tax_evidence import taxes_included
from plugin.stores.shopify.values import inside

NO_CURRENCY = (
    "is missing, and the shop's own is not known: run `marginalia connect shopify` for this shop again"
)


def read_news(connection: Connection, topic: str, body: bytes, digits: Digits) -> OrderNews:
    """The order, or the refund, that this delivery carries; neither for an edit, which only says that there was one."""
    document = read_document(body)
    if topic == REFUNDED:
        terms = _terms(connection, document, digits)
        return OrderNews(order_number(topic, document), refund=read_refund(document, terms))
    if not topic.startswith(ABOUT_ORDERS):
        raise Unreadable("", f"{topic} says nothing of an order")
    number = order_number(topic, document)
    if document.at("order_edit").value is not None:
        return OrderNews(number)
    return OrderNews(number, order=read_order(document, digits))


def read_item_cost(connection: Connection, body: bytes, digits: Digits) -> ItemCost:
    """What something in the stock costs now, in the shop's own currency."""
    document = read_document(body)
    cost, item = document.at("cost"), document.at("id").own_id()
    told = None
    if cost.value is not None:
        currency = currency_of(_own_currency(connection), digits)
        told = Money(currency.minor(exact(cost), cost.path), currency.code)
    return ItemCost(item, document.at("sku").text(), told)


def _currency(connection: Connection, refund: Part, digits: Digits) -> Currency:
    """The shop's: a refund tells it beside its sums, where it has any."""
    lines = list(refund.at("refund_line_items").items())
    sums = [refund.at("total_duties_set"), *(one.at("subtotal_set") for one in lines)]
    for told in (inside(one, "shop_money", "currency_code") for one in sums):
        if told.value is not None:
            return currency_of(told, digits)
    return currency_of(_own_currency(connection), digits)


def _own_currency(connection: Connection) -> Part:
    own = Part(connection.options.get("currency"), "currency")
    if own.value is None:
        raise Unreadable(own.path, NO_CURRENCY)
    return own


def _terms(connection: Connection, refund: Part, digits: Digits) -> Terms:
    """How a refund is counted that comes without its order: as its own amounts say, else as the shop sells."""
    currency = _currency(connection, refund, digits)
    told = taxes_included(refund, currency)
    return Terms(currency, connection.options.get("taxes_included") is True if told is None else told)
