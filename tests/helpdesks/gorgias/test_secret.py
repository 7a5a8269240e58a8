"""Calls of our integrations prove by a secret header that they are ours; nothing else in them does."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from plugin.helpdesks.gorgias import Gorgias
from plugin.ports import Forged
from tests.conftest import NOW
from tests.helpdesks.gorgias.account import gorgias_connection

HELD = "the value of our header"


def check(headers: Mapping[str, str], body: bytes = b"{}", secret: str = HELD) -> None:
    held = gorgias_connection(credentials={"signing_secret": secret})
    Gorgias().verify(held, headers, body, NOW, 300)


@pytest.mark.parametrize("name", ["X-Marginalia-Secret", "x-marginalia-secret", "X-MARGINALIA-SECRET"])
def test_our_secret_is_taken_however_the_header_is_written(name: str) -> None:
    check({name: HELD})


def test_our_secret_is_taken_from_the_headers_of_a_request() -> None:
    check(CaseInsensitiveDict({"X-Marginalia-Secret": HELD}))


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}"])
def test_the_body_proves_nothing_and_spoils_nothing(body: bytes) -> None:
    check({"X-Marginalia-Secret": HELD}, body)


@given(st.text(st.characters(codec=None)).filter(lambda given: given != HELD))
def test_any_other_value_is_forged(given_value: str) -> None:
    with pytest.raises(Forged):
        check({"X-Marginalia-Secret": given_value})


@pytest.mark.parametrize("given_value", [HELD[:-1], HELD + " ", HELD.upper(), ""])
def test_a_value_that_is_nearly_right_is_forged(given_value: str) -> None:
    with pytest.raises(Forged):
        check({"X-Marginalia-Secret": given_value})


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "is missing"),
        ({"Authorization": HELD}, "is missing"),
        ({"X-Marginalia-Secret": "another"}, "not this connection's secret"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_never_the_secret(headers: dict[str, str], said: str) -> None:
    with pytest.raises(Forged, match=said) as raised:
        check(headers)
    assert HELD not in str(raised.value)


@pytest.mark.parametrize("secret", ["", "é", "\ud800"])
def test_an_odd_secret_is_compared_and_breaks_nothing(secret: str) -> None:
    with pytest.raises(Forged):
        check({"X-Marginalia-Secret": "another"}, secret=secret)


@pytest.mark.parametrize("credentials", [{}, {"signing_secret": ""}], ids=["none", "empty"])
def test_where_no_secret_is_stored_the_command_to_run_is_named(credentials: dict[str, str]) -> None:
    held = gorgias_connection(credentials=credentials)
    with pytest.raises(Forged, match=r"no secret is stored.*marginalia connect gorgias"):
        Gorgias().verify(held, {"X-Marginalia-Secret": HELD}, b"{}", NOW, 300)
