"""Names of the business in the reader's language, and how words from outside are set apart in a page."""

import re
from collections.abc import Mapping

from flask_babel import gettext
from markupsafe import Markup, escape

from plugin.domain.reason_codes import SEPARATOR
from plugin.web.known_texts import N_

STATES = {
    "pending": N_("waiting"),
    "sending": N_("being sent"),
    "done": N_("done"),
    "dead": N_("failed"),
    "unknown": N_("outcome unknown"),
    "held": N_("held back"),
    "withheld": N_("left to a person"),
    "replaced": N_("replaced"),
    "overtaken": N_("overtaken"),
    "shadow": N_("shadow"),
    "skipped": N_("skipped"),
    "worked": N_("worked"),
    "unreadable": N_("unreadable"),
    "open": N_("open"),
    "closed": N_("closed"),
    "merged": N_("merged"),
    "deleted": N_("deleted"),
    "spam": N_("spam"),
    "live": N_("live"),
}
LOOKS = {
    **dict.fromkeys(("done", "worked", "live"), ("good", "✓")),
    **dict.fromkeys(("pending", "sending", "open"), ("calm", "○")),
    **dict.fromkeys(("dead", "unreadable"), ("bad", "✕")),
    **dict.fromkeys(("held", "unknown", "withheld"), ("warn", "!")),
}
"""State → its tone and the sign that says the same to those who do not see the colour."""
QUIET = ("quiet", "–")
MEANINGS = {
    "pending": N_("waits for its turn"),
    "sending": N_("is on its way"),
    "replaced": N_("a newer write to the same place came first"),
    "overtaken": N_("the ticket changed meanwhile and was decided about again"),
    "withheld": N_("this customer meets no bots, or may be one who meets none: a person must answer"),
    "shadow": N_("decided only, never sent"),
    "skipped": N_("the object it would write to is gone"),
}
"""What an effect's state says where nothing else says more."""
BY = {"phrases": N_("by its words"), "learned": N_("learned from agents"), "agent": N_("by an agent")}
KINDS = {
    "set_reason_code": N_("Write the reason code"),
    "offer_reason_codes": N_("Offer the reason codes"),
    "set_group": N_("Hand to the team"),
    "set_assignee": N_("Hand to the agent"),
    "set_priority": N_("Set the priority"),
    "set_status": N_("Set the status"),
    "change_tags": N_("Change tags of the ticket"),
    "add_note": N_("Add an internal note"),
    "send_reply": N_("Answer by itself"),
    "tag_customer": N_("Tag the customer"),
    "create_code": N_("Make a single-use coupon"),
    "create_draft_order": N_("Make a draft order"),
    "create_coupon": N_("Make an agent's coupon"),
    "end_coupon": N_("End an agent's coupon"),
}
SEEN = {
    "ticket.subject": N_("subject of the ticket"),
    "ticket.text": N_("words in the message"),
    "ticket.channel": N_("channel"),
    "ticket.language": N_("language of the ticket"),
    "ticket.status": N_("status of the ticket"),
    "ticket.priority": N_("priority of the ticket"),
    "ticket.tags": N_("tags of the ticket"),
    "ticket.reason_code": N_("code in the ticket"),
    "ticket.group": N_("team of the ticket"),
    "ticket.assignee": N_("agent of the ticket"),
    "ticket.is_first_message": N_("first message of the customer"),
    "ticket.is_presale": N_("question before buying"),
    "customer.tier": N_("tier of the customer"),
    "customer.spent": N_("spent by the customer"),
    "customer.orders": N_("orders of the customer"),
    "customer.tags": N_("tags of the customer"),
    "customer.days_since_order": N_("days since the latest order"),
    "customer.state": N_("customer in the shop"),
    "order.total": N_("total of the latest order"),
    "order.status": N_("status of the latest order"),
    "order.fulfilment": N_("fulfilment of the latest order"),
    "order.days_old": N_("age of the latest order in days"),
    "order.skus": N_("articles in the latest order"),
    "order.tags": N_("tags of the latest order"),
    "parcel.status": N_("status of the parcel"),
    "parcel.problem": N_("problem of the parcel"),
    "now.hours": N_("teams that are open"),
    "suggested": N_("codes that came up"),
}
PRIORITIES = {"low": N_("low"), "normal": N_("normal"), "high": N_("high"), "urgent": N_("urgent")}
STATUSES = {"open": N_("open"), "pending": N_("pending"), "solved": N_("solved")}
"""What rules set a ticket to."""
CUSTOMER_STATES = {
    "known": N_("known to the shop"),
    "nobody": N_("not known to the shop"),
    "unknown": N_("the shop has not answered yet"),
}
MATCHES = {
    "email": N_("e-mail address"),
    "phone": N_("phone number"),
    "order": N_("an order number in the message"),
}
BREACH_BY = {"ours": N_("ours"), "host": N_("the helpdesk's")}
DEEDS = {
    "reason_chosen": N_("chose the reason code"),
    "macro_applied": N_("applied a macro"),
    "offer_taken": N_("made an order of an offer"),
    "offer_declined": N_("noted that an offer was declined"),
    "coupon_made": N_("made a coupon"),
    "note_written": N_("wrote a note on the customer"),
    "video_linked": N_("linked a video reply"),
    "link_marked": N_("made a link with their mark"),
    "gesture_given": N_("gave something out of their delight budget"),
    "credit_contested": N_("contested a credit"),
    "dispute_decided": N_("decided a dispute"),
    "order_searched": N_("looked an order up"),
    "coupon_held": N_("held the commission for a code back"),
    "coupon_released": N_("released a code"),
    "coupon_rotated": N_("rotated a code"),
}
"""What agents did in the sidebar."""
SLOTS = {"group": N_("team"), "assignee": N_("agent"), "priority": N_("priority"), "status": N_("status")}
"""What two rules can clash about; a tag has a text of its own."""
TITLES = {
    401: N_("Please sign in"),
    403: N_("Refused"),
    404: N_("Not found"),
    405: N_("Not possible here"),
    409: N_("Nothing was changed"),
    413: N_("Too large"),
    422: N_("Nothing was changed"),
    503: N_("Not available at the moment"),
}
OTHER_TITLE = N_("Something went wrong")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def bdi(value: object) -> Markup:
    """The value set apart, so that its direction (or a stray control character in it) moves nothing around it."""
    return Markup(f"<bdi>{escape(value)}</bdi>")  # noqa: S704  # escaped


