"""What every helpdesk must do alike, and its recorded pairs: `<event>.json` with `<event>.expected.json`.

A pair of a webhook expects `{"headers", "hint"}`. A pair of a reading records `{"load", "since", "options",
"answers"}` and expects `{"ticket"}` or `{"gone"}`. Another helpdesk adds its folder, and no line here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.config import Config
from plugin.domain.facts import Ticket
from plugin.helpdesks import helpdesks
from plugin.ports import Forged, Hint, Unreadable
from tests.conftest import NOW
from tests.helpdesks.recorded import RecordedApi, connection

FIXTURES = Path(__file__).parents[1] / "fixtures" / "helpdesks"
CONFIG = Config(
    database_url="sqlite:///x.db",
    public_url="https://app.example.com",
    secret_keys=(),
    encryption_keys=(),
    allow_local_vendors=False,
    demo=False,
    max_body_bytes=1_048_576,
    hook_max_age=86_400,
    log_level="info",
    log_format=None,
)
VENDORS = helpdesks(CONFIG)
NAMES = sorted(VENDORS)


def _pairs(key: str) -> list[Any]:
    found = sorted(FIXTURES.glob("*/*.expected.json"))
    fitting = [path for path in found if key in json.loads(path.read_text())]
    return [pytest.param(path, id=f"{path.parent.name}-{_name(path)}") for path in fitting]


def _name(expected: Path) -> str:
    return expected.name.removesuffix(".expected.json")


def _recorded(expected: Path) -> bytes:
    return expected.with_name(f"{_name(expected)}.json").read_bytes()


def _bodies(vendor: str) -> list[Any]:
    paths = [pair.values[0] for pair in _pairs("hint")]
    return [json.loads(_recorded(path)) for path in paths if path.parent.name == vendor]


def _written(value: Any) -> Any:
    """A ticket as it stands in a fixture."""
    return json.loads(json.dumps(asdict(value), default=lambda at: datetime.isoformat(at)))


@pytest.mark.parametrize("vendor", NAMES)
def test_a_helpdesk_has_recorded_webhooks_and_readings(vendor: str) -> None:
    kinds = (
        {path.values[0].parent.name for path in _pairs("hint")},
        {path.values[0].parent.name for path in [*_pairs("ticket"), *_pairs("gone")]},
    )
    assert all(vendor in kind for kind in kinds)


def test_a_recording_says_what_is_expected_of_it() -> None:
    inputs = {path for path in FIXTURES.glob("*/*.json") if not path.name.endswith(".expected.json")}
    assert inputs == {path.with_name(f"{_name(path)}.json") for path in FIXTURES.glob("*/*.expected.json")}


@pytest.mark.parametrize("expected", _pairs("hint"))
def test_a_webhook_points_to_its_ticket(expected: Path) -> None:
    told = json.loads(expected.read_text())
    hint = VENDORS[expected.parent.name].parse(told["headers"], _recorded(expected))
    assert hint == Hint(**told["hint"])


@pytest.mark.parametrize("expected", _pairs("hint"))
def test_the_event_id_is_the_one_that_parsing_finds(expected: Path) -> None:
    told = json.loads(expected.read_text())
    found = VENDORS[expected.parent.name].event_id(told["headers"], _recorded(expected))
    assert found == told["hint"]["event_id"]


@pytest.mark.parametrize("expected", [*_pairs("ticket"), *_pairs("gone")])
def test_a_ticket_is_read_in_our_words(expected: Path) -> None:
    told, recorded = json.loads(expected.read_text()), json.loads(_recorded(expected))
    vendor = expected.parent.name
    api = RecordedApi(connection(vendor, options=recorded["options"]), recorded["answers"])
    loaded = VENDORS[vendor].load(api, recorded["load"], recorded["since"])
    assert _written(loaded) == told["ticket" if isinstance(loaded, Ticket) else "gone"]


@pytest.mark.parametrize("vendor", NAMES)
def test_a_webhook_without_a_signature_is_forged(vendor: str) -> None:
    signed_for = connection(vendor, credentials={"signing_secret": "s" * 32})
    with pytest.raises(Forged):
        VENDORS[vendor].verify(signed_for, {}, b"{}", NOW, 300)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("secret", [{}, {"signing_secret": ""}], ids=["none", "empty"])
def test_without_a_stored_secret_every_webhook_is_forged(vendor: str, secret: dict[str, str]) -> None:
    with pytest.raises(Forged):
        VENDORS[vendor].verify(connection(vendor, credentials=secret), {}, b"{}", NOW, 300)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize(
    "account", ["", "a", "-acme", "Acme", "acme.evil", "evil.example/", "acme@evil", "a#b", "acme\n", "م" * 5]
)
def test_what_is_no_account_name_gets_no_address(vendor: str, account: str) -> None:
    with pytest.raises(ValueError, match=r"account"):
        VENDORS[vendor].host(account)


@pytest.mark.parametrize("vendor", NAMES)
def test_an_account_lives_at_its_vendors_https_root(vendor: str) -> None:
    assert VENDORS[vendor].host("acme-2") == f"https://acme-2.{vendor}.com"


def _read(vendor: str, headers: Mapping[str, str], body: bytes) -> Hint | Unreadable:
    """A hint or Unreadable; anything else that is raised goes through and fails the test."""
    VENDORS[vendor].event_id(headers, body)
    try:
        return VENDORS[vendor].parse(headers, body)
    except Unreadable as reason:
        return reason


@pytest.mark.parametrize("vendor", NAMES)
@given(body=st.binary(max_size=200))
def test_arbitrary_bytes_are_unreadable_and_nothing_worse(vendor: str, body: bytes) -> None:
    assert isinstance(_read(vendor, {}, body), Unreadable)


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data())
def test_a_body_that_was_cut_off_is_unreadable(vendor: str, data: st.DataObject) -> None:
    body = json.dumps(data.draw(st.sampled_from(_bodies(vendor)))).encode()
    cut = data.draw(st.integers(0, len(body) - 1))
    assert isinstance(_read(vendor, {}, body[:cut]), Unreadable)


ODD_TEXTS = st.sampled_from(
    ["", "0", "\x00", "\ud800", "-1", "9" * 30, "../users", "٣", "zen:event-type:", "5158 "]
)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | ODD_TEXTS
    | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def _mutated(data: st.DataObject, value: Any) -> Any:
    """The value with one part of it replaced or taken away."""
    keys = list(value) if isinstance(value, dict) else []
    if not keys or data.draw(st.integers(0, 3)) == 0:
        return data.draw(ODD)
    key = data.draw(st.sampled_from(keys))
    rest = {name: part for name, part in value.items() if name != key}
    return rest if data.draw(st.booleans()) else rest | {key: _mutated(data, value[key])}


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data())
def test_a_body_that_is_wrong_somewhere_gives_a_hint_or_is_unreadable(
    vendor: str, data: st.DataObject
) -> None:
    body = json.dumps(_mutated(data, data.draw(st.sampled_from(_bodies(vendor))))).encode()
    found = _read(vendor, {}, body)
    if isinstance(found, Hint) and found.resource is not None:
        assert re.fullmatch(r"ticket:[1-9][0-9]*", found.resource)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe{\x00}\x00",
        b'{"a":' * 100_000,
        b"[" * 100_000,
        b"1" * 5000,
        b'{"a":\x00}',
    ],
    ids=["empty", "list", "null", "utf-16", "deep objects", "deep lists", "long number", "NUL"],
)
def test_a_body_that_is_no_json_object_is_unreadable_as_a_whole(vendor: str, body: bytes) -> None:
    found = _read(vendor, {}, body)
    assert isinstance(found, Unreadable)
    assert found.path == ""
