"""What everything of the shop is written with: documents, instants, ids."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]

ZERO = Decimal("0.00")


def stamp(at: datetime) -> str:
    """An instant as GraphQL writes it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def gid(kind: str, number: int | str) -> str:
    """A number as GraphQL names it."""
    return f"gid://shopify/{kind}/{number}"
