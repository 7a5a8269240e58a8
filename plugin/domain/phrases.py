"""The phrase language: a small, finite part of regular expressions in which shops and this product write phrases.

`zip(per)? (is )?(stuck|broken)` is read as literals, groups, `|` and `?`; `...` or `.*` is a gap of a few
words, `&` joins two parts that may stand in either order, `@name` is a class of words. A pattern is expanded
into token sequences, which a `Matcher` compiles; whatever cannot be expanded into a few short sequences is
refused with `PhraseError`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plugin.domain.folding import pieces
from plugin.domain.readings import BASE, Reading

GAP: Final = "…"
MAX_PATTERN: Final = 400
MAX_EXPANSIONS: Final = 256
MAX_WORDS: Final = 12
MAX_GAPS: Final = 3
MAX_DEPTH: Final = 8

WIDE: Final = 4
NARROW: Final = 2
"""The slack of phrases that are acted upon at once, or that take others out of the running."""

_GAP_SIGNS: Final = re.compile(r"\.\.\.+|\.[*]|…")
# A group that stands for whole words and holds nothing but choices of words.
_CHOICE_OF_WORDS: Final = re.compile(r"(?:(?<=[\s(|&])|^)\((?!\?)([^()?&]*)\)(\?)?(?=[\s)|&]|$)")
_OPTIONAL_CLASS: Final = re.compile(r"(@\w+)\?")
_INLINE: Final = "@="
_REFUSED: Final = {
    "+": "'+' (one or more) is not supported; write the words out, or '...' for a gap",
    "*": "'*' is only supported as '.*', a gap of a few words",
    ".": "a single '.' is not supported; write '...' for a gap of a few words",
    "\\": "backslashes (back-references, \\d, \\b) are not supported; whole words are always matched",
    "[": "character sets [...] are not supported; write (a|b)",
    "]": "character sets [...] are not supported; write (a|b)",
    "{": "counted repeats {n} are not supported; write the words out",
    "}": "counted repeats {n} are not supported; write the words out",
    "^": "'^' is not supported; a phrase may stand anywhere in a message",
    "$": "'$' is not supported; a phrase may stand anywhere in a message",
}  # fmt: skip
_SPECIAL: Final = frozenset("()|?&" + "".join(_REFUSED))
_SIGNS: Final = re.escape("".join(sorted(_SPECIAL)))
# Plain text, but for a last character that a '?' makes optional; that one alone.
_PLAIN: Final = re.compile(rf"[^{_SIGNS}]+(?!\?)|[^{_SIGNS}]")

Sequence = tuple[str, ...]
"""One expansion of a pattern: folded words, classes of words and GAP."""


class PhraseError(ValueError):
    """A pattern that is not a phrase; the message says in plain words what to change."""


@dataclass(frozen=True, slots=True)
class WordClass:
    """Words that mean the same here: `words` are single folded words, `longer` the members of several words.

    `symbol` stands for the class in a sequence; "" for its name.
    """

    words: frozenset[str]
    longer: tuple[str, ...] = ()
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern as evidence for one reason code.

    `weight` is between 0 and 1: how far this phrase alone speaks for the code. `proven`: nearly always right on data
    that had no part in writing it. `own`: the tenant's phrase. `language`: the phrase file it stands in, "" for none.
    `origin` names the data that inspired it, "" for none. `slack`: what may stand between two of its words; a light
    word takes 1 of it, any other 3.
    """

    code: str
    pattern: str
    weight: float
    sequences: tuple[Sequence, ...]
    proven: bool = False
    own: bool = False
    language: str = ""
    origin: str = ""
    slack: int = WIDE


def expand(
    pattern: str, classes: Mapping[str, WordClass] | None = None, reading: Reading = BASE
) -> tuple[Sequence, ...]:
    """All token sequences a pattern stands for as a language is read, in a fixed order, without repeats.

    PhraseError says why there are none.
    """
    if len(pattern) > MAX_PATTERN:
        raise PhraseError(f"the phrase is longer than {MAX_PATTERN} characters")
    known = dict(classes or {})
    text = _GAP_SIGNS.sub(f" {GAP} ", pattern)
    text = _OPTIONAL_CLASS.sub(r"(\1)?", text)
    text = _CHOICE_OF_WORDS.sub(lambda found: _inline(found[1], bool(found[2]), known, reading), text)
    texts = [text] if _SPECIAL.isdisjoint(text) else _Parser(text).parse()
    sequences = dict.fromkeys(sequence for text in texts for sequence in _sequences(text, known, reading))
    for sequence in sequences:
        _check(sequence, pattern)
    return tuple(sequences)


def class_words(symbol: str, classes: Mapping[str, WordClass]) -> Iterable[str]:
    """The single words that a symbol of a sequence stands for.

    A named class, a choice written in place, or itself.
    """
    if symbol.startswith(_INLINE):
        return symbol.removeprefix(_INLINE).split("|")
    return sorted(classes[symbol].words) if symbol in classes else (symbol,)


