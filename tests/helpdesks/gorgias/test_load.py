"""Reading a ticket: its state in our words, its conversation as far back as is needed, and who asks."""

import json
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Gone, Message, Person, Ticket
from plugin.helpdesks.gorgias.load import load
from plugin.ports import NotFound, PermanentError, Rejected
from tests.conftest import NOW
from tests.helpdesks.gorgias.account import CODES, OURS, TIER, Account, gorgias_connection, message, ticket
from tests.helpdesks.recorded import Call
from tests.recordings import mutated

CUSTOMER = {"id": 8, "email": "jo@example.com", "name": "Jo Doe", "channels": []}


def account(*said: dict[str, Any], options: dict[str, Any] | None = None, **changes: Any) -> Account:
    """An account with ticket 1001, these changes made to it, and what was said in it."""
    made = Account(gorgias_connection(options=options or {}))
    made.add_ticket(ticket(**changes))
    made.say(*said)
    return made


def read(found: Account, since: str | None = None) -> Ticket:
    loaded = load(found, "1001", since)
    assert isinstance(loaded, Ticket)
    return loaded


def said(**changes: Any) -> Message:
    """One message as it is read."""
    (found,) = read(account(message(5001, **changes))).messages
    return found


def by_agent(**changes: Any) -> Message:
    return said(**{"from_agent": True, "via": "helpdesk", "sender": {"id": 93, "name": "Ana"}} | changes)


def asked_for(found: Account, path: str) -> int:
    return sum(call.path == path for call in found.calls)


# ------------------------------------------------------------------------------------------------- state


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "open"}, "open"),
        ({"status": "closed"}, "solved"),
        ({"status": "closed", "snooze_datetime": NOW.isoformat()}, "pending"),
        ({"status": "open", "snooze_datetime": NOW.isoformat()}, "open"),
    ],
    ids=["open", "closed", "snoozed", "opened before its snooze was over"],
)
def test_a_status_is_told_in_our_words(changes: dict[str, Any], status: str) -> None:
    assert read(account(**changes)).status == status


@pytest.mark.parametrize(
    ("changes", "state"),
    [({}, "open"), ({"status": "closed"}, "open"), ({"spam": True}, "spam"), ({"spam": None}, "open")],
    ids=["open", "closed", "spam", "nothing said of spam"],
)
def test_a_ticket_takes_changes_unless_it_is_spam(changes: dict[str, Any], state: str) -> None:
    assert read(account(**changes)).state == state


def test_a_ticket_in_the_bin_is_gone() -> None:
    found = load(account(trashed_datetime=NOW.isoformat(), spam=True), "1001", None)
    assert isinstance(found, Gone)


def test_nothing_more_is_read_of_a_ticket_in_the_bin() -> None:
    found = account(trashed_datetime=NOW.isoformat())
    load(found, "1001", None)
    assert [call.path for call in found.calls] == ["/api/tickets/1001"]


def test_a_ticket_that_is_deleted_while_it_is_read_is_gone() -> None:
    found = account()

    def delete(call: Call) -> None:
        if call.path == "/api/messages":
            raise NotFound("answered 404")

    found.before = delete
    assert isinstance(load(found, "1001", None), Gone)


@pytest.mark.parametrize(
    "ticket_id", ["", "0", "01", "-1", "1001/tags", "../users/0", "1001?x=", "١٠٠١", "1001\n"]
)
def test_what_is_no_number_is_no_ticket_and_asks_for_no_other_address(ticket_id: str) -> None:
    found = account()
    assert isinstance(load(found, ticket_id, None), Gone)
    assert found.calls == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("critical", "urgent"), ("high", "high"), ("normal", "normal"), ("low", "low"), (None, None)],
)
def test_a_priority_is_told_in_our_words(theirs: str | None, ours: str | None) -> None:
    assert read(account(priority=theirs)).priority == ours


@pytest.mark.parametrize(("theirs", "ours"), [("fr", "fr"), ("zh-cn", "zh-cn"), ("", None), (None, None)])
def test_a_language_is_the_one_that_gorgias_heard(theirs: str | None, ours: str | None) -> None:
    assert read(account(language=theirs)).language == ours


@given(later=st.timedeltas(timedelta(), timedelta(days=9999)), hours=st.integers(-12, 14))
def test_an_instant_is_the_same_in_every_zone_and_utc_without_one(later: timedelta, hours: int) -> None:
    at = NOW + later
    for written in (at.replace(tzinfo=None), at.astimezone(timezone(timedelta(hours=hours)))):
        assert read(account(updated_datetime=written.isoformat())).updated_at == at


# ---------------------------------------------------------- what a ticket does not show when asked for alone


LEFT_OUT = ("priority", "assignee_team")


