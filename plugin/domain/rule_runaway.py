"""The stop for rules that run away: one that writes too often on one ticket is left out there, and says so.

Only firings that wrote something count (`plugin.domain.rule_effects.wrote`): a rule that is met by every message
and finds everything in place harms nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

MOST_WRITES: Final = 20
WITHIN: Final = timedelta(hours=1)

Firings = Mapping[str, Sequence[datetime]]
"""Rule → when it wrote on this ticket, within the last hour."""


def stopped(firings: Firings, now: datetime, most: int = MOST_WRITES) -> frozenset[str]:
    """The rules that have written as often as they may within the last hour: they are not run now."""
    return frozenset(rule for rule, times in firings.items() if len(_recent(times, now)) >= most)


def counted(firings: Firings, wrote: Iterable[str], now: datetime) -> dict[str, tuple[datetime, ...]]:
    """The firings to remember after these rules wrote now; those older than an hour are forgotten."""
    kept = {rule: _recent(times, now) for rule, times in firings.items()}
    for rule in wrote:
        kept[rule] = (*kept.get(rule, ()), now)
    return {rule: times for rule, times in kept.items() if times}


def _recent(times: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in times if now - at < WITHIN)
