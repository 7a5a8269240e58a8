"""Webhooks prove where they come from, and when they were signed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from plugin.helpdesks.zendesk.signature import sign, verify
from plugin.ports import Forged
from tests.helpdesks.zendesk.account import zendesk_connection

TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
"""Published by Zendesk: what its builder signs with before a webhook exists."""
TIMESTAMP, BODY, SIGNATURE = (
    "2026-01-02T03:04:05Z",
    b'{"id":"1"}',
    "mKQNX/8hrDch36MEPNxmVbwEXmvHBJmt9E3RVOVOk5g=",
)
SIGNED = [
    (
        "2021-03-25T05:09:27Z",
        b'{"event":"ticket.updated","id":123}',
        "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=",
    ),
    (TIMESTAMP, BODY, SIGNATURE),
    (TIMESTAMP, b"", "1xsiPKGHFyXedEmvxNaOg4VQ2U4XjHcPMETpJymjCkg="),
]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY = 86_400.0


def headers(signature: str, timestamp: str) -> dict[str, str]:
    return {
        "X-Zendesk-Webhook-Signature": signature,
        "X-Zendesk-Webhook-Signature-Timestamp": timestamp,
    }


def check(
    given: dict[str, str] | CaseInsensitiveDict[str], body: bytes, now: datetime, secret: str = TEST_SECRET
) -> None:
    verify(zendesk_connection(credentials={"signing_secret": secret}), given, body, now, DAY)


@pytest.mark.parametrize(("timestamp", "body", "signature"), SIGNED)
def test_what_zendesk_signed_is_taken(timestamp: str, body: bytes, signature: str) -> None:
    check(headers(signature, timestamp), body, datetime.fromisoformat(timestamp))


@pytest.mark.parametrize(("timestamp", "body", "signature"), SIGNED)
def test_the_published_test_secret_opens_no_account_that_does_not_store_it(
    timestamp: str, body: bytes, signature: str
) -> None:
    with pytest.raises(Forged):
        check(headers(signature, timestamp), body, datetime.fromisoformat(timestamp), secret="another")


@pytest.mark.parametrize("make", [str.lower, str.upper, str.title])
def test_the_spelling_of_header_names_does_not_matter(make: Callable[[str], str]) -> None:
    given = {make(name): value for name, value in headers(SIGNATURE, TIMESTAMP).items()}
    check(given, BODY, NOW)


def test_the_web_servers_own_kind_of_headers_is_taken() -> None:
    check(CaseInsensitiveDict(headers(SIGNATURE, TIMESTAMP)), BODY, NOW)


@given(flip=st.integers(0, 9))
def test_one_changed_byte_is_forged(flip: int) -> None:
    changed = BODY[:flip] + bytes([BODY[flip] ^ 1]) + BODY[flip + 1 :]
    with pytest.raises(Forged, match="does not fit"):
        check(headers(SIGNATURE, TIMESTAMP), changed, NOW)


def test_a_changed_timestamp_is_forged() -> None:
    with pytest.raises(Forged, match="does not fit"):
        check(headers(SIGNATURE, "2026-01-02T03:04:06Z"), BODY, NOW)


@given(signature=st.text(st.characters(codec=None)), timestamp=st.text(st.characters(codec=None)))
def test_arbitrary_headers_are_forged_and_nothing_worse(signature: str, timestamp: str) -> None:
    with pytest.raises(Forged):
        check(headers(signature, timestamp), b"{}", NOW)


@pytest.mark.parametrize("missing", ["X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"])
def test_a_missing_header_is_named(missing: str) -> None:
    given = {name: value for name, value in headers(SIGNATURE, TIMESTAMP).items() if name != missing}
    with pytest.raises(Forged, match=missing.lower()):
        check(given, BODY, NOW)


def test_without_a_secret_the_text_says_what_to_run() -> None:
    with pytest.raises(Forged, match="marginalia connect zendesk"):
        verify(zendesk_connection(), {}, b"", NOW, DAY)


@pytest.mark.parametrize(
    ("age", "taken"),
    [
        (timedelta(days=1), True),
        (timedelta(days=1, seconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, seconds=-1), False),
    ],
    ids=["a day old", "older", "5 minutes ahead", "further ahead"],
)
def test_a_signature_counts_for_its_time(age: timedelta, taken: bool) -> None:
    given = headers(SIGNATURE, TIMESTAMP)
    if taken:
        check(given, BODY, NOW + age)
    else:
        with pytest.raises(Forged, match="more than"):
            check(given, BODY, NOW + age)


@pytest.mark.parametrize(
    "timestamp", ["soon", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-13-01"]
)
def test_a_signed_timestamp_that_is_no_usable_instant_is_forged(timestamp: str) -> None:
    signature = sign(TEST_SECRET, timestamp, b"{}").decode()
    with pytest.raises(Forged, match="must be an instant"):
        check(headers(signature, timestamp), b"{}", NOW)


def test_no_refusal_tells_the_secret() -> None:
    with pytest.raises(Forged) as raised:
        check(headers("x", "2026-01-02T03:04:05Z"), b"{}", NOW)
    assert TEST_SECRET not in str(raised.value)
