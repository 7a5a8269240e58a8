"""What an agent sees and does about money beside a ticket: credits, what is contested, gestures, marked links."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from plugin.db.connections import Connections
from plugin.db.disputes import Disputes
from plugin.db.engine import Database
from plugin.db.ledger_tables import DisputeRow, EvidenceRow, LedgerRow
from plugin.db.sidebar_tables import AuditRow
from plugin.domain.evidence import links_in, place_of
from plugin.ports import Connection, Overtaken
from plugin.web.sidebar.money_rows import GESTURE
from tests.books import Books
from tests.fake_store import customer
from tests.fakes import World, ticket
from tests.web.looking import ANA, BEN, Frame, staffed
from tests.web.site import Site, site_over
from tests.web.test_sidebar_deeds import TERMS, audit, effects, read_all, shop_of
from tests.worker.test_customers import SETTINGS
from tests.worker_steps import work_all

WHY = "She ordered after my call."
ONCE = "00112233445566aa"
OTHER = "00112233445566bb"


@pytest.fixture
def world(lite: Site) -> World:
    """A live tenant with a shop and a ticket of its best customer."""
    return shop_of(lite.world)


@pytest.fixture
def site(world: World) -> Site:
    """The web part over it."""
    return site_over(world)


@pytest.fixture
def frame(site: Site) -> Frame:
    """Ana's tab."""
    return Frame(site)


@pytest.fixture
def books(world: World) -> Books:
    """Its books."""
    return Books(world)


def hide_amounts(world: World) -> None:
    world.settings({**SETTINGS, "rules": [], "agents": [TERMS], "amounts_visible_to": ["manager", "admin"]})


def card(html: str, name: str) -> str:
    """The words of one card, without what only marks them up."""
    found = re.search(rf'<section class="card" id="{name}".*?</section>', html, re.DOTALL)
    assert found is not None, f"no card {name}"
    return " ".join(re.sub(r"<[^>]*>", "", found[0]).split())


def has_card(html: str, name: str) -> bool:
    return f'id="{name}"' in html


def shop(world: World) -> Connection:
    """The tenant's one shop."""
    with world.database.read() as session:
        known = Connections(session, world.vault).of_tenant(world.connection.tenant_id)
        return next(one for one in known if one.vendor == "shop")


class TestCredits:
    """Whose merit an order is, on both databases."""

    @pytest.fixture
    def world(self, database: Database) -> World:
        """A live tenant with a shop and a ticket of its best customer."""
        return shop_of(World(database))

    def test_a_ticket_without_credits_has_no_card_of_them(self, frame: Frame) -> None:
        assert not has_card(frame.shown(), "credits")

    def test_my_credit_says_order_worth_grade_evidence_and_what_i_earn(
        self, frame: Frame, books: Books
    ) -> None:
        order, _ = books.sale(ticket_id="5")
        shown = card(frame.shown(), "credits")
        assert re.search(r"#\d+ mine direct ?\$113\.20 code ANA10 sent in ticket 5158", shown)
        assert "Commission $7.92 · pending: approved once the return window is over" in shown
        assert order

    def test_a_credit_of_another_ticket_is_not_shown(self, frame: Frame, books: Books) -> None:
        books.sale(ticket_id="6")
        assert not has_card(frame.shown(), "credits")

    def test_an_unproven_code_of_this_customer_is_shown_and_says_what_is_missing(
        self, frame: Frame, books: Books, world: World
    ) -> None:
        order = books.order(connection_id=shop(world).id, customer_id=customer().id)
        nowhere: dict[str, Any] = {"connection_id": None, "ticket_id": None, "helpdesk": ""}
        said = "code ANA10 used, and no ticket of this customer with ana@shop.example before it"
        books.credit(order, grade="unproven", counts=False, evidence=[said], **nowhere)
        shown = card(frame.shown(), "credits")
        assert "unproven" in shown
        assert said in shown
        assert "What is missing:" in shown
        assert "Commission" not in shown

    def test_an_unproven_code_of_somebody_else_is_not_shown(self, frame: Frame, books: Books) -> None:
        order = books.order(customer_id="somebody else")
        books.credit(order, grade="unproven", counts=False, connection_id=None, ticket_id=None)
        assert not has_card(frame.shown(), "credits")

    def test_what_i_contest_waits_for_a_manager_and_two_clicks_are_one_dispute(
        self, frame: Frame, books: Books, world: World
    ) -> None:
        _, credit = books.sale(ticket_id="5")
        for _ in range(2):
            assert frame.do("dispute", credit=credit, reason=WHY).status_code == 200
        (dispute,) = read_all(world, DisputeRow)
        assert (dispute.raised_by, dispute.reason, dispute.state) == (ANA.email, WHY, "open")
        assert audit(world) == [(ANA.email, "credit_contested")]
        shown = card(frame.shown(), "credits")
        assert "Contested: a manager decides." in shown
        assert WHY in shown
        assert "Commission $7.92 · contested: a manager decides" in shown
        assert "This order was mine" not in shown


