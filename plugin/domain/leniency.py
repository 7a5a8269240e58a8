"""Leniency measured: what was refunded and replaced beyond the written playbook, by agent and by reason.

The refund share is an estimate of it that its user doubts; this is what really went beyond, beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from plugin.domain.evidence import Evidence, newest
from plugin.domain.money import Digits, money
from plugin.domain.money_settings import PlaybookLimit

LOOKED_BACK: Final = timedelta(days=30)
"""So long before a refund the ticket is looked for in which it was promised."""
Limits = Mapping[str | None, int]
"""What may be given without asking, in minor units, by reason code; None for all that have no line of their own."""


@dataclass(frozen=True, slots=True)
class Given:
    """A refund or a replacement, in minor units of the statement's currency: money paid back, or what the goods cost.

    `amount` is None where it is not known (a cost that no store tells, a rate that is missing). `agent`, ticket and
    reason are of the ticket in which it was promised, None where there is none.
    """

    kind: Literal["refund", "replacement"]
    order: str
    at: datetime
    amount: int | None
    agent: str | None = None
    helpdesk: str | None = None
    ticket: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One of them, with what the playbook allows (None: it says nothing about it) and what goes beyond."""

    given: Given
    allowed: int | None
    beyond: int


@dataclass(frozen=True, slots=True)
class LeniencySum:
    """What was given by one agent, or for one reason (None: nobody knows), and how much of it went beyond."""

    name: str | None
    number: int
    amount: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Leniency:
    """A month's: the sums, the most beyond first; and each that went beyond. `unvalued` are those without an amount."""

    total: LeniencySum
    agents: tuple[LeniencySum, ...]
    reasons: tuple[LeniencySum, ...]
    beyond: tuple[Judged, ...]
    unvalued: int


def limits(playbook: Iterable[PlaybookLimit], currency: str, digits: Digits) -> dict[str | None, int]:
    """The playbook in minor units; of two lines for one reason the last counts."""
    return {line.reason_code: money(line.up_to, currency, digits).minor for line in playbook}


def allowed(reason: str | None, written: Limits, above: Callable[[str], Sequence[str]]) -> int | None:
    """What may be given for this reason: its own line, that of the nearest code above it, else the general one.

    None where none of them is written: then nothing is beyond.
    """
    codes = () if reason is None else (reason, *above(reason))
    return next((written[code] for code in codes if code in written), written.get(None))


def measure(given: Iterable[Given], written: Limits, above: Callable[[str], Sequence[str]]) -> Leniency:
    """The sums of a month. `above` names the codes above a reason code, the nearest first."""
    everything = list(given)
    judged = [
        _judged(one, allowed(one.reason, written, above)) for one in everything if one.amount is not None
    ]
    return Leniency(
        total=_sum(None, judged),
        agents=_sums(judged, lambda one: one.given.agent),
        reasons=_sums(judged, lambda one: one.given.reason),
        beyond=tuple(sorted((one for one in judged if one.beyond), key=_most_first)),
        unvalued=len(everything) - len(judged),
    )


def promised_in(evidence: Iterable[Evidence], at: datetime) -> Evidence | None:
    """The ticket in which it was promised: the newest of this customer shortly before."""
    return newest(one for one in evidence if at - LOOKED_BACK <= one.at <= at)


def _judged(given: Given, limit: int | None) -> Judged:
    amount = given.amount or 0
    return Judged(given, limit, 0 if limit is None else max(0, amount - limit))


def _sums(judged: Iterable[Judged], name_of: Callable[[Judged], str | None]) -> tuple[LeniencySum, ...]:
    found: dict[str | None, list[Judged]] = {}
    for one in judged:
        found.setdefault(name_of(one), []).append(one)
    sums = [_sum(name, ones) for name, ones in found.items()]
    return tuple(sorted(sums, key=lambda one: (-one.beyond, -one.amount, one.name or "")))


def _sum(name: str | None, judged: Sequence[Judged]) -> LeniencySum:
    amount = sum(one.given.amount or 0 for one in judged)
    return LeniencySum(name, len(judged), amount, sum(one.beyond for one in judged))


def _most_first(one: Judged) -> tuple[int, datetime, str]:
    return (-one.beyond, one.given.at, one.given.order)
