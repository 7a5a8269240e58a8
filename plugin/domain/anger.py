"""Whether somebody is angry, by their words and by how loudly they write: nothing more is sold to those who are.

Words of all languages are looked for in every text: a helpdesk often gives the language of the account and not that
of the letter. One phrase of anger is enough; of mere displeasure, shouting and piled-up marks it takes two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Final, Literal, NamedTuple

from plugin.domain import anger_around, anger_words, displeasure_words
from plugin.domain.facts import Message
from plugin.domain.folding import fold_word, is_end, pieces
from plugin.domain.words import base_language, script_of

READ: Final = 4_000
"""Characters read of a message: temper shows at its beginning."""

_ENOUGH: Final = 2
_DENIES: Final = 3  # words behind a negator that it may deny
_RUN: Final = 3  # words in capitals, one after the other, that are a shout
_GAP: Final = ".."
_WIDEST: Final = 2  # words that a gap may hold

_SENTENCE: Final = re.compile(r"[^.!?…؟\n]*[.!?…؟]*")
_CLAUSE: Final = re.compile(r"[,;:()،؛–—]+|\s-+\s")
_PILED: Final = re.compile(r"[!?؟]{3,}")
_ELISION: Final = re.compile(r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.IGNORECASE)
_ARABIC: Final = re.compile("[\u0600-\u06ff]")

Kind = Literal["friend", "strong", "weak", "swear"]
Slots = tuple[frozenset[str] | None, ...]
"""A phrase: a choice of words at each place, None for a gap."""


class Sign(NamedTuple):
    """One sign of anger: the words as typed, and what it counts."""

    typed: str
    points: int


class _Word(NamedTuple):
    """A word as typed, and the forms under which it may stand in a list."""

    typed: str
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: Kind
    slots: Slots


def is_angry(text: str, language: str | None = None) -> bool:
    """Whether these words are angry."""
    return sum(sign.points for sign in signs(text, language)) >= _ENOUGH


def evidence(text: str, language: str | None = None) -> tuple[str, ...]:
    """The words that show anger, as typed; none where there is too little of it."""
    found = signs(text, language)
    return tuple(sign.typed for sign in found) if sum(sign.points for sign in found) >= _ENOUGH else ()


def signs(text: str, language: str | None = None) -> tuple[Sign, ...]:
    """Every sign of anger or displeasure, each once."""
    silent = anger_around.ELSEWHERE.get(base_language(language) or "", frozenset())
    found: dict[str, Sign] = {}
    for sentence in _SENTENCE.findall(_ELISION.sub(r"\1 ", text[:READ])):
        for sign in _in_sentence(sentence, silent):
            found.setdefault(sign.typed.lower(), sign)
    return tuple(found.values())


def last_turn(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What the customer wrote last, up to a person's answer before it; an automatic answer calms nobody."""
    turn: list[Message] = []
    for message in reversed(messages):
        if message.from_customer and message.public:
            turn.append(message)
        elif turn and message.public and not message.automated:
            break
    return tuple(reversed(turn))


def _in_sentence(sentence: str, silent: frozenset[str]) -> Iterator[Sign]:
    clauses = [list(_words(part)) for part in _CLAUSE.split(sentence)]
    glad = any(word.forms & _lists().glad for words in clauses for word in words)
    for words in clauses:
        yield from _in_clause(words, glad, silent)
    if not glad:
        yield from _loud(sentence)


def _words(text: str) -> Iterator[_Word]:
    return chain.from_iterable(map(_read, pieces(text)))


@lru_cache(maxsize=20_000)
def _read(piece: str) -> tuple[_Word, ...]:
    folded = () if is_end(piece) else fold_word(piece)
    return tuple(_Word(piece, _forms(word)) for word in folded)


def _forms(folded: str) -> frozenset[str]:
    """The word itself; of an Arabic one also what is left without what is joined to its ends."""
    if not _ARABIC.match(folded):
        return frozenset((folded,))
    bare = {folded, folded.removeprefix("و"), folded.removeprefix("ف")}
    bare |= {form.removeprefix("ال") for form in bare}
    return frozenset(bare | {form.removesuffix("ا") for form in bare if len(form) > 4})


