"""Text folding: the many ways customers type one word, brought to one form.

Covers Latin, Arabic and Persian writing: width and presentation forms (NFKC), case, accents, harakat and tatweel,
the two keyboards' yeh and kaf, alef and hamza seats, teh marbuta, joiners, digits, apostrophes and contractions.
"""

import re
import unicodedata
from typing import Final

_ARABIC_LETTERS: Final = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و", "ۆ": "و",
    "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ە": "ه", "ھ": "ه",
}  # fmt: skip
_APOSTROPHES: Final = "’‘ʼ`´＇‛′"
# Harakat, superscript alef, Quranic marks; tatweel; a hamza standing alone is often left out; joiners and
# direction marks.
_SILENT: Final = [*range(0x0300, 0x0370), *range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670,
                  *range(0x06D6, 0x06EE), 0x0640, 0x0621, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
                  *range(0x2066, 0x206A), 0xFEFF, 0x00AD]  # fmt: skip


def _letters() -> dict[int, str | None]:
    """The table for str.translate: one folded letter per variant, None for what is dropped."""
    table: dict[int, str | None] = dict.fromkeys(_SILENT)
    table.update({ord(variant): plain for variant, plain in _ARABIC_LETTERS.items()})
    table.update({ord(mark): "'" for mark in _APOSTROPHES})
    table.update({ord("œ"): "oe", ord("æ"): "ae"})
    for zero in (0x0660, 0x06F0):
        table.update({zero + value: str(value) for value in range(10)})
    return table


_TABLE: Final = _letters()
END: Final = "."
"""The piece that stands for the end of a sentence, a paragraph or a short line."""

_ENDS: Final = ".!?\u061f;\u061b\u2026\u3002"
_WORD_MARKS: Final = frozenset("'\u2019\u2018\u02bc`\u00b4_\u0640\u200b\u200c\u200d\u200e\u200f\u00ad")
_DECIMAL: Final = re.compile(r"(?<=\d)\.(?=\d)")
# Addresses of mail and web are no words of the customer's.
_ADDRESS: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+")
_WRAPPED: Final = 60  # letters from which a line may go on in the next
# The Persian verb prefix is typed with a blank, with a joiner or with nothing; nothing is the folded form.
_VERB_PREFIXES: Final = frozenset(
    ["\u0645\u06cc", "\u0645\u064a", "\u0646\u0645\u06cc", "\u0646\u0645\u064a"]
)


class _Signs(dict[int, int]):
    """The table for str.translate that leaves words and ends of sentences and blanks all else."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        if sign.isalnum() or sign in _WORD_MARKS or unicodedata.category(sign) == "Mn":
            kept = code
        else:
            kept = ord(END) if sign in _ENDS else ord(" ")
        self[code] = kept
        return kept


_SIGNS: Final = _Signs()

_CONTRACTED_HEADS: Final = frozenset(
    ["where", "what", "it", "that", "there", "who", "how", "when", "here", "he", "she", "let"]
)
_ENDINGS: Final = {"'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would"}
_CONTRACTIONS: Final = {
    "cannot": "can not", "cant": "can not", "can't": "can not", "wont": "will not", "won't": "will not",
    "dont": "do not", "didnt": "did not", "doesnt": "does not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "werent": "were not", "hasnt": "has not", "havent": "have not", "havnt": "have not",
    "hadnt": "had not", "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not", "aint": "is not",
    "ain't": "is not", "shan't": "shall not", "wheres": "where is", "whats": "what is", "hows": "how is",
    "whens": "when is",
    "im": "i am", "ive": "i have", "thats": "that is", "theres": "there is", "wanna": "want to",
    "gonna": "going to", "gotta": "got to", "dunno": "do not know", "gimme": "give me", "lemme": "let me",
}  # fmt: skip


def fold(text: str) -> str:
    """Bring text of any length to its folded form; words stay in place, blanks are left as they are."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFD", plain.translate(_TABLE)).translate(_TABLE)
    return plain


def pieces(text: str) -> list[str]:
    """The words of a text as typed, in order, and an END for every end of a sentence, paragraph or short line."""
    if "@" in text or "://" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if "\n" in text:
        *lines, last = text.split("\n")
        text = " ".join([f"{line} {END}" if len(line) < _WRAPPED else line for line in lines] + [last])
    words = _DECIMAL.sub(" ", text).translate(_SIGNS).replace(END, f" {END} ").split()
    return _joined(words) if not _VERB_PREFIXES.isdisjoint(words) else words


def _joined(words: list[str]) -> list[str]:
    """The words with every Persian verb prefix that stands alone joined to its verb, in one piece with a blank."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _VERB_PREFIXES and word != END:
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def quote(text: str, words: list[str], first: int, last: int) -> str:
    """The part of a text from one of its `pieces` to another, as typed."""
    plain = " ".join(words[first : last + 1])
    if plain in text:
        return plain
    start = end = 0
    for place, word in enumerate(words[: last + 1]):
        if word != END:
            begin, _, rest = word.partition(" ")
            at = text.find(begin, end)
            end = text.find(rest, at + len(begin)) + len(rest)
            start = at if place == first else start
    return text[start:end]


def is_end(piece: str) -> bool:
    """Whether a piece ends a sentence rather than being a word."""
    return piece == END


def fold_word(piece: str) -> tuple[str, ...]:
    """The folded words of one piece: none, one, or two and more where a contraction is opened."""
    word = fold(piece).strip("'")
    if " " in word or "_" in word:
        word = word.replace(" ", "").replace("_", " ")
    opened = _CONTRACTIONS.get(word)
    if opened is None:
        opened = _open_apostrophe(word) if "'" in word else word
    return tuple(opened.split())


def _open_apostrophe(word: str) -> str:
    """Open `don't`, `where's`, `I've`; drop the possessive of `order's`."""
    if word.endswith("n't"):
        return word[:-3] + " not"
    head, _, _ = word.rpartition("'")
    ending = word[len(head) :]
    if ending == "'s":
        return f"{head} is" if head in _CONTRACTED_HEADS else head
    if ending in _ENDINGS:
        return head + _ENDINGS[ending]
    return word.replace("'", "")
