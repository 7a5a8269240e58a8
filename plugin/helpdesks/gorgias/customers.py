"""Who asks, and what we write on a customer's own record: our customer field, since Gorgias has no customer tags.

https://developers.gorgias.com/reference/the-customer-object
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

from plugin.documents import Part, answer_of
from plugin.domain.effects import Effect
from plugin.domain.facts import Person
from plugin.domain.tags import tag_key
from plugin.helpdesks.gorgias.paging import listed
from plugin.helpdesks.gorgias.values import entry_of, value_of
from plugin.helpdesks.gorgias.wanted import UNKNOWN_KIND, wanted_tags
from plugin.ports import Api, NotFound, PermanentError

CUSTOMERS: Final = "/api/customers"
CUSTOMER: Final = "customer:"
"""How the resource of effects on a customer begins."""
BY_EMAIL: Final = "email:"
"""How a customer is named whose number nobody has looked up yet."""
BETWEEN: Final = ", "
EMAIL: Final = "email"
PHONE: Final = "phone"
MOST_LOOKED_AT: Final = 3
WITH_FIELDS = {"relationships": "custom_fields"}


def requester_of(api: Api, ticket: Part) -> Person:
    """The customer of a ticket: as the ticket shows them, and their own record where that tells more."""
    shown = ticket.at("customer")
    customer_id = None if shown.value is None else shown.at("id").id()
    if customer_id is None:
        return Person("")
    field_id = tier_field(api)
    if field_id is None and shown.at("email").text():
        return _person(customer_id, shown, ())
    try:
        record = Part(api.get(f"{CUSTOMERS}/{customer_id}", WITH_FIELDS))
    except NotFound:
        return _person(customer_id, shown, ())
    return _person(customer_id, record, _held(record.at("custom_fields"), field_id))


def tier_field(api: Api) -> str | None:
    """Our customer field on this account; None where there is none."""
    found = str(api.connection.options.get("tier_field") or "")
    return found if found.isascii() and found.isdigit() else None


def tag_customer(api: Api, effects: Sequence[Effect]) -> None:
    """Bring the tags in our customer field up to date; read just before, so that others in it stay."""
    field_id, changes = _needed_field(api), _changes(effects)
    named = effects[0].resource.removeprefix(CUSTOMER)
    with answer_of(api):
        customer_id = _customer_id(api, named, make=any(changes.values()))
        if customer_id is None:
            return
        path = f"{CUSTOMERS}/{customer_id}/custom-fields"
        held = _held(Part(api.get(path)).at("data"), field_id)
        wanted = _with_changes(held, changes)
        if wanted == held:
            return
        if wanted:
            api.send("PUT", path, [{"id": int(field_id), "value": BETWEEN.join(wanted)}])
        else:
            with suppress(NotFound):  # somebody has emptied it at the same moment
                api.send("DELETE", f"{path}/{field_id}")


def _needed_field(api: Api) -> str:
    field_id = tier_field(api)
    if field_id is None:
        account = api.connection.account
        raise PermanentError(
            f"gorgias account {account} has no customer field “Marginalia tier” to write to: run `marginalia connect "
            f"gorgias --account {account}` again, which makes it, then retry this"
        )
    return field_id


def _customer_id(api: Api, named: str, make: bool) -> str | None:
    """The customer's number; who is named by an address is looked up, and made where they have not written yet."""
    if not named.startswith(BY_EMAIL):
        if not (named.isascii() and named.isdigit()):
            raise PermanentError(
                f"{named!r} is no number of a Gorgias customer: nothing can be written to it"
            )
        return named
    email = named.removeprefix(BY_EMAIL)
    return _by_email(api, email) or _by_channel(api, email) or (_made(api, email) if make else None)


def _by_email(api: Api, email: str) -> str | None:
    """Whose main address this is."""
    for found in listed(api, CUSTOMERS, {"email": email}):
        if found.at("email").word() == email.lower():
            return found.at("id").own_id()
    return None


def _by_channel(api: Api, email: str) -> str | None:
    """Who has this as another address beside their main one; lists do not show those, so each is looked at."""
    asked = {"channel_type": EMAIL, "channel_address": email}
    for found in islice(listed(api, CUSTOMERS, asked), MOST_LOOKED_AT):
        customer_id = found.at("id").own_id()
        channels = Part(api.get(f"{CUSTOMERS}/{customer_id}")).at("channels").items()
        if email.lower() in [one.at("address").word() for one in channels]:
            return customer_id
    return None


def _made(api: Api, email: str) -> str:
    """A record for somebody who has not written yet; that sends no mail."""
    channel = {"type": EMAIL, "address": email, "preferred": True}
    return Part(api.send("POST", CUSTOMERS, {"email": email, "channels": [channel]})).at("id").own_id()


def _changes(effects: Iterable[Effect]) -> dict[str, bool]:
    """Tag → whether it shall be there; of two words about one tag the later counts."""
    changes: dict[str, bool] = {}
    for effect in effects:
        if effect.kind != "tag_customer":
            raise PermanentError(UNKNOWN_KIND.format(kind=effect.kind))
        changes |= wanted_tags(effect.args)
    return changes


def _with_changes(held: Sequence[str], changes: Mapping[str, bool]) -> list[str]:
    tags = {tag_key(tag): tag for tag in held}
    for tag, there in changes.items():
        if there:
            tags.setdefault(tag_key(tag), tag)
        else:
            tags.pop(tag_key(tag), None)
    return list(tags.values())


def _person(customer_id: str, record: Part, tags: Sequence[str]) -> Person:
    return Person(
        id=customer_id,
        name=record.at("name").text(),
        email=record.at("email").text() or None,
        phone=_phone(record),
        locale=record.at("language").text() or None,
        tags=tuple(tags),
    )


def _phone(record: Part) -> str | None:
    phones = [one for one in record.at("channels").items() if one.at("type").word() == PHONE]
    phones.sort(key=lambda one: one.at("preferred").value is not True)
    return phones[0].at("address").text() or None if phones else None


def _held(fields: Part, field_id: str | None) -> list[str]:
    """The tags in our customer field."""
    value = None if field_id is None else value_of(entry_of(fields, field_id))
    return [tag for part in (value or "").split(",") if (tag := part.strip())]
