"""Agents sign in by Gorgias' OAuth: what the browser is sent with, and who comes back."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from plugin.code_exchange import challenge_of
from plugin.helpdesks.gorgias import Gorgias
from plugin.ports import AccessError, Agent, OAuthClient, PermanentError, Rejected, SignIn
from tests.helpdesks.gorgias.account import gorgias_connection
from tests.helpdesks.signing_in import BACK, CLIENT, VERIFIER, SigningApi, jwt

ANA: dict[str, Any] = {
    "id": 94,
    "email": "ana@shop.example",
    "name": "Ana Duarte",
    "role": {"name": "agent"},
    "active": True,
}
OURS = jwt(sub=94, nonce=challenge_of(VERIFIER))


def sign_in(client_id: str | None = None, secret: str | None = None) -> SignIn:
    return Gorgias(client_id, secret).sign_in


def api(user: Any = ANA, token: Any = None, id_token: str | None = OURS) -> SigningApi:
    made = {"access_token": "t0", "id_token": id_token, "expires_in": 0} if token is None else token
    return SigningApi(gorgias_connection(), {"/oauth/token": made, "/api/users/0": user})


def identified(asked: SigningApi) -> Agent:
    return sign_in().identify(asked, CLIENT, "c0", BACK, VERIFIER)


class TestClient:
    """The connection's own, else the installation's app."""

    def test_a_connections_own_client_comes_first(self) -> None:
        own = gorgias_connection(credentials={"client_id": "own", "client_secret": "s"})
        assert sign_in("app", "x").client(own) == OAuthClient("own", "s")

    def test_the_installations_serves_a_connection_by_api_key(self) -> None:
        by_key = gorgias_connection(credentials={"user": "ana@shop.example", "access_token": "key"})
        assert sign_in("app", "x").client(by_key) == OAuthClient("app", "x")

    @pytest.mark.parametrize(("client_id", "secret"), [(None, None), ("app", None), (None, "x")])
    def test_half_a_client_is_none(self, client_id: str | None, secret: str | None) -> None:
        assert sign_in(client_id, secret).client(gorgias_connection()) is None


def test_the_browser_is_sent_to_the_accounts_own_page_with_state_and_nonce() -> None:
    challenge = challenge_of(VERIFIER)
    url = urlsplit(sign_in().authorize_url(gorgias_connection(), CLIENT, BACK, "s&t", challenge))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://acme.gorgias.com/oauth/authorize"
    assert dict(parse_qsl(url.query)) == {
        "response_type": "code",
        "client_id": "marginalia",
        "redirect_uri": BACK,
        "scope": "openid email profile users:read",
        "state": "s&t",
        "nonce": challenge,
    }


class TestIdentity:
    """A code is fetched for a token, and the token tells whose it is."""

    def test_it_is_the_user_whom_gorgias_names(self) -> None:
        assert identified(api()) == Agent("94", "ana@shop.example", "Ana Duarte", "agent")

    @pytest.mark.parametrize(("role", "kept"), [("admin", "admin"), ("lite-agent", "agent")])
    def test_a_role_is_admin_or_agent(self, role: str, kept: str) -> None:
        assert identified(api(ANA | {"role": {"name": role}})).role == kept

    def test_the_code_goes_as_a_form_by_the_client(self) -> None:
        asked = api()
        identified(asked)
        assert asked.asked[0].body == {
            "grant_type": "authorization_code",
            "code": "c0",
            "redirect_uri": BACK,
        }
        assert asked.asked[0].headers == {
            "Authorization": "Basic bWFyZ2luYWxpYTp0aGUgY2xpZW50J3Mgc2VjcmV0",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def test_who_it_is_is_asked_with_that_token(self) -> None:
        asked = api()
        identified(asked)
        assert (asked.asked[1].method, asked.asked[1].headers) == ("GET", {"Authorization": "Bearer t0"})

    def test_a_code_that_was_made_for_another_browser_is_refused_before_anything_is_asked(self) -> None:
        asked = api(id_token=jwt(nonce=challenge_of("w" * 64)))
        with pytest.raises(PermanentError, match="another sign-in than this one: sign in again"):
            identified(asked)
        assert len(asked.asked) == 1

    @pytest.mark.parametrize("id_token", [None, "", "no token", jwt(sub=94)])
    def test_an_account_that_echoes_no_nonce_still_signs_in(self, id_token: str | None) -> None:
        assert identified(api(id_token=id_token)).id == "94"

    @pytest.mark.parametrize(
        "change",
        [
            {"role": {"name": "bot"}},
            {"role": {}},
            {"active": False},
            {"deactivated_datetime": "2026-01-05T10:00:00.000000+00:00"},
        ],
    )
    def test_who_does_not_work_there_is_nobody(self, change: dict[str, Any]) -> None:
        with pytest.raises(PermanentError, match="nobody who works there: sign in there as an agent"):
            identified(api(ANA | change))

    @pytest.mark.parametrize("user", [{}, ANA | {"id": None}, ANA | {"email": 5}])
    def test_an_answer_that_cannot_be_read_is_an_error_that_says_so(self, user: dict[str, Any]) -> None:
        with pytest.raises(PermanentError, match="cannot be read"):
            identified(api(user))


class TestTrouble:
    """Each refusal says whether the agent or the installation must act."""

    def test_a_stale_code_means_signing_in_again(self) -> None:
        refused = Rejected("answered 400", {"error": "invalid_grant"})
        with pytest.raises(
            PermanentError, match=r"does not take this sign-in \(invalid_grant\): sign in again"
        ):
            identified(api(token=refused))

    def test_a_wrong_client_is_for_whoever_runs_the_installation(self) -> None:
        with pytest.raises(PermanentError, match="must check its id, its secret and its redirect address"):
            identified(api(token=AccessError("answered 401")))

    def test_a_token_that_may_not_look_is_for_whoever_runs_the_installation(self) -> None:
        with pytest.raises(PermanentError, match="must let its OAuth client read users"):
            identified(api(AccessError("answered 403")))
