"""Macros: the best three with the reason why, the same every time; and which one an answer was made with."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Macro, Message
from plugin.domain.macro_text import MacroBook, macros_of, used_macro
from plugin.domain.macros import MacroHint, MacroUse, Topic, suggest, topic_of, uses_of
from plugin.reason_data import default_tree
from tests.conftest import NOW

WISMO = topic_of(default_tree(), "shipping.wismo")
ON_ITS_WAY = Macro(
    "1", "Order on its way", "Hi {{ticket.requester.first_name}}, your order is on its way to you."
)
REFUNDED = Macro(
    "2", "Card refunded", "We have refunded your card. It takes five days to show on your statement."
)
LABEL = Macro(
    "3", "Return label", "Print the label, put it on the box and drop it at any post office near you."
)
THANKS = Macro("4", "Thank you", "Thank you for writing to us, have a great day!")
BOOK = MacroBook([ON_ITS_WAY, REFUNDED, LABEL, THANKS])
NOTHING = Topic()


def ids(*args: object, **more: object) -> list[str]:
    return [one.id for one in suggest(*args, **more)]  # type: ignore[arg-type]


class TestSuggestions:
    def test_words_shared_with_the_customer_are_told_as_the_customer_wrote_them(self) -> None:
        (first, *_) = suggest(NOTHING, "Was my CARD refunded yet?", "en", BOOK)
        assert (first.id, first.title) == ("2", "Card refunded")
        assert first.why == "shares: card, refunded"

    def test_a_form_of_a_word_is_that_word(self) -> None:
        assert set(ids(NOTHING, "two labels please, both were refunds", "en", BOOK)) == {"2", "3"}

    def test_small_words_and_numbers_are_no_reason(self) -> None:
        assert ids(NOTHING, "thank you, I would like it to be on 1001 for you", "en", BOOK) == []

    def test_a_word_that_every_macro_has_says_less_than_a_rare_one(self) -> None:
        book = MacroBook(
            [
                Macro("a", "Order", "order order shipped order"),
                Macro("b", "Order zipper", "order zipper"),
                Macro("c", "Order again", "order"),
                Macro("d", "Order once more", "order"),
            ]
        )
        assert ids(NOTHING, "my order has a broken zipper", "en", book)[0] == "b"

    def test_what_agents_did_before_on_the_code_is_counted_and_told(self) -> None:
        usage = {("shipping.wismo", "4"): 12, ("shipping.wismo", "3"): 30, ("refund.request", "2"): 99}
        found = suggest(WISMO, "", "en", BOOK, usage=usage)
        assert [one.id for one in found] == ["3", "4"]
        assert found[1].why == "used 12 times for Shipping – Where is my order"

    def test_one_use_is_less_of_a_habit_than_many(self) -> None:
        assert suggest(WISMO, "", "en", BOOK, usage={("shipping.wismo", "4"): 1})[0].why.startswith(
            "used once for "
        )
        told = ids(WISMO, "label", "en", BOOK, usage={("shipping.wismo", "4"): 1})
        assert told == ["3", "4"]
        assert ids(WISMO, "label", "en", BOOK, usage={("shipping.wismo", "4"): 50}) == ["4", "3"]

    def test_the_admins_word_comes_first(self) -> None:
        hints = [MacroHint("4", ("shipping.wismo",))]
        found = suggest(WISMO, "where is my order", "en", BOOK, hints, {("shipping.wismo", "1"): 500})
        assert [one.id for one in found] == ["4", "1"]
        assert found[0].why == "chosen in the settings for Shipping – Where is my order"

    def test_what_a_rule_names_is_suggested_and_told(self) -> None:
        (first, *_) = suggest(WISMO, "order", "en", BOOK, by_rules=["4", "77", "4"])
        assert (first.id, first.why) == ("4", "suggested by a rule")

    def test_what_holds_for_a_code_holds_for_those_under_it(self) -> None:
        names = {"product.defect.zipper": "Product – Defect – Zipper", "product.defect": "Product – Defect"}
        zipper = Topic(("product.defect.zipper", "product.defect"), names)
        hints = [MacroHint("4", ("product.defect",)), MacroHint("3", ("refund.request",))]
        found = suggest(zipper, "", "en", BOOK, hints, {("product.defect", "2"): 3})
        assert [(one.id, one.why) for one in found] == [
            ("4", "chosen in the settings for Product – Defect"),
            ("2", "used 3 times for Product – Defect"),
        ]

    def test_habits_of_the_code_itself_come_before_those_of_the_one_above(self) -> None:
        zipper = Topic(("a.b.c", "a.b"), {"a.b.c": "A – B – C", "a.b": "A – B"})
        usage = {("a.b.c", "4"): 3, ("a.b", "2"): 300}
        assert ids(zipper, "", "en", BOOK, usage=usage) == ["4"]

    def test_a_macro_called_like_the_code_fits_it(self) -> None:
        book = MacroBook([Macro("9", "Shipping::Where is my order", "It is on its way."), THANKS])
        (found,) = suggest(WISMO, "", "en", book)
        assert (found.id, found.why) == ("9", "named like Shipping – Where is my order")

    def test_reasons_add_up_and_are_all_told(self) -> None:
        (first, *_) = suggest(
            WISMO,
            "my order?",
            "en",
            BOOK,
            [MacroHint("1", ("shipping.wismo",))],
            {("shipping.wismo", "1"): 2},
        )
        assert first.why == (
            "chosen in the settings for Shipping – Where is my order; "
            "used 2 times for Shipping – Where is my order; shares: order"
        )

    def test_the_customers_language_comes_first(self) -> None:
        english, german = replace(LABEL, language="en-US"), Macro("0", "Label", "label", language="de")
        assert ids(NOTHING, "label", "en-GB", MacroBook([english, german])) == ["3", "0"]
        assert ids(NOTHING, "label", "de", MacroBook([english, german])) == ["0"]

    def test_where_no_language_is_named_the_letters_tell(self) -> None:
        book = MacroBook(
            [Macro("1", "أين طلبي", "طلبك في الطريق"), Macro("2", "Order", "your order is on its way")]
        )
        usage = {("shipping.wismo", "2"): 20, ("shipping.wismo", "1"): 10}
        assert ids(WISMO, "وين طلبي", None, book, usage=usage) == ["1", "2"]
        assert ids(WISMO, "order", None, book, usage=usage) == ["2"]

    def test_a_macro_that_is_gone_is_not_suggested(self) -> None:
        hints, usage = [MacroHint("77", ("shipping.wismo",))], {("shipping.wismo", "77"): 9}
        assert ids(WISMO, "", "en", BOOK, hints, usage) == []

    def test_of_equals_the_first_by_title_comes_first_and_three_are_enough(self) -> None:
        book = MacroBook([Macro(str(n), title, "zipper") for n, title in enumerate("DACB")])
        assert ids(NOTHING, "zipper", "en", book) == ["1", "3", "2"]

    @given(order=st.permutations([ON_ITS_WAY, REFUNDED, LABEL, THANKS]), text=st.text(max_size=60))
    def test_the_order_in_which_the_helpdesk_lists_them_is_no_matter(
        self, order: list[Macro], text: str
    ) -> None:
        said = f"order card label {text}"
        assert suggest(WISMO, said, "en", MacroBook(order)) == suggest(WISMO, said, "en", BOOK)

    def test_a_code_that_the_tree_has_no_more_is_no_topic(self) -> None:
        assert topic_of(default_tree(), "gone.code") == topic_of(default_tree(), None) == NOTHING


class TestUse:
    def test_a_macro_is_known_by_its_text_with_the_name_filled_in(self) -> None:
        assert used_macro("Hi Ann, your order is on its way to you.\nBest, Bob", BOOK) == "1"

    def test_an_agent_may_change_a_fifth_of_it(self) -> None:
        assert used_macro("Thank you for writing to our team, have a great day!", BOOK) == "4"
        assert used_macro("Thank you for calling our big team, have a great week!", BOOK) is None

    def test_the_words_must_stand_in_their_order(self) -> None:
        assert used_macro("have a great day! Thank you for writing to us", BOOK) is None

    def test_the_longest_wins(self) -> None:
        longer = Macro("5", "Way and label", f"{ON_ITS_WAY.text} {LABEL.text}")
        text = "Hi Ann, your order is on its way to you. " + LABEL.text
        assert used_macro(text, MacroBook([ON_ITS_WAY, longer, LABEL])) == "5"

    @pytest.mark.parametrize("text", ["", "Thank you", "{{dc.greeting}}", "{% if a %}{% endif %}"])
    def test_a_macro_that_says_next_to_nothing_is_never_recognised(self, text: str) -> None:
        assert used_macro(f"{text} and goodbye", MacroBook([Macro("1", "Short", text)])) is None

    @given(text=st.text(max_size=300))
    def test_any_macro_of_enough_words_is_recognised_in_itself(self, text: str) -> None:
        words = f"one two three {text}".replace("{", "")
        assert used_macro(words, MacroBook([Macro("1", "Any", words)])) == "1"

    def test_the_helpdesks_own_word_counts_more_than_the_text(self) -> None:
        said = Message("1", "9", False, True, THANKS.text, NOW, macros=("3", "3", "2"))
        assert macros_of(said, BOOK) == ("3", "2")
        assert macros_of(replace(said, macros=()), BOOK) == ("4",)

    @pytest.mark.parametrize("change", [{"from_customer": True}, {"public": False}, {"automated": True}])
    def test_only_what_a_person_of_the_shop_said_publicly_counts(self, change: dict[str, bool]) -> None:
        said = Message("1", "9", False, True, THANKS.text, NOW)
        assert macros_of(replace(said, **change), BOOK) == ()  # type: ignore[arg-type]

    def test_a_use_is_learnt_for_the_tickets_code(self) -> None:
        said = Message("1", "9", False, True, THANKS.text, NOW)
        assert uses_of("refund.request", said, BOOK) == (MacroUse("refund.request", "4"),)
        assert uses_of(None, said, BOOK) == ()
