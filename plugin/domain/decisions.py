"""What was decided, and why: the record as it shall be, the effects, and a trace that a person can read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plugin.domain.effects import Effect
from plugin.domain.evidence import Handed
from plugin.domain.facts import Record
from plugin.domain.learning import Correction
from plugin.domain.macros import MacroUse


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One rule's answer: whether it fired, the values it saw, what it did, or why it did not.

    `rule` is the rule's name on screen; `seen` maps a field ("ticket.reason_code") to the value seen.
    """

    rule: str
    fired: bool
    seen: Mapping[str, Any] = field(default_factory=dict)
    did: tuple[str, ...] = ()
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """As kept and as the API shows it."""
        return {
            "rule": self.rule,
            "fired": self.fired,
            "seen": dict(self.seen),
            "did": list(self.did),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one event: the new record, effects in order, the trace, and what a person taught by it.

    `macro_uses` are macros that agents answered with; `breaches` are messages of bots to somebody who shall meet
    none, by their ids; `handed` is what an agent gave the customer that may lead to an order.
    """

    record: Record
    effects: tuple[Effect, ...] = ()
    trace: tuple[TraceLine, ...] = ()
    correction: Correction | None = None
    macro_uses: tuple[MacroUse, ...] = ()
    breaches: tuple[str, ...] = ()
    handed: tuple[Handed, ...] = ()
