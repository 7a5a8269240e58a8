"""The whole way against the stand-in Gorgias over HTTP, which was written from Gorgias' own documentation."""

from datetime import UTC, datetime, timedelta

import pytest

from plugin.domain.effects import (
    add_note,
    change_tags,
    offer_reason_codes,
    send_reply,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
    tag_customer,
)
from plugin.domain.facts import Gone
from plugin.ports import Overtaken, PermanentError
from sandbox.gorgias.edit import what_to_tell
from sandbox.gorgias.writes import change, customer_reply, fill, guess
from tests.helpdesks.gorgias.desk import Desk

CONTACT, OURS = "Contact reason", "Marginalia reason"
WISMO = "Where is my order?"
ADDRESS = "Can I change the delivery address?"


def rows(desk: Desk, ticket_id: int) -> dict[str, str]:
    (card,) = desk.card(ticket_id)
    return {row.title: row.text for row in card.rows}


# ------------------------------------------------------------------------------------ what comes of a ticket


def test_a_customers_ticket_gets_reason_tags_team_and_priority(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    now = desk.ticket(ticket_id)
    assert (desk.values(ticket_id), now.team_id, now.priority, set(now.tags)) == (
        {CONTACT: "Shipping::Where is my order"},
        desk.team("Concierge"),
        "critical",
        {"mgn_shipping_wismo", "mgn_tier_concierge", "vip_concierge"},
    )


def test_each_part_is_written_once_and_our_own_echo_starts_nothing(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    written = [name for line in desk.by_us(ticket_id) for name in line.changes]
    assert sorted(written) == sorted({"priority", "team_id", "tags", str(desk.field(CONTACT).id)})


def test_a_code_that_the_merchant_has_no_choice_for_stands_in_our_field(desk: Desk) -> None:
    ticket_id = desk.write(ADDRESS)
    desk.settle()
    assert desk.values(ticket_id) == {OURS: "Order::Change address"}


def test_the_card_beside_the_ticket_shows_the_tier(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    customer_reply(desk.account, ticket_id, "Hello?")
    desk.settle()
    shown = rows(desk, ticket_id)
    assert (shown["Tier"], shown["Reason"]) == (
        "Concierge · Only a person may answer",
        "Shipping – Where is my order",
    )


def test_the_card_beside_the_ticket_leads_to_its_panel(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    customer_reply(desk.account, ticket_id, "Hello?")
    desk.settle()
    (card,) = desk.card(ticket_id)
    (panel,) = [row.link for row in card.rows if row.title == "Panel"]
    assert panel == f"{desk.product.config.public_url}/panel/gorgias/{ticket_id}"


def test_the_tier_stands_on_the_customers_own_record(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    customer = desk.account.customers[desk.ticket(ticket_id).customer_id]
    assert customer.values == {desk.field("Marginalia tier").id: "mgn_tier_concierge"}
    assert desk.load(ticket_id).requester.tags == ("mgn_tier_concierge",)


def test_a_reason_that_an_agent_has_chosen_stays(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    fill(desk.account, ticket_id, desk.agent(), [(desk.field(CONTACT).id, "Order::Cancel")])
    desk.settle()
    customer_reply(desk.account, ticket_id, WISMO)
    desk.settle()
    assert desk.values(ticket_id) == {CONTACT: "Order::Cancel"}


def test_a_team_that_an_agent_has_chosen_stays(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    change(desk.account, ticket_id, desk.agent(), {"assignee_team": {"id": desk.team("Returns")}})
    desk.settle()
    customer_reply(desk.account, ticket_id, "Hello?")
    desk.settle()
    assert desk.ticket(ticket_id).team_id == desk.team("Returns")


def test_what_the_helpdesks_own_ai_foretold_is_nobodys(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    guess(desk.account, ticket_id, desk.field(CONTACT).id, "Shipping::Delay")
    desk.settle()
    assert desk.values(ticket_id) == {CONTACT: "Shipping::Where is my order"}


def test_an_agent_who_is_gone_keeps_nothing_else_from_the_ticket(desk: Desk) -> None:
    desk.live({"field": "assignee", "value": "gone@shop.example"})
    ticket_id = desk.write(WISMO)
    desk.settle()
    now = desk.ticket(ticket_id)
    assert (desk.values(ticket_id), now.team_id, now.priority, set(now.tags)) == (
        {CONTACT: "Shipping::Where is my order"},
        desk.team("Concierge"),
        "critical",
        {"mgn_shipping_wismo", "mgn_tier_concierge", "vip_concierge"},
    )


def test_a_forged_webhook_is_refused(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    desk.settle()
    told = what_to_tell(desk.account, "ticket-updated", desk.ticket(ticket_id), None)
    ours = desk.account.integrations[int(desk.connection.options["webhook_id"])]
    desk.account.caller.forge(ours, told)
    desk.settle()
    last = desk.account.caller.deliveries()[-1]
    assert (last.forged, last.attempts[-1].status) == (True, 401)


def test_every_call_of_our_integrations_was_taken(desk: Desk) -> None:
    desk.write(WISMO)
    desk.settle()
    assert {one.state for one in desk.account.caller.deliveries()} == {"delivered"}


# ------------------------------------------------------------------------------------------ connecting


def test_connecting_again_makes_nothing_new(desk: Desk) -> None:
    before = (set(desk.account.integrations), set(desk.account.widgets), set(desk.account.fields))
    options = desk.connection.options
    desk.connected()
    assert (set(desk.account.integrations), set(desk.account.widgets), set(desk.account.fields)) == before
    assert desk.connection.options == options


def test_connecting_makes_what_the_contract_says(desk: Desk) -> None:
    assert {one.name: one.method for one in desk.account.integrations.values()} == {
        "Marginalia events": "POST",
        "Marginalia sidebar": "GET",
    }
    assert sorted(one.context for one in desk.account.widgets.values()) == ["customer", "ticket"]


# ------------------------------------------------------------------------------------------ the adapter alone


def test_everything_on_a_ticket_is_written_and_read_back(desk: Desk) -> None:
    found = desk.load(desk.write(ADDRESS, "jo@example.com"))
    effects = [
        set_reason_code(found.id, "product.defect"),
        set_group(found.id, str(desk.team("Concierge"))),
        set_assignee(found.id, "leila@shop.example"),
        set_priority(found.id, "urgent"),
        set_status(found.id, "solved"),
        change_tags(found.id, add=["vip_concierge"]),
        add_note(found.id, "Claim 77 was opened.", "mgn-7f3a"),
    ]
    desk.helpdesk.perform(desk.api, effects, found.stamp, look_first=False)
    now = desk.load(int(found.id))
    assert (now.reason_code, now.group, now.priority, now.status, set(now.tags), now.messages[-1].public) == (
        "product.defect",
        str(desk.team("Concierge")),
        "urgent",
        "solved",
        {"vip_concierge", "mgn_product_defect"},
        False,
    )
    history = len(desk.ticket(int(found.id)).history)
    assert desk.helpdesk.perform(desk.api, effects, found.stamp, look_first=True) is None
    assert len(desk.ticket(int(found.id)).history) == history


def test_a_reply_goes_to_the_customer_on_the_way_they_came(desk: Desk) -> None:
    found = desk.load(desk.write(ADDRESS, "jo@example.com"))
    desk.helpdesk.perform(desk.api, [send_reply(found.id, "We look into it.")], found.stamp, look_first=False)
    last = desk.ticket(int(found.id)).messages[-1]
    assert (last.text, last.public, last.from_agent, last.channel) == (
        "We look into it.",
        True,
        True,
        "email",
    )
    assert last.source["to"] == [{"address": "jo@example.com", "name": "Ann Moss"}]


def test_a_write_on_a_ticket_that_moved_is_overtaken(desk: Desk) -> None:
    found = desk.load(desk.write(ADDRESS, "jo@example.com"))
    change(desk.account, int(found.id), desk.agent(), {"priority": "low"})
    with pytest.raises(Overtaken):
        desk.helpdesk.perform(desk.api, [set_priority(found.id, "high")], found.stamp, look_first=False)


def test_a_removed_choice_says_what_to_do_and_comes_back_when_codes_are_offered(desk: Desk) -> None:
    found = desk.load(desk.write(ADDRESS, "jo@example.com"))
    field = desk.field(OURS)
    left = [choice for choice in field.choices if choice != "Product::Defect"]
    settings = {"data_type": "text", "input_settings": {"input_type": "dropdown", "choices": left}}
    desk.api.send(
        "PUT",
        f"/api/custom-fields/{field.id}",
        {"object_type": "Ticket", "label": OURS, "definition": settings},
    )
    with pytest.raises(PermanentError, match="no choice “Product::Defect”"):
        desk.helpdesk.perform(
            desk.api, [set_reason_code(found.id, "product.defect")], found.stamp, look_first=False
        )
    codes = desk.connection.options["codes"]
    desk.helpdesk.perform(desk.api, [offer_reason_codes(codes)], None, look_first=False)
    assert "Product::Defect" in desk.field(OURS).choices


def test_somebody_who_has_not_written_is_made_and_marked_and_found_again(desk: Desk) -> None:
    named = "email:new@example.com"
    desk.helpdesk.perform(desk.api, [tag_customer(named, add=["mgn_tier_vip"])], None, look_first=False)
    up = tag_customer(named, add=["mgn_tier_concierge"], remove=["mgn_tier_vip"])
    desk.helpdesk.perform(desk.api, [up], None, look_first=False)
    assert desk.load(desk.write(WISMO, "new@example.com")).requester.tags == ("mgn_tier_concierge",)


def test_a_ticket_that_does_not_exist_is_gone(desk: Desk) -> None:
    assert isinstance(desk.helpdesk.load(desk.api, "999999", None), Gone)


def test_changes_are_found_without_any_webhook(desk: Desk) -> None:
    ticket_id = desk.write(WISMO)
    found = desk.helpdesk.changed(desk.api, None, datetime.now(UTC) - timedelta(minutes=5))
    assert str(ticket_id) in [changed for changed, _ in found.tickets]


def test_those_who_work_there_are_read_and_no_bot(desk: Desk) -> None:
    found = {one.email: one.role for one in desk.helpdesk.agents(desk.api)}
    assert found["ana@shop.example"] == "agent"
    assert found.keys() == {one.email for one in desk.account.users.values() if one.role != "bot"}


def test_macros_and_teams_are_read(desk: Desk) -> None:
    titles = [macro.title for macro in desk.helpdesk.macros(desk.api)]
    assert ("Return: label and steps" in titles, "Old: holiday closing" in titles) == (True, False)
    assert set(desk.helpdesk.groups(desk.api).values()) == {"Support", "Returns", "Concierge"}
