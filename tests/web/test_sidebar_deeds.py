"""What an agent does in the panel: done once, kept in the audit log, refused where it must not be."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from plugin.agents_say import REASON_CHOSEN
from plugin.db.customer_tables import CustomerRow
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.db.offer_answers import OfferAnswers
from plugin.db.sidebar_tables import AuditRow
from plugin.db.tables import DeliveryRow, EffectRow, TicketRow
from plugin.db.tickets import Tickets, keys_in, record_of
from plugin.domain.facts import Macro, MacroSuggestion
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.web.looking import ANA, BEN, Frame, staffed
from tests.web.site import Site, site_over
from tests.worker.test_customers import SETTINGS
from tests.worker_steps import work_all

BELT = Offered("Belt", "BELT-1", Money(5000, "USD"), Money(3200, "USD"), "new", ("in stock: 12",))
TERMS: dict[str, Any] = {
    "email": "ana@shop.example",
    "coupon": "ANA10",
    "coupon_share": "0.10",
    "delight_budget": "500.00",
}


@pytest.fixture
def world(lite: Site) -> World:
    """The same on the embedded database alone."""
    return shop_of(lite.world)


def shop_of(made: World) -> World:
    """A live tenant with a shop, a ticket of its best customer, a macro and an offer."""
    made.settings({**SETTINGS, "rules": [], "agents": [TERMS]})
    connect_store(made, FakeStore(customers=[customer()]))
    with made.database.write() as session:
        shelf = [Macro("36", "Exchange for another size", "We will send another size.")]
        Macros(session, made.connection.tenant_id).keep(made.connection.id, shelf, made.clock())
    made.helpdesk.tickets["5"] = ticket("5", "I need another size")
    made.hint("5")
    work_all(made)
    staffed(made)
    _suggest(made)
    return made


def _suggest(world: World) -> None:
    """The last look suggested a macro and an offer."""
    with world.database.write() as session:
        tickets = Tickets(session, world.connection.tenant_id)
        row = tickets.row(world.connection.id, "5")
        assert row is not None
        row.macros = [{"id": "36", "title": "Exchange for another size", "why": "used 3 times"}]
        kept = replace(record_of(row), offers=(BELT,), macros=(MacroSuggestion("36", "Exchange", "why"),))
        tickets.save(
            world.connection, world.helpdesk.tickets["5"], kept, world.clock(), row.customer_id, keys_in(row)
        )


@pytest.fixture
def site(world: World) -> Site:
    """The web part over it."""
    return site_over(world)


@pytest.fixture
def frame(site: Site) -> Frame:
    """Ana's tab."""
    return Frame(site)


def read_all(world: World, table: Any, *where: Any) -> list[Any]:
    with world.database.read() as session:
        found = list(session.scalars(select(table).where(*where)))
        session.expunge_all()
        return found


def deeds(world: World) -> dict[str, Any]:
    found: dict[str, Any] = read_all(world, TicketRow)[0].deeds
    return found


def audit(world: World) -> list[tuple[str, str]]:
    return [(row.actor, row.action) for row in read_all(world, AuditRow)]


def effects(world: World, kind: str) -> list[EffectRow]:
    return read_all(world, EffectRow, EffectRow.kind == kind)


def test_a_chosen_reason_is_handed_to_the_work_and_written(frame: Frame, world: World) -> None:
    assert frame.do("reason", code="shipping.lost").status_code == 200
    assert audit(world) == [("ana@shop.example", "reason_chosen")]
    assert len(read_all(world, DeliveryRow, DeliveryRow.topic == REASON_CHOSEN)) == 1
    work_all(world)
    assert world.helpdesk.tickets["5"].reason_code == "shipping.lost"


def test_two_clicks_on_a_reason_are_one_choice(frame: Frame, world: World) -> None:
    frame.do("reason", code="shipping.lost")
    frame.do("reason", code="shipping.lost")
    assert len(audit(world)) == 1


def test_a_second_thought_and_the_first_one_again_are_three_choices(frame: Frame, world: World) -> None:
    for code in ("shipping.lost", "shipping.damaged", "shipping.lost"):
        assert frame.do("reason", code=code).status_code == 200
        world.clock.move(seconds=1)
    assert len(audit(world)) == 3
    work_all(world)
    assert world.helpdesk.tickets["5"].reason_code == "shipping.lost"


