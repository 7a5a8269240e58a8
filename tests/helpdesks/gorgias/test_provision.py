"""Connecting an account: what is made there, and that it may be run again at any point."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.gorgias.buttons import PURPOSE
from plugin.helpdesks.gorgias.provision import provision
from plugin.ports import AccessError, PermanentError, Provisioned, Rejected, TemporaryError
from plugin.signing import narrowed
from tests.helpdesks.gorgias.account import (
    CODES,
    CONTACT,
    OURS,
    STAMP,
    TIER,
    Account,
    contact_reason,
    drop_down,
    gorgias_connection,
)
from tests.helpdesks.recorded import Call

HOOK = "https://app.example.com/hooks/gorgias/key"
NEW_HOOK = "https://new.example.com/hooks/gorgias/key"
ASKED_WITH = "?email={{ticket.customer.email}}&ticket_id={{ticket.id}}"
SECRET = "the value of our header"


def account(*fields: dict[str, Any], **options: Any) -> Account:
    """An account with these fields; the admin has given the secret."""
    held = {"signing_secret": SECRET}
    made = Account(gorgias_connection(options={"provision": True, **options}, credentials=held))
    for one in fields:
        made.add_field(one)
    return made


def connect(found: Account, codes: Mapping[str, str] = CODES, hook_url: str = HOOK) -> Provisioned:
    """Provision and keep what came of it in the connection, as the product does."""
    made = provision(found, hook_url, codes)
    held = found.connection
    found.connection = replace(
        held,
        options={**held.options, **made.options},
        credentials={**held.credentials, **made.credentials},
    )
    return made


def integration(found: Account, name: str) -> dict[str, Any]:
    (one,) = [one for one in found.integrations.values() if one["name"] == f"Marginalia {name}"]
    return one


def field(found: Account, label: str) -> dict[str, Any]:
    (one,) = [one for one in found.fields.values() if one["label"] == label]
    return one


def test_connecting_gives_what_the_work_needs() -> None:
    assert connect(account()).options == {
        "user_id": "90",
        "bots": ["99"],
        "reason_field": "9000",
        "made_field": "9000",
        "contact_field": None,
        "contact_choices": {},
        "own_choices": {"shipping.lost": "Shipping::Lost parcel", "product.defect": "Product::Defect"},
        "codes": CODES,
        "tier_field": "9001",
        "webhook_id": "9002",
        "sidebar_integration_id": "9003",
    }


def test_connecting_again_makes_nothing_and_says_the_same() -> None:
    found = account()
    first = connect(found).options
    again = connect(found).options
    assert (again, len(found.fields), len(found.integrations), len(found.widgets)) == (first, 2, 2, 2)


def test_an_installation_that_forgot_everything_finds_what_it_made() -> None:
    found = account()
    first = connect(found).options
    found.connection = gorgias_connection(options={"provision": True})
    assert connect(found).options == first


@given(dies=st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=4))
def test_wherever_connecting_breaks_off_running_it_again_makes_one_of_each(
    dies: list[tuple[int, bool]],
) -> None:
    found = account()
    for left, landed in dies:
        _break_after(found, left, landed)
        with suppress(TemporaryError):
            connect(found)
    found.before = found.after = lambda call: None
    connect(found)
    made = (len(found.fields), len(found.integrations), len(found.widgets))
    assert (made, found.choices(int(found.connection.options["reason_field"]))) == (
        (2, 2, 2),
        ["Shipping::Lost parcel", "Product::Defect"],
    )


def _break_after(found: Account, calls: int, landed: bool) -> None:
    """The connection breaks at a call, after it landed or before."""
    until = len(found.calls) + calls

    def break_off(call: Call) -> None:
        if len(found.calls) > until:
            raise TemporaryError("no answer in time", unknown=True)

    found.before, found.after = (lambda call: None, break_off) if landed else (break_off, lambda call: None)


# ----------------------------------------------------------------------------------------------- integrations


def test_the_events_integration_sends_ids_and_our_header() -> None:
    found = account()
    connect(found)
    assert integration(found, "events") == {
        "id": 9002,
        "name": "Marginalia events",
        "type": "http",
        "description": "Tells Marginalia of new and changed tickets.",
        "deactivated_datetime": None,
        "http": {
            "url": HOOK,
            "method": "POST",
            "headers": {"X-Marginalia-Secret": SECRET},
            "request_content_type": "application/json",
            "response_content_type": "application/json",
            "form": {
                "event_type": "{{event.type}}",
                "event_id": "{{event.id}}",
                "ticket_id": "{{ticket.id}}",
                "message_id": "{{message.id}}",
            },
            "triggers": {"ticket-created": True, "ticket-updated": True, "ticket-message-created": True},
        },
    }


def test_the_sidebars_integration_fetches_the_card_of_the_same_connection() -> None:
    found = account()
    connect(found)
    http = integration(found, "sidebar")["http"]
    assert (http["method"], http["url"], http["form"], http["headers"]) == (
        "GET",
        "https://app.example.com/sidebar/gorgias/key" + ASKED_WITH,
        None,
        {"X-Marginalia-Secret": SECRET},
    )


def test_a_secret_is_made_up_where_none_is_given_and_then_kept() -> None:
    found = account()
    found.connection = gorgias_connection(options={"provision": True})
    first = connect(found).credentials["signing_secret"]
    again = connect(found).credentials["signing_secret"]
    assert (len(first) >= 32, again) == (True, first)


def test_two_accounts_get_two_secrets() -> None:
    one, other = account(), account()
    for found in (one, other):
        found.connection = gorgias_connection(options={"provision": True})
    assert connect(one).credentials != connect(other).credentials


@pytest.mark.parametrize("name", ["events", "sidebar"])
def test_an_integration_gets_another_secret_in_place(name: str) -> None:
    found = account()
    connect(found)
    found.connection = replace(found.connection, credentials={"signing_secret": "another"})
    connect(found)
    assert integration(found, name)["http"]["headers"] == {"X-Marginalia-Secret": "another"}


@pytest.mark.parametrize(
    ("name", "url"),
    [("events", NEW_HOOK), ("sidebar", "https://new.example.com/sidebar/gorgias/key" + ASKED_WITH)],
)
def test_an_integration_follows_to_a_new_address(name: str, url: str) -> None:
    found = account()
    connect(found)
    connect(found, hook_url=NEW_HOOK)
    assert integration(found, name)["http"]["url"] == url


@pytest.mark.parametrize("name", ["events", "sidebar"])
def test_an_integration_that_was_switched_off_is_switched_on(name: str) -> None:
    found = account()
    connect(found)
    integration(found, name)["deactivated_datetime"] = STAMP
    connect(found)
    assert integration(found, name)["deactivated_datetime"] is None


def test_deleted_integrations_are_made_again() -> None:
    found = account()
    connect(found)
    found.integrations.clear()
    found.widgets.clear()
    connect(found)
    assert found.connection.options["webhook_id"] in found.integrations


def test_an_integration_of_another_installation_is_left_alone_and_pointed_out() -> None:
    found = account()
    connect(found)
    theirs = dict(found.integrations[found.connection.options["webhook_id"]])
    found.connection = gorgias_connection(options={"provision": True})
    notes = connect(found, hook_url=NEW_HOOK).notes
    assert (found.integrations[str(theirs["id"])], any(HOOK in note for note in notes)) == (theirs, True)


def test_an_integration_of_another_name_is_no_business_of_ours() -> None:
    found = account()
    http = {"url": "https://elsewhere.example/hook", "method": "POST"}
    found.integrations["1"] = {"id": 1, "name": "Loyalty", "http": http, "deactivated_datetime": None}
    assert connect(found).notes == ()


def test_an_integration_of_ours_is_found_on_a_later_page() -> None:
    found = account()
    connect(found)
    found.connection = gorgias_connection(options={"provision": True})
    found.page_size = 1
    connect(found)
    assert len(found.integrations) == 2


def test_who_is_no_admin_is_told_so_in_full_sentences() -> None:
    found = account()
    found.is_admin = False
    with pytest.raises(AccessError, match=r"answered 403\. In Gorgias only an Admin may"):
        connect(found)


# ---------------------------------------------------------------------------------------------------- widgets


def test_there_is_a_card_beside_tickets_and_one_on_customers() -> None:
    found = account()
    connect(found)
    made = [(one["context"], one["integration_id"], one["type"]) for one in found.widgets.values()]
    assert made == [("ticket", 9003, "http"), ("customer", 9003, "http")]


def test_a_card_that_is_the_present_one_is_left_alone() -> None:
    found = account()
    connect(found)
    before = len(found.calls)
    connect(found)
    assert not [call for call in found.calls[before:] if "widgets" in call.path and call.method != "GET"]


@pytest.mark.parametrize("changes", [{"template": {"type": "wrapper"}}, {"deactivated_datetime": STAMP}])
def test_a_card_that_is_not_the_present_one_is_written_anew_where_the_admin_put_it(
    changes: dict[str, Any],
) -> None:
    found = account()
    connect(found)
    wanted = found.widgets["9004"]["template"]
    found.widgets["9004"] |= {**changes, "order": 3}
    connect(found)
    now = found.widgets["9004"]
    assert (now["template"], now["order"], now["deactivated_datetime"]) == (wanted, 3, None)


def test_a_deleted_card_is_made_again_and_the_other_stays() -> None:
    found = account()
    connect(found)
    del found.widgets["9004"]
    connect(found)
    assert sorted(one["context"] for one in found.widgets.values()) == ["customer", "ticket"]


def test_the_cards_of_others_are_left_alone() -> None:
    found = account()
    theirs = {"id": 1, "type": "shopify", "context": "ticket", "integration_id": None, "template": {}}
    found.widgets["1"] = dict(theirs)
    connect(found)
    assert found.widgets["1"] == theirs


def cards(found: Account) -> list[dict[str, Any]]:
    """The cards as they are kept, the ticket's first."""
    return [one["template"]["widgets"][0] for one in found.widgets.values()]


