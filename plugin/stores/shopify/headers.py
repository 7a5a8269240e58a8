"""The headers of a webhook: each by its name of many years, or without the `X-` as newer deliveries write it.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from collections.abc import Mapping
from typing import Final

from plugin.documents import header

SIGNATURE: Final = "hmac-sha256"
TOPIC: Final = "topic"
EVENT: Final = "event-id"
"""The same for everything that one event brings."""
DELIVERY: Final = "webhook-id"


def said(headers: Mapping[str, str], name: str) -> str | None:
    """What the delivery says of itself under this name; None for nothing."""
    return header(headers, f"x-shopify-{name}") or header(headers, f"shopify-{name}") or None
