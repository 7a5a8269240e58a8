"""Every outside thing as a Protocol: the whole seam on one page. Its errors stand in plugin/vendor_errors.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from plugin.domain.customer_keys import CustomerKey
from plugin.domain.effects import Effect
from plugin.domain.facts import Gone, LastOrder, Macro, Ticket
from plugin.domain.goods import Product as Product
from plugin.domain.goods import UnitCost as UnitCost
from plugin.domain.money import Money
from plugin.domain.orders import Order
from plugin.domain.sales import OrderNews, StoreOrder
from plugin.vendor_errors import AccessError as AccessError
from plugin.vendor_errors import Forged as Forged
from plugin.vendor_errors import NotFound as NotFound
from plugin.vendor_errors import Overtaken as Overtaken
from plugin.vendor_errors import PermanentError as PermanentError
from plugin.vendor_errors import Rejected as Rejected
from plugin.vendor_errors import TemporaryError as TemporaryError
from plugin.vendor_errors import Unreadable as Unreadable
from plugin.vendor_errors import VendorError as VendorError


@dataclass(frozen=True, slots=True)
class Connection:
    """One vendor account of a tenant. `options` is ours to show; `credentials` never leaves the process.

    Options that others read: `reason_field` (id as text), `codes` (code → name path), `user_id` (who we are over
    there), `webhook_id`, `provision` (bool), `budget` ({"number","seconds"} or absent); more are the vendor's own.
    Credentials: `access_token` (or API key, with its `user`), `refresh_token`, `expires_at` (RFC 3339), `client_id`,
    `client_secret`, `signing_secret` (whatever proves a webhook); any subset.
    """

    id: int
    tenant_id: int
    tenant: str
    vendor: str
    account: str
    api_url: str
    hook_key: str
    options: Mapping[str, Any]
    credentials: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook points to. `resource` is the object's name ("ticket:5158"), None for events we do not follow.

    `event_id` is the vendor's own id of the event, the only thing that makes a duplicate.
    """

    topic: str
    resource: str | None
    event_id: str | None


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `number` calls per `seconds`, counted under `name`, for one connection.

    `per_object` is true where only calls about one object count ("update:5158"): the rest of the account goes on.
    """

    name: str
    number: int
    seconds: float
    per_object: bool = False


Body = Mapping[str, Any] | Sequence[Any]
"""What is sent: a JSON document, or fields of a form where the header Content-Type says so."""


class Api(Protocol):
    """Calls to one connection's host: authorised, budgeted, with time-outs; errors are those above.

    `path` is below the connection's `api_url` ("/api/v2/tickets/5158"). The answer is the JSON document (an empty
    dict for 204; a bare list stands under `data`, a text that the header Accept asks for under `text`). `budgets`,
    and those of every call to this vendor, are asked for before anything is sent: an empty one is a
    TemporaryError(unknown=False). Statuses: 401/403 AccessError, 404 NotFound, 409 Overtaken, 422 and other 4xx
    PermanentError, 429 TemporaryError(whole_account), 5xx and broken connections TemporaryError (unknown for anything
    but GET).
    """

    connection: Connection

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]: ...

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What `provision` made or found: merged into the connection. `notes` are lines for the admin."""

    options: Mapping[str, Any]
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """One page of what the helpdesk says has changed: (ticket id, its `updated_at`), and where to go on."""

    tickets: tuple[tuple[str, datetime], ...]
    cursor: str | None
    more: bool


