"""Rows for the sidebar: a ticket for each thing that a panel can have to show, in tenants that differ."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugin.db.agents import Agents
from plugin.db.customer_documents import orders_document
from plugin.db.customer_tables import CustomerRow
from plugin.db.customers import Customers, store_facts
from plugin.db.disputes import Disputes
from plugin.db.macros import Macros
from plugin.db.outbox import Outbox
from plugin.db.tables import ConnectionRow, EffectRow, TicketRow
from plugin.db.tickets import Tickets
from plugin.domain.customer_keys import email_key, keys_of
from plugin.domain.effects import create_code
from plugin.domain.facts import (
    LastOrder,
    Macro,
    MacroSuggestion,
    Person,
    Ranked,
    Reason,
    Record,
    Ticket,
    snapshot_of,
)
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.orders import Order, OrderLine, Parcel
from plugin.ports import Agent, Connection
from tests.books import Books
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.web.looking import ANA, BEN

EVIL = "Ann <script>alert(1)</script> \u202eevil & O\u2019Neil"
LONG = "unbroken" * 30
CARLA = Agent("13", "carla@shop.example", "Carla")
TERMS = {"email": ANA.email, "coupon": "ANA10", "coupon_share": "0.10", "delight_budget": "500.00"}
SETTINGS: dict[str, Any] = {
    "mode": "live",
    "currency": "USD",
    "tiers": [{"name": "Gold", "spent_at_least": "1000.00", "no_bots": True}],
    "agents": [TERMS, {"email": BEN.email, "role": "manager"}],
    "video_recorder": "https://video.example/record",
}
SHELF = (
    Macro(
        "36",
        "Exchange for another size",
        "Of course! We will send you another size today.\nWhich one do you need?",
    ),
    Macro("37", "Where is my order?", "Your parcel is on its way."),
    Macro("38", "Set to urgent", ""),
)
BELT = Offered(
    "Leather belt", "BELT-1", Money(4900, "USD"), Money(3120, "USD"), "new",
    ("asked about belt", "goes with SHIRT-M of the latest order", "in stock: 12"),
)  # fmt: skip
EXCHANGE = Offered(
    "Exchange for size L", "SHIRT-L", Money(500, "USD"), None, "kept", ("in place of money back",)
)
LATE = Ranked("shipping.delayed", 0.81, ("still not here", "two weeks"))
WISMO = Ranked("shipping.wismo", 0.64, ("where is my parcel",))
SIZE = Ranked("product.sizing", 0.41, ("another size",))


def _order(number: int, days: int, cents: int, *parcels: Parcel, currency: str = "USD", **more: Any) -> Order:
    lines = (OrderLine("SHIRT-M", "Linen shirt, M", 1), OrderLine("SOCK-2", "Socks", 3))
    made = Order(
        f"#{number}", NOW - timedelta(days=days), Money(cents, currency), "paid", "fulfilled", lines, parcels
    )
    return replace(made, **more)


ORDERS = (
    _order(1042, 6, 11_320, Parcel("UPS", "1Z999AA10123456784", "delayed", "https://ups.example/1Z999AA1", NOW)),
    _order(1007, 41, 8_450, Parcel("DHL", "JD0146000", "delivered", "https://dhl.example/JD0146000"),
           returning="under_way"),
    _order(977, 120, 24_000, status="partially_refunded"),
)  # fmt: skip
FOREIGN = tuple(
    _order(2000 + n, n, 50_000 + n, currency=currency, status="Odd_word \u202e")
    for n, currency in enumerate(("EUR", "KWD", "JPY", "IRR", "AED"))
)


@dataclass
class Panels:
    """Where everything is: account → its connection, and the effects that tests let land."""

    world: World
    accounts: dict[str, Connection] = field(default_factory=dict)


def fill(world: World) -> Panels:
    """Three tenants: one live; one that only watches, hides amounts and whose shop is silent; one without a shop."""
    made = Panels(
        world, {"acme": world.connection, "beta": world.connect("beta"), "gamma": world.connect("gamma")}
    )
    hidden = {"mode": "shadow", "amounts_visible_to": ["manager"]}
    for account, changes in (("acme", {}), ("beta", hidden), ("gamma", {})):
        world.settings(SETTINGS | changes, made.accounts[account])
    _live(_Tenant(world, made.accounts["acme"], _store(world, made.accounts["acme"])))
    _watching(_Tenant(world, made.accounts["beta"], _store(world, made.accounts["beta"])))
    _shopless(_Tenant(world, made.accounts["gamma"], None))
    return made


def _store(world: World, owner: Connection) -> Connection:
    own, world.connection = world.connection, owner
    made = connect_store(world, FakeStore(), f"{owner.account}-shop")
    world.connection = own
    return made


def _live(at: "_Tenant") -> None:
    """One ticket for each state of a panel."""
    best = at.customer("1", "Ann Lee", spent=1_234_500, orders=9, latest_orders=ORDERS)
    every = Record(suggestions=(LATE, WISMO, SIZE), macros=at.shelf, offers=(EXCHANGE, BELT))
    at.ticket("1", "Ann Lee", replace(every, offers=(BELT, EXCHANGE)), best)
    asked = replace(BELT, why=("asked about belt", "in stock: 12"))
    at.ticket("2", "Nobody Known", Record(suggestions=(SIZE,), offers=(asked,)))
    fresh = at.customer("3", "Nora New", spent=0, orders=0, last_order=None, latest_orders=())
    at.ticket("3", "Nora New", Record(suggestions=(SIZE,), offers=(asked,)), fresh)
    at.ticket("4", "Wait Ing", Record(), asked=True)
    closed = at.customer("5", "Clo Sed", spent=20_000, orders=2, latest_orders=ORDERS[1:2])
    sure = Reason("shipping.delayed", "phrases", True, 0.93, ("late",))
    at.ticket("5", "Clo Sed", replace(every, reason=sure), closed, state="closed")
    evil = at.customer("6", EVIL, spent=99_999_999, orders=10_000, latest_orders=FOREIGN, tags=("<u>",))
    named = replace(BELT, name=EVIL, why=(f"asked about {LONG}",))
    why = MacroSuggestion("36", EVIL, "shares: <b>, \u202ex")
    at.ticket("6", EVIL, Record(reason=sure, macros=(why,), offers=(named,), suggestions=(LATE,)), evil)
    done = at.customer("7", "Don E", spent=120_000, orders=3, latest_orders=ORDERS[:1])
    at.ticket("7", "Don E", replace(every, reason=replace(sure, by="agent")), done, deeds=at.deeds("done"))
    failed = at.customer("8", "Fay Led", spent=120_000, orders=3, latest_orders=ORDERS[1:])
    at.ticket("8", "Fay Led", every, failed, deeds=at.deeds("dead", "the shop refused the price"))
    waits = at.customer("9", "Un Derway", spent=120_000, orders=3, latest_orders=ORDERS[2:])
    at.ticket("9", "Un Derway", every, waits, deeds=at.deeds("pending"))
    for number in range(20, 40):  # for the tests that click
        own = str(min(number, 35))  # the last ones are of one customer
        person = at.customer(own, "Click Here", spent=120_000, orders=4, latest_orders=ORDERS)
        at.ticket(str(number), "Click Here", every, person)
    _credits(at)


def _credits(at: "_Tenant") -> None:
    """Credits of every sort beside the fullest ticket, strange ones, one that was decided about, and one to contest."""
    books = Books(at.world)
    books.sale(ticket_id="1")
    books.sale(BEN.email, ticket_id="1", evidence=["ticket 1 with ben@shop.example 3 days before"])
    said = "code ANA10 used, and no ticket of this customer with ana@shop.example before it"
    books.credit(books.order(), ticket_id="1", grade="unproven", counts=False, evidence=[said])
    books.credit(
        books.order(name=LONG[:100]), f"{LONG[:200]}@x.example", ticket_id="6", evidence=[EVIL, LONG]
    )
    _, decided = books.sale(ticket_id="7", held=EVIL)
    with at.rows() as session:
        disputes = Disputes(session, at.connection.tenant_id)
        row = disputes.contest(decided, ANA.email, LONG, NOW)
        assert row is not None
        disputes.decide(row.id, BEN.email, "rejected", EVIL, NOW)
    books.sale(BEN.email, ticket_id="39")
    books.entry("cost.gesture", -7_500, agent=ANA.email)


def _watching(at: "_Tenant") -> None:
    best = at.customer("1", "Ann Lee", spent=1_234_500, orders=9, latest_orders=ORDERS)
    every = Record(suggestions=(LATE, WISMO), macros=at.shelf, offers=(BELT,))
    at.ticket("1", "Ann Lee", every, best)
    at.trouble("the shop answered 401: the token was revoked. Connect it again.")


def _shopless(at: "_Tenant") -> None:
    at.ticket("1", "Ann Lee", Record(suggestions=(LATE,), macros=at.shelf))


class _Tenant:
    """Puts rows into one tenant."""

    shelf = (
        MacroSuggestion("36", "Exchange for another size", "used 3 times for Exchange; shares: size"),
        MacroSuggestion("37", "Where is my order?", "chosen in the settings for Shipping – Delayed"),
        MacroSuggestion("38", "Set to urgent", "suggested by a rule"),
    )

    def __init__(self, world: World, connection: Connection, store: Connection | None) -> None:
        self.world, self.connection, self.store = world, connection, store
        with self.rows() as session:
            Agents(session, connection.tenant_id).keep(connection.id, (ANA, BEN, CARLA), world.clock())
            Macros(session, connection.tenant_id).keep(connection.id, SHELF, world.clock())

    def customer(self, number: str, name: str, **more: Any) -> int:
        """A customer of the store, known by the address of the ticket of that number."""
        assert self.store is not None
        orders = more.get("latest_orders") or ()
        last = _last(orders[0]) if orders else None
        email = f"{number}@example.com"
        found = customer(number, email, **{"name": name, "last_order": last, **more})
        key = email_key(email)
        assert key is not None
        with self.rows() as session:
            customers = Customers(session, self.connection.tenant_id)
            customers.keep(self.store.id, found, self.world.clock())
            row = customers.of_key(self.store.id, key)
            assert row is not None
            row.latest_orders, row.orders_as_of = orders_document(orders), self.world.clock()
            return row.id

    def ticket(
        self,
        number: str,
        name: str,
        record: Record,
        customer_id: int | None = None,
        *,
        asked: bool = False,
        deeds: dict[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        """A ticket that was looked at a while ago; `asked` is for one whose shop has not answered."""
        address = f"{number}@example.com"
        one: Ticket = replace(ticket(number, "Hello"), requester=Person("7", name, address), **changes)
        self.world.helpdesk.tickets[number] = one
        with self.rows() as session:
            kept = replace(self._joined(session, record, customer_id), snapshot=snapshot_of(one))
            tickets = Tickets(session, self.connection.tenant_id)
            tickets.save(self.connection, one, kept, self.world.clock(), customer_id, keys_of(one))
            if customer_id is None and not asked and self.store is not None:
                for key in keys_of(one):
                    Customers(session, self.connection.tenant_id).keep_nobody(
                        self.store.id, key, self.world.clock()
                    )
            row = tickets.row(self.connection.id, number)
            assert row is not None
            row.deeds = deeds or {}

    def _joined(self, session: Session, record: Record, customer_id: int | None) -> Record:
        if customer_id is None:
            return record
        row = session.get_one(CustomerRow, customer_id)
        return replace(record, customer=store_facts(row, "email"))

    def deeds(self, state: str, error: str | None = None) -> dict[str, Any]:
        """What Ben did, and what became of it: a reason, an offer, a macro; Ana's coupon, and what she gave."""
        assert self.store is not None
        at = (NOW - timedelta(minutes=4)).isoformat()
        ben = {"by": BEN.email, "name": BEN.name, "at": at}
        offer = self.effect("offer", state, "https://pay.example/draft/1?a=b&c=%3Cd%3E", error)
        coupon = self.effect("coupon", state, "ANA10-7F3K", error)
        return {
            "macro:36": {"did": "macro_applied", "macro": "36", **ben},
            f"offer:{EXCHANGE.name}": {"did": "offer_taken", "effect": offer, "tries": 1, **ben},
            f"coupon:{ANA.email}": {
                "did": "coupon_made", "by": ANA.email, "name": ANA.name, "at": at, "effect": coupon, "tries": 1,
                "result": "ANA10-7F3K",
            },
            f"link:{ANA.email}": {
                "did": "link_marked", "by": ANA.email, "name": ANA.name, "at": at,
                "result": "https://shop.example/belts?size=m&mgn=mgn-7f3a91c02b5d",
            },
            "gesture:1": {
                "did": "gesture_given", "by": ANA.email, "name": ANA.name, "at": at, "what": LONG, "minor": 2_500,
                "currency": "USD", "occasion": "her birthday",
            },
        }  # fmt: skip

    def effect(self, what: str, state: str, reference: str, error: str | None) -> int:
        """A write to the store, and how it ended."""
        assert self.store is not None
        code = f"{what}-{state}"
        with self.rows() as session:
            put = Outbox(session).put(
                self.connection.tenant_id,
                self.store.id,
                [create_code(code, "ANA10", "0.10", "1", "ANA10-AAA")],
                self.world.clock(),
            )
            ended = {"state": state, "reference": reference if state == "done" else None, "error": error}
            session.execute(update(EffectRow).where(EffectRow.id == put[0]).values(**ended))
            return put[0]

    def trouble(self, text: str) -> None:
        """The store does not answer."""
        assert self.store is not None
        with self.rows() as session:
            broken = update(ConnectionRow).where(ConnectionRow.id == self.store.id)
            session.execute(broken.values(trouble=text))

    def rows(self) -> Any:
        """A transaction to put them in."""
        return self.world.database.write()


def _last(order: Order) -> LastOrder:
    assert order.total is not None
    return LastOrder(order.name, order.at, order.total, order.status, order.fulfilment)


def land(world: World, number: str, about: str, reference: str) -> None:
    """What was asked for on a ticket comes to pass in the shop."""
    with world.database.write() as session:
        row = session.scalars(select(TicketRow).where(TicketRow.ticket_id == number)).first()
        assert row is not None
        done = update(EffectRow).where(EffectRow.id == row.deeds[about]["effect"])
        session.execute(done.values(state="done", reference=reference))
