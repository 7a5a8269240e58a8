"""Values as the Admin API writes them: amounts, counts, lists of texts."""

import re
from typing import Final

from plugin.documents import Part
from plugin.domain.money import Digits, Money, money
from plugin.ports import Unreadable

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
MOST: Final = 2**63
"""More minor units, or pieces, than any database keeps in a number."""
_COUNT: Final = re.compile(r"[0-9]{1,9}")


def read_money(part: Part, digits: Digits) -> Money:
    """An amount with its currency."""
    return read_amount(part.at("amount"), read_currency(part.at("currencyCode")), digits)


def read_currency(part: Part) -> str:
    """A currency by its code."""
    currency = part.key()
    if not _CURRENCY.fullmatch(currency):
        raise Unreadable(part.path, "must be a currency, as USD")
    return currency


def read_amount(part: Part, currency: str, digits: Digits) -> Money:
    """An amount of a currency that stands elsewhere; numbers come as texts, mostly."""
    if isinstance(part.value, bool) or not isinstance(part.value, str | int | float):
        raise Unreadable(part.path, "must be an amount")
    try:
        found = money(str(part.value), currency, digits)
    except (ValueError, ArithmeticError):
        raise Unreadable(part.path, "must be an amount") from None
    if not -MOST < found.minor < MOST:
        raise Unreadable(part.path, "is too large")
    return found


def read_count(part: Part) -> int:
    """A count, which comes as a text for it may be larger than other numbers."""
    text = "0" if part.value is None else str(part.value)
    if isinstance(part.value, bool) or not _COUNT.fullmatch(text):
        raise Unreadable(part.path, "must be a count")
    return int(text)


def read_whole(part: Part) -> int | None:
    """A whole number, below 0 too (more was sold than there was); None for nothing."""
    if part.value is None:
        return None
    if isinstance(part.value, bool) or not isinstance(part.value, int) or abs(part.value) >= MOST:
        raise Unreadable(part.path, "must be a whole number")
    return part.value


def read_texts(part: Part) -> tuple[str, ...]:
    """The texts of a list, without empty ones."""
    return tuple(text for one in part.items() if (text := one.text()))


def inside(part: Part, *names: str) -> Part:
    """What lies under these names, one inside the other; null where any of them is."""
    for name in names:
        part = Part(None, f"{part.path}.{name}") if part.value is None else part.at(name)
    return part
