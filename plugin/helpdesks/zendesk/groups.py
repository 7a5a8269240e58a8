"""The groups that tickets may be handed to.

https://developer.zendesk.com/api-reference/ticketing/groups/groups/
"""

from collections.abc import Mapping

from plugin.helpdesks.zendesk.fields import answer_of
from plugin.helpdesks.zendesk.paging import pages
from plugin.ports import Api

GROUPS = "/api/v2/groups"


def groups(api: Api) -> Mapping[str, str]:
    """Id → name of every group that is not deleted."""
    with answer_of(api):
        return {
            part.at("id").own_id(): part.at("name").text()
            for page in pages(api, GROUPS, "groups")
            for part in page.items
            if part.at("deleted").value is not True
        }
