"""Turning the worker by hand, one step at a time."""

from plugin.worker.loop import Worker
from tests.fakes import World


def work_all(world: World, worker: Worker | None = None, most: int = 200) -> int:
    """Let one worker work until nothing is due; how many turns that took."""
    turning = worker or Worker(world.shop)
    world.clock.move(seconds=1)
    for turn in range(most):
        if not turning.step():
            return turn
        world.clock.move(seconds=0.3)
    raise AssertionError(f"still busy after {most} turns")
