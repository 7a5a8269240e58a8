"""The facts as a rule sees them: read when first asked for, and changed by the rules that ran before."""

from typing import Any, Final, NamedTuple

from plugin.domain.folding import fold, fold_word, is_end, pieces
from plugin.domain.money import Digits, Money
from plugin.domain.rule_fields import FIELDS, Kind, RuleFacts, not_known
from plugin.domain.tags import tag_key

MOST_SHOWN: Final = 120
"""How much of a text stands in a trace."""

NOT_SEEN_BEFORE: Final = object()
"""The value before this look of a ticket that was not known before it."""

NO_TAGS: Final[frozenset[str]] = frozenset()


class Look(NamedTuple):
    """A field as it is now: the value as compared, as shown, and whether anybody knows it."""

    key: Any
    shown: Any
    known: bool


class View:
    """One ticket, for one run of the rules. A key is a value brought to the form in which it is compared."""

    __slots__ = ("_before", "_digits", "_facts", "_unknown", "_values", "_words", "looks")

    def __init__(self, facts: RuleFacts, digits: Digits) -> None:
        self._facts = facts
        self._digits = digits
        self._values: dict[str, Any] = {}
        self._words: dict[str, str] = {}
        self._before: dict[str, Any] = {}
        self._unknown = not_known(facts)
        self.looks: dict[str, Look] = {}
        """What was looked at so far; `look` fills it."""

    def value(self, name: str) -> Any:
        """The value as the facts have it, or as an earlier rule has set it."""
        if name not in self._values:
            self._values[name] = FIELDS[name].read(self._facts)
        return self._values[name]

    def look(self, name: str) -> Look:
        """The field as it is now."""
        value = self.value(name)
        key, shown = key_of(FIELDS[name].kind, value), _shown(value, self._digits)
        found = self.looks[name] = Look(key, shown, name not in self._unknown)
        return found

    def before(self, name: str) -> Any:
        """The key of the value before this look."""
        if self._facts.previous is None:
            return NOT_SEEN_BEFORE
        if name not in self._before:
            self._before[name] = key_of(FIELDS[name].kind, self._facts.previous.get(name))
        return self._before[name]

    def words(self, name: str) -> str:
        """The folded words of a text, each between blanks."""
        if name not in self._words:
            self._words[name] = words_of(self.value(name) or "")
        return self._words[name]

    def put(self, name: str, value: Any) -> None:
        """A rule has set this: the rules after it see it so."""
        self._values[name] = value
        self.looks.pop(name, None)


def key_of(kind: Kind, value: Any) -> Any:
    """A value in the form in which it is compared; None (for sets: an empty one) is no value."""
    if kind is Kind.TAGS:
        return frozenset(map(tag_key, value)) if value else NO_TAGS
    if kind in (Kind.LIST, Kind.HOURS):
        return frozenset(one.strip().casefold() for one in value) if value else NO_TAGS
    if value is None or value == "":
        return None
    if kind is Kind.TEXT:
        return fold(value).strip() or None
    return value.casefold() if isinstance(value, str) else value


def words_of(text: str) -> str:
    """The folded words of a text, each between blanks, so that one or several in a row are found as a whole."""
    found = [word for piece in pieces(text) if not is_end(piece) for word in fold_word(piece)]
    return f" {' '.join(found)} "


def _shown(value: Any, digits: Digits) -> Any:
    if isinstance(value, Money):
        return f"{value.text(digits)} {value.currency}"
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str) and len(value) > MOST_SHOWN:
        return value[:MOST_SHOWN] + "…"
    return value
