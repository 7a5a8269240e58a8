"""The customers of a tenant's stores: found by key, kept as the store has them, and who waits for an answer."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from plugin.db.customer_documents import order_document, orders_document, read_order
from plugin.db.customer_tables import CustomerKeyRow, CustomerRow, CustomerWaitRow
from plugin.db.storable import storable, storable_key
from plugin.db.upserts import upsert
from plugin.domain.customer_keys import CustomerKey, email_key, phone_key
from plugin.domain.facts import Customer, MatchedBy
from plugin.domain.money import Money
from plugin.ports import StoreCustomer

NOBODY_FOR: Final = timedelta(hours=1)
"""How long a store's "no such customer" is believed; a new customer's webhook ends it sooner."""
CURRENT_FOR: Final = timedelta(hours=24)
"""Older than this, a customer is asked for again; meanwhile what is known counts."""
LONGEST_KEY: Final = 200
_OWN: Final = ("email", "phone", "id")
"""Kinds of keys that a store's customer proves; an order's number is kept until asked again."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of who wrote. `to_ask` are the questions to put, by store; `waiting`: nobody has answered yet.

    `has_shop` is false where the tenant has no store at all: then there is nobody to ask.
    """

    customer: Customer
    customer_id: int | None = None
    to_ask: tuple[tuple[int, CustomerKey], ...] = ()
    waiting: bool = False
    has_shop: bool = True


class Customers:
    """The customers of one tenant. Each method is one part of the caller's transaction."""

    def __init__(self, session: Session, tenant_id: int) -> None:
        self._session = session
        self._tenant_id = tenant_id

    def find(self, stores: Sequence[int], keys: Sequence[CustomerKey], now: datetime) -> Found:
        """Who these keys belong to, the better key first; of several stores' customers the one who spent most."""
        if not stores or not keys:
            return Found(Customer(), has_shop=bool(stores))
        answers = self._answers(stores, keys)
        for key in keys:
            given = [answers.get((store, key)) for store in stores]
            known = [row for answer in given if answer is not None and (row := self._living(answer))]
            if known:
                best = max(known, key=lambda row: row.spent)
                older = _older(stores, key, given, now - CURRENT_FOR)
                again = (*older, *_without_orders(best, dict(older)))
                waiting = any(one is None for one in given)
                return Found(_customer(best, key, waiting), best.id, again, waiting)
        fresh = [(store, key) for key in keys for store in stores if _is_open(answers.get((store, key)), now)]
        waiting = any(answers.get(one) is None for one in fresh)
        return Found(Customer("unknown" if waiting else "nobody"), None, tuple(fresh), waiting)

    def keep(
        self, connection_id: int, found: StoreCustomer, now: datetime, asked: CustomerKey | None = None
    ) -> bool:
        """Keep a customer as the store has them; whether that is news. `asked` is the key that found them."""
        new = self._insert(connection_id, found, now)
        row = self._row(connection_id, found.id)
        assert row is not None
        news = new or _is_news(row, found)
        if found.updated_at >= row.updated_at:
            _keep_orders(row, found, now)
            _fill(row, found)
        if asked is not None and row.orders_as_of is None:
            row.orders_as_of = now  # who was asked and told none is not asked for them at every look
        row.as_of, row.gone_at = now, None
        self._session.flush()
        own = _keys_of(found)
        self._drop_keys(row, own)
        for key in dict.fromkeys((*own, *([asked] if asked else ()))):
            self._answer(connection_id, key, row.id, now)
        return news

    def keep_nobody(self, connection_id: int, asked: CustomerKey, now: datetime) -> None:
        """The store has no customer of this key."""
        if asked.kind == "id" and (row := self._row(connection_id, asked.value)) is not None:
            row.gone_at = now
        self._answer(connection_id, asked, None, now)

    def of_key(self, connection_id: int, key: CustomerKey) -> CustomerRow | None:
        """The customer that a store gave for this key."""
        answer = self._session.scalar(select(CustomerKeyRow).where(*self._is(connection_id, key)))
        return None if answer is None else self._living(answer)

    def by_email(self, email: str) -> CustomerRow | None:
        """The customer with this address, of whichever store: the one who spent most."""
        key = email_key(email)
        query = (
            select(CustomerRow)
            .join(CustomerKeyRow, CustomerKeyRow.customer_id == CustomerRow.id)
            .where(CustomerRow.tenant_id == self._tenant_id, CustomerRow.gone_at.is_(None))
            .where(CustomerKeyRow.kind == "email", CustomerKeyRow.value == (key.value if key else ""))
            .order_by(CustomerRow.spent.desc())
        )
        return self._session.scalars(query.limit(1)).first()

    def top_percent(self, customer_id: int) -> float | None:
        """The rank of a customer by what they spent, among all of the store that are known (0.5: top half percent)."""
        row = self._session.get(CustomerRow, customer_id)
        if row is None:
            return None
        own = (CustomerRow.connection_id == row.connection_id, CustomerRow.currency == row.currency)
        everybody = (*own, CustomerRow.tenant_id == self._tenant_id, CustomerRow.gone_at.is_(None))
        more = func.count().filter(CustomerRow.spent > row.spent)
        above, everyone = self._session.execute(select(more, func.count()).where(*everybody)).one()
        return 100.0 * (above + 1) / everyone if everyone else None

    def after(self, connection_id: int, last: int, limit: int) -> Sequence[CustomerRow]:
        """The customers of a store by number, from the one after `last` on."""
        query = select(CustomerRow).where(
            CustomerRow.tenant_id == self._tenant_id,
            CustomerRow.connection_id == connection_id,
            CustomerRow.id > last,
            CustomerRow.gone_at.is_(None),
        )
        return self._session.scalars(query.order_by(CustomerRow.id).limit(limit)).all()

    def wait(
        self, questions: Iterable[tuple[int, CustomerKey]], ticket_connection: int, resource: str
    ) -> None:
        """This ticket wants to be told when the stores have answered."""
        for store, key in questions:
            row = upsert(self._session, CustomerWaitRow).values(
                tenant_id=self._tenant_id,
                connection_id=store,
                kind=key.kind,
                value=storable_key(key.value, LONGEST_KEY),
                ticket_connection_id=ticket_connection,
                resource=resource,
            )
            self._session.execute(row.on_conflict_do_nothing())

    def answered(self, connection_id: int, key: CustomerKey) -> list[tuple[int, str]]:
        """The tickets that waited for this answer (connection, resource); they wait no more."""
        waiting = (
            CustomerWaitRow.tenant_id == self._tenant_id,
            CustomerWaitRow.connection_id == connection_id,
            CustomerWaitRow.kind == key.kind,
            CustomerWaitRow.value == storable_key(key.value, LONGEST_KEY),
        )
        gone = delete(CustomerWaitRow).where(*waiting)
        rows = self._session.execute(
            gone.returning(CustomerWaitRow.ticket_connection_id, CustomerWaitRow.resource)
        )
        return [(connection, resource) for connection, resource in rows]

    def _answers(
        self, stores: Sequence[int], keys: Sequence[CustomerKey]
    ) -> dict[tuple[int, CustomerKey], CustomerKeyRow]:
        query = select(CustomerKeyRow).where(
            CustomerKeyRow.tenant_id == self._tenant_id,
            CustomerKeyRow.connection_id.in_(stores),
            or_(*(_same(key) for key in keys)),
        )
        by_stored = {(key.kind, storable_key(key.value, LONGEST_KEY)): key for key in keys}
        rows = self._session.scalars(query)
        return {(row.connection_id, by_stored[cast(Any, row.kind), row.value]): row for row in rows}

    def _living(self, answer: CustomerKeyRow) -> CustomerRow | None:
        row = None if answer.customer_id is None else self._session.get(CustomerRow, answer.customer_id)
        return row if row is not None and row.gone_at is None else None

    def _row(self, connection_id: int, store_id: str) -> CustomerRow | None:
        query = select(CustomerRow).where(
            CustomerRow.tenant_id == self._tenant_id,
            CustomerRow.connection_id == connection_id,
            CustomerRow.store_id == storable_key(store_id, 100),
        )
        return self._session.scalar(query.with_for_update())

    def _insert(self, connection_id: int, found: StoreCustomer, now: datetime) -> bool:
        """A row for a customer not known yet, also where another worker makes it at this moment; whether it is ours."""
        row = upsert(self._session, CustomerRow).values(
            tenant_id=self._tenant_id,
            connection_id=connection_id,
            store_id=storable_key(found.id, 100),
            as_of=now,
            marked="",
            **_columns(found),
        )
        made = row.on_conflict_do_nothing(index_elements=["connection_id", "store_id"])
        return self._session.scalar(made.returning(CustomerRow.id)) is not None

    def _drop_keys(self, row: CustomerRow, own: Iterable[CustomerKey]) -> None:
        """An address that is no longer theirs leads to them no longer."""
        kept = [(key.kind, storable_key(key.value, LONGEST_KEY)) for key in own]
        query = select(CustomerKeyRow).where(
            CustomerKeyRow.customer_id == row.id, CustomerKeyRow.kind.in_(_OWN)
        )
        for one in self._session.scalars(query):
            if (one.kind, one.value) not in kept:
                self._session.delete(one)
        self._session.flush()

    def _answer(self, connection_id: int, key: CustomerKey, customer: int | None, now: datetime) -> None:
        row = upsert(self._session, CustomerKeyRow).values(
            tenant_id=self._tenant_id,
            connection_id=connection_id,
            kind=key.kind,
            value=storable_key(key.value, LONGEST_KEY),
            customer_id=customer,
            answered_at=now,
        )
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=["connection_id", "kind", "value"],
                set_={"customer_id": customer, "answered_at": now},
            )
        )

    def _is(self, connection_id: int, key: CustomerKey) -> tuple[Any, ...]:
        ours = CustomerKeyRow.tenant_id == self._tenant_id, CustomerKeyRow.connection_id == connection_id
        return (*ours, _same(key))


