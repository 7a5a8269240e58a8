"""When to try again: the vendor's word if it gave one, else doubling with jitter; and when to stop."""

from datetime import datetime, timedelta

FIRST = 1.0
LONGEST = 15 * 60.0
GIVE_UP_AFTER = timedelta(days=3)
"""A vendor that was away for a long weekend must find its tickets still waiting."""
DYING_ATTEMPTS = 25
"""So many claims that never ended mean that the work kills its worker."""
SETTLING = timedelta(seconds=60)
"""How long after an unknown outcome a mark may still appear, before it counts as absent."""


def delay(attempts: int, retry_after: float | None, chance: float) -> timedelta:
    """How long to wait after try number `attempts` (1 is the first); `chance` in 0..1 spreads the crowd.

    The vendor's own `retry_after` (seconds) is never undercut; a wait never exceeds a quarter of an hour
    unless the vendor says so.
    """
    if retry_after is not None:
        return timedelta(seconds=retry_after + chance)
    step = min(LONGEST, FIRST * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=step * (0.5 + chance / 2))


def given_up(failing_since: datetime | None, now: datetime) -> bool:
    """Whether it has failed for so long that a person must look at it."""
    return failing_since is not None and now - failing_since >= GIVE_UP_AFTER
