"""Getting in: how a call shows who we are, how many are allowed, and new tokens for old."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from plugin.helpdesks.gorgias import Gorgias
from plugin.helpdesks.gorgias.access import Client
from plugin.ports import AccessError, Body, Budget, Connection, Rejected, TemporaryError
from tests.conftest import NOW
from tests.helpdesks.gorgias.account import gorgias_connection

INSTALLED = Gorgias("app-id", "the installation's")
REFRESH = {"access_token": "a0", "refresh_token": "r0"}
BY_KEY = {"user": "jörg@shop.example", "access_token": "the key"}


def token(**claims: Any) -> str:
    """A JWT that says this of itself; nobody checks its signature here."""
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{part}.signature"


@dataclass
class Tokens:
    """The endpoint of tokens: answers what it was told to, and keeps what was asked."""

    connection: Connection
    answer: Any
    asked: list[tuple[str, str, Any, Mapping[str, str]]] = field(default_factory=list)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        raise AssertionError("tokens are never read")

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> dict[str, Any]:
        self.asked.append((method, path, body, headers or {}))
        if isinstance(self.answer, Exception):
            raise self.answer
        assert isinstance(self.answer, dict)
        return self.answer


def tokens(answer: Any, credentials: Mapping[str, str] = REFRESH) -> Tokens:
    return Tokens(gorgias_connection(credentials=credentials), answer)


def renewed(answer: Any) -> Mapping[str, str]:
    return INSTALLED.renew(tokens(answer), NOW)


def test_a_key_is_shown_with_its_user_by_http_basic() -> None:
    shown = Gorgias().authorised(gorgias_connection(credentials=BY_KEY), "the key")["Authorization"]
    assert base64.b64decode(shown.removeprefix("Basic ")).decode() == "jörg@shop.example:the key"


def test_an_access_token_is_shown_as_oauth_shows_it() -> None:
    shown = Gorgias().authorised(gorgias_connection(credentials=REFRESH), "a0")
    assert shown == {"Authorization": "Bearer a0"}


@pytest.mark.parametrize(("credentials", "number"), [(BY_KEY, 40), (REFRESH, 80)], ids=["key", "app"])
def test_every_call_counts_against_the_accounts_limit(credentials: dict[str, str], number: int) -> None:
    counted = Gorgias().budgets(gorgias_connection(credentials=credentials))
    assert counted == (Budget("account", number, 20),)


def test_a_refresh_is_asked_for_as_the_app_by_http_basic_and_as_a_form() -> None:
    asked = tokens({"access_token": token()})
    INSTALLED.renew(asked, NOW)
    assert asked.asked == [
        (
            "POST",
            "/oauth/token",
            {"grant_type": "refresh_token", "refresh_token": "r0"},
            {
                "Authorization": "Basic " + base64.b64encode(b"app-id:the installation's").decode(),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
    ]


def test_the_refresh_token_stays_where_no_other_comes() -> None:
    assert renewed({"access_token": token()})["refresh_token"] == "r0"


def test_a_new_refresh_token_replaces_the_old_one() -> None:
    assert renewed({"access_token": token(), "refresh_token": "r1"})["refresh_token"] == "r1"


def test_a_token_ends_when_it_says_so_itself() -> None:
    ends = NOW + timedelta(hours=3)
    found = renewed({"access_token": token(exp=int(ends.timestamp())), "expires_in": 0})
    assert found["expires_at"] == ends.isoformat()


@pytest.mark.parametrize(
    "given",
    [
        "opaque",
        "a.b.c",
        "a." + "=" * 5 + ".c",
        "a." + base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".c",
        token(),
        token(exp="soon"),
        token(exp=None),
        token(exp=1),
        token(exp=10**15),
        "é.é.é",
    ],
    ids=["opaque", "rubbish", "padding", "deep", "none", "text", "null", "past", "far", "letters"],
)
def test_a_token_that_does_not_say_ends_after_a_day(given: str) -> None:
    assert renewed({"access_token": given})["expires_at"] == (NOW + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    "error", [Rejected("answered 400", {"error": "invalid_grant"}), AccessError("answered 401")], ids=str
)
def test_a_refused_refresh_says_what_to_do(error: Exception) -> None:
    with pytest.raises(AccessError, match=r"install it again.*connect gorgias --account acme` with --user"):
        renewed(error)


@pytest.mark.parametrize("answer", [{}, {"access_token": None}, {"access_token": 7}, {"access_token": ""}])
def test_an_answer_without_a_token_names_the_command_to_run(answer: dict[str, Any]) -> None:
    with pytest.raises(AccessError, match="connect gorgias --account acme"):
        renewed(answer)


def test_a_broken_connection_is_tried_again_later() -> None:
    with pytest.raises(TemporaryError):
        renewed(TemporaryError("no answer in time", unknown=True))


def test_no_refusal_tells_a_secret() -> None:
    with pytest.raises(AccessError) as raised:
        renewed(Rejected("answered 400", {"error": "invalid_client"}))
    assert "the installation's" not in str(raised.value)


def test_without_the_apps_client_the_settings_to_make_are_named() -> None:
    with pytest.raises(AccessError, match="GORGIAS_CLIENT_ID and GORGIAS_CLIENT_SECRET"):
        Gorgias().renew(tokens({}), NOW)


def test_without_a_refresh_token_there_is_nothing_to_renew_with() -> None:
    with pytest.raises(AccessError, match="no refresh token"):
        INSTALLED.renew(tokens({}, {"access_token": "a0"}), NOW)


def test_a_ticket_opens_in_the_agents_interface() -> None:
    url = INSTALLED.ticket_url(gorgias_connection(), "1001")
    assert url == "https://acme.gorgias.com/app/ticket/1001"


@pytest.mark.parametrize(
    "shown", [INSTALLED, Client("app-id", "the installation's")], ids=["helpdesk", "client"]
)
def test_the_apps_secret_is_not_shown(shown: object) -> None:
    assert "the installation's" not in repr(shown)


def test_an_account_name_is_as_long_as_a_subdomain_may_be() -> None:
    assert INSTALLED.host("a" * 63) == f"https://{'a' * 63}.gorgias.com"


@pytest.mark.parametrize("account", ["a" * 64, "acme-", "ac_me", "acme.gorgias.com"])
def test_what_is_no_subdomain_is_no_account(account: str) -> None:
    with pytest.raises(ValueError, match="no Gorgias account"):
        INSTALLED.host(account)
