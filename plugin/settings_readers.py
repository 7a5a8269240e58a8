"""Reading one value of a settings document: what it may be, and what is wrong with it in a sentence."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields

from plugin.currencies import digits, is_currency
from plugin.domain.setting_errors import Wrong, listed, quoted
from plugin.domain.written import amount_of, number_of, some_of, text_of

MOST_ITEMS: Final = 10_000
MOST_EMAIL: Final = 320
FIRST_YEAR: Final = 2000
"""A year before it is a slip (0202 for 2022), and would fill the books with centuries."""
_EMAIL: Final = re.compile(r"[^@\s,;<>\x00-\x1f]+@[^@\s,;<>\x00-\x1f]+\.[^@\s,;<>\x00-\x1f]+")
_COUPON: Final = re.compile(r"\w[\w-]{0,62}\w?")
_SHARE: Final = re.compile(r"\d(\.\d{1,6})?")
_RATE: Final = re.compile(r"\d{1,9}(\.\d{1,10})?")
_HTTPS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?(/[^\s\"'<>]*)?")
_MONTH: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")

CURRENCY: ContextVar[str | None] = ContextVar("currency", default=None)
"""The currency of the document that is being checked: its amounts have that many digits."""


class Read(fields.Field[Any]):
    """A value read by a function that says by `Wrong` what is wrong with it."""

    def __init__(self, read: Callable[[object], Any], **options: Any) -> None:
        super().__init__(**options)
        self._read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return self._read(value)
        except Wrong as wrong:
            raise ValidationError({wrong.step: [str(wrong)]} if wrong.step else str(wrong)) from None


class Section(Schema):
    """A mapping whose unknown keys are errors, so that a typing error is no silent default."""

    class Meta:
        """What is not known is refused."""

        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = (field.data_key or name for name, field in self.declared_fields.items())
        self.error_messages["unknown"] = f"no such setting; there is: {listed(known, most=30)}"


def choice(*names: Any) -> Callable[[object], Any]:
    """One of these, exactly (1 is not true)."""

    def read(raw: object) -> Any:
        for name in names:
            if raw == name and type(raw) is type(name):
                return raw
        raise Wrong(f"must be {' or '.join(str(name).lower() for name in names)}")

    return read


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number within these bounds."""

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise Wrong(f"must be a whole number from {least:,} to {most:,}")
        return raw

    return read


def read_version(raw: object) -> int:
    """The version of the document: 1."""
    if raw != 1 or not isinstance(raw, int) or isinstance(raw, bool):
        raise Wrong("this version of Marginalia reads version 1")
    return 1


def read_amount(raw: object) -> Decimal:
    """An amount in the currency of the document."""
    return amount_of(raw, CURRENCY.get(), digits)


def read_currency(raw: object) -> str:
    """A currency by ISO 4217."""
    if not isinstance(raw, str) or not is_currency(raw):
        raise Wrong(f"{quoted(raw)} is no currency; write its three letters (ISO 4217), as USD")
    return raw


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_zone(raw: object) -> str:
    """An IANA time zone."""
    if not isinstance(raw, str) or raw not in _zones():
        raise Wrong(f"{quoted(raw)} is no time zone; write one as America/New_York")
    return raw


def read_email(raw: object) -> str:
    """An e-mail address."""
    text = text_of(raw, MOST_EMAIL)
    if not _EMAIL.fullmatch(text):
        raise Wrong(f"{quoted(raw)} is no e-mail address")
    return text


def read_https(raw: object) -> str:
    """An address on the web, in full."""
    text = text_of(raw)
    if not _HTTPS.fullmatch(text):
        raise Wrong(f"{quoted(raw)} is no address: write it in full, as https://www.example.com/record")
    return text


def read_coupon(raw: object) -> str:
    """A coupon code."""
    text = text_of(raw)
    if not _COUPON.fullmatch(text):
        raise Wrong(f"{quoted(raw)} is no coupon code: letters, digits, - and _, at most 64")
    return text


def read_share(raw: object) -> Decimal:
    """A part of the whole, from 0 to 1."""
    if not isinstance(raw, str) or not _SHARE.fullmatch(raw) or Decimal(raw) > 1:
        raise Wrong(f'{quoted(raw)} is no share: write it in quotes from "0" to "1"; ten per cent is "0.10"')
    return Decimal(raw)


def read_rate(raw: object) -> Decimal:
    """A rate of exchange, above 0."""
    if not isinstance(raw, str) or not _RATE.fullmatch(raw) or not Decimal(raw):
        raise Wrong(f'{quoted(raw)} is no rate: write it in quotes, as "1.0823"')
    return Decimal(raw)


def read_percent(raw: object) -> float:
    """Per cent of all: more than 0, at most 100."""
    number = float(number_of(raw))
    if not 0 < number <= 100:
        raise Wrong("must be more than 0 and at most 100: 1 is the top one per cent")
    return number


def read_since(raw: object) -> date:
    """The first day of a month (2022-01), or a day (2026-11-01)."""
    found = _since(raw if isinstance(raw, str) else "")
    if found is None:
        raise Wrong(f"{quoted(raw)} is no month or day: write it as 2026-11 or 2026-11-01")
    if found.year < FIRST_YEAR:
        raise Wrong(f"{quoted(raw)} is before {FIRST_YEAR}: nothing is counted so far back")
    return found


def _since(text: str) -> date | None:
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01") if _MONTH.fullmatch(text) else None
    except ValueError:
        return None


def read_day(raw: object) -> date:
    """A day."""
    try:
        return date.fromisoformat(raw if isinstance(raw, str) and len(raw) == 10 else "")
    except ValueError:
        raise Wrong(f"{quoted(raw)} is no day: write it as 2026-12-25") from None


def read_codes(raw: object) -> tuple[str, ...]:
    """A list of reason codes."""
    if not isinstance(raw, list | tuple):
        raise Wrong("must be a list of reason codes")
    return some_of(raw, text_of)


def items_of(of: fields.Field[Any]) -> fields.List[Any]:
    """A list that may be left out."""
    return fields.List(of, load_default=list)


def since_field() -> Read:
    """The day or month from which a row holds."""
    return Read(read_since, data_key="from", required=True)