def terse(*rows: dict[str, Any]) -> Account:
    """An account that shows team and priority only in lists, here with these rows."""
    found = account()
    for name in LEFT_OUT:
        del found.tickets["1001"][name]
    whole = found.page

    def page(call: Call, items: Any, known: frozenset[str] = frozenset()) -> dict[str, Any]:
        is_list = call.path == "/api/tickets"
        return whole(call, rows if is_list else items, known | {"ticket_ids"} if is_list else known)

    found.page = page  # type: ignore[method-assign]
    return found


def test_a_team_that_only_lists_show_is_not_taken_for_none() -> None:
    loaded = read(terse(ticket(priority="high", assignee_team={"id": 4, "name": "Tier 1"})))
    assert (loaded.group, loaded.priority) == ("4", "high")


def test_a_team_alone_that_is_not_shown_is_looked_for_too() -> None:
    found = terse(ticket(priority="high"))
    found.tickets["1001"]["priority"] = "low"
    loaded = read(found)
    assert (loaded.priority, asked_for(found, "/api/tickets")) == ("low", 1)


def test_the_row_of_another_ticket_says_nothing() -> None:
    assert read(terse(ticket(id=1002, assignee_team={"id": 4}))).group is None


def test_a_ticket_itself_says_more_than_its_row() -> None:
    assert read(terse(ticket(status="closed"))).status == "open"


def test_an_account_that_does_not_list_by_number_is_read_as_it_shows_itself() -> None:
    found = terse()

    def refuse(call: Call) -> None:
        if call.path == "/api/tickets":
            raise Rejected("answered 400", {})

    found.before = refuse
    assert read(found).group is None


def test_a_ticket_that_shows_all_is_not_looked_for_in_a_list() -> None:
    found = account()
    read(found)
    assert asked_for(found, "/api/tickets") == 0


# ---------------------------------------------------------------------------------------------- messages


def test_a_customers_message_is_public_and_theirs() -> None:
    found = said()
    assert (found.author_id, found.from_customer, found.public, found.automated) == ("8", True, True, False)


def test_an_agents_answer_is_public_and_theirs() -> None:
    found = by_agent(macros=[{"id": 5}])
    assert (found.author_id, found.from_customer, found.public, found.macros) == ("93", False, True, ("5",))


@pytest.mark.parametrize(
    "changes",
    [{"public": False}, {"channel": "internal-note"}, {"channel": "internal-note", "from_agent": False}],
    ids=["not public", "a note", "a note that says it is no agent's"],
)
def test_a_note_is_nothing_that_the_customer_said_or_sees(changes: dict[str, Any]) -> None:
    found = by_agent(**changes)
    assert (found.from_customer, found.public) == (False, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule_id": 31},
        {"via": "rule"},
        {"sender": {"id": 2, "role": {"name": "bot"}}},
        {"sender": {"id": 2, "role": "bot"}},
    ],
    ids=["rule id", "via", "role", "role as a word"],
)
def test_what_rules_and_bots_wrote_is_automated(changes: dict[str, Any]) -> None:
    assert by_agent(**changes).automated


def test_a_bot_is_known_by_its_number_too() -> None:
    answer = message(5001, from_agent=True, sender={"id": 99, "email": "bot@shop.example"})
    (found,) = read(account(answer, options={"bots": ["99"]})).messages
    assert found.automated


def test_an_agents_own_words_are_not_automated() -> None:
    assert not by_agent(sender={"id": 93, "role": {"name": "agent"}}).automated


def test_a_customer_who_has_the_number_of_a_bot_is_none() -> None:
    (found,) = read(account(message(5001, sender={"id": 99}), options={"bots": ["99"]})).messages
    assert (found.from_customer, found.automated) == (True, False)


def test_a_message_of_nobody_has_no_author() -> None:
    assert said(sender=None).author_id == ""


def test_messages_come_oldest_first() -> None:
    loaded = read(account(message(5003), message(5001), message(5002)))
    assert [one.id for one in loaded.messages] == ["5001", "5002", "5003"]


def test_messages_of_one_instant_come_by_their_numbers() -> None:
    at = NOW.isoformat()
    loaded = read(account(message(1000, created_datetime=at), message(999, created_datetime=at)))
    assert [one.id for one in loaded.messages] == ["999", "1000"]


def long_talk(count: int, page_size: int = 100) -> Account:
    """A conversation of so many messages, a second apart."""
    talk = (
        message(5000 + number, created_datetime=(NOW + timedelta(seconds=number)).isoformat())
        for number in range(1, count + 1)
    )
    found = account(*talk)
    found.page_size = page_size
    return found


def test_a_first_reading_takes_the_newest_hundred() -> None:
    loaded = read(long_talk(250))
    assert (loaded.messages[0].id, loaded.messages[-1].id, loaded.complete) == ("5151", "5250", False)


