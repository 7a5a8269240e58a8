"""Lists end, whatever Gorgias says of where they go on."""

from itertools import count, islice
from typing import Any

import pytest

from plugin.helpdesks.gorgias.paging import MOST_PAGES, listed, read_page
from tests.helpdesks.gorgias.account import Account


def account(*cursors: str | None) -> Account:
    """An account whose list goes on at these cursors, page by page, with one item each."""
    found, given = Account(), iter(cursors)
    numbers = count(1)

    def page(*asked: Any) -> dict[str, Any]:
        return {"data": [{"id": next(numbers)}], "meta": {"next_cursor": next(given)}}

    found.page = page  # type: ignore[method-assign,assignment]
    return found


def ids(found: Account) -> list[str]:
    return [item.at("id").own_id() for item in listed(found, "/api/teams")]


@pytest.mark.parametrize("last", [None, ""])
def test_a_list_ends_where_no_cursor_comes(last: str | None) -> None:
    assert ids(account("a", "b", last)) == ["1", "2", "3"]


def test_a_list_whose_cursor_stands_still_ends() -> None:
    assert ids(account("a", "a", "a")) == ["1", "2"]


def test_a_list_that_goes_round_in_circles_ends() -> None:
    found = account(*(name for _ in range(MOST_PAGES) for name in "ab"))
    assert len(ids(found)) == MOST_PAGES


def test_a_page_is_fetched_when_it_is_needed_and_not_before() -> None:
    found = account("a", "b")
    list(islice(listed(found, "/api/teams"), 1))
    assert len(found.calls) == 1


def test_a_list_without_a_word_on_its_pages_has_one() -> None:
    found = Account()
    found.page = lambda *asked: {"data": []}  # type: ignore[method-assign]
    assert read_page(found, "/api/teams", {}).after is None
