"""What agents did in tickets that may lead to an order: written down when it happens, read when an order comes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from plugin.domain.facts import Message

EvidenceKind = Literal["agreed", "link", "child_code", "code", "ticket"]
"""agreed: an order was drawn up in the ticket · link: one was sent · code, child_code: sent to this customer ·
ticket: an agent answered."""
LINK_PARAMETER: Final = "mgn"
"""A link of ours carries its mark under this name."""
CHILD: Final = re.compile(r"-[23456789BCDFGHJKMNPQRSTVWXYZ]{7}", re.IGNORECASE)
"""What a single-use code adds to the agent's own (plugin/domain/child_codes.py)."""
_URL: Final = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
MOST_LINKS: Final = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something an agent did. `value` is the mark, link or folded code, "" where answering was all.

    `agent` is an e-mail address in lower case, None where the helpdesk does not say whose words they are.
    `helpdesk` is the vendor's name, `connection_id` the account in which `ticket` lies.
    """

    kind: EvidenceKind
    value: str
    agent: str | None
    helpdesk: str
    connection_id: int
    ticket: str
    channel: str
    at: datetime


def codes_in(text: str, owners: Mapping[str, str]) -> Iterator[tuple[EvidenceKind, str]]:
    """The codes that stand in an agent's words, folded: agents' own, and single-use ones made from them."""
    folded = text.casefold()
    for own in owners:
        for found in re.finditer(
            rf"(?<![\w-]){re.escape(own)}({CHILD.pattern})?(?![\w-])", folded, re.IGNORECASE
        ):
            yield ("child_code" if found[1] else "code"), found[0]


def links_in(text: str) -> Iterator[str]:
    """The links in an agent's words: the mark of one of ours, else host and path."""
    for found in list(_URL.finditer(text))[:MOST_LINKS]:
        place = place_of(found[0].rstrip(".,;:!?"))
        if place:
            yield place


def place_of(url: str) -> str:
    """What two visits to one link have in common: our mark, else the path; "" for a bare front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    mark = dict(parse_qsl(parts.query)).get(LINK_PARAMETER, "")
    if mark:
        return f"{LINK_PARAMETER}={mark}"[:200]
    path = parts.path.rstrip("/").casefold()
    return path[:200] if path.count("/") >= 1 and len(path) > 1 else ""


def owner_of(code: str, owners: Mapping[str, str]) -> str | None:
    """Whose code that is (folded), also of a single-use one; None for a code that is no agent's."""
    if code in owners:
        return owners[code]
    parent, child = code[:-8], code[-8:]
    return owners.get(parent) if CHILD.fullmatch(child) else None


def newest(evidence: Iterable[Evidence]) -> Evidence | None:
    """The latest of them."""
    return max(evidence, key=lambda one: (one.at, one.ticket), default=None)


@dataclass(frozen=True, slots=True)
class Handed:
    """What was found in a ticket, before it is known whose ticket that is. `source` is what it was found in."""

    kind: EvidenceKind
    value: str
    agent_id: str | None
    agent: str | None
    at: datetime
    source: str


def handed_in(message: Message, owners: Mapping[str, str]) -> tuple[Handed, ...]:
    """What an agent's public message hands to the customer: an answer, codes and links; a bot's hands nothing."""
    if message.from_customer or message.automated or not message.public:
        return ()
    found: list[tuple[EvidenceKind, str]] = [("ticket", ""), *codes_in(message.text, owners)]
    found += [("link", place) for place in links_in(message.text)]
    return tuple(
        Handed(
            kind, value, message.author_id or None, message.author_email, message.at, f"message:{message.id}"
        )
        for kind, value in dict.fromkeys(found)
    )
