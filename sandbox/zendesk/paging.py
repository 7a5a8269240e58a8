"""Lists page by page: by cursor where `page[…]` is given, else by page number."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from sandbox.zendesk.errors import bad_request
from sandbox.zendesk.records import Json

LARGEST = 100
LAST_RECORD = 10_000


def page(name: str, records: Sequence[Any], args: MultiDict[str, str], url: str) -> Json:
    """The page of these records that the query asks for, with where to go on. `url` is without a query."""
    if any(key.startswith("page[") for key in args):
        return _by_cursor(name, records, args, url)
    return _by_number(name, records, args, url)


def whole_number(args: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A number from the query, at least 1; more than `most` counts as `most`."""
    text = args.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise bad_request("InvalidPaginationParameter", f"{name} must be a number above 0")
    return min(int(text), most)


def encode_cursor(position: int) -> str:
    """A place in a list, as text that says nothing to a reader."""
    return base64.urlsafe_b64encode(f"{position}||".encode()).decode()


def decode_cursor(cursor: str) -> int:
    """The place that a cursor means; 400 for what is none."""
    try:
        return int(base64.urlsafe_b64decode(cursor.encode()).decode().removesuffix("||"))
    except (ValueError, binascii.Error):
        raise bad_request("InvalidCursor", "The cursor is invalid") from None


def _by_cursor(name: str, records: Sequence[Any], args: MultiDict[str, str], url: str) -> Json:
    size = whole_number(args, "page[size]", LARGEST, LARGEST)
    after = args.get("page[after]")
    start = decode_cursor(after) if after else 0
    end = start + size
    more = end < len(records)
    cursor = encode_cursor(end)
    following = _address(url, args, "page[after]", cursor) if more else None
    return {
        name: list(records[start:end]),
        "meta": {"has_more": more, "after_cursor": cursor if more else None, "before_cursor": after},
        "links": {"next": following, "prev": None},
    }


def _by_number(name: str, records: Sequence[Any], args: MultiDict[str, str], url: str) -> Json:
    size = whole_number(args, "per_page", LARGEST, LARGEST)
    number = whole_number(args, "page", 1, LAST_RECORD)
    if number * size > LAST_RECORD and number > 1:
        raise bad_request("InvalidPaginationDepth", "Number of records is limited to 10000 with page numbers")
    end = number * size
    return {
        name: list(records[end - size : end]),
        "next_page": _numbered(url, args, number + 1) if end < len(records) else None,
        "previous_page": _numbered(url, args, number - 1) if number > 1 else None,
        "count": len(records),
    }


def _numbered(url: str, args: MultiDict[str, str], number: int) -> str:
    return _address(url, args, "page", str(number))


def _address(url: str, args: MultiDict[str, str], name: str, value: str) -> str:
    """The same question with another place in the list; a name that is there several times stays so."""
    kept = [(key, one) for key, one in args.items(multi=True) if key != name]
    return f"{url}?{urlencode([*kept, (name, value)])}"
