"""What the rules would have done about a past ticket, beside what was done: a difference, and sums over all.

A ticket is judged as if it came in with all its customer's messages, when it was made, open and without a reason
code; group, priority and tags are compared with what stands there today, whoever has set it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from plugin.domain.decisions import TraceLine
from plugin.domain.effects import Effect, is_automatic_message
from plugin.domain.facts import Record, Ticket
from plugin.domain.people import OFF, ON, held_values, values_of
from plugin.domain.tags import SLOT

MOST_SHOWN: Final = 120


def as_it_came(ticket: Ticket) -> Ticket:
    """The ticket as the decision shall see it: taking changes, and not yet told what it is about."""
    status = ticket.status if ticket.status in ("new", "open") else "open"
    return replace(ticket, state="open", status=status, reason_value=None, reason_code=None)


@dataclass(frozen=True, slots=True)
class Difference:
    """One ticket: what would have been written where today something else stands, and why."""

    ticket: Ticket
    record: Record
    changes: tuple[Mapping[str, Any], ...]
    notes: int
    automatic_replies: int
    rules: tuple[str, ...]
    trace: tuple[TraceLine, ...]

    @property
    def changed(self) -> bool:
        """Whether anything would have been written that is not so today."""
        return bool(self.changes or self.notes or self.automatic_replies)

    def as_json(self) -> dict[str, Any]:
        """As the command and the API show it."""
        record, reason = self.record, self.record.reason
        return {
            "ticket": self.ticket.id,
            "subject": self.ticket.subject[:MOST_SHOWN],
            "tier": record.tier.tier if record.tier else None,
            "customer": record.customer.state,
            "no_bots": record.no_bots,
            "reason_code": None if reason is None else reason.code,
            "suggested": [ranked.code for ranked in record.suggestions],
            "changes": [dict(change) for change in self.changes],
            "notes": self.notes,
            "automatic_replies": self.automatic_replies,
            "rules": list(self.rules),
            "macros": [macro.id for macro in record.macros],
            "offers": [offered.name for offered in record.offers],
            "trace": [line.as_json() for line in self.trace],
        }


def difference(
    ticket: Ticket, record: Record, effects: Sequence[Effect], trace: Sequence[TraceLine]
) -> Difference:
    """What these effects would have changed on the ticket as it stands today."""
    today = values_of(ticket) | {"reason_code": ticket.reason_code or ""}
    wanted: dict[str, str] = {}
    for effect in effects:
        wanted |= held_values(effect)
    return Difference(
        ticket=ticket,
        record=record,
        changes=tuple(_changes(today, wanted)),
        notes=sum(effect.kind == "add_note" for effect in effects),
        automatic_replies=sum(map(is_automatic_message, effects)),
        rules=tuple(line.rule for line in trace if line.fired),
        trace=tuple(trace),
    )


def _changes(today: Mapping[str, str], wanted: Mapping[str, str]) -> Iterable[Mapping[str, Any]]:
    for slot, value in wanted.items():
        before = today.get(slot, OFF if slot.startswith(SLOT) else "")
        if before == value:
            continue
        if slot.startswith(SLOT):
            yield {
                "field": "tags",
                "from": None,
                "to": f"{'+' if value == ON else '-'}{slot.removeprefix(SLOT)}",
            }
        else:
            yield {"field": slot, "from": before or None, "to": value}


@dataclass
class Summary:
    """The sums over all tickets of a dry run."""

    tickets: int = 0
    changed: int = 0
    unknown_customers: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    reason_codes: Counter[str] = field(default_factory=Counter)
    no_bots_tickets: list[str] = field(default_factory=list)
    automatic_replies: int = 0
    replies_to_no_bots: int = 0

    def add(self, one: Difference) -> None:
        """Count a ticket in."""
        self.tickets += 1
        self.changed += one.changed
        self.unknown_customers += one.record.customer.state == "unknown"
        self.fields.update(change["field"] for change in one.changes)
        self.rules.update(one.rules)
        if one.record.tier is not None and one.record.tier.tier is not None:
            self.tiers[one.record.tier.tier] += 1
        if one.record.reason is not None and one.record.reason.code is not None:
            self.reason_codes[one.record.reason.code] += 1
        self.automatic_replies += one.automatic_replies
        if one.record.no_bots:
            self.no_bots_tickets.append(one.ticket.id)
            self.replies_to_no_bots += one.automatic_replies

    def as_json(self) -> dict[str, Any]:
        """As the command and the API show it. An automatic answer costs nothing before a price is known for it."""
        return {
            "tickets": self.tickets,
            "changed": self.changed,
            "unchanged": self.tickets - self.changed,
            "unknown_customers": self.unknown_customers,
            "fields": dict(self.fields.most_common()),
            "rules": dict(self.rules.most_common()),
            "tiers": dict(self.tiers.most_common()),
            "reason_codes": dict(self.reason_codes.most_common()),
            "automatic_answers": {
                "count": self.automatic_replies,
                "withheld_for_no_bots": self.replies_to_no_bots,
                "cost": None,
            },
            "vips": {"touched": sum(self.tiers.values()), "no_bots": self.no_bots_tickets},
        }
