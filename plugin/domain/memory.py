"""Answering from memory: a text that people have spoken about already, or one that is nearly the same.

An exact repeat is sure on one person's word where the text speaks for itself; a near one needs two that agree and
nobody near who does not. What a text adds to those remembered, or lacks of what they all have, may be just what
matters: then the answer is a suggestion.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from plugin.domain.facts import Ranked
from plugin.domain.folding import fold
from plugin.domain.learning import TELLING, Gist, gist
from plugin.domain.reason_codes import ReasonTree
from plugin.domain.triage import Reading
from plugin.domain.words import Rarity, contents, words_of

PLACES: Final = 3
NEAR: Final = 0.8
ALIKE: Final = 0.6
"""From here on a text of another code contradicts."""
SHARED: Final = 3
"""Words of meaning that two texts must share to be near."""
AGREE: Final = 2
_CLEAR: Final = 2 / 3  # of all who spoke about the very same text
_EXACT_SCORE: Final = 0.99
_NEAR_SCORE: Final = 0.95
_BESIDE: Final = 0.9  # what is left of a score under that of memory's last code
_QUOTED: Final = 100
_NEGATIONS: Final = frozenset(
    fold(
        "not no never none nothing without neither nor لا لم لن ليس ليست ما مش مو مب بدون غير نه نيست"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """How often people said that texts of this gist are about this code; the higher `revision`, the later."""

    gist: Gist
    code: str
    count: int
    revision: int


@dataclass(frozen=True, slots=True)
class Recollection:
    """What memory says about a text: its codes, best first. `known` are the words it has seen with the best one."""

    codes: tuple[Ranked, ...]
    sure: bool
    exact: bool
    known: frozenset[str]


class _Neighbour(NamedTuple):
    """A lesson that is like the text asked about; `code` is the one that it speaks for in the tenant's tree."""

    code: str
    lesson: Lesson
    words: frozenset[str]
    likeness: float


class Memory:
    """A tenant's lessons, searchable. Not safe for threads that teach while others ask."""

    def __init__(self, lessons: Iterable[Lesson] = ()) -> None:
        self._lessons: list[Lesson] = []
        self._places: dict[str, dict[str, int]] = {}
        self._having: dict[str, list[int]] = {}
        self._rarity = Rarity()
        for lesson in lessons:
            self.take_in(lesson)

    def __len__(self) -> int:
        return len(self._lessons)

    def take_in(self, lesson: Lesson) -> None:
        """Learn, or learn anew what is known already; a count of 0 forgets."""
        places = self._places.setdefault(lesson.gist.digest, {})
        if lesson.code not in places and not lesson.count:
            return
        if lesson.code not in places:
            places[lesson.code] = len(self._lessons)
            self._lessons.append(replace(lesson, count=0))
            for word in lesson.gist.words:
                self._having.setdefault(word, []).append(places[lesson.code])
        place = places[lesson.code]
        before = self._lessons[place]
        if not before.count and lesson.count:
            self._rarity.add(before.gist.words)
        if before.count and not lesson.count:
            self._rarity.take(before.gist.words)
        self._lessons[place] = replace(lesson, gist=before.gist)

    def recall(self, text: str, tree: ReasonTree) -> Recollection | None:
        """What people have said about this text, or about texts near it; None where nobody has."""
        asked = gist(text) if self._lessons else None
        if asked is None:
            return None
        return self._repeated(asked, text, tree) or self._near(asked, text, tree)

    def _repeated(self, asked: Gist, text: str, tree: ReasonTree) -> Recollection | None:
        """By the very same text: who says the same outnumbers who does not, or it is a suggestion."""
        found = (self._lessons[place] for place in self._places.get(asked.digest, {}).values())
        votes = _votes((code, one) for one in found if one.count and (code := spoken_for(tree, one.code)))
        if not votes:
            return None
        whole = sum(votes.values())
        evidence = (" ".join(text.split())[:_QUOTED],)
        codes = tuple(Ranked(code, round(_EXACT_SCORE * n / whole, 3), evidence) for code, n in votes.items())
        count = next(iter(votes.values()))
        speaks = len(asked.words) >= TELLING or count >= AGREE
        return Recollection(codes, speaks and count >= _CLEAR * whole, True, frozenset(asked.words))

    def _near(self, asked: Gist, text: str, tree: ReasonTree) -> Recollection | None:
        """By texts that share nearly all that counts."""
        words = frozenset(asked.words)
        alike = self._alike(words, tree)
        near = [one for one in alike if one.likeness >= NEAR and _same_matter(words, one.words)]
        if not near:
            return None
        votes = _votes((one.code, one.lesson) for one in near)
        likeness = {code: max(one.likeness for one in near if one.code == code) for code in votes}
        first = next(iter(votes))
        agreeing = [one.words for one in near if one.code == first]
        evidence = self._quotes(text, frozenset.union(*agreeing))
        scores = _descending(likeness)
        sure = (
            votes[first] >= AGREE
            and all(one.code == first for one in alike)
            and frozenset.intersection(*agreeing) <= words
        )
        codes = tuple(Ranked(code, round(_NEAR_SCORE * score, 3), evidence) for code, score in scores.items())
        return Recollection(codes, sure, False, frozenset.union(*agreeing))

    def _alike(self, words: frozenset[str], tree: ReasonTree) -> list[_Neighbour]:
        """Every lesson alike: what the shared words weigh of all words of both (weighted Jaccard)."""
        weights = {word: self._rarity.of(word) for word in words}
        whole = sum(weights.values())
        found = []
        for place in sorted(self._candidates(weights, whole)):
            lesson = self._lessons[place]
            shared = sum([weights[word] for word in words.intersection(lesson.gist.words)])
            code = spoken_for(tree, lesson.code) if shared >= ALIKE * whole and lesson.count else None
            if code is not None:
                theirs = frozenset(lesson.gist.words)
                likeness = shared / (whole + self._rarity.total(theirs - words))
                found.append(_Neighbour(code, lesson, theirs, likeness))
        return [one for one in found if one.likeness >= ALIKE]

    def _candidates(self, weights: Mapping[str, float], whole: float) -> set[int]:
        """All lessons that could be alike: each has one of the rarest words, or it lacks too much."""
        found: set[int] = set()
        passed = 0.0
        for word in sorted(weights, key=lambda word: (-weights[word], word)):
            if passed > (1 - ALIKE) * whole:
                break
            found.update(self._having.get(word, ()))
            passed += weights[word]
        return found

    def _quotes(self, text: str, known: frozenset[str]) -> tuple[str, ...]:
        """The rarest of the known words, as the customer typed them, in their order."""
        typed = {word.folded: word.typed for word in reversed(list(words_of(text))) if word.folded in known}
        rarest = sorted(typed, key=lambda word: (-self._rarity.of(word), word))[:PLACES]
        return tuple(typed[word] for word in reversed(typed) if word in rarest)


