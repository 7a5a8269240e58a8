"""What is asked of the Admin API, in GraphQL. A customer is always asked for whole: each answer replaces the last.

Only their latest orders are left out where many customers are read at once.

https://shopify.dev/docs/api/admin-graphql
"""

import re
from dataclasses import dataclass

LINES = 20
"""Lines of the latest order whose SKUs are read."""
PAGE = 30
"""Customers on one page: with their orders' lines just below the 1,000 points that one query may cost."""
ORDERS = 5
"""Orders looked at for one that is named: a search finds more than was asked for."""
LATEST = 3
"""Latest orders of a customer that are read for the agent."""
LATEST_LINES = 5
"""Lines of each of them."""
MOST_PARCELS = 3
"""Fulfilments of each of them, and tracking numbers of each fulfilment."""


@dataclass(frozen=True, slots=True)
class Spare:
    """A part of a question that can be done without: the fields it is refused for, and what takes its place."""

    fields: tuple[str, ...]
    text: str
    instead: str = ""

    def is_meant(self, refusal: str) -> bool:
        """Whether the vendor's words name one of these fields."""
        return any(re.search(rf"\b{field}\b", refusal) for field in self.fields)


_CONTACT = "defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }"
_DUE = "estimatedDeliveryAt "
_PARCELS = (
    f"fulfillments(first: {MOST_PARCELS}) "
    f"{{ displayStatus {_DUE}trackingInfo(first: {MOST_PARCELS}) {{ company number url }} }}"
)
_SENT = ("fulfillments", "displayStatus", "trackingInfo")
_COST = "unitCost { amount currencyCode } "
_ITEM = f"inventoryItem {{ {_COST}tracked }}"
SPARE = (
    Spare(("defaultEmailAddress", "defaultPhoneNumber"), _CONTACT, "email phone"),
    Spare(("returnStatus",), "returnStatus"),
    Spare(_SENT, _PARCELS),
    Spare(("estimatedDeliveryAt",), _DUE),
    Spare(_SENT, _PARCELS.replace(_DUE, "")),
    Spare(("inventoryItem", "tracked"), _ITEM),
    Spare(("unitCost",), _COST),
    Spare(("inventoryItem", "tracked"), _ITEM.replace(_COST, "")),
)
"""What an older version has not, or what the app may lack the scope for: nobody is lost for want of it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One question. `name` is how costs are remembered, and how it is called where it is refused."""

    name: str
    text: str
    spare: tuple[Spare, ...] = SPARE

    def without(self, refusal: str) -> "Document | None":
        """The same without the parts that a refusal names; None where it names nothing that can be spared."""
        text, spared = self.text, []
        for part in self.spare:
            if part.is_meant(refusal) and part.text in text:
                text = text.replace(part.text, part.instead)
                spared.append(part.fields[0])
        name = f"{self.name} (without {', '.join(spared)})"
        return Document(name, text, self.spare) if spared else None


_LATEST = f"""
  orders(first: {LATEST}, sortKey: CREATED_AT, reverse: true) {{ nodes {{
    name processedAt createdAt displayFinancialStatus displayFulfillmentStatus returnStatus
    totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
    lineItems(first: {LATEST_LINES}) {{ nodes {{ sku title quantity }} }}
    {_PARCELS}
  }} }}"""
_SUMMARY = f"""
fragment known on Customer {{
  id displayName tags numberOfOrders updatedAt
  amountSpent {{ amount currencyCode }}
  {_CONTACT}
  lastOrder {{
    name processedAt createdAt tags displayFinancialStatus displayFulfillmentStatus
    totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
    lineItems(first: {LINES}) {{ nodes {{ sku }} }}
  }}LATEST
}}"""
_CUSTOMER = _SUMMARY.replace("LATEST", _LATEST)
_SWEPT = _SUMMARY.replace("LATEST", "")
"""Without the latest orders: a page of customers with theirs would cost more than one query may."""

BY_EMAIL = Document(
    "the customer with an e-mail address",
    "query customerByEmail($value: String!) "
    "{ customerByIdentifier(identifier: {emailAddress: $value}) { ...known } }" + _CUSTOMER,
)
BY_PHONE = Document(
    "the customer with a phone number",
    "query customerByPhone($value: String!) "
    "{ customerByIdentifier(identifier: {phoneNumber: $value}) { ...known } }" + _CUSTOMER,
)
BY_ID = Document(
    "the customer with an id",
    "query customerById($value: ID!) { customer(id: $value) { ...known } }" + _CUSTOMER,
)
BY_ORDER = Document(
    "the customer of an order",
    "query customerOfOrder($value: String!) "
    f"{{ orders(first: {ORDERS}, query: $value, sortKey: CREATED_AT, reverse: true) "
    "{ nodes { name customer { ...known } } } }" + _CUSTOMER,
)
CHANGED = Document(
    "the customers that changed",
    "query customersChanged($search: String!, $sort: CustomerSortKeys!) "
    f"{{ customers(first: {PAGE}, query: $search, sortKey: $sort) "
    "{ nodes { ...known } pageInfo { hasNextPage } } }" + _SWEPT,
)
SKUS = 20
"""SKUs that are asked for at once."""
VARIANTS = 60
"""Variants that are looked at for them: a shop may give one SKU to several."""
PRODUCTS = Document(
    "the products with some SKUs",
    "query products($search: String!) { shop { currencyCode } "
    f"productVariants(first: {VARIANTS}, query: $search) {{ nodes {{ id sku title price "
    f"inventoryQuantity inventoryPolicy {_ITEM} product {{ title status }} }} }} }}",
)
DRAFTS = Document(
    "the draft orders with a tag",
    "query drafts($search: String!) { draftOrders(first: 10, query: $search) "
    "{ nodes { name tags invoiceUrl } } }",
)
MAKE_DRAFT = Document(
    "a draft order",
    "mutation makeDraft($input: DraftOrderInput!) { draftOrderCreate(input: $input) "
    "{ draftOrder { name invoiceUrl } userErrors { field message } } }",
)
SHOP = Document("the shop", "query shop { shop { currencyCode ianaTimezone taxesIncluded } }")
SUBSCRIPTIONS = Document(
    "the webhook subscriptions",
    "query subscriptions($after: String) { webhookSubscriptions(first: 100, after: $after) "
    "{ nodes { id topic uri } pageInfo { hasNextPage endCursor } } }",
)
SUBSCRIBE = Document(
    "a webhook subscription",
    "mutation subscribe($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) "
    "{ webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) "
    "{ webhookSubscription { id } userErrors { field message } } }",
)
MEND = Document(
    "another address of a webhook subscription",
    "mutation mend($id: ID!, $subscription: WebhookSubscriptionInput!) "
    "{ webhookSubscriptionUpdate(id: $id, webhookSubscription: $subscription) "
    "{ webhookSubscription { id } userErrors { field message } } }",
)
