"""Bringing the field's options up to the tenant's codes: at connecting, and whenever the settings change."""

from collections.abc import Mapping

from plugin.helpdesks.zendesk.fields import answer_of
from plugin.helpdesks.zendesk.reason_field import (
    ReasonField,
    add_option,
    match,
    read_field,
    rename_option,
    renamed,
)
from plugin.helpdesks.zendesk.reasons import needed_field_id, stored_values
from plugin.ports import Api, PermanentError, TemporaryError

MOST_AT_ONCE = 40
"""Options written in one go: the work of one turn must end before its lease does."""


def offer(api: Api, options: Mapping[str, str]) -> None:
    """Make sure that the field offers these codes (code → name path); safe to repeat."""
    connection = api.connection
    with answer_of(api):
        field = read_field(api, needed_field_id(connection))
        stored = stored_values(connection)
        own = bring(api, field, options, connection.options.get("made_field") == field.id, MOST_AT_ONCE)
    if any(stored.get(code) != own.get(code) for code in options):
        raise PermanentError(
            f"options of the field “{field.title}” came to fit codes by name, or were removed: run `marginalia "
            f"connect zendesk --account {connection.account}` again, it looks which option stands for which code"
        )


def bring(
    api: Api, field: ReasonField, options: Mapping[str, str], ours: bool, most: int | None = None
) -> Mapping[str, str]:
    """Add what is missing and, in a field of ours, rename what is called otherwise; code → option of the admin's own.

    `most` writes are made; TemporaryError where there are more, to go on later.
    """
    found = match(field, options, stored_values(api.connection))
    renames = renamed(field, options) if ours else {}
    left = most
    for code in (*found.missing, *renames):
        if left == 0:
            raise TemporaryError(
                f"{most} options of the field “{field.title}” are written, more follow", retry_after=1
            )
        left = None if left is None else left - 1
        if code in renames:
            rename_option(api, field, renames[code], options[code])
        else:
            add_option(api, field, code, options[code])
    return found.own_values