@pytest.mark.parametrize(
    ("did", "more", "status"),
    [
        ("reason", {"code": "no.such.code"}, 422),
        ("reason", {}, 422),
        ("reason", {"code": 7}, 422),
        ("macro", {"macro": "99"}, 422),
        ("offer_taken", {"offer": "Shoes"}, 422),
        ("offer_declined", {"offer": "Shoes"}, 422),
        ("note", {"style": "rude", "text": ""}, 422),
        ("note", {"style": "", "text": "x" * 501}, 422),
        ("video", {"url": "javascript:alert(1)"}, 422),
        ("video", {"url": "http://video.example/1"}, 422),
        ("search", {"order": "my order"}, 422),
        ("retry", {"source": "weather"}, 422),
        ("link", {"page": "http://shop.example/belts"}, 422),
        ("link", {"page": "javascript:alert(1)"}, 422),
        ("link", {"page": "https://shop.example/" + "x" * 1_000}, 422),
        ("dispute", {"credit": 1, "reason": "It was mine."}, 422),
        ("dispute", {"credit": "1", "reason": "It was mine."}, 422),
        ("gesture", {"what": "flowers", "amount": "a lot"}, 422),
        ("gesture", {"what": "flowers", "amount": "0.00"}, 422),
        ("gesture", {"what": "flowers", "amount": "-5"}, 422),
        ("gesture", {"what": "flowers", "amount": "1.005"}, 422),
        ("gesture", {"what": "flowers", "amount": "1,000"}, 422),
        ("gesture", {"what": " ", "amount": "5"}, 422),
        ("gesture", {"what": "x" * 201, "amount": "5"}, 422),
        ("gesture", {"what": "flowers", "amount": "500.01"}, 409),
        ("gesture", {"what": "flowers", "amount": "5", "once": "anything"}, 422),
        ("refund", {"amount": "5.00"}, 422),
        ("reason", {"code": "shipping.lost", "as": "somebody else"}, 422),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    frame: Frame, did: str, more: dict[str, Any], status: int
) -> None:
    answer = frame.do(did, **more)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert audit(frame.site.world) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"reason"', b'{"did": {}}'])
def test_what_is_no_deed_at_all_is_refused(frame: Frame, body: bytes) -> None:
    frame.load()
    where = "/sidebar/fake/tickets/5/deeds"
    answer = frame.site.visitor().post(
        where, data=body, headers=frame.bearer(), content_type="application/json"
    )
    assert answer.status_code == 422


def test_an_offer_taken_becomes_one_draft_order_however_often_it_is_clicked(
    frame: Frame, world: World
) -> None:
    for _ in range(3):
        assert frame.do("offer_taken", offer="Belt").status_code == 200
    Frame(frame.site, BEN).do("offer_taken", offer="Belt")
    (made,) = effects(world, "create_draft_order")
    assert made.args["sku"] == "BELT-1"
    assert (made.args["price"], made.args["currency"]) == ("50.00", "USD")
    assert made.args["email"] == "ann@example.com"
    assert audit(world) == [("ana@shop.example", "offer_taken")]


def test_four_tabs_that_click_at_the_same_moment_make_one_draft_order(database: Database) -> None:
    world = shop_of(World(database))
    site = site_over(world)
    tabs = [Frame(site, agent) for agent in (ANA, BEN, ANA, BEN)]
    for tab in tabs:
        tab.load()
    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(lambda tab: tab.do("offer_taken", offer="Belt").status_code, tabs))
    assert answers == [200] * len(tabs)
    assert len(effects(world, "create_draft_order")) == 1
    assert len(audit(world)) == 1


def test_an_offer_taken_counts_once_and_its_margin_is_in_the_log(frame: Frame, world: World) -> None:
    frame.do("offer_taken", offer="Belt")
    with world.database.read() as session:
        assert OfferAnswers(session, world.connection.tenant_id).counts() == {"Belt": (1, 0)}
    (row,) = read_all(world, AuditRow)
    assert (row.details["kind"], row.details["margin"]) == ("new", "32.00")


def test_what_the_shop_refused_can_be_tried_again(frame: Frame, world: World) -> None:
    frame.do("offer_taken", offer="Belt")
    with world.database.write() as session:
        session.execute(update(EffectRow).values(state="dead", error="the app lacks write_draft_orders"))
    assert "write_draft_orders" in frame.shown()
    frame.do("offer_taken", offer="Belt")
    frame.do("offer_taken", offer="Belt")
    assert [row.state for row in effects(world, "create_draft_order")] == ["dead", "pending"]
    with world.database.read() as session:
        assert OfferAnswers(session, world.connection.tenant_id).counts() == {"Belt": (1, 0)}


def test_what_may_have_landed_is_not_tried_again_by_a_click(frame: Frame, world: World) -> None:
    frame.do("offer_taken", offer="Belt")
    with world.database.write() as session:
        session.execute(update(EffectRow).values(state="unknown"))
    frame.do("offer_taken", offer="Belt")
    assert len(effects(world, "create_draft_order")) == 1


def test_a_declined_offer_is_remembered_for_90_days(frame: Frame, world: World) -> None:
    frame.do("offer_declined", offer="Belt")
    frame.do("offer_declined", offer="Belt")
    (row,) = read_all(world, CustomerRow)
    assert row.declined == {"Belt": world.clock().isoformat()}
    assert audit(world) == [("ana@shop.example", "offer_declined")]
    with world.database.read() as session:
        assert OfferAnswers(session, world.connection.tenant_id).counts() == {"Belt": (0, 1)}


