"""What all effects on one ticket want of it together. No calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from plugin.domain.effects import Effect
from plugin.ports import PermanentError, Rejected

Args = Mapping[str, Any]
UNKNOWN_KIND: Final = "this version cannot do {kind} in Gorgias: install a newer one, then retry this"


@dataclass
class Wanted:
    """What shall be brought about. Of two values for one thing the later counts; notes are all written.

    `slots` are status, priority, group and assignee, in our words; `tags` say of each whether it shall be there;
    `notes` are texts by the marks that stand in them.
    """

    slots: dict[str, str] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)
    code: str | None = None
    notes: dict[str, str] = field(default_factory=dict)
    reply: str | None = None


def wanted_of(effects: Sequence[Effect]) -> Wanted:
    """All effects as one wish; PermanentError for one that is not known here, before anything is sent."""
    made = Wanted()
    for effect in effects:
        put = PUT_IN.get(effect.kind)
        if put is None:
            raise PermanentError(UNKNOWN_KIND.format(kind=effect.kind))
        put(made, effect.args)
    return made


def wanted_tags(args: Args) -> dict[str, bool]:
    """Tag → whether it shall be there; one that is named twice shall."""
    return dict.fromkeys(args["remove"], False) | dict.fromkeys(args["add"], True)


def note_text(args: Args) -> str:
    """An internal note with its mark, by which a repeat finds it."""
    text, mark = str(args["text"]), str(args["mark"])
    return text if mark in text else f"{text}\n\n{mark}"


def _reason_code(wanted: Wanted, args: Args) -> None:
    wanted.code = args["code"]


def _group(wanted: Wanted, args: Args) -> None:
    group = str(args["group"])
    if not (group.isascii() and group.isdigit()):
        raise Rejected(f"{group!r} is no team of Gorgias: name it by its number in the rules, as 4", {})
    wanted.slots["group"] = group


def _assignee(wanted: Wanted, args: Args) -> None:
    wanted.slots["assignee"] = str(args["assignee"])


def _priority(wanted: Wanted, args: Args) -> None:
    wanted.slots["priority"] = args["priority"]


def _status(wanted: Wanted, args: Args) -> None:
    wanted.slots["status"] = args["status"]


def _tags(wanted: Wanted, args: Args) -> None:
    wanted.tags |= wanted_tags(args)


def _note(wanted: Wanted, args: Args) -> None:
    wanted.notes[str(args["mark"])] = note_text(args)


def _reply(wanted: Wanted, args: Args) -> None:
    wanted.reply = str(args["text"])


PUT_IN: Final[Mapping[str, Callable[[Wanted, Args], None]]] = {
    "set_reason_code": _reason_code,
    "set_group": _group,
    "set_assignee": _assignee,
    "set_priority": _priority,
    "set_status": _status,
    "change_tags": _tags,
    "add_note": _note,
    "send_reply": _reply,
}
