"""One update of a ticket: what all effects on it make together, as the API takes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plugin.domain.effects import Effect
from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.reasons import field_value, needed_field_id, value_of
from plugin.ports import Connection, PermanentError

Args = Mapping[str, Any]
UNKNOWN_KIND = "this version cannot do {kind} in Zendesk: install a newer one, then retry this"


@dataclass
class Update:
    """What shall be brought about. Of two values for one thing the later counts; notes are all written."""

    connection: Connection
    plain: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)
    """Tag → whether it shall be there."""
    notes: list[str] = field(default_factory=list)
    reply: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.plain or self.fields or self.tags or self.notes or self.reply is not None)

    def body(self, ticket: Part | None, stamp: str) -> dict[str, Any]:
        """The body of a safe update; `ticket` as just read, needed where tags are written."""
        change: dict[str, Any] = {**self.plain, "safe_update": True, "updated_stamp": stamp}
        if self.fields:
            change["custom_fields"] = [
                {"id": int(field_id), "value": value} for field_id, value in self.fields.items()
            ]
        if self.tags and ticket is not None:
            change["tags"] = self._all_tags(ticket)
        if self.reply is not None or self.notes:
            change["comment"] = self._comment()
        return {"ticket": change}

    def _all_tags(self, ticket: Part) -> list[str]:
        """Every tag, since these replace all: also that of an option set here, and no more of the one it replaces."""
        wanted = dict(self.tags)
        for field_id, value in self.fields.items():
            former = field_value(ticket, field_id)
            wanted |= ({former: False} if former else {}) | {value: True}
        held = [tag.text() for tag in ticket.at("tags").items()]
        kept = [tag for tag in held if wanted.get(tag, True)]
        return kept + [tag for tag, shall in wanted.items() if shall and tag not in kept]

    def _comment(self) -> dict[str, Any]:
        if self.reply is not None:
            return {"body": self.reply, "public": True}
        return {"body": "\n\n".join(self.notes), "public": False}


def update_of(connection: Connection, effects: Sequence[Effect]) -> Update:
    """All effects as one update; PermanentError for one that is not known here."""
    made = Update(connection)
    for effect in effects:
        put = PUT_IN.get(effect.kind)
        if put is None:
            raise PermanentError(UNKNOWN_KIND.format(kind=effect.kind))
        put(made, effect.args)
    return made


def note_text(args: Args) -> str:
    """An internal note with its mark, by which a repeat finds it."""
    text, mark = str(args["text"]), str(args["mark"])
    return text if mark in text else f"{text}\n\n{mark}"


def wanted_tags(args: Args) -> dict[str, bool]:
    """Tag → whether it shall be there."""
    gone, there = map(tag_text, args["remove"]), map(tag_text, args["add"])
    return dict.fromkeys(gone, False) | dict.fromkeys(there, True)


def tag_text(tag: str) -> str:
    """A tag as Zendesk keeps it: small letters, and one word, for a space would make it two."""
    return "_".join(tag.lower().split())


def is_number(text: str) -> bool:
    """Whether this is an id, and no name or address."""
    return text.isascii() and text.isdigit()


def _reason_code(update: Update, args: Args) -> None:
    update.fields[needed_field_id(update.connection)] = value_of(update.connection, args["code"])


def _group(update: Update, args: Args) -> None:
    group = str(args["group"])
    if not is_number(group):
        raise PermanentError(f"{group!r} is no group of Zendesk: name it by its number in the rules, as 211")
    update.plain["group_id"] = int(group)


def _assignee(update: Update, args: Args) -> None:
    wanted = str(args["assignee"])
    for name in ("assignee_id", "assignee_email"):
        update.plain.pop(name, None)
    update.plain |= {"assignee_id": int(wanted)} if is_number(wanted) else {"assignee_email": wanted}


def _priority(update: Update, args: Args) -> None:
    update.plain["priority"] = args["priority"]


def _status(update: Update, args: Args) -> None:
    update.plain["status"] = args["status"]


def _tags(update: Update, args: Args) -> None:
    update.tags |= wanted_tags(args)


def _note(update: Update, args: Args) -> None:
    update.notes.append(note_text(args))


def _reply(update: Update, args: Args) -> None:
    update.reply = args["text"]


PUT_IN: Mapping[str, Callable[[Update, Args], None]] = {
    "set_reason_code": _reason_code,
    "set_group": _group,
    "set_assignee": _assignee,
    "set_priority": _priority,
    "set_status": _status,
    "change_tags": _tags,
    "add_note": _note,
    "send_reply": _reply,
}
