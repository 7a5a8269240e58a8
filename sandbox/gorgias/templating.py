"""Templates of HTTP integrations: `{{ticket.customer.email}}`, `{{message.sender | tojson}}`. All becomes text."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*(?:\|\s*(\w+)\s*)?\}\}")
CONTEXT = re.compile(r"\{\{\s*context\s*\}\}")


def rendered(template: Any, context: Mapping[str, Any], undefined: str = "") -> Any:
    """A form with every template filled in; what is no text becomes one, as `"True"` for true."""
    if isinstance(template, dict):
        return {name: rendered(value, context, undefined) for name, value in template.items()}
    if isinstance(template, list):
        return [rendered(value, context, undefined) for value in template]
    return text(template, context, undefined) if isinstance(template, str) else _said(template, undefined)


def text(template: str, context: Mapping[str, Any], undefined: str = "") -> str:
    """One text with every place filled in."""
    return _PLACE.sub(lambda match: _filled(match, context, undefined), template)


def url(template: str, context: Mapping[str, Any], encode: bool = True) -> str:
    """An address with every place filled in; whether the vendor encodes what it fills in is not known."""

    def one(match: "re.Match[str]") -> str:
        found = _filled(match, context, "")
        return quote(found, safe="@") if encode else found

    return _PLACE.sub(one, template)


def _filled(match: "re.Match[str]", context: Mapping[str, Any], undefined: str) -> str:
    found = _at(context, match[1])
    if match[2] == "tojson":
        return json.dumps(found, ensure_ascii=False)
    return _said(found, undefined)


def _at(context: Any, path: str) -> Any:
    for name in path.split("."):
        context = context.get(name) if isinstance(context, Mapping) else None
    return context


def _said(value: Any, undefined: str) -> str:
    return undefined if value is None else str(value)
