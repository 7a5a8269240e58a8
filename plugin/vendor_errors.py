"""The errors that the outside world may raise: one thing matters in each, whether trying again will help."""

from collections.abc import Mapping
from typing import Any


class VendorError(Exception):
    """A vendor did not do what we asked. `str()` is one sentence for the admin: what, to whom, what next."""


class TemporaryError(VendorError):
    """Worth trying again. `retry_after` is the vendor's own word in seconds, None where it gave none.

    `unknown` is true when the request may have been carried out all the same (time-out after sending, 5xx).
    `whole_account` is true when the vendor throttles the account, not just this object.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        unknown: bool = False,
        whole_account: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.unknown = unknown
        self.whole_account = whole_account


class PermanentError(VendorError):
    """Trying again will not help until somebody changes something; the message says what."""


class AccessError(PermanentError):
    """The vendor does not accept our credentials, or they lack a right: stops until the account is connected again."""


class Overtaken(VendorError):
    """The object changed after we read it (409 of a compare-and-set): read again and decide again."""


class Forged(Exception):
    """A webhook that does not prove where it comes from; the message is safe to show to the caller."""


class Unreadable(Exception):
    """Authentic, but not what we can read. `path` is the field ("detail.id"; "" for the whole body)."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'body'}: {problem}")
        self.path = path
        self.problem = problem


class NotFound(PermanentError):
    """The vendor has no such object."""


class Rejected(PermanentError):
    """The vendor refused the values (422 and its like). `details` is its own answer, for the adapter to read."""

    def __init__(self, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.details = details
