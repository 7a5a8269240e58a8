"""What every store must do alike, and its recorded pairs: `<event>.json` with `<event>.expected.json`.

A pair of a webhook expects `{"headers", "hint"}`, and `{"news"}` or `{"cost"}` where it tells of an order or of what
something costs. A pair of a question records `{"find", "answers"}` and expects `{"customer"}` (null for nobody). A pair
of a sweep records `{"changed", "answers"}` and expects `{"page"}`, or `{"orders_page"}`. A pair of goods records
`{"products", "answers"}` and expects `{"products"}`; one of a write records `{"perform", "answers"}` and expects
`{"reference"}`; one of an order or of a discount has the same key on both sides; one of costs records `{"units"}` and
expects `{"unit_costs"}`. Another store adds its folder, and no line here but its accounts.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.db.deliveries import read_hint
from plugin.domain.customer_keys import CustomerKey, customer_resource, key_of
from plugin.domain.effects import Effect, EffectClass
from plugin.domain.sales import OrderNews
from plugin.ports import Connection, Forged, Hint, PermanentError, Unreadable
from plugin.stores import stores
from tests.conftest import NOW
from tests.helpdesks.recorded import RecordedApi, connection
from tests.recordings import CONFIG, NO_OBJECTS, Recordings, mutated, recorded

RECORDINGS = Recordings("stores")
NAMES = sorted(stores(CONFIG))
KINDS = (
    *("hint", "news", "cost", "customer", "page", "products", "reference"),
    *("order", "orders_page", "unit_costs", "discount"),
)
ACCOUNTS = {"shopify": ("acme.myshopify.com", "https://acme.myshopify.com")}


def _store(vendor: str) -> Any:
    """A new one each time: what one test has spent is not missing in the next."""
    return stores(CONFIG)[vendor]


def _webhooks(vendor: str) -> list[tuple[dict[str, str], Any]]:
    """Headers and documents of the recorded webhooks."""
    return [
        (json.loads(path.read_text())["headers"], json.loads(recorded(path)))
        for path in RECORDINGS.webhooks(vendor)
    ]


def _shop(vendor: str) -> Connection:
    """A connection whose store is known to sell for dollars."""
    return connection(vendor, options={"currency": "USD"})


def _written(value: Any) -> Any:
    """A customer as it stands in a fixture."""
    if value is None:
        return None
    return json.loads(
        json.dumps(
            asdict(value), default=lambda one: one.isoformat() if isinstance(one, datetime) else str(one)
        )
    )


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_store_has_recorded_webhooks_questions_sweeps_goods_and_writes(vendor: str, kind: str) -> None:
    assert vendor in RECORDINGS.vendors(kind)


def test_a_recording_says_what_is_expected_of_it() -> None:
    assert not RECORDINGS.lonely()


@pytest.mark.parametrize("expected", RECORDINGS.pairs("hint"))
def test_a_webhook_points_to_what_it_is_about(expected: Path) -> None:
    told = json.loads(expected.read_text())
    hint = _store(expected.parent.name).parse(told["headers"], recorded(expected))
    assert hint == Hint(**told["hint"])


@pytest.mark.parametrize("expected", RECORDINGS.pairs("hint"))
def test_the_event_id_is_the_one_that_parsing_finds(expected: Path) -> None:
    told = json.loads(expected.read_text())
    found = _store(expected.parent.name).event_id(told["headers"], recorded(expected))
    assert found == told["hint"]["event_id"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("news"))
def test_what_a_webhook_says_of_an_order_is_read_in_our_words(expected: Path) -> None:
    told = json.loads(expected.read_text())
    store, shop = _store(expected.parent.name), _shop(expected.parent.name)
    assert _written(store.news(shop, told["hint"]["topic"], recorded(expected))) == told["news"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("cost"))
def test_what_a_webhook_says_of_a_cost_is_read_in_our_words(expected: Path) -> None:
    told = json.loads(expected.read_text())
    found = _store(expected.parent.name).item_cost(_shop(expected.parent.name), recorded(expected))
    assert _written(found) == told["cost"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("news"))
@given(data=st.data())
def test_news_that_are_wrong_somewhere_are_read_or_unreadable(expected: Path, data: st.DataObject) -> None:
    store, topic = _store(expected.parent.name), json.loads(expected.read_text())["hint"]["topic"]
    body = json.dumps(mutated(data, json.loads(recorded(expected)))).encode()
    with suppress(Unreadable):  # anything else fails the test
        assert isinstance(store.news(_shop(expected.parent.name), topic, body), OrderNews)


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data(), body=st.binary(max_size=200))
def test_arbitrary_bytes_are_no_news_and_no_cost(vendor: str, data: st.DataObject, body: bytes) -> None:
    pair = data.draw(st.sampled_from(RECORDINGS.pairs("news")))
    topic = json.loads(pair.values[0].read_text())["hint"]["topic"]
    with pytest.raises(Unreadable):
        _store(vendor).news(_shop(vendor), topic, body)
    with pytest.raises(Unreadable):
        _store(vendor).item_cost(_shop(vendor), body)


@pytest.mark.parametrize("expected", RECORDINGS.pairs("customer"))
def test_a_customer_is_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    found = _store(expected.parent.name).find_customer(api, CustomerKey(**given_to_it["find"]))
    assert _written(found) == told["customer"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("page"))
def test_a_page_of_a_sweep_is_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    cursor, since = given_to_it["changed"]["cursor"], given_to_it["changed"]["since"]
    page = _store(expected.parent.name).customers_changed(api, cursor, datetime.fromisoformat(since))
    assert _written(page) == told["page"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("products"))
def test_goods_are_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    found = _store(expected.parent.name).products(api, given_to_it["products"])
    assert [_written(one) for one in found] == told["products"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("order"))
def test_one_order_is_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    found = _store(expected.parent.name).order(api, given_to_it["order"])
    assert _written(found) == told["order"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("orders_page"))
def test_a_page_of_a_sweep_of_orders_is_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    cursor, since = given_to_it["changed"]["cursor"], given_to_it["changed"]["since"]
    page = _store(expected.parent.name).orders_changed(api, cursor, datetime.fromisoformat(since))
    assert _written(page) == told["orders_page"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("unit_costs"))
def test_costs_are_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    found = _store(expected.parent.name).unit_costs(api, given_to_it["units"])
    assert [_written(one) for one in found] == told["unit_costs"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("discount"))
def test_a_discount_is_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    found = _store(expected.parent.name).discount(api, given_to_it["discount"])
    assert _written(found) == told["discount"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("reference"))
def test_what_was_made_comes_back_for_the_agent(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    api = RecordedApi(connection(expected.parent.name), given_to_it["answers"])
    wanted = given_to_it["perform"]
    effect = Effect(wanted["kind"], "thing:1", "slot", EffectClass.KEYED, wanted["args"])
    found = _store(expected.parent.name).perform(api, [effect], None, wanted["look_first"])
    assert found == told["reference"]


@pytest.mark.parametrize(
    "expected", RECORDINGS.pairs("customer", "products", "reference", "order", "unit_costs", "discount")
)
@given(data=st.data())
def test_an_answer_that_is_wrong_somewhere_is_read_or_refused(expected: Path, data: st.DataObject) -> None:
    given_to_it = json.loads(recorded(expected))
    answers = [
        {**one, "answer": {**one["answer"], "data": mutated(data, one["answer"]["data"])}}
        for one in given_to_it["answers"]
    ]
    api, store = RecordedApi(connection(expected.parent.name), answers), _store(expected.parent.name)
    with suppress(PermanentError):  # anything else fails the test
        _ask(store, api, given_to_it)


def _ask(store: Any, api: RecordedApi, given_to_it: Mapping[str, Any]) -> None:
    """The question, or the write, that a recording is of."""
    if "find" in given_to_it:
        store.find_customer(api, CustomerKey(**given_to_it["find"]))
    elif "products" in given_to_it:
        store.products(api, given_to_it["products"])
    elif "order" in given_to_it:
        store.order(api, given_to_it["order"])
    elif "discount" in given_to_it:
        store.discount(api, given_to_it["discount"])
    elif "units" in given_to_it:
        store.unit_costs(api, given_to_it["units"])
    else:
        wanted = given_to_it["perform"]
        effect = Effect(wanted["kind"], "thing:1", "slot", EffectClass.KEYED, wanted["args"])
        store.perform(api, [effect], None, wanted["look_first"])


@pytest.mark.parametrize("vendor", NAMES)
def test_a_webhook_without_a_signature_is_forged(vendor: str) -> None:
    signed_for = connection(vendor, credentials={"signing_secret": "s" * 32})
    with pytest.raises(Forged):
        _store(vendor).verify(signed_for, {}, b"{}", NOW, 300)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("secret", [{}, {"signing_secret": ""}], ids=["none", "empty"])
def test_without_a_stored_secret_every_webhook_is_forged(vendor: str, secret: dict[str, str]) -> None:
    with pytest.raises(Forged):
        _store(vendor).verify(connection(vendor, credentials=secret), {}, b"{}", NOW, 300)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("account", ["", "-acme", "Acme", "acme.evil", "evil.example/", "acme@evil", "م" * 5])
def test_what_is_no_account_name_gets_no_address(vendor: str, account: str) -> None:
    with pytest.raises(ValueError, match=r"account"):
        _store(vendor).host(account)


@pytest.mark.parametrize("vendor", NAMES)
def test_an_account_lives_at_its_https_root(vendor: str) -> None:
    account, root = ACCOUNTS[vendor]
    assert _store(vendor).host(account) == root


def _read(vendor: str, headers: Mapping[str, str], body: bytes) -> Hint | Unreadable:
    """A hint or Unreadable; anything else that is raised goes through and fails the test."""
    store = _store(vendor)
    store.event_id(headers, body)
    try:
        return read_hint(store, headers, body)
    except Unreadable as reason:
        return reason


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data(), body=st.binary(max_size=200))
def test_arbitrary_bytes_are_unreadable_and_nothing_worse(
    vendor: str, data: st.DataObject, body: bytes
) -> None:
    headers, _ = data.draw(st.sampled_from([({}, None), *_webhooks(vendor)]))
    assert isinstance(_read(vendor, headers, body), Unreadable)


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data())
def test_a_body_that_was_cut_off_is_unreadable(vendor: str, data: st.DataObject) -> None:
    headers, document = data.draw(st.sampled_from(_webhooks(vendor)))
    body = json.dumps(document).encode()
    assert isinstance(_read(vendor, headers, body[: data.draw(st.integers(0, len(body) - 1))]), Unreadable)


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data())
def test_a_body_that_is_wrong_somewhere_points_to_something_or_is_unreadable(
    vendor: str, data: st.DataObject
) -> None:
    headers, document = data.draw(st.sampled_from(_webhooks(vendor)))
    found = _read(vendor, headers, json.dumps(mutated(data, document)).encode())
    if isinstance(found, Hint) and found.resource is not None:
        kind, _, name = found.resource.partition(":")
        if kind == "customer":
            key = key_of(found.resource)
            assert customer_resource(key) == found.resource
            name = "1" if key.kind == "email" else key.value
        assert found.resource == "codes" or (kind in {"customer", "order", "item"} and int(name) > 0)


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data(), odd=st.text(max_size=20))
def test_headers_that_are_odd_give_a_hint_or_are_unreadable(
    vendor: str, data: st.DataObject, odd: str
) -> None:
    headers, document = data.draw(st.sampled_from(_webhooks(vendor)))
    name = data.draw(st.sampled_from(sorted(headers)))
    assert isinstance(_read(vendor, {**headers, name: odd}, json.dumps(document).encode()), Hint | Unreadable)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("body", NO_OBJECTS)
def test_a_body_that_is_no_json_object_is_unreadable_as_a_whole(vendor: str, body: bytes) -> None:
    headers, _ = _webhooks(vendor)[0]
    found = _read(vendor, headers, body)
    assert isinstance(found, Unreadable)
    assert found.path == ""
