"""Sample rows of one tenant: every kind of thing that a page shows, with names made to break a page."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugin.db.breaches import Breaches
from plugin.db.connections import Connections
from plugin.db.customers import Customers, store_facts
from plugin.db.heartbeats import Heartbeats
from plugin.db.inbox import Arrival, Inbox
from plugin.db.ledger_tables import CouponRow
from plugin.db.macros import Macros
from plugin.db.outbox import HELD, UNKNOWN, Outbox
from plugin.db.tables import ConnectionRow, DeliveryRow, EffectRow, TenantRow
from plugin.db.tickets import Tickets
from plugin.domain.coupons import other_share
from plugin.domain.decisions import TraceLine
from plugin.domain.effects import set_reason_code
from plugin.domain.facts import (
    Customer,
    LastOrder,
    Macro,
    MacroSuggestion,
    Person,
    Ranked,
    Reason,
    Record,
    Ticket,
    TierDecision,
    snapshot_of,
)
from plugin.domain.judging import WAITING, WAITS
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.tiers import NONE_MET, NOT_YET
from plugin.domain.triage import NO_FIELD, PERSON, RULE
from plugin.order_marks import READ
from plugin.ports import Connection
from plugin.worker.no_bots import BY_TIER
from tests.books import ANA, BEN, Books
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket

EVIL = "Ann <script>alert(1)</script> & \u202eevil O\u2019Neil"
"""Markup, and a control character that turns round whatever follows it."""
LONG = "unbroken" * 40
BEST = "Concierge <b>"
BEST_EMAIL = "best@example.com"


@dataclass
class Samples:
    """What was made, for those who look at single pages."""

    connection: Connection
    tickets: tuple[str, ...] = ("5158", "5159", "5160", "5161", "5162", "5163", "5164", "5165", "5166")
    worked: int = 0
    unreadable: int = 0
    forgotten: int = 0
    binary: int = 0
    held: int = 0


def fill(world: World) -> Samples:
    """Put the samples into the world's first tenant; the installation is ready."""
    made = Samples(world.connection)
    store = connect_store(world, FakeStore())
    with world.database.write() as session:
        _deliveries(session, world, made)
        _tickets(session, world, made)
        _customers(session, world, made, store)
        _connections(session, world)
    _money(Books(world))
    with world.database.write() as session:
        Connections(session, world.vault).note(store.id, {READ: {"orders": 1_204, "done": False}})
    with world.database.write() as session:
        _coupons(session, world, store)
    world.settings(SETTINGS)
    world.clock.move(minutes=7)
    with world.database.write() as session:
        Heartbeats(session).beat("w", "work", {}, world.clock())
        Heartbeats(session).beat("c", "clock", {}, world.clock())
    return made


def _coupons(session: Session, world: World, store: Connection) -> None:
    """A code that may have leaked, one that was changed in the store, one to be made, and one out of use."""
    strangers = "3 new customers used it within an hour, and no ticket of theirs explains it: #1, #2 <b>, #3"
    rows: tuple[dict[str, Any], ...] = (
        {"agent": ANA, "code": "ANA10", "state": "made", "held": strangers, "held_at": world.clock()},
        {"agent": BEN, "code": "BEN10", "state": "changed", "problem": other_share(Decimal("0.2"), Decimal("0.1"))},
        {"agent": LONG[:300], "code": "LONG10", "state": "wanted", "share": None},
        {"agent": ANA, "code": "ANA10-LEAKED", "state": "rotated"},
    )  # fmt: skip
    for row in rows:
        values = {"share": "0.10", "tenant_id": store.tenant_id, "connection_id": store.id, **row}
        session.add(CouponRow(folded=row["code"].casefold(), made_at=world.clock(), **values))


def _money(books: Books) -> None:
    """A sale of each of two agents, a code that nothing proves, a contested credit, and a closed month."""
    _, contested = books.sale(campaign=LONG[:200])
    books.sale(BEN, code="BEN <b>", evidence=[f"code BEN <b> sent in ticket 5158, {LONG}"])
    books.credit(
        books.order(),
        grade="unproven",
        counts=False,
        code="LEAK",
        ticket_id=None,
        evidence=["code LEAK <i> used"],
    )
    books.contest(contested, "It was <b>mine</b>, not Ben's")
    books.close("2026-10", by="mia <b>")


def _rule(name: str, group: str, more: dict[str, str] | None = None) -> dict[str, Any]:
    """A rule for every new ticket: several of them clash."""
    wanted = {"group": group, **(more or {})}
    actions = [{"field": field, "value": value} for field, value in wanted.items()]
    return {"name": name, "on": ["ticket_created"], "actions": actions}


