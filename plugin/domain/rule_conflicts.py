"""Which rules can want different things of one slot: told to the admin before it happens.

Rules for different events can meet: all that happened to a ticket since the last look is decided about at once.

Two rules whose conditions cannot both be met on one ticket are no conflict; that is seen only where it is plain
(`customer.tier is VIP` and `customer.tier is Concierge`), and never on a field that rules themselves can change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plugin.domain.rule_actions import slots_of
from plugin.domain.rule_fields import EVENTS, FIELDS
from plugin.domain.rule_view import key_of
from plugin.domain.rules import Rule

_CHANGED_BY_RULES: Final = frozenset(
    {"ticket.group", "ticket.assignee", "ticket.priority", "ticket.status", "ticket.tags", "now.hours"}
)

_PLAIN: Final = frozenset({"is", "is_not", "present", "not_present"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules, the slot that both can set, the events of either (`on`), and to what; the later rule has it."""

    slot: str
    on: tuple[str, ...]
    earlier: str
    earlier_value: str
    later: str
    later_value: str


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a rule can set, and which conditions of it never change while rules run: field → operator → keys."""

    rule: Rule
    slots: Mapping[str, str]
    asked: Mapping[tuple[str, str], frozenset[Any]]


def conflicts(rules: Sequence[Rule]) -> Iterator[Conflict]:
    """Every pair of rules that can clash, in the order of the rules."""
    settings = [_Setting(rule, _slots(rule), _asked(rule)) for rule in rules]
    for number, later in enumerate(settings):
        for earlier in settings[:number]:
            yield from _between(earlier, later)


def _between(earlier: _Setting, later: _Setting) -> Iterator[Conflict]:
    slots = [
        slot
        for slot in later.slots
        if earlier.slots.get(slot, later.slots[slot]) != later.slots[slot]
        and not _wants_empty(later.rule, slot)
    ]
    if not slots or _excludes(earlier.asked, later.asked) or _excludes(later.asked, earlier.asked):
        return
    on = tuple(event for event in EVENTS if event in earlier.rule.on | later.rule.on)
    for slot in slots:
        yield Conflict(slot, on, earlier.rule.name, earlier.slots[slot], later.rule.name, later.slots[slot])


def _wants_empty(rule: Rule, slot: str) -> bool:
    """Whether the rule sets the slot only where nothing is in it, and so never after an earlier rule has filled it."""
    return any(one.field == f"ticket.{slot}" and one.operator == "not_present" for one in rule.all_of)


def _slots(rule: Rule) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for action in rule.actions:
        found.update(slots_of(action))
    return found


def _asked(rule: Rule) -> Mapping[tuple[str, str], frozenset[Any]]:
    found: dict[tuple[str, str], frozenset[Any]] = {}
    for one in rule.all_of:
        if one.field not in _CHANGED_BY_RULES and one.operator in _PLAIN:
            key = key_of(FIELDS[one.field].kind, one.value)
            found[one.field, one.operator] = found.get((one.field, one.operator), frozenset()) | {key}
    return found


def _excludes(one: Mapping[tuple[str, str], frozenset[Any]], other: Mapping[tuple[str, str], Any]) -> bool:
    """Whether a value that one asks for is one that the other cannot be met with."""
    for (field, operator), keys in one.items():
        if operator == "is" and other.get((field, "is"), keys) != keys:
            return True
        if operator == "is" and keys & other.get((field, "is_not"), frozenset()):
            return True
        if operator == "present" and (field, "not_present") in other:
            return True
    return False
