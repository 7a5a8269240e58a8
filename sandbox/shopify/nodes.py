"""Records as GraphQL shows them. What a node leads to (orders of a customer …) is made when a query asks for it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.shopify.connections import connection
from sandbox.shopify.line_nodes import amount, application, bag, line, payment, refund, tax_lines, variant
from sandbox.shopify.records import ZERO, Customer, Fulfilment, Json, Order, Payment, gid, stamp
from sandbox.shopify.search import fitting
from sandbox.shopify.state import Shop

SHIPPED = {None: "UNFULFILLED", "partial": "PARTIALLY_FULFILLED", "fulfilled": "FULFILLED"}
CUSTOMER_KEYS = {
    "id": lambda one: one.id,
    "email": lambda one: one.email,
    "phone": lambda one: one.phone,
    "tag": lambda one: one.tags,
    "first_name": lambda one: one.first_name,
    "last_name": lambda one: one.last_name,
    "created_at": lambda one: one.created_at,
    "updated_at": lambda one: one.updated_at,
}
ORDER_KEYS = {
    "id": lambda one: one.id,
    "name": lambda one: (one.name, str(one.number)),
    "email": lambda one: one.email,
    "customer_id": lambda one: one.customer_id,
    "tag": lambda one: one.tags,
    "discount_code": lambda one: tuple(each.code for each in one.typed),
    "financial_status": lambda one: one.financial_status,
    "fulfillment_status": lambda one: SHIPPED[one.fulfilment_status].lower(),
    "test": lambda one: str(one.test).lower(),
    "created_at": lambda one: one.created_at,
    "processed_at": lambda one: one.placed_at,
    "updated_at": lambda one: one.updated_at,
}
VARIANT_KEYS = {
    "id": lambda one: one.id + 1,
    "sku": lambda one: one.sku,
    "title": lambda one: one.title,
}
ORDER_SORTS = {
    "UPDATED_AT": lambda one: (one.updated_at, one.id),
    "ID": lambda one: one.id,
    "ORDER_NUMBER": lambda one: one.number,
    "TOTAL_PRICE": lambda one: (one.total, one.id),
    "CREATED_AT": lambda one: (one.created_at, one.id),
}
CUSTOMER_SORTS = {
    "CREATED_AT": lambda one: (one.created_at, one.id),
    "UPDATED_AT": lambda one: (one.updated_at, one.id),
    "NAME": lambda one: (one.last_name, one.first_name, one.id),
}


def need(shop: Shop, scope: str, field: str) -> None:
    """The app must have this scope, or the field says that it has not."""
    if not {scope, scope.replace("read_", "write_", 1)} & shop.scopes:
        raise GraphQLError(
            f"Access denied for {field} field. Required access: `{scope}` access scope.",
            extensions={"code": "ACCESS_DENIED", "requiredAccess": f"`{scope}` access scope."},
        )


def customers(shop: Shop, args: Mapping[str, Any]) -> Json:
    """Customers that fit the query, sorted and paged."""
    need(shop, "read_customers", "customers")
    found = fitting(
        list(shop.customers.values()), args.get("query"), CUSTOMER_KEYS, lambda one: f"{one.name} {one.email}"
    )
    found.sort(key=CUSTOMER_SORTS.get(args["sortKey"], lambda one: one.id), reverse=bool(args["reverse"]))
    return connection(found, args, lambda one: customer(shop, one), lambda one: one.id)


def orders(shop: Shop, found: list[Order], args: Mapping[str, Any]) -> Json:
    """Those of the orders that the app may see and the query means, sorted and paged."""
    need(shop, "read_orders", "orders")
    seen = [one for one in found if shop.readable(one)]
    kept = fitting(seen, args.get("query"), ORDER_KEYS, lambda one: f"{one.name} {one.email}")
    oldest_first = lambda one: (one.placed_at, one.id)  # noqa: E731  # as the other sorts are written
    kept.sort(key=ORDER_SORTS.get(args["sortKey"], oldest_first), reverse=bool(args["reverse"]))
    return connection(kept, args, lambda one: order(shop, one), lambda one: one.id)


def orders_count(shop: Shop, args: Mapping[str, Any]) -> Json:
    """How many orders the query means; at a limit it is not counted on."""
    need(shop, "read_orders", "ordersCount")
    seen = [one for one in list(shop.orders.values()) if shop.readable(one)]
    found = len(fitting(seen, args.get("query"), ORDER_KEYS, lambda one: f"{one.name} {one.email}"))
    limit = args.get("limit")
    if limit is not None and found > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": found, "precision": "EXACT"}


def customer(shop: Shop, one: Customer) -> Json:
    """A customer with what they have spent, and ways to what they bought."""

    def last_order(info: "GraphQLResolveInfo[Any]") -> Json | None:
        need(shop, "read_orders", "lastOrder")
        found = [each for each in shop.orders_of(one.id) if shop.readable(each)]
        return order(shop, found[-1]) if found else None

    return {
        "__typename": "Customer",
        "id": gid("Customer", one.id),
        "legacyResourceId": str(one.id),
        "displayName": one.name,
        "firstName": one.first_name,
        "lastName": one.last_name,
        "email": one.email,
        "phone": one.phone,
        "defaultEmailAddress": {"emailAddress": one.email} if one.email else None,
        "defaultPhoneNumber": {"phoneNumber": one.phone} if one.phone else None,
        "locale": one.locale,
        "note": one.note,
        "state": one.state.upper(),
        "tags": sorted(one.tags),
        "numberOfOrders": str(len(shop.orders_of(one.id))),
        "amountSpent": amount(shop.spent(one.id), shop.currency),
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(one.updated_at),
        "lastOrder": last_order,
        "orders": lambda info, **args: orders(shop, shop.orders_of(one.id), args),
    }


def order(shop: Shop, one: Order) -> Json:
    """An order, with ways to its customer and its lines."""

    def owner(info: "GraphQLResolveInfo[Any]") -> Json | None:
        need(shop, "read_customers", "customer")
        found = None if one.customer_id is None else shop.customers.get(one.customer_id)
        return customer(shop, found) if found else None

    return {
        "__typename": "Order",
        "id": gid("Order", one.id),
        "legacyResourceId": str(one.id),
        "name": one.name,
        "number": one.number,
        "email": one.email,
        "phone": one.phone,
        "customer": owner,
        **_order_states(one),
        **{name: _sum(one, name) for name in SUMS},
        "lineItems": lambda info, **args: connection(
            list(one.lines), args, lambda each: line(one, each), lambda each: each.id
        ),
        "discountApplications": lambda info, **args: connection(
            list(range(len(one.codes))), args, lambda each: application(one, each), lambda each: each
        ),
        "transactions": lambda info, first=None: [payment(one, each) for each in _payments(one)][:first],
        "customerJourneySummary": lambda info: _journey(shop, one),
        "fulfillments": lambda info, first=None: _fulfilments(shop, one)[:first],
        "returnStatus": lambda info: _returning(shop, one),
        "refunds": lambda info, first=None: [refund(one, each) for each in one.refunds][:first],
    }


def _order_states(one: Order) -> Json:
    codes = [each.code for each in one.typed]
    return {
        "createdAt": stamp(one.created_at),
        "processedAt": stamp(one.placed_at),
        "updatedAt": stamp(one.updated_at),
        "closedAt": None,
        "cancelledAt": None if one.cancelled_at is None else stamp(one.cancelled_at),
        "cancelReason": one.cancel_reason.upper() if one.cancel_reason else None,
        "confirmed": True,
        "test": one.test,
        "tags": sorted(one.tags),
        "note": one.note,
        "sourceName": one.source_name,
        "customAttributes": [{"key": key, "value": value} for key, value in one.attributes.items()],
        "currencyCode": one.currency,
        "presentmentCurrencyCode": one.currencies.seen,
        "taxesIncluded": one.taxes_included,
        "taxLines": lambda info: tax_lines(one, one.original.tax),
        "landingPageUrl": one.landing_site,
        "referrerUrl": one.referring_site,
        "edited": any(each.added or each.removed for each in one.lines),
        "refundable": one.returnable > ZERO,
        "displayFinancialStatus": one.financial_status.upper(),
        "displayFulfillmentStatus": SHIPPED[one.fulfilment_status],
        "discountCode": codes[0] if codes else None,
        "discountCodes": codes,
    }


SUMS: dict[str, Callable[[Order], Decimal]] = {
    "subtotalPriceSet": lambda one: one.original.net,
    "totalPriceSet": lambda one: one.total,
    "originalTotalPriceSet": lambda one: one.total,
    "totalDiscountsSet": lambda one: one.discounts,
    "totalShippingPriceSet": lambda one: one.shipping,
    "totalTaxSet": lambda one: one.original.tax,
    "totalRefundedSet": lambda one: one.refunded,
    "totalReceivedSet": lambda one: one.received,
    "totalOutstandingSet": lambda one: max(one.outstanding, ZERO),
    "netPaymentSet": lambda one: one.received - one.refunded,
    "currentSubtotalPriceSet": lambda one: one.current.net,
    "currentTotalDiscountsSet": lambda one: one.current.discount,
    "currentTotalTaxSet": lambda one: one.current.tax,
    "currentTotalPriceSet": lambda one: one.current_total,
}
"""Worked out for those that are asked for alone."""


def _sum(one: Order, name: str) -> Callable[..., Json]:
    return lambda info: bag(SUMS[name](one), one.currencies)


def _payments(one: Order) -> list[Payment]:
    """What was paid, and what was given back."""
    return [*one.payments, *(each for back in one.refunds for each in back.payments)]


def _journey(shop: Shop, one: Order) -> Json:
    """How they came to buy: the visit that the shop knows of, and which of their orders it is (none for a guest)."""
    theirs = (
        []
        if one.customer_id is None
        else [each.id for each in shop.orders_of(one.customer_id) if not each.test]
    )
    visit = {
        "__typename": "CustomerVisit",
        "id": gid("CustomerVisit", one.id),
        "landingPage": one.landing_site,
        "referrerUrl": one.referring_site,
        "occurredAt": stamp(one.placed_at),
        "source": one.referring_site or "direct",
    }
    seen = visit if one.landing_site or one.referring_site else None
    index = theirs.index(one.id) + 1 if one.id in theirs else None
    return {"ready": True, "customerOrderIndex": index, "firstVisit": seen, "lastVisit": seen}


def variants(shop: Shop, args: Mapping[str, Any]) -> Json:
    """What is on sale and fits the query."""
    need(shop, "read_products", "productVariants")
    found = fitting(list(shop.products.values()), args.get("query"), VARIANT_KEYS, lambda one: one.title)
    found.sort(key=lambda one: one.id, reverse=bool(args["reverse"]))
    return connection(found, args, lambda one: variant(one, shop.currency), lambda one: one.id)


def _returning(shop: Shop, one: Order) -> str:
    need(shop, "read_returns", "returnStatus")
    return one.return_status.upper()


def _fulfilments(shop: Shop, one: Order) -> list[Json]:
    need(shop, "read_fulfillments", "fulfillments")
    return [_fulfilment(one, each) for each in one.fulfilments]


def _fulfilment(owner: Order, one: Fulfilment) -> Json:
    tracking = [{"company": one.company, "number": one.number, "url": one.url}] if one.number else []
    shown = one.shipment_status or "fulfilled"
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", one.id),
        "name": f"{owner.name}.{owner.fulfilments.index(one) + 1}",
        "status": one.status.upper(),
        "displayStatus": shown.upper(),
        "estimatedDeliveryAt": None if one.due is None else stamp(one.due),
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(one.updated_at),
        "trackingInfo": lambda info, first=None: tracking[:first],
    }
