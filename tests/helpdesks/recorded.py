"""An API that gives recorded answers by path, and keeps what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from plugin.ports import Body, Budget, Connection, NotFound

CONNECTION = Connection(1, 1, "acme", "vendor", "acme", "https://acme.vendor.example", "key", {}, {})


def connection(vendor: str = "vendor", api_url: str = CONNECTION.api_url, **changes: Any) -> Connection:
    """A connection of tenant acme; `options` and `credentials` as given."""
    return replace(CONNECTION, vendor=vendor, api_url=api_url, **changes)


@dataclass(frozen=True)
class Call:
    """One call that was made."""

    method: str
    path: str
    body: Any
    budgets: Sequence[Budget] = ()


@dataclass
class RecordedApi:
    """Answers `{"path", "params" (those that matter), "answer" or "error"}`, the most particular that fits."""

    connection: Connection
    answers: Sequence[Mapping[str, Any]] = ()
    calls: list[Call] = field(default_factory=list)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        self.calls.append(Call("GET", path, dict(params or {})))
        return self._answer(path, params or {})

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> dict[str, Any]:
        self.calls.append(Call(method, path, body, tuple(budgets)))
        return self._answer(path, {})

    def _answer(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        fitting = [
            one
            for one in self.answers
            if one["path"] == path and one.get("params", {}).items() <= params.items()
        ]
        assert fitting, f"nothing is recorded for {path} with {dict(params)}"
        found = max(fitting, key=lambda one: len(one.get("params", {})))
        if "error" in found:
            raise ERRORS[found["error"]](f"recorded: no {path}")
        if isinstance(found["answer"], Exception):
            raise found["answer"]
        answer: dict[str, Any] = found["answer"]
        return answer


ERRORS = {"NotFound": NotFound}
