"""Agents' own codes: what is wrong with one in the store, and the one that follows when it is rotated out."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.coupons import (
    ASLEEP,
    GONE,
    ONCE_ONLY,
    OTHER_KIND,
    CouponState,
    InStore,
    looked_at,
    next_code,
    other_share,
    parent_of,
)
from plugin.domain.evidence import owner_of

TENTH, FIFTH = Decimal("0.10"), Decimal("0.2")


def there(share: Decimal | None = TENTH, active: bool = True, single_use: bool = False) -> InStore:
    return InStore("gid-1", share, active, single_use)


@pytest.mark.parametrize(
    ("state", "wanted", "found", "told"),
    [
        ("wanted", TENTH, None, ("wanted", "")),
        ("wanted", TENTH, there(Decimal("0.1")), ("made", "")),
        ("wanted", None, there(FIFTH), ("made", "")),
        ("made", TENTH, there(), ("made", "")),
        ("made", TENTH, None, ("gone", GONE)),
        ("changed", TENTH, None, ("gone", GONE)),
        ("made", TENTH, there(FIFTH), ("changed", other_share(FIFTH, TENTH))),
        ("made", TENTH, there(None), ("changed", OTHER_KIND)),
        ("made", TENTH, there(active=False), ("changed", ASLEEP)),
        ("made", TENTH, there(single_use=True), ("changed", ONCE_ONLY)),
        ("gone", TENTH, there(), ("made", "")),
        ("changed", TENTH, there(), ("made", "")),
        ("rotated", TENTH, there(), ("rotated", "")),
        ("rotated", TENTH, None, ("rotated", "")),
    ],
)
def test_what_a_look_into_the_store_says(
    state: CouponState, wanted: Decimal | None, found: InStore | None, told: tuple[str, str]
) -> None:
    assert looked_at(state, wanted, found) == told


def test_shares_are_told_in_per_cent_without_needless_digits() -> None:
    assert other_share(Decimal("0.10"), Decimal("0.125")).startswith(
        "the store takes 10 % off, the settings say 12.5 %"
    )


@pytest.mark.parametrize(
    ("before", "after"), [("ANA10", "ANA10-BBB"), ("ANA10-FGH", "ANA10-BBB"), ("ANA10-AEI", "ANA10-AEI-BBB")]
)
def test_the_next_code_grows_out_of_the_first(before: str, after: str) -> None:
    assert next_code(before, (), lambda signs: "B") == after


def test_a_code_that_was_ever_used_is_not_drawn_again() -> None:
    drawn = iter("BBBCCC")
    assert next_code("ANA10", {"ana10-bbb"}, lambda signs: next(drawn)) == "ANA10-CCC"


@given(st.from_regex(r"[A-Z0-9]{1,64}(-[BCDF]{3,7})?", fullmatch=True), st.integers())
def test_the_next_code_is_another_one_and_never_taken_for_a_single_use_one(code: str, seed: int) -> None:
    made = next_code(code, {code.casefold()}, random.Random(seed).choice)
    assert made != code
    assert len(made) <= 40
    assert parent_of(made.casefold()) == made.casefold()
    assert owner_of(made.casefold(), {code.casefold(): "ana@shop.example"}) is None


def test_a_single_use_code_is_counted_with_the_agents_own() -> None:
    assert parent_of("ana10-bcdfghj") == "ana10"
    assert parent_of("ana10") == "ana10"
