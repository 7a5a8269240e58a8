"""The stores that can be connected, one line each; everything else about a vendor stays in its own folder."""

from plugin.config import Config
from plugin.currencies import digits
from plugin.ports import Store
from plugin.stores.shopify import Shopify


def stores(config: Config) -> dict[str, Store]:
    """Every store by the name that connections carry."""
    return {"shopify": Shopify(digits, config.shopify_api_key, config.shopify_api_secret)}
