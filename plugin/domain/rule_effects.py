"""From what the rules want to what is written: only what the ticket does not hold yet, and nothing over a person.

The trace says of every step whether it was done, and if not, why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from plugin.domain.decisions import Decision, TraceLine
from plugin.domain.effects import (
    Effect,
    add_note,
    change_tags,
    set_assignee,
    set_group,
    set_priority,
    set_status,
)
from plugin.domain.facts import Facts, Ticket
from plugin.domain.people import OFF, ON, resolved_agent, still_asked, values_of
from plugin.domain.rule_outcome import SINGLE, Outcome, Step
from plugin.domain.tags import SLOT

NOTE: Final = "note:"
BY_A_PERSON: Final = "a person has set it otherwise; it stays"
HELD: Final = "the ticket has it already"
ASKED: Final = "asked of the helpdesk already"
WRITTEN: Final = "stands in the ticket already"
CLOSED: Final = "the ticket takes no changes any more"

_SET: Final[Mapping[str, Callable[[str, str], Effect]]] = {
    "group": set_group,
    "assignee": set_assignee,
    "priority": set_priority,
    "status": set_status,
}


@dataclass(frozen=True, slots=True)
class Writing:
    """What goes out: the effects, why some slots are left (by slot), and what we then have asked for (by slot)."""

    effects: tuple[Effect, ...]
    left: Mapping[str, str]
    asked: Mapping[str, str]


def decide(outcome: Outcome, facts: Facts, by_person: frozenset[str] = frozenset()) -> Decision:
    """The decision of a run of the rules; in shadow mode everything is decided and nothing asked for."""
    writing = effects_of(outcome, facts, by_person)
    sent = {**still_asked(facts.record, facts.ticket), **(writing.asked if facts.live else {})}
    return Decision(replace(facts.record, sent=sent), writing.effects, _trace(outcome, writing, facts.live))


def effects_of(outcome: Outcome, facts: Facts, by_person: frozenset[str] = frozenset()) -> Writing:
    """The effects that bring about what the rules want; `by_person` are the slots that a person has set."""
    sent, now = still_asked(facts.record, facts.ticket), values_of(facts.ticket)
    effects, left, asked = [], {}, {}
    for slot, step in outcome.wins.items():
        if not _is_written(slot):
            continue
        why = CLOSED if facts.ticket.state != "open" else _left(step, facts.ticket, now, sent, by_person)
        if why:
            left[slot] = why
            continue
        effects.append(_effect(facts.ticket.id, step))
        asked[slot] = "1" if slot.startswith(NOTE) else step.value
    return Writing(tuple(effects), left, asked)


def wrote(outcome: Outcome, writing: Writing) -> tuple[str, ...]:
    """The rules that something is written for: what the guard against runaway rules counts."""
    rules = (step.rule for slot, step in outcome.wins.items() if slot in writing.asked)
    return tuple(dict.fromkeys(rules))


def _is_written(slot: str) -> bool:
    return slot in SINGLE or slot.startswith((SLOT, NOTE))


def _left(
    step: Step, ticket: Ticket, now: Mapping[str, str], sent: Mapping[str, str], by_person: frozenset[str]
) -> str:
    """Why a step is not taken; "" when it is."""
    slot = step.slot
    if slot.startswith(NOTE):
        return WRITTEN if slot in sent or _holds_note(ticket, slot) else ""
    value = now.get(slot, OFF)
    if value == step.value or sent.get(slot) == resolved_agent(step.value, value):
        return HELD
    if slot in by_person:
        return BY_A_PERSON
    return ASKED if sent.get(slot) == step.value else ""


def _holds_note(ticket: Ticket, slot: str) -> bool:
    mark = slot.removeprefix(NOTE)
    return any(mark in message.text for message in ticket.messages)


def _effect(ticket_id: str, step: Step) -> Effect:
    """The write of one step. Tags go one by one, so that a newer change of one replaces no unsent one of another."""
    if step.slot.startswith(NOTE):
        return add_note(ticket_id, step.value, step.slot.removeprefix(NOTE))
    if step.slot.startswith(SLOT):
        add, remove = ([step.word], []) if step.value == ON else ([], [step.word])
        return replace(change_tags(ticket_id, add, remove), slot=step.slot)
    return _SET[step.slot](ticket_id, step.value)


def _trace(outcome: Outcome, writing: Writing, live: bool) -> tuple[TraceLine, ...]:
    """A line for every rule that was asked, in their order."""
    steps: dict[str, list[Step]] = {}
    for step in outcome.steps:
        steps.setdefault(step.rule, []).append(step)
    replaced = {id(clash.later): clash.earlier for clash in outcome.clashes}
    lines = []
    for answer in outcome.answers:
        did: list[str] = []
        why = [answer.why] if answer.why else []
        for step in steps.get(answer.rule, ()):
            left = _not_done(step, outcome, writing, live)
            (why if left else did).append(left or step.did)
            if (earlier := replaced.get(id(step))) is not None:
                why.append(f"{step.did}: instead of {earlier.did} by “{earlier.rule}”")
        lines.append(TraceLine(answer.rule, answer.fired, answer.seen, tuple(did), "; ".join(why)))
    return tuple(lines)


def _not_done(step: Step, outcome: Outcome, writing: Writing, live: bool) -> str:
    winner = outcome.wins[step.slot]
    if winner.value != step.value:
        return f"{step.did}: the later rule “{winner.rule}” wants {winner.did}"
    if step.slot in writing.left:
        return f"{step.did}: {writing.left[step.slot]}"
    if step.slot in writing.asked and not live:
        return f"shadow mode: would do {step.did}"
    return ""
