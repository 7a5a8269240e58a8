"""Folding: the many ways customers type one word become one form; what is quoted stays as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.folding import END, fold, fold_word, is_end, pieces, quote

letters = "abc äßÉçñ 'ʼ’ _ ٠۳ أإآىیکكةۀؤئء َُّ ـ \u200c\u200f \u00ad ﷲ ﻼ １Ａ .!?؟;…\n- @#"
texts = st.text(alphabet=letters, max_size=60) | st.text(max_size=60)


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("CAFÉ", "cafe"),
        ("ＡＢＣ１", "abc1"),
        ("سِفارِش", "سفارش"),
        ("ســـفارش", "سفارش"),
        ("كتاب", fold("کتاب")),
        ("یک", fold("يك")),
        ("أإآٱ", "اااا"),
        ("بطاقة", "بطاقه"),
        ("مسؤول", "مسوول"),
        ("سفارش‌هایم", "سفارشهايم"),
        ("۱۲۳", "123"),
        ("٤٥٦", "456"),
    ],
)
def test_variants_of_writing_are_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("don't", ("do", "not")),
        ("don’t", ("do", "not")),
        ("dont", ("do", "not")),
        ("can't", ("can", "not")),
        ("cannot", ("can", "not")),
        ("I've", ("i", "have")),
        ("where's", ("where", "is")),
        ("order's", ("order",)),
        ("o'clock", ("oclock",)),
        ("'quoted'", ("quoted",)),
        ("snake_case", ("snake", "case")),
        ("'", ()),
    ],
)
def test_contractions_are_opened_and_possessives_dropped(typed: str, words: tuple[str, ...]) -> None:
    assert fold_word(typed) == words


@pytest.mark.parametrize("typed", ["می‌خواهم", "می خواهم", "میخواهم", "مي خواهم"])
def test_the_persian_verb_prefix_is_one_word_with_its_verb(typed: str) -> None:
    assert [fold_word(piece) for piece in pieces(typed)] == [("ميخواهم",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world! Bye", ["Hello", "world", END, "Bye"]),
        ("costs 12.50 dollars", ["costs", "12", "50", "dollars"]),
        ("done.Next", ["done", END, "Next"]),
        ("أين طلبي؟ شكرا", ["أين", "طلبي", END, "شكرا"]),
        ("write to ana@shop.example or https://shop.example/orders/1 now", ["write", "to", "or", "now"]),
        ("order-no: #A_12/3", ["order", "no", "A_12", "3"]),
    ],
)
def test_a_text_is_words_and_ends_of_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_short_line_is_a_sentence_and_a_long_one_goes_on() -> None:
    wrapped = "this line is as long as mail programs make them when they wrap a\nmessage"
    assert END not in pieces(wrapped)
    assert pieces("Kind regards\nAna") == ["Kind", "regards", END, "Ana"]


@given(texts)
def test_every_piece_stands_in_the_text(text: str) -> None:
    for piece in pieces(text):
        assert is_end(piece) or all(part in text for part in piece.split(" "))


@given(texts, st.data())
def test_a_quote_is_a_part_of_the_text_from_the_first_to_the_last_word(
    text: str, data: st.DataObject
) -> None:
    words = pieces(text)
    places = [place for place, piece in enumerate(words) if not is_end(piece)]
    if places:
        first = data.draw(st.sampled_from(places))
        last = data.draw(st.sampled_from([place for place in places if place >= first]))
        found = quote(text, words, first, last)
        assert found in text
        assert found.startswith(words[first].split(" ")[0])
        assert found.endswith(words[last].split(" ")[-1])
