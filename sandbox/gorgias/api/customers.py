"""Customers: read, listed by address, made, changed; their custom fields and the data that apps push."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, request

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, asked, paged, sent, with_fields
from sandbox.gorgias.edit import check_value
from sandbox.gorgias.errors import duplicate, invalid, not_found
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Customer, Json
from sandbox.gorgias.writes import pairs

blueprint = Blueprint("gorgias_customers", __name__)

PLAIN = ("name", "email", "external_id", "language", "note", "meta")
ALLOWED = (*PLAIN, "channels", "timezone")
KEYS = {**CREATED, "updated_datetime": lambda one: one.updated_at.timestamp()}


@blueprint.get("/customers")
def customers() -> Json:
    """All, or those with an address, a name, an id of elsewhere, or a channel."""
    args = asked(
        "email", "external_id", "name", "channel_type", "channel_address", "view_id", "relationships"
    )
    wanted = [one for one in list(account().customers.values()) if _fits(one, args)]
    return paged(wanted, lambda one: rendering.customer(one, with_fields(), whole=False), KEYS)


@blueprint.post("/customers")
def create() -> tuple[Any, ...]:
    """A new customer; their address must be nobody else's."""
    body = sent(ALLOWED)
    with account().lock:
        if body.get("email") and account().customer_by_email(str(body["email"])):
            raise duplicate(f"There is a customer {body['email']} already.")
        made = account().known_customer(str(body.get("name") or ""), body.get("email"))
        made = account().change_customer(made.id, **_changes(body))
    return rendering.customer(made), 201


@blueprint.get("/customers/<int:customer_id>")
def show(customer_id: int) -> Json:
    """One customer, with what integrations know of them."""
    asked("relationships")
    return rendering.customer(account().customer(customer_id), with_fields())


@blueprint.put("/customers/<int:customer_id>")
def update(customer_id: int) -> tuple[Any, ...]:
    """Change what is named; channels are replaced."""
    body = sent(ALLOWED)
    return rendering.customer(account().change_customer(customer_id, **_changes(body))), 202


@blueprint.put("/customers/<int:customer_id>/data")
def push(customer_id: int) -> tuple[Any, ...]:
    """Keep any document with a customer; an older version than the one kept is silently ignored."""
    body = sent({"data", "version"}, ("data",))
    version = str(body.get("version") or "")
    with account().lock:
        one = account().customer(customer_id)
        if not version or version >= one.data_version:
            account().change_customer(customer_id, data=body["data"], data_version=version)
    return rendering.customer(account().customer(customer_id)), 202


@blueprint.get("/customers/<int:customer_id>/custom-fields")
def values(customer_id: int) -> Json:
    """What the custom fields of one customer hold."""
    one, held = account().customer(customer_id), account()
    return {
        "data": [
            {"field": rendering.field(held.fields[number]), "value": value, "prediction": None}
            for number, value in one.values.items()
            if number in held.fields
        ]
    }


@blueprint.put("/customers/<int:customer_id>/custom-fields")
def set_values(customer_id: int) -> tuple[Any, ...]:
    """Set some: a bare list of objects with the field's id and its value; the others stay."""
    return _filled(customer_id, pairs(request.get_json(silent=True)))


@blueprint.put("/customers/<int:customer_id>/custom-fields/<int:field_id>")
def set_value(customer_id: int, field_id: int) -> tuple[Any, ...]:
    """Set one."""
    return _filled(customer_id, [(field_id, sent({"id", "value"}, ("value",))["value"])])


@blueprint.delete("/customers/<int:customer_id>/custom-fields/<int:field_id>")
def empty_value(customer_id: int, field_id: int) -> tuple[Any, ...]:
    """Empty one."""
    if field_id not in account().customer(customer_id).values:
        raise not_found()
    _filled(customer_id, [(field_id, None)])
    return "", 204


def _filled(customer_id: int, given: list[tuple[int, Any]]) -> tuple[Any, ...]:
    with account().lock:
        one = account().customer(customer_id)
        held = dict(one.values)
        for number, value in given:
            where = account().fields.get(number)
            if where is None or where.object_type != "Customer":
                raise not_found(f"There is no customer field {number}.")
            check_value(where, value)
            held[number] = value
        kept = {number: value for number, value in held.items() if value is not None}
        account().customers[one.id] = replace(one, values=kept, updated_at=account().now())
    return values(customer_id), 202


def _fits(one: Customer, args: dict[str, str]) -> bool:
    email, name = args.get("email"), args.get("name")
    channel = (args.get("channel_type"), args.get("channel_address"))
    return (
        (email is None or (one.email or "").lower() == email.lower())
        and (name is None or name.lower() in one.name.lower())
        and args.get("external_id") in {None, one.external_id}
        and (channel == (None, None) or any(_is(each, *channel) for each in rendering.channels(one)))
    )


def _is(channel: Json, kind: str | None, address: str | None) -> bool:
    return (channel["type"], channel["address"]) == (kind, address)


def _changes(body: Json) -> Json:
    changes = {name: body[name] for name in PLAIN if name in body}
    for one in body.get("channels") or []:
        if not isinstance(one, dict) or one.get("type") not in {"email", "phone"}:
            raise invalid("channels", "The stand-in knows channels of type email and phone.")
        changes[one["type"]] = one.get("address")
    return changes
