"""What was read of a long list waits for the next try, and for no longer than it is of use."""

from typing import Any

import pytest

from plugin.documents import Part
from plugin.ports import TemporaryError
from plugin.stores.shopify import bookmarks
from plugin.stores.shopify.bookmarks import Bookmark, Bookmarks

MARK = Bookmark(1, "order", "lines")


class Shelf:
    """A list of so many items, two on a page; pages that are `away` cannot be had."""

    def __init__(self, items: int, away: set[str | None] | None = None) -> None:
        self.items, self.away = items, away or set()
        self.asked: list[str | None] = []

    def __call__(self, after: str | None) -> Part:
        self.asked.append(after)
        if after in self.away:
            raise TemporaryError("no points left")
        start = int(after or 0)
        end = min(start + 2, self.items)
        info = {"hasNextPage": end < self.items, "endCursor": str(end)}
        return Part({"lines": {"nodes": list(range(start, end)), "pageInfo": info}})


def values(parts: tuple[Part, ...]) -> list[Any]:
    return [one.value for one in parts]


@pytest.mark.parametrize("items", [0, 1, 2, 3, 5])
def test_all_items_are_read_in_their_order(items: int) -> None:
    _, found = Bookmarks().read(MARK, Shelf(items), "lines")
    assert values(found) == list(range(items))


def test_the_next_try_asks_only_for_what_is_missing() -> None:
    kept, shelf = Bookmarks(), Shelf(6, away={"4"})
    with pytest.raises(TemporaryError):
        kept.read(MARK, shelf, "lines")
    shelf.away.clear()
    assert values(kept.read(MARK, shelf, "lines")[1]) == [0, 1, 2, 3, 4, 5]
    assert shelf.asked == [None, "2", "4", "4"]


def test_another_list_begins_anew() -> None:
    kept, shelf = Bookmarks(), Shelf(2)
    kept.read(MARK, shelf, "lines")
    for other in (MARK._replace(account=2), MARK._replace(owner="other"), MARK._replace(what="refund")):
        kept.read(other, shelf, "lines")
    assert shelf.asked == [None] * 4


def test_what_is_forgotten_is_read_anew_with_all_that_belonged_to_it() -> None:
    kept, shelf = Bookmarks(), Shelf(2)
    for what in ("lines", "refund"):
        kept.read(MARK._replace(what=what), shelf, "lines")
    kept.forget(1, "order")
    assert kept.find(MARK) is None
    assert kept.find(MARK._replace(what="refund")) is None


def test_forgetting_one_order_leaves_those_of_others() -> None:
    kept = Bookmarks()
    kept.read(MARK, Shelf(2), "lines")
    kept.forget(1, "other")
    kept.forget(2, "order")
    assert kept.find(MARK) is not None


def test_something_that_there_is_not_is_not_kept() -> None:
    kept = Bookmarks()
    assert kept.read(MARK, lambda after: Part(None, "order"), "lines") == (Part(None, "order"), ())
    assert kept.find(MARK) is None


def test_the_longest_unread_go_first_where_too_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "MOST", 7)
    kept = Bookmarks()
    for owner in ("a", "b", "c"):
        kept.read(MARK._replace(owner=owner), Shelf(2), "lines")
    assert [kept.find(MARK._replace(owner=owner)) is not None for owner in "abc"] == [False, True, True]


def test_one_list_is_kept_however_long_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "MOST", 3)
    kept = Bookmarks()
    kept.read(MARK, Shelf(9), "lines")
    assert kept.find(MARK) is not None