def _only_texts(call: Call) -> None:
    """Gorgias takes no card with anything but texts in it."""
    if call.method != "GET" and "widgets" in call.path and "panel_url" in str(call.body):
        (card,) = call.body["template"]["widgets"]
        if "custom" in card["meta"] or any(row["type"] != "text" for row in card["widgets"]):
            raise Rejected("answered 400: unknown field", {})


def test_a_card_that_is_refused_is_made_of_texts_alone_and_the_admin_is_told() -> None:
    found = account()
    found.before = _only_texts
    notes = connect(found).notes
    assert [card["meta"] for card in cards(found)] == [{"displayCard": True}] * 2
    assert (
        sum("takes no links and buttons in a card (answered 400: unknown field)" in one for one in notes) == 1
    )


def test_a_card_of_texts_is_not_written_again_where_more_is_still_refused() -> None:
    found = account()
    found.before = _only_texts
    connect(found)
    before = dict(found.widgets)
    connect(found)
    assert found.widgets == before


def test_a_card_of_texts_gets_its_link_once_gorgias_takes_one() -> None:
    found = account()
    found.before = _only_texts
    connect(found)
    found.before = lambda call: None
    connect(found)
    assert "links" in cards(found)[0]["meta"]["custom"]


def test_the_link_leads_to_this_installation() -> None:
    found = account()
    connect(found)
    (link,) = cards(found)[0]["meta"]["custom"]["links"]
    assert link["url"] == HOOK.partition("/hooks/")[0] + "/panel/gorgias/{{ticket.id}}"


