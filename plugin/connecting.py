"""Connecting a vendor account: where it may live, whose it is, what is made there. Safe to run again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from plugin.db.connections import Connections, Tenants
from plugin.db.inbox import Inbox, clock_hint
from plugin.db.outbox import Outbox
from plugin.db.tables import TenantRow
from plugin.http import is_loopback
from plugin.macro_books import read_macros
from plugin.ports import Connection, Helpdesk, Provisioned, TemporaryError, Vendor
from plugin.product import Product
from plugin.reading_agents import read_agents

NO_MACROS = (
    "The macros could not be read, and none is suggested until they can ({problem}); the clock tries again."
)
NO_AGENTS = (
    "The agents could not be read, so the sidebar cannot tell who is looking, nor show their coupon ({problem}); the "
    "clock tries again."
)
NOTHING_TO_CHECK_WITH = (
    "There is no secret to check webhooks with yet: they are refused until you give it (--signing-secret or --secret, "
    "whichever this vendor has)."
)


class NotConnected(Exception):
    """Refused; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the admin asked for. `options` and `credentials` hold only what was given."""

    vendor: str
    account: str
    tenant: str | None
    api_url: str | None
    options: Mapping[str, Any]
    credentials: Mapping[str, str]
    provision: bool


@dataclass(frozen=True, slots=True)
class Connected:
    """The outcome: the connection as stored, its webhook address, and lines for the admin."""

    connection: Connection
    hook_url: str
    notes: tuple[str, ...]


def connect(product: Product, wish: Wish) -> Connected:
    """Store the account and, unless told not to, make there what is needed. NotConnected or VendorError."""
    api_url = allowed_url(product.vendors[wish.vendor], wish, product.config.allow_local_vendors)
    connection = _store(product, wish, api_url)
    hook_url = f"{product.config.public_url}/hooks/{wish.vendor}/{connection.hook_key}"
    connect_it = _connect_store if wish.vendor in product.stores else _connect_helpdesk
    return connect_it(product, connection, hook_url, wish.provision)


def _connect_helpdesk(product: Product, connection: Connection, hook_url: str, provision: bool) -> Connected:
    """Webhook and reason-code field, then its macros and agents."""
    helpdesk = product.helpdesks[connection.vendor]
    if not provision:
        _mended(product, connection)
        return Connected(connection, hook_url, _what_is_missing(connection))
    made = helpdesk.provision(product.open_api(connection), hook_url, _codes(product, connection))
    stored = _keep(product, connection, made)
    return Connected(stored, hook_url, (*made.notes, *_read_first(product, helpdesk, stored)))


def _connect_store(product: Product, connection: Connection, hook_url: str, provision: bool) -> Connected:
    """Webhooks; and its customers are read from now on, without waiting for the next tick of the clock."""
    made = Provisioned({})
    if provision:
        made = product.stores[connection.vendor].provision(product.open_api(connection), hook_url)
    stored, now = _keep(product, connection, made), product.now()
    with product.database.write() as session:
        Inbox(session).put([clock_hint(stored, "sweep_due", f"connected:{now.isoformat()}", now)])
    return Connected(stored, hook_url, (*made.notes, *_unchecked(stored)))


def allowed_url(vendor: Vendor, wish: Wish, allow_local: bool) -> str:
    """The host's root: the vendor's own, or a loopback address where that is allowed."""
    try:
        own = vendor.host(wish.account)
    except ValueError as error:
        raise NotConnected(str(error)) from None
    if wish.api_url is None or wish.api_url.rstrip("/") == own:
        return own
    if not is_loopback(wish.api_url):
        raise NotConnected(
            f"{wish.api_url} is not the address of that account; leave --api-url out to use {own}"
        )
    if not allow_local:
        raise NotConnected(
            f"{wish.api_url} is on this machine; set ALLOW_LOCAL_VENDORS=1 to try things out with it"
        )
    return wish.api_url.rstrip("/")


def _store(product: Product, wish: Wish, api_url: str) -> Connection:
    """The account's row, made or brought up to date; the same account again is the same tenant."""
    with product.database.write() as session:
        connections = Connections(session, product.vault)
        known = connections.by_account(wish.vendor, wish.account)
        if known is None:
            tenant = _tenant(session, product, wish)
            options = {**wish.options, "provision": wish.provision}
            return connections.add(
                tenant, wish.vendor, wish.account, api_url, options, wish.credentials, product.now()
            )
        if wish.tenant is not None and wish.tenant != known.tenant:
            raise NotConnected(
                f"{wish.vendor} account {wish.account} belongs to tenant {known.tenant!r}; "
                f"leave --tenant out, or name that one instead of {wish.tenant!r}"
            )
        changed = {**wish.options, "provision": wish.provision}
        connections.change(known, api_url=api_url, options=changed, credentials=_instead(wish.credentials))
        return _again(connections, known)


