"""Why a customer wrote: reason codes ranked by the phrases found in a message, each with the words that gave it.

A guess is always ranked, never assumed: no evidence, no code. *Sure* is said only on the word of a phrase that
was proven on data it was not written from, or that is the tenant's own, and only where no other code has a
like claim to the message.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plugin.domain.folding import spans
from plugin.domain.matcher import Matcher, Reading
from plugin.domain.phrasebook import Phrasebook
from plugin.domain.phrases import Phrase
from plugin.domain.reason_codes import ReasonTree

PLACES: Final = 3
NOT: Final = "!not"
FOREIGN: Final = "!foreign"

_SLACK: Final = 4  # between the words of a default phrase
_OWN_SLACK: Final = 2  # between those of a tenant's, which are acted upon at once
_MOST_EVIDENCE: Final = 64
_SUBSUMED: Final = 0.3  # what is left of evidence that is part of a longer phrase for another code
_SURE_FROM: Final = 0.6  # score under which nothing is sure
_CONTEST: Final = 0.7  # a rival with this share of the best score contests it
_BORROWED: Final = 0.3  # of the score of the code whose words are borrowed
_EARLY: Final = 60  # pieces of text in which evidence counts in full
_LATE: Final = 200
_LATER_COUNTS: Final = (1.0, 0.85, 0.65)
_SMALL_MESSAGE: Final = 6  # words in which a yielding code may speak up
_OUTSPOKEN: Final = 0.3

# Where another person's or an older text begins; what follows is not what the customer says now.
_QUOTED: Final = re.compile(
    r"^\s*(?:-{3,}\s*(?:original message|forwarded message|رسالة أصلية|پیام اصلی)|on .{5,120}wrote:\s*$|>+ ?\S|"
    r"from:\s.+\n(?:sent|date|to):|_{10,}\s*$|في .{5,120}كتب:?\s*$|در تاریخ .{5,120}نوشت:?\s*$)",
    re.IGNORECASE | re.MULTILINE,
)


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


@dataclass(slots=True)
class _Evidence:
    """One phrase found: `mask` has a bit for each piece of text it rests on."""

    phrase: Phrase
    code: str
    places: tuple[int, ...]
    mask: int
    weight: float


@dataclass(slots=True)
class Standing:
    """What speaks for one code: its score and its evidence, the strongest first."""

    code: str
    score: float
    evidence: list[_Evidence]

    @property
    def deciding(self) -> Phrase:
        """The phrase that speaks loudest for the code."""
        return self.evidence[0].phrase


class Classifier:
    """Classifies messages for one tree of codes.

    Deterministic, without input or output, safe for any number of threads.
    """

    def __init__(self, tree: ReasonTree, phrases: Phrasebook | Iterable[Phrase]) -> None:
        """Compile once; phrases for codes outside the tree say nothing."""
        book = phrases if isinstance(phrases, Phrasebook) else Phrasebook(tuple(phrases))
        self._layers = [(_matcher(book, own=False), book.phrases)]
        self._settle(tree)

    def for_tenant(self, tree: ReasonTree, own: Sequence[Phrase]) -> "Classifier":
        """The classifier of a tenant: another tree and its own phrases, sharing what is compiled here."""
        other = object.__new__(Classifier)
        other._layers = self._layers[:1]
        if own:
            other._layers = [*other._layers, (_matcher(Phrasebook(tuple(own)), own=True), tuple(own))]
        other._settle(tree)
        return other

    def _settle(self, tree: ReasonTree) -> None:
        """Decide once which code the evidence for each code goes to, and who is related to whom."""
        self._order = {code.code: number for number, code in enumerate(tree)}
        self._speaks_for = {code.code: _visible(tree, code.code) for code in tree}
        self._speaks_for.update({NOT: NOT, FOREIGN: FOREIGN})
        self._requests = frozenset(code.code for code in tree if code.is_request)
        self._yielding = frozenset(code.code for code in tree if code.yields)
        self._kin = {code.code: frozenset(_family(tree, code.code)) for code in tree}
        self._fillers = {code.code: _fillers(tree, code.code) for code in tree}

    def classify(self, text: str, lang: str | None = None) -> Classification:
        """Rank the reasons of one message (plain text, any length and language).

        `lang` (a language tag) is what the helpdesk believes; customers mix languages, so phrases of all are tried.
        """
        reading, standings = self._standings(text)
        if not standings:
            return Classification()
        where = spans(reading.text)
        ranked = [
            _ranked(standing, reading.text, where)
            for standing in standings[:PLACES]
            if standing.code != FOREIGN
        ]
        self._fill(ranked)
        return Classification(tuple(ranked), self._is_sure(standings))

    def contenders(self, text: str) -> tuple[list[Standing], bool]:
        """All codes with evidence, best first, and whether the best is uncontested: what measuring phrases needs."""
        _, standings = self._standings(text)
        return [one for one in standings if one.code != FOREIGN], self._is_clear(standings)

    def _standings(self, text: str) -> tuple[Reading, list[Standing]]:
        """Every code with evidence, best first; FOREIGN talk stands among them, in last place."""
        readings = [matcher.read(_fresh(text)) for matcher, _ in self._layers]
        evidence = self._heard(list(self._evidence(readings)))
        _discount(evidence)
        standings = [Standing(code, _score(found), found) for code, found in _by_code(evidence).items()]
        self._yield_small_talk(standings, readings[0].words)
        standings.sort(key=lambda one: (-one.score, self._order.get(one.code, len(self._order))))
        foreign = [one for one in standings if one.code == FOREIGN]
        return readings[0], [*(one for one in standings if one.code != FOREIGN), *foreign] if len(
            standings
        ) > len(foreign) else []

    def _evidence(self, readings: list[Reading]) -> Iterator[_Evidence]:
        """Every phrase found, for the code it speaks for in this tree."""
        for reading, (_, phrases) in zip(readings, self._layers, strict=True):
            for number, places in reading.found.items():
                phrase = phrases[number]
                code = self._speaks_for.get(phrase.code)
                if code is not None:
                    yield _Evidence(
                        phrase, code, places, _mask(places), phrase.weight * _earliness(places[0])
                    )

    def _heard(self, evidence: list[_Evidence]) -> list[_Evidence]:
        """The evidence without the requests that are negated, the strongest first."""
        negated = [one.mask for one in evidence if one.code == NOT]
        heard = [one for one in evidence if one.code != NOT and not (negated and self._is_void(one, negated))]
        heard.sort(
            key=lambda one: (-one.weight, -len(one.places), one.places, one.phrase.code, one.phrase.pattern)
        )
        return heard[:_MOST_EVIDENCE]

    def _is_void(self, one: _Evidence, negated: list[int]) -> bool:
        """Whether a request stands under a negation that is not part of its own phrase."""
        return one.code in self._requests and any(mask & one.mask and mask & ~one.mask for mask in negated)

    def _yield_small_talk(self, standings: list[Standing], words: int) -> None:
        """Let greetings and thanks step back where the message says anything else, or simply more."""
        outspoken = any(one.score >= _OUTSPOKEN and one.code not in self._yielding for one in standings)
        for one in standings:
            if one.code in self._yielding:
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
        deciding = standings[0].deciding
        return (deciding.proven or deciding.own) and self._is_clear(standings)

    def _is_clear(self, standings: list[Standing]) -> bool:
        """Whether the best code speaks up and nothing else has a like claim."""
        if not standings or standings[0].score < _SURE_FROM:
            return False
        best = standings[0]
        rivals = (one.score for one in standings[1:] if one.code not in self._kin[best.code])
        return max(rivals, default=0.0) < _CONTEST * best.score


def _matcher(book: Phrasebook, *, own: bool) -> Matcher:
    return Matcher(book.phrases, book.classes, slack=_OWN_SLACK if own else _SLACK)


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
    return tuple(
        one for one in dict.fromkeys(near) if one in tree and one != code and not tree.is_hidden(one)
    )


def _fresh(text: str) -> str:
    """What the customer says now: the text before quoted history, or all of it where nothing stands before."""
    quoted = _QUOTED.search(text, 0, 20_000) if "\n" in text else None
    return text[: quoted.start()] if quoted and text[: quoted.start()].strip() else text


def _ranked(standing: Standing, text: str, where: list[tuple[int, int]]) -> Ranked:
    """The standing as an answer; evidence is the text from the first to the last word of each phrase."""
    places = [one.places for one in standing.evidence[:PLACES]]
    quotes = dict.fromkeys(text[where[found[0]][0] : where[found[-1]][1]] for found in places)
    return Ranked(standing.code, round(standing.score, 3), tuple(quotes))


def _mask(places: tuple[int, ...]) -> int:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


def _earliness(place: int) -> float:
    """How much evidence counts that begins with this piece: people say first why they write."""
    if place < _EARLY:
        return _LATER_COUNTS[0]
    return _LATER_COUNTS[1] if place < _LATE else _LATER_COUNTS[2]


def _discount(evidence: list[_Evidence]) -> None:
    """Take weight from evidence that is but a part of a longer, no lighter phrase for another code."""
    for number, one in enumerate(evidence):
        mask, code = one.mask, one.code
        for other in evidence[:number]:
            if mask & other.mask == mask != other.mask and other.code != code:
                one.weight *= _SUBSUMED
                break


def _by_code(evidence: list[_Evidence]) -> dict[str, list[_Evidence]]:
    """The evidence of each code, the strongest first."""
    codes: dict[str, list[_Evidence]] = {}
    for one in sorted(evidence, key=lambda one: -one.weight):
        codes.setdefault(one.code, []).append(one)
    return codes


def _score(evidence: list[_Evidence]) -> float:
    """Independent hints add up, each counting for the words that no stronger one has used."""
    doubt = 1.0
    used = 0
    for one in evidence:
        fresh = (one.mask & ~used).bit_count() / one.mask.bit_count()
        doubt *= 1.0 - one.weight * fresh
        used |= one.mask
    return 1.0 - doubt
