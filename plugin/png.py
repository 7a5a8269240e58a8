"""How large a picture is: the head of a PNG (https://www.w3.org/TR/png-3/#11IHDR)."""

import struct
from typing import Final

_MARK: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = struct.Struct(">I4sII")


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for what is no PNG."""
    if not content.startswith(_MARK) or len(content) < len(_MARK) + _HEAD.size:
        return None
    _, kind, width, height = _HEAD.unpack_from(content, len(_MARK))
    return (width, height) if kind == b"IHDR" else None
