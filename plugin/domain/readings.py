"""How texts are read: English, Arabic and Persian together, and each language that shares letters by itself.

English words cannot be mistaken for Arabic ones. French, Spanish and German words can be for English ones (`die`
and `hat`), so each of these has its own small words, its own forms of words and its own phrases, and a text is read
in one of them only where its words say so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from plugin.domain import french, german, small_words, spanish
from plugin.domain.folding import fold, fold_word, pieces
from plugin.domain.spelling import inflections


def _no_tails(_: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """How the words of a text are understood.

    `words` are the folded words of one piece of text; `forms` what a word may be a form of, and `tails` what it may be
    a compound of, both unfiltered. `dropped`, `light` and `frequent` are as in `small_words`.
    """

    language: str
    dropped: frozenset[str] = small_words.DROPPED
    light: frozenset[str] = small_words.LIGHT
    frequent: frozenset[str] = small_words.FREQUENT
    words: Callable[[str], tuple[str, ...]] = fold_word
    forms: Callable[[str], Iterable[str]] = inflections
    tails: Callable[[str], Iterable[str]] = _no_tails

    def member(self, text: str) -> str:
        """A member of a class of words, folded."""
        if self.words is fold_word:
            return fold(text)
        return " ".join(word for piece in pieces(text) for word in self.words(piece))


def _reading(
    language: str,
    dropped: str,
    light: str,
    frequent: str,
    words: Callable[[str], tuple[str, ...]],
    forms: Callable[[str], Iterable[str]],
    tails: Callable[[str], Iterable[str]] = _no_tails,
) -> Reading:
    """A reading by lists of words, which are folded as its texts will be."""

    def folded(text: str) -> frozenset[str]:
        return frozenset(word for piece in text.split() for word in words(piece))

    left_out = folded(dropped)
    small = folded(light) - left_out
    return Reading(language, left_out, small, small | folded(frequent), words, forms, tails)


BASE: Final = Reading("en")
FRENCH: Final = _reading("fr", french.DROPPED, french.LIGHT, french.FREQUENT, french.words, french.forms)
SPANISH: Final = _reading(
    "es", spanish.DROPPED, spanish.LIGHT, spanish.FREQUENT, spanish.words, spanish.forms
)
GERMAN: Final = _reading(
    "de", german.DROPPED, german.LIGHT, german.FREQUENT, german.words, german.forms, german.tails
)
READINGS: Final = (BASE, FRENCH, SPANISH, GERMAN)
_ENGLISH: Final = """
bin car die dice era fur halt hat hay man not oder possible sea son tag ton total uber war
"""
SMALL_ELSEWHERE: Final = frozenset(
    word for one in READINGS[1:] for word in one.light | one.dropped if len(word) > 1
) - frozenset(_ENGLISH.split())
"""Words that carry no reason in French, Spanish or German, nor any meaning in English."""
_BY_LANGUAGE: Final = {reading.language: reading for reading in READINGS}


def reading_of(language: str) -> Reading:
    """The reading in which phrases of a language are looked for."""
    return _BY_LANGUAGE.get(language, BASE)
