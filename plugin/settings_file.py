"""The settings file: YAML or JSON in, a checked document and typed settings out, or every error with its path."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import yaml
from marshmallow import ValidationError

from plugin import settings_yaml
from plugin.currencies import digits, is_currency
from plugin.domain.offers import Offer
from plugin.domain.reason_codes import MAX_LEVELS, ReasonCodeErrors, overlay
from plugin.domain.rule_parsing import parse_conditions, parse_rules
from plugin.domain.rule_values import Vocabulary
from plugin.domain.setting_errors import Errors, Wrong, listed, quoted
from plugin.domain.setting_errors import SettingError as SettingError
from plugin.domain.settings import TenantSettings
from plugin.domain.tiers import tier_tag
from plugin.domain.written import folded, one_of
from plugin.reason_data import default_tree
from plugin.settings_schema import CURRENCY, SettingsSection

MOST_CHARACTERS = 1_000_000

_UNIQUE: Final = (
    ("tiers", "name"),
    ("teams", "name"),
    ("offers", "name"),
    ("agents", "email"),
    ("agents", "coupon"),
)
_IN_OUR_WORDS: Final = {
    "Missing data for required field.": "is missing",
    "Field may not be null.": "must not be empty: leave the line out for the default",
    "Not a valid list.": "must be a list",
    "Invalid input type.": "must be a mapping, as {key: value}",
}
_TYPED: Final = (
    *("mode", "currency", "timezone", "locale", "reason_codes", "video_recorder"),
    *("costs", "attribution", "commission_base"),
)
_LISTS: Final = ("tiers", "teams", "macros", "agents", "fx")


class SettingsErrors(Exception):
    """All that is wrong with a settings document; nothing of it is applied."""

    def __init__(self, errors: list[SettingError]) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in errors))
        self.errors = errors


def read(text: str) -> dict[str, Any]:
    """The document in a file's text (YAML, of which JSON is a part). SettingsErrors when it is neither."""
    if len(text) > MOST_CHARACTERS:
        raise SettingsErrors([SettingError("", f"the file is longer than {MOST_CHARACTERS:,} characters")])
    try:
        document = settings_yaml.load(text)
    except settings_yaml.Duplicate as error:
        raise SettingsErrors([_twice(*found) for found in error.found]) from None
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
    errors = Errors()
    known = _load(document, errors)
    vocabulary = _vocabulary(document, errors)
    rules = () if document.get("rules") is None else parse_rules(document["rules"], vocabulary, errors)
    offers = _offers(document, known, vocabulary, errors)
    _check_macros(document, vocabulary, errors)
    _check_playbook(document, vocabulary, errors)
    _check_names(document, errors)
    _check_json(document, errors)
    if errors.found:
        raise SettingsErrors(errors.found)
    typed: dict[str, Any] = {name: known[name] for name in _TYPED if known.get(name) is not None}
    typed |= {name: tuple(known[name]) for name in _LISTS}
    if "routing_wait_seconds" in known:
        typed["routing_wait"] = timedelta(seconds=known["routing_wait_seconds"])
    if known.get("amounts_visible_to") is not None:
        typed["amounts_visible_to"] = tuple(known["amounts_visible_to"])
    typed["native_digits"] = known.get("digits") != "latin"
    return TenantSettings(rules=rules, offers=offers, **typed)


def dump(document: Mapping[str, Any], as_json: bool) -> str:
    """The document as a file's text."""
    if as_json:
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return settings_yaml.dump(dict(document))


