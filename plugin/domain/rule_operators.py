"""What a condition can ask of a field: the operators, in Zendesk's words, and the test each one stands for.

A test gets the value in its compared form and the view. Where a value is not known at all, an operator that
denies (`is_not`, `not_includes` …) is never met: nobody can say that it is not so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from plugin.domain.folding import fold
from plugin.domain.money import Digits, Money, money
from plugin.domain.rule_fields import Field, Kind
from plugin.domain.rule_view import NO_TAGS, NOT_SEEN_BEFORE, View, key_of, words_of
from plugin.domain.tags import tag_key

Test = Callable[[Any, View], bool]
"""Whether the key of a field (and, for what changed, the view) meets the condition."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What amounts in rules mean: the settings' currency (None: whatever the store's is) and its digits."""

    currency: str | None
    digits: Digits


Build = Callable[[Field, Any, Terms], Test]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. `takes` is how many values: 0, 1, or 2 for one or several."""

    name: str
    takes: int
    denies: bool
    build: Build


def _is(field: Field, wanted: Any, terms: Terms) -> Test:
    if field.kind is Kind.MONEY:
        return _money_test(wanted, terms, lambda minor, limit: minor == limit)
    key = key_of(field.kind, [wanted] if field.kind is Kind.HOURS else wanted)
    if field.kind is Kind.HOURS:
        return lambda seen, view: key <= seen
    return lambda seen, view: bool(seen == key)


def _is_not(field: Field, wanted: Any, terms: Terms) -> Test:
    if field.kind is Kind.MONEY:
        return _money_test(wanted, terms, lambda minor, limit: minor != limit, absent=True)
    return _not(_is(field, wanted, terms))


def _less_than(field: Field, wanted: Any, terms: Terms) -> Test:
    if field.kind is Kind.MONEY:
        return _money_test(wanted, terms, lambda minor, limit: minor < limit)
    if field.order:
        return _ranked(field, wanted, lambda rank, limit: rank < limit)
    return lambda seen, view: seen is not None and seen < wanted


def _greater_than(field: Field, wanted: Any, terms: Terms) -> Test:
    if field.kind is Kind.MONEY:
        return _money_test(wanted, terms, lambda minor, limit: minor > limit)
    if field.order:
        return _ranked(field, wanted, lambda rank, limit: rank > limit)
    return lambda seen, view: seen is not None and seen > wanted


def _includes(field: Field, wanted: Any, terms: Terms) -> Test:
    """At least one of them."""
    keys = key_of(Kind.LIST if field.kind is Kind.CHOICE else field.kind, wanted)
    if field.kind is Kind.CHOICE:
        branches = tuple(f"{key}." for key in keys) if field.named == "reason code" else ()
        return lambda seen, view: seen in keys or (seen is not None and seen.startswith(branches))
    return lambda seen, view: not keys.isdisjoint(seen)


def _includes_string(field: Field, wanted: Any, terms: Terms) -> Test:
    if field.kind is Kind.TEXT:
        parts = tuple(fold(part) for part in wanted)
        return lambda seen, view: seen is not None and any(part in seen for part in parts)
    folded = tuple(tag_key(part) if field.kind is Kind.TAGS else part.casefold() for part in wanted)
    return lambda seen, view: any(part in one for one in seen for part in folded)


def _includes_word(field: Field, wanted: Any, terms: Terms) -> Test:
    phrases, name = tuple(words_of(phrase) for phrase in wanted), field.name

    def test(seen: Any, view: View) -> bool:
        return seen is not None and any(phrase in view.words(name) for phrase in phrases)

    return test


def _present(field: Field, wanted: Any, terms: Terms) -> Test:
    return lambda seen, view: seen is not None and seen != NO_TAGS


def _changed(field: Field, wanted: Any, terms: Terms) -> Test:
    name = field.name

    def test(seen: Any, view: View) -> bool:
        before = view.before(name)
        return before is not NOT_SEEN_BEFORE and before != seen

    return test


def _value(field: Field, wanted: Any, terms: Terms) -> Test:
    """It changed, and to this."""
    key, changed = key_of(field.kind, wanted), _changed(field, None, terms)
    return lambda seen, view: bool(seen == key) and changed(seen, view)


def _value_previous(field: Field, wanted: Any, terms: Terms) -> Test:
    """It changed, and from this."""
    key, changed, name = key_of(field.kind, wanted), _changed(field, None, terms), field.name
    return lambda seen, view: changed(seen, view) and bool(view.before(name) == key)


def _not(test: Test) -> Test:
    return lambda seen, view: not test(seen, view)


def _denial_of(build: Build) -> Build:
    return lambda field, wanted, terms: _not(build(field, wanted, terms))


def _ranked(field: Field, wanted: str, compare: Callable[[int, int], bool]) -> Test:
    ranks: Mapping[str | None, int] = {key: rank for rank, key in enumerate(field.order)}
    limit = ranks[wanted]
    return lambda seen, view: seen in ranks and compare(ranks[seen], limit)


def _money_test(
    wanted: Decimal, terms: Terms, compare: Callable[[int, int], bool], absent: bool = False
) -> Test:
    """Amounts of another currency than the settings' cannot be compared: not met, whatever is asked."""
    limits: dict[str, int] = {}

    def test(seen: Money | None, view: View) -> bool:
        if seen is None:
            return absent
        if terms.currency not in (None, seen.currency):
            return False
        if seen.currency not in limits:
            limits[seen.currency] = money(wanted, seen.currency, terms.digits).minor
        return compare(seen.minor, limits[seen.currency])

    return test


