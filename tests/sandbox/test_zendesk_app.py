"""The app of the stand-in Zendesk: installed, its key and tokens, and who of the shop there is."""

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.sandbox.conftest import Answer, Desk

APP_URL = "http://127.0.0.1:8000/sidebar/zendesk"
STAFF = "/users.json?role[]=agent&role[]=admin"


def installed(desk: Desk, **more: Any) -> dict[str, Any]:
    answer = desk.plain("PUT", "/_sandbox/app", json={"url": APP_URL, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def token(desk: Desk, **wanted: Any) -> str:
    answer = desk.plain("POST", "/_sandbox/app/token", json=wanted)
    assert answer.status_code == 200, answer.text
    return str(answer.json["token"])


def decoded(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def claims(text: str) -> dict[str, Any]:
    return decoded(text.split(".")[1])


def check(text: str, pem: str) -> None:
    """InvalidSignature where the token was not signed with this key."""
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)
    head, _, signature = text.rpartition(".")
    key.verify(base64.urlsafe_b64decode(signature + "=="), head.encode(), PKCS1v15(), SHA256())


def public_key(desk: Desk, app_id: int, ending: str = ".pem") -> Answer:
    return desk.plain("GET", f"/api/v2/apps/{app_id}/public_key{ending}")


def test_an_apps_key_is_read_without_a_token(desk: Desk) -> None:
    app = installed(desk)
    answer = public_key(desk, app["app_id"])
    assert (answer.status_code, answer.text) == (200, app["public_key"])
    assert answer.text.startswith("-----BEGIN PUBLIC KEY-----")


def test_without_its_ending_the_key_is_a_json_string(desk: Desk) -> None:
    app = installed(desk)
    assert public_key(desk, app["app_id"], "").json == app["public_key"]


def test_there_is_no_key_of_another_app(desk: Desk) -> None:
    assert public_key(desk, installed(desk)["app_id"] + 1).status_code == 404


def test_without_an_app_there_is_neither_key_nor_token(desk: Desk) -> None:
    asked = desk.plain("POST", "/_sandbox/app/token", json={})
    assert [asked.status_code, desk.plain("GET", "/_sandbox/app").status_code] == [404, 404]


def test_an_app_without_an_address_is_refused(desk: Desk) -> None:
    assert desk.plain("PUT", "/_sandbox/app", json={"url": "javascript:alert(1)"}).status_code == 400


def test_an_app_that_moves_keeps_its_ids_and_its_key(desk: Desk) -> None:
    first = installed(desk)
    assert installed(desk, url="http://127.0.0.1:9/x") == {**first, "url": "http://127.0.0.1:9/x"}


def test_a_new_key_is_another_one_of_the_same_app(desk: Desk) -> None:
    first, second = installed(desk), installed(desk, new_key=True)
    assert (second["app_id"], second["public_key"] == first["public_key"]) == (first["app_id"], False)


def test_an_app_that_was_removed_comes_back_as_another(desk: Desk) -> None:
    first = installed(desk)
    assert desk.plain("DELETE", "/_sandbox/app").status_code == 204
    assert {installed(desk)[name] == first[name] for name in ("app_id", "installation_id")} == {False}


def test_an_app_is_installed_from_python_too(desk: Desk) -> None:
    app = desk.account.install_app(APP_URL)
    assert desk.plain("GET", "/_sandbox/app").json["app_id"] == app.id


def test_a_token_names_account_installation_and_agent_and_no_ticket(desk: Desk) -> None:
    app, agent = installed(desk), desk.account.agents()[1]
    at = int(desk.clock().timestamp())
    assert claims(token(desk, user=agent.id)) == {
        "iss": "demo.zendesk.com",
        "aud": f"https://demo.zendesk.com/api/v2/apps/installations/{app['installation_id']}.json",
        "sub": f"https://demo.zendesk.com/api/v2/users/{agent.id}.json",
        "iat": at,
        "exp": at + 300,
        "context": {"product": "support", "location": "ticket_sidebar"},
    }


def test_a_token_is_signed_with_the_apps_key(desk: Desk) -> None:
    app = installed(desk)
    made = token(desk)
    check(made, app["public_key"])
    assert decoded(made.split(".")[0]) == {"typ": "JWT", "alg": "RS256"}


def test_a_token_of_another_key_is_not_the_apps(desk: Desk) -> None:
    app = installed(desk)
    with pytest.raises(InvalidSignature):
        check(token(desk, key="other"), app["public_key"])


def test_a_token_may_have_expired(desk: Desk) -> None:
    installed(desk)
    assert claims(token(desk, expires_in=-60))["exp"] == int(desk.clock().timestamp()) - 60


def test_claims_are_changed_and_left_out(desk: Desk) -> None:
    installed(desk)
    said = claims(token(desk, claims={"aud": "https://other.zendesk.com/", "iss": None}))
    assert (said["aud"], "iss" in said) == ("https://other.zendesk.com/", False)


@pytest.mark.parametrize(("name", "signature_is_empty"), [("none", True), ("HS256", False)])
def test_a_forgers_algorithm_is_named_in_the_head(desk: Desk, name: str, signature_is_empty: bool) -> None:
    installed(desk)
    head, _, signature = token(desk, alg=name).split(".")
    assert (decoded(head)["alg"], signature == "") == (name, signature_is_empty)


def test_an_algorithm_that_nobody_knows_is_refused(desk: Desk) -> None:
    installed(desk)
    assert desk.plain("POST", "/_sandbox/app/token", json={"alg": "RS1"}).status_code == 400


def test_a_user_is_named_by_address_too(desk: Desk) -> None:
    installed(desk)
    found = desk.account.user_by_email("leila@shop.example")
    assert found is not None
    assert claims(token(desk, user="leila@shop.example"))["sub"].endswith(f"/users/{found.id}.json")


def test_the_list_of_staff_leaves_customers_out(desk: Desk) -> None:
    desk.ticket()
    assert {one["role"] for one in desk.get(STAFF)["users"]} == {"agent", "admin"}


def test_one_role_is_asked_for_by_its_name(desk: Desk) -> None:
    assert [one["name"] for one in desk.get("/users?role=agent")["users"]] == [
        "Ana Duarte",
        "Leila Haddad",
        "Navid Karimi",
    ]


def test_staff_comes_page_by_page_and_every_page_asks_for_the_same_roles(desk: Desk) -> None:
    desk.ticket()
    path, seen = STAFF + "&page[size]=2", []
    while path:
        answer = desk.get(path)
        seen += [one["id"] for one in answer["users"]]
        path = (answer["links"]["next"] or "").rpartition("/api/v2")[2]
    assert seen == [one.id for one in desk.account.staff()]


def test_a_deleted_person_is_not_listed_and_a_suspended_one_is_and_says_so(desk: Desk) -> None:
    gone, suspended, *_ = desk.account.agents()
    desk.account.change_user(gone, active=False)
    desk.account.change_user(suspended, suspended=True)
    listed = {one["id"]: one["suspended"] for one in desk.get(STAFF)["users"]}
    assert (gone.id in listed, listed[suspended.id]) == (False, True)


def test_agents_differ_in_their_language(desk: Desk) -> None:
    assert [one["locale"] for one in desk.get("/users?role=agent")["users"]] == ["en-US", "ar", "fa"]
