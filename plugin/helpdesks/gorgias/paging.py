"""Lists of the API, page by page, by cursor.

https://developers.gorgias.com/reference/pagination
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.documents import Part
from plugin.ports import Api

PAGE_SIZE = 100
MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `after` is where the list goes on, None where it ends."""

    items: tuple[Part, ...]
    after: str | None


def read_page(api: Api, path: str, params: Mapping[str, str], cursor: str | None = None) -> Page:
    """The page at this cursor, the first one for None."""
    asked = {**params, "limit": str(PAGE_SIZE), **({"cursor": cursor} if cursor else {})}
    document = Part(api.get(path, asked))
    meta = document.at("meta")
    after = None if meta.value is None else meta.at("next_cursor").text() or None
    return Page(tuple(document.at("data").items()), None if after == cursor else after)


def pages(api: Api, path: str, params: Mapping[str, str] | None = None) -> Iterator[Page]:
    """The pages of a list, each fetched when it is asked for."""
    cursor = None
    for _ in range(MOST_PAGES):
        page = read_page(api, path, params or {}, cursor)
        yield page
        if page.after is None:
            return
        cursor = page.after


def listed(api: Api, path: str, params: Mapping[str, str] | None = None) -> Iterator[Part]:
    """All items of a list."""
    for page in pages(api, path, params):
        yield from page.items
