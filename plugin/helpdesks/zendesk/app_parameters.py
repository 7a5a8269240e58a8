"""What an app may ask whoever installs it; ours asks nothing, and stays right if it ever does.

https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/#parameters
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

KINDS: Final = frozenset({"text", "checkbox", "url", "number", "multiline", "hidden", "oauth", "mtls"})
SWITCHES: Final = ("required", "secure")


def parameter_problems(parameters: Any, has_oauth: bool) -> Iterator[str]:
    """What is wrong with `parameters`."""
    if not isinstance(parameters, list) or not all(isinstance(one, dict) for one in parameters):
        yield "parameters must be a list of objects"
        return
    for number, one in enumerate(parameters):
        yield from (f"parameters[{number}]{said}" for said in _problems(one))
    names = Counter(str(one.get("name")) for one in parameters)
    yield from (f"parameters: the name {name} stands twice" for name, count in names.items() if count > 1)
    by_oauth = sum(one.get("type") == "oauth" for one in parameters)
    if by_oauth > 1:
        yield "parameters: only one may be of type oauth"
    if by_oauth and not has_oauth:
        yield "parameters: one of type oauth needs oauth beside them"


def _problems(parameter: dict[str, Any]) -> Iterator[str]:
    name, kind = parameter.get("name"), parameter.get("type", "text")
    if not isinstance(name, str) or not name or name == "name":
        yield ".name must be a name of its own"
    if kind not in KINDS:
        yield f".type must be one of {', '.join(sorted(KINDS))}"
    yield from (
        f".{switch} must be true or false"
        for switch in SWITCHES
        if not isinstance(parameter.get(switch, False), bool)
    )
    if kind == "hidden" and parameter.get("required") is True:
        yield ".required must not be true where nobody sees the parameter"
    if kind == "oauth" and parameter.get("secure") is True:
        yield ".secure must not be true for oauth"
