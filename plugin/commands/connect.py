"""`connect`: a merchant's own vendor account, by the credentials they made there."""

import re
from typing import Any

import click

from plugin.commands.common import Refused, json_option, print_json, product_of, refusing
from plugin.connecting import Connected, NotConnected, Wish
from plugin.connecting import connect as connect_account


class _Budget(click.ParamType[dict[str, int]]):
    """N/SECONDS: at most so many calls in so many seconds."""

    name = "N/SECONDS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", value) if isinstance(value, str) else None
        if found is None:
            self.fail("write it as N/SECONDS, for example 100/60", param, ctx)
        return {"number": int(found[1]), "seconds": int(found[2])}


class _Choice(click.ParamType[tuple[str, str]]):
    """CODE=CHOICE: which choice of a field stands for a reason code."""

    name = "CODE=CHOICE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        code, _, choice = value.partition("=") if isinstance(value, str) else ("", "", "")
        if not (code.strip() and choice.strip()):
            self.fail("write it as CODE=CHOICE, for example shipping.delayed=Shipping::Delay", param, ctx)
        return code.strip(), choice.strip()


@click.group("connect")
def connect_group() -> None:
    """Connect a vendor account; the same account again brings it up to date."""


@connect_group.command("zendesk")
@click.option("--account", required=True, metavar="acme", help="The subdomain: acme of acme.zendesk.com.")
@click.option(
    "--tenant", metavar="T", help="The tenant it belongs to; without, a new one named as the account."
)
@click.option("--api-url", metavar="URL", help="The host's root, for trying out with ALLOW_LOCAL_VENDORS=1.")
@click.option("--token", metavar="T", help="An OAuth access token of an admin.")
@click.option(
    "--client-id", metavar="I", help="An OAuth client of the account (client_credentials, renewed)."
)
@click.option("--client-secret", metavar="S")
@click.option("--signing-secret", metavar="S", help="Of a webhook that you made yourself.")
@click.option("--app-id", metavar="N", help="Of the sidebar app, to check its signed pages.")
@click.option("--reason-field", metavar="ID", help="Your own drop-down field for reason codes.")
@click.option("--no-provision", is_flag=True, help="Make nothing in the account; no call at all.")
@click.option(
    "--budget", type=_Budget(), help="Calls allowed to a loopback address; it has no limit of its own."
)
@json_option
@click.pass_context
def zendesk(context: click.Context, /, as_json: bool, no_provision: bool, **given: Any) -> None:
    """A Zendesk account: makes webhook and reason-code field there, and is safe to run again."""
    if bool(given["client_id"]) != bool(given["client_secret"]):
        raise click.UsageError("--client-id and --client-secret belong together")
    if given["token"] and given["client_id"]:
        raise click.UsageError("give either --token or --client-id with --client-secret")
    wish = Wish(
        vendor="zendesk",
        account=given["account"].strip().lower(),
        tenant=given["tenant"],
        api_url=given["api_url"],
        options=_given(given, app_id="app_id", reason_field="reason_field", budget="budget"),
        credentials=_given(given, **CREDENTIALS),
        provision=not no_provision,
    )
    _connect(context, wish)


CREDENTIALS = {name: name for name in ("client_id", "client_secret", "signing_secret")} | {
    "access_token": "token"
}


@connect_group.command("gorgias")
@click.option("--account", required=True, metavar="acme", help="The subdomain: acme of acme.gorgias.com.")
@click.option(
    "--tenant", metavar="T", help="The tenant it belongs to; without, a new one named as the account."
)
@click.option("--api-url", metavar="URL", help="The host's root, for trying out with ALLOW_LOCAL_VENDORS=1.")
@click.option("--user", required=True, metavar="E", help="The e-mail address of an Admin.")
@click.option("--api-key", required=True, metavar="K", help="That Admin's API key (Settings, REST API).")
@click.option("--secret", metavar="S", help="What X-Marginalia-Secret shall hold; without, one is made up.")
@click.option(
    "--reason-choice",
    type=_Choice(),
    multiple=True,
    help="A choice of your contact-reason field that stands for a code; once for each, former ones are replaced.",
)
@click.option(
    "--card-buttons/--no-card-buttons",
    default=None,
    help="Buttons on the card, which Gorgias does not document; none without.",
)
@click.option("--no-provision", is_flag=True, help="Make nothing in the account; no call at all.")
@click.option(
    "--budget", type=_Budget(), help="Calls allowed to a loopback address; it has no limit of its own."
)
@json_option
@click.pass_context
def gorgias(context: click.Context, /, as_json: bool, no_provision: bool, **given: Any) -> None:
    """A Gorgias account: makes integrations, widgets and fields there, and is safe to run again."""
    mapped = {"mapped_choices": dict(given["reason_choice"])} if given["reason_choice"] else {}
    wish = Wish(
        vendor="gorgias",
        account=given["account"].strip().lower(),
        tenant=given["tenant"],
        api_url=given["api_url"],
        options={**_given(given, budget="budget", card_buttons="card_buttons"), **mapped},
        credentials=_given(given, user="user", access_token="api_key", signing_secret="secret"),  # noqa: S106
        provision=not no_provision,
    )
    _connect(context, wish)


@connect_group.command("shopify")
@click.option("--tenant", metavar="T", help="The tenant whose store it is; needed the first time.")
@click.option(
    "--shop",
    "--account",
    "shop",
    required=True,
    metavar="acme.myshopify.com",
    help="The shop's own domain, as its admin shows it.",
)
@click.option("--api-url", metavar="URL", help="The host's root, for trying out with ALLOW_LOCAL_VENDORS=1.")
@click.option("--token", metavar="T", help="The Admin API access token of the shop's own app.")
@click.option(
    "--secret",
    metavar="S",
    help="That app's API secret key; NEW,OLD while webhooks may still be signed with a former one.",
)
@click.option("--no-provision", is_flag=True, help="Make nothing in the shop; no call at all.")
@click.option(
    "--budget", type=_Budget(), help="Calls allowed to a loopback address; it has no limit of its own."
)
@json_option
@click.pass_context
def shopify(context: click.Context, /, as_json: bool, no_provision: bool, **given: Any) -> None:
    """A Shopify store: subscribes its webhooks, reads its customers, and is safe to run again."""
    wish = Wish(
        vendor="shopify",
        account=given["shop"].strip().lower(),
        tenant=given["tenant"],
        api_url=given["api_url"],
        options=_given(given, budget="budget"),
        credentials=_given(given, access_token="token", signing_secret="secret"),  # noqa: S106
        provision=not no_provision,
    )
    _connect(context, wish)


def _given(given: dict[str, Any], **names: str) -> dict[str, Any]:
    return {ours: given[theirs] for ours, theirs in names.items() if given[theirs] is not None}


def _connect(context: click.Context, wish: Wish) -> None:
    """Print what others build on, always as JSON; notes for the person go to stderr."""
    product = product_of(context)
    try:
        with refusing():
            connected = connect_account(product, wish)
    except NotConnected as error:
        raise Refused(str(error)) from None
    _report(connected)


def _report(connected: Connected) -> None:
    for note in connected.notes:
        click.echo(note, err=True)
    print_json(
        {
            "tenant": connected.connection.tenant,
            "connection": str(connected.connection.id),
            "hook_url": connected.hook_url,
        }
    )
