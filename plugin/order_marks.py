"""What is remembered of a store's orders beside them: how hints name one, how far they were read, by which settings."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

CURSOR: Final = "orders_cursor"
"""The option that says where the sweep of the orders goes on."""
READ: Final = "orders_read"
"""The option that says how many orders the first sweep has read so far, and whether it is done."""
BY: Final = ("agents", "costs", "attribution", "commission_base", "fx", "currency", "timezone")
"""The sections that an account rests on."""
ACCOUNTED_BY: Final = "accounted_by"
"""The option that says by which of them a store's orders were accounted."""


def order_resource(order_id: str) -> str:
    """The name of an order as a thing that hints point to."""
    return f"order:{order_id}"


def order_of(resource: str) -> str:
    """The store's id in a resource name made by `order_resource`."""
    return resource.partition(":")[2]


def digest_of(document: Mapping[str, Any]) -> str:
    """What stands for the sections that an account rests on: the same for the same, whatever else the settings say."""
    told = {name: document.get(name) for name in BY if document.get(name)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
