"""The words of a text that say something: folded, without numbers, addresses and words of no meaning.

What is left can be kept: it holds no order number, no e-mail address, no link and no telephone number.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log
from typing import Final, NamedTuple

from plugin.domain.folding import fold_word, is_end, pieces
from plugin.domain.readings import SMALL_ELSEWHERE
from plugin.domain.small_words import DROPPED, LIGHT

_ADDRESS: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_ARABIC: Final = re.compile("[\u0600-\u06ff\ufb50-\ufefc]")
_FEW: Final = 20
"""Texts below which rarity says little: so many are taken to be there without the word."""


class Word(NamedTuple):
    """One word of a text: folded, and as it was typed."""

    folded: str
    typed: str


def words_of(text: str) -> Iterator[Word]:
    """The words of a text in order; numbers, codes with digits, addresses, links and filler words are left out."""
    for piece in pieces(_ADDRESS.sub(" ", text)):
        for folded in _meant(piece):
            yield Word(folded, piece)


def is_content(folded: str) -> bool:
    """Whether the word says what a text is about; `want`, `from` and greetings do not."""
    return folded not in LIGHT and folded not in SMALL_ELSEWHERE


def contents(text: str) -> tuple[str, ...]:
    """The folded words that say what a text is about, each once, in order."""
    return tuple(dict.fromkeys(word.folded for word in words_of(text) if is_content(word.folded)))


@lru_cache(maxsize=20_000)
def _meant(piece: str) -> tuple[str, ...]:
    if is_end(piece):
        return ()
    return tuple(word for word in fold_word(piece) if word not in DROPPED and not any(map(str.isdigit, word)))


class Rarity:
    """What a word weighs among a number of texts: the fewer of them have it, the more."""

    def __init__(self, texts: Iterable[Iterable[str]] = ()) -> None:
        self._having: dict[str, int] = {}
        self._texts = 0
        for words in texts:
            self.add(words)

    def add(self, words: Iterable[str]) -> None:
        """One more text; each word counts once."""
        self._texts += 1
        for word in set(words):
            self._having[word] = self._having.get(word, 0) + 1

    def take(self, words: Iterable[str]) -> None:
        """One text less."""
        self._texts -= 1
        for word in set(words):
            self._having[word] -= 1
            if not self._having[word]:
                del self._having[word]

    def of(self, word: str) -> float:
        """The inverse document frequency; highest for a word that no text has, never 0."""
        return (
            log((self._texts + _FEW) / (self._having.get(word, 0) + 1)) if word in self._having else self.most
        )

    @property
    def most(self) -> float:
        """The weight of a word that no text has."""
        return log(self._texts + _FEW)

    def total(self, words: Iterable[str]) -> float:
        """What these words weigh together."""
        return sum(map(self.of, words))


def base_language(tag: str | None) -> str | None:
    """`en-GB` → en; None for none."""
    return re.split(r"[-_]", tag.lower())[0] if tag else None


def script_of(text: str, at_most: int = 400) -> str | None:
    """The writing most letters are in, arabic or latin; None where there are none of either."""
    letters = [letter for letter in text[:at_most] if letter.isalpha()]
    arabic = sum(_ARABIC.match(letter) is not None for letter in letters)
    latin = sum(letter < "\u0250" for letter in letters)
    if arabic == latin == 0:
        return None
    return "arabic" if arabic > latin else "latin"
