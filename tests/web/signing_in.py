"""Agents who sign in to a page of ours through the fake helpdesk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.code_exchange import challenge_of
from plugin.ports import Agent, Api, Connection, OAuthClient, PermanentError
from tests.web.site import Site

ANA = Agent("11", "ana@shop.example", "Ana")
SAM = Agent("12", "sam@shop.example", "Sam", "admin")
CLIENT = OAuthClient("marginalia", "the client's secret")


@dataclass
class FakeSignIn:
    """OAuth of the fake helpdesk. `agents` is who a code proves; `clients` are those of accounts by name."""

    agents: dict[str, Agent | Exception] = field(default_factory=lambda: {"ana": ANA, "sam": SAM})
    clients: dict[str, OAuthClient] = field(default_factory=lambda: {"acme": CLIENT})
    challenge: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def client(self, connection: Connection) -> OAuthClient | None:
        return self.clients.get(connection.account)

    def authorize_url(
        self, connection: Connection, client: OAuthClient, redirect_uri: str, state: str, challenge: str
    ) -> str:
        self.challenge = challenge
        query = urlencode({"client_id": client.id, "redirect_uri": redirect_uri, "state": state})
        return f"https://{connection.account}.fake.example/authorize?{query}"

    def identify(self, api: Api, client: OAuthClient, code: str, redirect_uri: str, verifier: str) -> Agent:
        self.asked.append((api.connection.account, code, redirect_uri))
        found = self.agents[code]
        if isinstance(found, Exception):
            raise found
        if challenge_of(verifier) != self.challenge:
            raise PermanentError("this code was made for another browser")
        return found


def with_sign_in(site: Site, **changes: object) -> FakeSignIn:
    """Let the site's helpdesk have such a sign-in."""
    made = FakeSignIn(**changes)  # type: ignore[arg-type]
    site.world.helpdesk.sign_in = made
    return made


def begun(browser: FlaskClient, ticket: str = "5", query: str = "") -> Mapping[str, str]:
    """What the helpdesk's page is asked with."""
    answer = browser.get(f"/panel/fake/{ticket}/sign-in{query}")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def back(browser: FlaskClient, state: str, code: str = "ana", **more: str) -> TestResponse:
    """The helpdesk sends the browser back."""
    return browser.get("/oauth/fake/callback", query_string={"state": state, "code": code} | more)


def signed_in(site: Site, code: str = "ana", ticket: str = "5", query: str = "") -> FlaskClient:
    """A browser of somebody who has come back from there."""
    browser = site.visitor()
    answer = back(browser, begun(browser, ticket, query)["state"], code)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser
