"""A call budget: never more than N in any window of W seconds."""

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.budget import take


@given(
    st.integers(1, 8),
    st.floats(0.5, 60),
    st.lists(st.floats(0, 20), min_size=1, max_size=80),
)
def test_no_window_holds_more_calls_than_allowed(number: int, seconds: float, pauses: list[float]) -> None:
    calls: list[float] = []
    made: list[float] = []
    now = 1_000.0
    for pause in pauses:
        now += pause
        calls, wait = take(calls, number, seconds, now)
        if wait == 0.0:
            made.append(now)
    for start in made:
        assert sum(start <= at < start + seconds * (1 - 1e-9) for at in made) <= number


@given(st.integers(1, 8), st.floats(0.5, 60))
def test_the_wait_named_is_enough(number: int, seconds: float) -> None:
    calls: list[float] = []
    for _ in range(number):
        calls, wait = take(calls, number, seconds, 1_000.0)
        assert wait == 0.0
    calls, wait = take(calls, number, seconds, 1_000.0)
    assert wait > 0
    assert take(calls, number, seconds, 1_000.0 + wait + 1e-6)[1] == 0.0
