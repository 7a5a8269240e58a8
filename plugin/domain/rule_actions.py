"""What a rule can do: each action's value as written, and the steps that it takes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from plugin.domain.people import OFF, ON
from plugin.domain.rule_fields import PRIORITIES
from plugin.domain.rule_outcome import CALL_BACK_TAG, Draft
from plugin.domain.rule_values import Vocabulary
from plugin.domain.setting_errors import Wrong
from plugin.domain.tags import tag_slot
from plugin.domain.teams import first_open
from plugin.domain.written import folded, id_of, one_of, some_of, text_of

STATUSES_SET: Final = ("open", "pending", "solved")
TAG_OPERATORS: Final = ("add", "remove")
MOST_NOTE: Final = 5_000
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{2,30}")
NEVER_OPEN: Final = "none of these teams ever opens: look at their hours and holidays"
NO_NUMBER: Final = "no phone number is known"


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a rule, checked. `operator` is `add` or `remove` for tags, "" for all else."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class ActionKind:
    """A sort of action. `act` gives a remark for the trace where it could do nothing; `says` is for admins."""

    name: str
    read: Callable[[object, Vocabulary], Any]
    act: Callable[[Draft, str, Action], str]
    says: str
    slots: Callable[[Action], Mapping[str, str]] = lambda action: {}


def _hold(draft: Draft, rule: str, action: Action) -> str:
    draft.hold(rule, action.field, action.value)
    return ""


def _tags(draft: Draft, rule: str, action: Action) -> str:
    for tag in action.value:
        draft.tag(rule, tag, _wanted(action))
    return ""


def _wanted(action: Action) -> str:
    return ON if action.operator == "add" else OFF


def _note(draft: Draft, rule: str, action: Action) -> str:
    draft.note(rule, action.value)
    return ""


def _team_by_hours(draft: Draft, rule: str, action: Action) -> str:
    """The first team that is open; while all sleep, the one that wakes first."""
    by_name = {team.name: team for team in draft.facts.teams}
    teams = [by_name[name] for name in action.value if name in by_name]
    opening = first_open(teams, draft.facts.now)
    if opening is None:
        return NEVER_OPEN
    when = "is open" if opening.at == draft.facts.now else f"opens next, {opening.at:%Y-%m-%d %H:%M} UTC"
    did = f"group {opening.team.group} ({opening.team.name} {when})"
    draft.hold(rule, "group", opening.team.group, did)
    return ""


def _call_back(draft: Draft, rule: str, action: Action) -> str:
    """A task: a note with number and reason, and a tag by which a view of the helpdesk lists it."""
    number = action.value or draft.facts.ticket.requester.phone or ""
    draft.keep(rule, "call_back", number, f"call_back {number}".strip())
    draft.note(rule, f"Call the customer back: {number or NO_NUMBER}. Reason: {rule}")
    draft.tag(rule, CALL_BACK_TAG, ON)
    return ""


def _suggest_macro(draft: Draft, rule: str, action: Action) -> str:
    draft.keep(rule, f"macro:{action.value}", action.value, f"suggest_macro {action.value}")
    return ""


def _offer(draft: Draft, rule: str, action: Action) -> str:
    draft.keep(rule, f"offer:{action.value}", action.value, f"offer {action.value}")
    return ""


def _no_bots(draft: Draft, rule: str, action: Action) -> str:
    draft.keep(rule, "no_bots", "true", "no_bots")
    return ""


def _read_teams(raw: object, vocabulary: Vocabulary) -> tuple[str, ...]:
    if not vocabulary.teams:
        raise Wrong("there are no teams: write them under `teams`, with their hours")
    if isinstance(raw, str) and raw.strip().casefold() == "all":
        return tuple(vocabulary.teams.values())
    return some_of(raw, lambda one: one_of(one, vocabulary.teams, "team"))


def _read_phone(raw: object, vocabulary: Vocabulary) -> str:
    if raw is None or raw == "":
        return ""
    text = text_of(raw)
    if not _PHONE.fullmatch(text):
        raise Wrong('must be a phone number in quotes, or "" for the number of whoever wrote')
    return text


def _read_no_bots(raw: object, vocabulary: Vocabulary) -> bool:
    if raw is not None and raw is not True:
        raise Wrong("must be true, or left out: no rule hands a customer back to bots")
    return True


def _read_tags(raw: object, vocabulary: Vocabulary) -> tuple[str, ...]:
    return some_of(raw, text_of)


def _choice_of(names: tuple[str, ...], what: str) -> Callable[[object, Vocabulary], str]:
    return lambda raw, vocabulary: one_of(raw, folded(names), what)


def _own_slot(action: Action) -> Mapping[str, str]:
    return {action.field: action.value}


_ALL: Final = (
    ActionKind("group", lambda raw, _: id_of(raw), _hold, "the team, by its id in the helpdesk", _own_slot),
    ActionKind("assignee", lambda raw, _: id_of(raw), _hold, "the agent, by id or e-mail address", _own_slot),
    ActionKind(
        "priority", _choice_of(PRIORITIES, "priority"), _hold, "low, normal, high or urgent", _own_slot
    ),
    ActionKind("status", _choice_of(STATUSES_SET, "status"), _hold, "open, pending or solved", _own_slot),
    ActionKind(
        "tags",
        _read_tags,
        _tags,
        "a list of tags, with `operator: add` or `remove`; all others stay",
        lambda action: dict.fromkeys(map(tag_slot, action.value), _wanted(action)),
    ),
    ActionKind(
        "note",
        lambda raw, _: text_of(raw, MOST_NOTE),
        _note,
        "an internal note; the same note of the same rule is written once on a ticket",
    ),
    ActionKind(
        "team_by_hours",
        _read_teams,
        _team_by_hours,
        "names of teams, or `all`: the first that is open now, else the one that opens next",
        lambda action: {"group": f"the first open of {', '.join(action.value)}"},
    ),
    ActionKind(
        "call_back",
        _read_phone,
        _call_back,
        f'a phone number, or "": a note with number and reason, and the tag {CALL_BACK_TAG}',
        lambda action: {tag_slot(CALL_BACK_TAG): ON},
    ),
    ActionKind("suggest_macro", lambda raw, _: id_of(raw), _suggest_macro, "the id of a macro"),
    ActionKind(
        "offer", lambda raw, names: one_of(raw, names.offers, "offer"), _offer, "the name of an offer"
    ),
    ActionKind("no_bots", _read_no_bots, _no_bots, "true: only a person may answer"),
)

ACTIONS: Final[Mapping[str, ActionKind]] = {one.name: one for one in _ALL}
"""All actions by name, in the order of the contract."""


def slots_of(action: Action) -> Mapping[str, str]:
    """The slots that an action sets, and to what, as far as that is known without a ticket."""
    return ACTIONS[action.field].slots(action)
