"""YAML as the settings file means it: what is written is what is read.

YAML 1.1 takes `on`, `off`, `yes` and `no` for true and false, `09:30` for a number of seconds, `0211` for octal and
`2026-11-01` for a date. Rules have a key `on`, ids begin with zeros, dates are texts here: so only true, false,
null and plain decimal numbers are anything but text. What we write is quoted where an older reader would mistake it.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

_FIRST_OF_NUMBERS: Final = list("-+.0123456789")
_WHOLE: Final = r"-?(?:0|[1-9][0-9]*)"
_EXPONENT: Final = r"[eE][-+]?[0-9]+"

_READ: Final = (
    ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("int", re.compile(rf"^{_WHOLE}$"), _FIRST_OF_NUMBERS),
    (
        "float",
        re.compile(rf"^(?:{_WHOLE}\.[0-9]*(?:{_EXPONENT})?|-?\.[0-9]+(?:{_EXPONENT})?|{_WHOLE}{_EXPONENT})$"),
        _FIRST_OF_NUMBERS,
    ),
    ("merge", re.compile(r"^<<$"), ["<"]),
)
_OLD_BOOL: Final = re.compile(r"^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|off|Off|OFF)$")


class Duplicate(Exception):
    """Keys that stand twice in one mapping, each as (path, line of the first, line of the second)."""

    def __init__(self, found: list[tuple[str, int, int]]) -> None:
        super().__init__(f"{len(found)} keys stand twice")
        self.found = found


class _Loader(yaml.SafeLoader):
    """Plain values only, and of those only the ones above are anything but text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's way)


class _Dumper(yaml.SafeDumper):
    """Quotes what this reader or one of YAML 1.1 would take for something else; but for `on`, a key of rules."""

    yaml_implicit_resolvers: dict[str, Any] = {  # noqa: RUF012  (PyYAML's way)
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }


for _name, _pattern, _first in _READ:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", _pattern, _first)
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", _pattern, _first)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", _OLD_BOOL, list("yYnNtTfFoO"))


def load(text: str) -> Any:
    """The document in a text. `yaml.YAMLError` where it is no YAML, `Duplicate` where a key stands twice."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        found = list(_duplicates(node, "", set()))
        if found:
            raise Duplicate(found)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def dump(document: Any) -> str:
    """The document as YAML, in its own order."""
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    return text


def _duplicates(node: yaml.Node, path: str, visited: set[int]) -> Iterator[tuple[str, int, int]]:
    """The keys that stand twice, everywhere; an anchor's node is looked at once."""
    if id(node) in visited:
        return
    visited.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for number, inner in enumerate(node.value):
            yield from _duplicates(inner, f"{path}[{number}]", visited)
    elif isinstance(node, yaml.MappingNode):
        yield from _twice(node, path)
        for key, inner in node.value:
            yield from _duplicates(inner, _below(path, key), visited)


def _twice(node: yaml.MappingNode, path: str) -> Iterator[tuple[str, int, int]]:
    first: dict[tuple[str, str], yaml.Node] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        before = first.setdefault((key.tag, key.value), key)
        if before is not key:
            yield _below(path, key), before.start_mark.line + 1, key.start_mark.line + 1


def _below(path: str, key: yaml.Node) -> str:
    name = str(key.value)
    return f"{path}.{name}" if path else name