class Vendor(Protocol):
    """What every vendor with accounts and webhooks has, helpdesk or store. Verify, parse and event_id are pure."""

    name: str
    call_headers: Mapping[str, str]
    """What the vendor wants on every call beside the authorisation."""

    def host(self, account: str) -> str:
        """The https root of this account on the vendor's own domain; ValueError with a clear text otherwise."""
        ...

    def authorised(self, connection: Connection, token: str) -> Mapping[str, str]:
        """The headers that show this access token: most vendors' is `plugin.http.bearer`."""
        ...

    def budgets(self, connection: Connection) -> Sequence[Budget]:
        """What every call to this account counts against, reading and writing; () where nothing limits them all."""
        ...

    def verify(
        self,
        connection: Connection,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
        max_age: float,
    ) -> None:
        """Raise Forged unless these exact bytes were signed by this connection's vendor, recently enough."""
        ...

    def parse(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """What the webhook points to. Raises Unreadable and nothing else, whatever the bytes."""
        ...

    def event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The vendor's own id of an event, also of an unreadable one where it can be found."""
        ...

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        """New credentials for expiring ones, both tokens; PermanentError where there is nothing to renew with."""
        ...


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works in the helpdesk. `id` is the helpdesk's, as text; `role` is agent or admin."""

    id: str
    email: str
    name: str
    role: str = "agent"
    active: bool = True


class SignedSidebar(Protocol):
    """A helpdesk that shows our page in a frame of its own, and signs who is looking."""

    def script(self, connection: Connection) -> str:
        """The address of the host's own script, which the page in the frame talks to the host with."""
        ...

    def claimed_account(self, token: str) -> str:
        """The account that an unproven token says it comes from; Forged where it says nothing of the sort."""
        ...

    def read_key(self, api: Api) -> str:
        """The public key (PEM) that this connection's tokens are signed with: one call, without authorisation."""
        ...

    def agent_of(self, connection: Connection, token: str, key: str, now: datetime) -> str:
        """The id of the agent whom the account vouches for; Forged with the reason otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A client of a vendor's OAuth: the app of this installation, or one that the merchant made in their account."""

    id: str
    secret: str = field(repr=False)


class SignIn(Protocol):
    """How somebody proves to us who they are in the helpdesk: its OAuth, by authorisation code (RFC 6749 §4.1)."""

    def client(self, connection: Connection) -> OAuthClient | None:
        """The client to ask with: the connection's own, else the installation's; None where there is neither."""
        ...

    def authorize_url(
        self, connection: Connection, client: OAuthClient, redirect_uri: str, state: str, challenge: str
    ) -> str:
        """Where the browser is sent; `challenge` is the S256 of a secret that only this browser holds (RFC 7636)."""
        ...

    def identify(self, api: Api, client: OAuthClient, code: str, redirect_uri: str, verifier: str) -> Agent:
        """Who came back with this code; the token is forgotten at once. VendorError where it proves nobody.

        `api` has no authorisation of its own, `verifier` is the browser's secret.
        """
        ...


class Helpdesk(Vendor, Protocol):
    """One helpdesk: what every vendor has, and load, perform, offer."""

    @property
    def sign_in(self) -> SignIn | None:
        """How its agents sign in to pages of ours in a tab; None where they cannot."""
        ...

    @property
    def sidebar(self) -> SignedSidebar | None:
        """How the helpdesk frames our page; None where it frames none."""
        ...

    def framed_by(self, connection: Connection) -> str:
        """The origin of the pages that may show ours in a frame: "https://acme.zendesk.com"."""
        ...

    def agents(self, api: Api) -> Sequence[Agent]:
        """Everybody who works there, those who were suspended too."""
        ...

    def load(self, api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
        """Read the ticket, its messages after message id `since` (at least the newest hundred) and its requester."""
        ...

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        """Do these effects of one resource with one write; answers the reference the vendor gave, if any.

        `stamp` is the ticket state that the decision was made on; Overtaken when it has moved. None: it rests on none.
        `look_first` is true when an earlier try may have landed: read, and write only what is not in place.
        """
        ...

    def provision(self, api: Api, hook_url: str, options: Mapping[str, str]) -> Provisioned:
        """Make or find webhook and reason-code field (`options`: code → name path). Safe to run again."""
        ...

    def changed(self, api: Api, cursor: str | None, since: datetime) -> Changed:
        """Tickets changed since `cursor` (or since the instant, where there is none)."""
        ...

    def ticket_url(self, connection: Connection, ticket_id: str) -> str:
        """Where a person opens this ticket."""
        ...

    def macros(self, api: Api) -> Sequence[Macro]:
        """The macros that agents may use (active, for everybody or for groups), texts plain."""
        ...

    def groups(self, api: Api) -> Mapping[str, str]:
        """The groups (teams) that tickets may be handed to: id → name."""
        ...


@dataclass(frozen=True, slots=True)
class StoreCustomer:
    """A customer as the store has them. `emails` and `phones` are proven by the store: one person's.

    `latest_orders` are the newest, newest first; None where they were not asked for.
    """

    id: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    name: str
    spent: Money
    orders: int
    tags: tuple[str, ...]
    last_order: LastOrder | None
    updated_at: datetime
    latest_orders: tuple[Order, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChangedCustomers:
    """One page of the customers that have changed, as the store has them, and where to go on."""

    customers: tuple[StoreCustomer, ...]
    cursor: str | None
    more: bool


@dataclass(frozen=True, slots=True)
class ChangedOrders:
    """One page of the orders that have changed, whole, and where to go on."""

    orders: tuple[StoreOrder, ...]
    cursor: str | None
    more: bool


@dataclass(frozen=True, slots=True)
class ItemCost:
    """News of what something in the stock costs now; None where the store tells no more."""

    item: str
    sku: str
    cost: Money | None


@dataclass(frozen=True, slots=True)
class StoreDiscount:
    """A discount code as the store has it now. `ref` is the store's name of it; `share` None where it is no share."""

    ref: str
    code: str
    share: Decimal | None
    active: bool
    single_use: bool = False


class Store(Vendor, Protocol):
    """One store: what every vendor has, finding customers, and telling orders.

    Its webhooks point to "customer:<kind>:<value>", "order:<id>" (the delivery carries the order, or a refund of it),
    "item:<id>" (what something in the stock costs) or "codes" (a discount was changed).
    """

    def find_customer(self, api: Api, key: CustomerKey) -> StoreCustomer | None:
        """The customer of this key; None where the store answered that there is none."""
        ...

    def provision(self, api: Api, hook_url: str) -> Provisioned:
        """Subscribe the topics we need, and read the store's currency and zone. Safe to run again."""
        ...

    def customers_changed(self, api: Api, cursor: str | None, since: datetime) -> ChangedCustomers:
        """Customers changed since `cursor` (or since the instant, where there is none), the longest unchanged first."""
        ...

    def news(self, connection: Connection, topic: str, body: bytes) -> OrderNews:
        """What a delivery says about an order; pure. Raises Unreadable and nothing else, whatever the bytes."""
        ...

    def item_cost(self, connection: Connection, body: bytes) -> ItemCost:
        """What a delivery says about the cost of something in the stock; pure. Raises Unreadable and nothing else."""
        ...

    def orders_changed(self, api: Api, cursor: str | None, since: datetime) -> ChangedOrders:
        """Orders changed since `cursor` (or since the instant, where there is none), the longest unchanged first."""
        ...

    def order(self, api: Api, order_id: str) -> StoreOrder | None:
        """One order, whole; None where the store has none of this id (or shows it no more)."""
        ...

    def reads_all_orders(self, api: Api) -> bool:
        """Whether orders of any age may be read; False where only the latest (60 days) are."""
        ...

    def unit_costs(self, api: Api, units: Sequence[str]) -> Sequence[UnitCost]:
        """What a piece of each of these costs now; one for each that the store knows."""
        ...

    def discount(self, api: Api, code: str) -> StoreDiscount | None:
        """The discount code of this text; None where the store has none."""
        ...

    def products(self, api: Api, skus: Sequence[str]) -> Sequence[Product]:
        """What the store has of these SKUs now; those it does not sell are left out."""
        ...

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        """Do these effects of one resource; what came of it for the agent (a code, an address), if anything.

        `look_first` is true when an earlier try may have landed: look, and make only what is not there.
        """
        ...
