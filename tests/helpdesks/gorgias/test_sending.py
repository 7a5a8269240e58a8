"""Words that we write: notes are found again by their mark, answers are never repeated."""

from dataclasses import replace
from typing import Any

import pytest

from plugin.domain.effects import Effect, add_note, change_tags, send_reply, set_group
from plugin.helpdesks.gorgias.perform import perform
from plugin.ports import Overtaken, PermanentError, TemporaryError
from tests.helpdesks.gorgias.account import STAMP, Account, gorgias_connection, message, ticket
from tests.helpdesks.recorded import Call, RecordedApi

NOTE = add_note("1001", "Claim opened for parcel 1Z9.", "mgn-7f3a")
SECOND = add_note("1001", "20.00 USD given (mgn-0001).", "mgn-0001")
ANSWER = send_reply("1001", "It is <on> its way.\nSorry!")
MESSAGES = "/api/tickets/1001/messages"


def account(*said: dict[str, Any], **changes: Any) -> Account:
    made = Account(gorgias_connection(credentials={"user": "owner@shop.example", "access_token": "key"}))
    made.add_ticket(ticket(**changes))
    made.say(*(said or (message(5001),)))
    return made


def write(
    found: Account, *effects: Effect, stamp: str | None = STAMP, look_first: bool = False
) -> str | None:
    return perform(found, effects, stamp, look_first)


def body(found: Account) -> Any:
    return next(call.body for call in found.calls if call.path == MESSAGES)


def test_a_note_is_for_the_shop_alone_and_carries_its_mark() -> None:
    found = account()
    write(found, NOTE)
    assert body(found) == {
        "channel": "internal-note",
        "via": "api",
        "from_agent": True,
        "public": False,
        "sender": {"email": "owner@shop.example"},
        "body_text": "Claim opened for parcel 1Z9.\n\nmgn-7f3a",
        "body_html": "<div>Claim opened for parcel 1Z9.<br><br>mgn-7f3a</div>",
    }


def test_the_reference_is_the_messages_id() -> None:
    assert write(account(), NOTE) == "9000"


def test_an_answer_without_an_id_gives_no_reference() -> None:
    found = account()
    silent = RecordedApi(
        found.connection,
        [{"path": "/api/tickets/1001", "answer": ticket()}, {"path": MESSAGES, "answer": {"id": []}}],
    )
    assert perform(silent, [NOTE], STAMP, look_first=False) is None


def test_two_notes_are_one_message() -> None:
    found = account()
    write(found, NOTE, SECOND)
    assert body(found)["body_text"] == (
        "Claim opened for parcel 1Z9.\n\nmgn-7f3a\n\n20.00 USD given (mgn-0001)."
    )


def test_a_note_goes_out_with_what_else_is_written() -> None:
    found = account()
    write(found, change_tags("1001", ["new"]), NOTE, set_group("1001", "4"))
    assert found.sent == [
        ("PUT", "/api/tickets/1001"),
        ("POST", "/api/tickets/1001/tags"),
        ("POST", MESSAGES),
    ]


@pytest.mark.parametrize("name", ["body_text", "body_html"])
def test_a_repeat_looks_for_the_mark(name: str) -> None:
    found = account(message(5001), message(5002, **{name: "… mgn-7f3a …"}))
    write(found, NOTE, look_first=True)
    assert found.sent == []


def test_a_repeat_writes_the_note_that_is_missing_and_no_other() -> None:
    found = account(message(5001), message(5002, body_html="mgn-7f3a"))
    write(found, NOTE, SECOND, look_first=True)
    assert body(found)["body_text"] == "20.00 USD given (mgn-0001)."


def test_a_note_whose_answer_was_lost_stands_once_after_the_repeat() -> None:
    found = account()

    def break_off(call: Call) -> None:
        if call.path == MESSAGES:
            raise TemporaryError("no answer in time", unknown=True)

    found.after = break_off
    with pytest.raises(TemporaryError):
        write(found, NOTE)
    write(found, NOTE, look_first=True)
    assert found.sent == [("POST", MESSAGES)]


def test_a_note_is_not_written_on_a_ticket_that_moved() -> None:
    found = account()
    found.change(subject="another")
    with pytest.raises(Overtaken):
        write(found, NOTE)


def test_a_note_is_written_on_a_closed_ticket() -> None:
    found = account(status="closed")
    write(found, NOTE)
    assert found.sent == [("POST", MESSAGES)]


def test_an_answer_goes_back_the_way_the_last_words_came() -> None:
    sms = {"type": "sms", "from": {"address": "+15550100"}, "to": [{"address": "+15550199"}]}
    found = account(message(5001), message(5002, channel="sms", source=sms), message(5003, from_agent=True))
    write(found, ANSWER)
    assert body(found) == {
        "channel": "sms",
        "via": "api",
        "from_agent": True,
        "subject": "Re: Where is it",
        "sender": {"email": "owner@shop.example"},
        "receiver": {"id": 8},
        "source": {"type": "sms", "from": {"address": "+15550199"}, "to": [{"address": "+15550100"}]},
        "body_text": "It is <on> its way.\nSorry!",
        "body_html": "<div>It is &lt;on&gt; its way.<br>Sorry!</div>",
    }


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, {"type": "email"}),
        ({}, {"type": "email"}),
        ({"type": "email", "to": []}, {"type": "email"}),
        ({"from": {"address": "jo@example.com"}}, {"type": "email", "to": [{"address": "jo@example.com"}]}),
    ],
)
def test_addresses_that_a_message_does_not_show_are_left_to_gorgias(source: Any, said: Any) -> None:
    found = account(message(5001, source=source))
    write(found, ANSWER)
    assert body(found)["source"] == said


def test_a_subject_is_not_answered_twice() -> None:
    found = account(subject="RE: Where is it")
    write(found, ANSWER)
    assert body(found)["subject"] == "RE: Where is it"


@pytest.mark.parametrize("look_first", [False, True])
def test_an_answer_to_a_ticket_that_moved_is_not_sent(look_first: bool) -> None:
    found = account()
    found.say(message(5002, "It came, thank you!"))
    found.change()
    with pytest.raises(Overtaken):
        write(found, ANSWER, look_first=look_first)
    assert found.sent == []


@pytest.mark.parametrize(
    "said",
    [message(5001, from_agent=True), message(5001, channel="internal-note"), message(5001, public=False)],
    ids=["agent", "note", "internal"],
)
def test_where_no_customer_has_written_nobody_is_answered(said: dict[str, Any]) -> None:
    with pytest.raises(PermanentError, match="nobody to answer"):
        write(account(said), ANSWER)


def test_a_ticket_of_nobody_is_not_answered() -> None:
    with pytest.raises(PermanentError, match="nobody to answer"):
        write(account(customer=None), ANSWER)


def test_an_app_writes_as_the_user_it_was_installed_by() -> None:
    found = account()
    found.connection = replace(found.connection, credentials={}, options={"user_id": "90"})
    write(found, NOTE)
    assert body(found)["sender"] == {"id": 90}


def test_without_knowing_who_writes_nothing_is_sent() -> None:
    found = account()
    found.connection = replace(found.connection, credentials={}, options={})
    with pytest.raises(PermanentError, match="without --no-provision"):
        write(found, NOTE)
    assert found.sent == []
