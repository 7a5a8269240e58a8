"""Past tickets from a file or a request, one JSON object each: read into the ticket and customer that rules see."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from plugin.currencies import digits, is_currency
from plugin.domain.facts import Customer, LastOrder, Message, Person, Ticket
from plugin.domain.money import Money, money
from plugin.domain.rule_fields import PRIORITIES, STATUSES
from plugin.dry_run import PastTicket

LONGEST = 100_000
CUSTOMER = "customer"
_TEXT = validate.Length(max=LONGEST)


class _Id(fields.String):
    """An id, as a text or a number."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        plain = isinstance(value, int) and not isinstance(value, bool)
        text: str = super()._deserialize(str(value) if plain else value, *args, **kwargs)
        return text


class _MessageSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    text = fields.String(required=True, validate=_TEXT)
    sender = fields.String(
        data_key="from", load_default=CUSTOMER, validate=validate.OneOf((CUSTOMER, "agent", "bot"))
    )
    public = fields.Boolean(load_default=True)
    at = fields.AwareDateTime(default_timezone=UTC, load_default=None, allow_none=True)


class _OrderSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(load_default="")
    at = fields.AwareDateTime(default_timezone=UTC, load_default=None, allow_none=True)
    total = fields.String(load_default="0")
    status = fields.String(load_default="")
    fulfilment = fields.String(load_default="")
    skus = fields.List(fields.String(), load_default=list)
    tags = fields.List(fields.String(), load_default=list)


class _CustomerSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    state = fields.String(load_default="known", validate=validate.OneOf(("known", "nobody", "unknown")))
    spent = fields.String(load_default=None, allow_none=True)
    currency = fields.String(load_default="USD", validate=lambda code: is_currency(code))
    orders = fields.Integer(load_default=None, allow_none=True)
    tags = fields.List(fields.String(), load_default=list)
    last_order = fields.Nested(_OrderSchema, load_default=None, allow_none=True)


class PastTicketSchema(Schema):
    """A past ticket: only `text` (or `messages`) is needed, the more there is the more rules can be judged by."""

    class Meta:
        unknown = EXCLUDE

    id = _Id(load_default=None, allow_none=True)
    subject = fields.String(load_default="", validate=_TEXT)
    text = fields.String(load_default="", validate=_TEXT)
    messages = fields.List(fields.Nested(_MessageSchema), load_default=list)
    email = fields.String(load_default=None, allow_none=True)
    name = fields.String(load_default="")
    phone = fields.String(load_default=None, allow_none=True)
    language = fields.String(load_default=None, allow_none=True)
    channel = fields.String(load_default="email")
    status = fields.String(load_default="open", validate=validate.OneOf(STATUSES))
    priority = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PRIORITIES))
    tags = fields.List(fields.String(), load_default=list)
    group = _Id(load_default=None, allow_none=True)
    assignee = _Id(load_default=None, allow_none=True)
    reason_code = fields.String(load_default=None, allow_none=True)
    created_at = fields.AwareDateTime(default_timezone=UTC, load_default=None, allow_none=True)
    customer = fields.Nested(_CustomerSchema, load_default=None, allow_none=True)


ALSO_CALLED = {
    "id": ("ticket", "ticket_id"),
    "text": ("description", "body", "message"),
    "messages": ("comments",),
    "group": ("group_id", "team"),
    "assignee": ("assignee_id",),
    "language": ("lang", "locale"),
}
"""Our name of a field → what exports of helpdesks call it; ours counts where both are there."""
_SCHEMA = PastTicketSchema()


def read_past_ticket(item: object, number: int, now: datetime) -> PastTicket:
    """The ticket of one line (`number` is its id where it has none). ValueError says what is wrong, and where."""
    if not isinstance(item, dict):
        raise ValueError('this is not {"id": …, "text": "…"}')
    try:
        values = _SCHEMA.load(_in_our_words(item))
    except ValidationError as error:
        raise ValueError("; ".join(_lines(error.messages_dict))) from None
    if not (values["text"] or values["messages"] or values["subject"]):
        raise ValueError("there is no text, no message and no subject in it: nothing can be judged")
    try:
        return _past(values, number, now)
    except ValueError as error:
        raise ValueError(f"customer: {error}") from None


