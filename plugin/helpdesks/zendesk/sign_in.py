"""Agents sign in by Zendesk's OAuth: authorisation code with PKCE, then who the token belongs to.

https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/pkce/
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from plugin.code_exchange import exchanged, looked_up, no_agent
from plugin.helpdesks.zendesk.access import TOKENS, Client
from plugin.helpdesks.zendesk.agents import ROLES, read_agent
from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.ports import Agent, Api, Connection, OAuthClient

SCOPE: Final = "users:read"
SECONDS: Final = 600
"""How long the token lives that tells who somebody is: it is used once, at once; Zendesk takes no less than 301."""


@dataclass(frozen=True, slots=True)
class ZendeskSignIn:
    """By the OAuth client of a connection, else by the installation's."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    def client(self, connection: Connection) -> OAuthClient | None:
        """The client that tokens are renewed with signs in too."""
        found = Client.of(connection, self.client_id, self.client_secret)
        return None if found is None else OAuthClient(found.id, found.secret)

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
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{connection.api_url}/oauth/authorizations/new?{urlencode(asked)}"

    def identify(self, api: Api, client: OAuthClient, code: str, redirect_uri: str, verifier: str) -> Agent:
        """The user whose token the code gives."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": client.id,
            "client_secret": client.secret,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "code_verifier": verifier,
            "expires_in": SECONDS,
        }
        answer = exchanged(api, client, TOKENS, body)
        with answer_of(api):
            told = looked_up(api, "/api/v2/users/me", answer.at("access_token").key())
            return _agent(api, told.at("user"))


def _agent(api: Api, user: Part) -> Agent:
    """A customer of the shop has an account there too, and an unknown token is answered with a user of no id."""
    role = user.at("role").word()
    if user.at("id").id() is None or role not in ROLES:
        raise no_agent(api)
    found = read_agent(user, role)
    if not found.active:
        raise no_agent(api)
    return found
