"""Who works in a Gorgias account: everybody who is no bot."""

from typing import Any

import pytest

from plugin.helpdesks.gorgias.agents import agents
from plugin.ports import Agent, PermanentError
from tests.helpdesks.gorgias.account import STAMP, Account


def user(role: Any = "agent", **changes: Any) -> dict[str, Any]:
    """Ana as the API shows her."""
    made = {"id": 94, "email": "ana@shop.example", "name": "Ana Duarte", "role": {"name": role}}
    return made | {"active": True, "deactivated_datetime": None} | changes


def test_an_agent_has_number_address_name_and_role() -> None:
    assert agents(Account(users=[user()])) == [Agent("94", "ana@shop.example", "Ana Duarte", "agent")]


@pytest.mark.parametrize(
    "role", ["agent", "basic-agent", "lite-agent", "observer-agent", "internal-agent", None]
)
def test_every_role_but_admin_is_an_agents(role: str | None) -> None:
    assert [one.role for one in agents(Account(users=[user(role)]))] == ["agent"]


def test_an_admin_is_told_from_an_agent() -> None:
    assert [one.role for one in agents(Account(users=[user("admin")]))] == ["admin"]


def test_a_bot_is_nobody() -> None:
    assert agents(Account(users=[user("bot")])) == []


@pytest.mark.parametrize("changes", [{"active": False}, {"deactivated_datetime": STAMP}])
def test_who_was_deactivated_is_not_active(changes: dict[str, Any]) -> None:
    assert [one.active for one in agents(Account(users=[user(**changes)]))] == [False]


def test_a_user_of_whom_little_is_shown_is_active() -> None:
    assert agents(Account(users=[{"id": 90, "role": {"name": "admin"}}])) == [Agent("90", "", "", "admin")]


def test_agents_come_from_every_page() -> None:
    found = agents(Account(users=[user(), user(id=95), user(id=96)], page_size=1))
    assert [one.id for one in found] == ["94", "95", "96"]


def test_a_user_without_a_number_is_told_by_its_field() -> None:
    with pytest.raises(PermanentError, match=r"id: is missing"):
        agents(Account(users=[user(id=None)]))
