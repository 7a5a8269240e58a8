"""POST /api/v1/rules/dry-run: what would be different, for a program; nothing is written."""

import pytest
from sqlalchemy import func, select

from plugin.db.engine import Database
from plugin.db.tables import DecisionRow, EffectRow, TicketRow
from tests.commands.test_dry_run import BEST, REST, SETTINGS
from tests.fakes import World
from tests.web.site import Site, site_over

PATH = "/api/v1/rules/dry-run"


@pytest.fixture
def site(database: Database) -> Site:
    """The web part over one live tenant with tiers, teams and rules."""
    world = World(database)
    world.settings(SETTINGS)
    return site_over(world)


def test_tickets_are_judged_by_the_rules_in_force(site: Site) -> None:
    answer = site.program().post(PATH, json={"tickets": [BEST, REST]})
    found = answer.get_json()
    assert answer.status_code == 200
    assert (found["tickets"], found["tiers"]) == (2, {"Concierge": 1})
    assert {"field": "group", "from": "100", "to": "211"} in found["diff"][0]["changes"]


def test_other_settings_can_be_tried(site: Site) -> None:
    other = {**SETTINGS, "rules": []}
    found = site.program().post(PATH, json={"tickets": [BEST], "settings": other}).get_json()
    assert found["fields"] == {"tags": 1}


def test_what_would_be_offered_is_told(site: Site) -> None:
    offers = [{"name": "Belt", "sku": "BELT-9", "price": "50.00"}]
    rule = {"name": "Belts", "on": ["ticket_created"], "actions": [{"field": "offer", "value": "Belt"}]}
    other = {**SETTINGS, "offers": offers, "rules": [rule]}
    found = site.program().post(PATH, json={"tickets": [BEST], "settings": other}).get_json()
    assert found["diff"][0]["offers"] == ["Belt"]


def test_wrong_settings_are_told_with_their_paths(site: Site) -> None:
    answer = site.program().post(PATH, json={"tickets": [BEST], "settings": {"mode": "loud"}})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["path"] == "settings.mode"


def test_what_cannot_be_read_is_named_and_the_rest_judged(site: Site) -> None:
    found = site.program().post(PATH, json={"tickets": [{"id": 1}, BEST]}).get_json()
    assert [one["ticket"] for one in found["skipped"]] == ["tickets[0]"]
    assert found["tickets"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 400),
        (b"[]", 400),
        (b"{}", 422),
        (b'{"tickets": {}}', 422),
        (b'{"tickets": [], "settings": 1}', 422),
    ],
)
def test_what_has_no_shape_is_refused_with_the_shape(site: Site, body: bytes, status: int) -> None:
    answer = site.program().post(PATH, data=body, content_type="application/json")
    assert answer.status_code == status
    assert '"tickets": [' in answer.get_json()["detail"]


def test_more_than_a_request_can_hold_are_the_commands_work(site: Site) -> None:
    answer = site.program().post(PATH, json={"tickets": [BEST] * 201})
    assert (answer.status_code, "marginalia dry-run" in answer.get_json()["detail"]) == (422, True)


def test_nothing_is_written(site: Site) -> None:
    site.program().post(PATH, json={"tickets": [BEST, REST]})
    with site.world.database.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (TicketRow, DecisionRow, EffectRow)
        ]
    assert counts == [0, 0, 0]


def test_without_a_key_nothing_is_judged(site: Site) -> None:
    assert site.visitor().post(PATH, json={"tickets": [BEST]}).status_code == 401