def _load(document: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    """Every section by its shape. A section that is named and left empty is as good as left out."""
    schema = SettingsSection()
    written = {
        name: value for name, value in document.items() if value is not None or name not in schema.fields
    }
    token = CURRENCY.set(_currency(document))
    try:
        loaded: dict[str, Any] = schema.load(written)
    except ValidationError as error:
        errors.found += [SettingError(path, message) for path, message in _flat(error.messages)]
        return {}
    finally:
        CURRENCY.reset(token)
    return loaded


def _vocabulary(document: Mapping[str, Any], errors: Errors) -> Vocabulary:
    """The names that rules may use. A section with errors gives what names can be read in it all the same."""
    return Vocabulary(
        tiers=folded(_texts(document, "tiers", "name")),
        teams=folded(_texts(document, "teams", "name")),
        offers=folded(_texts(document, "offers", "name")),
        reason_codes=folded(_reason_codes(document, errors)),
        currency=_currency(document),
        digits=digits,
    )


def _reason_codes(document: Mapping[str, Any], errors: Errors) -> list[str]:
    written = document.get("reason_codes")
    try:
        return list(overlay(default_tree(), written)[0].codes)
    except ReasonCodeErrors as error:
        errors.found += [SettingError(one.path, one.message) for one in error.errors]
        return [*default_tree().codes, *_codes_in(written)]


def _codes_in(items: object, levels: int = MAX_LEVELS) -> Iterator[str]:
    """The codes that are written, whatever else is wrong with them."""
    for item in items if isinstance(items, list | tuple) and levels else ():
        if isinstance(item, Mapping):
            if isinstance(item.get("code"), str):
                yield item["code"]
            yield from _codes_in(item.get("children"), levels - 1)


def _offers(
    document: Mapping[str, Any], known: Mapping[str, Any], vocabulary: Vocabulary, errors: Errors
) -> tuple[Offer, ...]:
    """The offers with their conditions; none while anything in the document is wrong."""
    asked = [
        parse_conditions(offer.get("when"), f"offers[{number}].when", vocabulary, errors)
        for number, offer in _mappings(document, "offers")
    ]
    if errors.found:
        return ()
    return tuple(
        Offer(one["name"], one["sku"], one["price"], one.get("kind", "new"), *when)
        for one, when in zip(known["offers"], asked, strict=True)
    )


def _check_macros(document: Mapping[str, Any], vocabulary: Vocabulary, errors: Errors) -> None:
    for number, hint in _mappings(document, "macros"):
        codes = hint.get("reason_codes")
        for nth, code in enumerate(codes if isinstance(codes, list | tuple) else ()):
            try:
                one_of(code, vocabulary.reason_codes, "reason code")
            except Wrong as wrong:
                if isinstance(code, str) and code.strip():
                    errors.add(f"macros[{number}].reason_codes[{nth}]", str(wrong))


def _check_playbook(document: Mapping[str, Any], vocabulary: Vocabulary, errors: Errors) -> None:
    costs, codes = document.get("costs"), vocabulary.reason_codes.values()
    for number, line in _mappings(costs if isinstance(costs, Mapping) else {}, "playbook"):
        code = line.get("reason_code")
        if isinstance(code, str) and code.strip() and code.strip() not in codes:
            said = f"{quoted(code)} is no reason code; there is: {listed(codes)}"
            errors.add(f"costs.playbook[{number}].reason_code", said)


def _check_names(document: Mapping[str, Any], errors: Errors) -> None:
    """Names are compared without case: two tiers must not even share a tag."""
    for section, key in _UNIQUE:
        taken: dict[str, int] = {}
        for number, item in _mappings(document, section):
            name = item.get(key)
            if not isinstance(name, str) or not name.strip():
                continue
            first = taken.setdefault(_same(section, name), number)
            if first != number:
                errors.add(
                    f"{section}[{number}].{key}", f"{quoted(name)} is taken by {section}[{first}] already"
                )


def _same(section: str, name: str) -> str:
    return tier_tag(name) if section == "tiers" else name.strip().casefold()


def _mappings(document: Mapping[str, Any], section: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = document.get(section)
    for number, item in enumerate(items if isinstance(items, list | tuple) else ()):
        if isinstance(item, Mapping):
            yield number, item


def _texts(document: Mapping[str, Any], section: str, key: str) -> Iterator[str]:
    for _, item in _mappings(document, section):
        if isinstance(item.get(key), str) and item[key].strip():
            yield item[key].strip()


def _currency(document: Mapping[str, Any]) -> str | None:
    currency = document.get("currency")
    return currency if isinstance(currency, str) and is_currency(currency) else None


def _check_json(document: Mapping[str, Any], errors: Errors) -> None:
    try:
        json.dumps(document, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        errors.add("", f"the document holds something that JSON cannot: {error}")


def _twice(path: str, first: int, second: int) -> SettingError:
    return SettingError(path, f"stands twice, in line {first} and line {second}: keep one")


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    """Marshmallow's nested messages as (path, message)."""
    if isinstance(messages, dict):
        found = []
        for name, inner in messages.items():
            found += _flat(inner, _step(path, name))
        return found
    every = messages if isinstance(messages, list) else [messages]
    return [(path, _IN_OUR_WORDS.get(str(message), str(message))) for message in every]


def _step(path: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    if name == "_schema":
        return path
    if str(name).startswith(("[", ".")):
        return f"{path}{name}"
    return f"{path}.{name}" if path else str(name)


def _line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


KEPT_ONLY = ("wismo",)


def not_acted_upon(document: Mapping[str, Any]) -> str | None:
    """What to tell of sections that are checked and kept, but that this version does nothing about; None for none."""
    kept = [name for name in KEPT_ONLY if document.get(name)]
    if not kept:
        return None
    return f"Checked and kept, but not acted upon by this version: {', '.join(kept)}."
