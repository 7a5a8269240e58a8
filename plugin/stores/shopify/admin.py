"""Asking the Admin API: one path for everything, and refusals that come with status 200.

https://shopify.dev/docs/api/admin-graphql
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plugin.documents import Part, answer_of
from plugin.ports import AccessError, Api, PermanentError, Rejected, TemporaryError, Unreadable, VendorError
from plugin.stores.shopify.queries import Document
from plugin.stores.shopify.throttle import Cost, Throttle

VERSION: Final = "2026-07"
PATH: Final = f"/admin/api/{VERSION}/graphql.json"
LONGEST_WORDS: Final = 300


class UnknownField(PermanentError):
    """This version of the API has no such field."""


@dataclass(frozen=True, slots=True)
class Admin:
    """The Admin API of one shop, within what its bucket pays for."""

    api: Api
    throttle: Throttle

    def ask(self, document: Document, spare: float = 0.0, **variables: Any) -> Part:
        """The `data` of the answer; a refusal is raised. `spare` is the share of the bucket that is left to others."""
        try:
            return self._asked(document, spare, variables)
        except (UnknownField, AccessError) as refusal:
            smaller = document.without(str(refusal))
            if smaller is None:
                raise
        return self.ask(smaller, spare, **variables)

    def change(self, document: Document, payload: str, **variables: Any) -> Part:
        """The payload of a mutation; Rejected where it says that something is wrong with what it was given."""
        done = self.ask(document, **variables).at(payload)
        errors = list(done.at("userErrors").items())
        if errors:
            problems = [one.at("message").text() for one in errors]
            details = {"userErrors": problems, "codes": [one.at("code").text() for one in errors]}
            raise Rejected(f"{self.who} refused {document.name}: {'; '.join(problems)}", details)
        return done

    @property
    def who(self) -> str:
        """Whose words these are, for the admin."""
        return f"{self.api.connection.vendor} account {self.api.connection.account}"

    def _asked(self, document: Document, spare: float, variables: Mapping[str, Any]) -> Part:
        self._hold(document, spare)
        answer = self.api.send("POST", PATH, {"query": document.text, "variables": dict(variables)})
        cost = Cost.of(answer)
        self.throttle.learn(self.api.connection.id, document.name, cost)
        if answer.get("errors"):
            raise self._refusal(document, Refused.of(answer["errors"]), cost)
        with answer_of(self.api):
            return _there(Part(answer).at("data"))

    def _hold(self, document: Document, spare: float) -> None:
        """Send nothing that the bucket cannot pay for; who leaves a share to others keeps nobody else waiting."""
        wait = self.throttle.wait(self.api.connection.id, document.name, spare)
        if wait > 0:
            raise TemporaryError(
                f"{self.who} has no points left for {document.name}",
                retry_after=wait,
                whole_account=spare == 0.0,
            )

    def _refusal(self, document: Document, refused: "Refused", cost: Cost | None) -> VendorError:
        said = f"{self.who} refused {document.name}: {refused.words}"
        if "THROTTLED" in refused.codes:
            wait = None if cost is None else max(0.1, cost.wait(cost.requested))
            return TemporaryError(said, retry_after=wait, whole_account=True)
        if "ACCESS_DENIED" in refused.codes:
            return AccessError(f"{said} {self._next_step()}")
        if "INTERNAL_SERVER_ERROR" in refused.codes:
            return TemporaryError(said, unknown=document.text.startswith("mutation"))
        if "undefinedField" in refused.codes:
            return UnknownField(said)
        return PermanentError(said)

    def _next_step(self) -> str:
        return (
            "Give the app that the token belongs to what is missing (its Admin API scopes, or access to protected "
            f"customer data), then run `marginalia connect shopify --shop {self.api.connection.account}` again"
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """The errors of an answer: their codes, and the vendor's words for the admin."""

    codes: frozenset[str]
    words: str

    @staticmethod
    def of(errors: Any) -> "Refused":
        """Of whatever stands under `errors`; what it looks like is the vendor's choice."""
        given: Sequence[Any] = errors if isinstance(errors, list) else [errors]
        words = " ".join("; ".join(map(_message, given)).split())
        return Refused(frozenset(map(_code, given)), words[:LONGEST_WORDS])


def _message(error: Any) -> str:
    said = error.get("message") if isinstance(error, dict) else error
    return str(said or "(no text)")


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code")) if isinstance(extensions, dict) else ""


def _there(data: Part) -> Part:
    if data.value is None:
        raise Unreadable(data.path, "is missing")
    return data
