"""Rules: when this happens and that is so, do this. Data in, compiled once a settings version, run in their order.

A rule sees what the rules before it have set. A later rule wins a slot that holds one value, and the trace says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from plugin.domain.money import Digits
from plugin.domain.rule_actions import ACTIONS, Action
from plugin.domain.rule_fields import FIELDS, RuleFacts
from plugin.domain.rule_operators import CHANGES, OPERATORS, Terms, Test
from plugin.domain.rule_outcome import Answer, Draft, Outcome
from plugin.domain.rule_view import NOT_SEEN_BEFORE, View

OF_THE_SHOP: Final = ("customer.", "order.")
NOT_KNOWN: Final = "{0}: not known yet"
STOPPED: Final = (
    "stopped on this ticket: it wrote too often within an hour, and rests until that is an hour ago"
)
STOPPED_NOTE: Final = (
    "The rule “{0}” was stopped on this ticket: it wrote too often within an hour, and rests until that is an "
    "hour ago. Something may be undoing what it does: an admin should look at the rules and triggers."
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one field, checked. `value` is one value, a tuple of several, or None."""

    field: str
    operator: str
    value: Any = None

    @property
    def text(self) -> str:
        """As a person would say it: "customer.tier is Concierge"."""
        several = isinstance(self.value, tuple)
        value = ", ".join(map(str, self.value)) if several else "" if self.value is None else str(self.value)
        return f"{self.field} {self.operator} {value}".strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """A tenant's rule, checked: met when every condition of `all_of` is, and one of `any_of` where it has some."""

    name: str
    on: frozenset[str]
    all_of: tuple[Condition, ...]
    any_of: tuple[Condition, ...]
    actions: tuple[Action, ...]


class _Question(NamedTuple):
    """A condition ready to be asked."""

    field: str
    text: str
    denies: bool
    test: Test
    of_change: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule ready to run."""

    name: str
    on: frozenset[str]
    all_of: tuple[_Question, ...]
    any_of: tuple[_Question, ...]
    actions: tuple[Action, ...]


class Conditions:
    """Conditions alone, ready to be asked: an offer's `when`."""

    def __init__(
        self, all_of: Iterable[Condition], any_of: Iterable[Condition], currency: str | None, digits: Digits
    ) -> None:
        terms = Terms(currency, digits)
        self._digits = digits
        self._all = tuple(_question(condition, terms) for condition in all_of)
        self._any = tuple(_question(condition, terms) for condition in any_of)

    def answer(self, facts: RuleFacts) -> Answer:
        """Whether they are met, what they saw, and which one was not."""
        return _ask("", self._all, self._any, View(facts, self._digits))


class Rulebook:
    """All rules of one settings version, ready to run; safe to share between threads."""

    def __init__(self, rules: Sequence[Rule], currency: str | None, digits: Digits) -> None:
        terms = Terms(currency, digits)
        self._digits = digits
        self._rules = tuple(_ready(rule, terms) for rule in rules)
        self.asks_the_shop = any(
            question.field.startswith(OF_THE_SHOP)
            for rule in self._rules
            for question in (*rule.all_of, *rule.any_of)
        )
        """Whether some condition can only be answered by the shop."""

    def __len__(self) -> int:
        return len(self._rules)

    def run(self, facts: RuleFacts) -> Outcome:
        """Ask every rule that is for what happened, each once, in the written order."""
        view = View(facts, self._digits)
        draft = Draft(facts, view)
        asked = (rule for rule in self._rules if not facts.happened.isdisjoint(rule.on))
        answers = tuple(_run(rule, draft) for rule in asked)
        return Outcome(answers, tuple(draft.steps))


def _ready(rule: Rule, terms: Terms) -> _Ready:
    return _Ready(
        rule.name,
        rule.on,
        tuple(_question(condition, terms) for condition in rule.all_of),
        tuple(_question(condition, terms) for condition in rule.any_of),
        rule.actions,
    )


def _question(condition: Condition, terms: Terms) -> _Question:
    operator, field = OPERATORS[condition.operator], FIELDS[condition.field]
    test = operator.build(field, condition.value, terms)
    return _Question(field.name, condition.text, operator.denies, test, condition.operator in CHANGES)


def _run(rule: _Ready, draft: Draft) -> Answer:
    answer = _ask(rule.name, rule.all_of, rule.any_of, draft.view)
    if not answer.fired:
        return answer
    if rule.name in draft.facts.stopped:
        draft.note(rule.name, STOPPED_NOTE.format(rule.name))
        return Answer(rule.name, False, answer.seen, STOPPED)
    remarks = [ACTIONS[action.field].act(draft, rule.name, action) for action in rule.actions]
    return Answer(rule.name, True, answer.seen, "; ".join(filter(None, remarks)))


def _ask(name: str, all_of: tuple[_Question, ...], any_of: tuple[_Question, ...], view: View) -> Answer:
    """The conditions in their order; no further than the first that decides."""
    seen: dict[str, Any] = {}
    for question in all_of:
        if not _met(question, view, seen):
            return Answer(name, False, seen, _unmet(question, view))
    if not any_of:
        return Answer(name, True, seen)
    for question in any_of:
        if _met(question, view, seen):
            return Answer(name, True, seen)
    return Answer(name, False, seen, "none of these: " + "; ".join(_unmet(one, view) for one in any_of))


def _met(question: _Question, view: View, seen: dict[str, Any]) -> bool:
    field, _, denies, test, _ = question
    key, seen[field], known = view.looks.get(field) or view.look(field)
    return (known or not denies) and test(key, view)


def _unmet(question: _Question, view: View) -> str:
    """The condition that was not met, with what it saw."""
    look = view.look(question.field)
    if not look.known and look.shown in (None, []):
        return NOT_KNOWN.format(question.text)
    if not question.of_change:
        return f"{question.text}: saw {_said(look.shown)}"
    before = view.before(question.field)
    was = "not seen before" if before is NOT_SEEN_BEFORE else f"was {_said(before)}"
    return f"{question.text}: {was}, is {_said(look.shown)}"


def _said(shown: Any) -> str:
    if isinstance(shown, list):
        return ", ".join(map(str, shown)) or "nothing"
    if isinstance(shown, bool):
        return str(shown).lower()
    return "nothing" if shown in (None, "") else str(shown)