class TestWhoSeesWhat:
    """Amounts by the right to them; what agents earn is theirs."""

    def test_without_the_right_an_orders_worth_is_hidden_and_my_own_commission_is_not(
        self, frame: Frame, books: Books, world: World
    ) -> None:
        hide_amounts(world)
        books.sale(ticket_id="5")
        shown = card(frame.shown(), "credits")
        assert "113.20" not in shown
        assert "Commission $7.92" in shown

    def test_what_another_agent_earns_is_not_mine_to_see(
        self, site: Site, books: Books, world: World
    ) -> None:
        agents = [TERMS, {"email": BEN.email, "role": "agent"}]
        world.settings({**SETTINGS, "rules": [], "agents": agents})
        books.sale(ticket_id="5")
        shown = card(Frame(site, BEN).shown(), "credits")
        assert "$113.20" in shown
        assert "7.92" not in shown

    def test_a_manager_sees_what_everybody_earns(self, site: Site, books: Books) -> None:
        books.sale(ticket_id="5", held="looks like a leak")
        shown = card(Frame(site, BEN).shown(), "credits")
        assert "ana@shop.example" in shown
        assert "Commission $7.92 · held back: looks like a leak" in shown

    @pytest.mark.parametrize(
        ("state", "told"),
        [("approved", "approved: to be paid"), ("paid", "paid")],
    )
    def test_a_commission_says_how_far_it_has_gone(
        self, frame: Frame, books: Books, world: World, state: str, told: str
    ) -> None:
        books.sale(ticket_id="5", state=state, paid_at=world.clock())
        assert f"Commission $7.92 · {told} " in card(frame.shown(), "credits")

    def test_what_was_taken_back_after_it_was_paid_is_told(
        self, frame: Frame, books: Books, world: World
    ) -> None:
        order, credit = books.sale(ticket_id="5", state="paid", paid_at=world.clock())
        later = world.clock() + timedelta(hours=1)
        books.entry("cost.commission", 792, order_key=order, credit_id=credit, posted_at=later)
        assert "paid, and some of it taken back since" in card(frame.shown(), "credits")


class TestDisputes:
    """Any agent who looks may say that an order was theirs."""

    def test_another_agents_credit_can_be_claimed(self, site: Site, books: Books, world: World) -> None:
        _, credit = books.sale(ticket_id="5")
        tab = Frame(site, BEN)
        assert "This order was mine" in card(tab.shown(), "credits")
        assert tab.do("dispute", credit=credit, reason=WHY).status_code == 200
        assert [row.raised_by for row in read_all(world, DisputeRow)] == [BEN.email]

    def test_that_somebody_else_contests_my_credit_is_told_and_not_by_whom(
        self, site: Site, frame: Frame, books: Books
    ) -> None:
        _, credit = books.sale(ticket_id="5")
        Frame(site, BEN).do("dispute", credit=credit, reason=WHY)
        shown = card(frame.shown(), "credits")
        assert "Commission $7.92 · contested: a manager decides" in shown
        assert WHY not in shown

    @pytest.mark.parametrize(
        ("verdict", "told"),
        [("upheld", "Decided: you were right."), ("rejected", "Decided: it stays as it is.")],
    )
    def test_what_was_decided_is_shown_in_the_managers_words_and_may_be_contested_again(
        self, frame: Frame, books: Books, world: World, verdict: Any, told: str
    ) -> None:
        _, credit = books.sale(ticket_id="5")
        frame.do("dispute", credit=credit, reason=WHY)
        with world.database.write() as session:
            (row,) = Disputes(session, world.connection.tenant_id).of_credit(credit)
            Disputes(session, world.connection.tenant_id).decide(
                row.id, "mia", verdict, "The call came first.", world.clock()
            )
        shown = card(frame.shown(), "credits")
        assert told in shown
        assert "mia" in shown
        assert "The call came first." in shown
        assert "Contest" in shown

    def test_a_credit_of_another_ticket_or_tenant_cannot_be_contested_here(
        self, frame: Frame, books: Books, world: World
    ) -> None:
        _, elsewhere = books.sale(ticket_id="6")
        assert frame.do("dispute", credit=elsewhere, reason=WHY).status_code == 422
        assert read_all(world, DisputeRow) == []

    @pytest.mark.parametrize("reason", ["", "  ", "\N{ZERO WIDTH SPACE}" * 501])
    def test_without_a_reason_nothing_is_contested(
        self, frame: Frame, books: Books, world: World, reason: str
    ) -> None:
        _, credit = books.sale(ticket_id="5")
        assert frame.do("dispute", credit=credit, reason=reason).status_code == 422
        assert read_all(world, DisputeRow) == []

    def test_a_credit_can_be_contested_while_only_watching(
        self, frame: Frame, books: Books, world: World
    ) -> None:
        world.settings({**SETTINGS, "mode": "shadow", "rules": [], "agents": [TERMS]})
        _, credit = books.sale(ticket_id="5")
        assert frame.do("dispute", credit=credit, reason=WHY).status_code == 200


