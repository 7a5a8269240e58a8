"""Why a customer wrote: reason codes ranked by the phrases found in a message, each with the words that gave it.

A guess is always ranked, never assumed: no evidence, no code. *Sure* is said only on the word of a phrase that
was proven on data it was not written from, or that is the tenant's own, and only where no other code has a
like claim to the message.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import attrgetter
from typing import Final

from plugin.domain.folding import pieces, quote
from plugin.domain.languages import Languages, vocabulary
from plugin.domain.matcher import Matcher, Sentence
from plugin.domain.phrasebook import Phrasebook
from plugin.domain.phrases import Phrase, PhraseError, expand
from plugin.domain.readings import BASE, READINGS, Reading, reading_of
from plugin.domain.reason_codes import ReasonTree

PLACES: Final = 3
READ: Final = 20_000
"""Characters read of a text: a reason stands at its beginning, and the time for one text stays bounded."""
NOT: Final = "!not"
FOREIGN: Final = "!foreign"

_DETAIL: Final = 0.02  # what each further word of a phrase adds to its weight
_LOUDEST: Final = 0.97
_MOST: Final = 0.98  # that any number of default phrases comes to: a tenant's own stand above
_SHARED: Final = 0.85  # of the weight of words that a louder phrase for another code rests on as well
_SPEAKS_UP: Final = 0.55  # weight from which a phrase may make its code sure
_SURE_FROM: Final = 0.6  # score under which nothing is sure
_CONTEST: Final = 0.7  # a rival with this share of the best score contests it
_BORROWED: Final = 0.3  # of the score of the code whose words are borrowed
_EARLY: Final = 60  # pieces of text in which evidence counts in full: people say first why they write
_LATE: Final = 200
_LATER: Final = 0.85  # what it counts behind the first, and behind the second of these
_LAST: Final = 0.65
_SMALL_MESSAGE: Final = 6  # words in which a yielding code may speak up
_OUTSPOKEN: Final = 0.3
_WEIGHT: Final = attrgetter("weight")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A reason code with its score (0 to 1) and the customer's words that gave it."""

    code: str
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """The three best codes, best first, or none where nothing speaks for any; `sure` enough to act upon, or not."""

    codes: tuple[Ranked, ...] = ()
    sure: bool = False
    by: str = "phrases"


_Voice = tuple[str | None, Phrase]
"""A phrase, and the code it speaks for in a tree; None for none."""
_Layer = tuple[Matcher, tuple[Phrase, ...]]
"""Phrases with what finds them: the product's, or a tenant's own."""


class _Evidence:
    """One phrase found in a sentence, in these of its words; `core` are the weighty ones as bits."""

    __slots__ = ("code", "core", "phrase", "sentence", "weight", "words")

    def __init__(
        self, code: str, phrase: Phrase, sentence: Sentence, words: tuple[int, ...], core: int, weight: float
    ) -> None:
        self.code = code
        self.phrase = phrase
        self.sentence = sentence
        self.words = words
        self.core = core
        self.weight = weight

    @property
    def place(self) -> tuple[int, int]:
        """The first and the last piece of text it rests on."""
        return self.sentence.places[self.words[0]], self.sentence.places[self.words[-1]]


class Standing:
    """What speaks for one code: its score and its evidence, the strongest first."""

    __slots__ = ("code", "evidence", "own", "score")

    def __init__(self, code: str, evidence: list[_Evidence]) -> None:
        if len(evidence) > 1:
            evidence.sort(key=_WEIGHT, reverse=True)
        self.code = code
        self.evidence = evidence
        self.own = evidence[0].phrase.own
        self.score = _score(evidence) if self.own else min(_score(evidence), _MOST)

    @property
    def phrases(self) -> Iterator[Phrase]:
        """The phrases that speak up for the code."""
        return (one.phrase for one in self.evidence if one.weight >= _SPEAKS_UP)