def _in_clause(words: Sequence[_Word], glad: bool, silent: frozenset[str]) -> Iterator[Sign]:
    """The phrases of a clause from left to right, the longest at each place."""
    at = 0
    while at < len(words):
        phrase, end = _longest(words, at)
        if phrase is None:
            at += 1
            continue
        if (
            phrase.kind != "friend"
            and not _is_void(words, at, end, silent)
            and not (glad and phrase.kind == "swear")
        ):
            typed = " ".join(dict.fromkeys(word.typed for word in words[at:end]))
            yield Sign(typed, 2 if phrase.kind != "weak" or _is_amplified(words, at, end) else 1)
        at = end


def _longest(words: Sequence[_Word], at: int) -> tuple[_Phrase | None, int]:
    """The phrase that begins here and reaches farthest, and where it ends; what only looks like anger goes first."""
    candidates = {phrase for form in words[at].forms for phrase in _lists().by_first.get(form, ())}
    reached = [(end, phrase) for phrase in candidates if (end := _end(phrase.slots, words, at))]
    if not reached:
        return None, at
    end, phrase = max(reached, key=lambda one: (one[1].kind == "friend", one[0], one[1].kind != "weak"))
    return phrase, end


def _end(slots: Slots, words: Sequence[_Word], at: int) -> int:
    """Where a phrase that begins here ends; 0 where it does not stand here. No gap holds a word that denies."""
    if not slots:
        return at
    choice, rest = slots[0], slots[1:]
    if choice is not None:
        return 0 if at >= len(words) or choice.isdisjoint(words[at].forms) else _end(rest, words, at + 1)
    for after in range(at, min(at + _WIDEST, len(words)) + 1):
        end = _end(rest, words, after)
        if end or after == len(words) or words[after].forms & _lists().negators:
            return end
    return 0


def _is_void(words: Sequence[_Word], at: int, end: int, silent: frozenset[str]) -> bool:
    """Whether the phrase is denied, or means something else in this language."""
    if any(word.forms & silent for word in words[at:end]):
        return True
    lists, before = _lists(), words[max(0, at - _DENIES) : at]
    if words[at].forms and script_of(words[at].typed) == "arabic":
        before = before[-1:]
    for place, word in enumerate(before):
        if word.forms & lists.negators and not any(one.forms & lists.so_much for one in before[place + 1 :]):
            return True
    return any(word.forms & lists.denied_after for word in words[end : end + 1])


def _is_amplified(words: Sequence[_Word], at: int, end: int) -> bool:
    beside = (*words[max(0, at - 1) : at], *words[end : end + 1])
    return any(word.forms & _lists().amplifiers for word in beside)


def _loud(sentence: str) -> Iterator[Sign]:
    """A shout, and marks piled up."""
    run: list[str] = []
    for word in (*sentence.split(), ""):
        if len(word) > 1 and word.isupper() and not any(map(str.isdigit, word)):
            run.append(word.strip("!?.,;:"))
            continue
        if len(run) >= _RUN:
            yield Sign(" ".join(run), 1)
            break
        run = []
    piled = _PILED.search(sentence)
    if piled:
        yield Sign(piled[0][:_RUN], 1)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The words of all lists, folded as texts are."""

    by_first: Mapping[str, tuple[_Phrase, ...]]
    glad: frozenset[str]
    negators: frozenset[str]
    denied_after: frozenset[str]
    amplifiers: frozenset[str]
    so_much: frozenset[str]


@cache
def _lists() -> _Lists:
    by_first: dict[str, list[_Phrase]] = {}
    for phrase in _phrases():
        for first in phrase.slots[0] or ():
            by_first.setdefault(first, []).append(phrase)
    return _Lists(
        {first: tuple(phrases) for first, phrases in by_first.items()},
        _folded(anger_around.GLAD),
        _folded(anger_around.NEGATORS),
        _folded(anger_around.DENIED_AFTER),
        _folded(anger_around.AMPLIFIERS),
        _folded(anger_around.SO_MUCH),
    )


def _phrases() -> Iterator[_Phrase]:
    kinds: tuple[tuple[Kind, Iterable[str]], ...] = (
        ("friend", (anger_around.FRIENDS,)),
        ("strong", anger_words.STRONG.values()),
        ("weak", displeasure_words.WEAK.values()),
    )
    for kind, texts in kinds:
        lines = (line for text in texts for line in text.splitlines() if line)
        yield from (_Phrase(kind, tuple(map(_slot, line.split()))) for line in lines)
    yield _Phrase("swear", (_folded(anger_around.SWEARS),))


def _slot(choice: str) -> frozenset[str] | None:
    return None if choice == _GAP else frozenset(_fold(word) for word in choice.split("|"))


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(_fold, words.split()))


def _fold(word: str) -> str:
    (folded,) = fold_word(word)
    return folded
