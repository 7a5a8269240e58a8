"""`rules:` of a settings document, read into rules; everything that is wrong in it is told at once, with its path."""

from collections.abc import Mapping
from typing import Any, Final

from plugin.domain.rule_actions import ACTIONS, TAG_OPERATORS, Action, slots_of
from plugin.domain.rule_fields import EVENTS, FIELDS
from plugin.domain.rule_operators import operators_of
from plugin.domain.rule_values import Vocabulary, read_value
from plugin.domain.rules import Condition, Rule
from plugin.domain.setting_errors import Errors, Wrong, listed, quoted
from plugin.domain.written import name_of

MOST_RULES: Final = 500
MOST_CONDITIONS: Final = 50
MOST_ACTIONS: Final = 30

_RULE_KEYS: Final = ("name", "on", "conditions", "actions")
_CONDITION_KEYS: Final = ("field", "operator", "value")
_ACTION_KEYS: Final = ("field", "operator", "value")
_GROUPS: Final = ("all", "any")


class _Unreadable(Exception):
    """This part cannot be read; its errors are noted already."""


def parse_rules(written: object, vocabulary: Vocabulary, errors: Errors) -> tuple[Rule, ...]:
    """The rules, in their order. What is wrong goes into `errors`; a rule with errors is left out."""
    if not _is_list(written, "rules", "rules", MOST_RULES, errors):
        return ()
    assert isinstance(written, list | tuple)
    _check_names(written, errors)
    rules = (_rule(item, f"rules[{number}]", vocabulary, errors) for number, item in enumerate(written))
    return tuple(rule for rule in rules if rule is not None)


def parse_conditions(
    written: object, path: str, vocabulary: Vocabulary, errors: Errors
) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """The conditions under `all` and under `any`; none of either is no constraint."""
    if written is None:
        return (), ()
    if not isinstance(written, Mapping):
        errors.add(path, "must be {all: [...], any: [...]}")
        return (), ()
    _only_known(written, _GROUPS, path, errors)
    all_of, any_of = (_group(written.get(key), f"{path}.{key}", vocabulary, errors) for key in _GROUPS)
    if len(all_of) + len(any_of) > MOST_CONDITIONS:
        errors.add(path, f"must not hold more than {MOST_CONDITIONS} conditions")
    return all_of, any_of


def _rule(item: object, path: str, vocabulary: Vocabulary, errors: Errors) -> Rule | None:
    if not isinstance(item, Mapping):
        errors.add(path, "must be a rule: {name, on, conditions, actions}")
        return None
    before = len(errors.found)
    _only_known(item, _RULE_KEYS, path, errors)
    name = _name(item, path, errors)
    on = _events(item.get("on"), f"{path}.on", errors)
    all_of, any_of = parse_conditions(item.get("conditions"), f"{path}.conditions", vocabulary, errors)
    actions = _actions(item.get("actions"), f"{path}.actions", vocabulary, errors)
    if len(errors.found) > before:
        return None
    return Rule(name, on, all_of, any_of, actions)


def _name(item: Mapping[Any, Any], path: str, errors: Errors) -> str:
    try:
        return name_of(item.get("name"))
    except Wrong as wrong:
        errors.add(f"{path}.name", "is missing" if item.get("name") is None else str(wrong))
        return ""


def _check_names(items: list[Any] | tuple[Any, ...], errors: Errors) -> None:
    """A trace names a rule by its name alone, so two must not share one."""
    taken: dict[str, int] = {}
    for number, item in enumerate(items):
        name = item.get("name") if isinstance(item, Mapping) else None
        if isinstance(name, str):
            first = taken.setdefault(name.strip().casefold(), number)
            if first != number:
                errors.add(f"rules[{number}].name", f"{quoted(name)} is the name of rules[{first}] already")


def _events(written: object, path: str, errors: Errors) -> frozenset[str]:
    if written is None or not isinstance(written, list | tuple) or not written:
        errors.add(path, f"must be a list of at least one of: {listed(EVENTS)}")
        return frozenset()
    for number, event in enumerate(written):
        if not isinstance(event, str) or event not in EVENTS:
            errors.add(f"{path}[{number}]", f"{quoted(event)} is no event; there is: {listed(EVENTS)}")
    return frozenset(event for event in written if isinstance(event, str))


