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
    for zero in (0x0660, 0x06F0):
        table.update({zero + value: str(value) for value in range(10)})
    return table


_TABLE: Final = _letters()
_PIECE: Final = re.compile(
    r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u00ad'’‘ʼ`´]+|[.!?؟;…]|\n\s*\n"
)
_ENDS: Final = frozenset(".!?؟;…")
# The Persian verb prefix is typed with a space, with a joiner or with nothing; nothing is the folded form.
_VERB_PREFIX: Final = re.compile(r"(?<!\w)(ن?م[یي])[ \u200c]+(?=\w)")

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
    """The words of a text as typed, in order; the end of a sentence or paragraph is a piece of its own."""
    return _PIECE.findall(text)


def spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) of every piece in the text, in the order of `pieces`."""
    return [match.span() for match in _PIECE.finditer(text)]


def joined(text: str) -> str:
    """The text with the Persian verb prefix joined to its verb, so that both ways to type it are one word."""
    return _VERB_PREFIX.sub(r"\1", text) if "می" in text or "مي" in text else text


def is_end(piece: str) -> bool:
    """Whether a piece ends a sentence or paragraph rather than being a word."""
    return piece in _ENDS or piece[0] == "\n"


def fold_word(piece: str) -> tuple[str, ...]:
    """The folded words of one piece: none, one, or two and more where a contraction is opened."""
    word = fold(piece).replace("_", " ").strip("' ")
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
