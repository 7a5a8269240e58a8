"""Signing in at the stand-in Zendesk: somebody agrees, and the code is good once, soon, for the browser that asked."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.zendesk.seed import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import Answer, Desk
from tests.sandbox.other_desk import OtherDesk

BACK = "https://app.example/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "users:read",
    "state": "s t",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PATH = "/oauth/authorizations/new"


def answered(desk: Desk, **more: str) -> dict[str, list[str]]:
    """What the app gets back."""
    where = desk.plain("POST", PATH, data=ASKED | more).headers["Location"]
    assert where.startswith(f"{BACK}?")
    return parse_qs(urlsplit(where).query)


def fetched(desk: Desk, code: str, **more: Any) -> Answer:
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    return desk.plain("POST", "/oauth/tokens", json=given)


def agreed(desk: Desk, **more: str) -> str:
    return answered(desk, **more)["code"][0]


def test_the_page_asks_and_may_lead_back_to_the_app_alone(desk: Desk) -> None:
    page = desk.plain("GET", PATH, query_string=ASKED)
    assert "Ana Duarte" in page.text
    assert "form-action 'self' https://app.example;" in page.headers["Content-Security-Policy"]


def test_the_token_of_a_code_is_the_one_of_whoever_agreed(desk: Desk) -> None:
    ana = desk.account.user_by_email("ana@shop.example")
    assert ana is not None
    desk.token = fetched(desk, agreed(desk, user=str(ana.id))).json["access_token"]
    assert desk.get("/users/me")["user"]["email"] == "ana@shop.example"


def test_the_state_comes_back_as_it_was(desk: Desk) -> None:
    assert answered(desk)["state"] == ["s t"]


def test_whoever_says_no_is_sent_back_with_an_error(desk: Desk) -> None:
    told = answered(desk, answer="no")
    assert (told["error"], told["state"]) == (["access_denied"], ["s t"])
    assert "code" not in told


def test_a_code_is_good_once(desk: Desk) -> None:
    code = agreed(desk)
    assert [fetched(desk, code).status_code for _ in range(2)] == [200, 400]


def test_a_code_lasts_two_minutes(desk: Desk) -> None:
    code = agreed(desk)
    desk.clock.move(seconds=120)
    assert fetched(desk, code).status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "w" * 43}, {"code_verifier": None}, {"redirect_uri": "https://other.example"}]
)
def test_a_code_is_no_good_to_another_browser_or_address(desk: Desk, wrong: dict[str, Any]) -> None:
    assert fetched(desk, agreed(desk), **wrong).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong", [{"client_id": "other"}, {"response_type": "token"}, {"code_challenge_method": "plain"}]
)
def test_what_does_not_fit_is_not_asked_about(desk: Desk, wrong: dict[str, str]) -> None:
    assert desk.plain("GET", PATH, query_string=ASKED | wrong).status_code == 400
    assert desk.plain("POST", PATH, data=ASKED | wrong).status_code == 400


GORGIAS = {
    "client_id": "sandbox-client",
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": "openid users:read",
    "nonce": "n0",
    "state": "s",
}


def other_answered(other_desk: OtherDesk, **more: str) -> dict[str, list[str]]:
    answer = other_desk.client.post("/oauth/authorize", data=GORGIAS | more)
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def test_gorgias_stand_in_names_in_the_id_token_whoever_agreed_and_the_nonce(other_desk: OtherDesk) -> None:
    ana = other_desk.account.user_by_email("ana@shop.example")
    assert ana is not None
    code = other_answered(other_desk, user=str(ana.id))["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    told = other_desk.client.post("/oauth/token", data=form, auth=("sandbox-client", "sandbox-secret")).json
    assert told is not None
    part = told["id_token"].split(".")[1]
    claims = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    assert f'"sub": {ana.id}' in claims
    assert '"nonce": "n0"' in claims
    assert "refresh_token" not in told


def test_gorgias_stand_in_sends_back_whoever_says_no(other_desk: OtherDesk) -> None:
    assert other_answered(other_desk, answer="no")["error"] == ["access_denied"]
