"""The words of a text: what is kept of it, and what never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.words import Rarity, base_language, contents, script_of, words_of

words = st.frozensets(st.sampled_from([f"word{letter}" for letter in "abcdefgh"]))


@pytest.mark.parametrize(
    "text",
    [
        "ann.lee@example.com",
        "https://shop.example/orders/ann?x=1",
        "www.shop.example",
        "#1001",
        "+1 (555) 010-2233",
        "1Z999AA10123456784",
        "١٠٠١",
    ],
)
def test_addresses_and_numbers_leave_no_trace(text: str) -> None:
    assert [word.folded for word in words_of(f"parcel {text} broken")] == ["parcel", "broken"]


def test_what_a_text_is_about_is_left_when_small_words_are_gone() -> None:
    assert contents("Hi, I would like to return my jacket; the jacket is too small.") == (
        "return",
        "jacket",
        "small",
    )


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Je voudrais retourner cette veste", ("retourner", "veste")),
        ("Quiero devolver la chaqueta", ("devolver", "chaqueta")),
        ("Ich möchte die Jacke zurückgeben", ("die", "jacke", "zuruckgeben")),
        ("the hat and the car", ("hat", "car")),
    ],
)
def test_small_words_of_other_languages_are_small_unless_they_mean_something_in_english(
    text: str, about: tuple[str, ...]
) -> None:
    assert contents(text) == about


def test_a_word_stands_beside_what_was_typed() -> None:
    assert [(word.folded, word.typed) for word in words_of("CAFÉ")] == [("cafe", "CAFÉ")]


@given(texts=st.lists(words, min_size=1, max_size=8))
def test_a_text_taken_out_again_was_never_there(texts: list[frozenset[str]]) -> None:
    rarity, without = Rarity(texts), Rarity(texts[1:])
    rarity.take(texts[0])
    assert [rarity.of(word) for word in ("worda", "none")] == [without.of(word) for word in ("worda", "none")]


def test_a_word_weighs_less_the_more_texts_have_it() -> None:
    rarity = Rarity([{"order", "zipper"}, {"order"}, {"order"}])
    assert 0 < rarity.of("order") < rarity.of("zipper") < rarity.of("never seen")


@pytest.mark.parametrize(
    ("tag", "base"), [("en-GB", "en"), ("PT_br", "pt"), ("fa", "fa"), ("", None), (None, None)]
)
def test_a_language_tag_is_known_by_its_language(tag: str | None, base: str | None) -> None:
    assert base_language(tag) == base


@pytest.mark.parametrize(
    ("text", "script"), [("Where is it?", "latin"), ("وين طلبي؟", "arabic"), ("١٢٣ 456 !", None), ("", None)]
)
def test_the_writing_of_a_text_is_that_of_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script
