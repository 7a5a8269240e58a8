"""The teams that tickets may be handed to.

https://developers.gorgias.com/reference/list-teams
"""

from collections.abc import Mapping
from typing import Final

from plugin.documents import answer_of
from plugin.helpdesks.gorgias.paging import listed
from plugin.ports import Api

TEAMS: Final = "/api/teams"


def teams(api: Api) -> Mapping[str, str]:
    """Id → name of every team."""
    with answer_of(api):
        return {part.at("id").own_id(): part.at("name").text() for part in listed(api, TEAMS)}
