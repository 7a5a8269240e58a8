"""An account that answers a sign-in, and keeps what it was asked."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plugin.ports import Body, Budget, Connection, OAuthClient

CLIENT = OAuthClient("marginalia", "the client's secret")
BACK = "https://app.example/oauth/vendor/callback"
VERIFIER = "v" * 64


@dataclass(frozen=True)
class Asked:
    """One call that was made."""

    method: str
    path: str
    body: Any
    headers: Mapping[str, str]


@dataclass
class SigningApi:
    """Answers by path: a document, or an error that is raised."""

    connection: Connection
    answers: Mapping[str, Any]
    asked: list[Asked] = field(default_factory=list)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        raise AssertionError("a call without the agent's token proves nobody")

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> dict[str, Any]:
        self.asked.append(Asked(method, path, body, dict(headers or {})))
        found = self.answers[path]
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, dict)
        return found


def jwt(**claims: Any) -> str:
    """A token of that shape; whoever gave it is trusted, so its signature is noise."""
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.noise"
