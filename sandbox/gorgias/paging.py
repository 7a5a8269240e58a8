"""Lists page by page: `limit`, `cursor`, `order_by=field:asc|desc`. A cursor is the place behind an item."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sandbox.gorgias.errors import invalid
from sandbox.gorgias.records import Json

Record = TypeVar("Record")
Keys = Mapping[str, Callable[[Any], Any]]
LARGEST, USUAL = 100, 30
CREATED: Keys = {"created_datetime": lambda one: one.created_at.timestamp(), "id": lambda one: one.id}
ORDER = "created_datetime:asc"


def page(
    records: Sequence[Record],
    args: Mapping[str, str],
    uri: str,
    show: Callable[[Record], Json],
    keys: Keys = CREATED,
    order: str = ORDER,
) -> Json:
    """The page that the query asks for. `keys` are what may be sorted by, `order` is what is without `order_by`."""
    by, reverse = _order(args.get("order_by", order), keys)

    def key(one: Any) -> list[Any]:
        return [keys[by](one), one.id]

    found = sorted(records, key=key, reverse=reverse)
    after = _decoded(args["cursor"], by) if args.get("cursor") else None
    if after is not None:
        found = [one for one in found if (key(one) < after if reverse else key(one) > after)]
    size = _size(args)
    shown = found[:size]
    more = len(found) > size
    return {
        "object": "list",
        "uri": uri,
        "data": [show(one) for one in shown],
        "meta": {
            "prev_cursor": None,
            "next_cursor": _encoded(by, key(shown[-1])) if more else None,
            "total_resources": None,
        },
    }


def _size(args: Mapping[str, str]) -> int:
    text = args.get("limit", str(USUAL))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST:
        raise invalid("limit", f"Must be between 1 and {LARGEST}.")
    return int(text)


def _order(text: str, keys: Keys) -> tuple[str, bool]:
    name, _, direction = text.partition(":")
    if name not in keys or direction not in {"", "asc", "desc"}:
        raise invalid("order_by", f"Must be one of {', '.join(keys)}, followed by :asc or :desc.")
    return name, direction == "desc"


def _encoded(by: str, key: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([by, *key]).encode()).decode()


def _decoded(cursor: str, by: str) -> list[Any]:
    """The place; a cursor of another order is none."""
    try:
        name, *key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if name == by and len(key) == 2:
            return list(key)
    except (ValueError, binascii.Error, TypeError):
        pass  # told below, with those that are well-formed but of another list
    raise invalid("cursor", "The cursor is not valid.")
