"""Writing to a ticket: one call each, on the ticket that was decided upon, and nothing over a person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from plugin.domain.effects import (
    Effect,
    EffectClass,
    change_tags,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
)
from plugin.helpdesks.gorgias.perform import perform
from plugin.ports import NotFound, Overtaken, PermanentError, Rejected, TemporaryError
from tests.helpdesks.gorgias.account import (
    CODES,
    CONTACT,
    OURS,
    STAMP,
    Account,
    contact_reason,
    drop_down,
    gorgias_connection,
    ticket,
)
from tests.helpdesks.recorded import Call

OPTIONS: Mapping[str, Any] = {"reason_field": str(OURS), "made_field": str(OURS), "codes": CODES}
LOST = set_reason_code("1001", "shipping.lost")
GROUP = set_group("1001", "4")
TICKET = "/api/tickets/1001"
FIELDS, TAGS = f"{TICKET}/custom-fields", f"{TICKET}/tags"


def account(**changes: Any) -> Account:
    """A ticket, and our field; `changes` are the ticket's."""
    made = Account(gorgias_connection(options=OPTIONS))
    made.add_ticket(ticket(**changes))
    made.add_field(drop_down("Shipping::Lost parcel", "Product::Defect"))
    return made


def with_contact_reason(**choices: str) -> Account:
    """An account whose own contact reason has a choice for each of these codes (`shipping_lost`)."""
    mapped = {code.replace("_", "."): choice for code, choice in choices.items()}
    options = {**OPTIONS, "contact_field": str(CONTACT), "contact_choices": mapped}
    made = account()
    made.connection = gorgias_connection(options=options)
    made.add_field(contact_reason(*mapped.values(), "Billing::Invoice"))
    return made


def write(
    found: Account, *effects: Effect, stamp: str | None = STAMP, look_first: bool = False
) -> str | None:
    return perform(found, effects, stamp, look_first)


def bodies(found: Account) -> list[Any]:
    return [call.body for call in found.calls if call.method != "GET"]


# ------------------------------------------------------------------------------------------- what is sent


def test_the_ticket_is_read_just_before_it_is_written() -> None:
    found = account()
    write(found, GROUP)
    assert [(call.method, call.path) for call in found.calls] == [("GET", TICKET), ("PUT", TICKET)]


def test_all_on_a_ticket_is_one_call_each_for_properties_field_and_tags() -> None:
    found = account()
    write(found, GROUP, set_priority("1001", "urgent"), LOST, change_tags("1001", ["vip_concierge"]))
    assert found.sent == [("PUT", TICKET), ("PUT", FIELDS), ("POST", TAGS)]


def test_properties_are_written_in_gorgias_words() -> None:
    found = account(status="closed")
    effects = (set_group("1001", "4"), set_assignee("1001", "93"), set_priority("1001", "urgent"))
    write(found, *effects, set_status("1001", "open"))
    assert bodies(found) == [
        {
            "assignee_team": {"id": 4},
            "assignee_user": {"id": 93},
            "priority": "critical",
            "status": "open",
        }
    ]


def test_a_reason_code_is_its_choice_in_our_field_and_its_tag() -> None:
    found = account()
    write(found, LOST)
    assert bodies(found) == [
        [{"id": OURS, "value": "Shipping::Lost parcel"}],
        {"names": ["mgn_shipping_lost"]},
    ]


def test_a_code_that_the_merchants_choice_stands_for_is_written_there() -> None:
    found = with_contact_reason(shipping_lost="Parcel gone")
    write(found, LOST)
    assert (found.held(CONTACT), found.held()) == ("Parcel gone", None)


def test_a_code_without_a_choice_of_the_merchants_is_written_in_our_field() -> None:
    found = with_contact_reason(product_defect="Broken")
    write(found, LOST)
    assert (found.held(CONTACT), found.held()) == (None, "Shipping::Lost parcel")


def test_the_guess_of_the_helpdesks_own_ai_is_written_over() -> None:
    found = with_contact_reason(shipping_lost="Parcel gone")
    found.fill(CONTACT, "Billing::Invoice", prediction="Billing::Invoice")
    write(found, LOST)
    assert found.held(CONTACT) == "Parcel gone"


@pytest.mark.parametrize(
    ("add", "remove", "method", "names"),
    [
        (["new"], [], "POST", ["new"]),
        ([], ["VIP"], "DELETE", ["VIP"]),
        (["new"], ["VIP"], "PUT", ["other", "new"]),
    ],
    ids=["added", "removed", "both"],
)
def test_tags_are_one_call_and_others_stay(
    add: list[str], remove: list[str], method: str, names: list[str]
) -> None:
    found = account(tags=[{"name": "VIP"}, {"name": "other"}])
    write(found, change_tags("1001", add, remove))
    assert [(call.method, call.body) for call in found.calls[1:]] == [(method, {"names": names})]