_ALL: Final = (
    Operator("is", 1, False, _is),
    Operator("is_not", 1, True, _is_not),
    Operator("less_than", 1, False, _less_than),
    Operator("greater_than", 1, False, _greater_than),
    Operator("includes", 2, False, _includes),
    Operator("not_includes", 2, True, _denial_of(_includes)),
    Operator("includes_string", 2, False, _includes_string),
    Operator("not_includes_string", 2, True, _denial_of(_includes_string)),
    Operator("includes_word", 2, False, _includes_word),
    Operator("not_includes_word", 2, True, _denial_of(_includes_word)),
    Operator("present", 0, False, _present),
    Operator("not_present", 0, True, _denial_of(_present)),
    Operator("changed", 0, False, _changed),
    Operator("not_changed", 0, True, _denial_of(_changed)),
    Operator("value", 1, False, _value),
    Operator("not_value", 1, True, _denial_of(_value)),
    Operator("value_previous", 1, False, _value_previous),
    Operator("not_value_previous", 1, True, _denial_of(_value_previous)),
)

OPERATORS: Final[Mapping[str, Operator]] = {one.name: one for one in _ALL}
"""All operators by name."""

_EQUAL: Final = ("is", "is_not")
_MEMBERS: Final = ("includes", "not_includes")
_STRINGS: Final = ("includes_string", "not_includes_string")
_THERE: Final = ("present", "not_present")
_RANKS: Final = ("less_than", "greater_than")
CHANGES: Final = ("changed", "not_changed", "value", "not_value", "value_previous", "not_value_previous")

_OF_KIND: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TEXT: (*_EQUAL, *_STRINGS, "includes_word", "not_includes_word", *_THERE),
    Kind.CHOICE: (*_EQUAL, *_MEMBERS, *_THERE),
    Kind.NUMBER: (*_EQUAL, *_RANKS, *_THERE),
    Kind.MONEY: (*_EQUAL, *_RANKS, *_THERE),
    Kind.TAGS: (*_MEMBERS, *_STRINGS, *_THERE),
    Kind.LIST: (*_MEMBERS, *_STRINGS, *_THERE),
    Kind.BOOL: _EQUAL,
    Kind.HOURS: (*_EQUAL, *_MEMBERS),
}


def operators_of(field: Field) -> tuple[str, ...]:
    """The operators that make sense of this field."""
    ranks = _RANKS if field.order else ()
    changes = CHANGES if field.remembered else ()
    return (*_OF_KIND[field.kind], *ranks, *changes)
