"""Pictures of figures, drawn on the server: plain SVG that a strict policy allows; the figures stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 120
STEP: Final = 48
BAR: Final = 14
GAP: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: which series it is of, its value in whole units, and the value as text."""

    series: str
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class Month:
    """The bars of a month, and where its label leads."""

    name: str
    bars: Sequence[Bar]
    currency: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar in the picture's own units, from the top."""

    series: str
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of months. `zero` is how far down the line of nothing lies; `bars` are by month."""

    title: str
    months: Sequence[Month]
    bars: Sequence[Sequence[Drawn]]
    width: int
    height: int
    zero: float


def chart(months: Sequence[Month], title: str) -> Chart:
    """Draw the months side by side, all on one scale; what is below nothing hangs from the line."""
    values = [bar.value for month in months for bar in month.bars] or [0]
    highest, lowest = max(0, *values), min(0, *values)
    scale = HEIGHT / (highest - lowest) if highest > lowest else 0.0
    zero = highest * scale
    drawn = [
        [_drawn(bar, number * STEP + GAP + nth * BAR, zero, scale) for nth, bar in enumerate(month.bars)]
        for number, month in enumerate(months)
    ]
    return Chart(title, months, drawn, max(1, len(months)) * STEP, HEIGHT, zero)


def _drawn(bar: Bar, x: int, zero: float, scale: float) -> Drawn:
    height = abs(bar.value) * scale
    return Drawn(bar.series, x, round(zero - height if bar.value > 0 else zero, 2), round(height, 2))
