"""What connecting makes in the shop, and finds again."""

from dataclasses import replace

import pytest

from plugin.currencies import digits
from plugin.ports import AccessError, PermanentError, Rejected, TemporaryError
from plugin.stores.shopify import Shopify
from plugin.stores.shopify.provision import CODES, NEEDED, NOTES, USEFUL
from sandbox.shopify import hooks
from tests.stores.shopify.till import HOOK, Till, shop_connection


def addresses(till: Till) -> list[tuple[str, str]]:
    return sorted((one.topic, one.uri) for one in till.shop.subscriptions.values())


def test_every_topic_is_subscribed_once_at_our_address(till: Till) -> None:
    till.connect()
    assert addresses(till) == sorted((topic, HOOK) for topic in (*NEEDED, *USEFUL))


def test_currency_zone_and_what_was_made_are_kept(till: Till) -> None:
    till.shop.currency, till.shop.zone = "EUR", "Europe/Berlin"
    options = till.connect().options
    assert (options["currency"], options["timezone"]) == ("EUR", "Europe/Berlin")
    assert options["webhook_ids"] == {
        one.topic: f"gid://shopify/WebhookSubscription/{one.id}" for one in till.shop.subscriptions.values()
    }


def test_running_it_again_changes_nothing(till: Till) -> None:
    first = till.connect()
    made = len(till.api.mutations)
    assert (till.connect(), len(till.api.mutations)) == (first, made)


def test_what_was_deleted_over_there_is_made_again(till: Till) -> None:
    till.connect()
    till.shop.subscriptions.popitem()
    till.connect()
    assert addresses(till) == sorted((topic, HOOK) for topic in (*NEEDED, *USEFUL))


def test_what_points_to_a_former_address_is_pointed_here(till: Till) -> None:
    before = till.connect("https://old.example.com/hooks/shopify/key").options
    after = till.connect().options
    assert addresses(till) == sorted((topic, HOOK) for topic in (*NEEDED, *USEFUL))
    assert after["webhook_ids"] == before["webhook_ids"]


def test_subscriptions_of_another_installation_are_left_alone(till: Till) -> None:
    hooks.create(till.shop, "ORDERS_PAID", {"uri": "https://other.example.com/hooks/shopify/x"})
    till.connect()
    assert ("ORDERS_PAID", "https://other.example.com/hooks/shopify/x") in addresses(till)


def test_what_points_here_is_found_though_nothing_is_remembered(till: Till) -> None:
    before = till.connect().options
    till.api.connection = shop_connection()
    assert till.connect().options == before


def test_more_subscriptions_than_a_page_holds_are_all_looked_at(till: Till) -> None:
    for number in range(120):
        hooks.create(till.shop, "SHOP_UPDATE", {"uri": f"https://other.example.com/{number}"})
    till.connect()
    made = len(till.api.mutations)
    till.connect()
    assert len(till.api.mutations) == made


def test_whoever_was_quicker_made_ours_too(till: Till) -> None:
    """Two run at once: the list shows nothing, and then the address is taken."""
    first = till.connect().options["webhook_ids"]
    nothing = {"data": {"webhookSubscriptions": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}
    shop = {"data": {"shop": {"currencyCode": "USD", "ianaTimezone": "America/New_York"}}}
    till.api.connection = shop_connection()
    till.api.instead = [shop, nothing]
    assert till.connect().options["webhook_ids"] == first


def test_a_needed_topic_that_is_refused_stops_it(till: Till) -> None:
    with pytest.raises(Rejected, match="not supported"):
        till.connect("http://app.example.com/hooks/shopify/key")


def test_a_useful_topic_that_is_refused_is_a_note(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    create = hooks.create
    problem = {"field": ["topic"], "message": "This topic requires one of scopes: read_orders"}
    refusal = {"webhookSubscription": None, "userErrors": [problem]}
    monkeypatch.setattr(
        hooks, "create", lambda shop, topic, given: refusal if topic in USEFUL else create(shop, topic, given)
    )
    made = till.connect()
    assert set(made.options["webhook_ids"]) == set(NEEDED)
    assert len(made.notes) == 4
    for note, (topics, _) in zip(made.notes, NOTES, strict=True):
        assert all(topic in note for topic in topics)
        assert "requires one of scopes: read_orders" in note


def test_what_is_lost_without_a_topic_is_said_once_for_all_of_a_kind(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = hooks.create
    refusal = {"webhookSubscription": None, "userErrors": [{"field": ["topic"], "message": "no"}]}
    monkeypatch.setattr(
        hooks, "create", lambda shop, topic, given: refusal if topic in CODES else create(shop, topic, given)
    )
    (note,) = till.connect().notes
    assert "changed or deleted an agent's code in the shop may be noticed late" in note
    assert "read_discounts" in note


@pytest.mark.parametrize("included", [True, False])
def test_whether_prices_include_taxes_is_kept(till: Till, included: bool) -> None:
    till.shop.taxes_included = included
    assert till.connect().options["taxes_included"] is included


def test_an_app_that_sees_new_orders_only_is_told_what_that_means(till: Till) -> None:
    till.shop.scopes -= {"read_all_orders"}
    (note,) = till.connect().notes
    assert "orders of the last 60 days only" in note
    assert "read_all_orders" in note


def test_with_all_topics_and_all_orders_there_is_nothing_to_say(till: Till) -> None:
    assert till.connect().notes == ()


def test_a_refund_is_told_at_once_and_its_money_is_not_asked_for_twice() -> None:
    assert "REFUNDS_CREATE" in NEEDED
    assert "ORDER_TRANSACTIONS_CREATE" not in {*NEEDED, *USEFUL}


def test_a_shop_that_is_away_in_between_is_tried_again(till: Till) -> None:
    till.api.instead = [TemporaryError("away")]
    with pytest.raises(TemporaryError):
        till.connect()


def test_a_token_that_opens_nothing_stops_it(till: Till) -> None:
    till.api.instead = [AccessError("the token is not accepted")]
    with pytest.raises(AccessError):
        till.connect()


def test_without_a_secret_nothing_is_subscribed(till: Till) -> None:
    till.api.connection = replace(till.api.connection, credentials={"access_token": "shpat_token"})
    with pytest.raises(PermanentError, match="with --secret"):
        till.connect()
    assert till.api.asked == []


def test_the_installations_secret_is_one(till: Till) -> None:
    till.api.connection = replace(till.api.connection, credentials={"access_token": "shpat_token"})
    till.store = Shopify(digits, "key", "secret")
    assert till.connect().options["currency"] == "USD"
