"""How French words are read: elisions and shorthand opened, forms of verbs and nouns, words that carry no reason."""

from collections.abc import Iterable, Iterator
from typing import Final

from plugin.domain.folding import fold, fold_word

_ELIDED: Final = {
    "l": "le", "d": "de", "j": "je", "n": "ne", "s": "se", "m": "me", "t": "te", "c": "ce", "qu": "que",
    "jusqu": "jusque", "lorsqu": "lorsque", "puisqu": "puisque", "quelqu": "quelque",
}  # fmt: skip
_SHORTHAND: Final = {
    "jai": "je ai", "cest": "ce est", "nai": "ne ai", "na": "ne a", "ya": "y a", "jsuis": "je suis",
    "chuis": "je suis", "jvoudrais": "je voudrais", "jveux": "je veux", "jattends": "je attends",
    "jarrive": "je arrive", "jaimerais": "je aimerais", "daccord": "de accord", "qd": "quand", "pb": "probleme",
    "pbm": "probleme", "pk": "pourquoi", "pq": "pourquoi", "pkoi": "pourquoi", "bcp": "beaucoup",
    "tjs": "toujours", "tjrs": "toujours", "slt": "salut", "bjr": "bonjour", "cmd": "commande",
    "cde": "commande", "rdv": "rendez vous", "mdp": "mot passe", "tel": "telephone", "num": "numero",
    "rembt": "remboursement", "cb": "carte bancaire", "vs": "vous", "ds": "dans", "pr": "pour",
    "qqn": "quelque un", "pcq": "parce que", "jms": "jamais",
}  # fmt: skip

DROPPED: Final = """
le la les un une de du des mon ma mes ton ta tes votre vos notre nos son sa ses leur leurs ce cet cette ces
ne a au aux en y l d j n s m t c qu se svp stp plait plaisait tres vraiment donc simplement juste bref euh
prie veuillez
"""
LIGHT: Final = """
je tu il elle on nous vous ils elles me te moi toi lui que qui dont et ou mais si car or est sont etait
etaient ete etre suis es sera serait soit seront ai as avons avez ont avais avait aurais aurait aura avoir
eu fait faire fais faites peut peux pouvez pourriez pourrais pourrait puis pouvoir pouvons voudrais voudrait
souhaite souhaiterais souhaitons aimerais aimerait veux voulez veut voulais dois doit devait devais faut
faudrait encore deja alors pour par avec dans sur sous chez vers depuis apres avant aussi tout tous toute
toutes ici hier aujourdhui demain matin soir midi cela ca ceci meme comme afin entre jusque lorsque puisque
quelque quelques un merci bonjour bonsoir salut cordialement madame monsieur mme mr moment maintenant
actuellement hors lors possible bonne journee avance va vais vont allez venez vient viens t peu bien trop
assez parce
"""
FREQUENT: Final = """
pas plus jamais rien aucun aucune sans quand comment pourquoi ou combien quel quelle quels quelles commande
compte carte paiement argent prix adresse produit article livraison colis toujours
"""

# Nouns and participles that are no form of the verb they look like: "ma commande" is not "commander".
_FIXED: Final = frozenset(
    """
    commande commandes commandee commandees livre livres livree livrees achat recu recus paye payes payee payees passe
    passee passer compte conte annonce porte
    """.split()  # noqa: SIM905  a list of words reads better as text
)
_NOUNS: Final = ("s", "x", "e", "es")
_FIRST: Final = (
    "e", "es", "ent", "ez", "ons", "ee", "ees", "erai", "era", "erez", "erait", "erais", "eriez", "ais",
    "ait", "aient", "ant", "a", "ai", "eront", "iez",
)  # fmt: skip
_SECOND: Final = ("i", "is", "it", "ie", "ies", "issez", "issent", "issait", "irai", "ira", "irez", "issiez")
_THIRD: Final = ("s", "ez", "ent", "u", "ue", "us", "ues", "rai", "ra", "rez", "iez", "ons", "d")
_SHORTEST: Final = 3
_RUN_ON: Final = ("l", "d")  # the article or preposition, typed without its apostrophe
_VOWELS: Final = tuple("aeiouh")


def words(piece: str) -> tuple[str, ...]:
    """The folded words of one piece: `l'article` is two, `jai` is two."""
    word = fold(piece).strip("'")
    opened = _SHORTHAND.get(word)
    if opened is not None:
        return tuple(opened.split())
    head, mark, rest = word.partition("'")
    if mark and rest and head in _ELIDED:
        return (_ELIDED[head], *words(rest))
    return fold_word(piece)


def forms(word: str) -> Iterator[str]:
    """What a word may be a form of: annulez→annuler, vendues→vendre, labonnement→abonnement; unfiltered."""
    yield from _nouns(word)
    if word not in _FIXED:
        for endings, infinitive in ((_FIRST, "er"), (_SECOND, "ir"), (_THIRD, "re")):
            yield from (stem + infinitive for stem in _without(word, endings))


def _nouns(word: str) -> Iterator[str]:
    """Nouns and participles: colis→coli, livrées→livree, totaux→total, larticle→article."""
    if word[:1] in _RUN_ON and word[1:2] in _VOWELS and len(word) > _SHORTEST + 2:
        yield word[1:]
    yield from _without(word, _NOUNS)
    if word.endswith("aux"):
        yield word.removesuffix("ux") + "l"


def _without(word: str, endings: Iterable[str]) -> Iterator[str]:
    """What is left of a word without each ending that it has, if that is not too short."""
    return (word[: -len(end)] for end in endings if word.endswith(end) and len(word) - len(end) >= _SHORTEST)
