"""What a person's choice of a reason code teaches: this text is about that code.

Only the gist of a text is kept: a digest that tells an exact repeat, and the words that say what it is about,
without numbers, addresses and links.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from plugin.domain.facts import Facts, Ticket
from plugin.domain.folding import fold
from plugin.domain.message_text import newest_text
from plugin.domain.words import is_content, words_of

READ: Final = 4_000
"""Characters of a text that are looked at: texts that are the same so far are the same."""
MOST_WORDS: Final = 100
TELLING: Final = 2
"""Words of meaning from which a text speaks for itself."""

_GREETING: Final = """
(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|السلام عليكم|سلام عليكم|مرحبا|اهلا|سلام|درود
|bonjour|bonsoir|salut|hola|buenos dias|buenas tardes|buenas noches|buenas|hallo
|guten tag|guten morgen|guten abend|moin
|صباح الخير|مساء الخير|روز بخير|وقت بخير)(?: there| all| everyone| again)?
"""
_THANKS: Final = """
(?:thanks|thank you|thx|ty|cheers|merci|bien cordialement|cordialement|muchas gracias|gracias|un saludo|saludos
|vielen dank|lieben dank|danke|mit freundlichen grußen|viele gruße|beste gruße
|(?:best |kind )?regards|شكرا|با تشكر|تشكر|ممنون|ممنونم|مرسي|سپاس|متشكرم)
(?: in advance| much| lot| again| لكم| beaucoup| davance| de antemano| i am voraus| schon)*
"""
_COURTESY: Final = re.compile(fold(f"^(?:{_GREETING} )+|(?: {_THANKS})+$").replace("\n", ""))


@dataclass(frozen=True, slots=True)
class Gist:
    """What is kept of a text. `digest` is the same for texts of the same words, but for courtesies and numbers."""

    digest: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A person said what a text is about, `times` over; `code` None only takes back.

    `instead_of` is what the same person (on the same ticket) had said before: that counts no more.
    """

    gist: Gist
    code: str | None
    instead_of: str | None = None
    times: int = 1


def gist(text: str) -> Gist | None:
    """The gist of a customer's text; None where no word in it says anything."""
    said = " ".join(word.folded for word in words_of(newest_text(text)[:READ]))
    plain = _COURTESY.sub("", said)
    telling = tuple(dict.fromkeys(filter(is_content, plain.split())))
    if not telling:
        return None
    return Gist(hashlib.blake2b(plain.encode(), digest_size=16).hexdigest(), telling[:MOST_WORDS])


def correction_of(facts: Facts, code: str | None) -> Correction | None:
    """What is learnt when the code of a ticket that we know was set to this one by somebody of the shop.

    A ticket seen for the first time teaches nothing: its code may have come with it, from a form or a rule.
    """
    before = facts.record.reason
    taught = before.code if before is not None and before.by == "agent" else None
    if facts.record.snapshot is None or code == taught:
        return None
    found = _told(facts.ticket)
    return None if found is None else Correction(found, code, taught)


def _told(ticket: Ticket) -> Gist | None:
    """The gist of the customer's first message that says something; read as it was read when it came."""
    if not ticket.complete:
        return None
    said = [message.text for message in ticket.messages if message.from_customer and message.public]
    texts = [f"{ticket.subject}\n{text}" if number == 0 else text for number, text in enumerate(said)]
    gists = [found for text in texts if (found := gist(text)) is not None]
    return next((one for one in gists if len(one.words) >= TELLING), gists[0] if gists else None)
