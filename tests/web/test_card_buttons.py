"""Buttons of a card that the helpdesk draws: only where they were asked for, with a secret of their own, and little."""

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.signing import CARD_BUTTONS, narrowed
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.web.looking import ANA, Frame, staffed
from tests.web.site import Site, signature, site_over
from tests.worker_steps import work_all


@pytest.fixture
def site(database: Database) -> Site:
    """A live tenant whose card has buttons, with one ticket of a known customer."""
    world = World(database)
    connect_store(world, FakeStore(customers=[customer()]))
    world.helpdesk.tickets["5"] = ticket("5", "Where is my order?")
    world.hint("5")
    work_all(world)
    staffed(world)
    with world.database.write() as session:
        Connections(session, world.vault).note(world.connection.id, {"card_buttons": True})
    return site_over(world)


def press(site: Site, secret: str | None = None, **form: str) -> TestResponse:
    body = urlencode(form).encode()
    proof = signature(body, narrowed("secret", CARD_BUTTONS) if secret is None else secret)
    return site.visitor().post(
        f"/sidebar/fake/{site.world.connection.hook_key}/actions",
        data=body,
        headers={"X-Fake-Signature": proof},
        content_type="application/x-www-form-urlencoded",
    )


REASON: dict[str, Any] = {"ticket": "5", "agent": ANA.id, "did": "reason", "code": "shipping.lost"}


def test_a_code_that_an_agent_confirms_is_written(site: Site) -> None:
    assert press(site, **REASON).json == {"done": True}
    work_all(site.world)
    assert site.world.helpdesk.tickets["5"].reason_code == "shipping.lost"


def test_a_note_is_seen_in_the_panel(site: Site) -> None:
    told = {"ticket": "5", "agent": "", "did": "note", "style": "", "text": "Calls, never writes"}
    assert press(site, **told).status_code == 200
    assert "Calls, never writes" in Frame(site).shown()


@pytest.mark.parametrize("secret", ["secret", "another", narrowed("another", CARD_BUTTONS)])
def test_any_other_secret_is_refused_the_webhooks_too(site: Site, secret: str) -> None:
    assert press(site, secret, **REASON).status_code == 401


def test_the_buttons_secret_proves_no_webhook(site: Site) -> None:
    assert site.hook(b'{"ticket": "5"}', secret=narrowed("secret", CARD_BUTTONS)).status_code == 401


def test_nothing_that_costs_anything_is_done_by_a_button(site: Site) -> None:
    for did in ("coupon", "offer_taken", "refund", ""):
        assert press(site, ticket="5", did=did).status_code == 422


@pytest.mark.parametrize("number", ["", "{{ticket.id}}", "../5"])
def test_a_button_whose_ticket_was_not_filled_in_does_nothing(site: Site, number: str) -> None:
    assert press(site, **{**REASON, "ticket": number}).status_code == 422


def test_without_the_option_there_are_no_buttons(site: Site) -> None:
    with site.world.database.write() as session:
        Connections(session, site.world.vault).note(site.world.connection.id, {"card_buttons": False})
    assert press(site, **REASON).status_code == 404
