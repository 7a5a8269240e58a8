"""/api/v1/commissions: what agents earn, approved and paid many at once, and payroll's file."""

from datetime import timedelta
from typing import Any

import pytest
from jsonschema_rs import validator_for

from plugin.db.ledger_tables import CreditRow
from plugin.web.api.commissions import WHY_NOT
from tests.books import ANA, BEN, NOVEMBER, Books
from tests.web.site import Site

PATH = "/api/v1/commissions"
OVER = NOVEMBER + timedelta(days=30)


@pytest.fixture
def made(lite: Site) -> Books:
    """Books of the site's tenant, at the moment at which the return window of 10 November is over."""
    lite.world.clock.at = OVER
    return Books(lite.world)


def take(site: Site, step: str, *credits: object, **headers: str) -> Any:
    """Approve or pay."""
    answer = site.program().post(f"{PATH}/{step}", json={"credits": list(credits)}, headers=headers)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def listed(site: Site, query: str = "") -> list[dict[str, Any]]:
    answer = site.program().get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def test_a_commission_has_the_described_shape(lite: Site, made: Books) -> None:
    _, credit = made.sale()
    assert listed(lite) == [
        {
            "credit": str(credit),
            "agent": ANA,
            "order": "#1001",
            "helpdesk": "fake",
            "ticket": "5158",
            "kind": "revenue.coupon",
            "grade": "direct",
            "at": "2026-11-10T15:00:00Z",
            "month": "2026-11",
            "amount": {"amount": "7.92", "currency": "USD"},
            "state": "pending",
            "held": None,
            "disputed": False,
            "approve_from": "2026-12-10T15:00:00Z",
            "approved_at": None,
            "paid_at": None,
            "clawed_back": {"amount": "0.00", "currency": "USD"},
        }
    ]


def test_it_is_approved_and_paid_and_the_list_says_when(lite: Site, made: Books) -> None:
    _, credit = made.sale()
    assert take(lite, "approve", str(credit)) == {"done": [str(credit)], "refused": []}
    assert take(lite, "pay", credit) == {"done": [str(credit)], "refused": []}
    [line] = listed(lite)
    assert (line["state"], line["approved_at"], line["paid_at"]) == (
        "paid",
        "2026-12-10T15:00:00Z",
        "2026-12-10T15:00:00Z",
    )


def test_each_that_is_refused_is_named_with_its_reason_and_the_others_are_done(
    lite: Site, made: Books
) -> None:
    _, good = made.sale()
    _, held = made.sale(held="the code has leaked")
    answer = take(lite, "approve", good, held, 999)
    assert answer["done"] == [str(good)]
    assert answer["refused"] == [
        {"credit": str(held), "reason": "held", "detail": WHY_NOT["held"]},
        {"credit": "999", "reason": "unknown", "detail": "there is no such credit here"},
    ]


def test_the_return_window_is_that_of_the_settings_in_force(lite: Site, made: Books) -> None:
    _, credit = made.sale()
    made.world.settings({"attribution": {"return_window_days": 31}})
    assert listed(lite)[0]["approve_from"] == "2026-12-11T15:00:00Z"
    assert [one["reason"] for one in take(lite, "approve", credit)["refused"]] == ["early"]


def test_who_approved_stands_in_the_audit_log(lite: Site, made: Books) -> None:
    _, credit = made.sale()
    take(lite, "approve", credit)
    [deed] = made.audited()
    assert deed.action == "commission_approved"
    assert deed.actor.startswith("api key ")


