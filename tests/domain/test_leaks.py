"""The watch for leaks: strangers in a hurry, coupon sites, and nothing else."""

from datetime import datetime, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.leaks import HOUR, Suspicion, Use, coupon_site, spans, suspicion
from tests.conftest import NOW


def use(number: int, minutes: float = 0, stranger: str | None = "new", site: str = "", **more: bool) -> Use:
    """Order number so-and-so, of a new customer of its own, so many minutes on."""
    who = f"{stranger}{number}" if stranger == "new" else stranger
    at = NOW + timedelta(minutes=minutes)
    return Use(f"#{number}", at, more.get("explained", False), who, site)


def orders_of(found: Suspicion | None) -> tuple[str, ...]:
    return () if found is None else found.orders


@pytest.mark.parametrize(
    ("uses", "orders"),
    [
        ([], ()),
        ([use(1), use(2, 10)], ()),
        ([use(1), use(2, 10), use(3, 60)], ("#1", "#2", "#3")),
        ([use(1), use(2, 10), use(3, 61)], ()),
        ([use(1), use(2, 10), use(3, 20, explained=True)], ()),
        ([use(1), use(2, 10), use(3, 20, stranger=None)], ()),
        ([use(1, stranger="ann"), use(2, 10, stranger="ann"), use(3, 20, stranger="ann")], ()),
        ([use(1), use(2, 50), use(3, 70), use(4, 100)], ("#2", "#3", "#4")),
        ([use(1, site="honey.example", explained=True)], ("#1",)),
        ([use(1), use(2, 5), use(3, 9), use(4, 7, site="honey.example", stranger=None)], ("#1", "#2", "#3")),
        ([use(5, -5, site="honey.example", stranger=None), use(1), use(2, 5), use(3, 9)], ("#5",)),
    ],
)
def test_what_is_a_leak(uses: list[Use], orders: tuple[str, ...]) -> None:
    assert orders_of(suspicion(uses, 3)) == orders


def test_a_suspicion_says_in_words_what_it_rests_on() -> None:
    found = suspicion([use(1), use(2, 1), use(3, 2)], 3)
    assert found is not None
    assert found.since == NOW
    assert (
        found.reason
        == "3 new customers used it within an hour, and no ticket of theirs explains it: #1, #2, #3"
    )


def test_of_hundreds_of_orders_only_the_first_are_named() -> None:
    found = suspicion([use(number) for number in range(100, 300)], 3)
    assert found is not None
    assert found.reason.endswith("#108, #109 …")
    assert len(found.orders) == 200


some_uses = st.lists(
    st.builds(
        use,
        st.integers(1, 40),
        st.integers(0, 240),
        st.sampled_from(["new", "ann", "ben", None]),
        st.sampled_from(["", "", "", "", "honey.example"]),
        explained=st.booleans(),
    ),
    max_size=14,
)


@given(some_uses, st.randoms(use_true_random=False))
def test_the_order_in_which_they_came_does_not_matter(uses: list[Use], dice: Random) -> None:
    mixed = list(uses)
    dice.shuffle(mixed)
    assert suspicion(mixed, 3) == suspicion(uses, 3) == suspicion([*uses, *mixed], 3)


@given(some_uses, some_uses)
def test_more_orders_never_take_a_suspicion_away_nor_make_it_later(uses: list[Use], more: list[Use]) -> None:
    before, after = suspicion(uses, 3), suspicion([*uses, *more], 3)
    if before is not None:
        assert after is not None
        assert after.since <= before.since


@given(some_uses)
def test_there_is_a_suspicion_exactly_where_three_strangers_meet_or_a_site_sent_one(uses: list[Use]) -> None:
    strange = [one for one in uses if one.stranger is not None and not one.explained]
    meet = any(
        len({one.stranger for one in three}) == 3
        and max(one.at for one in three) - min(one.at for one in three) <= HOUR
        for three in combinations(strange, 3)
    )
    assert (suspicion(uses, 3) is not None) == (meet or any(one.site for one in uses))


@pytest.mark.parametrize(
    ("referrer", "site"),
    [
        ("https://www.retailmenot.com/view/shop.example?c=1", "retailmenot.com"),
        ("https://RetailMeNot.com", "retailmenot.com"),
        ("retailmenot.com/deals", "retailmenot.com"),
        ("https://uk.deals.retailmenot.com.:443/", "retailmenot.com"),
        ("https://notretailmenot.com/", ""),
        ("https://retailmenot.com.evil.example/", ""),
        ("https://shop.example/?from=retailmenot.com", ""),
        ("android-app://com.example", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_a_coupon_site_is_known_by_its_host_or_its_parent_domain(referrer: str, site: str) -> None:
    assert coupon_site(referrer, ["slickdeals.net", " WWW.RetailMeNot.com "]) == site


instants = st.lists(st.integers(0, 1_000).map(lambda minutes: NOW + timedelta(minutes=minutes)), max_size=12)


@given(instants, st.integers(-100, 1_100))
def test_the_stretches_hold_all_that_is_within_an_hour_of_any(made: list[datetime], minute: int) -> None:
    at = NOW + timedelta(minutes=minute)
    near = any(abs(at - one) <= HOUR for one in made)
    assert sum(first <= at <= last for first, last in spans(made)) == near