def give(frame: Frame, amount: str = "25.00", once: str = ONCE, number: str = "5", **more: Any) -> int:
    """Give flowers; the status of the answer."""
    return frame.do("gesture", number, what="flowers", amount=amount, once=once, **more).status_code


def given(world: World) -> list[tuple[str, int]]:
    """What stands in the ledger."""
    return [(row.kind, row.amount) for row in read_all(world, LedgerRow)]


class TestGestures:
    """A gesture is asked about once more, recorded once, and never beyond the budget."""

    def test_first_it_is_asked_whether_it_is_meant_and_nothing_is_written(
        self, frame: Frame, world: World
    ) -> None:
        answer = frame.do("gesture", what="flowers", amount="25")
        shown = answer.get_data(as_text=True)
        assert "Give $25.00 for flowers?" in card(shown, "delight")
        assert re.search(r"&#34;once&#34;: &#34;[0-9a-f]{16}&#34;", shown)
        assert given(world) == []
        assert audit(world) == []

    def test_a_gesture_is_one_line_of_the_ledger_a_note_and_a_deed_in_the_log(
        self, frame: Frame, world: World
    ) -> None:
        assert give(frame, occasion="her birthday") == 200
        (row,) = read_all(world, LedgerRow)
        assert (row.kind, row.amount, row.currency) == ("cost.gesture", -2_500, "USD")
        assert (row.agent, row.ticket_id, row.connection_id) == (ANA.email, "5", world.connection.id)
        assert (row.period, row.note) == ("2026-11", "flowers (her birthday)")
        assert audit(world) == [(ANA.email, GESTURE)]
        work_all(world)
        (note,) = effects(world, "add_note")
        assert note.state == "done"
        assert "Ana gives $25.00" in note.args["text"]
        assert "flowers" in note.args["text"]

    def test_its_note_is_sent_again_where_the_ticket_changed_meanwhile(
        self, frame: Frame, world: World
    ) -> None:
        give(frame)
        changed = [Overtaken("the ticket has moved")]

        def fail(what: str, name: str) -> None:
            if what == "perform" and changed:
                raise changed.pop()

        world.helpdesk.fail = fail
        work_all(world)
        world.clock.move(seconds=60)
        work_all(world)
        assert [note.state for note in effects(world, "add_note")] == ["done"]

    def test_everybody_who_looks_sees_what_was_given_and_the_giver_what_is_left(
        self, site: Site, frame: Frame
    ) -> None:
        give(frame)
        assert "Ana gave $25.00: flowers" in card(Frame(site, BEN).shown(), "delight")
        assert "$475.00 left of $500.00 this month" in card(frame.shown(), "delight")

    def test_the_same_yes_twice_is_one_gesture_and_another_one_is_another(
        self, frame: Frame, world: World
    ) -> None:
        for once in (ONCE, ONCE, OTHER):
            assert give(frame, once=once) == 200
        assert given(world) == [("cost.gesture", -2_500)] * 2
        assert len(effects(world, "add_note")) == 2

    def test_what_is_left_can_be_given_to_the_last_cent_and_no_more(self, frame: Frame, world: World) -> None:
        assert give(frame, "499.99") == 200
        assert give(frame, "0.02", OTHER) == 409
        assert give(frame, "0.01", OTHER) == 200
        assert "$0.00 left" in card(frame.shown(), "delight")

    def test_with_the_next_month_the_budget_is_whole_again(self, frame: Frame, world: World) -> None:
        give(frame, "500.00")
        world.clock.move(seconds=8 * 86_400)
        frame.tokens.clear()
        assert give(frame, "500.00", OTHER) == 200
        assert [row.period for row in read_all(world, LedgerRow)] == ["2026-11", "2026-12"]

    def test_the_day_is_the_tenants(self, frame: Frame, world: World) -> None:
        world.settings({**SETTINGS, "rules": [], "agents": [TERMS], "timezone": "Pacific/Kiritimati"})
        give(frame)
        (row,) = read_all(world, LedgerRow)
        assert row.occurred_on.isoformat() == "2026-11-24"

    @pytest.mark.parametrize("amount", ["٢٥", "۲۵٫۵۰", " 25.0 "])
    def test_amounts_are_read_in_the_digits_of_every_language(
        self, frame: Frame, world: World, amount: str
    ) -> None:
        assert give(frame, amount) == 200
        assert given(world)[0][1] in (-2_500, -2_550)

    def test_who_has_no_budget_gives_nothing(self, site: Site, world: World) -> None:
        assert give(Frame(site, BEN)) == 409
        assert not has_card(Frame(site, BEN).shown(), "delight")
        assert given(world) == []

    def test_before_any_currency_is_known_nothing_is_given(self, lite: Site) -> None:
        world = lite.world
        world.settings({"mode": "live", "agents": [TERMS]})
        staffed(world)
        world.helpdesk.tickets["5"] = ticket("5", "Hello")
        world.hint("5")
        work_all(world)
        tab = Frame(lite)
        answer = tab.do("gesture", "5", what="flowers", amount="5")
        assert (answer.status_code, "currency" in answer.get_json()["detail"]) == (409, True)
        assert not has_card(tab.shown("5"), "delight")

    def test_a_closed_ticket_takes_none(self, frame: Frame, world: World) -> None:
        world.helpdesk.change("5", state="closed")
        world.hint("5")
        work_all(world)
        assert give(frame) == 409

    def test_two_tabs_on_two_tickets_cannot_give_more_than_there_is(self, database: Database) -> None:
        world = shop_of(World(database))
        for number in ("6", "7", "8"):
            world.helpdesk.tickets[number] = ticket(number, "Hello")
            world.hint(number)
        work_all(world)
        site = site_over(world)
        tabs = {number: Frame(site) for number in ("5", "6", "7", "8")}
        for tab in tabs.values():
            tab.load()
        with ThreadPoolExecutor(len(tabs)) as pool:
            answers = list(pool.map(lambda one: give(one[1], "200.00", number=one[0]), tabs.items()))
        assert sorted(answers) == [200, 200, 409, 409]
        assert given(world) == [("cost.gesture", -20_000)] * 2


