"""Answering from memory: sure only where it is safe, and never worse than without it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Ranked
from plugin.domain.learning import gist
from plugin.domain.memory import Lesson, Memory, Recollection, remembered
from plugin.domain.reason_codes import overlay
from plugin.domain.triage import Reading
from plugin.reason_data import default_tree

TREE = default_tree()
BOX = "The box with my blue jacket arrived crushed and soaking wet"
DAMAGED, DEFECT, WISMO = "shipping.damaged", "product.defect", "shipping.wismo"


def lesson(text: str, code: str, count: int = 1, revision: int = 1) -> Lesson:
    found = gist(text)
    assert found is not None
    return Lesson(found, code, count, revision)


def recall(text: str, *lessons: Lesson) -> Recollection:
    found = Memory(lessons).recall(text, TREE)
    assert found is not None
    return found


def codes(found: Recollection | Reading) -> list[str]:
    return [ranked.code for ranked in found.codes]


class TestTheVerySameText:
    def test_one_persons_word_is_enough(self) -> None:
        found = recall("the box with my blue jacket arrived CRUSHED, and soaking wet!", lesson(BOX, DAMAGED))
        assert (codes(found), found.sure, found.exact) == ([DAMAGED], True, True)

    def test_the_customers_words_are_the_evidence(self) -> None:
        found = recall(f"Hello,\n{BOX}", lesson(BOX, DAMAGED))
        assert found.codes[0].evidence == (f"Hello, {BOX}",)

    def test_a_single_word_needs_a_second_person(self) -> None:
        assert recall("Zipper?", lesson("zipper", DEFECT)).sure is False
        assert recall("Zipper?", lesson("zipper", DEFECT, count=2)).sure is True

    def test_of_two_opinions_the_latest_comes_first_and_neither_is_sure(self) -> None:
        found = recall(BOX, lesson(BOX, DAMAGED, revision=9), lesson(BOX, DEFECT, revision=4))
        assert (codes(found), found.sure) == ([DAMAGED, DEFECT], False)

    @pytest.mark.parametrize(("for_it", "against", "sure"), [(2, 1, True), (3, 2, False), (9, 3, True)])
    def test_a_clear_majority_is_sure(self, for_it: int, against: int, sure: bool) -> None:
        found = recall(BOX, lesson(BOX, DAMAGED, for_it), lesson(BOX, DEFECT, against, revision=9))
        assert (codes(found)[0], found.sure) == (DAMAGED, sure)

    def test_what_all_have_taken_back_is_forgotten(self) -> None:
        memory = Memory([lesson(BOX, DAMAGED)])
        memory.take_in(lesson(BOX, DAMAGED, count=0, revision=2))
        assert memory.recall(BOX, TREE) is None

    def test_what_was_taken_back_can_be_learnt_again(self) -> None:
        memory = Memory([lesson(BOX, DAMAGED)])
        memory.take_in(
            replace(lesson(BOX, DAMAGED, count=0, revision=2), gist=replace(lesson(BOX, "").gist, words=()))
        )
        memory.take_in(lesson(BOX, DAMAGED, count=2, revision=3))
        assert memory.recall(f"{BOX} outside", TREE) is not None


class TestNearlyTheSame:
    def test_one_persons_word_is_a_suggestion(self) -> None:
        found = recall(f"Good day, {BOX}, see photo", lesson(BOX, DAMAGED))
        assert (codes(found), found.sure, found.exact) == ([DAMAGED], False, False)

    def test_two_that_agree_are_sure(self) -> None:
        assert recall(f"{BOX}, see photo", lesson(BOX, DAMAGED, count=2)).sure is True

    def test_two_texts_that_agree_are_sure(self) -> None:
        one, other = f"{BOX} outside", f"{BOX} yesterday evening"
        found = recall(f"{BOX} today", lesson(one, DAMAGED), lesson(other, DAMAGED))
        assert (codes(found), found.sure) == ([DAMAGED], True)

    def test_a_text_that_lacks_what_all_of_them_have_is_not_sure(self) -> None:
        found = recall("The box with my blue jacket arrived crushed and wet", lesson(BOX, DAMAGED, count=9))
        assert (codes(found), found.sure) == ([DAMAGED], False)

    def test_a_neighbour_of_another_code_is_a_contradiction(self) -> None:
        near = "The box with my blue jacket arrived soaking wet"
        found = recall(f"{BOX} today", lesson(BOX, DAMAGED, count=9), lesson(near, DEFECT))
        assert (codes(found)[0], found.sure) == (DAMAGED, False)

    def test_a_negation_makes_it_another_matter(self) -> None:
        lessons = lesson(f"{BOX} today", DAMAGED, count=9)
        assert Memory([lessons]).recall(f"{BOX} not today", TREE) is None

    def test_two_words_in_common_are_not_enough(self) -> None:
        assert Memory([lesson("zipper broke", DEFECT, count=9)]).recall("did the zipper broke", TREE) is None

    def test_a_text_of_another_matter_is_nothing_known(self) -> None:
        assert (
            Memory([lesson(BOX, DAMAGED, count=9)]).recall("Where do I enter my gift card number", TREE)
            is None
        )

    def test_the_rarest_shared_words_are_the_evidence_as_they_were_typed(self) -> None:
        many = [lesson(f"{BOX} {word}", DAMAGED) for word in ("outside", "sadly", "yesterday")]
        rare = lesson("Soaking CRUSHED blue things arrived in one box", DAMAGED)
        found = recall("The Box with my Blue jacket arrived Crushed and Soaking wet today", *many, rare)
        assert len(found.codes[0].evidence) == 3
        assert set(found.codes[0].evidence) <= {
            "Box",
            "Blue",
            "jacket",
            "arrived",
            "Crushed",
            "Soaking",
            "wet",
        }


class TestTheTenantsTree:
    def test_a_code_that_is_hidden_or_gone_speaks_for_the_one_above(self) -> None:
        tree, _ = overlay(
            TREE, [{"code": DEFECT, "children": [{"code": f"{DEFECT}.zipper", "hidden": True}]}]
        )
        for code in (f"{DEFECT}.zipper", f"{DEFECT}.never_there"):
            found = Memory([lesson(BOX, code)]).recall(BOX, tree)
            assert found is not None
            assert codes(found) == [DEFECT]

    def test_where_nothing_is_left_of_a_code_it_says_nothing(self) -> None:
        tree, _ = overlay(TREE, [{"code": DEFECT, "hidden": True}])
        assert Memory([lesson(BOX, DEFECT), lesson(BOX, "gone.code")]).recall(BOX, tree) is None


def reading(*ranked: tuple[str, float, str], sure: bool = False) -> Reading:
    return Reading(tuple(Ranked(code, score, (words,)) for code, score, words in ranked), sure)


PHRASES = reading((WISMO, 0.9, "arrived"), (DAMAGED, 0.5, "crushed"), (DEFECT, 0.3, "wet"), sure=True)
EXACT = recall(BOX, lesson(BOX, DAMAGED))


class TestBesideThePhrases:
    def test_what_agents_said_comes_first_and_the_rest_is_filled_up(self) -> None:
        found = remembered(PHRASES, EXACT)
        assert (codes(found), found.sure, found.by) == ([DAMAGED, WISMO, DEFECT], True, "learned")

    def test_scores_go_down(self) -> None:
        scores = [ranked.score for ranked in remembered(PHRASES, recall(BOX, lesson(BOX, DAMAGED))).codes]
        assert scores == sorted(scores, reverse=True)

    def test_nothing_remembered_changes_nothing(self) -> None:
        assert remembered(PHRASES, None) is PHRASES

    def test_phrases_that_are_sure_of_the_same_stand(self) -> None:
        near = recall(f"{BOX} today", lesson(BOX, WISMO))
        assert remembered(PHRASES, near) is PHRASES

    def test_phrases_that_are_sure_of_something_else_are_doubted(self) -> None:
        found = remembered(PHRASES, recall(f"{BOX} today", lesson(BOX, DAMAGED)))
        assert (codes(found)[0], found.sure) == (DAMAGED, False)

    def test_agents_who_outvoted_the_phrases_on_the_same_words_are_believed(self) -> None:
        assert remembered(PHRASES, recall(f"{BOX} today", lesson(BOX, DAMAGED, count=2))).sure is True

    def test_a_phrase_on_a_word_that_no_agent_has_seen_is_a_doubt(self) -> None:
        phrases = reading(("order.cancel", 0.6, "cancel it"))
        near = recall(f"{BOX} cancel", lesson(BOX, DAMAGED, count=2))
        assert remembered(phrases, near).sure is False
        assert remembered(reading(), near).sure is True


texts = st.lists(
    st.sampled_from(
        ["zipper", "jacket", "broken", "refund", "order", "parcel", "late", "not", "where", "box"]
    ),
    min_size=1,
    max_size=7,
).map(" ".join)
taught = st.lists(st.tuples(texts, st.sampled_from([DAMAGED, DEFECT, WISMO])), max_size=12)


@given(taught=taught, asked=texts)
def test_memory_is_sure_only_of_what_agents_said_and_most_of_those_near_agree(
    taught: list[tuple[str, str]], asked: str
) -> None:
    counts: dict[tuple[str, str], int] = {}
    for text, code in taught:
        counts[text, code] = counts.get((text, code), 0) + 1
    memory = Memory(lesson(text, code, count) for (text, code), count in counts.items())
    found = memory.recall(asked, TREE)
    if found is None or not found.sure:
        return
    same = [code for text, code in taught if text == asked]
    if found.exact:
        assert same.count(codes(found)[0]) * 3 >= len(same) * 2
    else:
        assert not same
        words = set(asked.split())
        near = [
            set(text.split())
            for text, code in taught
            if code == codes(found)[0] and len(words & set(text.split())) >= 3
        ]
        assert len(near) >= 2


@given(taught=taught, asked=texts, order=st.randoms())
def test_the_order_in_which_lessons_are_loaded_is_no_matter(
    taught: list[tuple[str, str]], asked: str, order: object
) -> None:
    lessons = [
        lesson(text, code, revision=number) for number, (text, code) in enumerate(dict.fromkeys(taught))
    ]
    shuffled = list(lessons)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Memory(lessons).recall(asked, TREE), Memory(shuffled).recall(asked, TREE)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (codes(one), one.sure) == (codes(other), other.sure)
