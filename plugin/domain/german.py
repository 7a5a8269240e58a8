"""How German words are read: umlauts however typed, endings, `zu` inside verbs, long words by their last part."""

from collections.abc import Iterator
from typing import Final

from plugin.domain.folding import fold_word

_SHORTHAND: Final = {
    "gehts": "geht es", "gibts": "gibt es", "nich": "nicht", "net": "nicht", "ned": "nicht", "nix": "nichts",
    "nen": "einen", "ne": "eine", "n": "ein", "wg": "wegen", "bzgl": "bezuglich", "nr": "nummer",
    "tel": "telefon", "pw": "passwort", "habs": "habe es", "hats": "hat es", "isses": "ist es",
    "wirds": "wird es", "vllt": "vielleicht", "iwie": "irgendwie", "hab": "habe", "hamse": "haben sie",
    "zubekommen": "zu bekommen", "zuviel": "zu viel", "zuwenig": "zu wenig", "garnicht": "gar nicht",
    "garnichts": "gar nichts", "nochmal": "noch mal", "zuhause": "zu hause", "zugross": "zu gross",
    "zuklein": "zu klein",
}  # fmt: skip
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))

DROPPED: Final = """
der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner dein deine deinen
deinem deiner ihr ihre ihren ihrem ihrer euer eure euren eurem eurer unser unsere unseren unserem unserer
sehr mal doch eigentlich einfach leider ganz echt wirklich halt eben denn nun es sich so dieser diese
dieses diesen diesem gar total bloss
"""
LIGHT: Final = """
bitte ich du er sie wir man mich mir dich dir uns euch ihnen ihm ihn ist sind war waren bin sein seid wird werden
wurde wurden worden habe haben hat hatte hatten habt hast kann kannst konnen konnt konnte konnten mochte
mochten will wollen wollte soll sollte sollen muss mussen musste darf durfen durfte und oder aber wenn ob
dass weil da dann auch noch schon jetzt heute gestern morgen immer wieder hier dort in im ins am an auf bei
beim von vom mit fur zum zur zu nach aus uber um ab bis seit vor durch gegen als wie was damit hallo hi hey
moin danke dank gruss grusse liebe viele vielen freundlichen guten tag damen herren geehrte geehrter etwas
nur mehr gern gerne lassen lasst i also dazu davon darauf davor seitdem bereits bisher gerade letzte letzten
letzter woche wochen abend fruh irgendwie vielleicht selbst beides alle alles ware wegen bezuglich mal tun
machen mache gehen welche welcher welches moglich
"""
FREQUENT: Final = """
nicht kein keine keinen keinem keiner nie nichts niemand ohne wann wo wie warum wieso welche bestellung
konto karte zahlung geld preis adresse produkt artikel lieferung paket
"""

# Words that end like one of ours and say something else.
_FIXED: Final = frozenset(
    """
    bestellt bestellte bestellten geliefert lieferte gekauft bezahlt hatte hatten kosten leer seite seiten
    """.split()  # noqa: SIM905  a list of words reads better as text
)
_ENDINGS: Final = (
    "e", "n", "s", "t", "en", "er", "es", "em", "st", "te", "ten", "et", "ern", "est", "tet", "end", "ende", "enden",
)  # fmt: skip
_PREFIXES: Final = (
    "zuruck", "um", "ab", "an", "aus", "ein", "auf", "weiter", "nach", "vor", "weg", "mit", "fest", "hin", "her",
    "los", "zu", "frei",
)  # fmt: skip
_SHORTEST: Final = 3
_SHORTEST_TAIL: Final = 5
_NEGATIVE: Final = "un"


def words(piece: str) -> tuple[str, ...]:
    """The folded words of one piece; `ü` and `ue` are the same letter."""
    found: list[str] = []
    for word in fold_word(piece):
        plain = _plain(word)
        found += _SHORTHAND.get(plain, plain).split()
    return tuple(found)


def _plain(word: str) -> str:
    for typed, letter in _UMLAUTS:
        if typed in word:
            word = word.replace(typed, letter)
    return word


def forms(word: str) -> Iterator[str]:
    """What a word may be a form of: pakete→paket, storniere→stornieren, umzutauschen→umtauschen; unfiltered."""
    if word in _FIXED:
        return
    yield from _inflected(word)
    for prefix in _PREFIXES:
        if word.startswith(prefix + "zu"):
            yield from (prefix + word[len(prefix) + 2 :], *_inflected(prefix + word[len(prefix) + 2 :]))


def tails(word: str) -> Iterator[str]:
    """The ends of a long word, the longest first: what a compound is (Onlinebestellung → bestellung)."""
    if word.startswith(_NEGATIVE):
        return
    for at in range(3, len(word) - _SHORTEST_TAIL + 1):
        tail = word[at:]
        yield tail
        yield from _inflected(tail)


def _inflected(word: str) -> Iterator[str]:
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield stem
            yield stem + "en"
