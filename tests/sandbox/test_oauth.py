"""Tokens of the stand-in: they end, are renewed in pairs, and reach as far as their scopes."""

from typing import Any

import pytest

from sandbox.zendesk.seed import CLIENT_ID, CLIENT_SECRET
from tests.sandbox.conftest import Answer, Desk


def ask(desk: Desk, **body: Any) -> Answer:
    given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **body}
    return desk.plain("POST", "/oauth/tokens", json=given)


def pair(desk: Desk, **more: Any) -> dict[str, str]:
    body = {"expires_in": 600, "refresh_in": 864_000, "client_id": CLIENT_ID, **more}
    made: dict[str, str] = desk.plain("POST", "/_sandbox/tokens", json=body).json
    return made


def works(desk: Desk, access: str) -> bool:
    return Desk(desk.account, desk.clock, desk.client, access).call("GET", "/users/me").status_code == 200


def test_a_refresh_answers_a_new_pair_that_works(desk: Desk) -> None:
    answer = ask(desk, grant_type="refresh_token", refresh_token=pair(desk)["refresh_token"]).json
    assert works(desk, answer["access_token"])
    assert answer["refresh_token"]


def test_a_refresh_deletes_the_old_access_token(desk: Desk) -> None:
    old = pair(desk)
    ask(desk, grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert not works(desk, old["access_token"])


def test_a_refresh_token_is_good_for_one_refresh(desk: Desk) -> None:
    old = pair(desk)
    answers = [ask(desk, grant_type="refresh_token", refresh_token=old["refresh_token"]) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 400]
    assert answers[1].json["error"] == "invalid_grant"


def test_an_access_token_ends_in_time(desk: Desk) -> None:
    made = pair(desk)
    desk.clock.move(seconds=600)
    assert not works(desk, made["access_token"])


def test_an_ended_access_token_can_still_be_refreshed(desk: Desk) -> None:
    made = pair(desk)
    desk.clock.move(hours=1)
    assert ask(desk, grant_type="refresh_token", refresh_token=made["refresh_token"]).status_code == 200


def test_a_refresh_token_ends_in_time(desk: Desk) -> None:
    made = pair(desk)
    desk.clock.move(days=11)
    assert ask(desk, grant_type="refresh_token", refresh_token=made["refresh_token"]).status_code == 400


def test_a_client_gets_a_token_by_its_own_credentials(desk: Desk) -> None:
    answer = ask(desk, grant_type="client_credentials", scope="read write").json
    assert works(desk, answer["access_token"])
    assert "refresh_token" not in answer


def test_a_wrong_secret_gets_nothing(desk: Desk) -> None:
    answer = ask(desk, grant_type="client_credentials", client_secret="guessed")
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "lifetimes",
    [
        {"expires_in": 300},
        {"expires_in": 172_800},
        {"refresh_token_expires_in": 604_800},
        {"expires_in": "x"},
    ],
)
def test_lifetimes_out_of_range_are_refused(desk: Desk, lifetimes: dict[str, Any]) -> None:
    assert ask(desk, grant_type="client_credentials", **lifetimes).status_code == 400


def test_another_grant_is_not_supported(desk: Desk) -> None:
    assert ask(desk, grant_type="password").json["error"] == "unsupported_grant_type"


def test_a_token_to_read_does_not_write(desk: Desk) -> None:
    ticket, reader = desk.ticket(), desk.as_agent("read")
    assert reader.call("GET", f"/tickets/{ticket.id}").status_code == 200
    assert reader.update(ticket, tags=["x"]).status_code == 403


def test_a_scope_of_tickets_does_not_reach_users(desk: Desk) -> None:
    narrow = desk.as_agent("tickets:read")
    statuses = [narrow.call("GET", path).status_code for path in ("/tickets", "/users/me")]
    assert statuses == [200, 403]


def test_an_invalid_scope_gets_a_token_that_opens_nothing(desk: Desk) -> None:
    desk.token = ask(desk, grant_type="client_credentials", scope="everything").json["access_token"]
    assert desk.call("GET", "/users/me").status_code == 403


def test_a_revoked_token_opens_nothing(desk: Desk) -> None:
    current = desk.get("/oauth/tokens/current")["token"]["id"]
    desk.call("DELETE", f"/oauth/tokens/{current}")
    assert desk.call("GET", "/users/me").status_code == 401