def remembered(reading: Reading, recollection: Recollection | None) -> Reading:
    """The reading of the phrases with what people said before it; the three codes are filled up from both."""
    if recollection is None:
        return reading
    first = recollection.codes[0].code
    agreed = bool(reading.codes) and reading.codes[0].code == first
    if agreed and reading.sure and not recollection.sure:
        return reading
    told = {ranked.code for ranked in recollection.codes}
    most = recollection.codes[-1].score * _BESIDE
    others = [
        replace(ranked, score=round(min(ranked.score, most), 3))
        for ranked in reading.codes
        if ranked.code not in told
    ]
    sure = recollection.sure and (
        agreed or recollection.exact or _says_nothing_new(reading, recollection.known)
    )
    return Reading((*recollection.codes, *others)[:PLACES], sure, "learned")


def spoken_for(tree: ReasonTree, code: str) -> str | None:
    """The code itself, or the nearest above it that the tenant still has and shows; None where none is left."""
    while code not in tree or tree.is_hidden(code):
        code = code.rpartition(".")[0]
        if not code:
            return None
    return code


def _votes(lessons: Iterable[tuple[str, Lesson]]) -> dict[str, int]:
    """Code → how many people spoke for it; the most first, of equals who spoke last."""
    counts: dict[str, int] = {}
    latest: dict[str, int] = {}
    for code, lesson in lessons:
        counts[code] = counts.get(code, 0) + lesson.count
        latest[code] = max(latest.get(code, 0), lesson.revision)
    ranked = sorted(counts, key=lambda code: (-counts[code], -latest[code], code))
    return {code: counts[code] for code in ranked}


def _same_matter(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts share enough words to be compared, and neither negates what the other says."""
    return len(one & other) >= SHARED and one & _NEGATIONS == other & _NEGATIONS


def _descending(scores: Mapping[str, float]) -> dict[str, float]:
    """The scores in their order, none above the one before it."""
    least = 1.0
    capped = {}
    for code, score in scores.items():
        least = capped[code] = min(score, least)
    return capped


def _says_nothing_new(reading: Reading, known: frozenset[str]) -> bool:
    """Whether the phrases' best code rests on words that memory had before it, too: then people outvoted it."""
    return not reading.codes or frozenset(contents(" ".join(reading.codes[0].evidence))) <= known
