"""Credits over the API: why, contested and decided, given to somebody else, accepted; and the ledger follows."""

from datetime import timedelta
from typing import Any

import pytest

from plugin.ports import Connection
from tests.books import ANA, BEN, NOVEMBER, Books
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer, order, tell_order
from tests.fakes import ticket
from tests.web.site import Site
from tests.worker_steps import work_all

WHY = {"reason": "She wrote to me first."}
SETTINGS: dict[str, Any] = {
    "currency": "USD",
    "timezone": "UTC",
    "agents": [
        {"email": ANA, "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"},
        {"email": BEN, "coupon": "BEN10", "coupon_share": "0.10", "commission": "0.05"},
    ],
}


def credits(site: Site, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.program().get(f"/api/v1/credits{query}").get_json()["data"]
    return found


def say(site: Site, credit: str | int, deed: str, body: object) -> Any:
    return site.program().post(f"/api/v1/credits/{credit}/{deed}", json=body)


def redeemed(site: Site, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.program().get(f"/api/v1/redemptions{query}").get_json()["data"]
    return found


def statement(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.program().get("/api/v1/statements/2026-11").get_json()
    return found


@pytest.fixture
def sold(site: Site) -> Connection:
    """Ann used Ana's code in a store, and nobody had met her before."""
    site.world.settings(SETTINGS)
    store = connect_store(site.world, FakeStore(customers=[customer()]))
    placed = NOW - timedelta(days=2)
    tell_order(site.world, store, order(net=11_320, code="ANA10", placed_at=placed))
    work_all(site.world)
    return store


class TestLists:
    """What is told of credits and codes."""

    def test_a_redemption_reads_as_the_contract_shows_it(self, site: Site) -> None:
        made = Books(site.world)
        made.sale()
        (told,) = redeemed(site)
        shown = {
            "code": "ANA10",
            "agent": ANA,
            "order": "#1001",
            "ticket": "5158",
            "net": "113.20",
            "currency": "USD",
            "at": "2026-11-10T15:00:00Z",
            "grade": "direct",
            "evidence": ["code ANA10 sent in ticket 5158"],
        }
        assert shown.items() <= told.items()

    def test_what_was_no_code_is_no_redemption(self, lite: Site) -> None:
        made = Books(lite.world)
        made.credit(made.order(), code="", kind="revenue.link")
        assert redeemed(lite) == []
        assert len(credits(lite)) == 1

    def test_codes_of_orders_that_do_not_count_are_no_redemptions(self, lite: Site) -> None:
        made = Books(lite.world)
        made.credit(made.order(counts=False))
        assert redeemed(lite) == []

    def test_redemptions_are_found_by_their_code(self, lite: Site) -> None:
        made = Books(lite.world)
        made.sale()
        made.sale(BEN, code="BEN10")
        assert [one["agent"] for one in redeemed(lite, "?code=BEN10")] == [BEN]

    def test_a_credit_tells_why_and_what_else_might_have_had_it(self, lite: Site) -> None:
        made = Books(lite.world)
        order_key = made.order(host={"agent": BEN, "helpdesk": "fake", "ticket": "7"})
        made.credit(order_key, rivals=["fake 7"])
        (told,) = credits(lite)
        assert told["rivals"] == ["fake 7"]
        assert told["host"] == {"agent": BEN, "helpdesk": "fake", "ticket": "7"}
        assert (told["rule_version"], told["window_days"], told["state"]) == (1, 30, "pending")

    @pytest.mark.parametrize(
        ("query", "number"),
        [("?grade=unproven", 1), ("?agent=BEN@shop.example", 1), ("?state=pending", 3), ("?state=paid", 0)],
    )
    def test_credits_are_filtered(self, lite: Site, query: str, number: int) -> None:
        made = Books(lite.world)
        made.credit(made.order())
        made.credit(made.order(), BEN)
        made.credit(made.order(), grade="unproven", counts=False)
        assert len(credits(lite, query)) == number

    def test_credits_of_one_instant_are_not_lost_between_pages(self, lite: Site) -> None:
        made = Books(lite.world)
        numbers = [str(made.credit(made.order())) for _ in range(5)]
        first = lite.program().get("/api/v1/credits?limit=3").get_json()
        rest = lite.program().get(f"/api/v1/credits?cursor={first['next_cursor']}").get_json()
        assert [one["id"] for one in first["data"] + rest["data"]] == numbers[::-1]

    def test_newer_orders_come_first(self, lite: Site) -> None:
        made = Books(lite.world)
        newer = made.credit(made.order(), at=NOVEMBER)
        older = made.credit(made.order(), at=NOVEMBER - timedelta(days=1))
        assert [one["id"] for one in credits(lite)] == [str(newer), str(older)]

    def test_a_ticket_tells_its_credits(self, lite: Site) -> None:
        lite.world.helpdesk.tickets["5158"] = ticket("5158", "which belt?")
        lite.world.hint("5158")
        work_all(lite.world)
        made = Books(lite.world)
        number = made.credit(made.order())
        made.credit(made.order(), ticket_id="5159")
        told = lite.program().get("/api/v1/tickets/fake/5158").get_json()["credits"]
        assert [one["id"] for one in told] == [str(number)]


class TestDisputes:
    """Contested by somebody, decided by somebody."""

    def test_a_credit_is_contested_and_decided_with_reasons(self, site: Site) -> None:
        made = Books(site.world)
        number = made.credit(made.order())
        contested = say(site, number, "dispute", WHY)
        assert contested.status_code == 200
        assert contested.get_json()["dispute"]["state"] == "open"
        decided = say(site, number, "decide", {"state": "rejected", "reason": "Ben sent the code."})
        assert decided.get_json()["dispute"]["decision"] == "Ben sent the code."
        assert [deed.action for deed in made.audited()] == ["dispute_decided", "credit_contested"]

    def test_what_nobody_contests_is_not_decided(self, lite: Site) -> None:
        made = Books(lite.world)
        number = made.credit(made.order())
        answer = say(lite, number, "decide", {"state": "upheld", **WHY})
        assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")

    @pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": 5}, {"reason": "x", "agent": "y"}, []])
    @pytest.mark.parametrize("deed", ["dispute", "decide", "accept"])
    def test_without_a_reason_nothing_is_done(self, lite: Site, deed: str, body: object) -> None:
        made = Books(lite.world)
        number = made.credit(made.order(), grade="unproven")
        assert say(lite, number, deed, body).status_code == 422
        assert made.audited() == []

    @pytest.mark.parametrize("deed", ["dispute", "decide", "accept", "reassign"])
    def test_a_credit_that_is_not_there_is_not_found(self, lite: Site, deed: str) -> None:
        lite.world.settings(SETTINGS)
        more = {"decide": {"state": "upheld"}, "reassign": {"agent": ANA}}.get(deed, {})
        assert say(lite, 99, deed, {**WHY, **more}).status_code == 404


class TestReassigning:
    """A manager gives the order to somebody else."""

    def test_the_ledger_follows(self, site: Site, sold: Connection) -> None:
        (credit,) = credits(site)
        answer = say(site, credit["id"], "reassign", {"agent": BEN, **WHY})
        assert answer.status_code == 200
        work_all(site.world)
        told = {one["agent"]: one["revenue"] for one in statement(site)["agents"]}
        assert told == {BEN: "113.20"}

    def test_several_share_it_by_weight(self, site: Site, sold: Connection) -> None:
        (credit,) = credits(site)
        say(site, credit["id"], "reassign", {"agents": {ANA: 3, "BEN@shop.example": 1}, **WHY})
        work_all(site.world)
        told = {one["agent"]: one["revenue"] for one in statement(site)["agents"]}
        assert told == {ANA: "84.90", BEN: "28.30"}

    def test_giving_it_back_leaves_what_stood_before(self, site: Site, sold: Connection) -> None:
        (credit,) = credits(site)
        for agent in (ANA, BEN, ANA):
            say(site, credit["id"], "reassign", {"agent": agent, **WHY})
            work_all(site.world)
        told = {one["agent"]: one["profit"] for one in statement(site)["agents"]}
        assert (told[ANA], told.get(BEN, "0.00")) == ("105.28", "0.00")

    def test_who_decided_and_why_is_kept(self, lite: Site) -> None:
        lite.world.settings(SETTINGS)
        made = Books(lite.world)
        number = made.credit(made.order())
        told = say(lite, number, "reassign", {"agent": BEN, **WHY}).get_json()["ruling"]
        assert (told["agents"], told["by"], told["reason"]) == ({BEN: 1}, "api key 1", WHY["reason"])
        (deed,) = made.audited()
        assert (deed.action, deed.details["agents"]) == ("credit_reassigned", {BEN: 1})

    def test_who_does_not_work_here_gets_nothing(self, lite: Site) -> None:
        lite.world.settings(SETTINGS)
        made = Books(lite.world)
        number = made.credit(made.order())
        answer = say(lite, number, "reassign", {"agent": "bne@shop.example", **WHY})
        assert answer.status_code == 422
        assert "nobody of the address" in answer.get_json()["detail"]

    @pytest.mark.parametrize(
        "agents",
        [
            {"agents": {}},
            {"agents": {ANA: 0}},
            {"agents": {ANA: -1}},
            {"agents": {ANA: True}},
            {"agents": {ANA: "1"}},
            {"agents": {ANA: 0.5}},
            {"agents": {ANA: 10**7}},
            {"agents": [ANA]},
            {"agents": {f"a{n}@shop.example": 1 for n in range(21)}},
            {"agent": ANA, "agents": {ANA: 1}},
            {"agent": 5},
            {"agent": None},
            {},
        ],
    )
    def test_what_names_nobody_is_refused(self, lite: Site, agents: dict[str, Any]) -> None:
        lite.world.settings(SETTINGS)
        made = Books(lite.world)
        number = made.credit(made.order())
        assert say(lite, number, "reassign", {**agents, **WHY}).status_code == 422
        assert made.audited() == []

    def test_a_repeat_under_the_same_key_decides_once(self, lite: Site) -> None:
        lite.world.settings(SETTINGS)
        made = Books(lite.world)
        path, program = f"/api/v1/credits/{made.credit(made.order())}/reassign", lite.program()
        for _ in range(2):
            lite.world.clock.move(seconds=1)
            program.post(path, json={"agent": BEN, **WHY}, headers={"Idempotency-Key": "once"})
        assert len(made.audited()) == 1


class TestAccepting:
    """A manager lets a code count that nothing proves."""

    def test_the_code_counts_from_then_on(self, site: Site, sold: Connection) -> None:
        (credit,) = credits(site)
        assert statement(site)["unproven"] == [{"credits": 1, "net": "113.20", "currency": "USD"}]
        assert say(site, credit["id"], "accept", WHY).status_code == 200
        work_all(site.world)
        found = statement(site)
        assert (found["unproven"], found["revenue"]) == ([], "113.20")
        assert redeemed(site)[0]["counts"] is True

    @pytest.mark.parametrize("grade", ["direct", "assisted", "influenced"])
    def test_what_is_proven_cannot_be_accepted(self, lite: Site, grade: str) -> None:
        made = Books(lite.world)
        answer = say(lite, made.credit(made.order(), grade=grade), "accept", WHY)
        assert (answer.status_code, "only one that nothing proves" in answer.get_json()["detail"]) == (
            409,
            True,
        )

    def test_it_is_accepted_once(self, lite: Site) -> None:
        made = Books(lite.world)
        number = made.credit(made.order(), grade="unproven", counts=False)
        told = [say(lite, number, "accept", WHY).status_code for _ in range(2)]
        assert (told, len(made.audited())) == ([200, 409], 1)

    def test_what_was_given_to_somebody_stays_theirs_when_a_code_is_accepted(self, lite: Site) -> None:
        lite.world.settings(SETTINGS)
        made = Books(lite.world)
        number = made.credit(made.order(), grade="unproven", counts=False)
        say(lite, number, "reassign", {"agent": BEN, **WHY})
        lite.world.clock.move(seconds=1)
        ruling = say(lite, number, "accept", WHY).get_json()["ruling"]
        assert (ruling["agents"], ruling["accepted"]) == ({BEN: 1}, ["ana10"])


def test_decisions_are_made_in_no_other_tenants_books(lite: Site) -> None:
    made = Books(lite.world)
    number = made.credit(made.order())
    other = lite.world.connect("other")
    program = lite.program(other)
    for deed, more in (("dispute", {}), ("accept", {}), ("decide", {"state": "upheld"})):
        answer = program.post(f"/api/v1/credits/{number}/{deed}", json={**WHY, **more})
        assert answer.status_code == 404
    assert made.audited() == []
