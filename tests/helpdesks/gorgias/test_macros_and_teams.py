"""What agents may choose from: macros with their texts and languages, and teams."""

from typing import Any

import pytest

from plugin.domain.facts import Macro
from plugin.helpdesks.gorgias.macros import macros
from plugin.helpdesks.gorgias.teams import teams
from plugin.ports import PermanentError
from tests.helpdesks.gorgias.account import STAMP, Account


def macro(*actions: tuple[str, Any], **changes: Any) -> dict[str, Any]:
    made = {"id": 5, "name": "Lost parcel", "language": "en", "archived_datetime": None}
    said = [{"type": "user", "name": name, "title": "", "arguments": given} for name, given in actions]
    return made | {"actions": said} | changes


def account(*listed: dict[str, Any], page_size: int = 100) -> Account:
    return Account(macros=list(listed), page_size=page_size)


@pytest.mark.parametrize(
    "given",
    [
        {"body_text": "We are sorry.", "body_html": "<p>We are <b>sorry</b>!</p>"},
        {"body_text": "", "body_html": "<p>We are <b>sorry</b>.</p>"},
        {"body_html": "<p>We are <b>sorry</b>.</p>"},
    ],
    ids=["both", "empty text", "HTML"],
)
def test_a_macros_text_is_what_it_writes_to_the_customer(given: dict[str, str]) -> None:
    found = macros(account(macro(("addTags", {"tags": "a,b"}), ("setResponseText", given))))
    assert found == [Macro("5", "Lost parcel", "We are sorry.", "en")]


@pytest.mark.parametrize(
    "actions",
    [
        [("setStatus", {"status": "closed"})],
        [("addInternalNote", {"body_text": "for us"})],
        [("setResponseText", {})],
        [("setResponseText", None)],
        [],
    ],
    ids=["status", "note", "empty", "null", "none"],
)
def test_a_macro_that_writes_nothing_to_the_customer_has_no_text(actions: list[tuple[str, Any]]) -> None:
    assert macros(account(macro(*actions)))[0].text == ""


@pytest.mark.parametrize("language", [None, ""])
def test_a_macro_for_all_languages_has_none(language: str | None) -> None:
    assert macros(account(macro(language=language)))[0].language is None


def test_an_archived_macro_is_not_offered() -> None:
    assert macros(account(macro(archived_datetime=STAMP))) == []


def test_macros_come_from_every_page() -> None:
    found = macros(account(macro(), macro(id=6), macro(id=7), page_size=1))
    assert [one.id for one in found] == ["5", "6", "7"]


def test_a_macro_without_actions_is_read() -> None:
    assert macros(account(macro(actions=None)))[0].title == "Lost parcel"


def test_teams_are_names_by_id_from_every_page() -> None:
    found = account(page_size=1)
    found.teams.append({"id": 5, "name": "Concierge"})
    assert teams(found) == {"4": "Tier 1", "5": "Concierge"}


def test_an_answer_that_is_no_list_is_told_by_its_field() -> None:
    with pytest.raises(PermanentError, match=r"data\[0\]\.actions: must be a list"):
        macros(account(macro(actions="none")))
