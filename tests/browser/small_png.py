"""Pictures beside each other in one small file: PNG with a palette, for pages of few colours."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS: Final = 256
GROUNDS: Final = 32
GAP: Final = 16
GREY: Final = b"\x80\x86\x8c"
"""Between the pictures, and below the shorter ones."""


@dataclass(frozen=True)
class Picture:
    """Rows of pixels, three bytes each."""

    width: int
    rows: Sequence[bytes]


def read(png: bytes) -> Picture:
    """The pixels of a picture as browsers write it: 8 bits for each of three or four channels, no interlace."""
    parts = dict.fromkeys((b"IHDR", b"IDAT"), b"")
    for kind, body in _chunks(png):
        if kind in parts:
            parts[kind] += body
    width, height, depth, colours = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    channels = {2: 3, 6: 4}[colours]
    assert depth == 8, "a browser writes 8 bits for each channel"
    data, line, rows, above = zlib.decompress(parts[b"IDAT"]), width * channels, [], bytes(width * channels)
    for start in range(0, height * (line + 1), line + 1):
        above = _unfiltered(data[start], bytearray(data[start + 1 : start + 1 + line]), above, channels)
        rows.append(above if channels == 3 else _without_alpha(above))
    return Picture(width, rows)


def beside_each_other(pictures: Sequence[Picture]) -> Picture:
    """One picture of several."""
    height = max(len(one.rows) for one in pictures)
    width = sum(one.width for one in pictures) + GAP * (len(pictures) + 1)
    empty = GREY * width
    rows = [GREY * GAP + b"".join(_row(one, n) + GREY * GAP for one in pictures) for n in range(height)]
    return Picture(width, [empty] * GAP + rows + [empty] * GAP)


def write(picture: Picture) -> bytes:
    """The picture as a file with a palette: colours that are seldom are drawn in the nearest frequent one."""
    pixels = [[row[n : n + 3] for n in range(0, len(row), 3)] for row in picture.rows]
    counts = Counter(pixel for row in pixels for pixel in row)
    palette = _palette(counts)
    index = {colour: _nearest(colour, palette) for colour in counts}
    lines = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in pixels)
    head = struct.pack(">IIBBBBB", picture.width, len(picture.rows), 8, 3, 0, 0, 0)
    body = (
        _chunk(b"IHDR", head) + _chunk(b"PLTE", b"".join(palette)) + _chunk(b"IDAT", zlib.compress(lines, 9))
    )
    return SIGNATURE + body + _chunk(b"IEND", b"")


def _palette(counts: Counter[bytes]) -> list[bytes]:
    """The grounds as they are, and one colour for each hue: a small sign in amber stays amber."""
    grounds = [colour for colour, _ in counts.most_common(GROUNDS)]
    hues: dict[bytes, int] = {}
    best: dict[bytes, bytes] = {}
    for colour, count in counts.most_common():
        hue = bytes(channel >> 4 for channel in colour)
        best.setdefault(hue, colour)
        hues[hue] = hues.get(hue, 0) + count
    frequent = sorted(hues, key=lambda hue: -hues[hue])
    return list(dict.fromkeys([*grounds, *(best[hue] for hue in frequent)]))[:MOST_COLOURS]


def _row(picture: Picture, number: int) -> bytes:
    return picture.rows[number] if number < len(picture.rows) else GREY * picture.width


def _nearest(colour: bytes, palette: Sequence[bytes]) -> int:
    return min(
        range(len(palette)), key=lambda n: sum((a - b) ** 2 for a, b in zip(colour, palette[n], strict=True))
    )


def _without_alpha(row: bytes) -> bytes:
    short = bytearray(len(row) // 4 * 3)
    for channel in range(3):
        short[channel::3] = row[channel::4]
    return bytes(short)


def _unfiltered(kind: int, line: bytearray, above: bytes, step: int) -> bytes:
    """A row as it was before the filter of this kind (PNG, section 9)."""
    for n in range(len(line)):
        left = line[n - step] if n >= step else 0
        if kind == 1:
            line[n] = (line[n] + left) & 255
        elif kind == 2:
            line[n] = (line[n] + above[n]) & 255
        elif kind == 3:
            line[n] = (line[n] + (left + above[n]) // 2) & 255
        elif kind == 4:
            line[n] = (line[n] + _paeth(left, above[n], above[n - step] if n >= step else 0)) & 255
        else:
            break
    return bytes(line)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
