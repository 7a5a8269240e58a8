"""`values`: what customers are worth by their orders, rebuilt from scratch."""

import sys

import click

from plugin.commands.common import (
    json_option,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.rebuilding import rebuild, rows_of


@click.group("values")
def values_group() -> None:
    """What customers are worth by the orders known here."""


@values_group.command("rebuild")
@tenant_option
@json_option
@click.pass_context
def rebuild_command(context: click.Context, tenant: str, as_json: bool) -> None:
    """Work every customer's value out again from all their orders; safe at any time, also beside workers."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_id = tenant_named(session, tenant).id
        total = rows_of(session, tenant_id)
    hidden = as_json or not sys.stderr.isatty()
    done = 0
    with (
        click.progressbar(length=total, label="Rebuilding values", file=sys.stderr, hidden=hidden) as bar,
        refusing(),
    ):
        for count in rebuild(product.database, tenant_id):
            done += count
            bar.update(count)
    if as_json:
        print_json({"rows": done})
    else:
        click.echo(f"Every customer's value is worked out again, from {done} rows of orders and values.")
