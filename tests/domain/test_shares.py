"""Dividing whole cents: nothing is lost, nothing is made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.shares import part_of, split

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)


def test_the_largest_remainder_gets_the_cent_that_is_left() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [1, 2]) == [3, 7]


@given(AMOUNTS, WEIGHTS)
def test_the_parts_are_all_of_it(total: int, weights: list[int]) -> None:
    assert sum(split(total, weights)) == total


@given(AMOUNTS, WEIGHTS)
def test_a_part_is_never_a_whole_cent_away_from_its_share(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    for part, weight in zip(split(total, weights), weights, strict=True):
        assert abs(part * whole - total * weight) < whole


@pytest.mark.parametrize("weights", [[], [0], [1, -1], [-1, 3]])
def test_without_weights_there_is_nobody_to_give_it_to(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="nobody"):
        split(100, weights)


@pytest.mark.parametrize(
    ("total", "part", "whole", "expected"),
    [
        (792, 5_000, 11_320, 350),
        (5, 1, 2, 2),
        (7, 1, 2, 4),
        (-5, 1, 2, -2),
        (792, 0, 100, 0),
        (792, 100, 0, 792),
    ],
)
def test_a_part_is_rounded_once_half_to_even(total: int, part: int, whole: int, expected: int) -> None:
    assert part_of(total, part, whole) == expected


@given(AMOUNTS, st.integers(1, 10**9))
def test_all_of_it_is_exactly_all_of_it(total: int, whole: int) -> None:
    assert part_of(total, whole, whole) == total
