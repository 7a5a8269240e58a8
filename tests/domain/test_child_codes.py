"""Codes made for one ticket: always the same for the same, never to be guessed, never a vowel too many."""

import re

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.child_codes import ALPHABET, LENGTH, child_code, mark_of

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@given(words, words, words, words)
def test_a_code_stands_under_its_parent_and_says_nothing_else(
    parent: str, secret: str, ticket: str, agent: str
) -> None:
    code = child_code(parent, secret, 1, ticket, agent)
    assert re.fullmatch(f"{re.escape(parent)}-[{ALPHABET}]{{{LENGTH}}}", code)
    assert code == child_code(parent, secret, 1, ticket, agent)


def test_every_part_makes_another_code() -> None:
    first = child_code("ANA10", "secret", 1, "5", "ana@shop.example")
    others = {
        child_code("ANA10", "another", 1, "5", "ana@shop.example"),
        child_code("ANA10", "secret", 2, "5", "ana@shop.example"),
        child_code("ANA10", "secret", 1, "6", "ana@shop.example"),
        child_code("ANA10", "secret", 1, "5", "ben@shop.example"),
    }
    assert len(others) == 4
    assert first not in others


def test_an_agents_address_counts_without_case() -> None:
    assert child_code("ANA10", "s", 1, "5", "Ana@shop.example") == child_code(
        "ANA10", "s", 1, "5", "ana@shop.example"
    )


def test_a_long_code_of_an_agent_leaves_room_for_the_rest() -> None:
    assert len(child_code("A" * 64, "s", 1, "5", "ana@shop.example")) <= 64


def test_a_mark_is_short_and_the_same_for_the_same() -> None:
    mark = mark_of("offer", 1, "5", "Belt")
    assert re.fullmatch(r"mgn-[0-9a-f]{12}", mark)
    assert mark == mark_of("offer", 1, "5", "Belt")
    assert mark != mark_of("offer", 1, "5", "Shoes")
