"""Many effects on a ticket are one update."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.effects import (
    Effect,
    add_note,
    change_tags,
    send_reply,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
)
from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.perform import perform
from plugin.helpdesks.zendesk.update import update_of
from plugin.ports import Overtaken, PermanentError
from tests.helpdesks.zendesk.account import FIELD, Account, our_field, ticket, zendesk_connection

STAMP = "2026-11-23T11:59:58Z"
TICKETS = "/api/v2/tickets/5158"
ANA = 8447388090777


def account() -> Account:
    made = Account(zendesk_connection(options={"reason_field": str(FIELD)}))
    made.add_ticket(ticket(group_id=1, assignee_id=None, priority=None))
    made.add_field(our_field("shipping.lost", "product.defect"))
    made.users[str(ANA)] = {"id": ANA, "email": "Ana@shop.example", "tags": []}
    return made


def do(found: Account, *effects: Effect, stamp: str | None = STAMP, look_first: bool = False) -> str | None:
    return perform(found, effects, stamp, look_first)


def body(*effects: Effect, **held: Any) -> dict[str, Any]:
    connection = zendesk_connection(options={"reason_field": str(FIELD)})
    made: dict[str, Any] = update_of(connection, effects).body(Part(ticket(**held)), STAMP)["ticket"]
    return made


EVERYTHING = (
    set_reason_code("5158", "shipping.lost"),
    set_group("5158", "211"),
    set_assignee("5158", "ana@shop.example"),
    set_priority("5158", "urgent"),
    set_status("5158", "pending"),
    change_tags("5158", add=["vip_concierge"]),
    add_note("5158", "Claim 77 was opened.", "mgn-7f3a"),
)


def test_everything_is_one_write() -> None:
    found = account()
    do(found, *EVERYTHING)
    assert found.sent == [("PUT", TICKETS)]


def test_everything_stands_in_its_place() -> None:
    assert body(*EVERYTHING) == {
        "custom_fields": [{"id": FIELD, "value": "mgn_shipping_lost"}],
        "group_id": 211,
        "assignee_email": "ana@shop.example",
        "priority": "urgent",
        "status": "pending",
        "tags": ["vip", "vip_concierge", "mgn_shipping_lost"],
        "comment": {"body": "Claim 77 was opened.\n\nmgn-7f3a", "public": False},
        "safe_update": True,
        "updated_stamp": STAMP,
    }


def test_an_assignee_may_be_named_by_number() -> None:
    assert (
        body(set_assignee("5158", "ana@shop.example"), set_assignee("5158", str(ANA)))["assignee_id"] == ANA
    )


def test_of_two_assignees_only_the_later_is_sent() -> None:
    assert "assignee_email" not in body(set_assignee("5158", "ana@shop.example"), set_assignee("5158", "7"))


def test_a_group_that_is_no_number_is_refused_before_anything_is_sent() -> None:
    found = account()
    with pytest.raises(PermanentError, match="name it by its number"):
        do(found, set_group("5158", "Concierge"))
    assert found.calls == []


def test_without_tags_among_the_effects_no_tags_are_sent() -> None:
    assert "tags" not in body(set_reason_code("5158", "shipping.lost"))


TAGS = st.sampled_from(["a", "b", "c", "d"])


@given(
    held=st.lists(TAGS, unique=True),
    changes=st.lists(
        st.tuples(st.lists(TAGS, max_size=2), st.lists(TAGS, max_size=2)), min_size=1, max_size=4
    ),
)
def test_tags_are_as_if_each_change_came_alone(
    held: list[str], changes: list[tuple[list[str], list[str]]]
) -> None:
    expected = set(held)
    for add, remove in changes:
        expected = (expected - set(remove)) | set(add)
    sent = body(*(change_tags("5158", add, remove) for add, remove in changes), tags=held).get("tags", held)
    assert (set(sent), len(sent)) == (expected, len(expected))


def test_the_tag_of_the_option_replaced_goes_when_all_tags_are_written() -> None:
    fields = [{"id": FIELD, "value": "mgn_product_defect"}]
    effects = set_reason_code("5158", "shipping.lost"), change_tags("5158", add=["x"])
    sent = body(*effects, custom_fields=fields, tags=["vip", "mgn_product_defect"])
    assert sent["tags"] == ["vip", "x", "mgn_shipping_lost"]


def test_a_tag_is_one_word_in_small_letters() -> None:
    assert body(change_tags("5158", add=["VIP  Gold"]), tags=[])["tags"] == ["vip_gold"]


def test_tags_are_not_written_over_those_that_came_meanwhile() -> None:
    found = account()
    found.touch(found.tickets["5158"])
    with pytest.raises(Overtaken):
        do(found, change_tags("5158", add=["x"]))


def test_a_mark_that_stands_in_the_note_is_not_repeated() -> None:
    assert (
        body(add_note("5158", "Claim 77 (mgn-7f3a)", "mgn-7f3a"))["comment"]["body"] == "Claim 77 (mgn-7f3a)"
    )


def test_two_notes_are_one_comment_with_both_marks() -> None:
    said = body(add_note("5158", "one", "mgn-1"), add_note("5158", "two", "mgn-2"))["comment"]
    assert said == {"body": "one\n\nmgn-1\n\ntwo\n\nmgn-2", "public": False}


def test_a_reply_is_public() -> None:
    assert body(send_reply("5158", "It is on its way."))["comment"] == {
        "body": "It is on its way.",
        "public": True,
    }


def test_a_repeat_of_everything_writes_nothing_where_it_landed() -> None:
    found = account()
    found.add_ticket(ticket(group_id=1, assignee_id=ANA, priority=None))
    do(found, *EVERYTHING)
    assert do(found, *EVERYTHING, look_first=True) is None
    assert found.sent == [("PUT", TICKETS)]


def test_a_repeat_of_a_note_finds_it_by_its_mark() -> None:
    found = account()
    note = add_note("5158", "Claim 77 was opened.", "mgn-7f3a")
    do(found, note)
    do(found, note, look_first=True)
    assert len(found.comments[TICKETS]) == 1


@pytest.mark.parametrize(
    "other",
    [
        set_assignee("5158", "7"),
        set_assignee("5158", "leila@shop.example"),
        set_priority("5158", "low"),
        set_status("5158", "solved"),
        change_tags("5158", add=["other"]),
        change_tags("5158", remove=["vip"]),
        add_note("5158", "another", "mgn-0000"),
        set_reason_code("5158", "product.defect"),
    ],
    ids=lambda effect: effect.slot,
)
def test_a_repeat_writes_only_what_is_not_in_place(other: Effect) -> None:
    found = account()
    found.add_ticket(ticket(group_id=1, assignee_id=ANA, priority=None))
    do(found, *EVERYTHING)
    now = found.tickets["5158"]["updated_at"]
    do(found, EVERYTHING[1], other, stamp=now, look_first=True)
    assert "group_id" not in found.calls[-1].body["ticket"]


def test_a_repeat_of_another_group_is_written() -> None:
    found = account()
    do(found, set_group("5158", "211"), look_first=True)
    assert found.tickets["5158"]["group_id"] == 211


def test_a_change_of_no_tags_is_no_write() -> None:
    found = account()
    do(found, change_tags("5158"))
    assert found.sent == []


def test_nobody_has_a_ticket_that_is_nobodys() -> None:
    found = account()
    do(found, set_assignee("5158", "ana@shop.example"), look_first=True)
    assert found.sent == [("PUT", TICKETS)]


def test_an_assignee_who_is_gone_is_nobody_we_know() -> None:
    found = account()
    found.add_ticket(ticket(assignee_id=77))
    do(found, set_assignee("5158", "ana@shop.example"), look_first=True)
    assert found.sent == [("PUT", TICKETS)]


def test_a_repeated_reply_is_never_taken_for_landed() -> None:
    found = account()
    reply = send_reply("5158", "It is on its way.")
    do(found, reply)
    with pytest.raises(Overtaken):
        do(found, reply, look_first=True)


@pytest.mark.parametrize("make", [set_priority, set_status, set_assignee])
def test_of_two_values_for_one_thing_the_later_counts(make: Callable[[str, str], Effect]) -> None:
    sent = body(make("5158", "high"), make("5158", "open"))
    assert "high" not in sent.values()