class Classifier:
    """Classifies messages for one tree of codes.

    Deterministic, without input or output, safe for any number of threads.
    """

    def __init__(self, tree: ReasonTree, phrases: Phrasebook | Iterable[Phrase]) -> None:
        """Compile once; phrases for codes outside the tree say nothing."""
        book = phrases if isinstance(phrases, Phrasebook) else Phrasebook(tuple(phrases))
        spoken = {reading: tuple(_spoken(book, reading)) for reading in READINGS}
        used = {one: found for one, found in spoken.items() if found or one is BASE}
        self._languages = Languages({one: vocabulary(found, book.classes) for one, found in used.items()})
        self._settle(tree, {one: [(Matcher(found, book.classes, one), found)] for one, found in used.items()})

    def for_tenant(self, tree: ReasonTree, own: Sequence[Phrase]) -> "Classifier":
        """The classifier of a tenant: another tree and its own phrases, sharing what is compiled here."""
        other = object.__new__(Classifier)
        other._languages = self._languages
        layers = {reading: layers[:1] for reading, layers in self._layers.items()}
        if own:
            for reading in layers:
                mine = tuple(_own(own, reading))
                layers[reading].append((Matcher(mine, {}, reading), mine))
        other._settle(tree, layers)
        return other

    def _settle(self, tree: ReasonTree, layers: dict[Reading, list[_Layer]]) -> None:
        """Decide once which code each phrase speaks for in this tree, and who is related to whom."""
        speaks_for = {code.code: _visible(tree, code.code) for code in tree}
        speaks_for.update({NOT: NOT, FOREIGN: FOREIGN})
        self._layers = layers
        self._voices = {
            reading: [[(speaks_for.get(one.code), one) for one in phrases] for _, phrases in both]
            for reading, both in layers.items()
        }
        self._order = {code.code: number for number, code in enumerate(tree)}
        self._requests = frozenset(code.code for code in tree if code.is_request)
        self._yielding = frozenset(code.code for code in tree if code.yields)
        self._kin = {code.code: frozenset(_family(tree, code.code)) for code in tree}
        self._fillers = {code.code: _fillers(tree, code.code) for code in tree}

    def classify(self, text: str, lang: str | None = None) -> Classification:
        """Rank the reasons of one message (plain text, any length and language).

        `lang` (a language tag) is what the helpdesk believes; the words of the text say more.
        """
        text = text[:READ]
        words = pieces(text)
        standings = self._standings(words, lang)
        if not standings:
            return Classification()
        best = [one for one in standings[:PLACES] if one.code != FOREIGN]
        ranked = [Ranked(one.code, round(one.score, 3), _quotes(one, text, words)) for one in best]
        self._fill(ranked)
        return Classification(tuple(ranked), self._is_sure(standings))

    def contenders(self, text: str) -> tuple[list[Standing], bool]:
        """All codes with evidence, best first, and whether the best is uncontested: what measuring phrases needs."""
        standings = self._standings(pieces(text[:READ]))
        return [one for one in standings if one.code != FOREIGN], self._is_clear(standings)

    def _standings(self, words: list[str], lang: str | None = None) -> list[Standing]:
        """Every code with evidence in the likeliest language that says anything."""
        for reading in self._languages.of(words, lang):
            if standings := self._read(words, reading):
                return standings
        return []

    def _read(self, words: list[str], reading: Reading) -> list[Standing]:
        """Every code with evidence, best first; FOREIGN talk stands among them, in last place."""
        by_code: dict[str, list[_Evidence]] = {}
        for evidence in self._evidence(words, reading):
            for one in self._heard(evidence):
                by_code.setdefault(one.code, []).append(one)
        standings = [Standing(code, evidence) for code, evidence in by_code.items()]
        self._yield_small_talk(standings, len(words))
        standings.sort(key=self._rank)
        return standings if standings and standings[0].code != FOREIGN else []

    def _rank(self, one: Standing) -> tuple[bool, float, int]:
        return one.code == FOREIGN, -one.score, self._order.get(one.code, 0)

    def _evidence(self, words: list[str], reading: Reading) -> Iterable[list[_Evidence]]:
        """What was found, by sentence, for the codes it speaks for in this tree."""
        sentences: dict[int, list[_Evidence]] = {}
        for voices, (matcher, _) in zip(self._voices[reading], self._layers[reading], strict=True):
            for sentence in matcher.sentences(words):
                found = _loudest(sentence, voices)
                sentences[sentence.number] = [*sentences.get(sentence.number, ()), *found]
        return sentences.values()

    def _heard(self, evidence: list[_Evidence]) -> list[_Evidence]:
        """The evidence of a sentence without the requests that are negated, and discounted, strongest first."""
        if len(evidence) < 2:
            return [one for one in evidence if one.code != NOT]
        negated = [one.core for one in evidence if one.code == NOT]
        if negated:
            evidence = [one for one in evidence if one.code != NOT and not self._is_void(one, negated)]
        evidence.sort(key=_WEIGHT, reverse=True)
        _discount(evidence)
        return evidence

    def _is_void(self, one: _Evidence, negated: list[int]) -> bool:
        """Whether a request stands under a negation that is not part of its own phrase."""
        return one.code in self._requests and any(mask & one.core and mask & ~one.core for mask in negated)

    def _yield_small_talk(self, standings: list[Standing], words: int) -> None:
        """Let greetings and thanks step back where the message says anything else, or simply more."""
        outspoken = any(one.score >= _OUTSPOKEN and one.code not in self._yielding for one in standings)
        for one in standings:
            if one.code in self._yielding and not one.own:
                one.score *= min(1.0, _SMALL_MESSAGE / max(words, 1)) * (0.3 if outspoken else 1.0)

    def _fill(self, ranked: list[Ranked]) -> None:
        """Fill the three places with codes told in like words, which borrow the evidence at a discount."""
        for lender in tuple(ranked):
            taken = {one.code for one in ranked}
            for code in self._fillers[lender.code]:
                if len(ranked) >= PLACES:
                    return
                if code not in taken:
                    score = min(lender.score * _BORROWED, ranked[-1].score)
                    ranked.append(Ranked(code, round(score * 0.9, 3), lender.evidence))

    def _is_sure(self, standings: list[Standing]) -> bool:
        """On the word of the tenant's own phrases, unless they disagree; else of a proven one that nothing contests."""
        best = standings[0]
        if best.own:
            return not any(one.own and one.code not in self._kin[best.code] for one in standings[1:])
        return any(phrase.proven for phrase in best.phrases) and self._is_clear(standings)

    def _is_clear(self, standings: list[Standing]) -> bool:
        """Whether the best code speaks up and nothing else has a like claim."""
        if not standings or standings[0].score < _SURE_FROM:
            return False
        best = standings[0]
        rivals = (one.score for one in standings[1:] if one.code not in self._kin[best.code])
        return max(rivals, default=0.0) < _CONTEST * best.score