def test_tags_that_replace_all_are_read_again_after_an_earlier_write() -> None:
    found = account()

    def tag_meanwhile(call: Call) -> None:
        if (call.method, call.path) == ("PUT", TICKET):
            found.change(tags=[*found.tickets["1001"]["tags"], {"name": "of a rule"}])

    found.after = tag_meanwhile
    write(found, GROUP, change_tags("1001", ["new"], ["VIP"]))
    assert found.tags() == ["of a rule", "new"]


@pytest.mark.parametrize("tag", ["vip", "VIP"])
def test_a_tag_that_differs_in_case_alone_is_there_already(tag: str) -> None:
    found = account()
    write(found, change_tags("1001", [tag]))
    assert found.sent == []


def test_a_tag_is_removed_by_the_name_that_it_has_on_the_ticket() -> None:
    found = account(tags=[{"name": "Vip Concierge"}])
    write(found, change_tags("1001", remove=["vip_concierge"]))
    assert found.tags() == []


def test_the_tag_of_another_code_goes() -> None:
    found = account(tags=[{"name": "mgn_product_defect"}])
    write(found, LOST)
    assert found.tags() == ["mgn_shipping_lost"]


def test_of_two_values_for_one_thing_the_later_counts() -> None:
    found = account()
    write(found, LOST, set_reason_code("1001", "product.defect"), set_priority("1001", "high"))
    assert (found.held(), found.tags()) == ("Product::Defect", ["VIP", "mgn_product_defect"])


# ------------------------------------------------------------------------------------ properties one by one


@pytest.mark.parametrize(
    ("effect", "held"),
    [
        (set_group("1001", "4"), {"assignee_team": {"id": 4}}),
        (set_group("1001", "4"), {"assignee_team_id": 4}),
        (set_assignee("1001", "93"), {"assignee_user": {"id": 93}}),
        (
            set_assignee("1001", "ANA@shop.example"),
            {"assignee_user": {"id": 93, "email": "Ana@shop.example"}},
        ),
        (set_assignee("1001", "ana@shop.example"), {"assignee_user": {"id": 93}}),
        (set_priority("1001", "urgent"), {"priority": "critical"}),
        (set_status("1001", "solved"), {"status": "closed"}),
        (set_status("1001", "open"), {"status": "open"}),
        (set_status("1001", "pending"), {"status": "open"}),
        (set_status("1001", "pending"), {"status": "closed", "snooze_datetime": "2026-11-25T08:00:00"}),
    ],
)
def test_what_is_in_place_is_not_written(effect: Effect, held: dict[str, Any]) -> None:
    found = account(**held)
    write(found, effect)
    assert found.sent == []


@pytest.mark.parametrize(
    ("effect", "held", "body"),
    [
        (set_assignee("1001", "ana@SHOP.example"), {}, {"assignee_user": {"id": 93}}),
        (set_status("1001", "solved"), {}, {"status": "closed"}),
        (set_status("1001", "pending"), {"status": "closed"}, {"status": "open"}),
        (set_priority("1001", "low"), {}, {"priority": "low"}),
        (set_priority("1001", "normal"), {"priority": None}, {"priority": "normal"}),
        (
            set_status("1001", "open"),
            {"status": "closed", "snooze_datetime": "2026-11-25T08:00:00"},
            {"status": "open", "snooze_datetime": None},
        ),
        (
            set_status("1001", "solved"),
            {"status": "closed", "snooze_datetime": "2026-11-25T08:00:00"},
            {"status": "closed", "snooze_datetime": None},
        ),
    ],
)
def test_a_property_is_brought_about(effect: Effect, held: dict[str, Any], body: dict[str, Any]) -> None:
    found = account(**held)
    write(found, effect)
    assert bodies(found) == [body]


