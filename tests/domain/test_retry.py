"""When to try again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.retry import GIVE_UP_AFTER, LONGEST, delay, given_up
from tests.conftest import NOW

chances = st.floats(0, 1)


@given(st.integers(1, 500), chances)
def test_waits_grow_and_stay_within_a_quarter_of_an_hour(attempts: int, chance: float) -> None:
    wait = delay(attempts, None, chance)
    assert timedelta(seconds=0.5) <= wait <= timedelta(seconds=LONGEST)
    assert delay(attempts + 1, None, chance) >= wait


@given(st.integers(1, 500), st.floats(0, 100_000), chances)
def test_the_vendors_word_is_never_undercut(attempts: int, retry_after: float, chance: float) -> None:
    assert delay(attempts, retry_after, chance) >= timedelta(seconds=retry_after)


def test_it_is_given_up_after_days_not_before() -> None:
    assert not given_up(None, NOW)
    assert not given_up(NOW - GIVE_UP_AFTER + timedelta(seconds=1), NOW)
    assert given_up(NOW - GIVE_UP_AFTER, NOW)
