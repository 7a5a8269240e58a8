"""Whether an effect is there already: asked before a repeat, so that nothing lands twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from plugin.domain.effects import Effect
from plugin.helpdesks.zendesk.comments import read_conversation
from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.reasons import field_value, needed_field_id, value_of
from plugin.helpdesks.zendesk.update import Args, is_number, tag_text
from plugin.ports import Api, NotFound


@dataclass
class Look:
    """A ticket as just read, and what else must be looked at to know."""

    api: Api
    ticket_id: str
    ticket: Part

    def has(self, effect: Effect) -> bool:
        """Whether the ticket shows this effect; a public answer never does, it might be somebody's like words."""
        seen = IN_PLACE.get(effect.kind)
        return seen is not None and seen(self, effect.args)

    @cached_property
    def comments(self) -> str:
        """All words of the newest hundred comments, one text."""
        found = read_conversation(self.api, self.ticket_id, None).comments
        return "\n".join(part.at(name).text() for part in found for name in ("body", "html_body"))

    def assignee_email(self) -> str | None:
        """The address of whoever has the ticket."""
        assignee = self.ticket.at("assignee_id").id()
        if assignee is None:
            return None
        try:
            return Part(self.api.get(f"/api/v2/users/{assignee}")).at("user").at("email").word()
        except NotFound:
            return None


def _reason_code(look: Look, args: Args) -> bool:
    connection = look.api.connection
    return field_value(look.ticket, needed_field_id(connection)) == value_of(connection, args["code"])


def _group(look: Look, args: Args) -> bool:
    return look.ticket.at("group_id").id() == str(args["group"])


def _assignee(look: Look, args: Args) -> bool:
    wanted = str(args["assignee"])
    if is_number(wanted):
        return look.ticket.at("assignee_id").id() == wanted
    return look.assignee_email() == wanted.lower()


def _priority(look: Look, args: Args) -> bool:
    return look.ticket.at("priority").word() == str(args["priority"])


def _status(look: Look, args: Args) -> bool:
    return look.ticket.at("status").word() == str(args["status"])


def _tags(look: Look, args: Args) -> bool:
    held = {tag.text() for tag in look.ticket.at("tags").items()}
    return held.issuperset(map(tag_text, args["add"])) and held.isdisjoint(map(tag_text, args["remove"]))


def _note(look: Look, args: Args) -> bool:
    return str(args["mark"]) in look.comments


IN_PLACE: Mapping[str, Callable[[Look, Args], bool]] = {
    "set_reason_code": _reason_code,
    "set_group": _group,
    "set_assignee": _assignee,
    "set_priority": _priority,
    "set_status": _status,
    "change_tags": _tags,
    "add_note": _note,
}
