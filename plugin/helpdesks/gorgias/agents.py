"""Who works there, to know who is looking.

https://developers.gorgias.com/reference/list-users
"""

from collections.abc import Sequence
from typing import Final

from plugin.documents import Part, answer_of
from plugin.helpdesks.gorgias.messages import BOT, role_of
from plugin.helpdesks.gorgias.paging import listed
from plugin.helpdesks.gorgias.slots import USERS
from plugin.ports import Agent, Api

ADMIN: Final = "admin"


def agents(api: Api) -> Sequence[Agent]:
    """Everybody but bots; of Gorgias' six roles one is an admin's."""
    with answer_of(api):
        return [read_agent(user) for user in listed(api, USERS) if role_of(user) != BOT]


def read_agent(user: Part) -> Agent:
    """A user as an agent; who was switched off is not active."""
    return Agent(
        id=user.at("id").own_id(),
        email=user.at("email").text(),
        name=user.at("name").text(),
        role=ADMIN if role_of(user) == ADMIN else "agent",
        active=user.at("active").value is not False and user.at("deactivated_datetime").value is None,
    )
