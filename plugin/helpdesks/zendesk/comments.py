"""The conversation of a ticket: the newest comments, who wrote them, and what is new in each.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from plugin.domain.facts import Message
from plugin.domain.message_text import newest_text, text_of_html
from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.paging import pages
from plugin.ports import Api

NEWEST_FIRST = {"include": "users", "sort": "-created_at", "sort_order": "desc"}
"""`sort` is the word of cursor paging, `sort_order` that of offset paging."""
CUSTOMER = "end-user"
RULES = frozenset({"rule", "system"})
BOTS = ("answer_bot", "ai_agent")
"""How the channels of Zendesk's own bots begin."""


@dataclass
class Conversation:
    """What was read of it. `complete` is false when older comments were left unread."""

    comments: list[Part] = field(default_factory=list)
    users: dict[str, Part] = field(default_factory=dict)
    complete: bool = True

    def messages(self, requester_id: str | None) -> tuple[Message, ...]:
        """The comments in our words, oldest first."""
        made = [self._message(comment, requester_id) for comment in self.comments]
        return tuple(sorted(made, key=lambda message: (message.at, len(message.id), message.id)))

    def _message(self, comment: Part, requester_id: str | None) -> Message:
        author = comment.at("author_id").id() or ""
        return Message(
            id=comment.at("id").own_id(),
            author_id=author,
            from_customer=bool(author) and (author == requester_id or self._is_customer(author)),
            public=comment.at("public").value is not False,
            text=newest_text(_plain(comment)),
            at=comment.at("created_at").instant(),
            automated=_is_automated(comment, author),
            author_email=self._email(author),
        )

    def _email(self, user_id: str) -> str | None:
        user = self.users.get(user_id)
        return None if user is None else user.at("email").text().strip().lower() or None

    def _is_customer(self, user_id: str) -> bool:
        user = self.users.get(user_id)
        return user is not None and user.at("role").word() == CUSTOMER


def read_conversation(api: Api, ticket_id: str, since: str | None) -> Conversation:
    """The newest hundred comments, and all after `since` (as far back as is kept readable)."""
    talk = Conversation()
    for page in pages(api, f"/api/v2/tickets/{ticket_id}/comments", "comments", NEWEST_FIRST):
        talk.comments += page.items
        talk.users |= {user.at("id").own_id(): user for user in page.document.at("users").items()}
        talk.complete = not page.more
        if _is_newest_first(talk.comments) and _reaches(page.items, since):
            break
    return talk


def _is_newest_first(comments: Sequence[Part]) -> bool:
    """Whether the order asked for was kept; where it was not, the newest are on the last page."""
    first, last = comments[:1], comments[-1:]
    return all(
        a.at("created_at").instant() >= b.at("created_at").instant() for a, b in zip(first, last, strict=True)
    )


def _reaches(comments: Sequence[Part], since: str | None) -> bool:
    """Whether these go back to the message known already, or behind where it was."""
    if since is None or not (since.isascii() and since.isdigit()):
        return True
    numbers = [int(comment.at("id").own_id()) for comment in comments]
    return int(since) in numbers or max(numbers, default=0) < int(since)


def _is_automated(comment: Part, author: str) -> bool:
    """Written by a trigger, an automation, a bot or Zendesk itself (which is user -1)."""
    via = comment.at("via")
    channel = "" if via.value is None else via.at("channel").word() or ""
    return author.startswith("-") or channel in RULES or channel.startswith(BOTS)


def _plain(comment: Part) -> str:
    """The words of a comment; of one that has only HTML, what can be read of that."""
    plain = comment.at("plain_body").text().replace("&nbsp;", " ") or comment.at("body").text()
    return plain if plain.strip() else text_of_html(comment.at("html_body").text())
