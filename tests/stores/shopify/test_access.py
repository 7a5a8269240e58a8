"""Where a shop lives, and new tokens for old."""

from datetime import timedelta
from typing import Any

import pytest

from plugin.currencies import digits
from plugin.ports import AccessError, Api, Rejected, TemporaryError
from plugin.stores.shopify import Shopify
from tests.conftest import NOW
from tests.helpdesks.recorded import RecordedApi
from tests.stores.shopify.till import shop_connection

TOKENS = "/admin/oauth/access_token"
GRANTED = {
    "access_token": "shpat_new",
    "scope": "read_customers",
    "expires_in": 3600,
    "refresh_token": "shprt_new",
}
SHOPIFY = Shopify(digits, "key", "secret")


def api(answer: Any, **credentials: str) -> RecordedApi:
    held = {"access_token": "shpat_old", "refresh_token": "shprt_old", **credentials}
    return RecordedApi(shop_connection(credentials=held), [{"path": TOKENS, "answer": answer}])


def refused(api: Api, shopify: Shopify = SHOPIFY) -> str:
    with pytest.raises(AccessError) as raised:
        shopify.renew(api, NOW)
    return str(raised.value)


@pytest.mark.parametrize("shop", ["acme.myshopify.com", "acme-2.myshopify.com", "1.myshopify.com"])
def test_a_shop_lives_at_its_own_domain(shop: str) -> None:
    assert SHOPIFY.host(shop) == f"https://{shop}"


@pytest.mark.parametrize(
    "shop",
    [
        "acme",
        "",
        ".myshopify.com",
        "-acme.myshopify.com",
        "Acme.myshopify.com",
        "acme.evil.myshopify.com",
        "acme.myshopify.com.evil.example",
        "evil.example/acme.myshopify.com",
        "evil@acme.myshopify.com",
        "acme.myshopify.com\n",
        "acme_myshopify.com",
        "م.myshopify.com",
        f"{'a' * 64}.myshopify.com",
    ],
)
def test_what_is_no_shops_domain_gets_no_address(shop: str) -> None:
    with pytest.raises(ValueError, match=r"acme\.myshopify\.com"):
        SHOPIFY.host(shop)


def test_a_token_is_shown_in_shopifys_own_header() -> None:
    assert SHOPIFY.authorised(shop_connection(), "shpat_1") == {"X-Shopify-Access-Token": "shpat_1"}


def test_a_refresh_token_gives_a_new_pair_and_its_end() -> None:
    asked = api(GRANTED)
    assert SHOPIFY.renew(asked, NOW) == {
        "access_token": "shpat_new",
        "refresh_token": "shprt_new",
        "expires_at": (NOW + timedelta(hours=1)).isoformat(),
    }
    assert asked.calls[0].body == {
        "client_id": "key",
        "client_secret": "secret",
        "grant_type": "refresh_token",
        "refresh_token": "shprt_old",
    }


def test_a_connections_own_app_is_asked_before_the_installations() -> None:
    asked = api(GRANTED, client_id="own", client_secret="own-secret")
    SHOPIFY.renew(asked, NOW)
    assert asked.calls[0].body["client_id"] == "own"


@pytest.mark.parametrize("seconds", [None, "soon", 0, -5, True, 10**12])
def test_an_end_that_cannot_be_read_is_taken_for_an_hour(seconds: Any) -> None:
    renewed = SHOPIFY.renew(api(GRANTED | {"expires_in": seconds}), NOW)
    assert renewed["expires_at"] == (NOW + timedelta(hours=1)).isoformat()


@pytest.mark.parametrize("missing", ["access_token", "refresh_token"])
def test_half_a_pair_is_none(missing: str) -> None:
    assert missing in refused(api({name: value for name, value in GRANTED.items() if name != missing}))


def test_without_an_app_it_says_what_to_set() -> None:
    assert "SHOPIFY_API_KEY" in refused(api(GRANTED), Shopify(digits))


def test_without_a_refresh_token_it_says_what_to_run() -> None:
    assert "connect shopify --shop acme.myshopify.com" in refused(api(GRANTED, refresh_token=""))


@pytest.mark.parametrize("answer", [Rejected("answered 400", {"error": "invalid_grant"}), AccessError("401")])
def test_a_refused_grant_says_what_to_run(answer: Exception) -> None:
    assert "gives no new token" in refused(api(answer))


def test_a_vendor_that_is_away_is_asked_again() -> None:
    with pytest.raises(TemporaryError):
        SHOPIFY.renew(api(TemporaryError("away")), NOW)


def test_the_secret_is_not_shown() -> None:
    assert "'secret'" not in repr(SHOPIFY)
