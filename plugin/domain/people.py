"""Which parts of a ticket a person has set: those that no rule overwrites.

A part belongs to a person once it holds something else than it did when we looked last (or than what landed since),
and than what we asked for. The helpdesk's own triggers count as people here: nobody can tell them apart, and the
admin wrote them. What stood on a ticket when we first saw it (a default group) is nobody's.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from plugin.domain.compare import new_messages
from plugin.domain.effects import Effect, held_value
from plugin.domain.facts import Record, Ticket
from plugin.domain.tags import SLOT, held, tag_slot

ON: Final = "on"
OFF: Final = "off"
NOTHING: Final = ""

PASSING: Final = frozenset({"status"})
"""Parts that go on by themselves: a person's choice counts only in the look in which it was made."""

_HOLDING: Final = {
    "set_group": "group",
    "set_assignee": "assignee",
    "set_priority": "priority",
    "set_status": "status",
}


def set_by_people(before: frozenset[str], record: Record, ticket: Ticket) -> frozenset[str]:
    """The slots that people have set, those known before included; to be remembered for the next look."""
    return (before - PASSING) | _changed(record, ticket)


def still_asked(record: Record, ticket: Ticket) -> dict[str, str]:
    """`record.sent` without what has landed: only what is under way may be taken for asked already.

    An agent asked for by e-mail address stays, with the id under which the helpdesk then showed them.
    """
    now, before = values_of(ticket), _before(record)
    kept = {}
    for slot, value in record.sent.items():
        if slot == "assignee" and "@" in value:
            kept[slot] = _resolved(value, before.get(slot, NOTHING), now[slot])
        elif not _is_rule_slot(slot) or value not in (_held(now, slot), record.landed.get(slot)):
            kept[slot] = value
    return kept


def resolved_agent(email: str, agent_id: str) -> str:
    """What we remember of an agent asked for by e-mail address, once it is seen who that is."""
    return f"{email}={agent_id}"


def held_values(effect: Effect) -> Mapping[str, str]:
    """What a ticket holds once this effect has landed, by slot; tags each in a slot of its own."""
    if effect.kind in _HOLDING:
        slot = _HOLDING[effect.kind]
        return {slot: str(effect.args[slot])}
    if effect.kind == "change_tags":
        gone = dict.fromkeys(map(tag_slot, effect.args["remove"]), OFF)
        return gone | dict.fromkeys(map(tag_slot, effect.args["add"]), ON)
    value = held_value(effect)
    return {} if value is None else {effect.slot: value}


def values_of(ticket: Ticket) -> dict[str, str]:
    """What a ticket holds now, in the slots that rules can set; a tag that is not there is in no slot."""
    values = {
        "group": ticket.group or NOTHING,
        "assignee": ticket.assignee or NOTHING,
        "priority": ticket.priority or NOTHING,
        "status": ticket.status,
    }
    return values | dict.fromkeys(held(ticket.tags), ON)


def _changed(record: Record, ticket: Ticket) -> frozenset[str]:
    if record.snapshot is None:
        return frozenset()
    before, now = _before(record), values_of(ticket)
    changed = {slot for slot in {*before, *now} if _of_a_person(slot, before, now, record.sent)}
    if _answered(record, ticket):
        changed -= PASSING
    if _left_with_its_group(changed, now, record.sent):
        changed.discard("assignee")
    return frozenset(changed)


def _of_a_person(
    slot: str, before: Mapping[str, str], now: Mapping[str, str], sent: Mapping[str, str]
) -> bool:
    value = _held(now, slot)
    return value != _held(before, slot) and not _is_ours(slot, value, sent.get(slot))


def _is_ours(slot: str, value: str, asked: str | None) -> bool:
    if asked is None or slot != "assignee" or "@" not in asked:
        return value == asked
    return asked.endswith(f"={value}") if "=" in asked else value != NOTHING


def _resolved(asked: str, before: str, now: str) -> str:
    if "=" in asked or now in (NOTHING, before):
        return asked
    return resolved_agent(asked, now)


def _held(values: Mapping[str, str], slot: str) -> str:
    return values.get(slot, OFF if slot.startswith(SLOT) else NOTHING)


def _before(record: Record) -> dict[str, str]:
    """What the ticket held at the last look, and what landed since."""
    last = record.snapshot
    if last is None:
        return {}
    values = {
        "group": last.group or NOTHING,
        "assignee": last.assignee or NOTHING,
        "priority": last.priority or NOTHING,
        "status": last.status,
    }
    return values | dict.fromkeys(held(last.tags), ON) | dict(_ours(record.landed))


def _ours(landed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((slot, value) for slot, value in landed.items() if _is_rule_slot(slot))


def _is_rule_slot(slot: str) -> bool:
    return slot in _HOLDING.values() or slot.startswith(SLOT)


def _answered(record: Record, ticket: Ticket) -> bool:
    """Whether the customer wrote: the helpdesk then opens the ticket again by itself."""
    return any(message.from_customer and message.public for message in new_messages(record, ticket))


def _left_with_its_group(changed: set[str], now: Mapping[str, str], sent: Mapping[str, str]) -> bool:
    """Whether the assignee was dropped because we gave the ticket to another group: no person's doing."""
    return now["assignee"] == NOTHING and "group" not in changed and sent.get("group") == now["group"]