def _instead(credentials: Mapping[str, str]) -> dict[str, str | None]:
    """New credentials replace the former kind whole: an old refresh token must not outlive a new access token."""
    if {"access_token", "client_id"} & credentials.keys():
        former: dict[str, str | None] = dict.fromkeys(
            ("access_token", "refresh_token", "expires_at", "client_id", "client_secret", "user")
        )
        return {**former, **credentials}
    return dict(credentials)


def _tenant(session: Session, product: Product, wish: Wish) -> TenantRow:
    tenants = Tenants(session)
    if wish.tenant is None and wish.vendor in product.stores:
        raise NotConnected(
            f"{wish.account} is not connected yet: say with --tenant whose store it is, the name that connecting the "
            "helpdesk printed"
        )
    if wish.tenant is None:
        return tenants.add_named_after(wish.account, product.now())
    return tenants.by_name(wish.tenant) or tenants.add(wish.tenant, product.now())


def _codes(product: Product, connection: Connection) -> Mapping[str, str]:
    with product.database.read() as session:
        return product.views.of(session, connection.tenant_id).options()


def _keep(product: Product, connection: Connection, made: Provisioned) -> Connection:
    with product.database.write() as session:
        connections = Connections(session, product.vault)
        connections.change(connection, options=made.options, credentials=made.credentials)
        _unblock(session, product, connection)
        return _again(connections, connection)


def _read_first(product: Product, helpdesk: Helpdesk, connection: Connection) -> tuple[str, ...]:
    """Read macros and agents, so that the first ticket finds them; a note where that did not work."""
    notes = []
    for read, note in ((read_macros, NO_MACROS), (read_agents, NO_AGENTS)):
        try:
            problem = read(product.database, helpdesk, product.open_api(connection), product.now())
        except TemporaryError as error:
            problem = str(error)
        if problem is not None:
            notes.append(note.format(problem=problem))
    return tuple(notes)


def _mended(product: Product, connection: Connection) -> None:
    """Nothing was made there; but which codes a field's values stand for is known from now on."""
    codes = _codes(product, connection)
    with product.database.write() as session:
        Connections(session, product.vault).learn_codes(connection, codes)
        _unblock(session, product, connection)


def _unblock(session: Session, product: Product, connection: Connection) -> None:
    """What stood still because the account was out of reach goes on."""
    Inbox(session).unblock(connection.id, product.now())
    Outbox(session).unblock(connection.id, product.now())


def _again(connections: Connections, connection: Connection) -> Connection:
    found = connections.by_id(connection.id)
    assert found is not None
    return found


def _what_is_missing(connection: Connection) -> tuple[str, ...]:
    notes = [*_unchecked(connection)]
    if not connection.options.get("reason_field"):
        notes.append(
            "There is no reason-code field yet: codes are shown, not written, until you give --reason-field or "
            "connect without --no-provision."
        )
    return tuple(notes)


def _unchecked(connection: Connection) -> tuple[str, ...]:
    """A note where webhooks cannot be checked."""
    return () if connection.credentials.get("signing_secret") else (NOTHING_TO_CHECK_WITH,)
