"""Which reading suits a text, by its words: nothing is asked of who wrote it, and short texts are told too.

Each word counts for every reading that knows it. What a helpdesk says of the language is one more voice, no more:
helpdesks often give the language of the account and not that of the letter.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from plugin.domain.phrases import GAP, Phrase, WordClass, class_words
from plugin.domain.readings import BASE, Reading
from plugin.domain.words import base_language, script_of

_SMALL: Final = 2  # what a small word counts: most of them belong to one language
_KNOWN: Final = 1
_REMEMBERED: Final = 50_000
_FIELD: Final = 16  # bits in which the votes for one reading are counted
_MOST: Final = (1 << _FIELD) - 1
_ALONE: Final = (BASE,)


def vocabulary(phrases: Iterable[Phrase], classes: Mapping[str, WordClass]) -> frozenset[str]:
    """The words that phrases name, folded."""
    symbols = {token for phrase in phrases for sequence in phrase.sequences for token in sequence} - {GAP}
    return frozenset(word for symbol in symbols for word in class_words(symbol, classes))


class Languages:
    """Tells in which readings a text is to be tried."""

    def __init__(self, vocabularies: Mapping[Reading, frozenset[str]]) -> None:
        """`vocabularies` are the words that the phrases of each reading name."""
        self._readings = (BASE, *(reading for reading in vocabularies if reading is not BASE))
        self._votes = _Votes(self._readings, vocabularies)

    def of(self, words: Sequence[str], lang: str | None = None) -> tuple[Reading, ...]:
        """The readings to try for a text given as its `pieces`, the likeliest first; the first that speaks counts."""
        total = sum(map(self._votes.__getitem__, words))
        return _ALONE if _is_base(total, lang is not None) else self._ranked(total, base_language(lang))

    def _ranked(self, total: int, spoken: str | None) -> tuple[Reading, ...]:
        """The readings with the most votes, the base among them, and the base in any case."""
        votes = [total >> _FIELD * number & _MOST for number in range(len(self._readings))]
        counted = [
            count + (count > 0 and reading.language == spoken)
            for reading, count in zip(self._readings, votes, strict=True)
        ]
        most = max(1, *counted)
        likely = [one for one, count in zip(self._readings[1:], counted[1:], strict=True) if count == most]
        return (BASE, *likely) if counted[0] >= most else (*likely, BASE)


def _is_base(total: int, hinted: bool) -> bool:
    """Whether the base leads by so much that no hint could change it: so it is with nearly every English text."""
    base = (total & _MOST) - hinted
    rest = total >> _FIELD
    while rest:
        if rest & _MOST >= base:
            return False
        rest >>= _FIELD
    return True


class _Votes(dict[str, int]):
    """Pieces of text → the votes of their words, those for each reading in bits of its own: summed up at one go."""

    def __init__(self, readings: Sequence[Reading], vocabularies: Mapping[Reading, frozenset[str]]) -> None:
        super().__init__()
        self._known = [(reading, vocabularies.get(reading, frozenset())) for reading in readings]

    def __missing__(self, piece: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        votes = _KNOWN  # Arabic letters are the base's alone: no need to look
        if script_of(piece) != "arabic":
            votes = sum(
                _votes(piece, reading, known) << _FIELD * number
                for number, (reading, known) in enumerate(self._known)
            )
        self[piece] = votes
        return votes


def _votes(piece: str, reading: Reading, known: frozenset[str]) -> int:
    """What the words of one piece say for a reading."""
    return max((_vote(word, reading, known) for word in reading.words(piece)), default=0)


def _vote(word: str, reading: Reading, known: frozenset[str]) -> int:
    if word in reading.light or word in reading.dropped:
        return _SMALL
    if word in known or any(form in known for form in reading.forms(word)):
        return _KNOWN
    return 0
