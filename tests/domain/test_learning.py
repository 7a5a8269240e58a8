"""What a person's choice teaches: the gist of what the customer said, and nothing that names anybody's order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Facts, Message, Reason, Record, Ticket, snapshot_of
from plugin.domain.learning import Gist, correction_of, gist
from plugin.domain.triage import person_chose
from tests.conftest import NOW
from tests.fakes import ticket


def facts_of(one: Ticket, reason: Reason | None = None, *, known: bool = True) -> Facts:
    record = Record(snapshot=snapshot_of(one) if known else None, reason=reason)
    return Facts(one, record, live=True, now=NOW, writable_reason=True)


def said(text: str) -> Gist:
    found = gist(text)
    assert found is not None
    return found


SAME = [
    ("Where is my order?", "where is my ORDER"),
    ("Where is my order #1001?", "Where is my order 2044 ?"),
    ("Where is my order?", "Hi there, where is my order? Thanks a lot"),
    ("Where's my order?", "Where is my order!!"),
    ("Where is my order, ann@example.com?", "Where is my order, bob@example.org?"),
    ("Where is my order https://shop.example/a1", "Where is my order"),
    ("أين طلبي؟", "السلام عليكم أين طلبي شكرا"),
    ("Où est mon colis ?", "Bonjour, où est mon colis ? Merci beaucoup"),
    ("¿Dónde está mi paquete?", "Hola, donde esta mi paquete? Muchas gracias"),
    ("Wo ist mein Paket?", "Guten Tag, wo ist mein Paket? Vielen Dank im Voraus"),
    ("سفارش من کجاست", "سلام سفارش من كجاست؟ ممنون"),
]
OTHER = [
    ("Where is my order", "Where was my order"),
    ("I want to cancel my order", "I do not want to cancel my order"),
    ("cancel it and refund the belt", "refund it and cancel the belt"),
    ("it broke", "it broke again"),
]


class TestGist:
    @pytest.mark.parametrize(("one", "other"), SAME)
    def test_case_numbers_addresses_and_courtesies_make_no_difference(self, one: str, other: str) -> None:
        assert gist(one) == gist(other)

    @pytest.mark.parametrize(("one", "other"), OTHER)
    def test_another_word_or_another_order_of_words_is_another_text(self, one: str, other: str) -> None:
        assert said(one).digest != said(other).digest

    @pytest.mark.parametrize(
        "text", ["", "hello", "Hi! Thank you.", "1001 1002", "to be or", "Merci !", "Hola, gracias", "\ud800"]
    )
    def test_a_text_that_says_nothing_has_none(self, text: str) -> None:
        assert gist(text) is None

    def test_no_number_and_no_address_is_kept(self) -> None:
        kept = " ".join(said("Parcel 1Z999AA1 to ann.lee@example.com, tel +1 555 0102, is broken").words)
        assert kept == "parcel tel broken"

    def test_what_is_quoted_is_not_what_is_said(self) -> None:
        assert gist("Where is my order?\n\nOn Mon, Ann wrote:\n> your refund was sent") == gist(
            "Where is my order?"
        )

    @given(text=st.text(max_size=400))
    def test_the_gist_of_any_text_can_be_kept_by_any_database(self, text: str) -> None:
        found = gist(text)
        assert found is None or "\x00" not in " ".join(found.words)


class TestCorrection:
    def test_a_changed_code_teaches_what_the_customer_said_first(self) -> None:
        one = replace(ticket("1", "the zipper broke", "hello?"), subject="Jacket")
        found = correction_of(facts_of(one), "product.defect")
        assert found is not None
        assert (found.gist, found.code, found.instead_of) == (
            gist("Jacket\nthe zipper broke"),
            "product.defect",
            None,
        )

    def test_a_greeting_is_passed_over(self) -> None:
        found = correction_of(facts_of(ticket("1", "hello", "the zipper broke")), "product.defect")
        assert found is not None
        assert found.gist == gist("the zipper broke")

    def test_what_the_shop_wrote_is_not_learnt(self) -> None:
        answer = Message("0", "9", False, True, "we refund the card", NOW)
        note = Message("00", "7", True, False, "private note of a customer", NOW)
        one = ticket("1", "the zipper broke")
        found = correction_of(
            facts_of(replace(one, messages=(answer, note, *one.messages))), "product.defect"
        )
        assert found is not None
        assert found.gist == gist("the zipper broke")

    def test_a_code_that_came_with_a_new_ticket_teaches_nothing(self) -> None:
        assert correction_of(facts_of(ticket("1", "the zipper broke"), known=False), "product.defect") is None

    def test_where_the_first_message_was_not_read_nothing_is_learnt(self) -> None:
        one = replace(ticket("1", "the zipper broke"), complete=False)
        assert correction_of(facts_of(one), "product.defect") is None

    def test_what_the_agent_had_said_before_is_taken_back(self) -> None:
        before = Reason("refund.request", "agent", sure=True, score=1.0)
        found = correction_of(facts_of(ticket("1", "the zipper broke"), before), "product.defect")
        assert found is not None
        assert found.instead_of == "refund.request"

    def test_our_own_code_is_nothing_to_take_back(self) -> None:
        before = Reason("refund.request", "phrases", sure=True, score=0.9)
        found = correction_of(facts_of(ticket("1", "the zipper broke"), before), "product.defect")
        assert found is not None
        assert found.instead_of is None

    def test_the_same_choice_again_teaches_nothing_more(self) -> None:
        before = Reason("product.defect", "agent", sure=True, score=1.0)
        assert correction_of(facts_of(ticket("1", "the zipper broke"), before), "product.defect") is None

    def test_an_emptied_field_only_takes_back(self) -> None:
        before = Reason("product.defect", "agent", sure=True, score=1.0)
        found = correction_of(facts_of(ticket("1", "the zipper broke"), before), None)
        assert found is not None
        assert (found.code, found.instead_of) == (None, "product.defect")

    def test_a_persons_choice_carries_its_lesson(self) -> None:
        decision = person_chose(facts_of(ticket("1", "the zipper broke")), "product.defect")
        assert decision.correction is not None
        assert decision.correction.code == "product.defect"
