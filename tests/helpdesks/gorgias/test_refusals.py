"""What cannot be written keeps nothing else from the ticket, and what landed is never taken for a person's."""

import pytest

from plugin.domain.effects import (
    Effect,
    change_tags,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
    tag_customer,
)
from plugin.helpdesks.gorgias.perform import perform
from plugin.ports import NotFound, Overtaken, Rejected, TemporaryError
from tests.helpdesks.gorgias.account import (
    CODES,
    OURS,
    STAMP,
    TIER,
    Account,
    drop_down,
    gorgias_connection,
    ticket,
)
from tests.helpdesks.recorded import Call

LOST = set_reason_code("1001", "shipping.lost")
TAGS = "/api/tickets/1001/tags"


def account() -> Account:
    """A ticket, our two fields, and a customer whose main address is another than the one that is looked for."""
    options = {"reason_field": str(OURS), "codes": CODES, "tier_field": str(TIER)}
    made = Account(gorgias_connection(options=options))
    made.add_ticket(ticket())
    made.add_field(drop_down("Shipping::Lost parcel", "Product::Defect"))
    channels = [
        {"type": "email", "address": "jo@example.com"},
        {"type": "email", "address": "jo@work.example"},
    ]
    made.customers["8"] = {"id": 8, "email": "jo@example.com", "channels": channels}
    return made


def write(found: Account, *effects: Effect) -> None:
    perform(found, effects, STAMP, look_first=False)


def taken(found: Account, path: str) -> None:
    """A name that is sent there was taken by somebody at the same moment."""

    def refuse(call: Call) -> None:
        if call.path == path and call.method != "GET":
            raise Overtaken("answered 409: duplicate")

    found.before = refuse


@pytest.mark.parametrize(
    "effect",
    [
        set_assignee("1001", "nobody@shop.example"),
        set_group("1001", "Concierge"),
        set_priority("1001", "critical"),
        set_status("1001", "on-hold"),
        set_reason_code("1001", "gone.by.now"),
    ],
    ids=lambda one: one.kind,
)
def test_what_cannot_be_is_refused_as_values_are_so_that_the_others_are_tried_without_it(
    effect: Effect,
) -> None:
    with pytest.raises(Rejected):
        write(account(), LOST, effect)


def test_a_name_taken_at_the_same_moment_asks_for_a_look_where_a_part_has_landed() -> None:
    found = account()
    taken(found, TAGS)
    with pytest.raises(TemporaryError) as raised:
        write(found, LOST)
    assert (found.held(), raised.value.unknown) == ("Shipping::Lost parcel", True)


def test_a_name_taken_at_the_same_moment_is_decided_again_where_nothing_has_landed() -> None:
    found = account()
    taken(found, TAGS)
    with pytest.raises(Overtaken):
        write(found, change_tags("1001", ["new"]))


def test_a_customer_is_found_by_an_address_that_is_not_their_main_one() -> None:
    found = account()
    write(found, tag_customer("email:jo@work.example", add=["mgn_tier_vip"]))
    assert (found.values["8"], list(found.customers)) == ({str(TIER): "mgn_tier_vip"}, ["8"])


def test_who_only_has_a_like_address_beside_their_main_one_is_somebody_else() -> None:
    found = account()
    write(found, tag_customer("email:jo@work.ex", add=["mgn_tier_vip"]))
    (made,) = found.customers.keys() - {"8"}
    assert (list(found.values), found.customers[made]["email"]) == ([made], "jo@work.ex")


def test_a_tier_that_somebody_has_taken_away_at_the_same_moment_is_gone_as_wanted() -> None:
    found = account()
    found.values["8"] = {str(TIER): "mgn_tier_vip"}

    def take_away(call: Call) -> None:
        if call.method == "DELETE":
            raise NotFound("answered 404")

    found.before = take_away
    write(found, tag_customer("8", remove=["mgn_tier_vip"]))
