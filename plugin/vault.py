"""Vendor tokens at rest: encrypted with the newest key, read with any that is still listed."""

import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

NO_KEY = "the stored credentials open with none of ENCRYPTION_KEYS: put the former key back into the list"


class Vault:
    """Encrypts a small mapping of secrets for one tenant; a row copied to another tenant does not open."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, tenant_id: int, secrets: Mapping[str, str]) -> str:
        """The encrypted text to store."""
        envelope = json.dumps({"tenant": tenant_id, "secrets": dict(secrets)})
        return self._fernet.encrypt(envelope.encode()).decode()

    def open(self, tenant_id: int, stored: str) -> dict[str, str]:
        """The secrets again. ValueError when no listed key fits, or the row is another tenant's."""
        try:
            envelope = json.loads(self._fernet.decrypt(stored.encode()))
        except InvalidToken as error:
            raise ValueError(NO_KEY) from error
        if envelope["tenant"] != tenant_id:
            raise ValueError("the stored credentials belong to another tenant")
        secrets: dict[str, str] = envelope["secrets"]
        return secrets

    def rotate(self, stored: str) -> str:
        """The same secrets under the newest key. ValueError when no listed key fits."""
        try:
            return self._fernet.rotate(stored.encode()).decode()
        except InvalidToken as error:
            raise ValueError(NO_KEY) from error