def name_path(name: str) -> Markup:
    """The name path of a reason code: each name set apart, for a tenant's own may be in another script."""
    return escape(SEPARATOR).join(bdi(part) for part in name.split(SEPARATOR))


def plain_sight(text: str) -> str:
    """Evidence with its invisible characters made visible: what a body does to a reader's eye is part of it."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def state_name(state: str) -> str:
    """A state as people call it."""
    return named(STATES, state)


def look(state: str) -> tuple[str, str]:
    """Tone and sign of a state."""
    return LOOKS.get(state, QUIET)


def meaning(state: str) -> str:
    """What a state of an effect means; nothing for those that come with a reason of their own."""
    return translated(MEANINGS[state]) if state in MEANINGS else ""


def by_name(by: str) -> str:
    """Who chose a reason code, in words."""
    return named(BY, by)


def kind_name(kind: str) -> str:
    """What an effect does, in words."""
    return named(KINDS, kind)


def seen_name(field: str) -> str:
    """What a rule looked at, in words."""
    return named(SEEN, field)


def customer_state(state: str) -> str:
    """What the shop says of a customer, in words."""
    return named(CUSTOMER_STATES, state)


def match_name(matched_by: str) -> str:
    """What a customer was found by, in words."""
    return named(MATCHES, matched_by)


def breach_by(by: str) -> str:
    """Whose bot it was, in words."""
    return named(BREACH_BY, by)


def deed_name(action: str) -> str:
    """What an agent did, in words."""
    return named(DEEDS, action)


def slot_name(slot: str) -> str:
    """What two rules clash about, in words."""
    return named(SLOTS, slot)


def title_of(status: int) -> str:
    """The heading of a refusal."""
    return translated(TITLES.get(status, OTHER_TITLE))


def named(names: Mapping[str, str], word: str) -> str:
    """A word of ours as people call it; a word that is none of ours as it is."""
    return translated(names[word]) if word in names else word


def translated(text: str) -> str:
    """A text of ours in the reader's language."""
    return str(gettext(text))
