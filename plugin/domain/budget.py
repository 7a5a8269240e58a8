"""How many calls a vendor still allows: an exact sliding window."""

from collections.abc import Sequence


def take(calls: Sequence[float], number: int, seconds: float, now: float) -> tuple[list[float], float]:
    """Take one call if fewer than `number` were made within the last `seconds`.

    Gives the calls to remember (oldest first, seconds since 1970) and 0.0, or the seconds to wait.
    """
    recent = [at for at in calls if at > now - seconds]
    if len(recent) < number:
        return [*recent, now], 0.0
    return recent, recent[-number] + seconds - now
