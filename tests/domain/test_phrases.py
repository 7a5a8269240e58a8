"""The phrase language: what a pattern stands for, and what is refused, in words that say what to change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.folding import fold
from plugin.domain.phrases import GAP, PhraseError, WordClass, class_words, expand

PARCEL = {"@parcel": WordClass(frozenset(["order", "parcel"]), ("small box",))}


def spelled(pattern: str) -> set[tuple[str, ...]]:
    """What a pattern stands for, its choices written out."""
    found: set[tuple[str, ...]] = set()
    for sequence in expand(pattern, PARCEL):
        texts: list[tuple[str, ...]] = [()]
        for symbol in sequence:
            texts = [(*head, word) for head in texts for word in class_words(symbol, PARCEL)]
        found.update(texts)
    return found


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("zip stuck", {("zip", "stuck")}),
        ("zip(per)? stuck", {("zip", "stuck"), ("zipper", "stuck")}),
        ("zip (stuck|broken)", {("zip", "stuck"), ("zip", "broken")}),
        ("(not )?working", {("not", "working"), ("working",)}),
        ("where('s| is) my order", {("where", "is", "order")}),
        ("(?:zip|button) broken", {("zip", "broken"), ("button", "broken")}),
        ("colou?r faded", {("color", "faded"), ("colour", "faded")}),
        ("late @parcel", {("late", "order"), ("late", "parcel"), ("late", "small", "box")}),
        ("refund ... late", {("refund", GAP, "late")}),
        ("refund .* late", {("refund", GAP, "late")}),
        ("refund … late", {("refund", GAP, "late")}),
        ("... refund ...", {("refund",)}),
        ("cancel & order", {("cancel", GAP, "order"), ("order", GAP, "cancel")}),
        ("zip broken|button off", {("zip", "broken"), ("button", "off")}),
        ("ضاعَ الطَّرد", {("ضاع", "الطرد")}),
    ],
)
def test_a_pattern_stands_for_its_words(pattern: str, expected: set[tuple[str, ...]]) -> None:
    assert spelled(pattern) == expected


def test_words_without_meaning_are_no_part_of_a_phrase() -> None:
    assert expand("where is the order") == expand("where is my order")


def test_light_words_that_are_optional_are_left_out() -> None:
    assert expand("where (is|are)? order") == (("where", "order"),)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "nothing"),
        ("my", "small words"),
        ("(zip)?", "nothing"),
        ("zip+", "one or more"),
        ("zip*", "'.*'"),
        ("z.p", "a single '.'"),
        (r"zip\b", "backslashes"),
        ("[zs]ip", "character sets"),
        ("zip{2}", "counted repeats"),
        ("^zip", "anywhere"),
        ("zip$", "anywhere"),
        ("(zip", "never closed"),
        ("zip)", "closes nothing"),
        ("?zip", "follows nothing"),
        ("zip (?=stuck)", "plain group"),
        ("@nowhere stuck", "no class"),
        ("(a(b(c(d(e(f(g(h(i))))))))) x y z", "nested"),
        (" ".join(f"word{number}" for number in range(20)), "longer than 12 words"),
        ("one ... two ... three ... four ... five", "more than 3 gaps"),
        ("(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)(m|n)(o|p)(q|r) zip", "more than 256"),
        ("zip " * 200, "longer than 400 characters"),
    ],
)
def test_what_cannot_be_matched_is_refused_in_plain_words(pattern: str, says: str) -> None:
    with pytest.raises(PhraseError, match=says.replace("(", r"\(").replace(".", r"\.").replace("*", r"\*")):
        expand(pattern)


@given(st.text(alphabet="ab (|)?&.*+[]@…\\سف", max_size=30))
def test_any_text_is_a_phrase_or_is_refused(pattern: str) -> None:
    try:
        sequences = expand(pattern)
    except PhraseError:
        return
    assert sequences
    for sequence in sequences:
        assert sequence
        assert GAP not in (sequence[0], sequence[-1])
        assert all(one == fold(one) or one == GAP or one.startswith("@") for one in sequence)
