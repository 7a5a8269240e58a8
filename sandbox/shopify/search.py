"""The search language of `query:`: `email:a@b.c`, `updated_at:>='2026-01-01'`, words; all of them must fit.

OR is known between groups of conditions. What the stand-in does not know (NOT, brackets, a field without a getter) is
an error here, while the vendor
answers with a warning and with records that were not asked for.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from graphql import GraphQLError

Record = TypeVar("Record")
Getter = Callable[[Any], Any]

_TERM = re.compile(
    r"""\s*(?:(?P<field>[a-z_]+):)?(?P<operator>>=|<=|>|<)?"""
    r"""(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>[^\s"']+))(?:\s+|$)"""
)
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    ">=": lambda held, wanted: bool(held >= wanted),
    "<=": lambda held, wanted: bool(held <= wanted),
    ">": lambda held, wanted: bool(held > wanted),
    "<": lambda held, wanted: bool(held < wanted),
    "": lambda held, wanted: bool(held == wanted),
}


@dataclass(frozen=True)
class Term:
    """One condition; without a field it is a word that has to occur."""

    field: str | None
    operator: str
    value: str


def terms(query: str) -> list[list[Term]]:
    """The conditions of a query, those between two ORs together; GraphQLError for what is none."""
    found: list[list[Term]] = [[]]
    at, text = 0, query.strip()
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None:
            raise GraphQLError(f"The stand-in cannot read the search query from here on: {text[at:]!r}")
        at = match.end()
        if match["bare"] == "NOT" or (match["bare"] or "").startswith(("(", "-")):
            raise GraphQLError("The stand-in knows no NOT and no brackets in a search query")
        if match["bare"] == "OR" and not match["field"]:
            found.append([])
        elif match["bare"] != "AND" or match["field"]:
            found[-1].append(Term(match["field"], match["operator"] or "", _value(match)))
    return [group for group in found if group] or [[]]


def fitting(
    records: list[Record], query: str | None, getters: Mapping[str, Getter], words: Getter
) -> list[Record]:
    """The records that the query means. `words` gives the text in which words without a field are looked for."""
    wanted = terms(query or "")
    for one in (term for group in wanted for term in group):
        if one.field is not None and one.field not in getters:
            raise GraphQLError(f"The stand-in cannot search by {one.field}; it can by {', '.join(getters)}")
    return [
        one
        for one in records
        if any(all(_fits(one, term, getters, words) for term in group) for group in wanted)
    ]


def _value(match: "re.Match[str]") -> str:
    quoted = match["double"] if match["double"] is not None else match["single"]
    return re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else str(match["bare"])


def _fits(record: Any, term: Term, getters: Mapping[str, Getter], words: Getter) -> bool:
    if term.field is None:
        return term.value.casefold() in str(words(record)).casefold()
    held = getters[term.field](record)
    several = held if isinstance(held, tuple) else (held,)
    return any(_compares(one, term) for one in several if one is not None)


def _compares(held: Any, term: Term) -> bool:
    if isinstance(held, datetime):
        return _COMPARED[term.operator](held, _instant(term.value))
    if isinstance(held, Decimal | int) and not isinstance(held, bool):
        return _COMPARED[term.operator](Decimal(held), _number(term.value))
    text, wanted = str(held).casefold(), term.value.casefold()
    return text.startswith(wanted[:-1]) if wanted.endswith("*") else text == wanted


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise GraphQLError(f"{text!r} is no date in a search query") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise GraphQLError(f"{text!r} is no number in a search query") from None
