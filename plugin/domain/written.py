"""Values as people write them in a settings file: texts, amounts, numbers; `Wrong` says what to write instead."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from plugin.domain.money import Digits
from plugin.domain.setting_errors import Wrong, listed, quoted

MOST_LETTERS: Final = 500
MOST_NAME: Final = 100
_AMOUNT: Final = re.compile(r"\d{1,12}(\.\d{1,6})?")
_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_FREE_DIGITS: Final = 4
"""Decimal places allowed where the currency is the store's and not known yet: as many as any currency has."""

TEXT_WRONG: Final = "must be a text"
ID_WRONG: Final = "must be an id or a name, as a text"
NUMBER_WRONG: Final = "must be a number"
BOOL_WRONG: Final = "must be true or false"
QUOTES: Final = 'must be an amount in quotes, as "{0}": a bare number may lose its last digits on the way'
AMOUNT_WRONG: Final = (
    '{0} is no amount: write digits and a point, as "5000.00", without currency or thousands'
)


def text_of(raw: object, most: int = MOST_LETTERS) -> str:
    """A text that says something."""
    if not isinstance(raw, str):
        hint = f": write it in quotes, as {str(raw)!r}" if isinstance(raw, int | float) else ""
        raise Wrong(TEXT_WRONG + hint)
    if not raw.strip():
        raise Wrong("must not be empty")
    if len(raw) > most:
        raise Wrong(f"must not be longer than {most:,} characters")
    return raw.strip()


def id_of(raw: object) -> str:
    """An id of the helpdesk's; one that looks like a whole number may stand without quotes."""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise Wrong(ID_WRONG)
    return text_of(str(raw))


def name_of(raw: object) -> str:
    """The name that a settings file gives to something of its own."""
    return text_of(raw, MOST_NAME)


def bool_of(raw: object) -> bool:
    """true or false, and no other word for it."""
    if not isinstance(raw, bool):
        raise Wrong(BOOL_WRONG)
    return raw


def number_of(raw: object) -> int | float:
    """A number, in quotes or not."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Wrong(NUMBER_WRONG)
    if not _NUMBER.fullmatch(str(raw)):
        raise Wrong(f"{quoted(raw)} is no number: write it as 3 or 2.5")
    return float(raw) if "." in str(raw) else int(raw)


def amount_of(raw: object, currency: str | None, digits: Digits) -> Decimal:
    """An amount of money: a decimal string with no more places than its currency has."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raise Wrong(QUOTES.format(raw))
    if not isinstance(raw, str) or not _AMOUNT.fullmatch(raw):
        raise Wrong(AMOUNT_WRONG.format(quoted(raw)))
    places = _FREE_DIGITS if currency is None else digits(currency)
    if len(raw.partition(".")[2]) > places:
        raise Wrong(
            f"{quoted(raw)} has more than the {places} decimal places of {currency or 'any currency'}"
        )
    return Decimal(raw)


def some_of(raw: object, read: Callable[[object], str]) -> tuple[str, ...]:
    """One value, or a list of at least one."""
    if not isinstance(raw, list | tuple):
        return (read(raw),)
    if not raw:
        raise Wrong("must name at least one")
    return tuple(_nth(number, one, read) for number, one in enumerate(raw))


def one_of(raw: object, names: Mapping[str, str], what: str) -> str:
    """One of these names (casefolded → as written), compared without case."""
    word = id_of(raw)
    if word.casefold() not in names:
        raise Wrong(f"{quoted(word)} is no {what}; there is: {listed(names.values())}")
    return names[word.casefold()]


def _nth(number: int, raw: object, read: Callable[[object], str]) -> str:
    try:
        return read(raw)
    except Wrong as wrong:
        raise Wrong(str(wrong), f"[{number}]{wrong.step}") from None


def folded(names: Any) -> dict[str, str]:
    """Names by their casefolded form, for `one_of`."""
    return {name.casefold(): name for name in names}
