"""Who is looking: a token of our own, bound to tenant, account and agent, for a quarter of an hour.

A second token, for renewal alone, lasts a working day: a tab stays open longer than its token, and the host signs
only the first page. It opens no data, and is refused once the account or the agent is gone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import request

from plugin.signing import Signer
from plugin.web.problems import Problem
from plugin.web.services import services

LASTS: Final = timedelta(minutes=15)
RENEWS_FOR: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=5)
"""A token older than this is answered with a new one."""
HEADER: Final = "Marginalia-Token"
REFUSED = "this sidebar was open too long, or its token is not ours: open the ticket again"


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who may look: whose tenant's, through which account. `agent_id` is None for an admin by a link."""

    tenant_id: int
    connection_id: int
    agent_id: str | None
    role: str = "agent"


def mint(looker: Looker) -> str:
    """A token that opens the panels of this looker's account."""
    return _sign("sidebar", looker)


def mint_renewal(looker: Looker) -> str:
    """A token that does nothing but bring new ones of the other sort."""
    return _sign("sidebar-renewal", looker)


def looker_of_request() -> Looker:
    """Who sends this request; a Problem where its token is missing, too old or not ours."""
    return _read("sidebar", LASTS)


def renewer_of_request() -> Looker:
    """Who asks for a new token."""
    return _read("sidebar-renewal", RENEWS_FOR)


def needs_new() -> bool:
    """Whether the token of this request has had its best time."""
    return _signer("sidebar").read(_bearer(), FRESH.total_seconds()) is None


def _sign(purpose: str, looker: Looker) -> str:
    value = [looker.tenant_id, looker.connection_id, looker.agent_id, looker.role]
    return _signer(purpose).sign(value)


def _read(purpose: str, lasts: timedelta) -> Looker:
    value = _signer(purpose).read(_bearer(), lasts.total_seconds())
    if value is None:
        raise Problem(401, REFUSED, headers={"WWW-Authenticate": "Bearer"})
    return Looker(*value)


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""


def _signer(purpose: str) -> Signer:
    return Signer(services().config.secret_keys, purpose)
