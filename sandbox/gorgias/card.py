"""The card of the sidebar: a widget's template over the data that its integration brought, as the helpdesk shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.gorgias.records import Customer, Json, Widget
from sandbox.gorgias.state import Account

LEAVES = frozenset(
    {
        *("text", "date", "age", "url", "email", "boolean", "array"),
        *("sentiment", "rating", "points", "percent", "editableList"),
    }
)
LONGEST_LINK = 60
NOTHING = "-"
MARKER = "__integration_type__"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card; `link` is where it leads, if it leads anywhere."""

    title: str
    text: str
    kind: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One card with its lines, its links and the cards inside it."""

    title: str
    rows: tuple[Row, ...]
    links: tuple[Row, ...]
    cards: tuple["Card", ...]


def cards_of(account: Account, customer: Customer, context: str) -> list[Card]:
    """What is shown beside a ticket or on a customer; a widget without data is hidden."""
    shown: list[Card] = []
    for one in sorted(account.widgets.values(), key=lambda one: (one.order, one.id)):
        data = _data(customer, one)
        if one.context == context and one.deactivated_at is None and data:
            shown += _cards(one.template, data)
    return shown


def _data(customer: Customer, one: Widget) -> Any:
    if one.type == "custom":
        return customer.data
    held = customer.integrations.get(str(one.integration_id))
    return {key: value for key, value in held.items() if key != MARKER} if isinstance(held, dict) else None


def _cards(node: Json, data: Any) -> Iterator[Card]:
    """The cards at or below a node. A wrapper is only a wrapper; a list is a card for each of its items."""
    held = _at(data, str(node.get("path") or ""))
    below = [one for one in node.get("widgets") or () if isinstance(one, dict)]
    if node.get("type") == "list":
        for item in held if isinstance(held, list) else ():
            for one in below:
                yield from _cards(one, item)
    elif node.get("type") == "card":
        yield _card(node, below, held)
    else:
        for one in below:
            yield from _cards(one, held)


def _card(node: Json, below: list[Json], held: Any) -> Card:
    meta = node.get("meta") or {}
    given = (meta.get("custom") or {}).get("links") or ()
    links = [Row("", str(one.get("label", "")), "url", _address(one.get("url"))) for one in given]
    if meta.get("link"):
        links.insert(0, Row("", "Open", "url", _address(meta["link"])))
    leaves = [one for one in below if one.get("type") in LEAVES]
    inner = [card for one in below if one.get("type") not in LEAVES for card in _cards(one, held)]
    rows = tuple(_row(one, _at(held, str(one.get("path") or ""))) for one in leaves)
    return Card(str(node.get("title") or ""), rows, tuple(links), tuple(inner))


def _row(node: Json, value: Any) -> Row:
    kind, title = str(node["type"]), str(node.get("title") or node.get("path") or "")
    if value is None or value == "":
        return Row(title, NOTHING, "text")
    if kind == "boolean":
        return Row(title, "True" if value else "False", kind)
    if kind == "array" or isinstance(value, list):
        scalars = (
            [str(one) for one in value if not isinstance(one, dict | list)] if isinstance(value, list) else []
        )
        return Row(title, ", ".join(scalars) or NOTHING, "text")
    text = str(value)
    if kind == "url":
        short = text if len(text) <= LONGEST_LINK else text[: LONGEST_LINK - 1] + "…"
        return Row(title, short, kind, _address(text))
    return Row(title, text, kind, f"mailto:{text}" if kind == "email" else None)


def _address(url: Any) -> str | None:
    """Only what a browser may safely follow."""
    return str(url) if urlsplit(str(url)).scheme in {"http", "https"} else None


def _at(data: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        data = data.get(name) if isinstance(data, Mapping) else None
    return data
