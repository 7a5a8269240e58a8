"""The card of the sidebar shows what the address of the card answers, under the names that it has there."""

from flask import Flask
from flask_babel import Babel

from plugin.domain.facts import Customer, LastOrder, MacroSuggestion
from plugin.domain.money import Money
from plugin.helpdesks.gorgias.widgets import ROWS, template
from plugin.sidebar import SidebarView
from plugin.web.sidebar_card import flat
from tests.conftest import NOW

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
    reason="Shipping – Delay",
    reason_sure=True,
    macros=(MacroSuggestion("5", "Late", "used before"),),
    offers=("Belt",),
    as_of=NOW,
)


def test_every_row_has_data() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        answered = flat(FULL)
    assert {path for path, _ in ROWS} <= answered.keys()


def test_there_are_few_enough_rows_for_a_sidebar() -> None:
    assert len(ROWS) <= 10


def test_the_card_is_made_of_documented_parts_alone() -> None:
    (card,) = template()["widgets"]
    kinds = {template()["type"], card["type"], *(row["type"] for row in card["widgets"])}
    assert kinds == {"wrapper", "card", "text"}