def _inline(choices: str, optional: bool, known: dict[str, WordClass], reading: Reading) -> str:
    """A group of plain words, `(a|b|c d)`, as one class, added to `known`, beside the longer choices.

    One symbol in place of a sequence per word keeps long choices cheap. Light words that are optional are left out,
    since light words may always stand between the words of a phrase.
    """
    words: set[str] = set()
    rest: list[str] = []
    for choice in choices.split("|"):
        folded = (choice,) * 2 if "@" in choice or GAP in choice else _words(choice, reading)
        if len(folded) < 2:
            words.update(folded)
        elif choice.strip() in known:
            words |= known[choice.strip()].words
            rest.extend(known[choice.strip()].longer)
        else:
            rest.append(choice)
    if optional:
        words -= reading.light
    symbol = _INLINE + "|".join(sorted(words))
    if words:
        name = f"@{len(known)}"
        known[name] = WordClass(frozenset(words), symbol=symbol)
        rest.insert(0, name)
    if not rest:
        return ""
    return f"({'|'.join(rest)}){'?' * optional}"


def _check(sequence: Sequence, pattern: str) -> None:
    """Refuse a sequence that would match nothing, everything or too much."""
    if not sequence:
        raise PhraseError(
            f"{pattern!r} can match on small words alone, or on nothing; give it a word of meaning"
        )
    if len(sequence) > MAX_WORDS + MAX_GAPS:
        raise PhraseError(f"the phrase is longer than {MAX_WORDS} words")
    if sequence.count(GAP) > MAX_GAPS:
        raise PhraseError(f"the phrase has more than {MAX_GAPS} gaps")


def _sequences(text: str, classes: Mapping[str, WordClass], reading: Reading) -> Iterable[Sequence]:
    """The sequences of a text without groups: more than one where a class has members of several words."""
    choices: list[tuple[Sequence, ...]] = []
    for part in text.split():
        if part == GAP:
            choices.append(((GAP,),))
        elif part[0] == "@" and len(part) > 1:
            choices.append(_members(part, classes, reading))
        else:
            choices.append((_words(part, reading),))
    sequences: list[Sequence] = [()]
    for choice in choices:
        sequences = [head + tail for head in sequences for tail in choice]
        _limit(len(sequences))
    return map(_trimmed, sequences)


def _members(name: str, classes: Mapping[str, WordClass], reading: Reading) -> tuple[Sequence, ...]:
    """A class as one symbol for its single words, and its longer members written out."""
    found = classes.get(name)
    if found is None:
        raise PhraseError(f"there is no class of words named {name}")
    single = ((found.symbol or name,),) if found.words or not found.longer else ()
    return (*single, *(_words(member, reading) for member in found.longer))


@lru_cache(maxsize=8192)
def _words(text: str, reading: Reading) -> Sequence:
    """The folded words of literal text, without the words that are always left out."""
    return tuple(
        word
        for piece in pieces(text)
        for word in reading.words(piece)
        if word not in reading.dropped and word.isalnum()
    )


def _trimmed(sequence: Sequence) -> Sequence:
    """The sequence without gaps at its ends or doubled ones, which mean nothing."""
    kept = [
        token
        for before, token in zip(("", *sequence), sequence, strict=False)
        if token != GAP or before != GAP
    ]
    start = 1 if kept and kept[0] == GAP else 0
    end = len(kept) - 1 if len(kept) > start and kept[-1] == GAP else len(kept)
    return tuple(kept[start:end])


def _limit(count: int) -> None:
    """Refuse a pattern as soon as it has too many expansions."""
    if count > MAX_EXPANSIONS:
        raise PhraseError(f"the phrase stands for more than {MAX_EXPANSIONS} different texts; split it up")


class _Parser:
    """Recursive descent over one pattern; every rule returns the texts its part stands for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def parse(self) -> list[str]:
        texts = self._choice()
        if self.at < len(self.text):
            raise PhraseError("a ')' closes nothing")
        return texts

    def _choice(self) -> list[str]:
        """parts separated by `|`"""
        texts = self._either_order()
        while self._take("|"):
            texts = texts + self._either_order()
            _limit(len(texts))
        return texts

    def _either_order(self) -> list[str]:
        """parts separated by `&`"""
        texts = self._run()
        while self._take("&"):
            more = self._run()
            _limit(2 * len(texts) * len(more))
            forward = [f"{one} {GAP} {other}" for one in texts for other in more]
            texts = forward + [f"{other} {GAP} {one}" for one in texts for other in more]
        return texts

    def _run(self) -> list[str]:
        """literals and groups one after the other, each perhaps optional"""
        texts = [""]
        while self.at < len(self.text) and self.text[self.at] not in "|)&":
            unit = self._unit()
            if self._take("?"):
                unit = [*unit, ""]
            _limit(len(texts) * len(unit))
            texts = [head + tail for head in texts for tail in unit]
        return texts

    def _unit(self) -> list[str]:
        """plain text, up to what is not, or a group"""
        plain = _PLAIN.match(self.text, self.at)
        if plain:
            self.at = plain.end()
            return [plain[0]]
        sign = self.text[self.at]
        self.at += 1
        if sign == "(":
            return self._group()
        raise PhraseError(_REFUSED.get(sign, "a '?' follows nothing that could be optional"))

    def _group(self) -> list[str]:
        """what stands between brackets; `(?:` is read as `(`"""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PhraseError(f"groups are nested more than {MAX_DEPTH} deep")
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.text.startswith("?", self.at):
            raise PhraseError("'(?' is not supported; write a plain group (a|b)")
        texts = self._choice()
        if not self._take(")"):
            raise PhraseError("a '(' is never closed")
        self.depth -= 1
        return texts

    def _take(self, sign: str) -> bool:
        """Step over the sign if it is next."""
        found = self.text.startswith(sign, self.at)
        self.at += found
        return found