def _in_our_words(item: Mapping[str, Any]) -> dict[str, Any]:
    """The object with other names for our fields read as ours, and a person's address taken from where it stands."""
    found = dict(item)
    for ours, others in ALSO_CALLED.items():
        told = next((item[name] for name in others if item.get(name) is not None), None)
        if told is not None:
            found.setdefault(ours, told)
    person: Mapping[str, Any] = next(
        (item[name] for name in ("requester", CUSTOMER) if isinstance(item.get(name), dict)), {}
    )
    for name in ("email", "name", "phone"):
        if isinstance(person.get(name), str):
            found.setdefault(name, person[name])
    return _as_the_api_shows_it(found)


def _as_the_api_shows_it(found: dict[str, Any]) -> dict[str, Any]:
    """A reason code and an amount as our own API shows them are read back."""
    if isinstance(found.get("reason_code"), dict):
        found["reason_code"] = found["reason_code"].get("code")
    customer = found.get(CUSTOMER)
    if isinstance(customer, dict) and isinstance(customer.get("spent"), dict):
        spent = customer["spent"]
        amount = {"spent": spent.get("amount"), "currency": spent.get("currency", "USD")}
        found[CUSTOMER] = {**customer, **amount}
    if isinstance(customer, dict) and not {"spent", "orders", "tags", "state"} & customer.keys():
        found[CUSTOMER] = None  # a mere address: the tenant's shops are looked up
    return found


def _past(values: Mapping[str, Any], number: int, now: datetime) -> PastTicket:
    made = values["created_at"] or now
    ticket_id = values["id"] or str(number)
    reason = values["reason_code"]
    ticket = Ticket(
        id=ticket_id,
        state="open",
        status=values["status"],
        subject=values["subject"],
        channel=values["channel"],
        language=values["language"],
        priority=values["priority"],
        tags=tuple(values["tags"]),
        group=values["group"],
        assignee=values["assignee"],
        requester=Person(CUSTOMER, values["name"], values["email"], values["phone"]),
        reason_value=reason,
        reason_code=reason,
        created_at=made,
        updated_at=made,
        stamp="",
        messages=_messages(values, made),
    )
    return PastTicket(ticket, _customer(values["customer"], values, made))


def _messages(values: Mapping[str, Any], made: datetime) -> tuple[Message, ...]:
    """The messages, in their order; a bare text is the customer's."""
    alone = [{"text": values["text"], "sender": CUSTOMER, "public": True, "at": None}]
    said = values["messages"] or (alone if values["text"] else [])
    return tuple(
        Message(
            id=str(number),
            author_id=one["sender"],
            from_customer=one["sender"] == CUSTOMER,
            public=one["public"],
            text=one["text"],
            at=one["at"] or made,
            automated=one["sender"] == "bot",
        )
        for number, one in enumerate(said, 1)
    )


def _customer(given: Mapping[str, Any] | None, values: Mapping[str, Any], made: datetime) -> Customer | None:
    if given is None:
        return None
    currency = given["currency"]
    return Customer(
        state=given["state"],
        email=values["email"],
        name=values["name"],
        matched_by="email" if values["email"] else None,
        spent=None if given["spent"] is None else money(given["spent"], currency, digits),
        orders=given["orders"],
        tags=tuple(given["tags"]),
        last_order=_order(given["last_order"], currency, made),
        as_of=made,
    )


def _order(given: Mapping[str, Any] | None, currency: str, made: datetime) -> LastOrder | None:
    if given is None:
        return None
    total: Money = money(given["total"], currency, digits)
    lists = {"skus": tuple(given["skus"]), "tags": tuple(given["tags"])}
    return LastOrder(**{**given, **lists, "total": total, "at": given["at"] or made})


def _lines(messages: Mapping[Any, Any], path: str = "") -> list[str]:
    """Each complaint with the path of its field."""
    found: list[str] = []
    for name, said in messages.items():
        at = f"{path}.{name}" if path else str(name)
        found += _lines(said, at) if isinstance(said, dict) else [f"{at}: {' '.join(map(str, said))}"]
    return found