def _group(written: object, path: str, vocabulary: Vocabulary, errors: Errors) -> tuple[Condition, ...]:
    if written is None:
        return ()
    if not _is_list(written, path, "conditions", MOST_CONDITIONS, errors):
        return ()
    assert isinstance(written, list | tuple)
    found = []
    for number, item in enumerate(written):
        try:
            found.append(_condition(item, f"{path}[{number}]", vocabulary, errors))
        except _Unreadable:
            continue
    return tuple(found)


def _condition(item: object, path: str, vocabulary: Vocabulary, errors: Errors) -> Condition:
    """One condition; an unknown field says nothing of operator and value, so those are then not looked at."""
    if not isinstance(item, Mapping):
        errors.add(path, "must be a condition: {field, operator, value}")
        raise _Unreadable
    _only_known(item, _CONDITION_KEYS, path, errors)
    field = FIELDS[_known(item.get("field"), tuple(FIELDS), f"{path}.field", "field", errors)]
    allowed, what = operators_of(field), f"operator of {field.name}"
    operator = _known(item.get("operator"), allowed, f"{path}.operator", what, errors)
    try:
        return Condition(field.name, operator, read_value(field, operator, item.get("value"), vocabulary))
    except Wrong as wrong:
        _value_error(item, path, wrong, errors)
        raise _Unreadable from None


def _actions(written: object, path: str, vocabulary: Vocabulary, errors: Errors) -> tuple[Action, ...]:
    if not isinstance(written, list | tuple) or not written:
        errors.add(path, f"must be a list of at least one action: {listed(ACTIONS)}")
        return ()
    if not _is_list(written, path, "actions", MOST_ACTIONS, errors):
        return ()
    found: dict[int, Action] = {}
    for number, item in enumerate(written):
        try:
            found[number] = _action(item, f"{path}[{number}]", vocabulary, errors)
        except _Unreadable:
            continue
    _check_slots(found, path, errors)
    return tuple(found.values())


def _action(item: object, path: str, vocabulary: Vocabulary, errors: Errors) -> Action:
    if not isinstance(item, Mapping):
        errors.add(path, "must be an action: {field, value}")
        raise _Unreadable
    _only_known(item, _ACTION_KEYS, path, errors)
    name = _known(item.get("field"), tuple(ACTIONS), f"{path}.field", "action", errors)
    operator = _action_operator(item, name, path, errors)
    try:
        return Action(name, operator, ACTIONS[name].read(item.get("value"), vocabulary))
    except Wrong as wrong:
        _value_error(item, path, wrong, errors)
        raise _Unreadable from None


def _action_operator(item: Mapping[Any, Any], name: str, path: str, errors: Errors) -> str:
    if name == "tags":
        return _known(item.get("operator"), TAG_OPERATORS, f"{path}.operator", "operator of tags", errors)
    if item.get("operator") is not None:
        errors.add(f"{path}.operator", f"{name} takes no operator: leave it out")
    return ""


def _check_slots(actions: Mapping[int, Action], path: str, errors: Errors) -> None:
    """One rule must not want two things of one slot."""
    taken: dict[str, tuple[int, str]] = {}
    for number, action in actions.items():
        for slot, value in slots_of(action).items():
            first, wanted = taken.setdefault(slot, (number, value))
            if first != number and wanted != value:
                errors.add(f"{path}[{number}]", f"sets {slot} otherwise than actions[{first}] does: keep one")


def _known(raw: object, names: tuple[str, ...], path: str, what: str, errors: Errors) -> str:
    if isinstance(raw, str) and raw in names:
        return raw
    said = "is missing" if raw is None else f"{quoted(raw)} is no {what}"
    errors.add(path, f"{said}; there is: {listed(names, most=40)}")
    raise _Unreadable


def _value_error(item: Mapping[Any, Any], path: str, wrong: Wrong, errors: Errors) -> None:
    missing = item.get("value") is None and not wrong.step
    errors.add(f"{path}.value{wrong.step}", f"is missing: it {wrong}" if missing else str(wrong))


def _only_known(item: Mapping[Any, Any], keys: tuple[str, ...], path: str, errors: Errors) -> None:
    for key in item:
        if key not in keys:
            errors.add(f"{path}.{key}", f"no such setting here; there is: {listed(keys)}")


def _is_list(written: object, path: str, what: str, most: int, errors: Errors) -> bool:
    if not isinstance(written, list | tuple):
        errors.add(path, f"must be a list of {what}")
        return False
    if len(written) > most:
        errors.add(path, f"must not hold more than {most} {what}; this holds {len(written)}")
        return False
    return True