def test_a_conversation_of_a_hundred_is_complete() -> None:
    assert read(long_talk(100)).complete


def test_a_later_reading_goes_back_to_what_is_known() -> None:
    found = long_talk(350)
    loaded = read(found, since="5120")
    assert (loaded.messages[0].id, asked_for(found, "/api/messages")) == ("5051", 3)


def test_a_message_that_was_deleted_since_does_not_send_us_back_to_the_beginning() -> None:
    found = long_talk(350)
    found.messages["1001"] = [one for one in found.messages["1001"] if one["id"] != 5230]
    read(found, since="5230")
    assert asked_for(found, "/api/messages") == 3


@given(count=st.integers(0, 40), page_size=st.integers(1, 10), since=st.integers(5001, 5045))
def test_nothing_after_the_message_known_is_ever_missed(count: int, page_size: int, since: int) -> None:
    loaded = read(long_talk(count, page_size), str(since))
    wanted = {str(number) for number in range(since + 1, 5001 + count)}
    assert wanted <= {one.id for one in loaded.messages}


# ------------------------------------------------------------------------------------- reason-code fields


@pytest.mark.parametrize("nothing", [None, "", []])
def test_an_empty_field_holds_no_reason(nothing: Any) -> None:
    found = account(options={"reason_field": str(OURS), "codes": CODES})
    found.fill(OURS, nothing)
    assert read(found).reason_value is None


@pytest.mark.parametrize(
    "shown", [[], [{"field": None, "value": "Shipping::Lost parcel"}]], ids=["none", "a field that is gone"]
)
def test_fields_that_are_listed_without_ours_hold_no_reason(shown: list[Any]) -> None:
    found = account(options={"reason_field": str(OURS), "codes": CODES}, custom_fields=shown)
    assert read(found).reason_value is None


# -------------------------------------------------------------------------------------------------- people


def test_a_customer_whom_the_ticket_shows_is_not_looked_up() -> None:
    found = account()
    assert read(found).requester == Person("8", "Jo Doe", "jo@example.com")
    assert asked_for(found, "/api/customers/8") == 0


def test_a_customer_without_an_address_is_known_by_their_record() -> None:
    found = account(customer={"id": 8, "email": None, "name": "Jo"})
    phone = {"type": "phone", "address": "+15550100", "preferred": True}
    found.customers["8"] = CUSTOMER | {"email": None, "language": "fr", "channels": [phone]}
    assert read(found).requester == Person("8", "Jo Doe", None, "+15550100", "fr")


def test_a_customer_has_the_tags_of_our_field() -> None:
    found = account(options={"tier_field": str(TIER)})
    found.customers["8"] = CUSTOMER | {
        "custom_fields": {str(TIER): {"id": TIER, "value": "mgn_tier_vip, b2b"}}
    }
    assert read(found).requester.tags == ("mgn_tier_vip", "b2b")


def test_a_customer_who_is_gone_is_who_the_ticket_shows() -> None:
    found = account(options={"tier_field": str(TIER)})
    assert read(found).requester == Person("8", "Jo Doe", "jo@example.com")


def test_a_ticket_of_nobody_has_a_requester_without_a_number() -> None:
    assert read(account(customer=None)).requester == Person("")


# ------------------------------------------------------------------------------------------- odd answers


def test_an_answer_that_cannot_be_read_is_told_by_its_field() -> None:
    with pytest.raises(PermanentError, match=r"acme.*created_datetime: must be an instant"):
        load(account(created_datetime="yesterday"), "1001", None)


def odd(data: st.DataObject, whole: dict[str, Any]) -> dict[str, Any]:
    """This with something wrong in it, as JSON could carry it, but with its number."""
    broken = json.loads(json.dumps(mutated(data, whole)))
    return {**(broken if isinstance(broken, dict) else {}), "id": whole["id"]}


@given(data=st.data())
def test_whatever_is_wrong_in_a_ticket_it_is_read_or_told_in_one_sentence(data: st.DataObject) -> None:
    found = account(message(5001))
    found.tickets["1001"] = odd(data, found.tickets["1001"])
    found.page = lambda call, items, known=frozenset(): {"data": list(items)}  # type: ignore[method-assign]
    try:
        assert isinstance(load(found, "1001", None), Ticket | Gone)
    except PermanentError as error:
        assert "cannot be read" in str(error)


@given(data=st.data())
def test_whatever_is_wrong_in_a_message_it_is_read_or_told_in_one_sentence(data: st.DataObject) -> None:
    found = account()
    found.page = lambda call, items, known=frozenset(): {"data": [broken]}  # type: ignore[method-assign]
    broken = odd(data, message(5001))
    try:
        assert isinstance(load(found, "1001", None), Ticket)
    except PermanentError as error:
        assert "cannot be read" in str(error)
