"""What an agent's words hand to the customer: codes and links, and nothing that only looks like one."""

from dataclasses import replace
from typing import Any

import pytest

from plugin.domain.evidence import codes_in, handed_in, links_in, owner_of, place_of
from plugin.domain.facts import Message
from tests.conftest import NOW
from tests.domain.books import ANA

OWNERS = {"ana10": ANA}
WORDS = Message(
    "2", "55", False, True, "Use ANA10 at https://shop.example/products/belt.", NOW, author_email=ANA
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use ANA10!", [("code", "ana10")]),
        ("your code: ana10-7kb2xcd", [("child_code", "ana10-7kb2xcd")]),
        ("ANA100 and BANANA10 and ana10-", []),
        ("(ANA10)", [("code", "ana10")]),
        ("رمز ANA10 را بزنید", [("code", "ana10")]),
    ],
)
def test_codes_are_found_as_whole_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(codes_in(text, OWNERS)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/products/Belt?a=1", "/products/belt"),
        ("https://shop.example/", ""),
        ("https://shop.example", ""),
        ("https://shop.example/x?mgn=mgn-1", "mgn=mgn-1"),
        ("https://[", ""),
    ],
)
def test_two_visits_to_one_link_have_its_mark_or_path_in_common(url: str, expected: str) -> None:
    assert place_of(url) == expected


def test_links_lose_the_full_stop_of_the_sentence() -> None:
    assert list(links_in(WORDS.text)) == ["/products/belt"]


def test_an_agents_public_words_hand_over_an_answer_a_code_and_a_link() -> None:
    found = [(one.kind, one.value) for one in handed_in(WORDS, OWNERS)]
    assert found == [("ticket", ""), ("code", "ana10"), ("link", "/products/belt")]


@pytest.mark.parametrize("changed", [{"public": False}, {"from_customer": True}, {"automated": True}])
def test_notes_customers_and_bots_hand_over_nothing(changed: dict[str, Any]) -> None:
    assert handed_in(replace(WORDS, **changed), OWNERS) == ()


@pytest.mark.parametrize(
    ("code", "owner"),
    [("ana10", ANA), ("ana10-7kb2xcd", ANA), ("ana10-7kb2xc", None), ("ben10", None), ("", None)],
)
def test_a_single_use_code_is_its_parents(code: str, owner: str | None) -> None:
    assert owner_of(code, OWNERS) == owner
