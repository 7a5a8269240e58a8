"""`api-key` and `admin-link`: who may come in."""

import click

from plugin.commands.common import (
    Refused,
    json_option,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.db.access import ApiKeys, make_link


@click.group("api-key")
def api_key_group() -> None:
    """Keys of the JSON API."""


@api_key_group.command("create")
@tenant_option
@json_option
@click.pass_context
def create_key(context: click.Context, tenant: str, as_json: bool) -> None:
    """Make a key; its text is shown this once."""
    product = product_of(context)
    with refusing(), product.database.write() as session:
        made = ApiKeys(session, tenant_named(session, tenant).id).create(product.now())
    if not as_json:
        click.echo("Keep it safe: it is not shown again.", err=True)
    print_json({"id": str(made.id), "key": made.key})


@api_key_group.command("list")
@tenant_option
@json_option
@click.pass_context
def list_keys(context: click.Context, tenant: str, as_json: bool) -> None:
    """All keys, without their text."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        rows = ApiKeys(session, tenant_named(session, tenant).id).all()
        found = [
            {
                "id": str(row.id),
                "created_at": row.created_at.isoformat(timespec="seconds"),
                "used_at": row.used_at and row.used_at.isoformat(timespec="seconds"),
                "revoked_at": row.revoked_at and row.revoked_at.isoformat(timespec="seconds"),
            }
            for row in rows
        ]
    if as_json:
        return print_json({"data": found})
    for one in found:
        state = (
            f"revoked {one['revoked_at']}" if one["revoked_at"] else f"last used {one['used_at'] or 'never'}"
        )
        click.echo(f"{one['id']:>6}  made {one['created_at']}  {state}")
    return None


@api_key_group.command("revoke")
@click.argument("key_id", metavar="ID", type=int)
@tenant_option
@json_option
@click.pass_context
def revoke_key(context: click.Context, key_id: int, tenant: str, as_json: bool) -> None:
    """Lock a key out from now on."""
    product = product_of(context)
    with refusing(), product.database.write() as session:
        known = ApiKeys(session, tenant_named(session, tenant).id).revoke(key_id, product.now())
    if not known:
        raise Refused(f"{tenant} has no key {key_id}")
    if as_json:
        return print_json({"id": str(key_id), "revoked": True})
    click.echo(f"Key {key_id} opens nothing any more.")
    return None


@click.command("admin-link")
@tenant_option
@json_option
@click.pass_context
def admin_link(context: click.Context, tenant: str, as_json: bool) -> None:
    """A one-time address into the admin pages, good for an hour."""
    product = product_of(context)
    with refusing(), product.database.write() as session:
        token = make_link(session, tenant_named(session, tenant).id, product.now())
    url = f"{product.config.public_url}/admin/enter/{token}"
    if as_json:
        return print_json({"url": url})
    click.echo(url)
    return None
