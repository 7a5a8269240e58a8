"""Why a customer wrote: the best codes first, each with the customer's own words, and sure only where that is safe."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.classifier import Classifier
from plugin.domain.phrasebook import parse
from plugin.domain.reason_codes import ReasonCode, ReasonTree, overlay
from plugin.reason_data import default_classifier


def code(name: str, **more: object) -> ReasonCode:
    category, detail = name.split(".")
    return ReasonCode(name, category, detail, {"en": (category, detail)}, **more)  # type: ignore[arg-type]


TREE = ReasonTree(
    {
        one.code: one
        for one in (
            code("shipping.wismo", related=("shipping.late",)),
            code("shipping.late"),
            code("refund.request", is_request=True),
            code("refund.status"),
            code("product.defect"),
            code("other.smalltalk", yields=True),
        )
    }
)
BOOK = parse(
    """
@parcel = order|parcel
[!not]
9 not want (a refund|refund)
[!foreign]
8 weather|train
[shipping.wismo]
9! where is @parcel
8 track @parcel
[shipping.late]
9 @parcel late
[refund.request]
9! want refund
6 refund
[refund.status]
9! waiting for refund
[product.defect]
9 zip broken
4 broken
[other.smalltalk]
8! hello
8 thank you
""",
    "en",
)
CLASSIFIER = Classifier(TREE, BOOK)


def codes(text: str, classifier: Classifier = CLASSIFIER) -> list[str]:
    return [one.code for one in classifier.classify(text).codes]


def tenants(items: object) -> Classifier:
    """The classifier of a tenant with these `reason_codes:`."""
    tree, own = overlay(TREE, items)
    return CLASSIFIER.for_tenant(tree, own)


def test_no_evidence_is_no_code() -> None:
    assert CLASSIFIER.classify("the quick brown fox").codes == ()
    assert not CLASSIFIER.classify("").sure


def test_the_best_code_comes_first_with_the_words_that_gave_it() -> None:
    best = CLASSIFIER.classify("Hello! Where is   my order?").codes[0]
    assert (best.code, best.evidence) == ("shipping.wismo", ("Where is   my order",))


@pytest.mark.parametrize("text", ["where is my parcel", "refund", "سفارش من کجاست؟", "وين طلبي", "hello"])
def test_three_codes_are_named_wherever_any_is(text: str) -> None:
    assert len({ranked.code for ranked in default_classifier().classify(text).codes}) == 3


def test_a_code_without_kin_still_brings_two_others() -> None:
    lonely = ReasonTree({one: code(one) for one in ("a.b", "c.d", "e.f", "g.h")})
    found = Classifier(lonely, parse("[g.h]\n9 zip broken", "en")).classify("zip broken")
    assert [one.code for one in found.codes] == ["g.h", "a.b", "c.d"]


def test_a_proven_phrase_alone_is_sure_and_an_unproven_one_is_not() -> None:
    assert CLASSIFIER.classify("where is my order").sure
    assert not CLASSIFIER.classify("track my order").sure


def test_a_proven_phrase_is_not_sure_beside_a_rival_as_loud() -> None:
    assert not CLASSIFIER.classify("where is my order, the zip is broken").sure


def test_a_longer_phrase_takes_the_words_from_a_shorter_one_of_another_code() -> None:
    found = CLASSIFIER.classify("I am waiting for my refund")
    assert (found.codes[0].code, found.sure) == ("refund.status", True)
    assert found.codes[1].score < 0.5


def test_a_request_that_is_negated_is_void() -> None:
    assert "refund.request" not in codes("I do not want a refund, where is my order")[:1]
    assert codes("I do not want a refund") == []


def test_talk_of_other_trades_makes_nothing_sure_and_is_no_answer_itself() -> None:
    found = CLASSIFIER.classify("where is my order for the train to the weather station")
    assert (found.codes[0].code, found.sure) == ("shipping.wismo", False)
    assert CLASSIFIER.classify("what is the weather like").codes == ()


def test_greetings_step_back_where_anything_else_is_said() -> None:
    assert codes("hello")[0] == "other.smalltalk"
    assert CLASSIFIER.classify("hello").sure
    assert codes("hello, it is broken")[0] == "product.defect"


def test_what_is_said_first_counts_more() -> None:
    filler = "and another thing about my garden that is of no interest to anybody here at all. " * 20
    assert codes(f"the zip is broken. {filler} my parcel is late")[0] == "product.defect"
    assert codes(f"my parcel is late. {filler} the zip is broken")[0] == "shipping.late"


ZIPPER = [
    {
        "code": "product.defect",
        "children": [{"code": "product.defect.zipper", "phrases": ["zip(per)? (is )?(stuck|broken)"]}],
    }
]


def test_a_tenants_own_phrase_is_sure_and_stands_above_all_defaults() -> None:
    found = tenants(ZIPPER).classify(
        "Hello, where is my order? It is late, and the zipper is stuck. I want a refund"
    )
    assert (found.codes[0].code, found.sure) == ("product.defect.zipper", True)
    assert found.codes[0].score == max(one.score for one in found.codes)


def test_more_phrases_for_a_code_that_exists() -> None:
    classifier = tenants([{"code": "shipping.late", "phrases": ["where('s| is) my (order|parcel)"]}])
    found = classifier.classify("Where's my parcel")
    assert (found.codes[0].code, found.sure) == ("shipping.late", True)


def test_own_phrases_that_disagree_are_not_sure() -> None:
    classifier = tenants(
        [
            {"code": "shipping.late", "phrases": ["my parcel"]},
            {"code": "product.defect", "phrases": ["zip off"]},
        ]
    )
    assert not classifier.classify("my parcel came, zip off").sure


def test_a_hidden_code_is_never_answered() -> None:
    hidden = tenants([{"code": "shipping.wismo", "hidden": True}])
    assert "shipping.wismo" not in codes("where is my order", hidden)


def test_what_speaks_for_a_hidden_child_speaks_for_its_parent() -> None:
    child = {"code": "product.defect.zipper", "name": "Zipper", "phrases": ["zipper stuck"], "hidden": True}
    assert codes("zipper stuck", tenants([{**ZIPPER[0], "children": [child]}]))[0] == "product.defect"


def test_a_tenant_changes_nothing_for_the_others() -> None:
    before = codes("zipper stuck")
    tenants(ZIPPER)
    assert codes("zipper stuck") == before


words = st.sampled_from(
    [
        "where",
        "is",
        "my",
        "order",
        "parcel",
        "late",
        "refund",
        "want",
        "not",
        "waiting",
        "for",
        "zip",
        "broken",
        "hello",
        "thank",
        "you",
        "weather",
        ".",
        "!",
        "،",
        "سفارش",
        "کجاست",
        "I",
        "don't",
        "want",
        "it's\n",
    ]
)
texts = st.lists(words, max_size=40).map(" ".join) | st.text(max_size=200)


@given(texts, st.sampled_from([CLASSIFIER, tenants(ZIPPER)]))
def test_any_text_is_answered_in_good_form(text: str, classifier: Classifier) -> None:
    found = classifier.classify(text, "en-GB")
    scores = [one.score for one in found.codes]
    assert len(found.codes) <= 3
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert len({one.code for one in found.codes}) == len(found.codes)
    assert all(quote and quote in text for one in found.codes for quote in one.evidence)
    assert found.codes or not found.sure


@given(texts)
def test_the_same_text_is_always_answered_the_same(text: str) -> None:
    assert Classifier(TREE, BOOK).classify(text) == CLASSIFIER.classify(text)


@pytest.mark.parametrize("text", ["where is my order " * 3000, "refund" * 5000, "\n" * 20_000, "؟" * 20_000])
def test_long_texts_are_read_to_a_bound(text: str) -> None:
    found = CLASSIFIER.classify(text)
    assert len(found.codes) <= 3


def evidence(text: str) -> Iterable[str]:
    return (quote for one in CLASSIFIER.classify(text).codes for quote in one.evidence)


def test_nothing_behind_the_first_twenty_thousand_characters_is_read() -> None:
    assert not any("zip" in quote for quote in evidence("x " * 10_001 + "zip broken"))
