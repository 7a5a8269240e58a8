"""The value of a condition as written: checked against its field's type and the names that the settings give."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from plugin.domain.folding import fold
from plugin.domain.money import Digits
from plugin.domain.rule_fields import Field, Kind
from plugin.domain.rule_operators import OPERATORS
from plugin.domain.rule_view import words_of
from plugin.domain.setting_errors import Wrong, quoted
from plugin.domain.written import amount_of, bool_of, folded, id_of, number_of, one_of, some_of, text_of

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
NO_VALUE: Final = "{0} takes no value: leave it out"
NOTHING_LEFT: Final = "{0} holds no letter or digit to look for"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a settings document gives to things, and what its amounts are in; names by folded name."""

    tiers: Mapping[str, str]
    teams: Mapping[str, str]
    offers: Mapping[str, str]
    reason_codes: Mapping[str, str]
    currency: str | None
    digits: Digits

    def named(self, what: str) -> Mapping[str, str]:
        """The names of one sort: tier, team or reason code."""
        return {"tier": self.tiers, "team": self.teams, "reason code": self.reason_codes}[what]


def read_value(field: Field, operator: str, raw: object, vocabulary: Vocabulary) -> Any:
    """What a test is built from: one value, a tuple of several, or None. `Wrong` says what is wrong with it."""
    takes = OPERATORS[operator].takes
    if takes == 0:
        if raw is not None:
            raise Wrong(NO_VALUE.format(operator))
        return None
    if takes == 1:
        if isinstance(raw, list | tuple | dict):
            raise Wrong("must be one value" + _several(field))
        return _reader(field, operator, vocabulary)(raw)
    return some_of(raw, _reader(field, operator, vocabulary))


def _several(field: Field) -> str:
    return ", not a list: for several use includes" if field.kind in (Kind.CHOICE, Kind.HOURS) else ""


def _reader(field: Field, operator: str, vocabulary: Vocabulary) -> Callable[[object], Any]:
    if field.kind is Kind.NUMBER:
        return number_of
    if field.kind is Kind.BOOL:
        return bool_of
    if field.kind is Kind.MONEY:
        return partial(amount_of, currency=vocabulary.currency, digits=vocabulary.digits)
    if field.kind is Kind.TEXT:
        return _words if operator.endswith("_word") else _string
    if field.named:
        return partial(one_of, names=vocabulary.named(field.named), what=field.named)
    return _choice(field)


def _choice(field: Field) -> Callable[[object], str]:
    if field.choices:
        return partial(one_of, names=folded(field.choices), what=field.name.partition(".")[2])
    return _language if field.name == "ticket.language" else id_of


def _language(raw: object) -> str:
    word = text_of(raw).casefold()
    if not _LANGUAGE.fullmatch(word):
        raise Wrong(f"{quoted(raw)} is no language: write its two or three letters, as en")
    return word


def _string(raw: object) -> str:
    text = text_of(raw)
    if not fold(text).strip():
        raise Wrong(NOTHING_LEFT.format(quoted(text)))
    return text


def _words(raw: object) -> str:
    text = text_of(raw)
    if not words_of(text).strip():
        raise Wrong(NOTHING_LEFT.format(quoted(text)))
    return text
