"""Agents sign in by Gorgias' OAuth: authorisation code, then whose token it gives.

Gorgias knows no PKCE, but echoes a nonce in the ID token; what only this browser can prove stands in that place.
https://developers.gorgias.com/docs/oauth2-authentication
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from plugin.code_exchange import challenge_of, exchanged, looked_up, no_agent, of_another
from plugin.documents import Part, answer_of
from plugin.helpdesks.gorgias.access import TOKENS, basic, claims
from plugin.helpdesks.gorgias.agents import read_agent
from plugin.helpdesks.gorgias.messages import BOT, role_of
from plugin.http import FORM
from plugin.ports import Agent, Api, Connection, OAuthClient

SCOPE: Final = "openid email profile users:read"
"""No `offline`: no refresh token is made that nobody would keep."""


@dataclass(frozen=True, slots=True)
class GorgiasSignIn:
    """By the OAuth client of a connection, else by the installation's app."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    def client(self, connection: Connection) -> OAuthClient | None:
        """A connection by API key has none of its own."""
        held = connection.credentials
        own, owns = held.get("client_id"), held.get("client_secret")
        if own and owns:
            return OAuthClient(own, owns)
        if self.client_id and self.client_secret:
            return OAuthClient(self.client_id, self.client_secret)
        return None

    def authorize_url(
        self, connection: Connection, client: OAuthClient, redirect_uri: str, state: str, challenge: str
    ) -> str:
        """The account's own page that asks the agent."""
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": challenge,
        }
        return f"{connection.api_url}/oauth/authorize?{urlencode(asked)}"

    def identify(self, api: Api, client: OAuthClient, code: str, redirect_uri: str, verifier: str) -> Agent:
        """The user whose token the code gives."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        headers = {"Authorization": basic(client.id, client.secret), "Content-Type": FORM}
        answer = exchanged(api, client, TOKENS, form, headers)
        with answer_of(api):
            _check_nonce(api, answer, challenge_of(verifier))
            return _agent(api, looked_up(api, "/api/users/0", answer.at("access_token").key()))


def _check_nonce(api: Api, answer: Part, wanted: str) -> None:
    """A code that was made for another browser is refused. The token came from its issuer, so it needs no proof."""
    nonce = claims(answer.at("id_token").text()).get("nonce")
    if nonce is not None and nonce != wanted:
        raise of_another(api)


def _agent(api: Api, user: Part) -> Agent:
    """A bot has an account there too, and so has who was switched off."""
    found = read_agent(user)
    if role_of(user) in {None, BOT} or not found.active:
        raise no_agent(api)
    return found
