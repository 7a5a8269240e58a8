"""Phrase files: the text format in which the product's own phrases are kept, and its reader.

    @parcel = order|parcel|package      a class of words, for this file
    [shipping.wismo]                    the code that the phrases below speak for
    9! where is @parcel                 weight in tenths, `!` where proven, the pattern
    6  @parcel status  ~ bitext         the data that inspired it, where any did

Section names starting with `!` are not codes but what the classifier must know: `!not` (what voids a request that
follows), `!not_after` (that it follows), `!foreign` (talk of other trades). `#` starts a comment.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from plugin.domain.matcher import NUMBER
from plugin.domain.phrases import NARROW, WIDE, Phrase, PhraseError, WordClass, expand
from plugin.domain.readings import reading_of

_LINE: Final = re.compile(r"([1-9])(!?)\s+(.+?)(?:\s+~\s*(\w+))?")
_CLASS: Final = re.compile(r"(@\w+)\s*=\s*(.+)")
_SECTION: Final = re.compile(r"\[([\w.!]+)\]")
_CLASS_NAME: Final = re.compile(r"@\w+")


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Phrases and the classes of words they use; class names carry their file's language."""

    phrases: tuple[Phrase, ...] = ()
    classes: Mapping[str, WordClass] = field(default_factory=dict)

    @classmethod
    def joined(cls, books: Iterable["Phrasebook"]) -> "Phrasebook":
        """One book of several."""
        phrases: list[Phrase] = []
        classes: dict[str, WordClass] = {}
        for book in books:
            phrases.extend(book.phrases)
            classes.update(book.classes)
        return cls(tuple(phrases), classes)


def parse(text: str, language: str) -> Phrasebook:
    """Read one phrase file; ValueError names language and line of the first mistake."""
    reader = _Reader(language)
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reader.take(line.partition("#")[0].strip())
        except ValueError as error:
            raise ValueError(f"phrases {language}, line {number}: {error}") from error
    return Phrasebook(tuple(reader.phrases), reader.classes)


class _Reader:
    """Reads a phrase file line by line."""

    def __init__(self, language: str) -> None:
        self.phrases: list[Phrase] = []
        self.classes: dict[str, WordClass] = {NUMBER: WordClass(frozenset())}
        self._language = language
        self._reading = reading_of(language)
        self._code = ""

    def take(self, line: str) -> None:
        """One line without its comment."""
        if not line:
            return
        if found := _LINE.fullmatch(line):
            self._phrase(*found.groups())
        elif found := _CLASS.fullmatch(line):
            self._class(*found.groups())
        elif found := _SECTION.fullmatch(line):
            self._code = found[1]
        else:
            raise PhraseError(f"neither a class, a section nor a phrase: {line}")

    def _phrase(self, tenths: str, mark: str, pattern: str, origin: str | None) -> None:
        if not self._code:
            raise PhraseError("a phrase before the first section")
        sequences = expand(self._local(pattern), self.classes, self._reading)
        self.phrases.append(
            Phrase(
                self._code,
                pattern,
                int(tenths) / 10,
                sequences,
                proven=bool(mark),
                language=self._language,
                origin=origin or "",
                slack=NARROW if self._code.startswith("!") else WIDE,
            )
        )

    def _class(self, name: str, members: str) -> None:
        words: set[str] = set()
        longer: list[str] = []
        for member in map(str.strip, members.split("|")):
            if member.startswith("@"):
                other = self.classes.get(self._local(member))
                if other is None:
                    raise PhraseError(f"there is no class of words named {member}")
                words |= other.words
                longer.extend(other.longer)
                continue
            folded = self._reading.member(member)
            if " " in folded:
                longer.append(folded)
            else:
                words.add(folded)
        self.classes[self._local(name)] = WordClass(frozenset(words), tuple(longer))

    def _local(self, text: str) -> str:
        """Class names with the language added, so that languages keep their words apart."""
        return _CLASS_NAME.sub(self._marked, text) if "@" in text else text

    def _marked(self, name: re.Match[str]) -> str:
        return name[0] if name[0] == NUMBER else f"{name[0]}_{self._language}"
