"""What is asked of orders, in GraphQL: their head with a few lines, more lines, one refund at a time.

Each of these costs less than the 1,000 points that one query may: 11 for a line, 6 for a line of a refund. So most
orders are read with the page that they stand on, and those with more lines, or with refunds, by their own questions.

https://shopify.dev/docs/api/admin-graphql/latest/objects/Order
"""

from typing import Final

from plugin.stores.shopify.queries import Document, Spare

PAGE: Final = 14
"""Orders on one page of a sweep."""
SWEPT_LINES: Final = 4
"""Lines of each of them."""
LINES: Final = 20
MORE_LINES: Final = 80
REFUNDS: Final = 100
RETURNS: Final = 40
"""Lines of a refund that are read at once."""
UNITS: Final = 100
"""Variants whose cost is asked for at once."""

_MONEY = "{ shopMoney { amount } }"
_PAGED = "pageInfo { hasNextPage endCursor }"
_VARIANT = "variant { id }"
_PARCELS = "fulfillments(first: 5) { status }"
_VISIT = "customerJourneySummary { lastVisit { landingPage referrerUrl } }"
_UNIT_COST = "unitCost { amount currencyCode }"
_ITEM = f"inventoryItem {{ id {_UNIT_COST} }}"
SPARE: Final = (
    Spare(("variant",), _VARIANT),
    Spare(("fulfillments",), _PARCELS, "displayFulfillmentStatus"),
    Spare(("customerJourneySummary", "lastVisit", "landingPage", "referrerUrl"), _VISIT),
    Spare(("inventoryItem",), _ITEM),
    Spare(("unitCost",), _UNIT_COST),
    Spare(("inventoryItem",), _ITEM.replace(_UNIT_COST, "")),
)
"""What an app may lack the scope for: an order is worth the same without it."""

_HEAD = (
    "id name createdAt processedAt updatedAt cancelledAt test tags note email phone sourceName taxesIncluded "
    "currencyCode presentmentCurrencyCode displayFinancialStatus discountCodes customAttributes { key value } "
    f"customer {{ id }} totalDiscountsSet {_MONEY} {_PARCELS} {_VISIT}"
)
_LINE = (
    f"id sku title quantity currentQuantity isGiftCard {_VARIANT} originalUnitPriceSet {_MONEY} "
    f"discountAllocations {{ allocatedAmountSet {_MONEY} "
    "discountApplication { ... on DiscountCodeApplication { code } } } "
    f"taxLines {{ priceSet {_MONEY} }}"
)
ORDERS_CHANGED: Final = Document(
    "the orders that changed",
    "query ordersChanged($search: String!, $sort: OrderSortKeys!) "
    f"{{ orders(first: {PAGE}, query: $search, sortKey: $sort) {{ nodes {{ {_HEAD} "
    f"lineItems(first: {SWEPT_LINES}) {{ nodes {{ {_LINE} }} {_PAGED} }} refunds(first: 1) {{ id }} }} "
    "pageInfo { hasNextPage } } }",
    SPARE,
)
ORDER: Final = Document(
    "an order",
    f"query order($id: ID!) {{ order(id: $id) {{ {_HEAD} "
    f"lineItems(first: {LINES}) {{ nodes {{ {_LINE} }} {_PAGED} }} refunds(first: {REFUNDS}) {{ id }} }} }}",
    SPARE,
)
ORDER_STATE: Final = Document(
    "the state of an order", "query orderState($id: ID!) { order(id: $id) { updatedAt } }", SPARE
)
ORDER_LINES: Final = Document(
    "more lines of an order",
    "query orderLines($id: ID!, $after: String) { order(id: $id) "
    f"{{ lineItems(first: {MORE_LINES}, after: $after) {{ nodes {{ {_LINE} }} {_PAGED} }} }} }}",
    SPARE,
)
REFUND: Final = Document(
    "a refund",
    "query refund($id: ID!, $after: String) { node(id: $id) { ... on Refund { id createdAt note "
    f"refundLineItems(first: {RETURNS}, after: $after) {{ nodes {{ quantity subtotalSet {_MONEY} "
    f"totalTaxSet {_MONEY} lineItem {{ id isGiftCard }} }} {_PAGED} }} "
    f"refundShippingLines(first: 5) {{ nodes {{ subtotalAmountSet {_MONEY} taxAmountSet {_MONEY} }} }} "
    f"transactions(first: 10) {{ nodes {{ kind status amountSet {_MONEY} }} }} }} }} }}",
    SPARE,
)
UNIT_COSTS: Final = Document(
    "what some variants cost",
    f"query unitCosts($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on ProductVariant {{ id sku {_ITEM} }} }} }}",
    SPARE,
)
SCOPES: Final = Document(
    "the scopes of the app", "query scopes { currentAppInstallation { accessScopes { handle } } }"
)
