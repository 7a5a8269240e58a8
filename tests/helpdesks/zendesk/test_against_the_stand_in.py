"""The adapter against the stand-in Zendesk over HTTP, which was written from Zendesk's own documentation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from plugin.domain.effects import (
    add_note,
    change_tags,
    offer_reason_codes,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
    tag_customer,
)
from plugin.domain.facts import Gone, Ticket
from plugin.helpdesks.zendesk import Zendesk
from plugin.http import VendorApi, vendor_session
from plugin.ports import AccessError, Connection, Overtaken, PermanentError
from sandbox.server import Handle
from sandbox.zendesk.apps import token as signed_by_the_app
from sandbox.zendesk.seed import CLIENT_ID, CLIENT_SECRET
from sandbox.zendesk.writes import agent_edit, customer_reply, new_ticket
from tests.conftest import wait_until
from tests.helpdesks.zendesk.account import CODES, zendesk_connection
from tests.sandbox.conftest import TOKEN, Listener

ZENDESK = Zendesk()


class Tokens:
    """The token that the connection holds, and no other."""

    def access_token(self, connection: Connection) -> str:
        return connection.credentials["access_token"]

    def refused(self, connection: Connection, token: str) -> str | None:
        return None


@dataclass
class Desk:
    """A connected account: the stand-in, our API to it, and what connecting gave."""

    served: Handle
    api: VendorApi
    hook_url: str

    def connect(self) -> tuple[str, ...]:
        """Provision and keep what came of it, as the product does."""
        made = ZENDESK.provision(self.api, self.hook_url, CODES)
        held = self.api.connection
        self.api.connection = replace(
            held,
            options={**held.options, **made.options},
            credentials={**held.credentials, **made.credentials},
        )
        return made.notes

    def ticket(self, text: str = "My parcel never came.") -> str:
        customer = self.served.account.customer("Sample Customer", "sample.customer@example.com")
        return str(new_ticket(self.served.account, customer, "Order 1001", text).id)

    def load(self, ticket_id: str, since: str | None = None) -> Ticket:
        found = ZENDESK.load(self.api, ticket_id, since)
        assert isinstance(found, Ticket)
        return found

    def set_code(self, ticket: Ticket, look_first: bool = False) -> str | None:
        return ZENDESK.perform(
            self.api, [set_reason_code(ticket.id, "shipping.lost")], ticket.stamp, look_first
        )

    def edit(self, ticket_id: str, **body: object) -> None:
        """An agent changes the ticket."""
        agent = self.served.account.user_by_email("ana@shop.example")
        assert agent is not None
        agent_edit(self.served.account, int(ticket_id), agent, dict(body))


@pytest.fixture
def desk(served: Handle, listener: Listener) -> Iterator[Desk]:
    connection = replace(zendesk_connection(credentials={"access_token": TOKEN}), api_url=served.url)
    with vendor_session() as session:
        api = VendorApi(connection, session, Tokens(), lambda *_: 0.0, lambda: datetime.now(UTC))
        made = Desk(served, api, listener.url)
        made.connect()
        yield made


def test_connecting_again_makes_nothing_new(desk: Desk) -> None:
    before = desk.api.connection.options
    desk.connect()
    assert desk.api.connection.options == before


def test_a_webhook_is_proven_and_points_to_its_ticket(desk: Desk, listener: Listener) -> None:
    ticket_id = desk.ticket()
    wait_until(lambda: listener.received)
    headers, body = listener.received[0]
    ZENDESK.verify(desk.api.connection, headers, body, datetime.now(UTC), 300)
    assert ZENDESK.parse(headers, body).resource == f"ticket:{ticket_id}"


def test_a_customers_words_are_read(desk: Desk) -> None:
    found = desk.load(desk.ticket())
    assert [(one.from_customer, one.text) for one in found.messages] == [(True, "My parcel never came.")]


def test_the_requester_is_known(desk: Desk) -> None:
    assert desk.load(desk.ticket()).requester.email == "sample.customer@example.com"


def test_later_words_are_read_with_the_message_known_already(desk: Desk) -> None:
    ticket_id = desk.ticket()
    first = desk.load(ticket_id).messages[0].id
    customer_reply(desk.served.account, int(ticket_id), "Hello?")
    assert [one.text for one in desk.load(ticket_id, first).messages][-1] == "Hello?"


def test_a_long_conversation_is_read_back_to_what_is_known(desk: Desk) -> None:
    ticket_id = desk.ticket()
    first = desk.load(ticket_id).messages[0].id
    for number in range(120):
        customer_reply(desk.served.account, int(ticket_id), f"Hello {number}?")
    found = desk.load(ticket_id, first)
    assert [one.text for one in found.messages][1:] == [f"Hello {number}?" for number in range(120)]


def test_a_reason_code_is_written_and_read_back(desk: Desk) -> None:
    found = desk.load(desk.ticket())
    desk.set_code(found)
    assert desk.load(found.id).reason_code == "shipping.lost"


def test_a_write_on_a_ticket_that_moved_is_overtaken(desk: Desk) -> None:
    found = desk.load(desk.ticket())
    wait_until(lambda: _moved(desk, found))
    with pytest.raises(Overtaken):
        desk.set_code(found)


def _moved(desk: Desk, found: Ticket) -> bool:
    """Stamps are whole seconds: change it until the second is another."""
    desk.edit(found.id, priority="urgent" if desk.load(found.id).priority != "urgent" else "low")
    return desk.load(found.id).stamp != found.stamp


def test_a_repeat_finds_its_first_try(desk: Desk) -> None:
    found = desk.load(desk.ticket())
    desk.set_code(found)
    assert desk.set_code(found, look_first=True) is None


def test_a_removed_option_says_what_to_do(desk: Desk) -> None:
    found = desk.load(desk.ticket())
    field_id = int(desk.api.connection.options["reason_field"])
    field = desk.served.account.fields[field_id]
    desk.served.account.fields[field_id] = replace(field, options=field.options[1:])
    with pytest.raises(PermanentError, match="no option with the tag mgn_shipping_lost"):
        desk.set_code(found)


def test_a_removed_option_comes_back_when_codes_are_offered(desk: Desk) -> None:
    field_id = int(desk.api.connection.options["reason_field"])
    field = desk.served.account.fields[field_id]
    desk.served.account.fields[field_id] = replace(field, options=field.options[1:])
    ZENDESK.perform(desk.api, [offer_reason_codes(CODES)], None, look_first=False)
    assert desk.served.account.fields[field_id].option("mgn_shipping_lost") is not None


def test_a_closed_ticket_says_so(desk: Desk) -> None:
    ticket_id = desk.ticket()
    desk.edit(ticket_id, status="closed")
    with pytest.raises(PermanentError, match="is closed"):
        desk.set_code(desk.load(ticket_id))


def test_a_ticket_that_does_not_exist_is_gone(desk: Desk) -> None:
    assert isinstance(ZENDESK.load(desk.api, "999999", None), Gone)


def test_changes_are_found_without_any_webhook(desk: Desk) -> None:
    ticket_id = desk.ticket()
    found = ZENDESK.changed(desk.api, None, datetime.now(UTC) - timedelta(minutes=5))
    assert ticket_id in [changed for changed, _ in found.tickets]


def test_the_accounts_own_client_gets_a_token_that_opens_it(desk: Desk) -> None:
    own = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    desk.api.connection = replace(desk.api.connection, credentials=own)
    desk.api.tokens, held = None, desk.api.tokens
    renewed = ZENDESK.renew(desk.api, datetime.now(UTC))
    desk.api.connection, desk.api.tokens = replace(desk.api.connection, credentials=renewed), held
    assert desk.load(desk.ticket()).subject == "Order 1001"


def test_a_wrong_client_is_refused_with_the_command_to_run(desk: Desk) -> None:
    own = {"client_id": CLIENT_ID, "client_secret": "wrong"}
    desk.api.connection, desk.api.tokens = replace(desk.api.connection, credentials=own), None
    with pytest.raises(AccessError, match="marginalia connect zendesk --account acme"):
        ZENDESK.renew(desk.api, datetime.now(UTC))


def test_shared_macros_are_read_with_their_texts(desk: Desk) -> None:
    texts = {found.title: found.text for found in ZENDESK.macros(desk.api)}
    assert texts["Return: label and steps"] == "Here is your return label. Please send it within 14 days."


def test_those_who_work_there_are_read_and_no_customer(desk: Desk) -> None:
    desk.ticket()
    found = {one.email: one.role for one in ZENDESK.agents(desk.api)}
    assert found == {one.email: one.role for one in desk.served.account.staff()}


def test_the_apps_token_names_the_agent_by_the_key_that_anybody_may_read(desk: Desk) -> None:
    account = desk.served.account
    app, ana = account.install_app("http://127.0.0.1:1/sidebar/zendesk"), account.staff()[0]
    desk.api.tokens, desk.api.connection = None, replace(desk.api.connection, account=account.subdomain)
    sidebar = Zendesk(app_id=str(app.id)).sidebar
    key, token = sidebar.read_key(desk.api), signed_by_the_app(account, app, ana.id)
    assert sidebar.claimed_account(token) == account.subdomain
    assert sidebar.agent_of(desk.api.connection, token, key, account.now()) == str(ana.id)


def test_groups_are_read(desk: Desk) -> None:
    assert set(ZENDESK.groups(desk.api).values()) == {"Support", "Returns", "Concierge"}


def test_everything_on_a_ticket_is_written_at_once(desk: Desk) -> None:
    found = desk.load(desk.ticket())
    group = next(key for key, name in ZENDESK.groups(desk.api).items() if name == "Concierge")
    effects = [
        set_reason_code(found.id, "shipping.lost"),
        set_group(found.id, group),
        set_assignee(found.id, "leila@shop.example"),
        set_priority(found.id, "urgent"),
        set_status(found.id, "pending"),
        change_tags(found.id, add=["vip_concierge"]),
        add_note(found.id, "Claim 77 was opened.", "mgn-7f3a"),
    ]
    ZENDESK.perform(desk.api, effects, found.stamp, look_first=False)
    now = desk.load(found.id)
    assert (now.reason_code, now.group, now.priority, now.status, set(now.tags), now.messages[-1].public) == (
        "shipping.lost",
        group,
        "urgent",
        "pending",
        {"vip_concierge", "mgn_shipping_lost"},
        False,
    )
    assert ZENDESK.perform(desk.api, effects, found.stamp, look_first=True) is None


def test_a_customers_tags_are_changed_on_their_record(desk: Desk) -> None:
    requester = desk.load(desk.ticket()).requester.id
    ZENDESK.perform(desk.api, [tag_customer(requester, add=["mgn_tier_vip"])], None, look_first=False)
    ZENDESK.perform(
        desk.api,
        [tag_customer(requester, add=["mgn_tier_gold"], remove=["mgn_tier_vip"])],
        None,
        look_first=False,
    )
    assert desk.load(desk.ticket()).requester.tags == ("mgn_tier_gold",)
