"""Messages that we write: internal notes, and answers to the customer.

https://developers.gorgias.com/reference/create-ticket-message
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import escape
from typing import Any

from plugin.documents import Part
from plugin.helpdesks.gorgias.load import Seen, ticket_path
from plugin.helpdesks.gorgias.messages import is_from_customer, read_conversation
from plugin.helpdesks.gorgias.words import INTERNAL_NOTE
from plugin.ports import Api, PermanentError, Unreadable


def send_notes(api: Api, ticket_id: str, texts: Sequence[str]) -> str | None:
    """All notes as one; its id."""
    note = {
        "channel": INTERNAL_NOTE,
        "via": "api",
        "from_agent": True,
        "public": False,
        "sender": _sender(api),
        **_body("\n\n".join(texts)),
    }
    return _post(api, ticket_id, note)


def send_reply(api: Api, seen: Seen, text: str) -> str | None:
    """An answer on the way that the customer's last message came; its id."""
    last = _last_of_customer(api, seen.id)
    customer = seen.ticket.at("customer")
    if last is None or customer.value is None:
        raise PermanentError(
            f"ticket {seen.id} holds no message of a customer: there is nobody to answer. Answer it in Gorgias"
        )
    reply = {
        "channel": last.at("channel").key(),
        "via": "api",
        "from_agent": True,
        "subject": _subject(seen.ticket),
        "sender": _sender(api),
        "receiver": {"id": int(customer.at("id").own_id())},
        "source": _source(last),
        **_body(text),
    }
    return _post(api, seen.id, reply)


def _last_of_customer(api: Api, ticket_id: str) -> Part | None:
    asked = [item for item in read_conversation(api, ticket_id, None).items if is_from_customer(item)]
    return max(
        asked,
        key=lambda item: (item.at("created_datetime").instant(), int(item.at("id").own_id())),
        default=None,
    )


def _subject(ticket: Part) -> str:
    subject = ticket.at("subject").text()
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _source(last: Part) -> dict[str, Any]:
    """The addresses of the customer's message, the other way round; those that it shows."""
    kind, source = last.at("channel").key(), last.at("source")
    if source.value is None:
        return {"type": kind}
    ours, theirs = next(source.at("to").items(), None), source.at("from")
    return {
        "type": source.at("type").text() or kind,
        **({} if ours is None else {"from": ours.value}),
        **({} if theirs.value is None else {"to": [theirs.value]}),
    }


def _sender(api: Api) -> dict[str, Any]:
    """Whose words they are: the user whose key this is."""
    user, user_id = api.connection.credentials.get("user"), str(api.connection.options.get("user_id") or "")
    if not user and not user_id:
        account = api.connection.account
        raise PermanentError(
            f"it is not known who writes in gorgias account {account}: run `marginalia connect gorgias --account "
            f"{account}` again without --no-provision, then retry this"
        )
    return {"email": user} if user else {"id": int(user_id)}


def _body(text: str) -> dict[str, str]:
    html = escape(text).replace("\n", "<br>")
    return {"body_text": text, "body_html": f"<div>{html}</div>"}


def _post(api: Api, ticket_id: str, message: Mapping[str, Any]) -> str | None:
    answer = Part(api.send("POST", f"{ticket_path(ticket_id)}/messages", message))
    with suppress(Unreadable):  # it is sent, whatever was said about it
        return answer.at("id").id()
    return None
