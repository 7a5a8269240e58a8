"""Lists as GraphQL pages them: so many from the start or the end, after or before a cursor."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from graphql import GraphQLError

from sandbox.shopify.records import Json

Record = TypeVar("Record")
LARGEST = 250


def connection(
    records: Sequence[Record],
    args: Mapping[str, Any],
    node: Callable[[Record], Json],
    key: Callable[[Record], Any],
) -> Json:
    """The part of these that the arguments ask for. `key` is what a cursor says about a record."""
    cursors = [_cursor(key(one)) for one in records]
    begin = _place(cursors, args["after"]) + 1 if args.get("after") else 0
    end = _place(cursors, args["before"]) if args.get("before") else len(records)
    begin, end = _cut(begin, end, args)
    edges = [{"cursor": cursors[place], "node": node(records[place])} for place in range(begin, end)]
    return {
        "edges": edges,
        "nodes": [one["node"] for one in edges],
        "pageInfo": {
            "hasNextPage": end < len(records),
            "hasPreviousPage": begin > 0,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def size(args: Mapping[str, Any]) -> int:
    """How many are asked for; the vendor wants to be told, and refuses more than 250."""
    first, last = args.get("first"), args.get("last")
    wanted = first if first is not None else last
    if wanted is None:
        raise GraphQLError("you must provide one of first or last")
    if not 0 < wanted <= LARGEST:
        raise GraphQLError(f"{wanted} is not between 1 and {LARGEST}")
    return int(wanted)


def _cut(begin: int, end: int, args: Mapping[str, Any]) -> tuple[int, int]:
    wanted = size(args)
    if args.get("first") is not None:
        return begin, min(end, begin + wanted)
    return max(begin, end - wanted), end


def _cursor(key: Any) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode()


def _place(cursors: Sequence[str], cursor: str) -> int:
    try:
        base64.urlsafe_b64decode(cursor.encode())
        return cursors.index(cursor)
    except (ValueError, binascii.Error):
        raise GraphQLError(f"{cursor!r} is not a valid cursor") from None
