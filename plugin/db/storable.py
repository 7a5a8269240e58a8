"""Text from outside, made so that every database can keep it."""

import hashlib
import re

REPLACEMENT = "\ufffd"
"""What stands for a character that cannot be kept."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL refuses in text, and lone surrogates, which are no characters and have no UTF-8."""


def storable(text: str, longest: int | None = None) -> str:
    """The text with what cannot be kept replaced, cut at `longest` characters."""
    return _UNSTORABLE.sub(REPLACEMENT, text)[:longest]


def storable_key(text: str, longest: int) -> str:
    """The text itself where it can be kept whole, else its digest: two different keys never become one."""
    if len(text) <= longest and not _UNSTORABLE.search(text):
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
