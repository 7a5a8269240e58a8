"""Writing: all effects on a ticket are one safe update, refused by Zendesk when the ticket has moved since.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from plugin.domain.effects import Effect, ticket_of
from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.load import read_ticket, state_of, ticket_path
from plugin.helpdesks.zendesk.offering import offer
from plugin.helpdesks.zendesk.reason_field import read_field
from plugin.helpdesks.zendesk.reasons import field_part, field_value, needed_field_id, value_of
from plugin.ports import Api, Budget, Overtaken, PermanentError, Rejected, Unreadable

UPDATES = Budget("updates", 100, 60)
REASON_FIELD = "reason_field"
"""The resource of effects on the field itself."""


def perform(api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
    """Do these effects of one resource; the audit's id where a ticket was written."""
    resource = effects[0].resource
    if resource == REASON_FIELD:
        offer(api, effects[-1].args["options"])
        return None
    return _update(api, ticket_of(resource), _wanted(api, effects), stamp, look_first)


def _wanted(api: Api, effects: Sequence[Effect]) -> Mapping[str, str]:
    """Custom field → value of all effects; of two on one field the later one counts."""
    return dict(_field_and_value(api, effect) for effect in effects)


def _field_and_value(api: Api, effect: Effect) -> tuple[str, str]:
    if effect.kind != "set_reason_code":
        raise PermanentError(f"nothing here knows how to do {effect.kind} in Zendesk; the newest version may")
    return needed_field_id(api.connection), value_of(api.connection, effect.args["code"])


def _update(
    api: Api, ticket_id: str, wanted: Mapping[str, str], stamp: str | None, look_first: bool
) -> str | None:
    if look_first or stamp is None:
        with answer_of(api):
            ticket = read_ticket(api, ticket_id)
            if all(field_value(ticket, field) == value for field, value in wanted.items()):
                return None
            stamp = _unmoved(ticket_id, ticket, stamp)
    try:
        answer = api.send("PUT", ticket_path(ticket_id), _body(wanted, stamp), budgets=_budgets(ticket_id))
    except Rejected as error:
        _explain(api, ticket_id, wanted)
        raise error from None
    _check_taken(api, answer, wanted)
    return _audit(answer)


def _unmoved(ticket_id: str, ticket: Part, stamp: str | None) -> str:
    """The stamp to write with: the one decided on, as long as the ticket still has it."""
    seen = ticket.at("updated_at").key()
    if stamp is not None and stamp != seen:
        raise Overtaken(
            f"ticket {ticket_id} changed at {seen}; what was to be written was decided on {stamp}"
        )
    return seen


def _body(wanted: Mapping[str, str], stamp: str) -> dict[str, Any]:
    fields = [{"id": int(field), "value": value} for field, value in wanted.items()]
    return {"ticket": {"custom_fields": fields, "safe_update": True, "updated_stamp": stamp}}


def _budgets(ticket_id: str) -> Sequence[Budget]:
    return (Budget(f"update:{ticket_id}", 30, 600, per_object=True), UPDATES)


def _explain(api: Api, ticket_id: str, wanted: Mapping[str, str]) -> None:
    """Zendesk refused: a PermanentError that says what to do, where looking tells what it was."""
    with answer_of(api):
        if state_of(read_ticket(api, ticket_id)) != "open":
            raise PermanentError(
                f"ticket {ticket_id} of zendesk account {api.connection.account} is closed and takes no changes "
                "any more: nothing is left to do for it"
            )
        for field, value in wanted.items():
            _check_offered(api, field, value)


def _check_taken(api: Api, answer: Mapping[str, Any], wanted: Mapping[str, str]) -> None:
    """Zendesk drops a value that its field does not offer without a word; an answer that shows another one tells."""
    for field, value in wanted.items():
        shown = None
        with suppress(Unreadable):
            shown = field_part(Part(answer).at("ticket"), field)
        if shown is not None and shown.value != value:
            with answer_of(api):
                _check_offered(api, field, value)


def _check_offered(api: Api, field_id: str, value: str) -> None:
    account = api.connection.account
    field = read_field(api, field_id)
    name = f"the field “{field.title}” ({field_id}) of zendesk account {account}"
    if not field.active:
        raise PermanentError(
            f"{name} is switched off: activate it in Zendesk's Admin Center, then retry this"
        )
    if field.option(value) is None:
        raise PermanentError(
            f"{name} has no option with the tag {value} any more: add it again, or run `marginalia connect zendesk "
            f"--account {account}`, which does; then retry this"
        )


def _audit(answer: Mapping[str, Any]) -> str | None:
    with suppress(Unreadable):
        return Part(answer).at("audit").at("id").id()
    return None
