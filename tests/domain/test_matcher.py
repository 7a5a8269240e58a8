"""The matcher finds what a plain reading of the rules finds, wherever a phrase stands, in time that stays bounded."""

import time
from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.folding import END, fold_word, pieces
from plugin.domain.matcher import GAP_REACH, Matcher
from plugin.domain.phrases import GAP, NARROW, WIDE, Phrase, WordClass, expand
from plugin.domain.small_words import DROPPED, LIGHT

PARCEL = {"@parcel": WordClass(frozenset(["order", "parcel", "box"]))}
WORDS = ("where", "order", "parcel", "box", "late", "blue", "is", "the", "to", "not", "lost", END)


def phrase(pattern: str, slack: int = WIDE) -> Phrase:
    return Phrase("a.b", pattern, 0.9, expand(pattern, PARCEL), slack=slack)


def found(text: str, *patterns: str, slack: int = WIDE) -> list[str]:
    """The patterns that stand in a text."""
    matcher = Matcher([phrase(pattern, slack) for pattern in patterns], PARCEL)
    numbers = {number for sentence in matcher.sentences(pieces(text)) for number in sentence.found}
    return [patterns[number] for number in sorted(numbers)]


def plainly(words: Sequence[str], sequence: Sequence[str], slack: int) -> bool:
    """Whether a sequence stands in the words of one sentence: every choice of places tried, against the rules."""
    symbols = [symbol for symbol in sequence if symbol != GAP]
    gap_before = [at > 0 and sequence[at - 1] == GAP for at, symbol in enumerate(sequence) if symbol != GAP]
    places = [
        [
            at
            for at, word in enumerate(words)
            if word == symbol or word in PARCEL.get(symbol, WordClass(frozenset())).words
        ]
        for symbol in symbols
    ]
    return any(
        all(
            _may_follow(words[one + 1 : other], gap, slack) and one < other
            for one, other, gap in zip(chosen, chosen[1:], gap_before[1:], strict=False)
        )
        for chosen in product(*places)
    )


def _may_follow(between: Sequence[str], gap: bool, slack: int) -> bool:
    if gap:
        return len(between) <= GAP_REACH
    return sum(1 if word in LIGHT else 3 for word in between) <= slack


def sentences(text: str) -> list[list[str]]:
    """The folded words of each sentence that count."""
    lines: list[list[str]] = [[]]
    for piece in pieces(text):
        if piece == END:
            lines.append([])
        else:
            lines[-1].extend(word for word in fold_word(piece) if word not in DROPPED)
    return lines


patterns = st.lists(
    st.sampled_from(["where", "@parcel", "late", "lost", "not", "is", "...", "blue"]), min_size=1, max_size=4
).map(" ".join)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), patterns, st.sampled_from([WIDE, NARROW]))
def test_it_finds_what_a_plain_reading_finds(text: str, pattern: str, slack: int) -> None:
    try:
        one = phrase(pattern, slack)
    except ValueError:
        return
    expected = any(plainly(line, sequence, slack) for line in sentences(text) for sequence in one.sequences)
    assert bool(found(text, pattern, slack=slack)) == expected


def test_case_writing_inflection_and_slips_of_the_finger_make_no_difference() -> None:
    for text in ("WHERE IS THE ORDER", "where's the order", "where is the oders", "Where  is  the Order"):
        assert found(text, "where is (order|oder)") == ["where is (order|oder)"], text
    assert found("my parcle is damged", "parcel damaged") == ["parcel damaged"]
    assert found("it kept cancelling", "cancel") == ["cancel"]


def test_words_of_daily_use_are_no_slips_of_the_finger() -> None:
    assert found("I love this house", "blouse") == []
    assert found("kind regards", "rewards") == []


def test_small_words_may_stand_between_and_other_sentences_may_not() -> None:
    assert found("where exactly is the order", "where order") == ["where order"]
    assert found("I know where. Order it.", "where order") == []


def test_a_number_is_any_number() -> None:
    matcher = Matcher(
        [Phrase("a.b", "x", 0.9, (("waited", "@number", "days"),))], {"@number": WordClass(frozenset())}
    )
    assert [s.found for s in matcher.sentences(pieces("I waited 12 days"))]
    assert [s.found for s in matcher.sentences(pieces("ich waited ۱۲ days"))]
    assert not [s.found for s in matcher.sentences(pieces("I waited many days"))]


def test_the_words_a_phrase_rests_on_are_told_by_piece() -> None:
    matcher = Matcher([phrase("where ... @parcel")], PARCEL)
    (sentence,) = matcher.sentences(pieces("Hi! Where is my lost box?"))
    (words,) = sentence.found.values()
    assert [sentence.places[word] for word in words] == [2, 6]
    assert sentence.number == 1


def test_a_text_of_one_word_over_and_over_takes_no_time_to_speak_of() -> None:
    matcher = Matcher([phrase("not not not not not not not not late lost where")], PARCEL)
    words = pieces("not " * 5000 + "late late lost not lost where")
    started = time.process_time()
    list(matcher.sentences(words))
    assert time.process_time() - started < 2.0
