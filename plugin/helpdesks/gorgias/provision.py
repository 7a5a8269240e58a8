"""What connecting makes in the account: fields first, then the webhook, the sidebar last. Safe to run again."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from plugin.documents import Part, answer_of
from plugin.helpdesks.gorgias.buttons import PURPOSE
from plugin.helpdesks.gorgias.custom_fields import CUSTOMER, TICKET, list_fields, make_field
from plugin.helpdesks.gorgias.integrations import (
    FOR_EVENTS,
    FOR_SIDEBAR,
    bring,
    events_call,
    known_integrations,
    panels_url,
    sidebar_call,
    sidebar_url,
)
from plugin.helpdesks.gorgias.messages import BOT, role_of
from plugin.helpdesks.gorgias.paging import listed
from plugin.helpdesks.gorgias.reason_field import ReasonFields, bring_fields
from plugin.helpdesks.gorgias.reasons import own_choices
from plugin.helpdesks.gorgias.slots import USERS
from plugin.helpdesks.gorgias.widgets import Extras, bring_widgets
from plugin.ports import AccessError, Api, NotFound, PermanentError, Provisioned
from plugin.signing import narrowed

TIER: Final = "Marginalia tier"
TIER_DESCRIPTION: Final = "Which customers are met by whom. Kept by Marginalia, for your rules and views."
NO_TIER = (
    "The customer field “Marginalia tier” could not be made, so tiers are not written on customers: {problem}"
)
SHARED = (
    "{count} of {all} reason codes are written into your field “{label}”, whose choices have the same names."
)


def provision(api: Api, hook_url: str, options: Mapping[str, str]) -> Provisioned:
    """Fields with all codes (`options`: code → name path), both integrations with their secret, and the widgets."""
    secret = api.connection.credentials.get("signing_secret") or secrets.token_urlsafe(32)
    with answer_of(api):
        user_id, bots = _who_we_are(api), _bots(api)
        fields = bring_fields(api, list_fields(api, TICKET), options)
        tier, tier_notes = _tier_field(api)
        integrations, hook_notes = _integrations(api, hook_url, secret)
    who = {"user_id": user_id, "bots": bots}
    found = {**who, "tier_field": tier, **_kept(fields, options), **integrations}
    notes = (*_told(fields, options), *tier_notes, *hook_notes)
    return Provisioned(found, {"signing_secret": secret}, notes)


def _who_we_are(api: Api) -> str:
    """The user whose key this is; and first, whether the account is alive."""
    with suppress(NotFound):
        if Part(api.get("/api/account")).at("deactivated_datetime").value is not None:
            raise PermanentError(
                f"gorgias account {api.connection.account} is deactivated: have it activated there, then run this again"
            )
    return Part(api.get(f"{USERS}/0")).at("id").own_id()


def _bots(api: Api) -> list[str]:
    """The users that are none: what they write counts as automated."""
    return [one.at("id").own_id() for one in listed(api, USERS) if role_of(one) == BOT]


def _kept(fields: ReasonFields, options: Mapping[str, str]) -> dict[str, Any]:
    """What the connection remembers of the fields; None takes away what was remembered before."""
    made = fields.made.id if fields.made else None
    contact = fields.contact.id if fields.contact else None
    return {
        "reason_field": made or contact,
        "made_field": made,
        "contact_field": contact,
        "contact_choices": dict(fields.choices),
        "own_choices": dict(own_choices(options)),
        "codes": dict(options),
    }


def _told(fields: ReasonFields, options: Mapping[str, str]) -> tuple[str, ...]:
    if fields.contact is None:
        return ()
    return (SHARED.format(count=len(fields.choices), all=len(options), label=fields.contact.label),)


def _tier_field(api: Api) -> tuple[str | None, tuple[str, ...]]:
    """Our customer field; a note where the account has no room for it, for all else works without."""
    stored = api.connection.options.get("tier_field")
    known = list_fields(api, CUSTOMER)
    ours = next((one for one in known if one.id == stored), None)
    ours = ours or next((one for one in known if one.label == TIER and one.kind == "input"), None)
    if ours is not None:
        return ours.id, ()
    try:
        return make_field(api, CUSTOMER, TIER, TIER_DESCRIPTION, {"input_type": "input"}).id, ()
    except AccessError:
        raise
    except PermanentError as error:
        return None, (NO_TIER.format(problem=error),)


def _integrations(api: Api, hook_url: str, secret: str) -> tuple[dict[str, str], tuple[str, ...]]:
    with _as_admin(api):
        known = known_integrations(api)
        events, about_events = bring(api, known, FOR_EVENTS, events_call(hook_url, secret))
        sidebar, about_sidebar = bring(api, known, FOR_SIDEBAR, sidebar_call(hook_url, secret))
        about_widgets = bring_widgets(api, sidebar, _extras(api, hook_url, secret))
    notes = (*about_events, *about_sidebar, *about_widgets)
    return {FOR_EVENTS.option: events, FOR_SIDEBAR.option: sidebar}, notes


def _extras(api: Api, hook_url: str, secret: str) -> Extras:
    """What the card leads to; buttons only where the admin asked for them."""
    with_buttons = api.connection.options.get("card_buttons") is True
    return Extras(
        panels=panels_url(hook_url),
        deeds=f"{sidebar_url(hook_url)}/actions",
        secret=narrowed(secret, PURPOSE) if with_buttons else None,
    )


@contextmanager
def _as_admin(api: Api) -> Iterator[None]:
    """Only an Admin may manage integrations: what Gorgias answers to others does not say so."""
    try:
        yield
    except AccessError as error:
        raise AccessError(
            f"{error} In Gorgias only an Admin may manage HTTP integrations and widgets: an Admin must give their "
            f"e-mail address and API key to `marginalia connect gorgias --account {api.connection.account}`."
        ) from None
