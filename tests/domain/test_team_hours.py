"""Hours as people write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.setting_errors import Wrong
from plugin.domain.team_hours import read_hours

DAY = ((540, 1020),)
OFF: tuple[Any, ...] = ()


@pytest.mark.parametrize(
    ("written", "week"),
    [
        ({"mon-fri": "09:00-17:00"}, (DAY,) * 5 + (OFF, OFF)),
        ({"mon-sun": "9:00 - 17:00"}, (DAY,) * 7),
        ({"Saturday": "09:00–17:00"}, (OFF,) * 5 + (DAY, OFF)),
        ({"fri-mon": "09:00-17:00"}, (DAY, OFF, OFF, OFF, DAY, DAY, DAY)),
        ({"mon, wed-thu": "09:00-17:00"}, (DAY, OFF, DAY, DAY, OFF, OFF, OFF)),
        ({"mon": "00:00-24:00"}, (((0, 1440),),) + (OFF,) * 6),
        ({"mon": "22:00-06:00"}, (((1320, 1800),),) + (OFF,) * 6),
        ({"mon": "09:00-12:00, 13:00-17:00"}, (((540, 720), (780, 1020)),) + (OFF,) * 6),
        ({"mon": ["09:00-12:00", "13:00-17:00"]}, (((540, 720), (780, 1020)),) + (OFF,) * 6),
    ],
)
def test_hours_are_read(written: Any, week: Any) -> None:
    assert read_hours(written) == week


@pytest.mark.parametrize(
    ("written", "step", "said"),
    [
        (None, "", "hours by days"),
        ({}, "", "hours by days"),
        ("09:00-17:00", "", "hours by days"),
        ({"someday": "09:00-17:00"}, ".someday", "is no day"),
        ({"mon-": "09:00-17:00"}, ".mon-", "is no day"),
        ({1: "09:00-17:00"}, "", "is no day"),
        ({"mon": "nine to five"}, ".mon", "no range of hours"),
        ({"mon": "09:00-25:00"}, ".mon", "no range of hours"),
        ({"mon": "24:00-25:00"}, ".mon", "no range of hours"),
        ({"mon": "09:60-17:00"}, ".mon", "no range of hours"),
        ({"mon": "09:00-09:00"}, ".mon", "all day is 00:00-24:00"),
        ({"mon": 900}, ".mon", "no range of hours"),
        ({"mon": None}, ".mon", "no range of hours"),
        ({"mon-fri": "09:00-17:00", "wed": "10:00-11:00"}, ".wed", "wed has its hours under mon-fri"),
    ],
)
def test_what_is_no_hours_is_told_with_its_place(written: Any, step: str, said: str) -> None:
    with pytest.raises(Wrong, match=said) as refused:
        read_hours(written)
    assert refused.value.step == step


@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.none(), st.integers(), st.text(max_size=12)), max_size=3
    )
)
def test_anything_at_all_is_a_week_or_told(written: Any) -> None:
    try:
        assert len(read_hours(written)) == 7
    except Wrong as wrong:
        assert str(wrong)
