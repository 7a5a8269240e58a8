"""Words of the business in the reader's language, safe to put into a page: isolated, with commands set as code."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext
from markupsafe import Markup, escape

from plugin.domain.reason_codes import SEPARATOR
from plugin.web import known_texts
from plugin.web.known_texts import N_
from plugin.web.language import exact

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
KINDS = {"set_reason_code": N_("Write the reason code"), "offer_reason_codes": N_("Offer the reason codes")}
SEEN = {
    "ticket.text": N_("words in the message"),
    "ticket.reason_code": N_("code in the ticket"),
    "ticket.status": N_("status of the ticket"),
    "suggested": N_("codes that came up"),
}
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
_PLACE = re.compile(r"\{(\w+)\}")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_COMMAND = re.compile(r"`([^`]+)`")


def say(text: str) -> Markup:
    """The text in the reader's language; as it is where it has no translation (a vendor's own words)."""
    if isinstance(text, Markup):
        return text
    if text in _FIXED:
        return _set(_translated(text))
    for pattern, made_from in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            places = {name: _place(name, value) for name, value in found.groupdict().items()}
            return _set(_translated(made_from)).format(**places)
    return bdi(_set(text))


def is_known(text: str) -> bool:
    """Whether the catalogues have this text."""
    return text in _FIXED or any(pattern.fullmatch(text) for pattern, _ in _PATTERNS)


def bdi(value: object) -> Markup:
    """The value set apart, so that its direction (or a stray control character in it) moves nothing around it."""
    return Markup("<bdi>{}</bdi>").format(value)


def name_path(name: str) -> Markup:
    """The name path of a reason code: each name set apart, for a tenant's own may be in another script."""
    return escape(SEPARATOR).join(bdi(part) for part in name.split(SEPARATOR))


def plain_sight(text: str) -> str:
    """Evidence with its invisible characters made visible: what a body does to a reader's eye is part of it."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def state_name(state: str) -> str:
    """A state as people call it."""
    return _named(STATES, state)


def look(state: str) -> tuple[str, str]:
    """Tone and sign of a state."""
    return LOOKS.get(state, QUIET)


def meaning(state: str) -> str:
    """What a state of an effect means; nothing for those that come with a reason of their own."""
    return _translated(MEANINGS[state]) if state in MEANINGS else ""


def by_name(by: str) -> str:
    """Who chose a reason code, in words."""
    return _named(BY, by)


def kind_name(kind: str) -> str:
    """What an effect does, in words."""
    return _named(KINDS, kind)


def seen_name(field: str) -> str:
    """What a rule looked at, in words."""
    return _named(SEEN, field)


def title_of(status: int) -> str:
    """The heading of a refusal."""
    return _translated(TITLES.get(status, OTHER_TITLE))


def _named(names: Mapping[str, str], word: str) -> str:
    return _translated(names[word]) if word in names else word


def _translated(text: str) -> str:
    return str(gettext(text))


def _set(text: str) -> Markup:
    """Escaped, with what stands between backticks as code, which runs left to right in every language."""
    return Markup(_COMMAND.sub(r'<code dir="ltr">\1</code>', str(escape(text))))  # noqa: S704  # escaped first


def _place(name: str, value: str) -> Markup:
    if name == "state":
        return escape(state_name(value))
    if name == "since":
        return bdi(exact(datetime.fromisoformat(value)))
    return say(value) if name == "error" else bdi(value)


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    fixed, names = parts[::2], parts[1::2]
    whole = re.escape(fixed[0])
    for name, after in zip(names, fixed[1:], strict=True):
        whole += f"(?P<{name}>.+?){re.escape(after)}"
    return re.compile(whole, re.DOTALL)


def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with places, the longest first: what is said more exactly is recognised first."""
    texts = sorted((text for text in known_texts.ALL if "{" in text), key=len, reverse=True)
    return tuple((_pattern(text), text) for text in texts)


_PATTERNS = _patterns()
_FIXED = frozenset(text for text in known_texts.ALL if "{" not in text)
