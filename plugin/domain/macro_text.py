"""The macros of one helpdesk account, made ready to be searched; and which of them a message was made with."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import sqrt
from typing import Final

from plugin.domain.facts import Macro, Message
from plugin.domain.folding import fold_word, is_end, pieces
from plugin.domain.spelling import inflections
from plugin.domain.words import Rarity, contents, script_of

MOST_WORDS: Final = 1_000
"""Words read of a macro or message."""

_IN_TITLE: Final = 2.0  # what a title's words count, against those of the text
_MADE_WITH: Final = 0.8  # of a macro's words, in order: the rest is what the agent changed
_SHORTEST_FORM: Final = 4  # letters two words must have in common to be one
_SHORTEST: Final = 3  # words; shorter macros are what anybody types
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_READ: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shelved:
    """One macro with its words: those of meaning in `title` and `words`, all of the text in `sequence`."""

    macro: Macro
    title: frozenset[str]
    words: frozenset[str]
    sequence: tuple[str, ...]
    script: str | None


class MacroBook:
    """All macros of one account. Made once for each reading of them; safe for any number of threads."""

    def __init__(self, macros: Iterable[Macro] = ()) -> None:
        self.by_id = {macro.id: _shelved(macro) for macro in macros}
        self.rarity = Rarity(one.words for one in self.by_id.values())
        self._having: dict[str, list[str]] = {}
        self._saying: dict[str, list[str]] = {}
        for macro_id, one in self.by_id.items():
            for word in one.words:
                self._having.setdefault(word, []).append(macro_id)
            for word in set(one.sequence):
                self._saying.setdefault(word, []).append(macro_id)
        self._forms = {
            form: word
            for word in sorted(self._having)
            for form in inflections(word)
            if len(form) >= _SHORTEST_FORM
        }
        self.lengths = {macro_id: self._length(one) for macro_id, one in self.by_id.items()}

    def __len__(self) -> int:
        return len(self.by_id)

    def meant(self, word: str) -> str | None:
        """The word of a macro that this word is, or is a form of; None where no macro has it."""
        if word in self._having:
            return word
        forms = list(inflections(word))
        direct = next((form for form in forms if form in self._having), self._forms.get(word))
        return direct or next((self._forms[form] for form in forms if form in self._forms), None)

    def sharing(self, words: Iterable[str]) -> dict[str, list[str]]:
        """Macro id → which of these words it has."""
        shared: dict[str, list[str]] = {}
        for word in words:
            for macro_id in self._having.get(word, ()):
                shared.setdefault(macro_id, []).append(word)
        return shared

    def weight(self, word: str, macro: Shelved) -> float:
        """What a word of a macro weighs: rare ones more, those of its title more."""
        return self.rarity.of(word) * (_IN_TITLE if word in macro.title else 1.0)

    def nearly_in(self, words: frozenset[str]) -> list[Shelved]:
        """The macros that these words could have been made with."""
        found = Counter(macro_id for word in words for macro_id in self._saying.get(word, ()))
        return [one for macro_id, number in found.items() if _may_be(one := self.by_id[macro_id], number)]

    def _length(self, one: Shelved) -> float:
        """The length of a macro as a vector of its words' weights."""
        return sqrt(sum(self.weight(word, one) ** 2 for word in one.words))


def used_macro(agent_text: str, book: MacroBook) -> str | None:
    """The macro that a text was made with: the longest of which nearly all words stand there in order."""
    said = _sequence(agent_text)
    made = [one.macro for one in book.nearly_in(frozenset(said)) if _is_made_with(said, one.sequence)]
    made.sort(key=lambda macro: (-len(book.by_id[macro.id].sequence), macro.title, macro.id))
    return made[0].id if made else None


def macros_of(message: Message, book: MacroBook) -> tuple[str, ...]:
    """The macros that a message of the shop was made with: by the helpdesk's word, else by its text."""
    if message.from_customer or message.automated or not message.public:
        return ()
    if message.macros:
        return tuple(dict.fromkeys(message.macros))
    found = used_macro(message.text, book)
    return () if found is None else (found,)


def _shelved(macro: Macro) -> Shelved:
    text = _PLACEHOLDER.sub(" ", macro.text[:_READ])
    title = frozenset(contents(macro.title))
    words = title | frozenset(contents(text))
    return Shelved(macro, title, words, _sequence(text), script_of(text or macro.title))


def _sequence(text: str) -> tuple[str, ...]:
    """Every word of a text in order, small ones too: what was typed, not what it is about."""
    words = [word for piece in pieces(text[:_READ]) if not is_end(piece) for word in fold_word(piece)]
    return tuple(words[:MOST_WORDS])


def _may_be(one: Shelved, words_found: int) -> bool:
    """Whether so many different words are enough, before the order is looked at."""
    length = len(one.sequence)
    missing = len(set(one.sequence)) - words_found
    return length >= _SHORTEST and missing <= (1 - _MADE_WITH) * length


def _is_made_with(said: Sequence[str], macro: Sequence[str]) -> bool:
    blocks = SequenceMatcher(None, said, macro, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _MADE_WITH * len(macro)