def test_a_repeat_under_the_same_key_gets_the_first_answer(lite: Site, made: Books) -> None:
    _, credit = made.sale()
    key = {"Idempotency-Key": "pay-run-1"}
    program = lite.program()
    first, second = (
        program.post(f"{PATH}/approve", json={"credits": [credit]}, headers=key) for _ in range(2)
    )
    assert first.get_json() == second.get_json() == {"done": [str(credit)], "refused": []}
    assert second.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"credits": "12"}',
        b'{"credits": []}',
        b'{"credits": [true]}',
        b'{"credits": [-1]}',
        b'{"credits": ["1e3"]}',
        b'{"credits": [1.5]}',
        b'{"credits": ["\xd9\xa1"]}',
        b'{"credits": [99999999999999999999]}',
        b'{"credits": [' + b"1," * 500 + b"1]}",
        b"[" * 100_000,
    ],
)
def test_whatever_names_no_credits_is_refused_and_says_what_to_send(lite: Site, body: bytes) -> None:
    answer = lite.program().post(f"{PATH}/approve", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert "the numbers of 1 to 500 credits" in answer.get_json()["detail"]


def test_the_list_takes_agent_state_and_month_and_pages(lite: Site, made: Books) -> None:
    credits = [str(made.sale(agent)[1]) for agent in (ANA, BEN, ANA)]
    take(lite, "approve", credits[0])
    assert [one["credit"] for one in listed(lite, f"?agent={ANA}&state=pending&month=2026-11")] == [
        credits[2]
    ]
    first = lite.program().get(f"{PATH}?limit=2").get_json()
    rest = listed(lite, f"?cursor={first['next_cursor']}")
    assert [one["credit"] for one in first["data"] + rest] == credits[::-1]


@pytest.mark.parametrize(
    "query",
    ["?state=lost", "?month=2026-13", "?month=0000-01", "?month=9999-12", "?month=november", "?agnet=ana"],
)
def test_a_filter_that_nobody_knows_is_refused(lite: Site, query: str) -> None:
    assert lite.program().get(f"{PATH}{query}").status_code == 400


def test_an_agent_that_no_database_can_hold_earns_nothing(site: Site) -> None:
    assert listed(site, "?agent=a%00b") == []


def test_payrolls_file_has_a_line_for_each_agent_and_state(lite: Site, made: Books) -> None:
    credits = [made.sale(agent)[1] for agent in (ANA, ANA, BEN)]
    take(lite, "approve", *credits)
    take(lite, "pay", credits[2])
    answer = lite.program().get(f"{PATH}/payroll?month=2026-11")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert 'filename="payroll-2026-11.csv"' in answer.headers["Content-Disposition"]
    assert answer.get_data(as_text=True) == (
        "agent,period,state,credits,amount,currency\r\n"
        f"{ANA},2026-11,approved,2,15.84,USD\r\n"
        f"{BEN},2026-11,paid,1,7.92,USD\r\n"
    )


@pytest.mark.parametrize("query", ["", "?month=2026", "?month=2026-11&agent=ana"])
def test_payroll_needs_a_month_and_nothing_else(lite: Site, query: str) -> None:
    answer = lite.program().get(f"{PATH}/payroll{query}")
    assert answer.status_code == 400
    assert answer.get_json()["errors"]


def test_another_tenant_sees_and_changes_nothing(lite: Site, made: Books) -> None:
    _, credit = made.sale()
    other = lite.program(made.world.connect("other"))
    assert other.get(PATH).get_json()["data"] == []
    refused = other.post(f"{PATH}/approve", json={"credits": [credit]}).get_json()["refused"]
    assert [one["reason"] for one in refused] == ["unknown"]
    assert made.row(CreditRow, credit).state == "pending"
    assert other.get(f"{PATH}/payroll?month=2026-11").get_data(as_text=True).count("\n") == 1


def test_the_answers_are_as_the_description_says(lite: Site, made: Books) -> None:
    described = lite.visitor().get("/api/v1/openapi.json").get_json()
    _, credit = made.sale()
    answers = {
        "get": lite.program().get(PATH).get_json(),
        "post": take(lite, "approve", credit, 999),
    }
    for method, path in (("get", PATH), ("post", f"{PATH}/approve")):
        content = described["paths"][path][method]["responses"]["200"]["content"]
        schema = content["application/json"]["schema"] | {"components": described["components"]}
        validator_for(schema, validate_formats=True).validate(answers[method])
