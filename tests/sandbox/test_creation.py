"""Tickets made by API: idempotency keys as the vendor keeps them."""

from typing import Any

import pytest

from sandbox.zendesk.errors import ApiError
from sandbox.zendesk.idempotency import IdempotencyKeys
from tests.conftest import NOW
from tests.sandbox.conftest import Desk


def body(text: str = "Your parcel is delayed") -> dict[str, Any]:
    requester = {"name": "Ann", "email": "ann@example.com"}
    return {
        "ticket": {"subject": "News", "requester": requester, "comment": {"body": text}, "external_id": "d:1"}
    }


def test_a_key_is_a_miss_and_then_a_hit_with_the_same_ticket(desk: Desk) -> None:
    first = desk.call("POST", "/tickets", body(), Idempotency_Key="k")
    again = desk.call("POST", "/tickets", body(), Idempotency_Key="k")
    assert [one.headers["x-idempotency-lookup"] for one in (first, again)] == ["miss", "hit"]
    assert first.json["ticket"]["id"] == again.json["ticket"]["id"]


def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    desk.call("POST", "/tickets", body(), Idempotency_Key="k")
    answer = desk.call("POST", "/tickets", body("Another text"), Idempotency_Key="k")
    assert (answer.status_code, answer.json["error"]) == (400, "IdempotentRequestError")


def test_a_key_is_forgotten_after_two_hours(desk: Desk) -> None:
    desk.call("POST", "/tickets", body(), Idempotency_Key="k")
    desk.clock.move(hours=2, seconds=1)
    assert (
        desk.call("POST", "/tickets", body(), Idempotency_Key="k").headers["x-idempotency-lookup"] == "miss"
    )


def test_a_creation_that_was_refused_gives_its_key_back(desk: Desk) -> None:
    desk.call("POST", "/tickets", {"ticket": {"subject": "No text"}}, Idempotency_Key="k")
    assert desk.call("POST", "/tickets", body(), Idempotency_Key="k").status_code == 201


def test_a_key_whose_creation_is_under_way_is_a_conflict() -> None:
    keys = IdempotencyKeys()
    keys.begin("k", {}, NOW)
    with pytest.raises(ApiError, match="IdempotentRequestInProgress") as refused:
        keys.begin("k", {}, NOW)
    assert refused.value.status == 409


def test_without_a_key_the_same_body_makes_two_tickets(desk: Desk) -> None:
    desk.call("POST", "/tickets", body())
    desk.call("POST", "/tickets", body())
    assert desk.get("/tickets?external_id=d:1")["count"] == 2


def test_the_requester_is_made_by_their_address_once(desk: Desk) -> None:
    made = [desk.call("POST", "/tickets", body()).json["ticket"]["requester_id"] for _ in range(2)]
    assert made[0] == made[1]
