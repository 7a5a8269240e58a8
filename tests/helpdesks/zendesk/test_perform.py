"""Writing to a ticket: one safe update, and what it means when Zendesk does not take it."""

from collections.abc import Mapping
from typing import Any

import pytest

from plugin.domain.effects import Effect, EffectClass, set_reason_code
from plugin.helpdesks.zendesk.perform import perform
from plugin.ports import Budget, NotFound, Overtaken, PermanentError, Rejected, TemporaryError
from tests.helpdesks.recorded import Call, RecordedApi
from tests.helpdesks.zendesk.account import (
    FIELD,
    Account,
    drop_down,
    our_field,
    ticket,
    zendesk_connection,
)

STAMP = "2026-11-23T11:59:58Z"
OPTIONS: Mapping[str, Any] = {"reason_field": str(FIELD)}
LOST = set_reason_code("5158", "shipping.lost")


def account(**options: Any) -> Account:
    made = Account(zendesk_connection(options={**OPTIONS, **options}))
    made.add_ticket(ticket())
    made.add_field(our_field("shipping.lost", "product.defect"))
    return made


def change_meanwhile(found: Account, **changes: Any) -> None:
    """Somebody of the shop changes the ticket."""
    found.tickets["5158"].update(changes)
    found.touch(found.tickets["5158"])


def test_a_reason_code_is_one_safe_update_on_what_was_decided_upon() -> None:
    found = account()
    perform(found, [LOST], STAMP, look_first=False)
    assert [call.body for call in found.calls] == [
        {
            "ticket": {
                "custom_fields": [{"id": FIELD, "value": "mgn_shipping_lost"}],
                "safe_update": True,
                "updated_stamp": STAMP,
            }
        }
    ]


def test_the_reference_is_the_audits_id_as_text() -> None:
    assert perform(account(), [LOST], STAMP, look_first=False) == "7000"


def test_an_answer_without_an_audit_gives_no_reference() -> None:
    silent = RecordedApi(account().connection, [{"path": "/api/v2/tickets/5158", "answer": {}}])
    assert perform(silent, [LOST], STAMP, look_first=False) is None


def test_two_effects_on_one_field_are_one_write_of_the_later() -> None:
    found = account()
    perform(found, [LOST, set_reason_code("5158", "product.defect")], STAMP, look_first=False)
    assert (found.sent, found.held()) == ([("PUT", "/api/v2/tickets/5158")], "mgn_product_defect")


def test_the_admins_own_option_is_written_where_it_stands_for_the_code() -> None:
    found = account(option_values={"shipping.lost": "parcel_lost"})
    found.add_field(drop_down(("Lost parcel", "parcel_lost")))
    perform(found, [LOST], STAMP, look_first=False)
    assert found.held() == "parcel_lost"


def test_an_update_is_counted_against_the_ticket_and_the_account() -> None:
    found = account()
    perform(found, [LOST], STAMP, look_first=False)
    assert found.calls[-1].budgets == (
        Budget("update:5158", 30, 600, per_object=True),
        Budget("updates", 100, 60),
    )


@pytest.mark.parametrize("look_first", [False, True])
def test_a_ticket_that_moved_is_not_written(look_first: bool) -> None:
    found = account()
    change_meanwhile(found, subject="another")
    with pytest.raises(Overtaken):
        perform(found, [LOST], STAMP, look_first)
    assert found.held() is None


def test_a_repeat_writes_nothing_where_the_first_try_landed() -> None:
    found = account()
    perform(found, [LOST], STAMP, look_first=False)
    perform(found, [LOST], STAMP, look_first=True)
    assert len(found.sent) == 1


def test_a_repeat_writes_where_the_first_try_did_not_land() -> None:
    found = account()
    perform(found, [LOST], STAMP, look_first=True)
    assert found.held() == "mgn_shipping_lost"


def test_a_write_decided_on_no_state_goes_by_the_one_just_read() -> None:
    found = account()
    change_meanwhile(found)
    perform(found, [LOST], None, look_first=False)
    assert found.calls[-1].body["ticket"]["updated_stamp"] == "2026-11-23T11:59:59Z"


