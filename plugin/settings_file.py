"""The settings file: YAML or JSON in, a checked document and typed settings out, or every error with its path."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

import yaml
from babel.core import get_global
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from plugin.domain.reason_codes import ReasonCodeErrors, overlay
from plugin.domain.settings import TenantSettings
from plugin.reason_data import default_tree

MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class SettingError:
    """One thing wrong in a settings document: where (`rules[2].actions[0].value`) and what."""

    path: str
    message: str


class SettingsErrors(Exception):
    """All that is wrong with a settings document; nothing of it is applied."""

    def __init__(self, errors: list[SettingError]) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in errors))
        self.errors = errors


def _known_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"{value!r} is no time zone; write one as America/New_York")


def _known_currency(value: str) -> None:
    if value not in get_global("all_currencies"):
        raise ValidationError(f"{value!r} is no currency; write its three letters (ISO 4217), as USD")


class SettingsSchema(Schema):
    """The top level of contract §4, as far as it is built. Unknown keys are errors."""

    class Meta:
        """What is not known is refused, so that a typing error is no silent default."""

        unknown = RAISE

    error_messages = {"unknown": "no such setting", "type": "the document must be a mapping of settings"}  # noqa: RUF012

    version = fields.Integer(
        strict=True, validate=validate.Equal(1, error="this version of Marginalia reads version 1")
    )
    mode = fields.String(validate=validate.OneOf(["shadow", "live"], error="must be shadow or live"))
    currency = fields.String(validate=_known_currency)
    timezone = fields.String(validate=_known_zone)
    locale = fields.String(validate=validate.OneOf(["en", "ar", "fa"], error="must be en, ar or fa"))
    reason_codes = fields.Raw()


def read(text: str) -> dict[str, Any]:
    """The document in a file's text (YAML, of which JSON is a part). SettingsErrors when it is neither."""
    if len(text) > MOST_CHARACTERS:
        raise SettingsErrors([SettingError("", f"the file is longer than {MOST_CHARACTERS:,} characters")])
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsErrors(
            [SettingError(_line(error), f"not readable as YAML or JSON: {_problem(error)}")]
        ) from None
    except (RecursionError, ValueError) as error:
        raise SettingsErrors([SettingError("", f"not readable as YAML or JSON: {error}")]) from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise SettingsErrors([SettingError("", "the document must be a mapping of settings")])
    return document


def check(document: Mapping[str, Any]) -> TenantSettings:
    """The typed settings of a document. SettingsErrors lists everything that is wrong, with paths."""
    errors: list[SettingError] = []
    known: dict[str, Any] = {}
    try:
        known = SettingsSchema().load(document)
    except ValidationError as error:
        errors += [SettingError(path, message) for path, message in _flat(error.messages)]
    try:
        overlay(default_tree(), document.get("reason_codes"))
    except ReasonCodeErrors as error:
        errors += [SettingError(one.path, one.message) for one in error.errors]
    errors += _not_json(document)
    if errors:
        raise SettingsErrors(errors)
    known.pop("version", None)
    return TenantSettings(**{name: value for name, value in known.items() if value is not None})


def dump(document: Mapping[str, Any], as_json: bool) -> str:
    """The document as a file's text."""
    if as_json:
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    text: str = yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False)
    return text


def _not_json(document: Mapping[str, Any]) -> list[SettingError]:
    try:
        json.dumps(document, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        return [SettingError("", f"the document holds something that JSON cannot: {error}")]
    return []


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    """Marshmallow's nested messages as (path, message)."""
    if isinstance(messages, dict):
        found = []
        for name, inner in messages.items():
            found += _flat(inner, _step(path, name))
        return found
    return [(path, str(message)) for message in (messages if isinstance(messages, list) else [messages])]


def _step(path: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    if name == "_schema":
        return path
    return f"{path}.{name}" if path else str(name)


def _line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
