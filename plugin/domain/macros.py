"""Which of the helpdesk's macros fit a ticket, and why.

A macro is suggested for what the admin said, for what agents did before on that reason, for its name, and for the
words it shares with the customer; never without a reason that can be told. Rare words count more: a word that
every macro has says nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from plugin.domain.facts import MacroSuggestion, Message
from plugin.domain.macro_text import MacroBook, Shelved, macros_of
from plugin.domain.reason_codes import ReasonTree
from plugin.domain.words import base_language, contents, is_content, script_of, words_of

PLACES: Final = 3
READ: Final = 4_000
"""Characters read of a message: what it is about stands at its beginning."""

BY_RULE: Final = "suggested by a rule"

_HINTED: Final = 3.0
_HINTED_ABOVE: Final = 2.4  # for a code above the ticket's
_USED: Final = 1.5
_NO_HABIT: Final = 5  # uses of nothing that every code starts with: one use alone is no habit
_NAMED: Final = 0.8
_NAME_SHARED: Final = 0.5  # of a code's name must stand in a macro's title
_OTHER_LANGUAGE: Final = 0.2
_LEAST: Final = 0.12  # one everyday word in common is no reason
_TOLD: Final = 3  # shared words named in the reason


@dataclass(frozen=True, slots=True)
class MacroHint:
    """The admin's word (settings `macros:`): this macro is for these reason codes, and for those under them."""

    macro: str
    reason_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MacroUse:
    """An agent answered with a macro on a ticket of this reason code."""

    code: str
    macro: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A reason code with those above it, the nearest first, and what people call them; empty where there is none."""

    codes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


Usage = Mapping[tuple[str, str], int]
"""(code, macro id) → how often agents used it there."""

_Reasons = Iterator[tuple[str, float, str]]
"""Macro id, what speaks for it, and that in words."""


def topic_of(tree: ReasonTree, code: str | None, locale: str = "en") -> Topic:
    """The topic of a ticket with this reason code; an empty one for no code, or one that the tree has no more."""
    if code is None or code not in tree:
        return Topic()
    codes = (code, *tree.ancestors(code))
    return Topic(codes, {one: tree.path(one, locale) for one in codes})


def suggest(
    topic: Topic,
    message_text: str,
    language: str | None,
    book: MacroBook,
    hints: Sequence[MacroHint] = (),
    usage: Usage | None = None,
    by_rules: Sequence[str] = (),
) -> tuple[MacroSuggestion, ...]:
    """The best macros for a message, at most three, best first; of equals the first by title.

    `by_rules` are the macros that the tenant's rules name for this ticket.
    """
    ruled = [(macro, _HINTED, BY_RULE) for macro in dict.fromkeys(by_rules)]
    reasons = (*ruled, *_hinted(topic, hints), *_used(topic, usage or {}, book), *_named(topic, book))
    scores: dict[str, float] = {}
    whys: dict[str, list[str]] = {}
    for macro, score, why in (*reasons, *_shared(message_text[:READ], book)):
        if macro in book.by_id:
            scores[macro] = scores.get(macro, 0.0) + score
            whys.setdefault(macro, []).append(why)
    fits = _fitting(language, message_text)
    ranked = sorted(
        (_ranking(book.by_id[macro], score * fits(book.by_id[macro])) for macro, score in scores.items())
    )
    return tuple(
        MacroSuggestion(macro, title, "; ".join(whys[macro]))
        for score, title, macro in ranked[:PLACES]
        if -score >= _LEAST
    )


def uses_of(code: str | None, message: Message, book: MacroBook) -> tuple[MacroUse, ...]:
    """What an agent's message teaches about macros, on a ticket of this code; nothing where it has none."""
    return () if code is None else tuple(MacroUse(code, macro) for macro in macros_of(message, book))


def _ranking(one: Shelved, score: float) -> tuple[float, str, str]:
    """Sorts the best first; a difference that only rounding made is none."""
    return -round(score, 6), one.macro.title, one.macro.id


def _hinted(topic: Topic, hints: Sequence[MacroHint]) -> _Reasons:
    for hint in hints:
        code = next((code for code in topic.codes if code in hint.reason_codes), None)
        if code is not None:
            score = _HINTED if code == topic.codes[0] else _HINTED_ABOVE
            yield hint.macro, score, f"chosen in the settings for {topic.names[code]}"


def _used(topic: Topic, usage: Usage, book: MacroBook) -> _Reasons:
    """Habits on the code itself, or on the nearest above it that has any."""
    for code in topic.codes:
        found = {macro: times for (on, macro), times in usage.items() if on == code and macro in book.by_id}
        total = sum(found.values())
        if total:
            for macro, times in found.items():
                often = "once" if times == 1 else f"{times} times"
                yield macro, _USED * times / (total + _NO_HABIT), f"used {often} for {topic.names[code]}"
            return


def _named(topic: Topic, book: MacroBook) -> _Reasons:
    """Macros that are called like the code."""
    if not topic.codes:
        return
    name = topic.names[topic.codes[0]]
    wanted = contents(name)
    known = [meant for word in wanted if (meant := book.meant(word))]
    whole = book.rarity.total(wanted)
    for macro, shared in book.sharing(known).items():
        share = book.rarity.total(word for word in shared if word in book.by_id[macro].title) / whole
        if share >= _NAME_SHARED:
            yield macro, _NAMED * share, f"named like {name}"


def _shared(text: str, book: MacroBook) -> _Reasons:
    """Macros with the customer's words, by the angle between the two texts (cosine)."""
    typed: dict[str, str] = {}
    for word in words_of(text):
        meant = book.meant(word.folded) if is_content(word.folded) else None
        if meant is not None:
            typed.setdefault(meant, word.typed)
    length = sqrt(sum(book.rarity.of(word) ** 2 for word in typed))
    for macro, shared in book.sharing(typed).items():
        weights = {word: book.weight(word, book.by_id[macro]) for word in shared}
        product = sum(book.rarity.of(word) * weight for word, weight in weights.items())
        told = sorted(shared, key=lambda word: -weights[word])[:_TOLD]
        why = "shares: " + ", ".join(typed[word].lower() for word in told)
        yield macro, product / (length * book.lengths[macro]), why


def _fitting(language: str | None, text: str) -> Callable[[Shelved], float]:
    """How well a macro's language fits: by name where both have one, else by the letters they are written in."""
    wanted, script = base_language(language), script_of(text)

    def fit(one: Shelved) -> float:
        spoken = base_language(one.macro.language)
        same = spoken == wanted if spoken and wanted else script is None or one.script in (None, script)
        return 1.0 if same else _OTHER_LANGUAGE

    return fit