def with_rank(customer: Customer, percent: float | None) -> Customer:
    """The customer with their rank by spend."""
    return replace(customer, top_percent=percent)


def store_facts(row: CustomerRow, matched_by: MatchedBy | None = None) -> Customer:
    """A stored customer in the words that rules and tiers read."""
    return Customer(
        state="known",
        email=row.emails[0] if row.emails else None,
        name=row.name,
        matched_by=matched_by,
        spent=Money(row.spent, row.currency),
        orders=row.orders,
        tags=tuple(row.tags),
        last_order=read_order(row.last_order),
        as_of=row.as_of,
    )


def _customer(row: CustomerRow, key: CustomerKey, waiting: bool) -> Customer:
    """The customer as far as is known: while another store is silent, that may be too little, and says so."""
    found = store_facts(row, None if key.kind == "id" else key.kind)
    return replace(found, state="unknown") if waiting else found


def _older(
    stores: Sequence[int], key: CustomerKey, given: Sequence[CustomerKeyRow | None], limit: datetime
) -> tuple[tuple[int, CustomerKey], ...]:
    """The stores that have not answered yet, or so long ago that they are asked again."""
    old = zip(stores, given, strict=True)
    return tuple((store, key) for store, one in old if one is None or one.answered_at < limit)


def _without_orders(row: CustomerRow, asked: Container[int]) -> tuple[tuple[int, CustomerKey], ...]:
    """The store is asked for a customer whose latest orders are not known (any more), unless it is asked anyway."""
    if row.orders_as_of is not None or not row.orders or row.connection_id in asked:
        return ()
    return ((row.connection_id, CustomerKey("id", row.store_id)),)


