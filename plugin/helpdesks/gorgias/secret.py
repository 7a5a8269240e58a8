"""Proving where a webhook comes from: both integrations that we make carry a secret header of this connection.

Gorgias can also sign with an `hmac_secret`, but no text of theirs says in which header and how it is written, so no
signature is asked for. Nothing in a call says when it was made: a repeat is known by its event id alone.
"""

import hmac
from collections.abc import Mapping

from plugin.documents import header
from plugin.ports import Connection, Forged

SECRET_HEADER = "X-Marginalia-Secret"  # noqa: S105  (the header's name)

NOTHING_TO_CHECK_WITH = (
    "no secret is stored for this connection, so nothing can be checked: run `marginalia connect gorgias` for its "
    "account again"
)
MISSING = (
    f"the header {SECRET_HEADER} is missing: is this sent by the HTTP integration that we made in Gorgias?"
)
WRONG = (
    f"the header {SECRET_HEADER} is not this connection's secret: run `marginalia connect gorgias` for its account "
    "again, which writes it into the integration"
)


def check_secret(connection: Connection, headers: Mapping[str, str]) -> None:
    """Forged unless the call carries this connection's secret."""
    secret = connection.credentials.get("signing_secret")
    if not secret:
        raise Forged(NOTHING_TO_CHECK_WITH)
    given = header(headers, SECRET_HEADER.lower())
    if not given:
        raise Forged(MISSING)
    if not hmac.compare_digest(_bytes(secret), _bytes(given)):
        raise Forged(WRONG)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
