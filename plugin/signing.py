"""Signed values that leave the house and come back: who is signed in, and that a form is ours."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer


class Signer:
    """Signs small values for one purpose; a value signed for another purpose does not pass.

    `keys` are newest first, as in the configuration: the newest signs, all verify.
    """

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        # itsdangerous signs with the last key of its list, and its default digest is SHA-1.
        self._serializer = URLSafeTimedSerializer(
            list(reversed(keys)),
            salt=f"marginalia.{purpose}",
            signer_kwargs={"digest_method": hashlib.sha256},
        )

    def sign(self, value: Any) -> str:
        """The value as signed text; readable by all, so no personal data belongs in it."""
        signed = self._serializer.dumps(value)
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, text: str, max_age: float) -> Any | None:
        """The value again; None when it is not ours, was changed, or was signed more than `max_age` seconds ago."""
        try:
            return self._serializer.loads(text, max_age=int(max_age))
        except BadSignature:
            return None


CARD_BUTTONS = "card buttons"
"""What buttons of a card prove themselves for."""


def narrowed(secret: str, purpose: str) -> str:
    """A secret that is good for one purpose alone: who comes to know it cannot tell the one that it was made from."""
    return hmac.new(secret.encode(), f"marginalia.{purpose}".encode(), hashlib.sha256).hexdigest()
