"""Lists of the API, page by page, by cursor: offsets end at 10,000 records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.helpdesks.zendesk.fields import Part
from plugin.ports import Api

PAGE_SIZE = 100
MOST_PAGES = 50
"""As many comments as a ticket can have."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `more` is true when the list goes on, even where the answer does not say how."""

    document: Part
    items: tuple[Part, ...]
    after: str | None
    more: bool


def pages(api: Api, path: str, key: str, params: Mapping[str, str] | None = None) -> Iterator[Page]:
    """The pages of the list called `key`, each fetched when it is asked for."""
    asked = {**(params or {}), "page[size]": str(PAGE_SIZE)}
    for _ in range(MOST_PAGES):
        page = _page(Part(api.get(path, asked)), key)
        yield page
        if page.after is None or page.after == asked.get("page[after]"):
            return
        asked["page[after]"] = page.after


def _page(document: Part, key: str) -> Page:
    meta = document.at("meta")
    goes_on = meta.value is not None and meta.at("has_more").value is True
    after = meta.at("after_cursor").text() or None if goes_on else None
    by_offset = document.at("next_page").value is not None
    return Page(document, tuple(document.at(key).items()), after, goes_on or by_offset)
