"""The app beside the ticket: where it lives, and the tokens that tell it who is looking, signed with its own key."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.zendesk.records import Json

if TYPE_CHECKING:
    from sandbox.zendesk.state import Account

PRODUCT, LOCATION = "support", "ticket_sidebar"
TOKEN_SECONDS = 300
KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class App:
    """An installed app with a signed URL. Its key belongs to the app, its installation to the account."""

    id: int
    installation_id: int
    url: str
    key: RSAPrivateKey

    @property
    def origin(self) -> str:
        """Whose pages are in its frame."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def public_key(self) -> str:
        """What its tokens are checked with, as PEM."""
        return (
            self.key.public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode("ascii")
        )


def new_key() -> RSAPrivateKey:
    """A key pair as it is made for an app."""
    return generate_private_key(65537, KEY_BITS)


@cache
def strange_key() -> RSAPrivateKey:
    """A key pair that is no app's: for tokens that somebody else made."""
    return new_key()


def claims(account: "Account", app: App, user_id: int) -> Json:
    """What a token says: which account and installation, which agent, until when. It names no ticket."""
    host = f"{account.subdomain}.zendesk.com"
    at = int(account.now().timestamp())
    return {
        "iss": host,
        "aud": f"https://{host}/api/v2/apps/installations/{app.installation_id}.json",
        "sub": f"https://{host}/api/v2/users/{user_id}.json",
        "iat": at,
        "exp": at + TOKEN_SECONDS,
        "context": {"product": PRODUCT, "location": LOCATION},
    }


def token(account: "Account", app: App, user_id: int) -> str:
    """The token that is posted into the app's frame when this agent opens a ticket."""
    return signed(claims(account, app, user_id), app.key)


def signed(said: Json, key: RSAPrivateKey, algorithm: str = "RS256") -> str:
    """A JWT. Any algorithm but RS256 is a forger's; ValueError for one that is unknown."""
    if algorithm not in SIGNERS:
        raise ValueError(f"there is no {algorithm} here: it is one of {', '.join(SIGNERS)}")
    head = {"typ": "JWT", "alg": algorithm}
    text = ".".join(_part(json.dumps(one, separators=(",", ":")).encode()) for one in (head, said))
    return f"{text}.{_part(SIGNERS[algorithm](key, text.encode()))}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _by_rsa(key: RSAPrivateKey, text: bytes) -> bytes:
    return key.sign(text, PKCS1v15(), SHA256())


def _by_public_key(key: RSAPrivateKey, text: bytes) -> bytes:
    """The old trick: what everybody may read taken for a shared secret."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hmac.new(public, text, hashlib.sha256).digest()


def _by_nobody(key: RSAPrivateKey, text: bytes) -> bytes:
    return b""


SIGNERS: dict[str, Callable[[RSAPrivateKey, bytes], bytes]] = {
    "RS256": _by_rsa,
    "HS256": _by_public_key,
    "none": _by_nobody,
}
