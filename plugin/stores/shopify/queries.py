"""What is asked of the Admin API, in GraphQL. A customer is always asked for whole: each answer replaces the last.

https://shopify.dev/docs/api/admin-graphql
"""

from dataclasses import dataclass

LINES = 20
"""Lines of the latest order whose SKUs are read."""
PAGE = 30
"""Customers on one page: with their orders' lines just below the 1,000 points that one query may cost."""
ORDERS = 5
"""Orders looked at for one that is named: a search finds more than was asked for."""
_CONTACT = "defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }"
_OLDER_CONTACT = "email phone"


@dataclass(frozen=True, slots=True)
class Document:
    """One question. `name` is how costs are remembered, and how it is called where it is refused."""

    name: str
    text: str

    @property
    def older(self) -> "Document | None":
        """The same, with addresses in the fields of older versions; None where that is no other question."""
        text = self.text.replace(_CONTACT, _OLDER_CONTACT)
        return None if text == self.text else Document(f"{self.name} (older fields)", text)


_CUSTOMER = f"""
fragment known on Customer {{
  id displayName tags numberOfOrders updatedAt
  amountSpent {{ amount currencyCode }}
  {_CONTACT}
  lastOrder {{
    name processedAt createdAt tags displayFinancialStatus displayFulfillmentStatus
    totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
    lineItems(first: {LINES}) {{ nodes {{ sku }} }}
  }}
}}"""

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
    "{ nodes { ...known } pageInfo { hasNextPage } } }" + _CUSTOMER,
)
SHOP = Document("the shop", "query shop { shop { currencyCode ianaTimezone } }")
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
