"""A new account as a shop has it, and customers who write the sample tickets."""

from collections.abc import Callable
from datetime import timedelta

from sandbox.gorgias.records import Json
from sandbox.gorgias.state import Account
from sandbox.gorgias.writes import agent_message, customer_reply, new_ticket
from sandbox.samples import samples

USER, KEY = "marginalia@shop.example", "sandbox-gorgias-key"
"""Who the integration acts as, an admin, and their API key."""
AGENT, AGENT_KEY = "ana@shop.example", "sandbox-gorgias-agent-key"
"""An agent with a key: they may work on tickets, and manage no integration."""
CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"
"""An app of the App Store."""
INTEGRATION = "Marginalia"
CONTACT_REASONS = (
    "Shipping::Where is my order",
    "Shipping::Delay",
    "Shipping::Address change",
    "Product::Damaged",
    "Return::How to return",
    "Order::Cancel",
    "Feedback::Praise",
)
"""What the shop had before: some of these are called as the product calls them, some are not."""
APART = timedelta(minutes=23)


def new_account(key: str = KEY) -> Account:
    """An account without tickets; `key` is the API key of its integration, an admin."""
    account = Account()
    support, returns, concierge = (account.add_team(name).id for name in ("Support", "Returns", "Concierge"))
    account.add_user("Sam Okafor", "sam@shop.example", "admin", (support,))
    ana = account.add_user("Ana Duarte", AGENT, "agent", (support, returns))
    account.add_user("Leila Haddad", "leila@shop.example", "agent", (support, concierge))
    account.add_user("Navid Karimi", "navid@shop.example", "agent", (support, returns))
    account.add_user("Gorgias Bot", "bot@gorgias.example", "bot")
    robot = account.add_user(INTEGRATION, USER, "admin", (support,))
    account.access.keys |= {key: robot.id, AGENT_KEY: ana.id}
    account.access.clients[CLIENT_ID] = CLIENT_SECRET
    account.add_field(
        "Ticket", "Contact reason", choices=CONTACT_REASONS, managed="contact_reason", priority=1
    )
    account.add_tag("VIP", color="#F58D86")
    _add_macros(account)
    return account


def load(account: Account, told: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Let every sample's customer write, as if over the last day; `told` hears of each. How many."""
    wanted = samples()
    begin = account.now() - APART * len(wanted)
    agents = [one for one in account.users.values() if one.role == "agent"]
    for number, one in enumerate(wanted):
        customer = account.known_customer(one.name, one.email, language=one.language)
        at = begin + APART * number
        made = new_ticket(account, customer, one.subject, one.text, at, language=one.language)
        for turn, text in enumerate(one.then):
            if turn % 2:
                customer_reply(account, made.id, text)
            else:
                agent_message(account, made.id, agents[number % len(agents)], text)
        told(number + 1, len(wanted))
    return len(wanted)


def _add_macros(account: Account) -> None:
    account.add_macro(
        "Where is my order: tracking link",
        _text("Hi {{ticket.customer.firstname}}, your parcel is on its way; this is its tracking page."),
        _action("addTags", tags="tracking,sent-link"),
        language="en",
    )
    account.add_macro(
        "Return: label and steps",
        _text("Hi {{ticket.customer.firstname}}, here is your return label. Please send it within 14 days."),
        _action("setStatus", status="closed"),
        language="en",
    )
    account.add_macro("Urgent: hand to a colleague", _action("setPriority", priority="critical"))
    account.add_macro(
        "Old: holiday closing", _text("We are closed until Monday."), language="en", archived_at=account.now()
    )


def _text(text: str) -> Json:
    html = f"<div>{text}</div>"
    return {
        "type": "user",
        "name": "setResponseText",
        "title": "Reply",
        "arguments": {"body_text": text, "body_html": html},
    }


def _action(name: str, **arguments: str) -> Json:
    return {"type": "user", "name": name, "title": name, "arguments": arguments}
