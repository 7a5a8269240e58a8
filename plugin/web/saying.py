"""What the business said in English, said in the reader's language: recognised, translated, safe to put into a page."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from plugin.web import known_texts
from plugin.web.known_texts import JOINT, N_
from plugin.web.language import exact, number
from plugin.web.wording import PRIORITIES, STATES, STATUSES, bdi, name_path, named, translated

NOTHING: Final = N_("nothing")
MOST_PARTS: Final = 30
"""Of a longer text nobody reads the end; it stays as it is."""
_PLACE: Final = re.compile(r"\{(\w+)\}")
_COMMAND: Final = re.compile(r"`([^`]+)`")


MOST_REMEMBERED: Final = 2_000
"""Texts of a group whose making is remembered: the same few are said again and again."""


class _Book:
    """One group of the known texts, ready to be recognised."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.fixed = frozenset(text for text in texts if "{" not in text)
        placed = sorted((text for text in texts if "{" in text), key=len, reverse=True)
        self.patterns = tuple((_pattern(text), text) for text in placed)
        """The longest first: what is said more exactly is recognised first."""
        self._found = lru_cache(maxsize=MOST_REMEMBERED)(self._look)

    def knows(self, text: str) -> bool:
        """Whether it is one of these texts."""
        return text in self.fixed or any(pattern.fullmatch(text) for pattern, _ in self.patterns)

    def say(self, text: str) -> Markup:
        """The text in the reader's language; as it is where it has no translation (a vendor's own words)."""
        if text in self.fixed:
            return _set(translated(text))
        found = self._found(text)
        if found is None:
            return bdi(_set(text))
        made_from, said = found
        return _set(translated(made_from)).format(**{name: _put(name, value) for name, value in said.items()})

    def _look(self, text: str) -> tuple[str, Mapping[str, str]] | None:
        """Which text it was made from, and what stands in its places; the same in every language."""
        for pattern, made_from in self.patterns:
            found = pattern.fullmatch(text)
            if found:
                return made_from, found.groupdict()
        return None


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    fixed, names = parts[::2], parts[1::2]
    whole = re.escape(fixed[0])
    for name, after in zip(names, fixed[1:], strict=True):
        whole += f"(?P<{name}>.+?){re.escape(after)}"
    return re.compile(whole, re.DOTALL)


GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "message": known_texts.MESSAGES,
    "rule": known_texts.RULES,
    "step": known_texts.STEPS,
    "why": known_texts.WHYS,
    "macro": known_texts.MACROS,
    "offer": known_texts.OFFERS,
    "credit": known_texts.CREDITS,
}
_BOOKS: Final = {name: _Book(texts) for name, texts in GROUPS.items()}


def say(text: str) -> Markup:
    """A message: of an effect, a delivery, a connection, a refusal."""
    return text if isinstance(text, Markup) else _BOOKS["message"].say(text)


def say_rule(text: str) -> Markup:
    """The name of a rule, ours or the tenant's."""
    return _BOOKS["rule"].say(text)


def say_step(text: str) -> Markup:
    """What a rule did."""
    return _BOOKS["step"].say(text)


def say_why(text: str) -> Markup:
    """Why a rule did what it did; several reasons are told one by one."""
    return _say_joined("why", text)


def say_macro(text: str) -> Markup:
    """Why a macro is suggested; several reasons are told one by one."""
    return _say_joined("macro", text)


def say_offer(text: str) -> Markup:
    """Why an offer fits."""
    return _BOOKS["offer"].say(text)


def say_evidence(text: str) -> Markup:
    """Why an order is somebody's merit."""
    return _BOOKS["credit"].say(text)


def is_known(text: str, group: str = "message") -> bool:
    """Whether the catalogues have this text, or each of those it was joined from."""
    book = _BOOKS[group]
    return all(book.knows(part) for part in _parts(group, text))


def _say_joined(group: str, text: str) -> Markup:
    return _set(translated(JOINT)).join(_BOOKS[group].say(part) for part in _parts(group, text))


@lru_cache(maxsize=5_000)
def _parts(group: str, text: str) -> tuple[str, ...]:
    """The texts that this one was joined from. A joint may also stand inside of one: known texts decide."""
    if group not in ("why", "macro") or JOINT not in text:
        return (text,)
    pieces = text.split(JOINT)
    return (text,) if len(pieces) > MOST_PARTS else _united(_BOOKS[group], _split(_BOOKS[group], pieces))


def _split(book: _Book, pieces: Sequence[str]) -> Sequence[str]:
    """The way of putting pieces together that leaves the fewest unknown, and of those the one with most texts."""
    best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
    for end in range(1, len(pieces) + 1):
        ways = []
        for start in range(end):
            text, (strange, known, before) = JOINT.join(pieces[start:end]), best[start]
            if book.knows(text):
                ways.append((strange, known - 1, (*before, text)))
            elif start == end - 1:
                ways.append((strange + 1, known, (*before, text)))
        best.append(min(ways))
    return best[-1][2]


def _united(book: _Book, parts: Sequence[str]) -> tuple[str, ...]:
    """Unknown texts beside each other are one: somebody's own words."""
    found: list[str] = []
    for part in parts:
        if found and not book.knows(part) and not book.knows(found[-1]):
            found[-1] = f"{found[-1]}{JOINT}{part}"
        else:
            found.append(part)
    return tuple(found)


def _set(text: str) -> Markup:
    """Escaped, with what stands between backticks as code, which runs left to right in every language."""
    return Markup(_COMMAND.sub(r'<code dir="ltr">\1</code>', str(escape(text))))  # noqa: S704  # escaped first


def _put(name: str, value: str) -> Markup:
    """What a text was made with, in its place."""
    return _PLACES[name](value) if name in _PLACES else bdi(value)


def _word_of(names: Mapping[str, str]) -> Callable[[str], Markup]:
    return lambda word: escape(named(names, word)) if word in names else bdi(word)


def _count(value: str) -> Markup:
    """How often, or how many: in the reader's digits."""
    return bdi(number(int(value)) if value.isascii() and value.isdigit() else value)


_VALUE: Final = _word_of({NOTHING: NOTHING})
_PLACES: Final[Mapping[str, Callable[[str], Markup]]] = {
    "state": _word_of(STATES),
    "priority": _word_of(PRIORITIES),
    "status": _word_of(STATUSES),
    "since": lambda value: bdi(exact(datetime.fromisoformat(value))),
    "error": say,
    "did": say_step,
    "earlier": say_step,
    "wanted": say_step,
    "answer": say_why,
    "name": name_path,
    "value": _VALUE,
    "before": _VALUE,
    "times": _count,
    "taken": _count,
    "count": _count,
}
