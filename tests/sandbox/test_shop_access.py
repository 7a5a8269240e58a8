"""Installing an app in the stand-in shop: agreed to, fetched once, renewed in pairs."""

import hashlib
import hmac
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from sandbox.shopify.records import Json
from tests.sandbox.shops import Counter

APP: Json = {"client_id": "sandbox-shop-client", "client_secret": "sandbox-shop-secret"}
ASKED = {
    "client_id": "sandbox-shop-client",
    "scope": "read_customers,read_orders",
    "redirect_uri": "https://app.example/oauth/shopify/callback",
    "state": "s t",
}


def agreed(counter: Counter) -> dict[str, str]:
    """What the app is called back with."""
    answer = counter.client.post("/admin/oauth/authorize", data=ASKED)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def fetched(counter: Counter, **more: str) -> TestResponse:
    return counter.client.post("/admin/oauth/access_token", json={**APP, **more})


def first_pair(counter: Counter) -> Json:
    found: Json = fetched(counter, code=agreed(counter)["code"]).get_json()
    return found


def opens(counter: Counter, token: str) -> bool:
    return counter.send("{ shop { name } }", token=token).status_code == 200


def test_the_page_asks_and_may_lead_back_to_the_app_alone(counter: Counter) -> None:
    answer = counter.client.get("/admin/oauth/authorize", query_string=ASKED)
    assert "Install this app?" in answer.text
    assert "form-action 'self' https://app.example;" in answer.headers["Content-Security-Policy"]


def test_the_way_back_is_signed_over_all_its_other_parameters(counter: Counter) -> None:
    back = agreed(counter)
    signature = back.pop("hmac")
    text = urlencode(sorted(back.items()))
    assert signature == hmac.new(b"sandbox-shop-secret", text.encode(), hashlib.sha256).hexdigest()
    assert (back["state"], back["shop"]) == ("s t", "demo.myshopify.com")


def test_a_code_brings_a_pair_once(counter: Counter) -> None:
    code = agreed(counter)["code"]
    assert [fetched(counter, code=code).status_code for _ in range(2)] == [200, 400]


def test_an_access_token_ends_within_the_hour(counter: Counter) -> None:
    pair = first_pair(counter)
    assert (opens(counter, pair["access_token"]), pair["expires_in"]) == (True, 3600)
    counter.clock.move(hours=1)
    assert not opens(counter, pair["access_token"])


def test_a_refresh_token_works_once_and_brings_the_next_pair(counter: Counter) -> None:
    refresh = first_pair(counter)["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    first, second = fetched(counter, **form), fetched(counter, **form)
    assert opens(counter, first.get_json()["access_token"])
    assert (second.status_code, first.get_json()["refresh_token"] != refresh) == (400, True)


def test_only_the_app_itself_fetches_tokens(counter: Counter) -> None:
    assert fetched(counter, code=agreed(counter)["code"], client_secret="other").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "other"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "https://a\n.example"},
    ],
)
def test_an_app_that_makes_no_sense_is_not_let_in(counter: Counter, change: dict[str, str]) -> None:
    asked = counter.client.get("/admin/oauth/authorize", query_string=ASKED | change)
    answered = counter.client.post("/admin/oauth/authorize", data=ASKED | change)
    assert (asked.status_code, answered.status_code) == (400, 400)


def test_a_pair_of_any_lifetime_is_given_to_tests(counter: Counter) -> None:
    pair = counter.control("POST", "/tokens", {"pair": True, "lives": 60}).get_json()
    assert opens(counter, pair["access_token"])
    counter.clock.move(seconds=60)
    assert not opens(counter, pair["access_token"])


def test_a_merchants_own_token_lasts(counter: Counter) -> None:
    counter.clock.move(days=400)
    assert opens(counter, "sandbox-shop-token")