def test_a_coupon_is_a_code_of_its_own_under_the_agents(frame: Frame, world: World) -> None:
    frame.do("coupon")
    frame.do("coupon")
    (made,) = effects(world, "create_code")
    assert made.args["parent"] == "ANA10"
    assert made.args["code"].startswith("ANA10-")
    assert (made.args["share"], made.args["ticket"]) == ("0.10", "5")


def test_an_agent_without_a_code_of_their_own_makes_none(site: Site, world: World) -> None:
    answer = Frame(site, BEN).do("coupon")
    assert answer.status_code == 409
    assert effects(world, "create_code") == []


def test_two_agents_have_a_code_each(site: Site, frame: Frame, world: World) -> None:
    ben = {**TERMS, "email": "ben@shop.example", "coupon": "BEN10"}
    world.settings({**SETTINGS, "rules": [], "agents": [TERMS, ben]})
    frame.do("coupon")
    Frame(site, BEN).do("coupon")
    codes = [row.args["code"] for row in effects(world, "create_code")]
    assert [code.partition("-")[0] for code in codes] == ["ANA10", "BEN10"]
    assert codes[1] not in frame.shown()


def test_a_note_is_about_the_person_and_seen_by_the_next_who_looks(
    frame: Frame, site: Site, world: World
) -> None:
    frame.do("note", style="analytical", text="Likes <b>numbers</b>.")
    shown = Frame(site, BEN).shown()
    assert "Likes &lt;b&gt;numbers&lt;/b&gt;." in shown
    assert read_all(world, CustomerRow)[0].notes["by"] == "Ana"


def test_the_same_note_again_is_no_second_deed(frame: Frame, world: World) -> None:
    frame.do("note", style="friendly", text="x")
    world.clock.move(seconds=5)
    frame.do("note", style="friendly", text="x")
    assert len(audit(world)) == 1


def test_there_is_nobody_to_note_anything_about_while_nobody_is_known(frame: Frame, world: World) -> None:
    world.helpdesk.tickets["6"] = ticket(
        "6", "Hello", requester=replace(ticket().requester, email="x@example.com")
    )
    world.hint("6")
    work_all(world)
    assert frame.do("note", "6", style="", text="x").status_code == 409


def test_an_applied_macro_is_shown_to_the_others(frame: Frame, site: Site, world: World) -> None:
    frame.do("macro", macro="36")
    assert deeds(world)["macro:36"]["by"] == "ana@shop.example"
    assert "Ana" in Frame(site, BEN).shown()


def test_a_macro_that_is_gone_is_suggested_no_more(frame: Frame) -> None:
    assert "Exchange for another size" in frame.shown() or "Exchange" in frame.shown()
    frame.do("macro_gone", macro="36")
    assert 'data-macro="36"' not in frame.shown()


def test_the_shop_is_asked_again_at_once(frame: Frame, world: World) -> None:
    assert frame.do("retry", source="shop").status_code == 200
    asked = read_all(
        world, DeliveryRow, DeliveryRow.topic == "customer_asked", DeliveryRow.state == "pending"
    )
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("did", "more"),
    [
        ("reason", {"code": "shipping.lost"}),
        ("offer_taken", {"offer": "Belt"}),
        ("coupon", {}),
        ("gesture", {"what": "flowers", "amount": "25.00", "once": "00112233445566aa"}),
    ],
)
def test_while_only_watching_nothing_is_written(
    frame: Frame, world: World, did: str, more: dict[str, Any]
) -> None:
    world.settings({**SETTINGS, "mode": "shadow", "rules": [], "agents": [TERMS]})
    answer = frame.do(did, **more)
    assert answer.status_code == 409
    assert audit(world) == []


def test_a_closed_ticket_takes_no_deeds_that_write(frame: Frame, world: World) -> None:
    world.helpdesk.change("5", state="closed")
    world.hint("5")
    work_all(world)
    assert frame.do("reason", code="shipping.lost").status_code == 409


def test_nothing_is_done_on_another_tenants_ticket(site: Site, world: World) -> None:
    other = world.connect("other")
    stranger = Frame(site, connection=other)
    assert stranger.do("reason", code="shipping.lost").status_code == 404
    assert audit(world) == []


def test_without_a_shop_there_is_nothing_to_make_a_code_in(database: Database) -> None:
    world = World(database)
    world.settings({"mode": "live", "agents": [TERMS]})
    world.helpdesk.tickets["5"] = ticket("5", "Hello")
    world.hint("5")
    work_all(world)
    staffed(world)
    assert Frame(site_over(world)).do("coupon").status_code == 409
