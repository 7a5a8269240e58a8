"""The work: hints become decisions, decisions become effects, effects are performed."""

from plugin.worker.loop import Worker
from plugin.worker.shop import Shop

__all__ = ["Shop", "Worker"]
