"""Proving where a webhook comes from: `base64(HMAC-SHA256(app secret, raw body))`.

Nothing that is signed says when it was made (`X-Shopify-Triggered-At` is not), so no age is checked: the event's id is
what keeps a repeat from counting twice, and whatever a webhook claims is read anew.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from plugin.ports import Connection, Forged
from plugin.stores.shopify.headers import SIGNATURE, said

NOTHING_TO_CHECK_WITH = (
    "no app secret is stored for this connection, so nothing can be checked: run `marginalia connect shopify` for its "
    "shop again, with --secret"
)
NO_SIGNATURE = f"the header X-Shopify-{SIGNATURE.title()} is missing: is this sent by Shopify?"
WRONG = (
    "the signature does not fit this body and this connection's app secret; if the secret was changed, run `marginalia "
    "connect shopify` for its shop again, with --secret NEW,OLD"
)


def verify(connection: Connection, headers: Mapping[str, str], body: bytes, apps_secret: str | None) -> None:
    """Forged unless the connection's app signed these bytes, or the installation's where it has none of its own."""
    secrets = _secrets(connection.credentials.get("signing_secret") or apps_secret)
    if not secrets:
        raise Forged(NOTHING_TO_CHECK_WITH)
    given = said(headers, SIGNATURE)
    if not given:
        raise Forged(NO_SIGNATURE)
    fitting = [hmac.compare_digest(sign(secret, body), _bytes(given)) for secret in secrets]
    if not any(fitting):
        raise Forged(WRONG)


def sign(secret: str, body: bytes) -> bytes:
    """The signature that Shopify would send."""
    return base64.b64encode(hmac.new(_bytes(secret), body, hashlib.sha256).digest())


def _secrets(stored: str | None) -> list[str]:
    """Newest first, separated by commas: for an hour after a change Shopify may still sign with the former one."""
    return [one for secret in (stored or "").split(",") if (one := secret.strip())]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
