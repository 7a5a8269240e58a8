"""The statement over the API: as the contract shows it, closed once, and never changed afterwards."""

from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.db.ledger_tables import CreditRow
from tests.books import ANA, BEN, DECEMBER, TENTH, Books
from tests.fake_store import FakeStore, connect_store
from tests.web.site import Site

NOVEMBER = "/api/v1/statements/2026-11"


def statement(site: Site, query: str = "", month: str = "2026-11") -> dict[str, Any]:
    answer = site.program().get(f"/api/v1/statements/{month}{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def december(site: Site) -> Books:
    """The books of a site whose clock stands in December, with a sale of November."""
    made = Books(site.world)
    made.sale()
    site.world.clock.at = DECEMBER
    return made


def close(site: Site, month: str = "2026-11", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.program().post(f"/api/v1/statements/{month}/close", headers=named)


class TestStatement:
    """What a month says."""

    def test_a_sale_reads_as_the_contract_shows_it(self, site: Site) -> None:
        Books(site.world).sale()
        shown = {
            "month": "2026-11",
            "currency": "USD",
            "closed": False,
            "lines": [
                {"kind": "revenue.coupon", "amount": "113.20", "entries": 1},
                {"kind": "cogs", "amount": "-41.00", "entries": 1},
                {"kind": "cost.commission", "amount": "-7.92", "entries": 1},
            ],
            "revenue": "113.20",
            "cogs": "-41.00",
            "recovery": "0.00",
            "costs": "-7.92",
            "profit": "64.28",
        }
        assert shown.items() <= statement(site).items()

    def test_an_agents_month_reads_as_the_contract_shows_it(self, lite: Site) -> None:
        Books(lite.world).sale()
        assert statement(lite)["agents"] == [
            {
                "agent": ANA,
                "revenue": "113.20",
                "cogs": "-41.00",
                "costs": "-7.92",
                "profit": "64.28",
                "commission": {"pending": "7.92", "approved": "0.00", "paid": "0.00", "clawed_back": "0.00"},
            }
        ]

    def test_a_month_without_entries_is_all_zero(self, lite: Site) -> None:
        found = statement(lite, month="2031-02")
        assert (found["lines"], found["agents"], found["profit"]) == ([], [], "0.00")

    def test_amounts_have_the_digits_of_their_currency(self, lite: Site) -> None:
        lite.world.settings({"currency": "JPY"})
        made = Books(lite.world)
        made.entry("revenue.coupon", 11_320, currency="JPY")
        made.entry("revenue.coupon", 11_320, currency="KWD")
        found = statement(lite)
        assert found["revenue"] == "11320"
        assert [one["amount"] for one in found["other_currencies"]] == ["11.320"]

    def test_the_last_line_is_profit_only_where_fulfilment_has_a_cost(self, lite: Site) -> None:
        assert statement(lite)["last_line"] == "contribution before fulfilment"
        variable = [{"from": "2022-01-01", "amount": "6.00"}]
        lite.world.settings({"costs": {"variable_per_order": variable}})
        assert statement(lite)["last_line"] == "profit"

    def test_what_is_in_no_sum_stands_beside(self, lite: Site) -> None:
        made = Books(lite.world)
        made.credit(made.order(), grade="unproven", counts=False)
        made.order(currency="EUR", waiting="no rate for EUR on 2026-11-10")
        found = statement(lite)
        assert found["unproven"] == [{"credits": 1, "net": "113.20", "currency": "USD"}]
        assert found["waiting"][0] == {
            "currency": "EUR",
            "on": "2026-11-10",
            "orders": 1,
            "why": "no rate for EUR on 2026-11-10",
        }
        assert found["profit"] == "0.00"

    @pytest.mark.parametrize("month", ["2026-13", "2026-1", "november", "0000-01", "2026-11-01"])
    @pytest.mark.parametrize("more", ["", "/close", "/late"])
    def test_what_is_no_month_is_not_found(self, lite: Site, month: str, more: str) -> None:
        path = f"/api/v1/statements/{month}{more}"
        answer = lite.program().open(path, method="POST" if more == "/close" else "GET")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


class TestNarrowed:
    """One agent, one campaign, one channel, one store."""

    @pytest.mark.parametrize(
        ("query", "revenue"),
        [("?agent=ben@shop.example", "5.00"), ("?agent=BEN@shop.example", "5.00"), ("?channel=chat", "5.00")],
    )
    def test_a_statement_of_part_of_the_month(self, lite: Site, query: str, revenue: str) -> None:
        made = Books(lite.world)
        made.sale()
        made.entry("revenue.coupon", 500, agent=BEN, channel="chat", campaign="spring")
        assert statement(lite, query)["revenue"] == revenue

    def test_a_store_is_named_by_its_number_or_its_name(self, lite: Site) -> None:
        store = connect_store(lite.world, FakeStore())
        made = Books(lite.world)
        made.entry("revenue.coupon", 500, store_id=store.id)
        made.entry("revenue.coupon", 900)
        told = [statement(lite, f"?store={name}")["revenue"] for name in (store.id, store.account)]
        assert told == ["5.00", "5.00"]

    def test_a_store_that_is_not_there_is_refused(self, lite: Site) -> None:
        answer = lite.program().get(f"{NOVEMBER}?store=nowhere")
        assert (answer.status_code, answer.get_json()["errors"][0]["path"]) == (400, "store")

    def test_a_misspelt_filter_is_refused(self, lite: Site) -> None:
        assert lite.program().get(f"{NOVEMBER}?agnet=ana").status_code == 400

    def test_a_closed_month_is_narrowed_too(self, lite: Site) -> None:
        december(lite)
        close(lite)
        found = statement(lite, f"?agent={ANA}")
        assert (found["closed"], found["profit"], found["filters"]["agent"]) == (True, "64.28", ANA)


class TestClosing:
    """Once, and for good."""

    def test_a_month_that_has_ended_is_closed_with_who_and_when(self, site: Site) -> None:
        december(site)
        open_one = statement(site)
        answer = site.program().post(f"{NOVEMBER}/close")
        assert answer.status_code == 200
        closing = {"closed": True, "closed_at": "2026-12-03T09:00:00Z", "closed_by": "api key 2"}
        assert answer.get_json() == {**open_one, **closing} == statement(site)

    def test_it_stands_in_the_audit_log(self, lite: Site) -> None:
        made = december(lite)
        close(lite)
        assert made.audited()[0] == ("month_closed", "api key 1", {"month": "2026-11"})

    def test_a_month_that_runs_is_not_closed(self, lite: Site) -> None:
        december(lite)
        answer = close(lite, "2026-12")
        assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
        assert "not over yet" in answer.get_json()["detail"]

    def test_it_is_closed_once(self, lite: Site) -> None:
        december(lite)
        close(lite)
        answer = close(lite)
        assert answer.status_code == 409
        assert "closed already by api key 1 at 2026-12-03 09:00 UTC" in answer.get_json()["detail"]

    def test_a_repeat_under_the_same_key_gets_the_first_answer(self, lite: Site) -> None:
        december(lite)
        program = lite.program()
        key = {"Idempotency-Key": "close-november"}
        first, second = (program.post(f"{NOVEMBER}/close", headers=key) for _ in "ab")
        assert (second.status_code, second.get_json()) == (200, first.get_json())
        assert second.headers["Idempotent-Replayed"] == "true"

    def test_a_month_ends_in_the_zone_of_the_settings(self, lite: Site) -> None:
        december(lite)
        lite.world.settings({"timezone": "America/New_York"})
        lite.world.clock.at = datetime(2026, 12, 1, 2, tzinfo=UTC)
        assert close(lite).status_code == 409

    def test_nothing_that_happens_later_changes_it(self, site: Site) -> None:
        made = december(site)
        before = close(site).get_json()
        _, credit = made.sale(BEN)  # entries that should never be there
        made.entry("revenue.coupon", -500, TENTH, period="2026-12", belongs_to="2026-11")
        made.credit(made.order(), grade="unproven", counts=False)
        with site.world.database.write() as session:
            session.get_one(CreditRow, credit).state = "approved"
        variable = [{"from": "2022-01-01", "amount": "600"}]
        site.world.settings(
            {"currency": "JPY", "timezone": "Asia/Tokyo", "costs": {"variable_per_order": variable}}
        )
        assert statement(site) == before

    def test_what_came_late_for_it_is_told_apart_and_is_part_of_the_month_it_went_to(
        self, lite: Site
    ) -> None:
        made = december(lite)
        close(lite)
        made.entry("revenue.coupon", -500, TENTH, period="2026-12", belongs_to="2026-11")
        late = {"amount": "-5.00", "currency": "USD", "entries": 1}
        told = lite.program().get(f"{NOVEMBER}/late").get_json()
        assert told == {"month": "2026-11", "late": [{"month": "2026-12", **late}]}
        assert statement(lite, month="2026-12")["late"] == [{"month": "2026-11", **late}]


class TestLedger:
    """The entries behind the figures."""

    def test_an_entry_reads_as_the_contract_shows_it(self, lite: Site) -> None:
        made = Books(lite.world)
        number = made.entry("revenue.coupon", 11_320, agent=ANA, ticket_id="5158", order_name="#1001")
        (entry,) = lite.program().get("/api/v1/ledger?month=2026-11").get_json()["data"]
        shown = {
            "id": str(number),
            "kind": "revenue.coupon",
            "amount": "113.20",
            "currency": "USD",
            "occurred_on": "2026-11-10",
            "period": "2026-11",
            "agent": ANA,
            "ticket": "5158",
            "order": "#1001",
        }
        assert shown.items() <= entry.items()
        assert entry["source"].startswith("test:")

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ("", 5),
            ("?month=2026-11", 4),
            ("?month=2026-11&kind=cogs", 1),
            ("?agent=ANA@shop.example", 3),
            ("?belongs_to=2026-10", 1),
            ("?month=2026-10", 0),
        ],
    )
    def test_entries_are_filtered(self, lite: Site, query: str, number: int) -> None:
        made = Books(lite.world)
        made.sale()
        made.entry("cost.platform", -90_000)
        made.entry("cogs", -5, period="2026-12", belongs_to="2026-10")
        assert len(lite.program().get(f"/api/v1/ledger{query}").get_json()["data"]) == number

    @pytest.mark.parametrize(
        "query", ["month=2026-13", "kind=revenue", "agent=", "cursor=MjAyNnwx", "period=1"]
    )
    def test_what_the_list_does_not_know_is_refused(self, lite: Site, query: str) -> None:
        assert lite.program().get(f"/api/v1/ledger?{query}").status_code == 400

    def test_the_entries_of_all_pages_add_up_to_the_statement(self, lite: Site) -> None:
        made = Books(lite.world)
        for _ in range(3):
            made.sale()
        cents, more, cursor = 0, True, ""
        while more:
            page = lite.program().get(f"/api/v1/ledger?month=2026-11&limit=2{cursor}").get_json()
            cents += sum(int(one["amount"].replace(".", "")) for one in page["data"])
            more, cursor = page["next_cursor"] is not None, f"&cursor={page['next_cursor']}"
        assert cents == int(statement(lite)["profit"].replace(".", ""))
