"""Which language a message is read in: told by its words, and only nudged by what a helpdesk says of it."""

import pytest

from plugin.domain.classifier import Classifier
from plugin.domain.folding import pieces
from plugin.domain.languages import Languages
from plugin.domain.phrasebook import Phrasebook, parse
from plugin.domain.readings import BASE, FRENCH, GERMAN, SPANISH
from plugin.domain.reason_codes import ReasonCode, ReasonTree, overlay

LANGUAGES = Languages(
    {
        BASE: frozenset(["order", "parcel", "newsletter", "refund", "late"]),
        FRENCH: frozenset(["colis", "commande", "newsletter", "remboursement"]),
        SPANISH: frozenset(["pedido", "paquete", "newsletter"]),
        GERMAN: frozenset(["paket", "bestellung", "newsletter", "hat"]),
    }
)
TREE = ReasonTree(
    {code: ReasonCode(code, "a", code, {"en": ("a", code)}) for code in ("shipping.lost", "product.info")}
)
BOOK = Phrasebook.joined(
    [
        parse("[shipping.lost]\n9 parcel lost\n[product.info]\n9 brown hat", "en"),
        parse("[shipping.lost]\n9 paket hat (verloren|nicht)\n9 zipper", "de"),
    ]
)


def first(text: str, lang: str | None = None) -> str:
    """The language that a text is read in first."""
    return LANGUAGES.of(pieces(text), lang)[0].language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order?", "en"),
        ("Où est mon colis ?", "fr"),
        ("ou est mon colis", "fr"),
        ("¿Dónde está mi pedido?", "es"),
        ("Wo ist mein Paket?", "de"),
        ("Bestellungen", "de"),
        ("Hola, where is my order? Gracias", "en"),
        ("Hello, wo ist denn mein Paket? Thanks", "de"),
        ("أين طلبي؟", "en"),
        ("iPhone 12", "en"),
        ("", "en"),
    ],
)
def test_a_text_is_read_in_the_language_of_most_of_its_words(text: str, language: str) -> None:
    assert first(text) == language


def test_where_words_belong_to_several_languages_the_base_speaks_first_and_the_others_after_it() -> None:
    assert [reading.language for reading in LANGUAGES.of(["newsletter"])] == ["en", "fr", "es", "de"]


def test_what_the_helpdesk_says_decides_only_between_equals() -> None:
    assert first("newsletter", "de-AT") == "de"
    assert first("where is my order", "de") == "en"
    assert first("iPhone", "de") == "en"


def test_a_text_of_one_language_is_never_read_in_another_that_it_has_no_word_of() -> None:
    assert LANGUAGES.of(pieces("refund late")) == (BASE,)


def test_a_message_is_searched_for_the_phrases_of_its_language_and_else_for_all_others() -> None:
    classifier = Classifier(TREE, BOOK)
    assert classifier.classify("Das Paket hat nicht den Weg gefunden").codes[0].code == "shipping.lost"
    assert classifier.classify("a brown hat, please").codes[0].code == "product.info"
    assert classifier.classify("ist denn die parcel lost").codes[0].code == "shipping.lost"


def test_a_tenants_own_phrase_is_found_in_every_language_as_that_is_read() -> None:
    items = [{"code": "product.info", "phrases": ["Reißverschluß klemmt", "fermeture bloquée"]}]
    tree, own = overlay(TREE, items)
    classifier = Classifier(TREE, BOOK).for_tenant(tree, own)
    found = classifier.classify("mein Reissverschluss der klemmt, das Paket war okay")
    assert (found.codes[0].code, found.sure) == ("product.info", True)


def test_a_tenants_phrase_that_is_all_small_words_in_another_language_is_left_out_there() -> None:
    tree, own = overlay(TREE, [{"code": "product.info", "phrases": ["die ein"]}])
    classifier = Classifier(TREE, BOOK).for_tenant(tree, own)
    assert classifier.classify("die ein").codes[0].code == "product.info"
    assert classifier.classify("Das Paket hat nicht die ein den Weg").codes[0].code == "shipping.lost"