@pytest.mark.parametrize("asked", [None, False])
def test_there_are_no_buttons_unless_asked_for(asked: bool | None) -> None:
    found = account(card_buttons=asked)
    connect(found)
    assert cards(found)[0]["meta"]["custom"].keys() == {"links"}


def test_buttons_come_and_go_as_the_admin_says() -> None:
    found = account(card_buttons=True)
    connect(found)
    (address,) = {one["action"]["url"] for one in cards(found)[0]["meta"]["custom"]["buttons"]}
    assert address == HOOK.replace("/hooks/", "/sidebar/") + "/actions"
    found.connection = replace(found.connection, options={**found.connection.options, "card_buttons": False})
    connect(found)
    assert "buttons" not in cards(found)[0]["meta"]["custom"]


def test_a_card_holds_no_secret_that_proves_a_webhook() -> None:
    found = account(card_buttons=True)
    secret = connect(found).credentials["signing_secret"]
    assert secret not in str(found.widgets)
    assert narrowed(secret, PURPOSE) in str(found.widgets)


# --------------------------------------------------------------------------------------- the reason-code field


def test_our_field_is_a_drop_down_with_nested_choices() -> None:
    found = account()
    connect(found)
    assert field(found, "Marginalia reason")["definition"] == {
        "data_type": "text",
        "input_settings": {"input_type": "dropdown", "choices": ["Shipping::Lost parcel", "Product::Defect"]},
    }


