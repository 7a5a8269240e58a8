"""The card of the sidebar: what the address of the card answers, under the names that it has there; where it leads."""

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from plugin.domain.facts import Customer, LastOrder
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.helpdesks.gorgias.buttons import PURPOSE
from plugin.helpdesks.gorgias.widgets import CONTEXTS, ROWS, Extras, template
from plugin.sidebar import CreditShown, MacroShown, OfferShown, SidebarView
from plugin.signing import narrowed
from plugin.web.sidebar_card import flat
from tests.conftest import NOW

PANELS = "https://app.example.com/panel/gorgias"
DEEDS = "https://app.example.com/sidebar/gorgias/key/actions"
PLAIN, WITH_BUTTONS = Extras(PANELS, DEEDS), Extras(PANELS, DEEDS, "s3cret")
FULL = SidebarView(
    customer=Customer(
        "known",
        "jo@example.com",
        "Jo",
        "email",
        Money(100, "USD"),
        2,
        last_order=LastOrder("#1001", NOW, Money(100, "USD"), "paid", "fulfilled"),
    ),
    tier="VIP",
    no_bots=True,
    reason="shipping.delayed",
    reason_sure=True,
    macros=(MacroShown("5", "Late", "used before"),),
    offer=OfferShown(Offered("Belt", "BELT-1", Money(5000, "USD"), Money(2000, "USD"))),
    credits=(CreditShown(1, "#1001", "ana@shop.example", False, "direct", True, worth=Money(100, "USD")),),
    as_of=NOW,
)


def card(context: str = "ticket", extras: Extras | None = PLAIN) -> dict[str, Any]:
    (found,) = template(context, extras)["widgets"]
    assert isinstance(found, dict)
    return found


def kinds(found: dict[str, Any]) -> set[str]:
    return {row["type"] for row in found["widgets"]}


def posted(button: dict[str, Any]) -> dict[str, str]:
    """What a button sends, its own values as they stand in the template."""
    form = button["action"]["body"]["application/x-www-form-urlencoded"]
    return {one["key"]: one["value"] for one in form}


def test_every_row_has_data() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        answered = {**flat(FULL, lambda code: "Shipping – Delay"), "panel_url": f"{PANELS}/1"}
    assert {path for path, _, _ in ROWS} <= answered.keys()


def test_there_are_few_enough_rows_for_a_sidebar() -> None:
    assert len(ROWS) <= 11


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_card_without_extras_is_made_of_documented_parts_alone(context: str) -> None:
    found = card(context, None)
    assert (kinds(found), found["type"], found["meta"]) == ({"text"}, "card", {"displayCard": True})


def test_the_panels_address_is_a_row_that_opens() -> None:
    (row,) = [row for row in card()["widgets"] if row["type"] == "url"]
    assert row == {"type": "url", "path": "panel_url", "title": "Panel"}


def test_the_link_beside_a_ticket_holds_its_number_and_nothing_else() -> None:
    assert card()["meta"]["custom"] == {
        "links": [{"label": "Open panel", "url": f"{PANELS}/{{{{ticket.id}}}}"}]
    }


def test_the_card_on_a_customer_leads_to_no_ticket() -> None:
    assert "custom" not in card("customer", WITH_BUTTONS)["meta"]


class TestButtons:
    """Only for who asked for them."""

    BUTTONS = card(extras=WITH_BUTTONS)["meta"]["custom"]["buttons"]

    def test_each_posts_a_form_to_the_address_of_the_card(self) -> None:
        made = [
            (one["action"]["method"], one["action"]["url"], one["action"]["params"]) for one in self.BUTTONS
        ]
        assert made == [("POST", DEEDS, [])] * 2

    def test_each_shows_the_buttons_own_secret(self) -> None:
        (header,) = {tuple(one["action"]["headers"][0].items()) for one in self.BUTTONS}
        assert dict(header)["key"] == "X-Marginalia-Secret"
        assert dict(header)["value"] == "s3cret"

    def test_what_is_to_be_done_is_said_with_ticket_and_agent(self) -> None:
        always = {"ticket": "{{ticket.id}}", "agent": "{{current_user.id}}"}
        assert [posted(one) for one in self.BUTTONS] == [
            {**always, "did": "reason", "code": "{{reason_code}}"},
            {**always, "did": "note", "style": "", "text": ""},
        ]

    def test_only_the_words_of_a_note_are_asked_for(self) -> None:
        asked = [
            field["key"]
            for one in self.BUTTONS
            for field in one["action"]["body"]["application/x-www-form-urlencoded"]
            if field["editable"]
        ]
        assert asked == ["text"]

    def test_their_secret_is_not_that_of_webhooks(self) -> None:
        assert narrowed("the connection's", PURPOSE) not in {
            "the connection's",
            narrowed("another's", PURPOSE),
        }
