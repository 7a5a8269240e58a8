"""A settings document as it comes over the network: bytes or a form's text in, a checked mapping out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plugin.db.storable import storable
from plugin.settings_file import SettingError, SettingsErrors, read

YAML_TYPES = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
NOT_UTF8 = "the document is not UTF-8 text: save it as UTF-8"
NOT_A_MAPPING = "the document must be a mapping of settings"
MOST_VALUES = 200_000
"""Aliases of YAML let a short text stand for a document of any size; this is more than anybody writes."""
TOO_MANY = f"the document holds more than {MOST_VALUES:,} values (aliases written out)"
LONGEST_PATH = 2_000
"""A YAML document may hold itself: nothing that people write is nested as deep as this."""
TOO_DEEP = "the document is nested too deep"
NO_TEXT = "holds a character that is no text (NUL, or half of a surrogate pair)"


def read_json(body: bytes) -> dict[str, Any]:
    """The document in a JSON body; SettingsErrors when it is none."""
    try:
        document = json.loads(_text(body))
    except (ValueError, RecursionError) as error:
        raise SettingsErrors([SettingError("", f"not readable as JSON: {error}")]) from None
    if not isinstance(document, dict):
        raise SettingsErrors([SettingError("", NOT_A_MAPPING)])
    return _storable(document)


def read_yaml(text: str) -> dict[str, Any]:
    """The document in a YAML text; SettingsErrors when it is none."""
    return _storable(read(text))


def read_yaml_body(body: bytes) -> dict[str, Any]:
    """The document in a YAML body; SettingsErrors when it is none."""
    return read_yaml(_text(body))


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsErrors([SettingError("", NOT_UTF8)]) from None


def _storable(document: dict[str, Any]) -> dict[str, Any]:
    errors = [
        SettingError(storable(path), NO_TEXT) for path, text in _texts(document) if storable(text) != text
    ]
    if errors:
        raise SettingsErrors(errors)
    return document


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in the document with its path, names of settings included."""
    todo: list[tuple[Any, str]] = [(document, "")]
    for _ in range(MOST_VALUES):
        if not todo:
            return
        one, path = todo.pop()
        if isinstance(one, str):
            yield path, one
        elif isinstance(one, Mapping | list):
            if len(path) > LONGEST_PATH:
                raise SettingsErrors([SettingError("", TOO_DEEP)])
            todo += _inner(one, path)
            yield from ((path, name) for name in one if isinstance(one, Mapping) and isinstance(name, str))
    raise SettingsErrors([SettingError("", TOO_MANY)])


def _inner(container: Mapping[Any, Any] | list[Any], path: str) -> list[tuple[Any, str]]:
    if isinstance(container, list):
        return [(one, f"{path}[{number}]") for number, one in enumerate(container)]
    return [(one, f"{path}.{name}" if path else str(name)) for name, one in container.items()]
