"""Sixty tickets as customers of a shop write them: twenty each in English, Arabic and Persian."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path

from sandbox.zendesk.state import Account
from sandbox.zendesk.writes import agent_edit, customer_reply, new_ticket

LANGUAGES = ("en", "ar", "fa")
APART = timedelta(minutes=23)


@dataclass(frozen=True)
class Sample:
    """One customer's ticket. `about` is what a person who reads it would say; `then` are replies in turn,
    the agent's first."""

    language: str
    about: tuple[str, ...]
    name: str
    email: str
    subject: str
    text: str
    then: tuple[str, ...] = ()


def samples() -> list[Sample]:
    """All of them, the languages in turn."""
    in_turn = zip(*(list(_of(language)) for language in LANGUAGES), strict=True)
    return list(chain.from_iterable(in_turn))


def load(account: Account, told: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Let every sample's customer write, as if over the last day; `told` hears of each. How many."""
    wanted = samples()
    begin = account.now() - APART * len(wanted)
    agents = [one for one in account.staff() if one.role == "agent"]
    for number, sample in enumerate(wanted):
        customer = account.customer(sample.name, sample.email)
        ticket = new_ticket(account, customer, sample.subject, sample.text, begin + APART * number)
        for turn, text in enumerate(sample.then):
            if turn % 2:
                customer_reply(account, ticket.id, text)
            else:
                body = {"comment": {"body": text}, "status": "pending"}
                agent_edit(account, ticket.id, agents[number % len(agents)], body)
        told(number + 1, len(wanted))
    return len(wanted)


def _of(language: str) -> Iterator[Sample]:
    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    for one in tomllib.loads(text)["ticket"]:
        yield Sample(
            language=language,
            about=tuple(one["about"]),
            name=one["name"],
            email=one["email"],
            subject=one["subject"],
            text=one["text"].strip(),
            then=tuple(one.get("then", ())),
        )
