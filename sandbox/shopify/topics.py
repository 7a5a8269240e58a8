"""Topics of webhooks: as GraphQL names them, and as the header of a delivery does."""

_PLAIN = (
    *(
        "ORDERS_CREATE",
        "ORDERS_PAID",
        "ORDERS_UPDATED",
        "ORDERS_CANCELLED",
        "ORDERS_EDITED",
        "REFUNDS_CREATE",
    ),
    *("CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "CUSTOMERS_PURCHASING_SUMMARY"),
    *("FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "FULFILLMENT_EVENTS_CREATE", "ORDER_TRANSACTIONS_CREATE"),
    *("DISCOUNTS_CREATE", "DISCOUNTS_UPDATE", "DISCOUNTS_DELETE"),
    *("RETURNS_REQUEST", "RETURNS_APPROVE", "RETURNS_UPDATE", "RETURNS_CLOSE"),
    *("APP_UNINSTALLED", "APP_SCOPES_UPDATE", "SHOP_UPDATE", "INVENTORY_ITEMS_UPDATE"),
)
_ODD = {
    "CUSTOMER_TAGS_ADDED": "customer.tags_added",
    "CUSTOMER_TAGS_REMOVED": "customer.tags_removed",
    "CUSTOMERS_PURCHASING_SUMMARY": "customers/purchasing_summary",
    "DISCOUNTS_REDEEMCODE_ADDED": "discounts/redeemcode_added",
    "DISCOUNTS_REDEEMCODE_REMOVED": "discounts/redeemcode_removed",
    "SUBSCRIPTION_BILLING_ATTEMPTS_SUCCESS": "subscription_billing_attempts/success",
    "SUBSCRIPTION_BILLING_ATTEMPTS_FAILURE": "subscription_billing_attempts/failure",
    "SUBSCRIPTION_BILLING_ATTEMPTS_CHALLENGED": "subscription_billing_attempts/challenged",
    "REVERSE_DELIVERIES_ATTACH_DELIVERABLE": "reverse_deliveries/attach_deliverable",
}


def _header(topic: str) -> str:
    resource, _, action = topic.lower().rpartition("_")
    return f"{resource}/{action}"


HEADERS: dict[str, str] = {
    **{one: _header(one) for one in _PLAIN},
    "APP_SCOPES_UPDATE": "app/scopes_update",
    **_ODD,
}
"""Name in GraphQL → name in `X-Shopify-Topic`."""
