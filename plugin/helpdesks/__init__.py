"""The helpdesks that can be connected, one line each; everything else about a vendor stays in its own folder."""

from plugin.config import Config
from plugin.helpdesks.gorgias import Gorgias, listing
from plugin.helpdesks.zendesk import Zendesk, marketplace_headers, package
from plugin.packages import Marketplace
from plugin.ports import Helpdesk

MARKETPLACES: dict[str, Marketplace] = {
    "zendesk": Marketplace(package.made_for, package.problems, package.WHAT_NEXT),
    "gorgias": Marketplace(listing.made_for, listing.problems, listing.WHAT_NEXT),
}
"""Every marketplace that we make a package for."""


def helpdesks(config: Config) -> dict[str, Helpdesk]:
    """Every helpdesk by the name that connections carry."""
    return {
        "zendesk": Zendesk(
            config.zendesk_client_id,
            config.zendesk_client_secret,
            marketplace_headers(
                config.zendesk_marketplace_name, config.zendesk_organization_id, config.zendesk_app_id
            ),
            config.zendesk_app_id,
        ),
        "gorgias": Gorgias(config.gorgias_client_id, config.gorgias_client_secret),
    }
