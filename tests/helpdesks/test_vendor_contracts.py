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

from plugin.domain.facts import Ticket
from plugin.helpdesks import helpdesks
from plugin.ports import Forged, Hint, Unreadable
from tests.conftest import NOW
from tests.helpdesks.recorded import RecordedApi, connection
from tests.recordings import CONFIG, NO_OBJECTS, Recordings, mutated, recorded

RECORDINGS = Recordings("helpdesks")
VENDORS = helpdesks(CONFIG)
NAMES = sorted(VENDORS)


def _bodies(vendor: str) -> list[Any]:
    return [json.loads(recorded(path)) for path in RECORDINGS.webhooks(vendor)]


def _written(value: Any) -> Any:
    """A ticket as it stands in a fixture."""
    return json.loads(json.dumps(asdict(value), default=lambda at: datetime.isoformat(at)))


@pytest.mark.parametrize("vendor", NAMES)
def test_a_helpdesk_has_recorded_webhooks_and_readings(vendor: str) -> None:
    assert vendor in RECORDINGS.vendors("hint") & RECORDINGS.vendors("ticket", "gone")


def test_a_recording_says_what_is_expected_of_it() -> None:
    assert not RECORDINGS.lonely()


@pytest.mark.parametrize("expected", RECORDINGS.pairs("hint"))
def test_a_webhook_points_to_its_ticket(expected: Path) -> None:
    told = json.loads(expected.read_text())
    hint = VENDORS[expected.parent.name].parse(told["headers"], recorded(expected))
    assert hint == Hint(**told["hint"])


@pytest.mark.parametrize("expected", RECORDINGS.pairs("hint"))
def test_the_event_id_is_the_one_that_parsing_finds(expected: Path) -> None:
    told = json.loads(expected.read_text())
    found = VENDORS[expected.parent.name].event_id(told["headers"], recorded(expected))
    assert found == told["hint"]["event_id"]


@pytest.mark.parametrize("expected", RECORDINGS.pairs("ticket", "gone"))
def test_a_ticket_is_read_in_our_words(expected: Path) -> None:
    told, given_to_it = json.loads(expected.read_text()), json.loads(recorded(expected))
    vendor = expected.parent.name
    api = RecordedApi(connection(vendor, options=given_to_it["options"]), given_to_it["answers"])
    loaded = VENDORS[vendor].load(api, given_to_it["load"], given_to_it["since"])
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


@pytest.mark.parametrize("vendor", NAMES)
def test_only_an_accounts_own_origin_may_frame_our_pages(vendor: str) -> None:
    there = connection(vendor, VENDORS[vendor].host("acme"))
    assert VENDORS[vendor].framed_by(there) == f"https://acme.{vendor}.com"


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


@pytest.mark.parametrize("vendor", NAMES)
@given(data=st.data())
def test_a_body_that_is_wrong_somewhere_gives_a_hint_or_is_unreadable(
    vendor: str, data: st.DataObject
) -> None:
    body = json.dumps(mutated(data, data.draw(st.sampled_from(_bodies(vendor))))).encode()
    found = _read(vendor, {}, body)
    if isinstance(found, Hint) and found.resource is not None:
        assert re.fullmatch(r"ticket:[1-9][0-9]*", found.resource)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("body", NO_OBJECTS)
def test_a_body_that_is_no_json_object_is_unreadable_as_a_whole(vendor: str, body: bytes) -> None:
    found = _read(vendor, {}, body)
    assert isinstance(found, Unreadable)
    assert found.path == ""