def test_a_choice_of_the_merchants_that_has_the_codes_name_stands_for_it() -> None:
    found = account(contact_reason("PRODUCT :: defect!", "Billing::Invoice"))
    made = connect(found).options
    assert (made["contact_field"], made["contact_choices"]) == (
        str(CONTACT),
        {"product.defect": "PRODUCT :: defect!"},
    )


def test_our_field_offers_only_what_the_merchants_own_does_not() -> None:
    found = account(contact_reason("Product::Defect"))
    made = connect(found).options
    assert found.choices(int(made["reason_field"])) == ["Shipping::Lost parcel"]


def test_the_merchants_own_field_is_never_changed() -> None:
    theirs = contact_reason("Product::Defect")
    found = account(theirs)
    connect(found)
    connect(found)
    assert (found.fields[str(CONTACT)], [c for c in found.sent if c[1].endswith(f"/{CONTACT}")]) == (
        theirs,
        [],
    )


def test_where_the_merchants_own_field_says_all_none_of_ours_is_made() -> None:
    found = account(contact_reason("Product::Defect", "Shipping::Lost parcel"))
    made = connect(found).options
    assert (made["reason_field"], made["made_field"]) == (str(CONTACT), None)


def test_how_many_codes_stand_in_the_merchants_own_field_is_said() -> None:
    notes = connect(account(contact_reason("Product::Defect"))).notes
    assert notes[0].startswith("1 of 2 reason codes are written into your field “Contact reason”")


@pytest.mark.parametrize(
    "theirs",
    [
        contact_reason("Billing::Invoice"),
        contact_reason("Product::Defect", deactivated_datetime=STAMP),
        contact_reason("Product::Defect", managed_type="resolution"),
        contact_reason(definition={"data_type": "text", "input_settings": {"input_type": "input"}}),
        contact_reason(definition={"data_type": "number", "input_settings": {"input_type": "input_number"}}),
        contact_reason(definition={"data_type": "boolean", "input_settings": {"choices": [True, False]}}),
        contact_reason(definition=None),
    ],
    ids=["other choices", "archived", "other field", "plain text", "number", "yes or no", "unknown"],
)
def test_a_field_without_a_choice_for_any_code_is_not_used(theirs: dict[str, Any]) -> None:
    made = connect(account(theirs)).options
    assert (made["contact_field"], made["contact_choices"]) == (None, {})


def test_a_choice_goes_on_standing_for_its_code_when_the_code_is_named_anew() -> None:
    found = account(contact_reason("Product::Defect"))
    connect(found)
    made = connect(found, {**CODES, "product.defect": "Product – Broken"}).options
    assert made["contact_choices"] == {"product.defect": "Product::Defect"}


def test_a_choice_that_was_removed_stands_for_nothing_any_more() -> None:
    found = account(contact_reason("Product::Defect"))
    connect(found)
    found.add_field(contact_reason("Billing::Invoice"))
    assert connect(found).options["contact_choices"] == {}


def test_two_codes_never_share_a_choice() -> None:
    found = account(contact_reason("Product::Defect"))
    made = connect(found, {"product.defect": "Product – Defect", "product.fault": "Product – Defect"}).options
    assert (made["contact_choices"], found.choices(int(made["reason_field"]))) == (
        {"product.defect": "Product::Defect"},
        ["Product::Defect (product.fault)"],
    )


def test_a_code_that_was_added_is_offered_when_connecting_again_and_others_stay() -> None:
    found = account()
    made = connect(found).options
    connect(found, {**CODES, "product.defect.zipper": "Product – Defect – Zipper"})
    assert found.choices(int(made["reason_field"])) == [
        "Shipping::Lost parcel",
        "Product::Defect",
        "Product::Defect::Zipper",
    ]


def test_a_field_of_ours_that_was_archived_is_brought_back_as_it_was() -> None:
    found = account(drop_down("Product::Defect", "House style", description="d", required=True, priority=9))
    found.fields[str(OURS)]["deactivated_datetime"] = STAMP
    connect(found)
    now = found.fields[str(OURS)]
    assert (now["deactivated_datetime"], now["description"], now["required"], now["priority"]) == (
        None,
        "d",
        True,
        9,
    )
    assert found.choices() == ["Product::Defect", "House style", "Shipping::Lost parcel"]


def test_a_field_of_ours_that_the_merchant_calls_otherwise_is_known_by_its_number() -> None:
    found = account()
    made = connect(found).options["reason_field"]
    found.fields[made]["label"] = "Why"
    assert connect(found).options["reason_field"] == made


