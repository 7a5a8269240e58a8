"""What a run of the rules came to: each rule's answer, and each step that it wants taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from plugin.domain.people import OFF, ON
from plugin.domain.rule_fields import RuleFacts
from plugin.domain.rule_view import View
from plugin.domain.tags import tag_key, tag_slot

CALL_BACK_TAG: Final = "mgn_call_back"
SINGLE: Final = ("group", "assignee", "priority", "status")
"""Slots that hold one value: a later rule wins."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a rule wants: `slot` shall hold `value`. `did` is how a trace says it.

    Slots are those of `SINGLE`, `tag:…` (on, off), `note:…` (the text), `macro:…`, `offer:…`, `call_back` and
    `no_bots`. `word` is a tag as written, where the slot has only its folded form.
    """

    rule: str
    slot: str
    value: str
    did: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One rule's answer: whether its conditions were met, the values they saw, and why it stayed out."""

    rule: str
    fired: bool
    seen: Mapping[str, Any]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rules wanted different things of one slot on this ticket; the later one had it."""

    slot: str
    earlier: Step
    later: Step


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the rules want, in their order, and an answer of every rule that was asked."""

    answers: tuple[Answer, ...] = ()
    steps: tuple[Step, ...] = ()
    wins: Mapping[str, Step] = field(init=False)
    """The last step of every slot: the one that counts."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "wins", {step.slot: step for step in self.steps})

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """Where a later rule wanted another value than an earlier one."""
        last: dict[str, Step] = {}
        found = []
        for step in self.steps:
            earlier = last.get(step.slot)
            if earlier is not None and earlier.value != step.value:
                found.append(Clash(step.slot, earlier, step))
            last[step.slot] = step
        return tuple(found)

    def wanted(self, slot: str) -> str | None:
        """The value that a slot shall hold (group, assignee, priority, status, call_back: the number); or None."""
        step = self.wins.get(slot)
        return None if step is None else step.value

    @property
    def tags_to_add(self) -> tuple[str, ...]:
        """Tags that shall be there, as written."""
        return self._tags(ON)

    @property
    def tags_to_remove(self) -> tuple[str, ...]:
        """Tags that shall not be there, as written."""
        return self._tags(OFF)

    @property
    def notes(self) -> tuple[str, ...]:
        """Internal notes."""
        return self._all("note:")

    @property
    def macros(self) -> tuple[str, ...]:
        """Ids of macros to suggest."""
        return self._all("macro:")

    @property
    def offers(self) -> tuple[str, ...]:
        """Names of offers that fit."""
        return self._all("offer:")

    @property
    def call_back(self) -> Step | None:
        """Who shall be called (`value`, the number or "") and why (`rule`)."""
        return self.wins.get("call_back")

    @property
    def no_bots(self) -> bool:
        """Whether nobody but a person may answer."""
        return "no_bots" in self.wins

    def _tags(self, wanted: str) -> tuple[str, ...]:
        wins = self.wins.values()
        return tuple(step.word for step in wins if step.slot.startswith("tag:") and step.value == wanted)

    def _all(self, prefix: str) -> tuple[str, ...]:
        return tuple(step.value for step in self.wins.values() if step.slot.startswith(prefix))


def mark_of(ticket_id: str, rule: str, text: str) -> str:
    """The mark of a rule's note: the same note of the same rule on the same ticket has the same one."""
    return "mgn-" + sha256("\0".join((ticket_id, rule, text)).encode()).hexdigest()[:8]


@dataclass(slots=True)
class Draft:
    """An outcome in the making: steps are taken up, and the view is changed as far as they can come true."""

    facts: RuleFacts
    view: View
    steps: list[Step] = field(default_factory=list)

    def hold(self, rule: str, slot: str, value: str, did: str = "") -> None:
        """A slot of `SINGLE` shall hold this."""
        self.steps.append(Step(rule, slot, value, did or f"{slot} {value}"))
        if slot not in self.facts.by_person:
            self.view.put(f"ticket.{slot}", value)

    def tag(self, rule: str, tag: str, wanted: str) -> None:
        """A tag shall be there, or not."""
        slot = tag_slot(tag)
        sign = "+" if wanted == ON else "-"
        self.steps.append(Step(rule, slot, wanted, f"tags {sign}{tag}", tag))
        if slot not in self.facts.by_person:
            others = tuple(one for one in self.view.value("ticket.tags") if tag_key(one) != tag_key(tag))
            self.view.put("ticket.tags", (*others, tag) if wanted == ON else others)

    def note(self, rule: str, text: str, did: str = "note") -> None:
        """An internal note."""
        mark = mark_of(self.facts.ticket.id, rule, text)
        self.steps.append(Step(rule, f"note:{mark}", text, did))

    def keep(self, rule: str, slot: str, value: str, did: str) -> None:
        """Something for our own screens."""
        self.steps.append(Step(rule, slot, value, did))
