"""Dividing whole cents: nothing is lost, nothing is made."""

from collections.abc import Sequence


def split(total: int, weights: Sequence[int]) -> list[int]:
    """The total in parts by weight, largest remainder first (the earlier one where remainders are equal).

    The parts add up to the total, whatever its sign. ValueError where there is no weight at all.
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError(
            "there is nobody to give it to: the weights must be whole numbers that add up to more than 0"
        )
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * weight // whole for weight in weights]
    rest = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % whole), at))
    for at in rest[: size - sum(parts)]:
        parts[at] += 1
    return [sign * part for part in parts]


def part_of(total: int, part: int, whole: int) -> int:
    """total × part ÷ whole, rounded once, half to even, whatever the sign; all of it where part reaches whole."""
    if whole <= 0 or part >= whole:
        return total
    quotient, rest = divmod(abs(total) * part, whole)
    up = 2 * rest > whole or (2 * rest == whole and quotient % 2 == 1)
    return (quotient + up) * (-1 if total < 0 else 1)
