"""New tokens for old."""

from datetime import datetime
from typing import Any

import pytest

from plugin.helpdesks.zendesk import Zendesk, marketplace_headers
from plugin.ports import AccessError, Rejected, TemporaryError
from tests.conftest import NOW
from tests.helpdesks.recorded import RecordedApi
from tests.helpdesks.zendesk.account import zendesk_connection

INSTALLED = Zendesk("zdg-marginalia", "the installation's")
REFRESH = {"refresh_token": "r0"}
OWN = {"client_id": "acme_client", "client_secret": "acme's"}
PAIR = {"access_token": "a1", "refresh_token": "r1", "token_type": "bearer", "expires_in": 7200}


def api(credentials: dict[str, str], *answers: Any) -> RecordedApi:
    made = RecordedApi(zendesk_connection(credentials=credentials))
    given = iter(answers)

    def answer(path: str, params: Any) -> dict[str, Any]:
        assert path == "/oauth/tokens"
        found = next(given)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, dict)
        return found

    made._answer = answer  # type: ignore[method-assign]
    return made


def refused(error: str = "invalid_grant") -> Rejected:
    return Rejected("answered 400", {"error": error, "error_description": "expired or revoked"})


def grants(asked: RecordedApi) -> list[tuple[str, str]]:
    return [(call.body["grant_type"], call.body["client_id"]) for call in asked.calls]


def test_a_refresh_gives_both_tokens_and_their_end() -> None:
    assert INSTALLED.renew(api(REFRESH, PAIR), NOW) == {
        "access_token": "a1",
        "refresh_token": "r1",
        "expires_at": "2026-11-23T14:00:00+00:00",
    }


def test_a_refresh_is_asked_for_as_the_installation() -> None:
    asked = api(REFRESH, PAIR)
    INSTALLED.renew(asked, NOW)
    assert asked.calls[0].body == {
        "grant_type": "refresh_token",
        "refresh_token": "r0",
        "client_id": "zdg-marginalia",
        "client_secret": "the installation's",
        "expires_in": 86_400,
        "refresh_token_expires_in": 2_592_000,
    }


def test_a_connections_own_client_comes_before_the_installations() -> None:
    asked = api(OWN | REFRESH, PAIR)
    INSTALLED.renew(asked, NOW)
    assert grants(asked) == [("refresh_token", "acme_client")]


def test_the_accounts_own_client_needs_no_refresh_token() -> None:
    asked = api(OWN, {"access_token": "a1", "expires_in": 7200})
    renewed = Zendesk().renew(asked, NOW)
    assert (grants(asked), set(renewed)) == (
        [("client_credentials", "acme_client")],
        {"access_token", "expires_at"},
    )


def test_the_accounts_own_client_gets_over_a_dead_refresh_token() -> None:
    asked = api(OWN | REFRESH, refused(), PAIR)
    assert Zendesk().renew(asked, NOW)["access_token"] == "a1"


@pytest.mark.parametrize("seconds", [None, "7200", 0, -5, True, 10**30])
def test_without_a_usable_end_it_ends_when_we_asked_for(seconds: Any) -> None:
    ends = INSTALLED.renew(api(REFRESH, PAIR | {"expires_in": seconds}), NOW)["expires_at"]
    assert (datetime.fromisoformat(ends) - NOW).total_seconds() == 86_400


@pytest.mark.parametrize(
    "error", [refused(), refused("invalid_client"), AccessError("answered 401")], ids=str
)
def test_a_refused_grant_names_the_command_to_run(error: Exception) -> None:
    with pytest.raises(AccessError, match="marginalia connect zendesk --account acme"):
        INSTALLED.renew(api(REFRESH, error), NOW)


@pytest.mark.parametrize("answer", [{}, {"access_token": None}, {"access_token": 7}, {"access_token": ""}])
def test_an_answer_without_a_token_names_the_command_to_run(answer: dict[str, Any]) -> None:
    with pytest.raises(AccessError, match="marginalia connect zendesk --account acme"):
        INSTALLED.renew(api(REFRESH, answer), NOW)


def test_a_broken_connection_is_tried_again_later() -> None:
    with pytest.raises(TemporaryError):
        INSTALLED.renew(api(REFRESH, TemporaryError("no answer in time", unknown=True)), NOW)


def test_no_refusal_tells_a_secret() -> None:
    with pytest.raises(AccessError) as raised:
        INSTALLED.renew(api(REFRESH, refused()), NOW)
    assert "the installation's" not in str(raised.value)


def test_without_any_client_the_settings_to_make_are_named() -> None:
    with pytest.raises(AccessError, match="ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET"):
        Zendesk().renew(api(REFRESH), NOW)


def test_the_installations_client_has_nothing_to_renew_without_a_refresh_token() -> None:
    with pytest.raises(AccessError, match="no refresh token"):
        INSTALLED.renew(api({"access_token": "a0"}), NOW)


def test_the_marketplace_sees_its_three_headers() -> None:
    assert marketplace_headers("Marginalia", "77", "99") == {
        "X-Zendesk-Marketplace-Name": "Marginalia",
        "X-Zendesk-Marketplace-Organization-Id": "77",
        "X-Zendesk-Marketplace-App-Id": "99",
    }


def test_two_of_the_three_are_sent_to_nobody() -> None:
    assert marketplace_headers("Marginalia", None, "99") == {}


def test_a_ticket_opens_in_the_agents_interface() -> None:
    url = INSTALLED.ticket_url(zendesk_connection(), "5158")
    assert url == "https://acme.zendesk.com/agent/tickets/5158"


def test_the_secret_is_not_shown_with_the_helpdesk() -> None:
    assert "the installation's" not in repr(INSTALLED)
