"""Other spellings of a word: its inflections in English, Arabic and Persian, and slips of the finger.

Nothing here knows grammar: it only proposes, and whoever asks keeps the proposals that are words of a phrase.
"""

from collections.abc import Iterable, Iterator
from typing import Final

SHORTEST_TYPO: Final = 5  # shorter words are too close to each other
_SUBSTITUTION_FROM: Final = 7
_SHORTEST_STEM: Final = 3

_ARABIC_PREFIXES: Final = (
    "ال", "وال", "بال", "فال", "كال", "هال", "عال", "لل", "ولل", "و", "ف", "ب", "ل", "ه", "وب", "ول", "س", "وهال",
    "ي", "ت", "ن", "ا", "بي", "بت", "بن", "با", "هي", "هت", "سي", "ست", "سا", "لا", "لت", "لي", "م", "ح",
)  # fmt: skip
_ARABIC_SUFFIXES: Final = (
    "ي", "نا", "ه", "ها", "هم", "كم", "كو", "ك", "ني", "ات", "ين", "وا", "و", "ولي", "لي", "ونا", "وني", "يها", "وها",
    "ا", "ان", "تين",
)  # fmt: skip
# The teh marbuta (folded to ه) opens to ت before a suffix.
_ARABIC_OPENED: Final = ("تي", "تنا", "تها", "ته", "تكم", "تك")
_PERSIAN_SUFFIXES: Final = (
    "ها", "هاي", "هام", "هايم", "هاتون", "هاتان", "هامون", "هاش", "م", "مو", "مون", "مونو", "مان", "ت", "تون", "تان",
    "تونو", "ش", "شو", "شون", "شان", "اش", "ام", "ات", "ي", "يم", "و", "رو", "را", "ه", "اي", "يه", "مه", "ين",
    "تر", "هاتونو", "هارو",
)  # fmt: skip

# What was done is another matter than what is to be done: "ordered" is not "order".
_DONE: Final = frozenset(
    ["ordered", "placed", "purchased", "submitted", "completed", "requested", "asked", "promised", "signed"]
)

# Words of daily use one slip away from a word of a phrase; they are what they are.
_NOT_TYPOS: Final = frozenset(
    """
    prize house horse course source force nurse purse quiet ready early weight height right night light
    fight bright world words worth watch match catch batch patch beach teach reach peach coach couch
    lunch bench branch grace place space trace plate state slate skate stake brake break bread board
    broad trade grade shade shape sharp share shore score scope slope stone alone phone prone prune
    drink drank chose close cloth clock black block flock stock stick trick track truck brick chain
    chair cheap cheat cheer cheese change charge chance orange range strange large barge later water
    hater rater letter better bitter butter latter matter master faster easter poster sister mister
    minister playing played player
    money honey monkey donkey hockey jockey turkey kitchen chicken thicker ticker sticker thick
    think thing things thank though through thought bought brought caught taught fought tough rough
    cough dough house mouse blouse loose goose order border older colder holder folder elder under
    wonder gender tender sender lender render vendor binder finder print point paint saint faint joint
    giant grant plant slant chant front found sound round pound bound hound mound count county country
    counter center centre enter inter winter dinner winner inner corner former farmer warmer email gmail
    regards regard kindly sincerely faithfully wishes matters smith
    detail retail derail mobile noble table cable fable stable unable enable
    """.split()  # noqa: SIM905  a list of words reads better as text
)


def inflections(word: str) -> Iterator[str]:
    """Shorter words that `word` may be a form of; unfiltered, the likeliest first."""
    if word.isascii():
        if word not in _DONE:
            yield from _english(word)
    else:
        yield from _arabic(word)
        yield from _persian(word)


def _english(word: str) -> Iterator[str]:
    """orders→order, tries→try, cancelled→cancel, charging→charge, quickly→quick"""
    for ending in ("s", "es", "ed", "d", "ing", "er", "ly", "ment"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _SHORTEST_STEM:
            continue
        yield stem
        if ending in ("es", "ed") and stem[-1] == "i":
            yield stem[:-1] + "y"
        if ending == "ing":
            yield stem + "e"
        if ending in ("ed", "ing") and stem[-1] == stem[-2]:
            yield stem[:-1]


def _arabic(word: str) -> Iterator[str]:
    """والطلب→طلب, طلبي→طلب, بطاقتي→بطاقه"""
    for prefix in ("", *_ARABIC_PREFIXES):
        rest = word.removeprefix(prefix)
        if len(rest) + len(prefix) != len(word) or len(rest) < _SHORTEST_STEM:
            continue
        if prefix:
            yield rest
        yield from (f"{stem}ه" for stem in _without(rest, _ARABIC_OPENED, _SHORTEST_STEM - 1))
        yield from _without(rest, _ARABIC_SUFFIXES, _SHORTEST_STEM)


def _persian(word: str) -> Iterator[str]:
    """سفارشم→سفارش, پولمو→پول, بسته‌هامون→بسته"""
    return _without(word, _PERSIAN_SUFFIXES, _SHORTEST_STEM)


def _without(word: str, suffixes: Iterable[str], shortest: int) -> Iterator[str]:
    """What is left of a word without each suffix that it has, if that is not too short."""
    return (word[: -len(end)] for end in suffixes if word.endswith(end) and len(word) - len(end) >= shortest)


class Typos:
    """The words of a vocabulary by what is left of them when one letter is gone."""

    def __init__(self, words: Iterable[str]) -> None:
        """Words shorter than SHORTEST_TYPO are left out; of two words with one slip in common the first one wins."""
        self._words = dict.fromkeys(word for word in words if len(word) >= SHORTEST_TYPO)
        self._shortened: dict[str, str] = {}
        for word in self._words:
            for short in _without_one_letter(word):
                self._shortened.setdefault(short, word)

    def meant(self, word: str) -> str | None:
        """The word of the vocabulary that was meant, one slip away: a letter missing, doubled, swapped or wrong."""
        if len(word) < SHORTEST_TYPO - 1 or len(word) > 20 or word in _NOT_TYPOS or word.isdigit():
            return None
        missing = self._shortened.get(word)
        if missing is not None:
            return missing
        for short in _without_one_letter(word):
            if short in self._words:
                return short
            meant = self._shortened.get(short)
            if meant is not None and _is_slip(word, meant):
                return meant
        return None


def _without_one_letter(word: str) -> Iterator[str]:
    """Every text got by leaving out one letter but the first, which people rarely mistype."""
    return (word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _is_slip(word: str, meant: str) -> bool:
    """Whether two words of like length differ by neighbours swapped, or, in longer words, by one letter."""
    if len(word) != len(meant) or word[0] != meant[0]:
        return False
    places = [at for at, (one, other) in enumerate(zip(word, meant, strict=True)) if one != other]
    if len(places) == 1:
        return len(word) >= _SUBSTITUTION_FROM
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and word[places[0]] == meant[places[1]]
        and word[places[1]] == meant[places[0]]
    )
