"""Tags as they are compared: without case, and a blank is an underscore, as some helpdesks write it."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

SLOT: Final = "tag:"
_LONGEST: Final = 90
"""A longer tag stands in its slot by its digest: slots are kept in a column of a hundred characters."""


def tag_key(tag: str) -> str:
    """The form in which two tags are the same one: `VIP Concierge` is `vip_concierge`."""
    return "_".join(tag.casefold().split())


def tag_slot(tag: str) -> str:
    """The slot of one tag on a ticket; what it holds is `on` or `off`."""
    key = tag_key(tag)
    return SLOT + (key if len(key) <= _LONGEST else sha256(key.encode()).hexdigest())


def held(tags: Iterable[str]) -> frozenset[str]:
    """The slots of the tags that a ticket carries."""
    return frozenset(map(tag_slot, tags))
