"""The conversation of a ticket: the newest messages, whose they are, and what is new in each.

https://developers.gorgias.com/reference/the-ticketmessage-object
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from plugin.documents import Part
from plugin.domain.facts import Message
from plugin.domain.message_text import newest_text, text_of_html
from plugin.helpdesks.gorgias.paging import pages
from plugin.helpdesks.gorgias.words import INTERNAL_NOTE
from plugin.ports import Api

MESSAGES = "/api/messages"
BY_A_RULE: Final = "rule"
BOT: Final = "bot"


@dataclass
class Conversation:
    """What was read of it. `complete` is false when older messages were left unread."""

    items: list[Part] = field(default_factory=list)
    complete: bool = True

    def messages(self, bots: Collection[str] = ()) -> tuple[Message, ...]:
        """The messages in our words, oldest first; `bots` are the ids of users that are none."""
        made = [_message(item, bots) for item in self.items]
        return tuple(sorted(made, key=lambda message: (message.at, len(message.id), message.id)))


def read_conversation(api: Api, ticket_id: str, since: str | None) -> Conversation:
    """The newest hundred messages, and all after `since` (as far back as is kept readable)."""
    talk = Conversation()
    params = {"ticket_id": ticket_id, "order_by": "created_datetime:desc"}
    for page in pages(api, MESSAGES, params):
        talk.items += page.items
        talk.complete = page.after is None
        if _is_newest_first(talk.items) and _reaches(page.items, since):
            break
    return talk


def marks_in(api: Api, ticket_id: str, marks: Iterable[str]) -> set[str]:
    """Which of these marks stand in the newest hundred messages."""
    items = read_conversation(api, ticket_id, None).items
    words = "\n".join(item.at(name).text() for item in items for name in ("body_text", "body_html"))
    return {mark for mark in marks if mark in words}


def is_internal(item: Part) -> bool:
    """Whether only the shop's own people see it."""
    return item.at("channel").word() == INTERNAL_NOTE or item.at("public").value is False


def is_from_customer(item: Part) -> bool:
    """Whether the customer wrote it."""
    return item.at("from_agent").value is not True and not is_internal(item)


def role_of(user: Part) -> str | None:
    """What a user is in the shop ("admin", "agent", "bot"), where that is shown."""
    role = Part(None) if user.value is None else user.at("role")
    return role.at("name").word() if isinstance(role.value, dict) else role.word()


def _message(item: Part, bots: Collection[str]) -> Message:
    sender = item.at("sender")
    author = "" if sender.value is None else sender.at("id").id() or ""
    by_agent = item.at("from_agent").value is True
    return Message(
        id=item.at("id").own_id(),
        author_id=author,
        from_customer=is_from_customer(item),
        public=not is_internal(item),
        text=_text(item),
        at=item.at("created_datetime").instant(),
        automated=_is_by_a_rule(item) or (by_agent and (author in bots or role_of(sender) == BOT)),
        macros=tuple(macro.at("id").own_id() for macro in item.at("macros").items()),
        author_email=None if sender.value is None else sender.at("email").text().strip().lower() or None,
    )


def _text(item: Part) -> str:
    """What is new in it: Gorgias' own reading of that first, then the whole text, then what can be read of HTML."""
    for name in ("stripped_text", "body_text"):
        text = item.at(name).text()
        if text.strip():
            return newest_text(text)
    return newest_text(text_of_html(item.at("body_html").text()))


def _is_by_a_rule(item: Part) -> bool:
    return item.at("rule_id").value is not None or item.at("via").word() == BY_A_RULE


def _is_newest_first(items: Sequence[Part]) -> bool:
    """Whether the order asked for was kept; where it was not, the newest are on the last page."""
    if not items:
        return True
    return items[0].at("created_datetime").instant() >= items[-1].at("created_datetime").instant()


def _reaches(items: Sequence[Part], since: str | None) -> bool:
    """Whether these go back to the message known already, or behind where it was."""
    if since is None or not (since.isascii() and since.isdigit()):
        return True
    numbers = [int(item.at("id").own_id()) for item in items]
    return int(since) in numbers or max(numbers, default=0) < int(since)
