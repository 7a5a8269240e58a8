"""Who works in a Zendesk account: agents and admins, with who may not look in any more."""

from typing import Any

import pytest

from plugin.helpdesks.zendesk.agents import agents
from plugin.ports import Agent, PermanentError
from tests.helpdesks.recorded import RecordedApi
from tests.helpdesks.zendesk.account import zendesk_connection

USERS = "/api/v2/users"
ANA = Agent("8447388090001", "ana@shop.example", "Ana Duarte", "agent")


def user(**changes: Any) -> dict[str, Any]:
    """Ana as the API shows her."""
    made = {"id": 8447388090001, "email": "ana@shop.example", "name": "Ana Duarte", "role": "agent"}
    return made | {"active": True, "suspended": False} | changes


def api(*agents: Any, admins: Any = (), meta: Any = None) -> RecordedApi:
    """An account with these agents and admins, on one page each."""
    listed = {"agent": list(agents), "admin": list(admins)}
    answers = [
        {"path": USERS, "params": {"role": role}, "answer": {"users": users, "meta": meta}}
        for role, users in listed.items()
    ]
    return RecordedApi(zendesk_connection(), answers)


def test_an_agent_has_number_address_name_and_role() -> None:
    assert agents(api(user())) == [ANA]


def test_an_admin_is_told_from_an_agent() -> None:
    found = agents(api(user(), admins=[user(id=5, role="admin")]))
    assert [(one.id, one.role) for one in found] == [("5", "admin"), (ANA.id, "agent")]


@pytest.mark.parametrize("changes", [{"suspended": True}, {"active": False}], ids=["suspended", "deleted"])
def test_who_may_not_sign_in_there_is_not_active(changes: dict[str, Any]) -> None:
    assert [one.active for one in agents(api(user(**changes)))] == [False]


def test_a_customer_is_nobody_who_works_there_even_where_the_list_is_not_filtered() -> None:
    everybody = [user(), user(id=6, role="end-user"), user(id=5, role="admin")]
    assert [one.id for one in agents(api(*everybody, admins=everybody))] == ["5", ANA.id]


@pytest.mark.parametrize("missing", [{"email": None}, {"name": None}])
def test_an_agent_without_address_or_name_is_read(missing: dict[str, Any]) -> None:
    assert [one.id for one in agents(api(user(**missing)))] == [ANA.id]


def test_agents_come_from_every_page() -> None:
    recorded = api(user(), meta={"has_more": True, "after_cursor": "c1"})
    last = {"role": "agent", "page[after]": "c1"}
    none = {"role": "admin", "page[after]": "c1"}
    more = [
        {"path": USERS, "params": last, "answer": {"users": [user(id=2)]}},
        {"path": USERS, "params": none, "answer": {"users": []}},
    ]
    both = RecordedApi(recorded.connection, [*recorded.answers, *more])
    assert [one.id for one in agents(both)] == [ANA.id, "2"]


def test_an_answer_that_is_no_list_is_told_by_its_field() -> None:
    answers = [{"path": USERS, "answer": {"users": "none"}}]
    with pytest.raises(PermanentError, match="users: must be a list"):
        agents(RecordedApi(zendesk_connection(), answers))
