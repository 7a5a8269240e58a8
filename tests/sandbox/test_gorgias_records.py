"""What else the stand-in Gorgias keeps: customers, fields, macros, teams, widgets, events; who may in, how often."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from sandbox.gorgias.limits import Leak
from sandbox.gorgias.records import Json
from tests.conftest import NOW
from tests.sandbox.conftest import Clock
from tests.sandbox.other_desk import CONTACT, OtherDesk

DROP_DOWN: Json = {
    "object_type": "Ticket",
    "label": "Marginalia reason",
    "definition": {"data_type": "text", "input_settings": {"input_type": "dropdown", "choices": ["A", "B"]}},
}
TIER: Json = {
    "object_type": "Customer",
    "label": "Tier",
    "definition": {"data_type": "text", "input_settings": {"input_type": "input"}},
}
APP = ("sandbox-client", "sandbox-secret")
BACK = "http://127.0.0.1:9/oauth/gorgias/callback"


def test_a_customer_is_found_by_address_whatever_its_case(other_desk: OtherDesk) -> None:
    other_desk.ticket()
    other_desk.ticket(email="bob@example.com")
    found = other_desk.get("/customers?email=ANN@example.com")["data"]
    assert [one["name"] for one in found] == ["Ann Moss"]


def test_a_customer_is_made_once_and_changed(other_desk: OtherDesk) -> None:
    body = {"name": "Bo", "email": "bo@example.com", "channels": [{"type": "phone", "address": "+15550100"}]}
    made = other_desk.call("POST", "/customers", body)
    assert other_desk.status("POST", "/customers", body) == 409
    other_desk.call("PUT", f"/customers/{made['id']}", {"note": "Prefers calls"})
    found = other_desk.get(f"/customers/{made['id']}")
    assert (found["note"], [one["address"] for one in found["channels"]]) == (
        "Prefers calls",
        ["bo@example.com", "+15550100"],
    )


def test_a_customers_field_is_set_read_and_emptied(other_desk: OtherDesk) -> None:
    field = other_desk.call("POST", "/custom-fields", TIER)["id"]
    customer = other_desk.ticket().customer_id
    path = f"/customers/{customer}/custom-fields"
    other_desk.call("PUT", path, [{"id": field, "value": "mgn_tier_vip"}])
    shown = other_desk.get(f"/customers/{customer}?relationships=custom_fields")["custom_fields"]
    assert shown == {str(field): {"id": field, "value": "mgn_tier_vip"}}
    other_desk.call("DELETE", f"{path}/{field}")
    assert other_desk.get(path)["data"] == []


def test_a_field_of_tickets_is_none_of_customers(other_desk: OtherDesk) -> None:
    customer = other_desk.ticket().customer_id
    body = [{"id": CONTACT, "value": "Order::Cancel"}]
    assert other_desk.status("PUT", f"/customers/{customer}/custom-fields", body) == 404


def test_pushed_data_of_an_older_version_is_ignored_in_silence(other_desk: OtherDesk) -> None:
    customer = other_desk.ticket().customer_id
    for version, data in (("2026-11-02", {"tier": "new"}), ("2026-11-01", {"tier": "old"})):
        other_desk.call("PUT", f"/customers/{customer}/data", {"version": version, "data": data})
    assert other_desk.get(f"/customers/{customer}")["data"] == {"tier": "new"}


def test_fields_are_listed_by_what_they_are_of(other_desk: OtherDesk) -> None:
    other_desk.call("POST", "/custom-fields", TIER)
    assert [one["label"] for one in other_desk.get("/custom-fields?object_type=Customer")["data"]] == ["Tier"]
    assert other_desk.status("GET", "/custom-fields") == 400


def test_a_field_gets_more_choices_when_all_is_said_again(other_desk: OtherDesk) -> None:
    made = other_desk.call("POST", "/custom-fields", DROP_DOWN)
    settings = {"input_type": "dropdown", "choices": ["A", "B", "C"]}
    body = {**DROP_DOWN, "definition": {"data_type": "text", "input_settings": settings}}
    other_desk.call("PUT", f"/custom-fields/{made['id']}", body)
    assert other_desk.account.fields[made["id"]].choices == ("A", "B", "C")
    assert other_desk.status("PUT", f"/custom-fields/{made['id']}", {"label": "New"}) == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"object_type": "Order"}, 400),
        ({"definition": {"data_type": "number", "input_settings": {"input_type": "dropdown"}}}, 400),
        ({"colour": "red"}, 400),
        ({"label": "Contact reason"}, 409),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(other_desk: OtherDesk, change: Json, status: int) -> None:
    assert other_desk.status("POST", "/custom-fields", {**DROP_DOWN, **change}) == status


def test_there_are_twenty_five_active_fields_at_most(other_desk: OtherDesk) -> None:
    bodies = [{**DROP_DOWN, "label": f"Field {number}"} for number in range(25)]
    other_desk.control("POST", "/limits", {"calls": 0})
    assert [other_desk.status("POST", "/custom-fields", one) for one in bodies] == [201] * 24 + [400]


def test_an_archived_field_takes_no_value(other_desk: OtherDesk) -> None:
    made = other_desk.call("POST", "/custom-fields", DROP_DOWN)["id"]
    other_desk.call(
        "PUT", f"/custom-fields/{made}", {**DROP_DOWN, "deactivated_datetime": "2026-11-23T11:00:00"}
    )
    path = f"/tickets/{other_desk.ticket().id}/custom-fields"
    assert other_desk.status("PUT", path, [{"id": made, "value": "A"}]) == 400


def test_macros_are_listed_with_the_archived_ones(other_desk: OtherDesk) -> None:
    names = [one["name"] for one in other_desk.get("/macros")["data"]]
    assert len(names) == 4
    assert "Old: holiday closing" not in str(other_desk.get("/macros?archived=false")["data"])


def test_a_macro_is_made_changed_and_put_away(other_desk: OtherDesk) -> None:
    made = other_desk.call("POST", "/macros", {"name": "Late", "actions": []})["id"]
    action = {"name": "addTags", "title": "Tag", "arguments": {"tags": "late"}}
    other_desk.call("PUT", f"/macros/{made}", {"actions": [action]})
    other_desk.call("PUT", "/macros/archive", {"ids": [made]})
    found = other_desk.get(f"/macros/{made}")
    assert (found["actions"], found["archived_datetime"] is not None) == ([action], True)


def test_relevance_needs_a_ticket(other_desk: OtherDesk) -> None:
    path = "/macros?order_by=relevance:desc"
    ticket = other_desk.ticket().id
    assert [other_desk.status("GET", one) for one in (path, f"{path}&ticket_id={ticket}")] == [400, 200]


def test_teams_users_account_and_views_are_told(other_desk: OtherDesk) -> None:
    assert [one["name"] for one in other_desk.get("/teams")["data"]] == ["Support", "Returns", "Concierge"]
    assert other_desk.get("/users?email=ana@shop.example")["data"][0]["role"] == {"name": "agent"}
    assert other_desk.get("/users/0")["email"] == "marginalia@shop.example"
    assert other_desk.get("/account")["deactivated_datetime"] is None
    view = other_desk.call("POST", "/views", {"name": "VIP", "filters": "contains(ticket.tags, 'VIP')"})
    assert other_desk.get(f"/views/{view['id']}")["name"] == "VIP"


def test_a_tag_is_described_and_not_made_twice(other_desk: OtherDesk) -> None:
    made = other_desk.call("POST", "/tags", {"name": "mgn_x", "decoration": {"color": "#111111"}})
    other_desk.call("PUT", f"/tags/{made['id']}", {"description": "Set by Marginalia"})
    found = other_desk.get(f"/tags/{made['id']}")
    assert (found["description"], found["decoration"]) == ("Set by Marginalia", {"color": "#111111"})
    assert other_desk.status("POST", "/tags", {"name": "mgn_x"}) == 409


def test_what_happened_is_listed_by_type_and_time(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.clock.move(minutes=5)
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": "high"})
    query = "types=ticket-created,ticket-updated&created_datetime[gte]=2026-11-23T12:01:00Z"
    (found,) = other_desk.get(f"/events?{query}")["data"]
    assert (found["type"], found["object_id"]) == ("ticket-updated", ticket.id)
    assert found["user_id"] == other_desk.get("/users/0")["id"]
    assert other_desk.status("GET", "/events?object_type=Ticket") == 400


# ------------------------------------------------------------------------------------- who may in, how often


@pytest.mark.parametrize(
    "login", [("ana@shop.example", "sandbox-gorgias-key"), ("marginalia@shop.example", "x"), ("", "")]
)
def test_a_key_opens_only_with_its_own_users_address(other_desk: OtherDesk, login: tuple[str, str]) -> None:
    assert other_desk.client.get("/api/account", auth=login).status_code == 401


def test_the_two_helpdesks_share_an_address_and_no_answers(other_desk: OtherDesk) -> None:
    paths = ("/api/nothing", "/api/v2/nothing", "/oauth/tokens/nothing")
    bodies = [other_desk.client.get(path).get_json() for path in paths]
    theirs = {"error": "InvalidEndpoint", "description": "Not found"}
    assert bodies == [{"error": {"msg": "The requested resource was not found."}}, theirs, theirs]


def test_an_agent_may_tag_but_manages_no_integration(other_desk: OtherDesk) -> None:
    ticket, agent = other_desk.ticket(), other_desk.as_agent()
    assert agent.status("POST", f"/tickets/{ticket.id}/tags", {"names": ["x"]}) == 201
    assert agent.status("POST", "/integrations", {"name": "E", "type": "http", "http": {}}) == 403


def test_the_forty_first_call_is_refused_and_says_when_there_is_room(other_desk: OtherDesk) -> None:
    answers = [other_desk.send("GET", "/account") for _ in range(41)]
    assert [one.status_code for one in answers[-2:]] == [200, 429]
    assert answers[-1].headers["Retry-after"] == "1"
    assert answers[-1].headers["X-Gorgias-Account-Api-Call-Limit"] == "40/40"
    other_desk.clock.move(seconds=0.5)
    assert other_desk.status("GET", "/account") == 200


def test_an_app_has_eighty_calls_of_its_own(other_desk: OtherDesk) -> None:
    token = other_desk.control("POST", "/tokens", {})["access_token"]
    other_desk.get("/account")
    answer = by_token(other_desk, token, "/api/account")
    assert answer.headers["X-Gorgias-Account-Api-Call-Limit"] == "1/80"


@given(st.integers(1, 6), st.lists(st.floats(0, 30), min_size=1, max_size=40))
def test_no_bucket_takes_more_than_it_holds_and_leaks(number: int, pauses: list[float]) -> None:
    leak, clock, taken = Leak(number, 20), Clock(NOW), []
    for pause in pauses:
        clock.move(seconds=pause)
        if leak.take(clock()) == 0.0:
            taken.append(clock().timestamp())
    for begin in taken:
        since = [at for at in taken if at >= begin]
        for end in since:
            leaked = (end - begin) * number / 20
            assert sum(at <= end for at in since) <= number + leaked + 0.001


def by_token(other_desk: OtherDesk, token: str, path: str, method: str = "GET", **more: Any) -> TestResponse:
    return other_desk.client.open(path, method=method, headers={"Authorization": f"Bearer {token}"}, **more)


def agreed(other_desk: OtherDesk, scope: str = "offline tickets:read account:read") -> str:
    """The code that an app gets when somebody agrees."""
    asked = {
        "client_id": APP[0],
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": scope,
        "state": "s t",
    }
    assert other_desk.client.get("/oauth/authorize", query_string=asked).status_code == 200
    back = parse_qs(
        urlsplit(other_desk.client.post("/oauth/authorize", data=asked).headers["Location"]).query
    )
    assert back["state"] == ["s t"]
    return back["code"][0]


def fetched(other_desk: OtherDesk, form: Json, auth: tuple[str, str] = APP) -> TestResponse:
    return other_desk.client.post("/oauth/token", data=form, auth=auth)


def first_tokens(other_desk: OtherDesk, **more: str) -> Json:
    form = {"grant_type": "authorization_code", "code": agreed(other_desk, **more), "redirect_uri": BACK}
    found: Json = fetched(other_desk, form).get_json()
    return found


def test_an_app_gets_in_by_a_code_and_reads_within_its_scopes(other_desk: OtherDesk) -> None:
    tokens, ticket = first_tokens(other_desk), other_desk.ticket()
    path = f"/api/tickets/{ticket.id}"
    assert by_token(other_desk, tokens["access_token"], path).status_code == 200
    refused = by_token(other_desk, tokens["access_token"], f"{path}/tags", "POST", json={"names": ["x"]})
    assert (refused.status_code, tokens["expires_in"]) == (403, 0)


def test_an_access_token_says_in_itself_when_it_ends(other_desk: OtherDesk) -> None:
    token = first_tokens(other_desk)["access_token"]
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert claims["exp"] - claims["iat"] == 86_400
    other_desk.clock.move(days=1)
    assert by_token(other_desk, token, "/api/account").status_code == 401


def test_a_code_works_once(other_desk: OtherDesk) -> None:
    form = {"grant_type": "authorization_code", "code": agreed(other_desk), "redirect_uri": BACK}
    assert [fetched(other_desk, form).status_code for _ in range(2)] == [200, 400]


def test_a_refresh_token_works_until_it_is_revoked_and_is_not_replaced(other_desk: OtherDesk) -> None:
    refresh = first_tokens(other_desk)["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    newer = fetched(other_desk, form).get_json()
    assert "refresh_token" not in newer
    assert by_token(other_desk, newer["access_token"], "/api/account").status_code == 200
    other_desk.client.post("/oauth/revoke", data={"token": refresh}, auth=APP)
    assert fetched(other_desk, form).get_json() == {"error": "invalid_grant"}


def test_only_the_app_itself_fetches_tokens(other_desk: OtherDesk) -> None:
    form = {"grant_type": "authorization_code", "code": agreed(other_desk), "redirect_uri": BACK}
    assert fetched(other_desk, form, (APP[0], "other")).status_code == 401


def test_an_app_that_there_is_none_of_is_not_let_in(other_desk: OtherDesk) -> None:
    asked = {"client_id": "other", "response_type": "code", "redirect_uri": BACK}
    assert other_desk.client.get("/oauth/authorize", query_string=asked).status_code == 400


def test_a_fault_befalls_this_helpdesk_alone(other_desk: OtherDesk) -> None:
    other_desk.control("POST", "/faults", {"api": [{"kind": "status", "status": 502}]})
    assert other_desk.client.get("/api/v2/users/me").status_code == 401
    assert [other_desk.status("GET", "/account") for _ in range(2)] == [502, 200]
