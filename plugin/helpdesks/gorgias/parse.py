"""From a webhook to a hint: which ticket to look at. What else the call says is not read.

The body is the form of our own HTTP integration, filled in by templates: every value comes as a text, and what a
template could not fill in comes as "", "None" or "null", or as the template itself.
https://developers.gorgias.com/reference/the-integration-object
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from plugin.documents import Part, header, read_document
from plugin.domain.effects import ticket_resource
from plugin.http import FORM
from plugin.ports import Hint, Unreadable

NOTHING = frozenset({"", "none", "null"})
UNFILLED = "{{"
MOST_FIELDS = 200


def parse(headers: Mapping[str, str], body: bytes) -> Hint:
    """What the webhook points to; Unreadable and nothing else, whatever the bytes."""
    event = _event(headers, body)
    own_id = _own_id(event)
    topic = _given(event.at("event_type")).text().strip()
    return Hint(topic, ticket_resource(_given(event.at("ticket_id")).own_id()), own_id)


def event_id(headers: Mapping[str, str], body: bytes) -> str | None:
    """The event's own id, where there is one to be found."""
    try:
        return _own_id(_event(headers, body))
    except Unreadable:
        return None


def _event(headers: Mapping[str, str], body: bytes) -> Part:
    """The fields that were sent, as JSON or as a form."""
    kind = (header(headers, "content-type") or "").partition(";")[0].strip().lower()
    event = _form(body) if kind == FORM else read_document(body)
    if not isinstance(event.value, dict):
        raise Unreadable("", "must be an object")
    return event


def _form(body: bytes) -> Part:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Unreadable("", "is not UTF-8") from None
    except ValueError:
        raise Unreadable("", f"is no form, or one of more than {MOST_FIELDS} fields") from None
    return Part(dict(pairs))


def _own_id(event: Part) -> str | None:
    """Only what was really filled in: another text for nothing must not make two events one."""
    own = _given(event.at("event_id"))
    if isinstance(own.value, int) and not isinstance(own.value, bool):
        return own.id()
    return None if own.value is None else own.key()


def _given(part: Part) -> Part:
    """A field, with all words for nothing made one."""
    if not isinstance(part.value, str):
        return part
    word = part.value.strip().lower()
    return Part(None, part.path) if word in NOTHING or word.startswith(UNFILLED) else part