_CODES: list[Any] = [
    {"code": "product.defect", "children": [{"code": "product.defect.zipper", "name": "Zipper <b>"}]}
]
SETTINGS: dict[str, Any] = {
    "mode": "live",
    "timezone": "America/New_York",
    "reason_codes": _CODES,
    "tiers": [{"name": BEST, "spent_at_least": "10000.00", "no_bots": True}],
    "rules": [
        _rule("Best first", "211"),
        _rule("Everybody <b>", "100"),
        _rule("Third", "100", {"priority": "low"}),
    ],
}
WISMO = Ranked("shipping.wismo", 0.41, ("أين طلبي",))
ZIPPER = Reason("product.defect.zipper", "phrases", True, 0.93, ("zipper is stuck", "<i>broken</i>"))
SEEN = {"ticket.text": ["zipper is stuck"], "ticket.reason_code": None}


def _tickets(session: Session, world: World, made: Samples) -> None:
    put = _Put(session, world, made.connection)
    defect = Ranked("product.defect.zipper", 0.93, ("zipper is stuck",))
    first = put.ticket(
        "5158",
        'Re: <b>Zipper</b> is "stuck" & سحاب',
        EVIL,
        Record(reason=ZIPPER, suggestions=(defect, WISMO)),
    )
    wrote = TraceLine(RULE, True, SEEN, ("reason_code product.defect.zipper",))
    put.decision(first, [wrote], [made.worked], "product.defect.zipper", state="done", reference="audit-1")
    second = put.ticket("5159", "أين طلبي #1001؟", "ليلى", Record(suggestions=(WISMO,)), language="ar")
    unsure = {"ticket.text": ["أين طلبي"], "suggested": ["shipping.wismo", "shipping.delayed"]}
    put.decision(second, [TraceLine(RULE, False, unsure, (), "not sure enough to write: suggested")])
    third = put.ticket(
        "5160", "سفارشم کجاست ۱۰۰۱", "سارا", Record(reason=Reason("order.cancel", "agent", True, 1.0))
    )
    chosen = TraceLine(
        RULE,
        True,
        {"ticket.reason_code": "mgn_order_cancel"},
        ("reason_code order.cancel by an agent",),
        PERSON,
    )
    put.decision(third, [chosen])
    fourth = put.ticket("5161", LONG, LONG, Record(), state="closed", language=None)
    left = TraceLine("Left alone", False, {"ticket.status": "closed"}, (), "the ticket is closed: left alone")
    put.decision(fourth, [left])
    fifth = put.ticket(
        "5162", "", "", Record(reason=Reason("refund.request", "phrases", True, 0.8, ("wants",)))
    )
    shadow = TraceLine(RULE, True, SEEN, (), "shadow mode: would write refund.request")
    put.decision(fifth, [shadow], code="refund.request", state="shadow", live=False)
    made.held = put.decision(fifth, [wrote], code="refund.request", state="held", error=HELD) or 0
    put.decision(
        fifth, [wrote], code="refund.status", state="dead", error=f"the option <u> {LONG} was removed"
    )
    put.decision(fifth, [wrote], code="refund.policy", state="unknown", error=f"{UNKNOWN} (HTTP 502)")
    put.decision(fifth, [TraceLine(RULE, False, SEEN, (), NO_FIELD)])
    put.ticket("5163", "Undecided", "Bob", Record())
    for state in ("replaced", "overtaken", "skipped", "pending"):
        put.effect(fifth, "refund.request", state, None)


def _customers(session: Session, world: World, made: Samples, store: Connection) -> None:
    """One of the best, with all there is to show; one of whom no store has spoken yet; one whom none knows."""
    put = _Put(session, world, made.connection)
    order = LastOrder("#1001 <i>", world.clock(), Money(11_320, "USD"), "paid", "partially \u202e")
    customers = Customers(session, store.tenant_id)
    found = customer("77", BEST_EMAIL, name=EVIL, last_order=order, tags=("VIP", "<u>"))
    customers.keep(store.id, found, world.clock())
    row = customers.by_email(BEST_EMAIL)
    assert row is not None
    shelf = [Macro("360001", "Exchange <b>"), Macro("360002", LONG)]
    Macros(session, store.tenant_id).keep(made.connection.id, shelf, world.clock())
    best = Record(
        customer=store_facts(row, "email"),
        tier=TierDecision(BEST, True, ("spent 12,000.00 ≥ 10,000.00 USD", "tag VIP")),
        macros=(
            MacroSuggestion("360001", "Exchange <b>", "suggested by a rule; shares: size, exchange"),
            MacroSuggestion("360002", LONG, "used 3 times for Product – Defect"),
            MacroSuggestion("360009", "Gone by now", "suggested by a rule"),
        ),
        offers=(
            Offered(
                "Belt <b>",
                "BELT-1 <i>",
                Money(5_000, "USD"),
                Money(3_000, "USD"),
                "kept",
                ("suggested by a rule", "asked about <b>", "in stock: 3", "taken 2 of 5 times"),
            ),
            Offered("Shoes"),
        ),
    )
    ticket = put.ticket("5164", "I want another size", EVIL, best, customer_id=row.id)
    breaches = Breaches(session, store.tenant_id)
    breaches.add(ticket[1], "host", ["90", "91 <b>"], BEST, world.clock())
    breaches.add(ticket[1], "ours", ["effect 12"], None, world.clock())
    put.effect(ticket, "refund.request", "withheld", None, error=BY_TIER.format(BEST))
    waiting = TierDecision(certain=False, why=NOT_YET)
    silent = put.ticket("5165", "Hello?", "Bob", Record(tier=waiting, no_bots_rule="Broken <b>"))
    put.decision(silent, [TraceLine(WAITING, False, {"customer.state": "unknown"}, (), WAITS.format(10))])
    nobody = Record(customer=Customer("nobody", as_of=None), tier=TierDecision(why=NONE_MET))
    put.ticket("5166", "Hello!", "Carol", nobody)


