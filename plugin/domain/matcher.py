"""One compiled matcher over all phrases: each is looked for where its rarest word stands, and from there outwards.

Between two words of a phrase may stand a few light words or another word, as its slack allows, and in a gap a few of
any kind; the end of a sentence may not.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Final, NamedTuple

from plugin.domain.folding import END
from plugin.domain.phrases import GAP, Phrase, WordClass, class_words
from plugin.domain.readings import BASE, Reading
from plugin.domain.spelling import Typos

NUMBER: Final = "@number"
GAP_REACH: Final = 9
"""How many words of any kind may stand in a gap."""

_NONE: Final[frozenset[str]] = frozenset()
_GAPS: Final = frozenset([GAP])
_OTHER: Final = 3  # what a word that is not light takes of the slack
_TRIES: Final = 60  # places tried from one word; ends the explosion of texts that repeat one word
_REMEMBERED: Final = 50_000
_FREQUENCY: Final = 40  # of a word that is known to be frequent, in phrases that name it


class _Cell(NamedTuple):
    """One symbol of a phrase, seen from its rarest one: whether a gap lies before it, and what follows."""

    symbol: str
    after_gap: bool
    rest: "_Cell | None"


class _Search(NamedTuple):
    """How to look for one sequence from its rarest symbol: what else is needed (as bits), what stands either side."""

    others: int
    left: _Cell | None
    right: _Cell | None
    phrase: int
    slack: int


class _Searches:
    """The searches that start from one symbol: phrases of it alone, and the others by (the bit of) the next rarest."""

    __slots__ = ("alone", "bit", "by_second")

    def __init__(self, bit: int) -> None:
        self.bit = bit
        self.alone: list[int] = []
        self.by_second: dict[int, list[_Search]] = {}


class _Atom:
    """What one word of a text may stand for, what it takes of the slack, and the searches that it sets off.

    `bits` are its symbols as bits, `seconds` those that any of its searches needs next.
    """

    __slots__ = ("alone", "bits", "cost", "searches", "seconds", "symbols")

    def __init__(self, symbols: frozenset[str], light: bool, searches: Mapping[str, _Searches]) -> None:
        starts = [searches[symbol] for symbol in sorted(symbols)]
        self.symbols = symbols
        self.bits = sum(start.bit for start in starts)
        self.cost = 1 if light else _OTHER
        self.alone = tuple([phrase for start in starts for phrase in start.alone])
        self.searches = tuple([item for start in starts for item in start.by_second.items()])
        self.seconds = reduce(or_, (second for second, _ in self.searches), 0)


_Line = list[_Atom]
"""The words of one sentence in order."""
_Atoms = tuple[_Atom, ...]
_UNKNOWN: Final = _Atom(frozenset(), False, {})
_END_OF_SENTENCE: Final[_Atoms] = (_UNKNOWN,)


class Sentence(NamedTuple):
    """What was found in one sentence; sentences are numbered from 0, those without a word left out.

    `found`: phrase, by its number → the words it rests on, ascending, counted from the start of the sentence.
    `places`: the piece of text of each word.
    """

    number: int
    found: dict[int, tuple[int, ...]]
    places: list[int]
    line: _Line

    def core(self, words: tuple[int, ...]) -> int:
        """The words of a phrase that are not light as bits, or all of them where all are light."""
        if len(words) == 1:
            return 1 << words[0]
        every = weighty = 0
        for word in words:
            every |= 1 << word
            if self.line[word].cost > 1:
                weighty |= 1 << word
        return weighty or every


class _Dictionary(dict[str, _Atoms]):
    """Pieces of text as typed → their atoms; learnt on first sight."""

    def __init__(
        self, symbols: Mapping[str, frozenset[str]], searches: Mapping[str, _Searches], reading: Reading
    ) -> None:
        super().__init__()
        self._reading = reading
        self._symbols = symbols
        self._searches = searches
        self._typos: Typos | None = None
        self._atoms_by_meaning: dict[tuple[frozenset[str], bool], _Atom] = {}

    def __missing__(self, piece: str) -> _Atoms:
        if len(self) >= _REMEMBERED:
            self.clear()
        atoms = _END_OF_SENTENCE if piece == END else self._atoms(piece)
        self[piece] = atoms
        return atoms

    def _atoms(self, piece: str) -> _Atoms:
        reading = self._reading
        return tuple([self._atom(word) for word in reading.words(piece) if word not in reading.dropped])

    def _atom(self, word: str) -> _Atom:
        symbols = self._meanings(word)
        light = word in self._reading.light or NUMBER in symbols
        if not symbols and not light:
            return _UNKNOWN
        known = self._atoms_by_meaning.get((symbols, light))
        return known or self._atoms_by_meaning.setdefault(
            (symbols, light), _Atom(symbols, light, self._searches)
        )

    def _meanings(self, word: str) -> frozenset[str]:
        """The symbols of a word and of what it is a form of, or else of the word that was meant."""
        own = self._symbols.get(word, _NONE)
        if word.isdecimal():
            return own | {NUMBER} if NUMBER in self._searches else own
        if word in self._reading.light:
            return own
        found = own.union(*(self._symbols.get(stem, _NONE) for stem in self._reading.forms(word)))
        return found or self._symbols.get(self._meant(word), _NONE) or self._tail(word)

    def _tail(self, word: str) -> frozenset[str]:
        """The symbols of the longest known word that a compound ends in."""
        known = (self._symbols[tail] for tail in self._reading.tails(word) if tail in self._symbols)
        return next(known, _NONE)

    def _meant(self, word: str) -> str:
        """The word of a phrase that was mistyped, or ""."""
        if self._typos is None:
            self._typos = Typos(sorted(self._symbols))
        return self._typos.meant(word) or ""


class Matcher:
    """Finds every phrase in a text. Built once, used by any number of threads; time grows with the text alone."""

    def __init__(
        self, phrases: Sequence[Phrase], classes: Mapping[str, WordClass], reading: Reading = BASE
    ) -> None:
        """Compile the phrases, all of one reading; `classes` are those that they name.

        Those of another reading than the base wait for the first text that is read so: many shops never have one.
        """
        self._phrases, self._classes, self._reading = phrases, classes, reading
        if reading is BASE:
            assert self._dictionary is not None, "compiled now, so that processes that fork share it"

    @cached_property
    def _dictionary(self) -> "_Dictionary":
        phrases, reading = self._phrases, self._reading
        used = {token for phrase in phrases for sequence in phrase.sequences for token in sequence} - {GAP}
        symbols = _symbols(used, self._classes)
        return _Dictionary(symbols, _searches(phrases, _frequencies(used, symbols, reading)), reading)

    def sentences(self, words: Sequence[str]) -> Iterator[Sentence]:
        """The sentences of a text, given as its `pieces`, in which phrases stand; one found twice counts once."""
        line: _Line = []
        places: list[int] = []
        number = present = 0
        dictionary = self._dictionary
        for place, piece in enumerate((*words, END)):
            atoms = dictionary[piece]
            if atoms is not _END_OF_SENTENCE:
                for atom in atoms:
                    line.append(atom)
                    places.append(place)
                    present |= atom.bits
            elif line:
                if found := self._found(line, present):
                    yield Sentence(number, found, places, line)
                line, places, present = [], [], 0
                number += 1

    def _found(self, line: _Line, present: int) -> dict[int, tuple[int, ...]]:
        """The phrases in one sentence that has the symbols of `present`."""
        found: dict[int, tuple[int, ...]] = {}
        for at, atom in enumerate(line):
            for phrase in atom.alone:
                if phrase not in found:
                    found[phrase] = (at,)
            if atom.seconds & present:
                _search(line, at, present, found)
        return found


def _search(line: _Line, at: int, present: int, found: dict[int, tuple[int, ...]]) -> None:
    """Add the phrases not found yet whose rarest word stands at `at`."""
    for second, searches in line[at].searches:
        if second & present:
            for search in searches:
                if search.phrase not in found and search.others & present == search.others:
                    where = _around(line, at, search)
                    if where is not None:
                        found[search.phrase] = where


def _around(line: _Line, at: int, search: _Search) -> tuple[int, ...] | None:
    """Where the words of a phrase stand whose rarest one stands at `at`; None where it is not."""
    where: tuple[int, ...] = (at,)
    if search.left is not None:
        before = _along(line, at, search.left, -1, search.slack, [_TRIES])
        if before is None:
            return None
        where = (*before[::-1], at)
    if search.right is not None:
        after = _along(line, at, search.right, 1, search.slack, [_TRIES])
        if after is None:
            return None
        where += after
    return where


def _along(
    line: _Line, at: int, cell: _Cell, step: int, slack: int, tries: list[int]
) -> tuple[int, ...] | None:
    """Where the symbols from a cell on stand, going forwards or backwards from a word, each as near as may be."""
    symbol, after_gap, rest = cell
    left = GAP_REACH if after_gap else slack
    at += step
    while 0 <= at < len(line):
        atom = line[at]
        if symbol in atom.symbols:
            if rest is None:
                return (at,)
            more = _along(line, at, rest, step, slack, tries)
            if more is not None:
                return (at, *more)
            tries[0] -= 1
        left -= 1 if after_gap else atom.cost
        if left < 0 or tries[0] < 0:
            return None
        at += step
    return None


def _symbols(used: set[str], classes: Mapping[str, WordClass]) -> dict[str, frozenset[str]]:
    """Folded word → the symbols it stands for: itself where a phrase names it, and the classes it belongs to."""
    found: dict[str, set[str]] = {}
    for symbol in used:
        for word in class_words(symbol, classes):
            found.setdefault(word, set()).add(symbol)
    return {word: frozenset(symbols) for word, symbols in found.items()}


def _frequencies(used: set[str], symbols: Mapping[str, frozenset[str]], reading: Reading) -> Counter[str]:
    """How often each symbol is likely to be met: a word that many phrases name is a frequent one."""
    frequencies = Counter(dict.fromkeys(sorted(used), 0))
    if NUMBER in used:
        frequencies[NUMBER] = _FREQUENCY
    for word, own in symbols.items():
        weight = len(own) + (_FREQUENCY if word in reading.frequent else 0)
        for symbol in own:
            frequencies[symbol] += weight
    return frequencies


def _searches(phrases: Sequence[Phrase], frequencies: Mapping[str, int]) -> dict[str, _Searches]:
    """Symbol → the searches that start from it."""
    found = {symbol: _Searches(1 << number) for number, symbol in enumerate(frequencies)}
    rarest = sorted(frequencies, key=lambda symbol: (frequencies[symbol], symbol))
    rank = {symbol: number for number, symbol in enumerate(rarest)}.__getitem__
    for number, phrase in enumerate(phrases):
        for sequence in phrase.sequences:
            if len(sequence) == 1:
                found[sequence[0]].alone.append(number)
            else:
                _add_search(found, sequence, sorted({*sequence} - _GAPS, key=rank), number, phrase.slack)
    return found


def _add_search(
    found: dict[str, _Searches], sequence: tuple[str, ...], symbols: list[str], phrase: int, slack: int
) -> None:
    """File one sequence under its rarest symbol, and there under the next rarest."""
    at = sequence.index(symbols[0])
    left, right = _cells(sequence[:at][::-1]), _cells(sequence[at + 1 :])
    others = 0
    for symbol in symbols[2:]:
        others |= found[symbol].bit
    second = found[symbols[:2][-1]].bit
    search = _Search(others, left, right, phrase, slack)
    found[symbols[0]].by_second.setdefault(second, []).append(search)


def _cells(sequence: Sequence[str]) -> _Cell | None:
    """The symbols of a sequence in order as cells; the first may be a gap."""
    cell: _Cell | None = None
    for at in range(len(sequence) - 1, -1, -1):
        if sequence[at] != GAP:
            cell = _Cell(sequence[at], at > 0 and sequence[at - 1] == GAP, cell)
    return cell
