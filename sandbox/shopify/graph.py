"""The Admin API's GraphQL: one document in, one answer out, paid for from the bucket."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from sandbox.shopify import costs, discounts, drafts, hooks, line_nodes, nodes
from sandbox.shopify.connections import connection
from sandbox.shopify.records import Customer, Json, gid
from sandbox.shopify.refusals import told
from sandbox.shopify.state import Shop

Resolver = Callable[..., Any]


@cache
def schema() -> GraphQLSchema:
    """What may be asked."""
    return build_schema((Path(__file__).parent / "schema.graphql").read_text(encoding="utf-8"))


def answer(shop: Shop, query: str, variables: Mapping[str, Any], name: str | None) -> Json:
    """The answer to one document; whatever is wrong with it stands in `errors`."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return {"errors": [error.formatted]}
    problems = validate(schema(), document)
    if problems:
        return {"errors": [told(one) for one in problems]}
    operation = get_operation_ast(document, name)
    if operation is None:
        return {"errors": [{"message": "No operation found to run"}]}
    return _paid(shop, document, operation, variables)


def _paid(
    shop: Shop, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Json:
    """Run it if the bucket has what it may cost; take what it did cost."""
    asked = costs.requested(schema(), document, operation, variables)
    if asked > shop.bucket.largest_query:
        text = f"Query cost is {asked}, which exceeds the single query max cost limit ({shop.bucket.largest_query:g})."
        return {"errors": [{"message": text, "extensions": {"code": "MAX_COST_EXCEEDED", "cost": asked}}]}
    with shop.lock:
        if not shop.bucket.affords(asked, shop.now()):
            errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
            return {"errors": errors, "extensions": _told(shop, asked, None)}
        result = execute_sync(
            schema(),
            document,
            root_value=_roots(shop, operation.operation),
            context_value=shop,
            variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
        )
        changing = operation.operation is OperationType.MUTATION
        spent = asked if changing else min(asked, costs.actual(result.data))
        shop.bucket.take(spent, shop.now())
    found: Json = {"data": result.data} if result.data is not None or not result.errors else {}
    if result.errors:
        found["errors"] = [one.formatted for one in result.errors]
    return {**found, "extensions": _told(shop, asked, spent)}


def _told(shop: Shop, asked: int, spent: int | None) -> Json:
    status = shop.bucket.status(shop.now())
    return {"cost": {"requestedQueryCost": asked, "actualQueryCost": spent, "throttleStatus": status}}


def _roots(shop: Shop, kind: OperationType) -> dict[str, Resolver]:
    return _mutations(shop) if kind is OperationType.MUTATION else _queries(shop)


def _queries(shop: Shop) -> dict[str, Resolver]:
    return {
        "shop": lambda info: _shop(shop),
        "node": lambda info, id: _node(shop, id),
        "nodes": lambda info, ids: [_node(shop, one) for one in ids],
        "customer": lambda info, id: _customer(shop, id),
        "customerByIdentifier": lambda info, identifier: _identified(shop, identifier),
        "customers": lambda info, **args: nodes.customers(shop, args),
        "order": lambda info, id: _order(shop, id),
        "refund": lambda info, id: _refund(shop, id),
        "orders": lambda info, **args: nodes.orders(shop, list(shop.orders.values()), args),
        "webhookSubscription": lambda info, id: _subscription(shop, id),
        "webhookSubscriptions": lambda info, **args: connection(
            hooks.wanted(shop, args), args, hooks.node, lambda one: one.id
        ),
        "productVariants": lambda info, **args: nodes.variants(shop, args),
        "draftOrders": lambda info, **args: drafts.listed(shop, args),
        "ordersCount": lambda info, **args: nodes.orders_count(shop, args),
        "codeDiscountNode": lambda info, id: _discount(shop, id),
        "codeDiscountNodeByCode": lambda info, code: _code(shop, code),
        "discountRedeemCodeBulkCreation": lambda info, id: _bulk(shop, id),
        "currentAppInstallation": lambda info: _installation(shop),
    }


def _mutations(shop: Shop) -> dict[str, Resolver]:
    def writing(act: Resolver) -> Resolver:
        def guarded(info: "GraphQLResolveInfo[Any]", **args: Any) -> Any:
            nodes.need(shop, "write_discounts", info.field_name)
            return act(**args)

        return guarded

    return {
        "webhookSubscriptionCreate": lambda info, topic, webhookSubscription: hooks.create(
            shop, topic, webhookSubscription
        ),
        "webhookSubscriptionUpdate": lambda info, id, webhookSubscription: hooks.update(
            shop, id, webhookSubscription
        ),
        "webhookSubscriptionDelete": lambda info, id: hooks.delete(shop, id),
        "discountCodeBasicCreate": writing(
            lambda basicCodeDiscount: discounts.create(shop, basicCodeDiscount)
        ),
        "discountCodeBasicUpdate": writing(
            lambda id, basicCodeDiscount: discounts.update(shop, id, basicCodeDiscount)
        ),
        "draftOrderCreate": lambda info, input: drafts.create(shop, input),
        "discountCodeDelete": writing(lambda id: discounts.delete(shop, id)),
        "discountCodeActivate": writing(lambda id: discounts.switch(shop, id, True)),
        "discountCodeDeactivate": writing(lambda id: discounts.switch(shop, id, False)),
        "discountRedeemCodeBulkAdd": writing(
            lambda discountId, codes: discounts.add_codes(shop, discountId, codes)
        ),
    }


def _shop(shop: Shop) -> Json:
    return {
        "__typename": "Shop",
        "id": gid("Shop", 1),
        "name": shop.name,
        "email": "owner@shop.example",
        "currencyCode": shop.currency,
        "ianaTimezone": shop.zone,
        "timezoneAbbreviation": "EST",
        "myshopifyDomain": shop.domain,
        "url": f"https://{shop.domain}",
        "taxesIncluded": shop.taxes_included,
    }


def _installation(shop: Shop) -> Json:
    scopes = [{"handle": one, "description": one.replace("_", " ")} for one in sorted(shop.scopes)]
    return {"id": gid("AppInstallation", 1), "accessScopes": scopes}


def _identified(shop: Shop, identifier: Mapping[str, str]) -> Json | None:
    nodes.need(shop, "read_customers", "customerByIdentifier")
    if "id" in identifier:
        return _customer(shop, identifier["id"])
    if "emailAddress" in identifier:
        return _shown(shop, shop.customer_by_email(identifier["emailAddress"]))
    return _shown(shop, shop.customer_by_phone(identifier["phoneNumber"]))


def _customer(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_customers", "customer")
    return _shown(shop, shop.customers.get(_number(given_id, "Customer")))


def _shown(shop: Shop, found: Customer | None) -> Json | None:
    return nodes.customer(shop, found) if found else None


def _order(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_orders", "order")
    found = shop.orders.get(_number(given_id, "Order"))
    return nodes.order(shop, found) if found and shop.readable(found) else None


def _refund(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_orders", "refund")
    number = _number(given_id, "Refund")
    found = (
        (order, one) for order in list(shop.orders.values()) for one in order.refunds if one.id == number
    )
    return next((line_nodes.refund(order, one) for order, one in found if shop.readable(order)), None)


def _subscription(shop: Shop, given_id: str) -> Json | None:
    found = hooks.find(shop, given_id)
    return hooks.node(found) if found else None


def _code(shop: Shop, text: str) -> Json | None:
    nodes.need(shop, "read_discounts", "codeDiscountNodeByCode")
    return discounts.by_code(shop, text)


def _bulk(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_discounts", "discountRedeemCodeBulkCreation")
    return discounts.bulk(shop, given_id)


def _variant(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_products", "nodes")
    number = _number(given_id, "ProductVariant")
    found = next((one for one in list(shop.products.values()) if one.id + 1 == number), None)
    return line_nodes.variant(found, shop.currency) if found else None


def _item(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_inventory", "nodes")
    number = _number(given_id, "InventoryItem")
    found = next((one for one in list(shop.products.values()) if one.id + 2 == number), None)
    return line_nodes.stock(found, shop.currency) if found else None


def _discount(shop: Shop, given_id: str) -> Json | None:
    nodes.need(shop, "read_discounts", "codeDiscountNode")
    found = discounts.find(shop, given_id)
    return discounts.node(shop, found) if found else None


NODES: dict[str, Callable[[Shop, str], Json | None]] = {
    "Customer": _customer,
    "Order": _order,
    "Refund": _refund,
    "WebhookSubscription": _subscription,
    "ProductVariant": _variant,
    "InventoryItem": _item,
    "DiscountRedeemCodeBulkCreation": _bulk,
    "DiscountCodeNode": _discount,
}
"""What can be asked for by id alone."""


def _node(shop: Shop, given_id: str) -> Json | None:
    kind = given_id.removeprefix("gid://shopify/").partition("/")[0]
    find = NODES.get(kind)
    if find is None:
        raise GraphQLError(f"Invalid global id '{given_id}'")
    return find(shop, given_id)


def _number(given_id: str, kind: str) -> int:
    text = given_id.removeprefix(f"gid://shopify/{kind}/")
    if not text.isascii() or not text.isdigit():
        raise GraphQLError(f"Invalid global id '{given_id}'")
    return int(text)
