"""`dry-run` says what the rules would have done about past tickets, and writes nothing anywhere."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from plugin.app import build, cli
from plugin.db.connections import Connections, Tenants
from plugin.db.migrate import migrate
from plugin.domain.facts import Message
from plugin.ports import TemporaryError
from plugin.product import Product
from tests.conftest import NOW
from tests.fakes import FakeHelpdesk, NoApi, ticket
from tests.web.site import CONFIG

SETTINGS: dict[str, Any] = {
    "mode": "live",
    "currency": "USD",
    "tiers": [{"name": "Concierge", "spent_at_least": "10000.00", "no_bots": True}],
    "teams": [
        {
            "name": "New York",
            "group": "1",
            "timezone": "America/New_York",
            "hours": {"mon-fri": "09:00-17:00"},
        },
        {"name": "Manila", "group": "2", "timezone": "Asia/Manila", "hours": {"mon-fri": "09:00-17:00"}},
    ],
    "rules": [
        {
            "name": "Concierge first",
            "on": ["ticket_created"],
            "conditions": {"all": [{"field": "customer.tier", "operator": "is", "value": "Concierge"}]},
            "actions": [{"field": "group", "value": "211"}, {"field": "priority", "value": "urgent"}],
        },
        {
            "name": "Follow the sun",
            "on": ["ticket_created"],
            "conditions": {"all": [{"field": "customer.tier", "operator": "not_present"}]},
            "actions": [{"field": "team_by_hours", "value": "all"}],
        },
    ],
}
BEST = {
    "id": "5158",
    "email": "ann@example.com",
    "text": "hello there",
    "group": "100",
    "created_at": "2026-11-20T15:00:00Z",
    "customer": {"spent": "12000.00", "currency": "USD", "orders": 9},
}
REST = {**BEST, "id": "5159", "customer": {"spent": "12.00", "currency": "USD", "orders": 1}}


@pytest.fixture
def helpdesk() -> FakeHelpdesk:
    """The helpdesk whose tickets are judged."""
    return FakeHelpdesk()


@pytest.fixture
def product(tmp_path: Path, helpdesk: FakeHelpdesk) -> Iterator[Product]:
    """A product with one live tenant, acme."""
    made = build(replace(CONFIG, database_url=f"sqlite:///{tmp_path / 'marginalia.db'}"))
    made = replace(made, helpdesks={"fake": helpdesk}, open_api=NoApi)
    migrate(made.database)
    with made.database.write() as session:
        tenant = Tenants(session).add("acme", NOW)
        Connections(session, made.vault).add(tenant, "fake", "acme", "https://acme.example", {}, {}, NOW)
        made.import_settings(session, tenant.id, SETTINGS, "a test")
    yield made
    made.database.dispose()


def run(product: Product, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(
        cli, ["dry-run", "--tenant", "acme", *arguments], obj=lambda: product, input=given
    )


def judged(product: Product, *tickets: Any, more: tuple[str, ...] = ()) -> Any:
    given = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in tickets)
    result = run(product, "--json", "--tickets", "-", *more, given=given)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def changes(found: Any, number: int = 0) -> dict[str, Any]:
    return {one["field"]: (one["from"], one["to"]) for one in found["diff"][number]["changes"]}


def test_each_ticket_is_told_with_what_would_be_different(product: Product) -> None:
    found = judged(product, BEST)
    assert changes(found) == {
        "tags": (None, "+mgn_tier_concierge"),
        "group": ("100", "211"),
        "priority": (None, "urgent"),
    }
    assert found["diff"][0]["rules"] == ["Customer tier", "Concierge first"]


def test_the_sums_name_the_best_customers_and_the_rules(product: Product) -> None:
    found = judged(product, BEST, REST)
    assert (found["tickets"], found["changed"], found["tiers"]) == (2, 2, {"Concierge": 1})
    assert found["vips"] == {"touched": 1, "no_bots": ["5158"]}
    assert found["rules"] == {"Customer tier": 1, "Concierge first": 1, "Follow the sun": 1}


def test_hours_are_those_of_the_time_when_the_ticket_came(product: Product) -> None:
    night = {**REST, "created_at": "2026-11-20T03:00:00Z"}
    found = judged(product, REST, night)
    assert [changes(found, number)["group"][1] for number in (0, 1)] == ["1", "2"]


def test_what_stands_there_already_is_no_difference(product: Product) -> None:
    found = judged(product, {**REST, "group": "1"})
    assert (found["changed"], found["diff"][0]["changes"]) == (0, [])


def test_another_settings_file_can_be_tried_before_it_is_in_force(product: Product, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    rule = {**SETTINGS["rules"][0], "actions": [{"field": "group", "value": "999"}]}
    other.write_text(json.dumps({**SETTINGS, "rules": [rule]}))
    found = judged(product, BEST, more=("--settings", str(other)))
    assert changes(found)["group"] == ("100", "999")


def test_a_wrong_settings_file_is_refused_with_every_error(product: Product, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"mode": "loud", "rules": [{"name": ""}]}))
    result = run(product, "--tickets", "-", "--settings", str(other), given=json.dumps(BEST))
    assert result.exit_code == 1
    assert "mode" in result.stderr
    assert "rules[0].name" in result.stderr


def test_a_line_that_cannot_be_read_is_left_out_and_named(product: Product) -> None:
    found = judged(product, "no json", {"id": 1}, {**BEST, "priority": "sky-high"}, BEST)
    assert found["tickets"] == 1
    assert [one["ticket"] for one in found["skipped"]] == ["line 1", "line 2", "line 3"]
    assert "priority: Must be one of" in found["skipped"][2]["why"]


@pytest.mark.parametrize(
    "other",
    [
        {
            "ticket": 5158,
            "description": "hello there",
            "group_id": 100,
            "requester": {"email": "ann@example.com"},
        },
        {"ticket_id": "5158", "comments": [{"text": "hello there"}], "team": "100"},
        {"id": 5158, "body": "hello there", "group": "100", "reason_code": {"code": "shipping.wismo"}},
    ],
)
def test_what_helpdesks_and_our_own_api_call_things_is_understood(product: Product, other: Any) -> None:
    spent = {"amount": "12000.00", "currency": "USD"}
    found = judged(product, {**other, "customer": {"email": "ann@example.com", "spent": spent}})
    assert found["diff"][0]["ticket"] == "5158"
    assert changes(found)["group"] == ("100", "211")


def test_a_mere_address_is_looked_up(product: Product) -> None:
    found = judged(product, {"text": "hello", "customer": {"email": "ann@example.com"}})
    assert found["diff"][0]["customer"] == "unknown"


def test_a_customer_nobody_has_asked_about_is_counted_as_such(product: Product) -> None:
    found = judged(product, {key: value for key, value in BEST.items() if key != "customer"})
    assert found["unknown_customers"] == 1
    assert found["diff"][0]["customer"] == "unknown"


def test_nothing_is_written_anywhere(product: Product, helpdesk: FakeHelpdesk) -> None:
    helpdesk.tickets["5"] = ticket("5", "where is my parcel")
    before = contents(product)
    assert run(product).exit_code == 0
    judged(product, BEST)
    assert contents(product) == before
    assert (helpdesk.updates, helpdesk.tags_of_customers) == ([], [])


def contents(product: Product) -> dict[str, list[Any]]:
    with product.database.read() as session:
        names = session.scalars(text("select name from sqlite_master where type = 'table'")).all()
        return {
            name: [tuple(row) for row in session.execute(text(f"select * from {name}"))] for name in names
        }


def test_the_tickets_of_the_helpdesk_are_read_as_they_are_now(
    product: Product, helpdesk: FakeHelpdesk
) -> None:
    solved = replace(ticket("5", "hello"), status="solved", group="100")
    bot = Message("9", "bot", False, True, "I am a bot", NOW, automated=True)
    helpdesk.tickets = {"5": solved, "6": replace(ticket("6", "hi"), messages=(bot,))}
    found = json.loads(run(product, "--json", "--days", "3").stdout)
    assert found["tickets"] == 2


def test_a_helpdesk_that_wants_a_rest_gets_it(
    product: Product, helpdesk: FakeHelpdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpdesk.tickets["5"] = ticket("5", "hello")
    rests: list[float] = []
    monkeypatch.setattr("time.sleep", rests.append)

    def fail(what: str, ticket_id: str) -> None:
        if what == "load" and len(rests) < 2:
            raise TemporaryError("busy", retry_after=7)

    helpdesk.fail = fail
    assert json.loads(run(product, "--json").stdout)["tickets"] == 1
    assert rests == [7, 7]


def test_a_helpdesk_that_is_down_for_long_ends_it(
    product: Product, helpdesk: FakeHelpdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpdesk.tickets["5"] = ticket("5", "hello")
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def fail(what: str, ticket_id: str) -> None:
        raise TemporaryError("down for maintenance", retry_after=90)

    helpdesk.fail = fail
    result = run(product)
    assert (result.exit_code, result.stderr.strip()) == (1, "down for maintenance")


def test_a_person_reads_it_in_lines(product: Product) -> None:
    result = run(product, "--tickets", "-", given=json.dumps(BEST))
    assert "1 tickets judged, 1 would be different. Nothing was written." in result.stdout
    assert "5158: tags – → +mgn_tier_concierge; group 100 → 211; priority – → urgent" in result.stdout


def test_days_and_a_file_are_not_given_together(product: Product) -> None:
    assert run(product, "--days", "3", "--tickets", "-").exit_code == 2
