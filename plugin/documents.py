"""Reading what a vendor sends: what is wrong is told by its path, and the many words for nothing are one.

Ids come as numbers or as texts, words in any case, nothing as null, "" or "0": all are read here into the same.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from plugin.ports import Api, PermanentError, Unreadable

_ID: Final = re.compile(r"-?[0-9]{1,20}")
_TOO_FINE: Final = re.compile(r"(\.[0-9]{6})[0-9]+")
_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: no database keeps them in a text."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document and where it stands. Every reader raises Unreadable with that path, and nothing else."""

    value: Any
    path: str = ""

    def at(self, name: str) -> "Part":
        """The member of an object; an absent one is null."""
        if not isinstance(self.value, dict):
            raise Unreadable(self.path, "must be an object")
        return Part(self.value.get(name), f"{self.path}.{name}" if self.path else name)

    def items(self) -> "Iterator[Part]":
        """The items of a list; null holds none."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise Unreadable(self.path, "must be a list")
        for number, value in enumerate(self.value):
            yield Part(value, f"{self.path}[{number}]")

    def text(self) -> str:
        """The text, "" for null; what no database keeps is replaced."""
        return _UNKEEPABLE.sub("\ufffd", self._text())

    def word(self) -> str | None:
        """One of the vendor's own words, in lower case; None for nothing."""
        return self.text().strip().lower() or None

    def key(self) -> str:
        """A text that names something: there, and free of what no database keeps."""
        text = self._text()
        if not text:
            raise Unreadable(self.path, "is missing")
        if _UNKEEPABLE.search(text):
            raise Unreadable(self.path, "holds NUL or half a character")
        return text

    def id(self) -> str | None:
        """An id as text, whether it came as a number or a text; None for nothing ("0", "", null)."""
        if self.value is None or self.value == "":
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int | str):
            raise Unreadable(self.path, "must be an id")
        text = str(self.value)
        if not _ID.fullmatch(text):
            raise Unreadable(self.path, "must be a whole number")
        return str(int(text)) if int(text) else None

    def own_id(self) -> str:
        """The id of something that exists."""
        found = self.id()
        if found is None:
            raise Unreadable(self.path, "is missing")
        if found.startswith("-"):
            raise Unreadable(self.path, "must be above 0")
        return found

    def instant(self) -> datetime:
        """An instant in UTC."""
        at = read_instant(self.key())
        if at is None:
            raise Unreadable(self.path, "must be an instant, as 2026-01-02T03:04:05Z")
        return at

    def _text(self) -> str:
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise Unreadable(self.path, "must be a text")
        return self.value


def read_document(body: bytes) -> Part:
    """The JSON document in these bytes; Unreadable for whatever else they are."""
    try:
        return Part(json.loads(body.decode()))
    except UnicodeDecodeError:
        raise Unreadable("", "is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unreadable("", f"is not JSON ({error})") from None
    except ValueError:
        raise Unreadable("", "holds a number too long to read") from None
    except RecursionError:
        raise Unreadable("", "is nested too deeply") from None


def read_instant(text: str) -> datetime | None:
    """An ISO 8601 instant in UTC, finer fractions than microseconds cut off; None where it is none."""
    try:
        at = datetime.fromisoformat(_TOO_FINE.sub(r"\1", text))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def header(headers: Mapping[str, str], name: str) -> str | None:
    """A header by its name in lower case, however the caller spells it."""
    return next((value for given, value in headers.items() if given.lower() == name), None)


@contextmanager
def answer_of(api: Api) -> Iterator[None]:
    """An answer that is not what the vendor documents: trying again will not help, so say which field it is."""
    try:
        yield
    except Unreadable as error:
        connection = api.connection
        raise PermanentError(
            f"{connection.vendor} account {connection.account} answered with something that cannot be read "
            f"({error}). Check that {connection.api_url} is that account; if it is, report this line to us"
        ) from None
