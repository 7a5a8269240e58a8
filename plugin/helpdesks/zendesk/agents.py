"""Who works there, to know who is looking.

https://developer.zendesk.com/api-reference/ticketing/users/users/
"""

from collections.abc import Sequence
from typing import Final

from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.paging import pages
from plugin.ports import Agent, Api

USERS: Final = "/api/v2/users"
ROLES: Final = ("admin", "agent")
"""Everybody else there is a customer; a role that the merchant made is an agent's, too."""


def agents(api: Api) -> Sequence[Agent]:
    """Everybody of these roles."""
    with answer_of(api):
        return [
            read_agent(part, role)
            for role in ROLES
            for page in pages(api, USERS, "users", {"role": role})
            for part in page.items
            if part.at("role").word() == role
        ]


def read_agent(part: Part, role: str) -> Agent:
    """Deleted people are listed as not active, suspended ones as suspended: neither works there now."""
    return Agent(
        id=part.at("id").own_id(),
        email=part.at("email").text(),
        name=part.at("name").text(),
        role=role,
        active=part.at("active").value is not False and part.at("suspended").value is not True,
    )
