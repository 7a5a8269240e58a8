"""A new account as a shop has it: groups, agents, macros, and the user that an integration acts as."""

from sandbox.zendesk.oauth import Client
from sandbox.zendesk.state import Account

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"
"""The account's own OAuth client, for `client_credentials`."""
INTEGRATION = "Marginalia"
"""Whose name the integration's changes carry."""


def new_account(token: str) -> Account:
    """An account without tickets; `token` is an access token of its integration, an admin."""
    account = Account()
    support, returns, concierge = (account.add_group(name).id for name in ("Support", "Returns", "Concierge"))
    account.add_user("Sam Okafor", "sam@shop.example", "admin", group_ids=(support,))
    account.add_user("Ana Duarte", "ana@shop.example", "agent", group_ids=(support, returns))
    account.add_user(
        "Leila Haddad", "leila@shop.example", "agent", group_ids=(support, concierge), locale="ar"
    )
    account.add_user("Navid Karimi", "navid@shop.example", "agent", group_ids=(support, returns), locale="fa")
    robot = account.add_user(INTEGRATION, "marginalia@shop.example", "admin", group_ids=(support,))
    account.tokens.add(robot.id, account.now(), access=token)
    account.tokens.clients[CLIENT_ID] = Client(CLIENT_ID, CLIENT_SECRET, robot.id)
    _add_macros(account, returns)
    return account


def _add_macros(account: Account, returns: int) -> None:
    account.add_macro(
        "Where is my order: tracking link",
        {"field": "comment_value", "value": "Your parcel is on its way; this is its tracking page."},
        {"field": "status", "value": "pending"},
    )
    account.add_macro(
        "Return: label and steps",
        {"field": "comment_value", "value": "Here is your return label. Please send it within 14 days."},
        {"field": "group_id", "value": str(returns)},
        group_id=returns,
    )
    account.add_macro(
        "Note: ask the warehouse",
        {"field": "comment_value", "value": "Asked the warehouse to look for it."},
        {"field": "comment_mode_is_public", "value": "false"},
    )
    account.add_macro("Old: holiday closing", {"field": "status", "value": "solved"}, active=False)