def _is_open(answer: CustomerKeyRow | None, now: datetime) -> bool:
    return answer is None or answer.answered_at < now - NOBODY_FOR


def _same(key: CustomerKey) -> Any:
    stored = storable_key(key.value, LONGEST_KEY)
    return (CustomerKeyRow.kind == key.kind) & (CustomerKeyRow.value == stored)


def _keys_of(found: StoreCustomer) -> list[CustomerKey]:
    """What the store says is theirs: their number there, e-mail addresses and phone numbers."""
    emails = map(email_key, found.emails)
    phones = map(phone_key, found.phones)
    known = [key for key in (*emails, *phones) if key is not None]
    return [CustomerKey("id", found.id), *known]


def _is_news(row: CustomerRow, found: StoreCustomer) -> bool:
    """Whether something has changed that a tier or a rule may look at."""
    before = (row.spent, row.currency, row.orders, row.tags, row.emails, row.last_order, row.gone_at)
    order = order_document(found.last_order)
    spent = found.spent
    now = (spent.minor, spent.currency, found.orders, list(found.tags), list(found.emails), order, None)
    return before != now and found.updated_at >= row.updated_at


def _keep_orders(row: CustomerRow, found: StoreCustomer, now: datetime) -> None:
    """The latest orders where they were told; where news of an order came without them, they must be asked for."""
    if found.latest_orders is not None:
        row.latest_orders, row.orders_as_of = orders_document(found.latest_orders), now
    elif row.last_order != order_document(found.last_order):
        row.orders_as_of = None


def _fill(row: CustomerRow, found: StoreCustomer) -> None:
    for name, value in _columns(found).items():
        setattr(row, name, value)


def _columns(found: StoreCustomer) -> dict[str, Any]:
    """A customer as kept."""
    return {
        "emails": list(found.emails),
        "phones": list(found.phones),
        "tags": list(found.tags),
        "name": storable(found.name),
        "spent": found.spent.minor,
        "currency": found.spent.currency,
        "orders": found.orders,
        "last_order": order_document(found.last_order),
        "updated_at": found.updated_at,
    }
