"""What agents may choose from: shared macros with their texts, and groups."""

from typing import Any

import pytest

from plugin.domain.facts import Macro
from plugin.helpdesks.zendesk.groups import groups
from plugin.helpdesks.zendesk.macros import macros
from plugin.ports import PermanentError
from tests.helpdesks.recorded import RecordedApi
from tests.helpdesks.zendesk.account import zendesk_connection


def api(path: str, **answer: Any) -> RecordedApi:
    return RecordedApi(zendesk_connection(), [{"path": f"/api/v2/{path}", "answer": answer}])


def macro(*actions: tuple[str, Any], **changes: Any) -> dict[str, Any]:
    made = {"id": 360001, "title": "Shipping::Lost parcel", "active": True, "restriction": None}
    return made | {"actions": [{"field": field, "value": value} for field, value in actions]} | changes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("comment_value", "We are sorry."),
        ("comment_value", ["channel:all", "We are sorry."]),
        ("comment_value_html", "<p>We are <b>sorry</b>.</p>"),
    ],
    ids=["text", "text for a channel", "HTML"],
)
def test_a_macros_text_is_what_it_writes_to_the_customer(field: str, value: Any) -> None:
    found = macros(api("macros", macros=[macro(("status", "pending"), (field, value))]))
    assert found == [Macro("360001", "Shipping::Lost parcel", "We are sorry.")]


def test_a_macro_that_writes_nothing_has_no_text() -> None:
    assert macros(api("macros", macros=[macro(("status", "solved"))]))[0].text == ""


@pytest.mark.parametrize("value", [None, [], ""])
def test_a_macro_with_an_empty_text_has_no_text(value: Any) -> None:
    assert macros(api("macros", macros=[macro(("comment_value", value))]))[0].text == ""


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"restriction": {"type": "Group", "id": 4}}, 1),
        ({"restriction": {"type": "User", "id": 7}}, 0),
        ({"active": False}, 0),
    ],
    ids=["a group's", "one agent's", "inactive"],
)
def test_macros_that_are_shared_and_active_count(changes: dict[str, Any], count: int) -> None:
    assert len(macros(api("macros", macros=[macro(**changes)]))) == count


def test_macros_come_from_every_page() -> None:
    more = {"has_more": True, "after_cursor": "c1"}
    recorded = api("macros", macros=[macro()], meta=more)
    last = {"path": "/api/v2/macros", "params": {"page[after]": "c1"}, "answer": {"macros": [macro(id=2)]}}
    both = RecordedApi(recorded.connection, [*recorded.answers, last])
    assert [found.id for found in macros(both)] == ["360001", "2"]


def test_groups_are_names_by_id() -> None:
    listed = [{"id": 211, "name": "Concierge", "deleted": False}, {"id": 212, "name": "Old", "deleted": True}]
    assert groups(api("groups", groups=listed)) == {"211": "Concierge"}


def test_an_answer_that_is_no_list_is_told_by_its_field() -> None:
    with pytest.raises(PermanentError, match="macros: must be a list"):
        macros(api("macros", macros="none"))
