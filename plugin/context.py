"""What a handler may read, and `apply`, its only way to act.

A context belongs to one object being worked. It collects decisions; the worker commits them together with
the snapshot and the finished hints, or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from plugin.domain.accounting import Account, OrderFacts, Terms
from plugin.domain.decisions import Decision, TraceLine
from plugin.domain.effects import Effect
from plugin.domain.evidence import Handed
from plugin.domain.facts import Facts
from plugin.domain.judging import Playbook
from plugin.domain.learning import Correction
from plugin.domain.macros import MacroUse
from plugin.domain.triage import Reader


class Housekeeping(Protocol):
    """Work that is no ticket's: retention, the sweep for missed changes, and what is read or shown now and then."""

    def forget_old_bodies(self, before: datetime) -> int:
        """Drop the raw bodies of deliveries worked before this instant; how many."""
        ...

    def sweep(self) -> int:
        """Ask the vendor what changed since the last sweep: tickets or customers; how many."""
        ...

    def refresh(self) -> bool:
        """Bring up to date what is read or shown now and then (macros, marks of tiers); whether that was due."""
        ...

    def forget_old_lessons(self) -> int:
        """Drop corrections that were taken back, and the oldest where there are too many; how many."""
        ...

    def keep_books(self) -> int:
        """Post what every month costs, where it is missing; how many entries that took."""
        ...


@dataclass
class TicketContext:
    """One ticket in work: facts, the reader of texts, the tenant's playbook, and what has been decided so far."""

    facts: Facts
    read: Reader
    playbook: Playbook
    effects: list[Effect] = field(default_factory=list)
    trace: list[TraceLine] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    macro_uses: list[MacroUse] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The instant of this decision."""
        return self.facts.now

    def facts_for(self, ticket_id: str) -> Facts:
        """The facts as they are after what was decided already."""
        if ticket_id != self.facts.ticket.id:
            raise ValueError(f"this context is about ticket {self.facts.ticket.id}, not {ticket_id}")
        return self.facts

    def apply(self, decision: Decision) -> None:
        """Take the decision up: record, effects, trace and lesson, committed together when the ticket is finished."""
        self.facts = replace(self.facts, record=decision.record)
        self.effects += decision.effects
        self.trace += decision.trace
        self.macro_uses += decision.macro_uses
        self.breaches += decision.breaches
        self.handed += decision.handed
        if decision.correction is not None:
            self.corrections.append(decision.correction)


@dataclass
class OrderContext:
    """Some orders in work: their facts, the tenant's terms, and the accounts found so far, by the store's ids."""

    facts: Mapping[str, OrderFacts]
    terms: Terms
    accounts: dict[str, Account] = field(default_factory=dict)

    def facts_for(self, order_id: str) -> OrderFacts:
        """All that is known of an order."""
        return self.facts[order_id]

    def apply(self, order_id: str, account: Account) -> None:
        """Take the account up: credits and ledger entries, committed together with the order."""
        self.accounts[order_id] = account


@dataclass(frozen=True)
class AccountContext:
    """One vendor account in work: the instant, and the chores there are."""

    now: datetime
    chores: Housekeeping
    keep_bodies: timedelta
