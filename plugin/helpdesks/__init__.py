"""The helpdesks that can be connected, one line each; everything else about a vendor stays in its own folder."""

from plugin.config import Config
from plugin.helpdesks.gorgias import Gorgias
from plugin.helpdesks.zendesk import Zendesk, marketplace_headers
from plugin.ports import Helpdesk


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
