"""The API is described as it is: every route, every answer, to machines and to people."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import validator_for
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.test import TestResponse

from plugin.web.api.openapi import api_routes, description_of
from plugin.web.api.operations import OPERATIONS
from tests.web.samples import BEST_EMAIL, Samples, fill
from tests.web.site import Site


@pytest.fixture
def described(lite: Site) -> dict[str, Any]:
    """The description as anybody gets it."""
    answer = lite.visitor().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.fixture
def samples(lite: Site) -> Samples:
    """Rows of every kind."""
    return fill(lite.world)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


WRITES_NOTHING = ("/api/v1/rules/dry-run",)
"""Operations that take a body and change nothing: their repeat needs no key."""


class TestDescription:
    def test_it_is_openapi_3_1_of_this_version(self, described: dict[str, Any]) -> None:
        assert described["openapi"] == "3.1.0"
        assert described["info"]["title"] == "Marginalia"

    def test_every_route_that_needs_a_key_is_described(self, lite: Site, described: dict[str, Any]) -> None:
        rules = {(rule.endpoint, method) for rule in api_routes(lite.app) for method in rule.methods or ()}
        wanted = {(name, method) for name, method in rules if method not in {"HEAD", "OPTIONS"}}
        assert {name for name, _ in wanted} == set(OPERATIONS)
        assert len(list(operations(described))) == len(wanted) >= 10

    def test_every_operation_says_what_it_does_and_answers(self, described: dict[str, Any]) -> None:
        for path, method, operation in operations(described):
            assert operation["summary"].endswith("."), path
            assert {"200", "401", "503"} <= operation["responses"].keys(), path
            writes = method != "get" and path not in WRITES_NOTHING
            assert ("Idempotency-Key" in json.dumps(operation["parameters"])) == writes, path

    def test_every_place_in_a_path_is_a_parameter(self, described: dict[str, Any]) -> None:
        for path, _, operation in operations(described):
            places = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert all(f"{{{name}}}" in path for name in places)
            assert path.count("{") == len(places)

    def test_it_needs_no_key_and_everything_else_does(self, lite: Site, described: dict[str, Any]) -> None:
        for path, method, _ in operations(described):
            answer = lite.visitor().open(path.replace("{", "").replace("}", ""), method=method.upper())
            assert answer.status_code == 401, path

    def test_it_is_made_once_for_an_app(self, lite: Site) -> None:
        assert description_of(lite.app) is description_of(lite.app)


class Checked:
    """Answers, each held against what the description says of it."""

    def __init__(self, site: Site, described: dict[str, Any]) -> None:
        self._program = site.program()
        self._described = described

    def open(self, method: str, template: str, **more: Any) -> TestResponse:
        """Call an operation by its path in the description; `at` fills its places, `query` is added."""
        at, query = more.pop("at", {}), more.pop("query", "")
        answer = self._program.open(template.format(**at) + query, method=method.upper(), **more)
        responses = self._described["paths"][template][method]["responses"]
        content = responses[str(answer.status_code)]["content"]
        schema = content[answer.mimetype]["schema"] | {"components": self._described["components"]}
        if (answer.mimetype or "").endswith("json"):
            validator_for(schema, validate_formats=True).validate(answer.get_json())
        return answer


@pytest.fixture
def checked(lite: Site, described: dict[str, Any]) -> Checked:
    """A program whose every answer is checked."""
    return Checked(lite, described)


class TestAnswers:
    """A walk through every operation, over rows of every kind."""

    @pytest.mark.parametrize(
        "name",
        [
            "deliveries",
            "effects",
            "tickets",
            "ledger",
            "redemptions",
            "credits",
            "coupons",
            "reports/no-bots",
        ],
    )
    def test_lists(self, checked: Checked, samples: Samples, name: str) -> None:
        path = f"/api/v1/{name}"
        whole = checked.open("get", path, query="?limit=200").get_json()["data"]
        assert len(whole) > 2
        first = checked.open("get", path, query="?limit=2").get_json()
        rest = checked.open("get", path, query=f"?limit=1&cursor={first['next_cursor']}").get_json()
        assert first["data"] + rest["data"] == whole[:3]
        assert checked.open("get", path, query="?limit=0").status_code == 400

    @pytest.mark.parametrize(("name", "write"), [("deliveries", "replay"), ("effects", "retry")])
    def test_rows(self, checked: Checked, samples: Samples, name: str, write: str) -> None:
        one = f"/api/v1/{name}/{{number}}"
        rows = checked.open("get", f"/api/v1/{name}", query="?limit=200").get_json()["data"]
        seen = set()
        for row in rows:
            assert checked.open("get", one, at={"number": row["id"]}).get_json()["id"] == row["id"]
            seen.add(checked.open("post", f"{one}/{write}", at={"number": row["id"]}).status_code)
        assert 200 in seen
        assert checked.open("get", one, at={"number": "0"}).status_code == 404
        assert checked.open("post", f"{one}/{write}", at={"number": "0"}).status_code == 404

    def test_tickets(self, checked: Checked, samples: Samples) -> None:
        one = "/api/v1/tickets/{helpdesk}/{ticket}"
        for number in samples.tickets:
            answer = checked.open("get", one, at={"helpdesk": "fake", "ticket": number})
            assert answer.get_json()["ticket"] == number
        assert checked.open("get", one, at={"helpdesk": "fake", "ticket": "none"}).status_code == 404

    def test_customers(self, checked: Checked, samples: Samples) -> None:
        one = "/api/v1/customers/{email}"
        assert checked.open("get", one, at={"email": BEST_EMAIL}).status_code == 200
        assert checked.open("get", one, at={"email": "nobody@example.com"}).status_code == 404

    def test_statements(self, checked: Checked, samples: Samples) -> None:
        one = "/api/v1/statements/{month}"
        assert checked.open("get", one, at={"month": "2026-11"}).get_json()["closed"] is False
        assert checked.open("get", one, at={"month": "2026-11"}, query="?agent=a@b.c").status_code == 200
        assert checked.open("get", one, at={"month": "2026-11"}, query="?agnt=a").status_code == 400
        assert checked.open("get", f"{one}/late", at={"month": "2026-10"}).status_code == 200
        closed = [checked.open("post", f"{one}/close", at={"month": "2026-09"}).status_code for _ in "ab"]
        assert closed == [200, 409]
        assert checked.open("get", one, at={"month": "2026-09"}).get_json()["closed"] is True

    def test_credits(self, checked: Checked, samples: Samples) -> None:
        one, why = "/api/v1/credits/{number}", {"reason": "She wrote to me first."}
        for row in checked.open("get", "/api/v1/credits").get_json()["data"]:
            at = {"number": row["id"]}
            assert checked.open("get", one, at=at).get_json() == row
            checked.open("post", f"{one}/accept", at=at, json=why)
            checked.open("post", f"{one}/dispute", at=at, json=why)
            checked.open("post", f"{one}/decide", at=at, json={"state": "rejected", **why})
            checked.open("post", f"{one}/reassign", at=at, json={"agent": row["agent"], **why})
            assert checked.open("get", one, at=at).get_json()["ruling"]["agents"] == {row["agent"]: 1}
        assert checked.open("get", one, at={"number": "0"}).status_code == 404

    def test_coupons(self, checked: Checked, samples: Samples) -> None:
        one, why = "/api/v1/coupons/{number}", {"reason": "A class of hers."}
        for row in checked.open("get", "/api/v1/coupons").get_json()["data"]:
            at = {"number": row["id"]}
            assert checked.open("post", f"{one}/release", at=at, json=why).get_json()["held"] is None
            assert checked.open("post", f"{one}/release", at=at, json={"reason": " "}).status_code == 422
            assert checked.open("post", f"{one}/rotate", at=at).get_json()["state"] == "rotated"
        assert checked.open("post", f"{one}/release", at={"number": "0"}, json=why).status_code == 404
        assert checked.open("post", f"{one}/rotate", at={"number": "0"}).status_code == 404

    def test_settings(self, checked: Checked, samples: Samples) -> None:
        path = "/api/v1/settings"
        assert (
            checked.open("get", path, headers={"Accept": "application/yaml"}).mimetype == "application/yaml"
        )
        document = checked.open("get", path).get_json()
        tag = {"If-Match": '"1"'}
        assert checked.open("put", path, json=document).status_code == 200
        assert checked.open("put", path, json=document, headers=tag).status_code == 412
        assert checked.open("put", path, data=b"x", content_type="text/plain").status_code == 415
        assert checked.open("put", path, json={"mode": "loud"}).status_code == 422
        assert checked.open("put", path, json={}, headers={"Idempotency-Key": "a b"}).status_code == 400
        large = checked.open("put", path, data=b" " * 5_000_000, content_type="application/json")
        assert large.status_code == 413


def test_whatever_a_program_sends_the_answer_is_as_described(lite: Site, samples: Samples) -> None:
    """Requests made from the description, right and wrong ones, to every operation."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", lite.app)
    bearer = {"Authorization": f"Bearer {lite.key()}"}
    opaque = [
        positive_data_acceptance
    ]  # cursors and settings are more than their shape: a right shape may be refused
    tried = []
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=15, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
        )
        @given(case=operation.as_strategy())
        def answers_as_described(case: Any) -> None:
            case.call_and_validate(headers=bearer, excluded_checks=opaque)

        answers_as_described()
        tried.append(operation.label)
    assert len(tried) == len(OPERATIONS)
