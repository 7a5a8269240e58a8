"""Tokens as Zendesk signs them for the frame of an app, and keys to sign with: its own, and a stranger's."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
USER, INSTALLATION = "8447388090001", "5100"
HEAD: Mapping[str, Any] = {"alg": "RS256", "typ": "JWT"}


@cache
def key(whose: str = "the app", bits: int = 2048) -> RSAPrivateKey:
    """A key pair, the same one for the same name."""
    return generate_private_key(65537, bits)


def public(private: RSAPrivateKey) -> str:
    """The half that everybody may read, as PEM."""
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def claims(account: str = "acme", **changes: Any) -> dict[str, Any]:
    """What the token of an agent of this account says; a change to None takes a claim away."""
    host = f"{account}.zendesk.com"
    said = {
        "iss": host,
        "aud": f"https://{host}/api/v2/apps/installations/{INSTALLATION}.json",
        "sub": f"https://{host}/api/v2/users/{USER}.json",
        "iat": AT,
        "exp": AT + 300,
        "context": {"product": "support", "location": "ticket_sidebar"},
    }
    return {name: value for name, value in (said | changes).items() if value is not None}


def by_rsa(text: bytes) -> bytes:
    """The app's own signature."""
    return key().sign(text, PKCS1v15(), SHA256())


def token(
    said: Mapping[str, Any] | None = None,
    sign: Callable[[bytes], bytes] = by_rsa,
    head: Mapping[str, Any] = HEAD,
) -> str:
    """These claims as a JWT (RFC 7519)."""
    text = f"{part(head)}.{part(claims() if said is None else said)}"
    return f"{text}.{coded(sign(text.encode()))}"


def part(value: Any) -> str:
    """A value as a part of a token."""
    return coded(json.dumps(value).encode())


def coded(data: bytes) -> str:
    """URL-safe, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
