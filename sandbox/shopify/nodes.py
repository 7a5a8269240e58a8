"""Records as GraphQL shows them. What a node leads to (orders of a customer …) is made when a query asks for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.shopify.connections import connection
from sandbox.shopify.records import Customer, Fulfilment, Json, Line, Order, Product, Refund, gid, stamp
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
    "discount_code": lambda one: tuple(each.code for each in one.codes),
    "financial_status": lambda one: one.financial_status,
    "fulfillment_status": lambda one: SHIPPED[one.fulfilment_status].lower(),
    "test": lambda one: str(one.test).lower(),
    "created_at": lambda one: one.created_at,
    "processed_at": lambda one: one.created_at,
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
    oldest_first = lambda one: (one.created_at, one.id)  # noqa: E731  # as the other sorts are written
    kept.sort(key=ORDER_SORTS.get(args["sortKey"], oldest_first), reverse=bool(args["reverse"]))
    return connection(kept, args, lambda one: order(shop, one), lambda one: one.id)


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
        **{name: bag(sum_, one.currency) for name, sum_ in _sums(one).items()},
        "lineItems": lambda info, **args: connection(
            list(one.lines), args, lambda each: line(each, one.currency), lambda each: each.id
        ),
        "fulfillments": lambda info, first=None: _fulfilments(shop, one)[:first],
        "returnStatus": lambda info: _returning(shop, one),
        "refunds": lambda info, first=None: [_refund(each, one.currency) for each in one.refunds][:first],
    }


def _order_states(one: Order) -> Json:
    codes = [each.code for each in one.codes]
    return {
        "createdAt": stamp(one.created_at),
        "processedAt": stamp(one.created_at),
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
        "presentmentCurrencyCode": one.currency,
        "displayFinancialStatus": one.financial_status.upper(),
        "displayFulfillmentStatus": SHIPPED[one.fulfilment_status],
        "discountCode": codes[0] if codes else None,
        "discountCodes": codes,
    }


def _sums(one: Order) -> dict[str, Decimal]:
    return {
        "subtotalPriceSet": one.subtotal,
        "totalPriceSet": one.total,
        "totalDiscountsSet": one.discounts,
        "totalShippingPriceSet": one.shipping,
        "totalTaxSet": one.tax,
        "totalRefundedSet": one.refunded,
        "currentSubtotalPriceSet": one.subtotal - one.returned,
        "currentTotalPriceSet": one.total - one.refunded,
    }


def variants(shop: Shop, args: Mapping[str, Any]) -> Json:
    """What is on sale and fits the query."""
    need(shop, "read_products", "productVariants")
    found = fitting(list(shop.products.values()), args.get("query"), VARIANT_KEYS, lambda one: one.title)
    found.sort(key=lambda one: one.id, reverse=bool(args["reverse"]))
    return connection(found, args, lambda one: variant(one, shop.currency), lambda one: one.id)


def line(one: Line, currency: str) -> Json:
    """One line of an order."""
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", one.id),
        "sku": one.product.sku,
        "title": one.product.title,
        "name": one.product.title,
        "quantity": one.quantity,
        "currentQuantity": one.quantity - one.refunded,
        "variant": variant(one.product, currency),
        "originalUnitPriceSet": bag(one.product.price, currency),
        "originalTotalSet": bag(one.gross, currency),
        "discountedTotalSet": bag(one.net, currency),
        "discountedUnitPriceAfterAllDiscountsSet": bag(one.net / one.quantity, currency),
    }


def variant(one: Product, currency: str) -> Json:
    """What is bought, with what it costs the shop by now; some products tell no cost."""
    cost = None if one.cost is None else amount(one.cost, currency)
    tracked = one.stock is not None
    item = {"__typename": "InventoryItem", "id": gid("InventoryItem", one.id + 2), "sku": one.sku}
    product = {"__typename": "Product", "id": gid("Product", one.id), "title": one.title}
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", one.id + 1),
        "sku": one.sku,
        "title": "Default Title",
        "price": str(one.price),
        "inventoryQuantity": one.stock or 0,
        "inventoryPolicy": "CONTINUE" if one.oversold else "DENY",
        "inventoryItem": {**item, "unitCost": cost, "tracked": tracked},
        "product": {**product, "status": one.status.upper()},
    }


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


def _refund(one: Refund, currency: str) -> Json:
    return {
        "__typename": "Refund",
        "id": gid("Refund", one.id),
        "legacyResourceId": str(one.id),
        "note": one.note,
        "createdAt": stamp(one.created_at),
        "totalRefundedSet": bag(one.amount, currency),
    }


def bag(value: Decimal, currency: str) -> Json:
    """An amount in the shop's and the shopper's money, which are the same here."""
    return {"shopMoney": amount(value, currency), "presentmentMoney": amount(value, currency)}


def amount(value: Decimal, currency: str) -> Json:
    """An amount as GraphQL writes it: no more digits than needed, at least one after the point."""
    text = f"{value:.2f}"
    return {"amount": text[:-1] if text.endswith("0") else text, "currencyCode": currency}
