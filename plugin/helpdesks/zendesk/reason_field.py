"""The drop-down field that holds reason codes: found or made, and offered every code. Nothing of it is ever removed.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.domain.reason_codes import SEPARATOR, option_value, plain_name
from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.paging import pages
from plugin.ports import Api, Budget, NotFound, PermanentError

TITLE = "Reason code"
DROP_DOWN = "tagger"
PREFIX = "mgn_"
NESTED = "::"
"""In an option's name, what opens the next level of the menu."""
FIELDS = "/api/v2/ticket_fields"
OPTION_BUDGET = Budget("field_options", 100, 60)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; its value is the tag that it puts on the ticket."""

    id: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ReasonField:
    """A ticket field as far as we look at it."""

    id: str
    title: str
    kind: str
    active: bool
    options: tuple[Option, ...]

    def option(self, value: str) -> Option | None:
        """The choice with this value."""
        return next((option for option in self.options if option.value == value), None)

    @property
    def is_ours(self) -> bool:
        """Whether an earlier run of ours made it."""
        own = any(option.value.startswith(PREFIX) for option in self.options)
        return self.kind == DROP_DOWN and self.title == TITLE and (own or not self.options)


@dataclass(frozen=True, slots=True)
class Match:
    """How codes stand to a field's options: by an option of the admin's own (code → value), or missing."""

    own_values: Mapping[str, str]
    missing: tuple[str, ...]


def read_field(api: Api, field_id: str) -> ReasonField:
    """The field; PermanentError where it is gone (never NotFound: that would say so of a ticket)."""
    try:
        return _field(Part(api.get(f"{FIELDS}/{field_id}")).at("ticket_field"))
    except NotFound:
        account = api.connection.account
        raise PermanentError(
            f"zendesk account {account} has no ticket field {field_id} any more: run `marginalia connect zendesk "
            f"--account {account}` with another as --reason-field"
        ) from None


def list_fields(api: Api) -> list[ReasonField]:
    """All ticket fields of the account."""
    return [_field(part) for page in pages(api, FIELDS, "ticket_fields") for part in page.items]


def make_field(api: Api, options: Mapping[str, str]) -> ReasonField:
    """A new field that offers these codes (code → name path)."""
    offered = [_choice(code, path) for code, path in options.items()]
    body = {"type": DROP_DOWN, "title": TITLE, "custom_field_options": offered}
    return _field(Part(api.send("POST", FIELDS, {"ticket_field": body})).at("ticket_field"))


def activate_field(api: Api, field: ReasonField) -> None:
    """Let agents see it again."""
    api.send("PUT", f"{FIELDS}/{field.id}", {"ticket_field": {"active": True}})


def match(field: ReasonField, options: Mapping[str, str], stored: Mapping[str, str]) -> Match:
    """Which option stands for each code: the one it went by so far, ours, or one of the same name."""
    by_name = {plain_name(option.name): option.value for option in reversed(field.options)}
    own, missing = {}, []
    for code, path in options.items():
        if code in stored and field.option(stored[code]):
            own[code] = stored[code]
        elif field.option(option_value(code)) is None:
            value = by_name.get(plain_name(path))
            if value is not None and value not in own.values():
                own[code] = value
            else:
                missing.append(code)
    return Match(own, tuple(missing))


def add_option(api: Api, field: ReasonField, code: str, path: str) -> None:
    """Offer one more code."""
    _save(api, field, _choice(code, path))


def renamed(field: ReasonField, options: Mapping[str, str]) -> Mapping[str, Option]:
    """The options of ours that are called otherwise by now, by code."""
    found = {code: field.option(option_value(code)) for code in options}
    return {
        code: option for code, option in found.items() if option and option.name != menu_path(options[code])
    }


def rename_option(api: Api, field: ReasonField, option: Option, path: str) -> None:
    """Show one of our options under its new name."""
    _save(api, field, {"id": int(option.id), "name": menu_path(path), "value": option.value})


def menu_path(path: str) -> str:
    """ "Product – Defect" as Zendesk nests it: "Product::Defect"."""
    return path.replace(SEPARATOR, NESTED)


def _choice(code: str, path: str) -> dict[str, str]:
    return {"name": menu_path(path), "value": option_value(code)}


def _save(api: Api, field: ReasonField, option: Mapping[str, object]) -> None:
    api.send("POST", f"{FIELDS}/{field.id}/options", {"custom_field_option": option}, budgets=[OPTION_BUDGET])


def _field(part: Part) -> ReasonField:
    return ReasonField(
        id=part.at("id").own_id(),
        title=part.at("title").text(),
        kind=part.at("type").text(),
        active=part.at("active").value is not False,
        options=tuple(_option(option) for option in part.at("custom_field_options").items()),
    )


def _option(part: Part) -> Option:
    return Option(part.at("id").id() or "", part.at("name").text(), part.at("value").text())