def _spoken(book: Phrasebook, reading: Reading) -> Iterator[Phrase]:
    """The phrases of a book that are looked for in this reading."""
    return (phrase for phrase in book.phrases if reading_of(phrase.language) is reading)


def _own(phrases: Sequence[Phrase], reading: Reading) -> Iterator[Phrase]:
    """A tenant's phrases, which have no language, as this reading understands them."""
    if reading is BASE:
        yield from phrases
        return
    for phrase in phrases:
        try:
            yield replace(phrase, sequences=expand(phrase.pattern, None, reading))
        except PhraseError:  # small words alone, in this language: not written for it
            continue


def _visible(tree: ReasonTree, code: str) -> str | None:
    """The code itself, or the nearest above it that is not hidden; None where all are."""
    return next((one for one in (code, *tree.ancestors(code)) if not tree.is_hidden(one)), None)


def _family(tree: ReasonTree, code: str) -> Iterator[str]:
    """The codes above and below one: not its rivals."""
    yield from tree.ancestors(code)
    for child in tree.children(code):
        yield child.code
        yield from (one for one in _family(tree, child.code) if one.startswith(f"{child.code}."))


def _fillers(tree: ReasonTree, code: str) -> tuple[str, ...]:
    """The codes that may borrow the words of one, the nearest first."""
    own = tree.codes[code]
    near = [*tree.ancestors(code), *own.related, *(one.code for one in tree.siblings(code))]
    near += [one for above in tree.ancestors(code) for one in _fillers(tree, above)]
    near = [one for one in dict.fromkeys(near) if one in tree and one != code and not tree.is_hidden(one)]
    return tuple(near) if len(near) >= PLACES else (*near, *_others(tree, {code, *near}))