@dataclass
class _Put:
    session: Session
    world: World
    connection: Connection

    def ticket(
        self,
        ticket_id: str,
        subject: str,
        name: str,
        record: Record,
        *,
        customer_id: int | None = None,
        **changes: Any,
    ) -> tuple[str, int]:
        person = Person("7", name, f"{ticket_id}@example.com")
        one: Ticket = replace(ticket(ticket_id), subject=subject, requester=person, **changes)
        kept = replace(record, snapshot=snapshot_of(one))
        self.world.clock.move(seconds=20)
        tickets = Tickets(self.session, self.connection.tenant_id)
        return ticket_id, tickets.save(self.connection, one, kept, self.world.clock(), customer_id)

    def decision(
        self,
        which: tuple[str, int],
        trace: list[TraceLine],
        deliveries: list[int] | None = None,
        code: str | None = None,
        *,
        state: str = "done",
        live: bool = True,
        **values: Any,
    ) -> int | None:
        tickets = Tickets(self.session, self.connection.tenant_id)
        decision = tickets.add_decision(
            which[1], trace, deliveries or [], self.world.clock(), live=live, settings_version=1
        )
        return None if code is None else self.effect(which, code, state, decision, **values)

    def effect(
        self, which: tuple[str, int], code: str, state: str, decision: int | None, **values: Any
    ) -> int:
        effect, now = set_reason_code(which[0], code), self.world.clock()
        put = Outbox(self.session).put(
            self.connection.tenant_id, self.connection.id, [effect], now, decision_id=decision
        )
        ended = {"done_at": now + timedelta(seconds=2)} if state == "done" else {}
        changed = {"state": state, "attempts": 2, **ended, **values}
        self.session.execute(update(EffectRow).where(EffectRow.id == put[0]).values(**changed))
        return put[0]


def _deliveries(session: Session, world: World, made: Samples) -> None:
    def put(state: str, **changes: Any) -> int:
        arrival = Arrival(
            tenant_id=made.connection.tenant_id,
            connection_id=made.connection.id,
            source="fake",
            topic="zen:event-type:ticket.comment_added",
            event_id=None,
            resource="ticket:5158",
            state=state,
            body=b'{"ticket": "5158", "name": "<script>\xe2\x80\xae"}',
            headers={"content-type": "application/json", "x-fake-signature": "a" * 64},
            received_at=world.clock(),
        )
        return Inbox(session).put([replace(arrival, **changes)])[0].delivery_id

    made.worked = put("worked", event_id="01HXYZ")
    put("pending")
    made.unreadable = put("unreadable", resource=None, error="detail.id: is no number: '<b>'")
    made.binary = put(
        "unreadable", resource=None, body=b"\x00\xff\xfe", error="body: is not JSON", headers={}
    )
    made.forgotten = put("worked")
    gone = update(DeliveryRow).where(DeliveryRow.id == made.forgotten)
    session.execute(gone.values(body=None))
    blocked = put("dead", error="the token was revoked: connect again")
    session.execute(update(DeliveryRow).where(DeliveryRow.id == blocked).values(blocked=True))


def _connections(session: Session, world: World) -> None:
    tenant = session.get_one(TenantRow, world.connection.tenant_id)
    connections = Connections(session, world.vault)
    for account in ("broken", "busy"):
        connections.add(tenant, "fake", account, f"https://{account}.fake.example", {}, {}, world.clock())
    rows = {row.account: row for row in session.scalars(select(ConnectionRow))}
    rows["broken"].trouble = "acme.zendesk.com answered 401. Make a new token there, then connect again."
    rows["busy"].paused_until = world.clock() + timedelta(hours=1)
    rows["acme"].options = {"reason_field": "9", "webhook_id": "01HW", "provision": True}
    rows["acme"].swept_at = world.clock()


def many_tickets(world: World, number: int) -> None:
    """Tickets 1 to `number`, seen one after the other."""
    with world.database.write() as session:
        put = _Put(session, world, world.connection)
        for one in range(1, number + 1):
            put.ticket(str(one), "a subject", "Ann", Record())
