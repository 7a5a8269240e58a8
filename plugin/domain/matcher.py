"""One compiled matcher over all phrases: a trie of words and word classes, walked once along a text.

Words that no phrase knows and light words may stand between the words of a phrase (`slack`), the end of a
sentence may not.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from plugin.domain.folding import fold_word, is_end, joined, pieces
from plugin.domain.phrases import GAP, Phrase, WordClass, class_words
from plugin.domain.small_words import DROPPED, LIGHT
from plugin.domain.spelling import Typos, inflections

READ: Final = 20_000
"""Characters read of a text: a reason stands at its beginning, and the time for one text stays bounded."""

NUMBER: Final = "@number"
_NONE: Final[frozenset[str]] = frozenset()
_STRANGE: Final = 2  # what an unknown word costs of the slack; a light word costs 1
_GAP_REACH: Final = 9  # how far a gap reaches, in the same measure
_GAP_WORDS: Final = 5
_SENTENCE: Final = 100
_STEPS: Final = 300  # tried from one starting word; ends the explosion of texts that repeat one word
_REMEMBERED: Final = 50_000


class Reading(NamedTuple):
    """A text as read: how many words it has, and for each phrase found (by number) the pieces it rests on, ascending.

    A phrase found more than once stands where its words are closest together, the first such place.
    """

    text: str
    words: int
    found: dict[int, tuple[int, ...]]


class _Node:
    """A place in the trie: the phrases that end here, and where a symbol, or any symbol after a gap, leads."""

    __slots__ = ("after_gap", "ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.after_gap: _Node | None = None
        self.ends: list[int] = []

    def step(self, token: str) -> "_Node":
        """The node behind a token, made on first use."""
        if token != GAP:
            return self.next.setdefault(token, _Node())
        if self.after_gap is None:
            self.after_gap = _Node()
        return self.after_gap


class _Atom:
    """What one word of a text may stand for: the symbols of all its meanings."""

    __slots__ = ("light", "symbols")

    def __init__(self, symbols: frozenset[str], light: bool) -> None:
        self.symbols = symbols
        self.light = light


class _State(dict[_Atom, "_State | None"]):
    """Some nodes of the trie taken together, and where each word leads from them, which is worked out once.

    A word belongs to many classes, so that a text is in many nodes at once; a state makes that one look-up a word.
    """

    __slots__ = ("after_gap", "ends", "is_last", "nodes")

    def __init__(self, nodes: tuple[_Node, ...]) -> None:
        super().__init__()
        self.nodes = nodes
        self.is_last = not any(node.next or node.after_gap for node in nodes)
        self.ends = sorted({number for node in nodes for number in node.ends})
        beyond = tuple(node.after_gap for node in nodes if node.after_gap is not None)
        self.after_gap: _State | None = _State(beyond) if beyond else None

    def __missing__(self, atom: _Atom) -> "_State | None":
        nodes = tuple(node.next[symbol] for node in self.nodes for symbol in node.next.keys() & atom.symbols)
        state = self[atom] = _State(nodes) if nodes else None
        return state

    def forget(self) -> None:
        """Drop all that was worked out."""
        self.clear()
        if self.after_gap is not None:
            self.after_gap.forget()


_Atoms = tuple[_Atom | None, ...]
_END_OF_SENTENCE: Final[_Atoms] = (_Atom(frozenset(), False),)


class _Dictionary(dict[str, _Atoms]):
    """Pieces of text as typed → their atoms, None for a word no phrase knows; learnt on first sight."""

    def __init__(self, symbols: Mapping[str, frozenset[str]], start: _State) -> None:
        super().__init__()
        self._symbols = symbols
        self._start = start
        self._typos: Typos | None = None
        self._atoms_by_meaning: dict[tuple[frozenset[str], bool], _Atom] = {}

    def __missing__(self, piece: str) -> _Atoms:
        if len(self) >= _REMEMBERED:
            self.clear()
            self._start.forget()
        atoms = _END_OF_SENTENCE if is_end(piece) else self._atoms(piece)
        self[piece] = atoms
        return atoms

    def _atoms(self, piece: str) -> _Atoms:
        return tuple(self._atom(word) for word in fold_word(piece) if word not in DROPPED)

    def _atom(self, word: str) -> _Atom | None:
        symbols = self._meanings(word)
        light = word in LIGHT or NUMBER in symbols
        if not symbols and not light:
            return None
        return self._atoms_by_meaning.setdefault((symbols, light), _Atom(symbols, light))

    def _meanings(self, word: str) -> frozenset[str]:
        """The symbols of a word and of what it is a form of, or else of the word that was meant."""
        own = self._symbols.get(word, _NONE)
        if word.isdecimal():
            return own | {NUMBER}
        if word in LIGHT:
            return own
        found = own.union(*(self._symbols.get(stem, _NONE) for stem in inflections(word)))
        return found or self._symbols.get(self._meant(word), _NONE)

    def _meant(self, word: str) -> str:
        """The word of a phrase that was mistyped, or ""."""
        if self._typos is None:
            self._typos = Typos(sorted(self._symbols))
        return self._typos.meant(word) or ""


class Matcher:
    """Finds every phrase in a text. Built once, used by any number of threads; time grows with the text alone."""

    def __init__(self, phrases: Sequence[Phrase], classes: Mapping[str, WordClass], *, slack: int) -> None:
        """`slack`: what may stand between two words of a phrase; a light word takes 1 of it, an unknown one 2."""
        self._reach = 1 + slack
        root = _Node()
        used: set[str] = set()
        for number, phrase in enumerate(phrases):
            for sequence in phrase.sequences:
                used.update(sequence)
                node = root
                for token in sequence:
                    node = node.step(token)
                if number not in node.ends:
                    node.ends.append(number)
        self._start = _State((root,))
        self._dictionary = _Dictionary(_symbols(used - {GAP}, classes), self._start)

    def read(self, text: str) -> Reading:
        """Find the phrases in the first READ characters of a text."""
        text = joined(text[:READ])
        track = _Track(text, self._dictionary)
        return Reading(text, track.words, track.follow(self._start, self._reach))


class _Track:
    """The known words of one text in order.

    Their atoms, the pieces they stand in, and how far along the text each is.
    """

    __slots__ = ("_atoms", "_places", "_steps", "words")

    def __init__(self, text: str, dictionary: _Dictionary) -> None:
        self.words = 0
        self._atoms: list[_Atom] = []
        self._places: list[int] = []
        self._steps: list[int] = []
        step = 0
        for place, piece in enumerate(pieces(text)):
            atoms = dictionary[piece]
            if atoms is _END_OF_SENTENCE:
                step += _SENTENCE
                continue
            for atom in atoms:
                self.words += 1
                if atom is None:
                    step += _STRANGE
                    continue
                step += 1
                self._atoms.append(atom)
                self._places.append(place)
                self._steps.append(step)

    def follow(self, start: _State, reach: int) -> dict[int, tuple[int, ...]]:
        """Every phrase on the track, where it is tightest. `reach` is how far from word to word a phrase may step."""
        found: dict[int, tuple[int, ...]] = {}
        paths: list[_Path] = []
        for at, atom in enumerate(self._atoms):
            state = start[atom]
            if state is not None:
                _arrive(state, at, (self._places[at],), paths, found)
                left = _STEPS
                while paths and left:
                    left -= 1
                    self._step(paths.pop(), reach, paths, found)
                paths.clear()
        return found

    def _step(
        self, path: "_Path", reach: int, paths: list["_Path"], found: dict[int, tuple[int, ...]]
    ) -> None:
        """Go one word on: over light words as far as the reach, after a gap over any word."""
        state, at, places = path
        atoms, steps = self._atoms, self._steps
        end = steps[at] + reach
        for place in range(at + 1, len(atoms)):
            if steps[place] > end:
                break
            after = state[atoms[place]]
            if after is not None:
                _arrive(after, place, (*places, self._places[place]), paths, found)
            if not atoms[place].light:
                break
        if state.after_gap is not None:
            self._leap(state.after_gap, path, paths, found)

    def _leap(
        self, beyond: _State, path: "_Path", paths: list["_Path"], found: dict[int, tuple[int, ...]]
    ) -> None:
        """Go over a gap to any of the next few words."""
        _, at, places = path
        end = self._steps[at] + _GAP_REACH
        for place in range(at + 1, min(at + 1 + _GAP_WORDS, len(self._atoms))):
            if self._steps[place] > end:
                break
            after = beyond[self._atoms[place]]
            if after is not None:
                _arrive(after, place, (*places, self._places[place]), paths, found)


_Path = tuple[_State, int, tuple[int, ...]]
"""Where a walk stands: its state, the word it has come to, and the pieces it rests on."""


def _arrive(
    state: _State, at: int, places: tuple[int, ...], paths: list[_Path], found: dict[int, tuple[int, ...]]
) -> None:
    """Note the phrases that end in a state, and go on from it where any is longer."""
    for number in state.ends:
        known = found.get(number)
        if known is None or places[-1] - places[0] < known[-1] - known[0]:
            found[number] = places
    if not state.is_last:
        paths.append((state, at, places))


def _symbols(used: set[str], classes: Mapping[str, WordClass]) -> dict[str, frozenset[str]]:
    """Folded word → the symbols it stands for: itself where a phrase names it, and the classes it belongs to."""
    found: dict[str, set[str]] = {}
    for symbol in used:
        for word in class_words(symbol, classes):
            found.setdefault(word, set()).add(symbol)
    return {word: frozenset(symbols) for word, symbols in found.items()}