def _others(tree: ReasonTree, taken: set[str]) -> Iterator[str]:
    """As many more codes as fill the places, in the order of the tree: a small tree has few related ones."""
    return islice((one.code for one in tree.visible() if one.code not in taken), PLACES)


def _quotes(standing: Standing, text: str, words: list[str]) -> tuple[str, ...]:
    """The evidence as typed, each from its first to its last word."""
    places = [one.place for one in standing.evidence[:PLACES]]
    return tuple(dict.fromkeys(quote(text, words, first, last) for first, last in places))


def _loudest(sentence: Sentence, voices: Sequence[_Voice]) -> Iterator[_Evidence]:
    """The evidence in one sentence; of phrases for one code on the same words only the loudest."""
    loudest: dict[tuple[str, int], list[_Evidence]] = {}
    for number, words in sentence.found.items():
        code, phrase = voices[number]
        if code is not None:
            core = sentence.core(words)
            weight = _weight(phrase, core, sentence.places[words[0]])
            alike = loudest.get((code, core))
            if alike is None or weight > alike[0].weight:
                loudest[code, core] = [_Evidence(code, phrase, sentence, words, core, weight)]
            elif weight == alike[0].weight:
                alike.append(_Evidence(code, phrase, sentence, words, core, weight))
    return chain.from_iterable(loudest.values())


def _weight(phrase: Phrase, core: int, place: int) -> float:
    """How loudly a phrase speaks that begins with this piece: the more words it rests on, the louder."""
    weight = phrase.weight
    if phrase.own:
        return weight
    if core & (core - 1):
        weight = min(weight * (1.0 + _DETAIL * (core.bit_count() - 1)), _LOUDEST)
    if place >= _EARLY:
        weight *= _LATER if place < _LATE else _LAST
    return weight


def _discount(evidence: list[_Evidence]) -> None:
    """Take weight from evidence for words that it shares with a louder phrase, or a longer one, for another code."""
    weights = [one.weight for one in evidence]
    for number, one in enumerate(evidence):
        core, weight, shared = one.core, one.weight, 0
        for at in range(number):
            other = evidence[at]
            common = core & other.core
            if common and other.code != one.code and (weights[at] > weight or core == common != other.core):
                shared |= common
        if shared:
            one.weight = weight * (1.0 - _SHARED * shared.bit_count() / core.bit_count())


def _score(evidence: list[_Evidence]) -> float:
    """Independent hints add up, each phrase once, each counting for the words that no stronger one has used."""
    if len(evidence) == 1:
        return evidence[0].weight
    doubt = 1.0
    used: dict[int, int] = {}
    counted: set[int] = set()
    for one in evidence:
        phrase = id(one.phrase)
        if phrase not in counted:
            counted.add(phrase)
            sentence = id(one.sentence)
            before = used.get(sentence, 0)
            doubt *= 1.0 - one.weight * (one.core & ~before).bit_count() / one.core.bit_count()
            used[sentence] = before | one.core
    return 1.0 - doubt
