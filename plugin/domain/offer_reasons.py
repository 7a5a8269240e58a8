"""Why an offer fits, in words: which of its conditions said so, and what they saw.

Each text is a template: the pages know it and say it in the reader's language.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from plugin.domain.folding import fold
from plugin.domain.money import Digits
from plugin.domain.rule_fields import RuleFacts
from plugin.domain.rule_view import words_of
from plugin.domain.rules import Condition, Conditions

BY_RULE: Final = "suggested by a rule"
FITS: Final = "fits the reason {0}"
ASKED: Final = "asked about {0}"
GOES_WITH: Final = "goes with {0} of the latest order"
OF_TIER: Final = "for customers of the tier {0}"
IN_PLACE: Final = "in place of money back"
MET: Final = "its conditions are met"
STOCK: Final = "in stock: {0}"
TAKEN: Final = "taken {0} of {1} times"


class Teller:
    """Tells which conditions of an offer speak for it."""

    def __init__(self, conditions: Iterable[Condition], currency: str | None, digits: Digits) -> None:
        told = [condition for condition in conditions if (condition.field, condition.operator) in _TOLD]
        self._told = tuple((one, Conditions((one,), (), currency, digits)) for one in told)

    def tell(self, facts: RuleFacts, reason_name: str) -> list[str]:
        """What those that are met have seen, each text once."""
        found = [
            text
            for condition, test in self._told
            if test.answer(facts).fired
            for text in _TOLD[condition.field, condition.operator](_values(condition), facts, reason_name)
        ]
        return list(dict.fromkeys(found))


def reason_told(name: str) -> list[str]:
    """That it fits the reason; nothing where there is none."""
    return [FITS.format(name)] if name else []


def _values(condition: Condition) -> tuple[str, ...]:
    several = isinstance(condition.value, tuple)
    return tuple(map(str, condition.value)) if several else (str(condition.value),)


def _reason(values: tuple[str, ...], facts: RuleFacts, reason_name: str) -> Iterator[str]:
    yield from reason_told(reason_name)


def _tier(values: tuple[str, ...], facts: RuleFacts, reason_name: str) -> Iterator[str]:
    if facts.tier.tier is not None:
        yield OF_TIER.format(facts.tier.tier)


def _words(values: tuple[str, ...], facts: RuleFacts, reason_name: str) -> Iterator[str]:
    texts = [words_of(text) for text in (facts.text, facts.ticket.subject)]
    yield from _asked(value for value in values if any(words_of(value) in text for text in texts))


def _parts(values: tuple[str, ...], facts: RuleFacts, reason_name: str) -> Iterator[str]:
    text = fold(f"{facts.text}\n{facts.ticket.subject}")
    yield from _asked(value for value in values if fold(value) in text)


def _asked(found: Iterable[str]) -> Iterator[str]:
    words = ", ".join(found)
    if words:
        yield ASKED.format(words)


def _bought(values: tuple[str, ...], facts: RuleFacts, reason_name: str) -> Iterator[str]:
    order = facts.customer.last_order
    wanted = {value.strip().casefold() for value in values}
    found = [sku for sku in order.skus if sku.strip().casefold() in wanted] if order else []
    if found:
        yield GOES_WITH.format(", ".join(dict.fromkeys(found)))


def _bought_like(values: tuple[str, ...], facts: RuleFacts, reason_name: str) -> Iterator[str]:
    order = facts.customer.last_order
    parts = [value.casefold() for value in values]
    found = [sku for sku in order.skus if any(part in sku.casefold() for part in parts)] if order else []
    if found:
        yield GOES_WITH.format(", ".join(dict.fromkeys(found)))


_Tell = Callable[[tuple[str, ...], RuleFacts, str], Iterator[str]]
_TOLD: Final[Mapping[tuple[str, str], _Tell]] = {
    ("ticket.reason_code", "is"): _reason,
    ("ticket.reason_code", "includes"): _reason,
    ("customer.tier", "is"): _tier,
    ("customer.tier", "includes"): _tier,
    ("ticket.text", "includes_word"): _words,
    ("ticket.subject", "includes_word"): _words,
    ("ticket.text", "includes_string"): _parts,
    ("ticket.subject", "includes_string"): _parts,
    ("order.skus", "includes"): _bought,
    ("order.skus", "includes_string"): _bought_like,
}
"""Which conditions are worth telling an agent, and how."""
