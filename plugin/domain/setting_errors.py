"""What is wrong in a settings document: gathered, never raised on the way, so that all of it is told at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_MOST_QUOTED: Final = 60


@dataclass(frozen=True, slots=True)
class SettingError:
    """One thing wrong in a settings document: where (`rules[2].actions[0].value`) and what."""

    path: str
    message: str


@dataclass(slots=True)
class Errors:
    """The errors found so far."""

    found: list[SettingError] = field(default_factory=list)

    def add(self, path: str, message: str) -> None:
        """One more."""
        self.found.append(SettingError(path, message))


class Wrong(ValueError):
    """A value that cannot be taken; `step` is where inside it (`[1]`; "" for the whole)."""

    def __init__(self, message: str, step: str = "") -> None:
        super().__init__(message)
        self.step = step


def quoted(raw: object) -> str:
    """A value in a message, as written and not longer than a line."""
    said = repr(raw)
    return said if len(said) <= _MOST_QUOTED else f"{said[:_MOST_QUOTED]}…"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names for a message: what would have been allowed, the first dozen of them."""
    every = list(names)
    shown = ", ".join(every[:most])
    if not every:
        return "none yet"
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"
