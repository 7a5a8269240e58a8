"""Writing: all effects on a ticket are one safe update, refused by Zendesk when the ticket has moved since.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from plugin.domain.effects import Effect, ticket_of
from plugin.helpdesks.zendesk.customers import CUSTOMER, tag_customer
from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.in_place import Look
from plugin.helpdesks.zendesk.load import read_ticket, state_of, ticket_path
from plugin.helpdesks.zendesk.offering import offer
from plugin.helpdesks.zendesk.reason_field import read_field
from plugin.helpdesks.zendesk.reasons import field_part
from plugin.helpdesks.zendesk.update import Update, update_of
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
    if resource.startswith(CUSTOMER):
        tag_customer(api, effects, look_first)
        return None
    return _update(api, ticket_of(resource), effects, stamp, look_first)


def _update(
    api: Api, ticket_id: str, effects: Sequence[Effect], stamp: str | None, look_first: bool
) -> str | None:
    update = update_of(api.connection, effects)
    if stamp is not None and not look_first and not update.tags:
        return _send(api, ticket_id, update, update.body(None, stamp))
    with answer_of(api):
        ticket = read_ticket(api, ticket_id)
        if look_first:
            update = update_of(api.connection, _not_in_place(api, ticket_id, ticket, effects))
        if update.is_empty:
            return None
        body = update.body(ticket, _unmoved(ticket_id, ticket, stamp))
    return _send(api, ticket_id, update, body)


def _not_in_place(api: Api, ticket_id: str, ticket: Part, effects: Sequence[Effect]) -> list[Effect]:
    look = Look(api, ticket_id, ticket)
    return [effect for effect in effects if not look.has(effect)]


def _unmoved(ticket_id: str, ticket: Part, stamp: str | None) -> str:
    """The stamp to write with: the one decided on, as long as the ticket still has it."""
    seen = ticket.at("updated_at").key()
    if stamp is not None and stamp != seen:
        raise Overtaken(
            f"ticket {ticket_id} changed at {seen}; what was to be written was decided on {stamp}"
        )
    return seen


def _send(api: Api, ticket_id: str, update: Update, body: Mapping[str, Any]) -> str | None:
    if update.is_empty:
        return None
    budgets = (Budget(f"update:{ticket_id}", 30, 600, per_object=True), UPDATES)
    try:
        answer = api.send("PUT", ticket_path(ticket_id), body, budgets=budgets)
    except Rejected as error:
        _explain(api, ticket_id, update.fields)
        raise error from None
    _check_taken(api, answer, update.fields)
    return _audit(answer)


def _explain(api: Api, ticket_id: str, fields: Mapping[str, str]) -> None:
    """Zendesk refused: a PermanentError that says what to do, where looking tells what it was."""
    with answer_of(api):
        if state_of(read_ticket(api, ticket_id)) != "open":
            raise PermanentError(
                f"ticket {ticket_id} of zendesk account {api.connection.account} is closed and takes no changes "
                "any more: nothing is left to do for it"
            )
        for field_id, value in fields.items():
            _check_offered(api, field_id, value)


def _check_taken(api: Api, answer: Mapping[str, Any], fields: Mapping[str, str]) -> None:
    """Zendesk drops a value that its field does not offer without a word; an answer that shows another one tells."""
    for field_id, value in fields.items():
        shown = None
        with suppress(Unreadable):
            shown = field_part(Part(answer).at("ticket"), field_id)
        if shown is not None and shown.value != value:
            with answer_of(api):
                _check_offered(api, field_id, value)


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