def test_an_agent_is_found_on_a_later_page() -> None:
    found = account()
    found.page_size = 1
    write(found, set_assignee("1001", "ana@shop.example"))
    assert bodies(found) == [{"assignee_user": {"id": 93}}]


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (set_assignee("1001", "nobody@shop.example"), "no user with the address nobody@shop.example"),
        (set_group("1001", "Concierge"), "'Concierge' is no team"),
        (set_priority("1001", "critical"), "low, normal, high or urgent"),
        (set_status("1001", "on-hold"), "open, pending or solved"),
        (set_reason_code("1001", "gone.by.now"), "none of this tenant's reason codes"),
        (Effect("sing", "ticket:1001", "song", EffectClass.STATE), "cannot do sing"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(effect: Effect, said: str) -> None:
    found = account()
    with pytest.raises(PermanentError, match=said):
        write(found, change_tags("1001", ["new"]), effect)
    assert found.sent == []


# ---------------------------------------------------------------------------------------- nothing over a person


@pytest.mark.parametrize("effect", [GROUP, LOST, change_tags("1001", ["new"])], ids=lambda one: one.kind)
def test_a_ticket_that_moved_is_not_written(effect: Effect) -> None:
    found = account()
    found.change(subject="another")
    with pytest.raises(Overtaken, match=STAMP.replace("+", r"\+")):
        write(found, effect)
    assert found.sent == []


@pytest.mark.parametrize(
    "changes", [{"spam": True}, {"trashed_datetime": "2026-11-23T11:59:59+00:00"}], ids=["spam", "bin"]
)
@pytest.mark.parametrize("look_first", [False, True])
def test_a_ticket_that_was_put_away_is_not_written(changes: dict[str, Any], look_first: bool) -> None:
    found = account(**changes)
    with pytest.raises(Overtaken):
        write(found, GROUP, look_first=look_first)
    assert found.sent == []


def test_a_ticket_that_moved_but_holds_all_of_it_is_done() -> None:
    found = account()
    found.change(assignee_team={"id": 4})
    assert write(found, GROUP) is None


@pytest.mark.parametrize("field", [OURS, CONTACT])
@pytest.mark.parametrize("look_first", [False, True])
def test_a_reason_that_a_person_set_meanwhile_stays_even_where_the_ticket_does_not_show_it(
    field: int, look_first: bool
) -> None:
    found = with_contact_reason(shipping_lost="Parcel gone")
    found.fill(field, "Product::Defect")
    with pytest.raises(Overtaken, match="“Product::Defect” by now"):
        write(found, LOST, look_first=look_first)
    assert found.sent == []


def test_nothing_at_all_is_written_where_one_part_was_overtaken() -> None:
    found = account()
    found.fill(OURS, "Product::Defect")
    with pytest.raises(Overtaken):
        write(found, GROUP, LOST, change_tags("1001", ["new"]))
    assert found.sent == []


def test_a_value_of_our_own_gives_way_to_a_newer_one() -> None:
    found = account(tags=[{"name": "mgn_product_defect"}])
    found.fill(OURS, "Product::Defect")
    write(found, LOST)
    assert found.held() == "Shipping::Lost parcel"


def test_a_write_decided_on_no_state_goes_by_the_one_just_read() -> None:
    found = account()
    found.change(subject="another")
    write(found, GROUP, stamp=None)
    assert found.sent == [("PUT", TICKET)]


# ------------------------------------------------------------------------------------------------- repeats


def break_at(found: Account, method: str, path: str, landed: bool) -> None:
    """The connection breaks at this call, once it landed or before."""

    def break_off(call: Call) -> None:
        if (call.method, call.path) == (method, path):
            found.before = found.after = lambda call: None
            raise TemporaryError("no answer in time", unknown=landed)

    if landed:
        found.after = break_off
    else:
        found.before = break_off


BATCH = (GROUP, LOST, change_tags("1001", ["new"]))


@pytest.mark.parametrize("landed", [True, False], ids=["landed", "lost"])
@pytest.mark.parametrize(("method", "path"), [("PUT", TICKET), ("PUT", FIELDS), ("POST", TAGS)])
def test_a_repeat_writes_what_is_not_in_place_and_no_more(method: str, path: str, landed: bool) -> None:
    found = account()
    break_at(found, method, path, landed)
    with pytest.raises(TemporaryError):
        write(found, *BATCH)
    tried = set(found.sent if landed else found.sent[:-1])
    before = len(found.sent)
    write(found, *BATCH, look_first=True)
    assert tried.isdisjoint(found.sent[before:])


@pytest.mark.parametrize("landed", [True, False], ids=["landed", "lost"])
@pytest.mark.parametrize(("method", "path"), [("PUT", TICKET), ("PUT", FIELDS), ("POST", TAGS)])
def test_after_a_repeat_all_is_in_place(method: str, path: str, landed: bool) -> None:
    found = account()
    break_at(found, method, path, landed)
    with pytest.raises(TemporaryError):
        write(found, *BATCH)
    write(found, *BATCH, look_first=True)
    assert (found.tickets["1001"]["assignee_team"], found.held(), found.tags()) == (
        {"id": 4},
        "Shipping::Lost parcel",
        ["VIP", "mgn_shipping_lost", "new"],
    )


def test_a_failure_after_a_part_has_landed_asks_for_a_look_before_the_repeat() -> None:
    found = account()
    break_at(found, "PUT", FIELDS, landed=False)
    with pytest.raises(TemporaryError) as raised:
        write(found, *BATCH)
    assert raised.value.unknown is True


def test_a_failure_before_anything_has_landed_is_known_to_be_one() -> None:
    found = account()
    break_at(found, "PUT", TICKET, landed=False)
    with pytest.raises(TemporaryError) as raised:
        write(found, *BATCH)
    assert raised.value.unknown is False


def test_what_the_vendor_said_about_waiting_is_kept_where_a_part_has_landed() -> None:
    found = account()

    def throttle(call: Call) -> None:
        if call.path == FIELDS:
            raise TemporaryError("answered 429", retry_after=5, whole_account=True)

    found.before = throttle
    with pytest.raises(TemporaryError) as raised:
        write(found, *BATCH)
    assert (raised.value.retry_after, raised.value.whole_account) == (5, True)


def test_a_repeat_leaves_a_group_that_was_given_meanwhile() -> None:
    found = account()
    found.change(assignee_team={"id": 5})
    with pytest.raises(Overtaken):
        write(found, *BATCH, look_first=True)
    assert found.sent == []


# ------------------------------------------------------------------------------------------------ refusals


def refused(found: Account, *effects: Effect) -> str:
    """What is said; as a refusal of values, so that others than the refused one can still be written."""
    with pytest.raises(Rejected) as raised:
        write(found, *effects)
    return str(raised.value)


def test_a_team_that_is_gone_says_what_to_do() -> None:
    assert "look whether the team and the user" in refused(account(), set_group("1001", "77"))


def test_an_archived_field_is_named_with_what_to_do() -> None:
    found = account()
    found.fields[str(OURS)]["deactivated_datetime"] = STAMP
    assert f"the field “Marginalia reason” ({OURS}) is archived" in refused(found, LOST)


def test_a_choice_that_was_removed_is_named_with_what_to_do() -> None:
    found = account()
    found.add_field(drop_down("Product::Defect"))
    assert "no choice “Shipping::Lost parcel” any more" in refused(found, LOST)


def test_a_field_that_is_gone_is_not_taken_for_a_ticket_that_is() -> None:
    found = account()
    del found.fields[str(OURS)]
    assert f"the custom field {OURS} is gone" in refused(found, LOST)


def test_a_refusal_that_looking_does_not_explain_keeps_gorgias_own_words() -> None:
    found = account()

    def refuse(call: Call) -> None:
        if call.path == FIELDS:
            raise Rejected("answered 400: not today", {"error": {}})

    found.before = refuse
    assert refused(found, LOST) == "answered 400: not today"


@pytest.mark.parametrize("effect", [GROUP, LOST, change_tags("1001", ["new"])], ids=lambda one: one.kind)
def test_a_ticket_that_is_gone_says_so(effect: Effect) -> None:
    found = account()
    found.tickets.clear()
    with pytest.raises(NotFound):
        write(found, effect)


@pytest.mark.parametrize("effect", [GROUP, LOST, change_tags("1001", ["new"])], ids=lambda one: one.kind)
def test_a_ticket_that_goes_while_it_is_written_says_so(effect: Effect) -> None:
    found = account()

    def delete(call: Call) -> None:
        if call.method != "GET":
            found.tickets.clear()

    found.before = delete
    with pytest.raises(NotFound):
        write(found, effect)


@pytest.mark.parametrize("ticket_id", ["../users/0", "0", "007", "1001?x=1", "٥"])
def test_what_is_no_number_never_becomes_an_address(ticket_id: str) -> None:
    found = account()
    with pytest.raises(NotFound):
        write(found, set_group(ticket_id, "4"))
    assert found.calls == []


@pytest.mark.parametrize("reason_field", [None, "", "my field", "²"])
def test_without_a_field_nothing_is_sent(reason_field: str | None) -> None:
    found = account()
    found.connection = gorgias_connection(options={**OPTIONS, "reason_field": reason_field})
    with pytest.raises(PermanentError, match=r"no reason-code field .*--account acme`"):
        write(found, LOST)
    assert found.sent == []


def test_a_ticket_that_cannot_be_read_is_told_by_its_field() -> None:
    found = account()
    found.tickets["1001"] |= {"updated_datetime": None, "created_datetime": None}
    with pytest.raises(PermanentError, match="created_datetime: is missing"):
        write(found, GROUP)


@pytest.mark.parametrize("seconds", [0.000001, 1, 86_400], ids=["a microsecond", "a second", "a day"])
def test_the_smallest_movement_counts(seconds: float) -> None:
    found = account()
    moved = datetime.fromisoformat(STAMP) + timedelta(seconds=seconds)
    found.tickets["1001"]["updated_datetime"] = moved.isoformat()
    with pytest.raises(Overtaken):
        write(found, GROUP)
