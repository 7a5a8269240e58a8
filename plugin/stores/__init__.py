"""The stores that can be connected, one line each; everything else about a vendor stays in its own folder."""

from plugin.config import Config
from plugin.ports import Store


def stores(config: Config) -> dict[str, Store]:
    """Every store by the name that connections carry."""
    return {}
