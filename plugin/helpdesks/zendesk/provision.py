"""What connecting makes in the account: the reason-code field first, the webhook last. Safe to run again.

Of the sidebar nothing is made, for an app is installed by a person; but the key that it signs with is read.
"""

from collections.abc import Mapping

from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.offering import bring
from plugin.helpdesks.zendesk.reason_field import (
    DROP_DOWN,
    TITLE,
    ReasonField,
    activate_field,
    list_fields,
    make_field,
    read_field,
)
from plugin.helpdesks.zendesk.reasons import needed_field_id
from plugin.helpdesks.zendesk.sidebar_token import ZendeskSidebar
from plugin.helpdesks.zendesk.webhook import bring_webhook, signing_secret
from plugin.ports import AccessError, Api, PermanentError, Provisioned, VendorError

NEW_FIELD = (
    "The drop-down field “{title}” ({id}) was made. Where you use several ticket forms, agents see it once you add "
    "it to them (Admin Center, Objects and rules, Tickets, Forms)."
)
SAME_TITLE = (
    "You have a field “{title}” ({id}) of your own already: to use that one instead, run this again with "
    "--reason-field {id}, and delete the new one."
)
OFF = "The field “{title}” ({id}) is switched off: activate it in the Admin Center, or agents do not see it."
NO_SIDEBAR_KEY = (
    "The key of the sidebar app could not be read, so the sidebar lets nobody in until it can ({problem}). It is asked "
    "for again when an agent opens a ticket."
)


def provision(
    api: Api, hook_url: str, options: Mapping[str, str], sidebar: ZendeskSidebar | None = None
) -> Provisioned:
    """Field with all codes (`options`: code → name path), webhook, its secret, who we are over there, and the
    sidebar's key.
    """
    with answer_of(api):
        user_id = _who_we_are(api)
        field, ours, field_notes = _field(api, options)
        own_values = bring(api, field, options, ours)
        webhook_id, hook_notes = bring_webhook(api, hook_url)
        secret = signing_secret(api, webhook_id)
        key, key_notes = _sidebar_key(api, sidebar or ZendeskSidebar())
    found = {
        "user_id": user_id,
        "reason_field": field.id,
        "made_field": field.id if ours else None,
        "option_values": dict(own_values),
        "codes": dict(options),
        "webhook_id": webhook_id,
        **key,
    }
    return Provisioned(found, {"signing_secret": secret}, (*field_notes, *hook_notes, *key_notes))


def _sidebar_key(api: Api, sidebar: ZendeskSidebar) -> tuple[dict[str, str], tuple[str, ...]]:
    """The key, where an app is known; all else works without."""
    if sidebar.app_of(api.connection) is None:
        return {}, ()
    try:
        return {"sidebar_key": sidebar.read_key(api)}, ()
    except VendorError as error:
        return {}, (NO_SIDEBAR_KEY.format(problem=error),)


def _who_we_are(api: Api) -> str:
    found = Part(api.get("/api/v2/users/me")).at("user").at("id").id()
    if found is None:
        account = api.connection.account
        raise AccessError(
            f"zendesk account {account} takes this token for nobody's: run `marginalia connect zendesk --account "
            f"{account}` with an admin's token"
        )
    return found


def _field(api: Api, options: Mapping[str, str]) -> tuple[ReasonField, bool, tuple[str, ...]]:
    """The field to use, whether it is ours, and notes for the admin."""
    given, made = (api.connection.options.get(name) for name in ("reason_field", "made_field"))
    if given and given != made:
        return _admins_own(api)
    fields = list_fields(api)
    ours = next((field for field in fields if field.id == made or field.is_ours), None)
    if ours is None:
        new = make_field(api, options)
        same = [_said(SAME_TITLE, field) for field in fields if field.title == TITLE]
        return new, True, (_said(NEW_FIELD, new), *same)
    if not ours.active:
        activate_field(api, ours)
    return ours, True, ()


def _admins_own(api: Api) -> tuple[ReasonField, bool, tuple[str, ...]]:
    field = read_field(api, needed_field_id(api.connection))
    if field.kind != DROP_DOWN:
        account = api.connection.account
        raise PermanentError(
            f"the field “{field.title}” ({field.id}) of zendesk account {account} is no drop-down field (it is a "
            f"{field.kind} field): name a drop-down field as --reason-field, or leave that out to have one made"
        )
    return field, False, () if field.active else (_said(OFF, field),)


def _said(text: str, field: ReasonField) -> str:
    return text.format(title=field.title, id=field.id)
