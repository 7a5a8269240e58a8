"""Names of what is made once for a ticket: a single-use code under an agent's own, and the mark of a draft order."""

import hashlib
import hmac
from typing import Final

ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, so that no word comes of it by chance; nothing that looks like something else."""
LENGTH: Final = 7
LONGEST_PARENT: Final = 40


def child_code(parent: str, secret: str, connection_id: int, ticket_id: str, agent: str) -> str:
    """The code for this ticket and agent, under the agent's own: always the same one, and not to be guessed.

    28 signs to the power of 7 are 1.3 × 10¹⁰ codes under each parent.
    """
    told = f"{connection_id}:{ticket_id}:{agent.casefold()}:{parent.casefold()}".encode()
    number = int.from_bytes(hmac.new(secret.encode(), told, hashlib.sha256).digest())
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return f"{parent[:LONGEST_PARENT]}-{''.join(signs)}"


def anchor_code(parent: str, share: str, secret: str) -> str:
    """The first of the single-use codes under an agent's own, at this share: by it the store's discount is found that
    all of them belong to. Another share is another discount.
    """
    return child_code(parent, secret, 0, "", share)


def mark_of(what: str, connection_id: int, ticket_id: str, name: str) -> str:
    """A short reference by which a thing made for this ticket is found again: "mgn-7f3a91c02b5d"."""
    told = f"{what}:{connection_id}:{ticket_id}:{name}".encode()
    return f"mgn-{hashlib.sha256(told).hexdigest()[:12]}"