def test_an_account_full_of_fields_is_told_what_to_do() -> None:
    found = account(*(drop_down(id=100 + n, label=f"Field {n}") for n in range(25)))
    with pytest.raises(PermanentError, match=r"25 active ticket fields already.*archive one in Gorgias"):
        connect(found)


# -------------------------------------------------------------------------------- choices that the admin mapped


def test_a_choice_that_the_admin_mapped_stands_for_the_code() -> None:
    found = account(contact_reason("Product::Defect", "Kaputt"), mapped_choices={"product.defect": "Kaputt"})
    assert connect(found).options["contact_choices"] == {"product.defect": "Kaputt"}


def test_a_mapped_choice_is_taken_from_the_code_that_had_it() -> None:
    found = account(contact_reason("Product::Defect"))
    connect(found)
    found.connection = replace(
        found.connection,
        options={**found.connection.options, "mapped_choices": {"shipping.lost": "Product::Defect"}},
    )
    assert connect(found).options["contact_choices"] == {"shipping.lost": "Product::Defect"}


@pytest.mark.parametrize(
    ("mapped", "said"),
    [
        ({"product.defect": "Broken"}, r"has no such choice \(it has: Product::Defect\)"),
        ({"no.code": "Product::Defect"}, "no reason code no.code"),
        ({"product.defect": "Product::Defect", "shipping.lost": "Product::Defect"}, "cannot share"),
    ],
    ids=["choice", "code", "shared"],
)
def test_what_cannot_be_mapped_is_refused_before_anything_is_made(mapped: dict[str, str], said: str) -> None:
    found = account(contact_reason("Product::Defect"), mapped_choices=mapped)
    with pytest.raises(PermanentError, match=said):
        connect(found)
    assert found.sent == []


def test_without_a_contact_reason_nothing_can_be_mapped() -> None:
    found = account(mapped_choices={"product.defect": "Product::Defect"})
    with pytest.raises(PermanentError, match="it has: none"):
        connect(found)


# ----------------------------------------------------------------------------------------- customers, and who we are


def test_the_field_of_customers_is_a_plain_text() -> None:
    found = account()
    connect(found)
    made = field(found, "Marginalia tier")
    assert (made["object_type"], made["definition"]) == (
        "Customer",
        {"data_type": "text", "input_settings": {"input_type": "input"}},
    )


def test_a_field_of_customers_of_our_name_is_found() -> None:
    plain = {"data_type": "text", "input_settings": {"input_type": "input"}}
    tier = drop_down(id=TIER, object_type="Customer", label="Marginalia tier", definition=plain)
    assert connect(account(tier)).options["tier_field"] == str(TIER)


def test_an_account_without_room_for_the_field_of_customers_is_connected_all_the_same() -> None:
    full = (drop_down(id=100 + n, label=f"Field {n}", object_type="Customer") for n in range(25))
    made = connect(account(*full))
    assert made.options["tier_field"] is None
    assert "25 active customer fields already" in made.notes[0]


def test_a_key_that_may_make_no_fields_is_refused() -> None:
    found = account()

    def refuse(call: Call) -> None:
        if call.method == "POST" and call.body["object_type"] == "Customer":
            raise AccessError("answered 403")

    found.before = refuse
    with pytest.raises(AccessError):
        connect(found)


def test_an_account_that_is_switched_off_is_refused_before_anything_is_made() -> None:
    found = account()
    found.account["deactivated_datetime"] = STAMP
    with pytest.raises(PermanentError, match="is deactivated"):
        connect(found)
    assert found.sent == []


@pytest.mark.parametrize("role", [None, "agent", {"name": "agent"}, {"name": None}, {}])
def test_who_is_no_bot_is_none(role: Any) -> None:
    found = account()
    found.users[2]["role"] = role
    assert connect(found).options["bots"] == []


@pytest.mark.parametrize("role", ["bot", "Bot", {"name": "bot"}])
def test_a_bot_is_known_however_its_role_is_shown(role: Any) -> None:
    found = account()
    found.users[2]["role"] = role
    assert connect(found).options["bots"] == ["99"]


def test_an_answer_that_cannot_be_read_is_told_by_its_field() -> None:
    found = account(drop_down(label=7))
    with pytest.raises(PermanentError, match=r"data\[0\]\.label: must be a text"):
        connect(found)
