"""What each action takes, and what it then wants."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Person
from plugin.domain.rule_outcome import Outcome, mark_of
from plugin.domain.team_hours import read_hours
from plugin.domain.teams import Team
from tests.domain.rule_cases import LONDON, errors, looks, outcome, written

Action = dict[str, object]


def act(action: Action, **facts: object) -> Outcome:
    return outcome(looks(**facts), written("Rule", action))


def did(action: Action, **facts: object) -> list[str]:
    return [step.did for step in act(action, **facts).steps]


@pytest.mark.parametrize(
    ("field", "value"),
    [("group", "211"), ("assignee", "ana@shop.example"), ("priority", "urgent"), ("status", "pending")],
)
def test_an_action_that_holds_a_value_says_which(field: str, value: str) -> None:
    assert did({"field": field, "value": value}) == [f"{field} {value}"]


def test_tags_are_added_and_removed_as_written() -> None:
    adding = act({"field": "tags", "operator": "add", "value": ["Gold", "b"]})
    removing = act({"field": "tags", "operator": "remove", "value": "old"})
    assert (adding.tags_to_add, removing.tags_to_remove) == (("Gold", "b"), ("old",))


def test_tags_are_told_with_their_sign() -> None:
    assert did({"field": "tags", "operator": "add", "value": ["vip_concierge"]}) == ["tags +vip_concierge"]


def test_a_note_has_its_text() -> None:
    assert act({"field": "note", "value": "Wears size 8"}).notes == ("Wears size 8",)


def test_a_macro_and_an_offer_are_suggested() -> None:
    macro = act({"field": "suggest_macro", "value": "360001"})
    offer = act({"field": "offer", "value": "belt with trousers"})
    assert (macro.macros, offer.offers) == (("360001",), ("Belt with trousers",))


def test_no_bots_may_stand_alone() -> None:
    assert act({"field": "no_bots"}).no_bots


def test_nothing_but_no_bots_keeps_the_bots_away() -> None:
    assert not act({"field": "group", "value": "211"}).no_bots


def test_no_rule_hands_a_customer_back_to_bots() -> None:
    assert "rules[0].actions[0].value" in errors(written("Rule", {"field": "no_bots", "value": False}))


def test_a_call_back_is_a_note_with_number_and_reason_and_a_tag() -> None:
    wants = act({"field": "call_back", "value": "+1 555 0100"})
    assert (wants.notes, wants.tags_to_add) == (
        ("Call the customer back: +1 555 0100. Reason: Rule",),
        ("mgn_call_back",),
    )


def test_a_call_back_without_a_number_takes_that_of_whoever_wrote() -> None:
    wants = act({"field": "call_back", "value": ""}, requester=Person("7", phone="+44 20 7946 0000"))
    assert wants.call_back is not None
    assert wants.call_back.value == "+44 20 7946 0000"


def test_a_call_back_says_that_no_number_is_known() -> None:
    assert "no phone number is known" in act({"field": "call_back"}).notes[0]


def test_team_by_hours_takes_the_first_team_that_is_open() -> None:
    wants = act({"field": "team_by_hours", "value": ["New York", "London"]})
    assert (wants.wanted("group"), wants.steps[0].did) == ("212", "group 212 (London is open)")


def test_team_by_hours_takes_the_team_that_opens_next_when_all_sleep() -> None:
    saturday = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    wants = act({"field": "team_by_hours", "value": "all"}, now=saturday)
    assert wants.steps[0].did == "group 213 (Manila opens next, 2026-11-30 01:00 UTC)"


def test_team_by_hours_says_when_no_team_ever_opens() -> None:
    never = Team("London", "212", "Europe/London", ((),) * 7)
    answer = act({"field": "team_by_hours", "value": "London"}, teams=(never,)).answers[0]
    assert (answer.fired, "ever opens" in answer.why) == (True, True)


def test_a_team_is_chosen_by_its_zone_and_no_other() -> None:
    night = Team("Night", "9", "Europe/London", read_hours({"mon-sun": "20:00-08:00"}))
    late = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    rule = written("Rule", {"field": "team_by_hours", "value": ["London", "New York"]})
    assert outcome(looks(teams=(LONDON, night), now=late), rule).wanted("group") == "212"


@given(st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)))
def test_a_mark_is_short_and_always_the_same(parts: tuple[str, str, str]) -> None:
    mark = mark_of(*parts)
    assert (mark[:4], len(mark), mark) == ("mgn-", 12, mark_of(*parts))


def test_marks_differ_by_ticket_rule_and_text() -> None:
    marks = {
        mark_of(*parts) for parts in (("1", "r", "t"), ("2", "r", "t"), ("1", "s", "t"), ("1", "r", "u"))
    }
    assert len(marks) == 4