class TestLinks:
    """A link into the shop that carries a mark: proof comes from the agent's own message, not from making it."""

    def made(self, world: World) -> str:
        (row,) = read_all(world, AuditRow, AuditRow.action == "link_marked")
        link: str = row.details["result"]
        return link

    def test_the_page_keeps_all_it_had_and_carries_a_mark(self, frame: Frame, world: World) -> None:
        page = "https://shop.example/belts?size=m&mgn=old&c=%20x#brown"
        assert frame.do("link", page=page).status_code == 200
        link = self.made(world)
        assert re.fullmatch(r"https://shop\.example/belts\?size=m&c=%20x&mgn=mgn-[0-9a-f]{12}#brown", link)
        assert link.replace("&", "&amp;") in frame.shown()

    def test_two_clicks_are_one_link_and_another_agents_is_another(
        self, site: Site, frame: Frame, world: World
    ) -> None:
        for tab in (frame, frame, Frame(site, BEN)):
            tab.do("link", page="https://shop.example/belts")
        rows = read_all(world, AuditRow, AuditRow.action == "link_marked")
        assert len({row.details["result"] for row in rows}) == len(rows) == 2

    def test_making_one_proves_nothing_and_sending_it_does(self, frame: Frame, world: World) -> None:
        frame.do("link", page="https://shop.example/belts")
        assert read_all(world, EvidenceRow, EvidenceRow.kind == "link") == []
        assert list(links_in(f"Here: {self.made(world)}.")) == [place_of(self.made(world))]
        assert place_of(self.made(world)).startswith("mgn=mgn-")

    def test_where_the_shops_domain_is_known_a_link_leads_there(self, database: Database) -> None:
        world = shop_of(World(database))
        with world.database.write() as session:
            Connections(session, world.vault).note(shop(world).id, {"domain": "belts.example"})
        frame = Frame(site_over(world))
        assert frame.do("link", page="https://elsewhere.example/x").status_code == 422
        for page in (
            "https://belts.example/x",
            "https://www.belts.example/x",
            "https://acme-shop.shop.example/x",
        ):
            assert frame.do("link", page=page).status_code == 200, page

    def test_without_a_shop_there_is_nothing_to_link_to(self, lite: Site) -> None:
        world = lite.world
        world.settings({"mode": "live"})
        world.helpdesk.tickets["5"] = ticket("5", "Hello")
        world.hint("5")
        work_all(world)
        assert Frame(lite).do("link", page="https://shop.example/x").status_code == 409
