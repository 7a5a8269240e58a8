"""Webhooks prove that the app's secret signed them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from plugin.ports import Forged
from plugin.stores.shopify.signature import sign, verify
from sandbox.shopify import webhooks
from tests.stores.shopify.till import shop_connection

BODY = b'{"id":1}'
SIGNATURE = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="
"""Of the body with the secret `hush`: `printf '{"id":1}' | openssl dgst -sha256 -hmac hush -binary | base64`."""
HEADERS = {"X-Shopify-Hmac-Sha256": SIGNATURE}


def check(headers: dict[str, str], body: bytes = BODY, secret: str = "hush", apps: str | None = None) -> None:
    verify(shop_connection(credentials={"signing_secret": secret}), headers, body, apps)


def test_what_the_secret_signed_is_taken() -> None:
    check(HEADERS)


def test_the_name_without_x_is_taken_too() -> None:
    check({"Shopify-Hmac-Sha256": SIGNATURE})


@pytest.mark.parametrize("make", [str.lower, str.upper, str.title])
def test_the_spelling_of_header_names_does_not_matter(make: Callable[[str], str]) -> None:
    check({make(name): value for name, value in HEADERS.items()})


def test_the_web_servers_own_kind_of_headers_is_taken() -> None:
    verify(shop_connection(credentials={"signing_secret": "hush"}), CaseInsensitiveDict(HEADERS), BODY, None)


@pytest.mark.parametrize("secret", ["new,hush", "hush,old", " new , hush "])
def test_after_a_change_of_the_secret_both_count(secret: str) -> None:
    check(HEADERS, secret=secret)


@pytest.mark.parametrize("secret", [",", " ", "hus", "hushh", "new,old"])
def test_another_secret_does_not_count(secret: str) -> None:
    with pytest.raises(Forged):
        check(HEADERS, secret=secret)


def test_an_empty_secret_signs_nothing() -> None:
    with pytest.raises(Forged, match="no app secret"):
        check({"X-Shopify-Hmac-Sha256": sign("", BODY).decode()}, secret="")


def test_a_connection_without_a_secret_goes_by_the_installations_app() -> None:
    check(HEADERS, secret="", apps="hush")


def test_a_connection_with_a_secret_goes_by_that_alone() -> None:
    with pytest.raises(Forged, match="does not fit"):
        check(HEADERS, secret="own", apps="hush")


@given(flip=st.integers(0, len(BODY) - 1))
def test_one_changed_byte_is_forged(flip: int) -> None:
    changed = BODY[:flip] + bytes([BODY[flip] ^ 1]) + BODY[flip + 1 :]
    with pytest.raises(Forged, match="does not fit"):
        check(HEADERS, changed)


@given(signature=st.text(st.characters(codec=None)))
def test_arbitrary_signatures_are_forged_and_nothing_worse(signature: str) -> None:
    with pytest.raises(Forged):
        check({"X-Shopify-Hmac-Sha256": signature})


def test_a_missing_signature_is_named() -> None:
    with pytest.raises(Forged, match="X-Shopify-Hmac-Sha256"):
        check({})


def test_no_refusal_tells_the_secret() -> None:
    with pytest.raises(Forged) as raised:
        check({"X-Shopify-Hmac-Sha256": "x"})
    assert "hush" not in str(raised.value)


@given(secret=st.text(min_size=1), body=st.binary())
def test_signatures_are_the_vendors(secret: str, body: bytes) -> None:
    assert sign(secret, body).decode() == webhooks.sign(secret, body)
