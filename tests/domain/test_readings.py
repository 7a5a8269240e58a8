"""How French, Spanish and German words are read: spellings that are one, forms that lead to the word of a phrase."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.folding import fold, pieces
from plugin.domain.matcher import Matcher
from plugin.domain.phrases import Phrase, expand
from plugin.domain.readings import BASE, FRENCH, GERMAN, READINGS, SPANISH, Reading, reading_of

BY_LANGUAGE = {reading.language: reading for reading in READINGS}
words = st.text(alphabet="abdeginortuzäöüßéñçœ'’", max_size=24)


def found(language: str, text: str, pattern: str) -> bool:
    """Whether a phrase of a language stands in a text."""
    reading = BY_LANGUAGE[language]
    phrase = Phrase("a.b", pattern, 0.9, expand(pattern, None, reading))
    return any(Matcher([phrase], {}, reading).sentences(pieces(text)))


@pytest.mark.parametrize(
    ("reading", "typed", "expected"),
    [
        (FRENCH, "l'article", ("le", "article")),
        (FRENCH, "L’Article", ("le", "article")),
        (FRENCH, "qu'il", ("que", "il")),
        (FRENCH, "aujourd'hui", ("aujourdhui",)),
        (FRENCH, "jai", ("je", "ai")),
        (FRENCH, "Reçu", ("recu",)),
        (FRENCH, "cœur", ("coeur",)),
        (SPANISH, "xq", ("porque",)),
        (SPANISH, "Señal", ("senal",)),
        (GERMAN, "Rückgabe", ("ruckgabe",)),
        (GERMAN, "Rueckgabe", ("ruckgabe",)),
        (GERMAN, "GRÖSSE", ("grosse",)),
        (GERMAN, "Größe", ("grosse",)),
        (GERMAN, "gehts", ("geht", "es")),
    ],
)
def test_spellings_of_one_word_are_one(reading: Reading, typed: str, expected: tuple[str, ...]) -> None:
    assert reading.words(typed) == expected


@pytest.mark.parametrize(
    ("language", "text", "pattern"),
    [
        ("fr", "annulez mes commandes", "annuler commande"),
        ("fr", "j'ai été remboursée", "rembourser"),
        ("fr", "ils l'ont vendue", "vendre"),
        ("es", "quiero devolverlos", "devolver"),
        ("es", "por favor cancelen mi pedido", "cancelar pedido"),
        ("es", "que me paguen ya", "pagar"),
        ("es", "busque las facturas", "buscar factura"),
        ("es", "vino rota", "roto"),
        ("de", "die Pakete sind beschaedigt", "paket beschädigt"),
        ("de", "um den Pulli umzutauschen", "umtauschen"),
        ("de", "bitte storniere das", "stornieren"),
        ("de", "meine Onlinebestellung fehlt", "bestellung fehlt"),
        ("de", "meine Bestelung fehlt", "bestellung fehlt"),
    ],
)
def test_a_form_of_a_word_and_a_slip_of_the_finger_are_found(language: str, text: str, pattern: str) -> None:
    assert found(language, text, pattern)


@pytest.mark.parametrize(
    ("language", "text", "pattern"),
    [
        ("fr", "les sommes payées", "payer"),
        ("es", "mi pedido está aquí", "pedir"),
        ("de", "ich habe bestellt", "bestellen"),
        ("de", "alles unbeschädigt", "beschädigt"),
    ],
)
def test_words_that_only_look_like_a_form_are_not(language: str, text: str, pattern: str) -> None:
    assert not found(language, text, pattern)


@pytest.mark.parametrize(
    ("language", "text", "pattern"),
    [
        ("fr", "je n'ai toujours pas reçu mon colis", "pas reçu colis"),
        ("es", "no me ha llegado el paquete", "no llegado paquete"),
        ("de", "wo ist denn bitte mein Paket", "wo paket"),
    ],
)
def test_small_words_of_the_language_may_stand_between(language: str, text: str, pattern: str) -> None:
    assert found(language, text, pattern)


@given(words)
def test_words_that_were_read_are_plain(typed: str) -> None:
    for reading in (FRENCH, SPANISH, GERMAN):
        for word in reading.words(typed):
            assert word == fold(word)
            assert word.split() == [word]


def test_languages_that_share_no_letters_are_read_as_one_and_so_are_unknown_ones() -> None:
    assert [reading_of(language) for language in ("en", "ar", "fa", "", "fi")] == [BASE] * 5
    assert [reading_of(language) for language in ("fr", "es", "de")] == [FRENCH, SPANISH, GERMAN]
