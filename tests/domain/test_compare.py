"""From two states of a ticket to events: complete, in order, and silent about our own echoes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.compare import compare, new_messages
from plugin.domain.events import AgentMessage, CustomerMessage, ReasonCodeSet, TicketCreated
from plugin.domain.facts import Message, Record, Ticket, snapshot_of
from tests.conftest import NOW
from tests.fakes import ticket

values = st.one_of(st.none(), st.sampled_from(["mgn_a", "mgn_b", "theirs"]))


def message(number: int, from_customer: bool = True, public: bool = True) -> Message:
    return Message(str(number), "7" if from_customer else "9", from_customer, public, "text", NOW)


def seen(one: Ticket, **record: object) -> Record:
    return replace(Record(snapshot=snapshot_of(one)), **record)  # type: ignore[arg-type]


def test_a_ticket_not_seen_before_is_created_and_its_messages_are_new() -> None:
    events = compare(Record(), ticket("1", "hello", "hello?"))
    assert [type(event) for event in events] == [TicketCreated, CustomerMessage, CustomerMessage]
    assert [event.first for event in events[1:] if isinstance(event, CustomerMessage)] == [True, False]


def test_nothing_new_is_no_event() -> None:
    one = ticket("1", "hello")
    assert compare(seen(one), one) == []


def test_only_messages_after_the_last_one_seen_are_new() -> None:
    one = ticket("1", "hello")
    later = replace(one, messages=(*one.messages, message(2), message(3, from_customer=False)))
    assert [type(event) for event in compare(seen(one), later)] == [CustomerMessage, AgentMessage]


def test_an_internal_note_by_the_shop_is_no_customers_message() -> None:
    one = ticket("1", "hello")
    later = replace(one, messages=(*one.messages, message(2, from_customer=True, public=False)))
    assert [type(event) for event in compare(seen(one), later)] == [AgentMessage]


def test_a_redacted_last_message_does_not_make_the_older_ones_new() -> None:
    one = replace(ticket("1"), messages=(message(8), message(9), message(10)))
    later = replace(one, messages=(message(8), message(9), message(11)))
    assert [found.id for found in new_messages(seen(one), later)] == ["11"]


def test_a_value_equal_to_what_we_sent_is_an_echo_whoever_is_named_as_actor() -> None:
    one = ticket("1", "hello")
    written = replace(one, reason_value="mgn_a", reason_code="a")
    assert compare(seen(one, sent={"reason_code": "a"}), written) == []


def test_a_value_that_we_did_not_send_is_a_persons() -> None:
    one = ticket("1", "hello")
    chosen = replace(one, reason_value="mgn_b", reason_code="b")
    assert compare(seen(one, sent={"reason_code": "a"}), chosen) == [ReasonCodeSet("1", "b")]


def test_what_landed_and_was_undone_before_we_looked_is_seen() -> None:
    one = ticket("1", "hello")
    record = seen(one, sent={"reason_code": "a"}, landed={"reason_code": "a"})
    assert compare(record, one) == [ReasonCodeSet("1", None)]


@given(before=values, after=values, sent=values)
def test_a_reason_event_comes_exactly_for_changes_that_are_not_ours(
    before: str | None, after: str | None, sent: str | None
) -> None:
    was = replace(ticket("1"), reason_value=before, reason_code=before)
    now = replace(was, reason_value=after, reason_code=after)
    events = compare(seen(was, sent={"reason_code": sent} if sent else {}), now)
    ours = sent is not None and sent == after
    assert bool(events) == (before != after and not ours)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12), st.integers(0, 12))
def test_every_message_is_told_once_however_the_looks_are_cut(
    written: list[tuple[bool, bool]], cut: int
) -> None:
    messages = tuple(message(n, *kind) for n, kind in enumerate(written, 1))
    first = replace(ticket("1"), messages=messages[:cut])
    then = replace(first, messages=messages)
    told = [
        event.message.id
        for event in [*compare(Record(), first), *compare(seen(first), then)]
        if isinstance(event, CustomerMessage | AgentMessage)
    ]
    assert told == [one.id for one in messages]
