"""What the acceptance story is told with: two helpdesks that can do the same things, each by its stand-in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.gorgias import writes as gorgias_writes
from sandbox.gorgias.seed import KEY, USER
from sandbox.server import TOKEN, Handle
from sandbox.zendesk import writes as zendesk_writes


class Desk(Protocol):
    """A helpdesk as its people see it. Teams are named, priorities are our words."""

    name: str

    @property
    def connect(self) -> tuple[str, ...]:
        """The credentials that `connect` takes."""
        ...

    def team(self, name: str) -> str:
        """The id of a team."""
        ...

    def write(self, name: str, email: str, text: str, subject: str = "") -> str:
        """A customer opens a ticket; its id."""
        ...

    def reply(self, ticket: str, text: str) -> None:
        """The customer writes again."""
        ...

    def hand_to(self, ticket: str, team: str) -> None:
        """An agent gives the ticket to another team."""
        ...

    def team_of(self, ticket: str) -> str | None:
        """The name of the ticket's team."""
        ...

    def priority_of(self, ticket: str) -> str | None:
        """The ticket's priority."""
        ...

    def tags_of(self, ticket: str) -> set[str]:
        """The ticket's tags."""
        ...

    def tier_shown(self, email: str) -> bool:
        """Whether the customer's own record carries a tier's tag."""
        ...

    def idle(self) -> bool:
        """Whether every webhook has been delivered."""
        ...


@dataclass
class ZendeskDesk:
    """The stand-in Zendesk."""

    served: Handle
    name: str = "zendesk"

    @property
    def connect(self) -> tuple[str, ...]:
        return ("--token", TOKEN)

    def team(self, name: str) -> str:
        return str(next(one.id for one in self.served.account.groups.values() if one.name == name))

    def write(self, name: str, email: str, text: str, subject: str = "") -> str:
        customer = self.served.account.customer(name, email)
        return str(zendesk_writes.new_ticket(self.served.account, customer, subject or text[:40], text).id)

    def reply(self, ticket: str, text: str) -> None:
        zendesk_writes.customer_reply(self.served.account, int(ticket), text)

    def hand_to(self, ticket: str, team: str) -> None:
        account = self.served.account
        agent = account.user_by_email("ana@shop.example")
        assert agent is not None
        zendesk_writes.agent_edit(account, int(ticket), agent, {"group_id": int(self.team(team))})

    def team_of(self, ticket: str) -> str | None:
        number = self.served.account.tickets[int(ticket)].group_id
        return None if number is None else self.served.account.groups[number].name

    def priority_of(self, ticket: str) -> str | None:
        return self.served.account.tickets[int(ticket)].priority

    def tags_of(self, ticket: str) -> set[str]:
        return set(self.served.account.tickets[int(ticket)].tags)

    def tier_shown(self, email: str) -> bool:
        user = self.served.account.user_by_email(email)
        return user is not None and "mgn_tier_concierge" in user.tags

    def idle(self) -> bool:
        return self.served.account.dispatcher.idle()


@dataclass
class GorgiasDesk:
    """The stand-in Gorgias."""

    served: Handle
    name: str = "gorgias"

    @property
    def connect(self) -> tuple[str, ...]:
        return ("--user", USER, "--api-key", KEY)

    def team(self, name: str) -> str:
        return str(next(one.id for one in self.served.gorgias.teams.values() if one.name == name))

    def write(self, name: str, email: str, text: str, subject: str = "") -> str:
        customer = self.served.gorgias.known_customer(name, email)
        return str(gorgias_writes.new_ticket(self.served.gorgias, customer, subject or text[:40], text).id)

    def reply(self, ticket: str, text: str) -> None:
        gorgias_writes.customer_reply(self.served.gorgias, int(ticket), text)

    def hand_to(self, ticket: str, team: str) -> None:
        account = self.served.gorgias
        agent = account.user_by_email("ana@shop.example")
        assert agent is not None
        body = {"assignee_team": {"id": int(self.team(team))}}
        gorgias_writes.change(account, int(ticket), gorgias_writes.by_agent(agent), body)

    def team_of(self, ticket: str) -> str | None:
        number = self.served.gorgias.tickets[int(ticket)].team_id
        return None if number is None else self.served.gorgias.teams[number].name

    def priority_of(self, ticket: str) -> str | None:
        found = self.served.gorgias.tickets[int(ticket)].priority
        return "urgent" if found == "critical" else found

    def tags_of(self, ticket: str) -> set[str]:
        return set(self.served.gorgias.tickets[int(ticket)].tags)

    def tier_shown(self, email: str) -> bool:
        customer = self.served.gorgias.customer_by_email(email)
        return customer is not None and any(
            "concierge" in str(value).casefold() for value in customer.values.values()
        )

    def idle(self) -> bool:
        return self.served.gorgias.caller.idle()


DESKS: dict[str, Callable[[Handle], Desk]] = {"zendesk": ZendeskDesk, "gorgias": GorgiasDesk}
