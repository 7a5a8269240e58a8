"""Agents sign in by Zendesk's OAuth: what the browser is sent with, and who comes back."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from plugin.code_exchange import challenge_of
from plugin.helpdesks.zendesk import Zendesk
from plugin.ports import AccessError, Agent, OAuthClient, PermanentError, Rejected, SignIn, TemporaryError
from tests.helpdesks.signing_in import BACK, CLIENT, VERIFIER, SigningApi
from tests.helpdesks.zendesk.account import zendesk_connection

ANA: dict[str, Any] = {
    "id": 8447388090001,
    "email": "ana@shop.example",
    "name": "Ana Duarte",
    "role": "agent",
    "suspended": False,
}


def sign_in(client_id: str | None = None, secret: str | None = None) -> SignIn:
    return Zendesk(client_id, secret).sign_in


def api(user: Any = ANA, token: Any = None) -> SigningApi:
    made = {"access_token": "t0", "token_type": "bearer"} if token is None else token
    answers = {"/oauth/tokens": made, "/api/v2/users/me": {"user": user} if isinstance(user, dict) else user}
    return SigningApi(zendesk_connection(), answers)


def identified(asked: SigningApi) -> Agent:
    return sign_in().identify(asked, CLIENT, "c0", BACK, VERIFIER)


class TestClient:
    """The connection's own, else the installation's."""

    def test_a_connections_own_client_comes_first(self) -> None:
        own = zendesk_connection(credentials={"client_id": "own", "client_secret": "s"})
        assert sign_in("zdg-marginalia", "x").client(own) == OAuthClient("own", "s")

    def test_the_installations_serves_those_without(self) -> None:
        assert sign_in("zdg-marginalia", "x").client(zendesk_connection()) == OAuthClient(
            "zdg-marginalia", "x"
        )

    @pytest.mark.parametrize(("client_id", "secret"), [(None, None), ("zdg-marginalia", None), (None, "x")])
    def test_half_a_client_is_none(self, client_id: str | None, secret: str | None) -> None:
        assert sign_in(client_id, secret).client(zendesk_connection()) is None


class TestAddress:
    """Where the browser is sent."""

    def test_it_is_the_accounts_own_page_with_state_and_challenge(self) -> None:
        url = urlsplit(
            sign_in().authorize_url(zendesk_connection(), CLIENT, BACK, "s&t", challenge_of(VERIFIER))
        )
        assert f"{url.scheme}://{url.netloc}{url.path}" == (
            "https://acme.zendesk.com/oauth/authorizations/new"
        )
        assert dict(parse_qsl(url.query)) == {
            "response_type": "code",
            "client_id": "marginalia",
            "redirect_uri": BACK,
            "scope": "users:read",
            "state": "s&t",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }

    def test_a_challenge_is_the_one_of_the_standards_example(self) -> None:
        assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        )


class TestIdentity:
    """A code is fetched for a token that lives minutes, and the token tells whose it is."""

    def test_it_is_the_user_whom_zendesk_names(self) -> None:
        assert identified(api()) == Agent("8447388090001", "ana@shop.example", "Ana Duarte", "agent")

    def test_an_admin_is_one(self) -> None:
        assert identified(api(ANA | {"role": "admin"})).role == "admin"

    def test_the_code_goes_with_the_browsers_secret_and_for_minutes(self) -> None:
        asked = api()
        identified(asked)
        assert asked.asked[0].body == {
            "grant_type": "authorization_code",
            "code": "c0",
            "client_id": "marginalia",
            "client_secret": "the client's secret",
            "redirect_uri": BACK,
            "scope": "users:read",
            "code_verifier": VERIFIER,
            "expires_in": 600,
        }

    def test_who_it_is_is_asked_with_that_token(self) -> None:
        asked = api()
        identified(asked)
        assert (asked.asked[1].method, asked.asked[1].headers) == ("GET", {"Authorization": "Bearer t0"})

    @pytest.mark.parametrize(
        "change",
        [
            {"role": "end-user"},
            {"id": None},
            {"suspended": True},
            {"role": None},
        ],
    )
    def test_who_does_not_work_there_is_nobody(self, change: dict[str, Any]) -> None:
        with pytest.raises(PermanentError, match="nobody who works there: sign in there as an agent"):
            identified(api(ANA | change))

    @pytest.mark.parametrize("user", [{"id": "x"}, {"id": 1, "role": ["agent"]}, {}])
    def test_an_answer_that_cannot_be_read_is_an_error_that_says_so(self, user: dict[str, Any]) -> None:
        with pytest.raises(PermanentError):
            identified(api(user))

    def test_a_token_that_is_missing_is_an_error_that_says_so(self) -> None:
        with pytest.raises(PermanentError, match="access_token"):
            identified(api(token={"token_type": "bearer"}))


class TestTrouble:
    """Each refusal says whether the agent or the installation must act."""

    def test_a_stale_code_means_signing_in_again(self) -> None:
        refused = Rejected("answered 400", {"error": "invalid_grant", "error_description": "expired"})
        with pytest.raises(PermanentError, match=r"does not take this sign-in \(expired\): sign in again"):
            identified(api(token=refused))

    @pytest.mark.parametrize(
        "refused",
        [Rejected("answered 400", {"error": "invalid_client"}), AccessError("answered 401")],
    )
    def test_a_wrong_client_is_for_whoever_runs_the_installation(self, refused: Exception) -> None:
        with pytest.raises(PermanentError, match="must check its id, its secret and its redirect address"):
            identified(api(token=refused))

    def test_a_token_that_may_not_look_is_for_whoever_runs_the_installation(self) -> None:
        with pytest.raises(PermanentError, match="must let its OAuth client read users"):
            identified(api(AccessError("answered 403")))

    def test_no_refusal_tells_the_clients_secret(self) -> None:
        with pytest.raises(PermanentError) as caught:
            identified(api(token=AccessError("answered 401")))
        assert CLIENT.secret not in str(caught.value)

    def test_a_silent_account_may_be_asked_again(self) -> None:
        with pytest.raises(TemporaryError):
            identified(api(token=TemporaryError("does not answer")))