def test_a_closed_ticket_is_named_as_such() -> None:
    found = account()
    found.tickets["5158"]["status"] = "closed"
    with pytest.raises(PermanentError, match=r"ticket 5158 .* is closed"):
        perform(found, [LOST], STAMP, look_first=False)


@pytest.mark.parametrize("refuses", [True, False], ids=["refused", "dropped in silence"])
def test_a_removed_option_is_named_with_what_to_do(refuses: bool) -> None:
    found = account()
    found.refuses_unknown_options = refuses
    found.add_field(our_field("product.defect"))
    with pytest.raises(
        PermanentError, match=r"no option with the tag mgn_shipping_lost .*--account acme`, which does"
    ):
        perform(found, [LOST], STAMP, look_first=False)


def test_a_field_that_is_switched_off_is_named() -> None:
    found = account()
    found.refuses_unknown_options = False
    found.fields[str(FIELD)]["active"] = False
    with pytest.raises(PermanentError, match=r"“Reason code” .* is switched off"):
        perform(found, [LOST], STAMP, look_first=False)


def test_a_removed_field_is_not_taken_for_a_removed_ticket() -> None:
    found = account()
    del found.fields[str(FIELD)]
    with pytest.raises(PermanentError, match=f"no ticket field {FIELD}") as raised:
        perform(found, [LOST], STAMP, look_first=False)
    assert not isinstance(raised.value, NotFound)


def test_a_refusal_for_another_reason_keeps_zendesks_own_words() -> None:
    found = account()

    def refuse(call: Call) -> None:
        if call.method == "PUT":
            raise Rejected("answered 422: Type is required", {})

    found.before = refuse
    with pytest.raises(Rejected, match="Type is required"):
        perform(found, [LOST], STAMP, look_first=False)


def test_a_trigger_that_changes_the_value_at_once_is_no_failure() -> None:
    found = account()

    class Triggered(Account):
        def _update(self, call: Call, ticket_id: str) -> dict[str, Any]:
            answer = super()._update(call, ticket_id)
            answer["ticket"]["custom_fields"][0]["value"] = "mgn_product_defect"
            return answer

    triggered = Triggered(found.connection, found.tickets, found.fields)
    assert perform(triggered, [LOST], STAMP, look_first=False) is not None


def test_a_ticket_that_is_gone_says_so() -> None:
    found = account()
    found.tickets.clear()
    with pytest.raises(NotFound):
        perform(found, [LOST], STAMP, look_first=False)


@pytest.mark.parametrize("ticket_id", ["../users/me", "0", "007", "5158?x=1", "٥"])
def test_what_is_no_number_never_becomes_an_address(ticket_id: str) -> None:
    found = account()
    with pytest.raises(NotFound):
        perform(found, [set_reason_code(ticket_id, "shipping.lost")], STAMP, look_first=False)
    assert found.calls == []


@pytest.mark.parametrize("reason_field", [None, "", "my field", "²"])
def test_without_a_field_nothing_is_sent(reason_field: str | None) -> None:
    found = account(reason_field=reason_field)
    with pytest.raises(PermanentError, match=r"no reason-code field .*--reason-field"):
        perform(found, [LOST], STAMP, look_first=False)
    assert found.calls == []


def test_an_effect_that_zendesk_does_not_know_is_refused_before_anything_is_sent() -> None:
    found = account()
    unknown = Effect("sing", "ticket:5158", "song", EffectClass.STATE)
    with pytest.raises(PermanentError, match="sing"):
        perform(found, [LOST, unknown], STAMP, look_first=False)
    assert found.calls == []


def test_a_ticket_that_cannot_be_read_is_told_by_its_field() -> None:
    found = account()
    found.tickets["5158"]["updated_at"] = None
    with pytest.raises(PermanentError, match=r"ticket\.updated_at: is missing"):
        perform(found, [LOST], None, look_first=True)


def test_a_broken_connection_while_explaining_is_still_a_broken_connection() -> None:
    found = account()
    found.tickets["5158"]["status"] = "closed"

    def break_reading(call: Call) -> None:
        if call.method == "GET":
            raise TemporaryError("no answer in time")

    found.before = break_reading
    with pytest.raises(TemporaryError):
        perform(found, [LOST], STAMP, look_first=False)
